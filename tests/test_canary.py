"""A unique word stands in every field that somebody may not see, every surface is fetched as every role, and the word
comes back to nobody whom the table below does not name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.template import Template
from django.test import Client
from django.test.utils import _TestState
from django.urls import NoReverseMatch, reverse

from cases.ledger.context import change
from cases.models import AccessLogEntry, Case, CaseRecord, DiscoveryReport, Incident, Site
from cases.models.site import WordsOfSites
from config.api import KINDS as INTERFACE
from evidence.models import Document, Photograph, Referral
from remains.models import Find, Specimen
from tests.actors import INSTALLER, Cast
from tests.cases import public
from tests.cases.test_admin_base import browser
from tests.evidence.sent import answer, proposed, sent
from tests.scene import Scene

TEAM = {
    "investigator",
    "anthropologist",
    "custodian",
    "prosecutor",
    "second_prosecutor",
    "liaison",
    "supervisor",
    "auditor",
}
#: Which word may come back to whom.
MAY_SEE: dict[str, set[str]] = {
    "ZQOPEN": TEAM,
    "ZQINVEST": TEAM - {"liaison"},
    "ZQHUMAN": {"liaison", "auditor"},
    "ZQREPORTER": {"investigator", "prosecutor", "second_prosecutor", "auditor"},
    "ZQPLACE": TEAM - {"liaison"},
    "ZQFORMER": TEAM - {"liaison"},
    "ZQREASON": TEAM - {"liaison"},
    "ZQTEAM": TEAM,
    # What a laboratory is told, and what it answers.
    "ZQSENT": TEAM | {"laboratory"},
}
#: What a laboratory must not learn of the case of a referral: its number and title, its site, numbers of what was
#: found, and who works on it. On other pages it may read the list of agencies and people, which tells of no case.
BLIND = ("A-1", "Case A-1", "KHJ01", "Site KHJ01", "Prosecution Office A", "POA")
PEOPLE = ("Investigator", "Anthropologist", "Custodian", "Prosecutor", "Second Prosecutor", "Liaison")
#: A word that stands nowhere.
NOWHERE = "QZNOWHERE"
FIELDS_OF_PLACE = ("place_description", "owner", "access", "remarks")


def hide(cast: Cast) -> list[Any]:
    """Write the words into the case; return the records whose pages are visited."""
    made: dict[str, dict[type, list[Any]]] = {
        word: Scene(cast.case_a, mark=word, handling=handling).fill(1)
        for word, handling in (
            ("ZQOPEN", "open"),
            ("ZQINVEST", "investigation"),
            ("ZQHUMAN", "humanitarian"),
        )
    }
    with change(INSTALLER, "tests.canary.hidden"):
        for model, records in made["ZQOPEN"].items():
            for record in records:
                _hide_fields(model, record)
        former = Incident.objects.create(
            case=cast.case_a, title="ZQFORMER", source="ZQFORMER", handling="investigation"
        )
    with change(INSTALLER, "tests.canary.while_kept_from_the_liaison", reason="ZQREASON"):
        former.description = "ZQFORMER"
        former.save()
    former.refresh_from_db()
    with change(INSTALLER, "tests.canary.opened"):
        former.title, former.description, former.source = "Opened", "", "Office"
        former.handling = "open"
        former.save()
    with change(INSTALLER, "tests.canary.named"):
        team = made["ZQOPEN"][_membership()][0]
        team.basis = "ZQTEAM"
        team.save()
    hidden = [record for kinds in made.values() for records in kinds.values() for record in records]
    return [*hidden, former, *_sent_to_the_laboratory(cast, made["ZQOPEN"])]


def _sent_to_the_laboratory(cast: Cast, made: dict[type, list[Any]]) -> list[Any]:
    """Send a bone of which the hidden words are told to the laboratory of the cast, and let it answer."""
    bone = made[Specimen][0]
    referral = sent(cast, bone, background="ZQSENT background")
    result = answer(cast, referral.items.get(), answer="ZQSENT answer")
    return [referral, referral.items.get(), result, proposed(cast, result, basis="ZQSENT basis")]


def _membership() -> type:
    from cases.models import Membership

    return Membership


def _hide_fields(model: type, record: Any) -> None:
    if model is Site:
        for name in FIELDS_OF_PLACE:
            setattr(record, name, f"ZQPLACE {name}")
        record.source_row = {"where": "ZQPLACE"}
    elif issubclass(model, WordsOfSites):
        for name in model.words:
            setattr(record, name, f"ZQPLACE {name}")
    elif model is DiscoveryReport:
        record.reporter = "ZQREPORTER"
        record.place_description = record.account = "ZQPLACE"
    elif model is Find or model in {Photograph, Document}:
        record.remarks = "ZQPLACE"
    else:
        return
    record.save()


def stem(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def registered() -> list[Any]:
    return [
        model for model in admin.site._registry if model._meta.app_label in {"cases", "remains", "evidence"}
    ]


def pages_of(record: Any) -> Iterator[str]:
    for page in ("change", "history", "handling"):
        try:
            yield reverse(f"admin:{stem(type(record))}_{page}", args=[record.pk])
        except NoReverseMatch:
            continue


def references() -> Iterator[tuple[Any, Any]]:
    """Yield one reference to each kind of registered record: what an autocomplete may be asked for."""
    known: set[Any] = set()
    for model in registered():
        for field in model._meta.get_fields():
            target = getattr(field.remote_field, "model", None)
            if (
                isinstance(field, models.ForeignKey)
                and target in admin.site._registry
                and target not in known
            ):
                known.add(target)
                yield model, field


def seen_in(page: Any) -> str:
    """Return the text of an answer, whatever its status."""
    content = b"".join(page.streaming_content) if page.streaming else page.content
    return html.unescape(content.decode())


class Canary:
    """One person's way through every surface."""

    def __init__(self, role: str, client: Client) -> None:
        self.role = role
        self.client = client
        self.leaks: list[str] = []
        self.found: set[str] = set()
        self.forbidden = {word for word, roles in MAY_SEE.items() if role not in roles}

    def get(self, url: str, data: Any = None) -> str:
        page = self.client.get(url, data)
        assert page.status_code != HTTPStatus.TOO_MANY_REQUESTS, f"{url} was not looked at"
        # A refused address is answered with a reference to the log, another one each time.
        return "refused" if page.status_code == HTTPStatus.BAD_REQUEST else seen_in(page)

    def visit(self, url: str, data: Any = None, *, typed: str = "") -> None:
        self.look(self.get(url, data), f"{url} {data or ''}", typed=typed)

    def look(self, text: str, where: str, *, typed: str = "") -> None:
        """Note every word in a text, and whether it may be there."""
        for word in MAY_SEE:
            if word in text and word != typed:
                self.found.add(word)
                if word in self.forbidden:
                    self.leaks.append(f"{self.role}: {word} in {where}")

    def call(self, method: str, url: str, headers: dict[str, str] | None = None) -> None:
        """Call the interface, and look at all of what it answers, whatever its status."""
        answer = self.client.generic(method, url, "{}", content_type="application/json", headers=headers)
        assert answer.status_code != HTTPStatus.TOO_MANY_REQUESTS, f"{url} was not looked at"
        self.look(f"{dict(answer.headers)} {seen_in(answer)}", f"{method} {url}")

    def take(self, url: str) -> None:
        """Take a list out as a file, with what is withdrawn, and look for the words in it."""
        self.look(seen_in(self.client.post(f"{url}?withdrawn=with")), url)

    def search(self, url: str, parameter: str, more: Any = None) -> None:
        """Look for each forbidden word; the answer must be that for a word that stands nowhere."""
        nothing = None
        for word in ["ZQ"] if self.forbidden == set(MAY_SEE) else sorted(self.forbidden):
            sent = {**(more or {}), parameter: word}
            text = self.plain(self.get(url, sent), word)
            if nothing is None:
                nothing = self.plain(self.get(url, {**sent, parameter: NOWHERE}), NOWHERE)
            if text != nothing:
                self.leaks.append(f"{self.role}: a search for {word} is answered by {url} {more or ''}")

    @staticmethod
    def plain(text: str, word: str) -> str:
        """Return an answer less what differs between any two."""
        return re.sub(
            r'csrfmiddlewaretoken" value="\w+"', "", text.replace(word, "").replace(word.lower(), "")
        )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Render as in service: the tests' own rendering copies the context of every fragment. Nobody is told to wait."""
    settings.TAPHOS_API_CALLS_PER_MINUTE = settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE = 10**9
    state: Any = _TestState
    monkeypatch.setattr(Template, "_render", state.saved_data.template_render)
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)


