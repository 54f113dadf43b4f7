"""What a laptop logged in the field is pushed once, whatever breaks; what both ends changed is put to a person."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from cases.exchange.remote import Remote
from cases.ledger.context import change
from cases.models import AccessLogEntry, Context, Contribution
from cases.services import client as clients
from cases.services import contribution as service
from cases.services.record import withdraw_record
from remains.find_search import search_finds
from remains.models import Find
from remains.services.find import add_alias, change_find, log_find
from tests.actors import INSTALLER, Cast, make_site
from tests.cases.sharing import Partner, signed, step
from tests.refused import refused

URL = "https://testserver"


class Wire(httpx.BaseTransport):
    """The way to the other end. It may break before a contribution arrives, or lose the answer to it."""

    def __init__(self) -> None:
        self._there = httpx.WSGITransport(app=WSGIHandler())
        self.posts: list[httpx.Request] = []
        self.lost: dict[int, str] = {}
        self.busy = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request there and the answer back."""
        if request.url.path != "/api/v1/contributions" or request.method == "GET":
            return self._carry(request)
        self.posts.append(request)
        lost = self.lost.pop(len(self.posts), "")
        if self.busy:
            self.busy -= 1
            return httpx.Response(429, json={"code": "request.too_many"}, headers={"Retry-After": "3"})
        if lost == "before":
            raise httpx.ConnectError("no network")
        answer = self._carry(request)
        if lost == "answer":
            raise httpx.ReadError("broke off")
        return answer

    def _carry(self, request: httpx.Request) -> httpx.Response:
        """Let the application answer in the transaction of the test, as the test client does."""
        signals = (request_started, request_finished)
        for signal in signals:
            signal.disconnect(close_old_connections)
        try:
            answer = self._there.handle_request(request)
            answer.read()
        finally:
            for signal in signals:
                signal.connect(close_old_connections)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


class Laptop:
    """Case B on a laptop, which stands in the field for the site of case A at home."""

    def __init__(self, cast: Cast, wire: Wire, path: Path) -> None:
        self.cast, self.wire = cast, wire
        self.partner = Partner(cast)
        self.secret = path / "secret"
        self.secret.write_text(clients.issue_secret(actor=cast.administrator, client=self.partner.record))
        self.client = str(self.partner.record.pk)

    def pull(self) -> None:
        """Take along what is shared."""
        self._run("pull", "--into=B-1", "--agency=POA")

    def push(self, *options: str, site: str = "BBB01=KHJ01", here: str = "B-1") -> str:
        """Push, and return what is said."""
        return self._run("push", f"--from={here}", f"--site={site}", *options)

    def stops(self, status: int, *options: str, **more: Any) -> str:
        """Push, expect this status, and return what is said."""
        with pytest.raises((SystemExit, CommandError)) as left:
            self.push(*options, **more)
        fault = left.value
        if isinstance(fault, CommandError):
            assert fault.returncode == status
            return str(fault)
        assert isinstance(fault, SystemExit)
        assert fault.code == status
        return self.said

    def _run(self, name: str, *options: str) -> str:
        out = io.StringIO()
        given = [URL, "--case=A-1", f"--client={self.client}", f"--secret={self.secret}", *options]
        try:
            call_command(name, *given, stdout=out, stderr=out)
        finally:
            self.said = out.getvalue()
        return self.said

    def log(self, description: str, **more: Any) -> Find:
        """Log a find in the field."""
        find = Find(
            site=self.cast.site_b, case=self.cast.case_b, category="bone", description=description, **more
        )
        return log_find(actor=self.cast.outsider, record=find)

    def change(self, find: Find, **values: Any) -> None:
        """Change a find in the field."""
        changed(self.cast.outsider, find, **values)


def changed(actor: Any, find: Find, **values: Any) -> None:
    """Change a find at either end."""
    find.refresh_from_db()
    for name, value in values.items():
        setattr(find, name, value)
    change_find(actor=actor, record=find, version=find.version)


def proposed(identifier: str) -> Contribution:
    """Return what waits at home under a number of the laptop."""
    found: Contribution = Contribution.objects.get(identifier=identifier, status="proposed")
    return found


def accepted(cast: Cast, identifier: str, **stands: Any) -> Find:
    """Let somebody at home accept it; return the find that it became, or was about."""
    done = service.accept(actor=cast.investigator, contribution=proposed(identifier), **stands)
    assert done.became is not None
    return Find.objects.get(pk=done.became)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Wire:
    settings.ALLOWED_HOSTS = ["testserver"]
    wire = Wire()
    monkeypatch.setattr("cases.management.remote_command.Remote", partial(Remote, transport=wire))
    return wire