#: Who walks at every change: those from whom most is kept, each another part. The others in the long run.
KEPT_FROM = {"liaison", "laboratory"}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "role",
    [
        role if role in KEPT_FROM else pytest.param(role, marks=pytest.mark.slow)
        for role in (*sorted(TEAM), "laboratory", "administrator", "outsider", "nobody")
    ],
)
def test_no_hidden_word_comes_back_to(role: str, cast: Cast, settings: Any) -> None:
    records = hide(cast)
    canary = Canary(role, browser(cast.people[role], settings))
    walk(canary, cast, records)
    assert not canary.leaks, "\n".join(sorted(set(canary.leaks)))
    unseen = {word for word, roles in MAY_SEE.items() if role in roles} - canary.found
    assert not unseen, f"{role} should have seen {sorted(unseen)}: the walk does not look there"


def walk(canary: Canary, cast: Cast, records: list[Any]) -> None:
    """Fetch every surface."""
    canary.visit(reverse("admin:index"))
    for page in ("change", "history"):
        canary.visit(reverse(f"admin:cases_case_{page}", args=[cast.case_a.pk]))
    for model in registered():
        _lists(canary, model, records)
    for record in records:
        for url in pages_of(record):
            canary.visit(url)
    _autocompletes(canary)
    _laboratory(canary, next(record for record in reversed(records) if isinstance(record, Referral)))
    _interface(canary, records)