@pytest.fixture
def laptop(cast: Cast, wire: Wire, tmp_path: Path) -> Laptop:
    signed(cast, contributes=["remains.find"])
    with change(INSTALLER, "tests.find.removed"):
        Find.objects.filter(pk=cast.find_b.pk).update(
            withdrawn_at=cast.find_b.status_since, withdrawn_reason="none"
        )
    laptop = Laptop(cast, wire, tmp_path)
    laptop.pull()
    return laptop


def test_what_was_logged_in_the_field_is_proposed_once_and_found_at_home_under_both_numbers(
    cast: Cast, laptop: Laptop
) -> None:
    with change(INSTALLER, "tests.context.made"):
        known, own, there = (
            Context.objects.create(case=site.case, site=site, number=number, kind="fill")
            for site, number in ((cast.site_b, "12"), (cast.site_b, "13"), (cast.site_a, "1004"))
        )
    first = laptop.log("femur", context=known, finder=cast.outsider)
    laptop.log("skull", context=own, lifted_by=cast.outsider, lifted_on="2024-03-02", found_on="2024-03-01")
    add_alias(actor=cast.outsider, find=first, label="BAG 7", origin="on the bag")
    context = "--context=12=1004"
    said = laptop.push(context)
    assert "BBB01-0002: sent, proposed" in said
    assert "A-1: 2 sent now; 2 proposed, 0 in conflict, 0 accepted, 0 declined." in said
    values = proposed("BBB01-0002").values
    assert (values["site"], values["context"]) == (str(cast.site_a.pk), str(there.pk))
    assert values["finder_as_named"] == cast.outsider.full_name
    assert "remarks" not in values
    assert proposed("BBB01-0002").remark == f"Other labels: BAG 7.\nremains_find:{first.pk}"
    assert proposed("BBB01-0003").remark.startswith("Logged in context BBB01 (13)")
    assert f"\nLifted by {cast.outsider.full_name}.\n" in proposed("BBB01-0003").remark
    assert AccessLogEntry.objects.filter(kind="exported", record_id=str(first.pk)).count() == 1
    assert "A-1: 0 sent now; 2 proposed" in laptop.push(context)
    find = accepted(cast, "BBB01-0002")
    assert (find.site, find.context, find.number) == (cast.site_a, there, "KHJ01-0002")
    seen = Find.objects.visible_to(cast.investigator)
    assert list(search_finds(seen, "bbb01-0002", user=cast.investigator, fields=["number"])) == [find]
    said = laptop.push(context)
    assert "BBB01-0002: accepted as KHJ01-0002\n" in said
    assert (Contribution.objects.count(), len(laptop.wire.posts)) == (2, 2)