def _interface(canary: Canary, records: list[Any]) -> None:
    """Ask the interface for every list and record, with its headers, and for what it says of changes it refuses."""
    below: dict[Any, list[Any]] = {}
    for record in records:
        below.setdefault(type(record), []).append(record)
    for name, view_set in INTERFACE.items():
        view: Any = view_set
        url = reverse(f"api:{name}-list")
        everything = "withdrawn" in view.filterset_class.get_filters()
        canary.visit(url, {"withdrawn": "with"} if everything else None)
        if view.search is not None and issubclass(view.model, CaseRecord):
            canary.search(url, "search")
        for record in below.get(view.model, []):
            one = reverse(f"api:{name}-detail", args=[record.pk])
            canary.call("get", one)
            if hasattr(view, "partial_update"):
                canary.call("patch", one, {"If-Match": '"999"'})
            if hasattr(view, "transitions"):
                canary.call("get", reverse(f"api:{name}-transitions", args=[record.pk]))


def _laboratory(canary: Canary, referral: Referral) -> None:
    """Visit the entrance of laboratories; its people read there what was sent, and nothing of the case."""
    pages = [reverse("admin:evidence_laboratory")]
    item, asked = referral.items.get(), referral.examinations.get()
    for page, query in (
        ("referral", ""),
        ("receipt", ""),
        ("report", ""),
        ("result", f"?item={item.pk}&examination={asked.pk}"),
        ("finding", f"?result={item.results.get().pk}&kind=age"),
    ):
        pages.append(reverse(f"admin:evidence_laboratory_{page}", args=[referral.pk]) + query)
    pages.append(reverse("admin:evidence_laboratory_step", args=[referral.pk, "report"]))
    for url in pages:
        canary.visit(url)
        if canary.role == "laboratory":
            text = canary.get(url)
            told = [word for word in (*BLIND, *PEOPLE) if re.search(rf"\b{re.escape(word)}\b", text)]
            canary.leaks += [f"{canary.role}: {word} in {url}" for word in told]


def _lists(canary: Canary, model: Any, records: list[Any]) -> None:
    url = reverse(f"admin:{stem(model)}_changelist")
    canary.visit(url, {"withdrawn": "with"} if issubclass(model, CaseRecord) else None)
    for form in ("csv", "geojson", "kml"):
        if form == "csv" or model in {Site, Find}:
            canary.take(reverse(f"admin:{stem(model)}_export_file", args=[form]))
    if issubclass(model, CaseRecord) or model in {Case, AccessLogEntry}:
        canary.search(url, "q")
    if issubclass(model, CaseRecord):
        _looked_up(canary, model, url)
        _filters(canary, model, url, records)
        canary.visit(reverse(f"admin:{stem(model)}_add"), _named_in_address(model, records))


def _looked_up(canary: Canary, model: Any, url: str) -> None:
    """Ask for hidden fields in the address, as somebody would who knows how Django reads one."""
    for name in ("place_description", "reporter", "description"):
        if name in {field.name for field in model._meta.fields}:
            canary.search(url, f"{name}__startswith")
    if "site" in {field.name for field in model._meta.fields}:
        canary.search(url, "site__place_description__contains")


def _filters(canary: Canary, model: Any, url: str, records: list[Any]) -> None:
    """Filter by records that are not visible: neither a row nor a name of theirs comes back."""
    for name in ("site", "first", "context", "incident"):
        if name in {field.name for field in model._meta.fields}:
            kept = [record for record in records if record.handling != "open"]
            for record in kept:
                if isinstance(record, model._meta.get_field(name).remote_field.model):
                    canary.visit(url, {f"{name}__id__exact": str(record.pk)})


def _named_in_address(model: Any, records: list[Any]) -> dict[str, str]:
    """Return an address of the form that names records of the humanitarian part, the last ones made."""
    named: dict[str, str] = {}
    for field in model._meta.fields:
        if isinstance(field, models.ForeignKey):
            for record in records:
                if isinstance(record, field.remote_field.model):
                    named[field.name] = str(record.pk)
    return named


def _autocompletes(canary: Canary) -> None:
    url = reverse("admin:autocomplete")
    for model, field in references():
        asked = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": field.name,
        }
        canary.visit(url, {**asked, "term": ""})
        if issubclass(field.remote_field.model, CaseRecord):
            canary.search(url, "term", asked)


@pytest.mark.usefixtures("quick")
def test_what_may_be_hidden_of_a_record_is_never_searched(cast: Cast) -> None:
    records = hide(cast)
    roles = [
        frozenset(),
        *(frozenset({role}) for role in ("liaison", "anthropologist", "investigator", "auditor")),
    ]
    for record in records:
        for held in roles:
            hidden = record.fields_hidden_from(held)
            assert hidden <= type(record).fields_ever_hidden_from(held), (type(record), held)


@pytest.mark.usefixtures("quick")
def test_the_public_reads_what_was_published_and_nothing_else_of_the_case(cast: Cast) -> None:
    """A page with an update and its correction stands in a case full of hidden words; a draft on it is full of them."""
    records = hide(cast)
    page = public.public_page(cast)
    first = public.publish(cast, page, title="Told", body="Work goes on.")
    public.publish(cast, page, title="Told again", corrects=first, reason="Mistaken.")
    waiting = public.draft(cast, page)
    public.insert(waiting, "cases.site.municipality", next(r for r in records if isinstance(r, Site)))
    public.write(cast, waiting, title="ZQDRAFT", body="ZQDRAFT {place}")
    public.submit(waiting)
    inside = {
        *MAY_SEE,
        "ZQDRAFT",
        cast.case_a.number,
        cast.case_a.title,
        *(person.full_name for person in cast.people.values()),
        *(str(record.pk) for record in [cast.case_a, page, first, waiting, *records]),
    }
    shown = ""
    for path in ("", f"{public.SLUG}/", f"{public.SLUG}/1/", f"{public.SLUG}/2/", f"{public.SLUG}/3/"):
        for more in ("", "?lang=az", "?before=9", "?from=0"):
            shown += _answered(f"/updates/{path}{more}")
    for path in ("", f"{public.SLUG}/"):
        shown += _answered(f"/updates/{path}feed.atom") + _answered(f"/updates/{path}feed.json")
    assert "Work goes on." in shown
    assert "Told again" in shown
    assert {word for word in inside if word in shown} == set()


def _answered(url: str) -> str:
    """Return all of an answer to somebody who is not signed in: its status, its headers and its text."""
    answer = Client().get(url)
    headers = "".join(f"{name}: {value}" for name, value in answer.items())
    return f"{answer.status_code} {headers} {seen_in(answer)}"