def test_a_push_that_breaks_goes_on_where_it_broke_and_doubles_nothing(
    cast: Cast, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("cases.exchange.push.time.sleep", slept.append)
    finds = [laptop.log(f"bone {number}") for number in range(5)]
    laptop.wire.lost = {2: "answer", 5: "before"}
    assert "could not be read: ReadError" in laptop.stops(1)
    assert Contribution.objects.count() == 2  # the second arrived, and its answer was lost
    assert "ConnectError" in laptop.stops(1)
    assert Contribution.objects.count() == 4
    laptop.wire.busy = 1
    assert "A-1: 1 sent now; 5 proposed" in laptop.push()
    assert slept == [3.0]
    assert sorted(Contribution.objects.values_list("identifier", flat=True)) == [f.number for f in finds]
    # Had the answer been lost and the list not shown it yet: the same version has the same key, and is done once.
    again = laptop.wire.posts[1]
    answer = laptop.wire.handle_request(
        httpx.Request("POST", again.url, headers=again.headers, content=again.content)
    )
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert Contribution.objects.count() == 5


def test_what_one_end_changed_is_taken_and_what_both_did_is_put_to_a_person(
    cast: Cast, laptop: Laptop
) -> None:
    here = laptop.log("femur", bags=1)
    laptop.push()
    there = accepted(cast, here.number)
    # Only there: nothing is sent, and what they wrote stays.
    changed(cast.investigator, there, category="body_part", position="prone")
    assert "0 sent now; 0 proposed, 0 in conflict, 1 accepted" in laptop.push()
    # Only here: also a field of which nothing was said before, and one that is empty now.
    laptop.change(here, remarks="wet", bags=None)
    assert (
        f"{here.number}: sent, proposed; nobody has decided yet; a change of {there.number}" in laptop.push()
    )
    accepted(cast, here.number)
    there.refresh_from_db()
    assert (there.remarks, there.bags, there.category, there.position) == ("wet", None, "body_part", "prone")
    # Both: the person is asked for this field, and for no other.
    laptop.change(here, description="femur, left", storage_place="tent 2")
    changed(cast.investigator, there, description="femur, right")
    said = laptop.push()
    assert f"{here.number}: sent, in conflict; both ends changed description of {there.number}" in said
    assert "1 in conflict" in laptop.push()
    with refused("contribution.conflict", "description"):
        service.accept(actor=cast.investigator, contribution=proposed(here.number))
    accepted(cast, here.number, ours=["description"])
    there.refresh_from_db()
    assert (there.description, there.storage_place) == ("femur, right", "tent 2")
    said = laptop.push()
    assert f"{here.number}: accepted as {there.number}; description as the case has it" in said
    assert (Contribution.objects.count(), there.number) == (3, "KHJ01-0002")


def test_what_was_declined_or_withdrawn_is_told(cast: Cast, laptop: Laptop) -> None:
    finds = [laptop.log(text) for text in ("stone", "femur", "never sent")]
    withdraw_record(actor=cast.outsider, record=finds[2], reason="seen twice")
    laptop.push()
    service.decline(actor=cast.investigator, contribution=proposed(finds[0].number), reason="that is a stone")
    said = laptop.push()
    assert f"{finds[0].number}: declined: that is a stone\n" in said
    assert finds[2].number not in said
    for find in finds[:2]:
        withdraw_record(actor=cast.outsider, record=Find.objects.get(pk=find.pk), reason="seen twice")
    said = laptop.push()
    assert finds[0].number not in said  # it was declined: nobody needs to hear of it
    assert "1 sent now; 2 proposed" not in said
    sent = Contribution.objects.filter(identifier=finds[1].number).order_by("id")
    mark = f"remains_find:{finds[1].pk}"
    assert [row.remark for row in sent] == [mark, f"Withdrawn where it was logged: seen twice\n{mark}"]


def test_what_may_not_be_contributed_is_refused_kindly(cast: Cast, laptop: Laptop) -> None:
    closed = laptop.log("closed", handling="investigation")
    open_find = laptop.log("open")
    said = laptop.stops(1)
    assert f"{closed.number}: refused: The other end answered 422: Your agreement covers no records" in said
    assert f"{open_find.number}: sent, proposed" in said
    assert Contribution.objects.get().identifier == open_find.number
    agreement = Contribution.objects.get().agreement
    step(cast.prosecutor, agreement, "end", "purpose reached")
    assert "is not shared with us there any more" in laptop.stops(1)
    signed(cast)
    assert "You may not contribute records of this kind to this case. What you may" in laptop.stops(1)


def test_a_wrong_site_a_number_of_somebody_else_and_a_case_never_pulled_are_refused(
    cast: Cast, laptop: Laptop
) -> None:
    with change(INSTALLER, "tests.site.made"):
        make_site(cast.case_b, "KHJ01")
        make_site(cast.case_a, "OTH01")
    laptop.log("femur")
    assert "No site NONE of A-1 was pulled" in laptop.stops(2, site="BBB01=NONE")
    assert "no site NONE in B-1 here" in laptop.stops(2, site="NONE=KHJ01")
    assert "the code of a site there" in laptop.stops(2, site="KHJ01=KHJ01")
    assert "not written as HERE=THERE" in laptop.stops(2, site="BBB01")
    assert "no context 5 of that site" in laptop.stops(2, "--context=5=5")
    assert "never pulled from there into A-1" in laptop.stops(2, here="A-1")
    assert not laptop.wire.posts
    laptop.push()
    laptop.pull()
    assert "It was sent as one of another site." in laptop.stops(1, site="BBB01=OTH01")
    service.decline(actor=cast.investigator, contribution=proposed("BBB01-0002"), reason="of the other site")
    assert "BBB01-0002: sent, proposed" in laptop.push(site="BBB01=OTH01")
    # A laptop that was set up anew begins its numbers again, and what was sent is another find.
    values = {"site": str(cast.site_a.pk), "category": "bone"}
    number = "BBB01-0003"
    laptop.partner.made(
        "/contributions", case=str(cast.case_a.pk), kind="remains.find", identifier=number, values=values
    )
    assert laptop.log("skull").number == number
    said = laptop.stops(1, site="BBB01=OTH01")
    assert f"{number}: refused: Your agency has sent something else under this number." in said
    assert Contribution.objects.count() == 3
