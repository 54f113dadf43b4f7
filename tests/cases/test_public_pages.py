"""What the public reads: in its language, without a login or a cookie, corrected and withdrawn in plain sight."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import PublicPage
from cases.models.public_update import LONGEST_BODY
from cases.public.words import languages, say
from cases.services import public_page as pages
from cases.services import public_update as updates
from tests.actors import Cast
from tests.cases.public import SLUG, draft, public_page, publish, submit, write
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def page(cast: Cast) -> PublicPage:
    return public_page(cast)


def get(path: str = f"{SLUG}/", client: Client | None = None, **headers: str) -> HttpResponse:
    return (client or Client()).get(f"/updates/{path}", headers=headers)  # type: ignore[return-value]


def text_of(path: str = f"{SLUG}/") -> str:
    answer = get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def every_path() -> list[str]:
    """Return every address that the public may ask."""
    feeds = [f"{begin}feed.{kind}" for begin in ("", f"{SLUG}/") for kind in ("atom", "json")]
    shown = ["", f"{SLUG}/", f"{SLUG}/1/", f"{SLUG}/2/", *feeds]
    return [*shown, *(f"{path}?lang=az" for path in shown), f"{SLUG}/?before=2"]


def test_a_case_is_read_by_everybody_once_it_is_public_and_approved(cast: Cast) -> None:
    page = public_page(cast, public=False)
    assert get().status_code == 404
    pages.apply_transition(actor=cast.prosecutor, page=page, name="open", reason="announced")
    assert "Nothing has been published yet" in text_of()
    waiting = draft(cast, page)
    write(cast, waiting, title="Not out yet")
    submit(waiting)
    assert "Not out yet" not in text_of()
    assert get(f"{SLUG}/1/").status_code == 404
    updates.publish(actor=cast.prosecutor, update=waiting)
    assert "Not out yet" in text_of()
    assert "Found at the wall" in text_of("")
    assert "Not out yet" in text_of("")


def test_no_cookie_is_set_or_asked_for_even_of_who_is_signed_in(cast: Cast, page: PublicPage) -> None:
    publish(cast, page)
    publish(cast, page)
    for client in (Client(), signed_in(cast.prosecutor)):
        for path in [*every_path(), "no-such-page/", f"{SLUG}/99/"]:
            answer = get(path, client)
            assert not answer.cookies, path
            assert "cookie" not in answer.get("Vary", "").lower(), path
            assert "public" in answer["Cache-Control"]
            policy = answer["Content-Security-Policy"]
            assert "script-src 'none'" in policy
            assert "unsafe" not in policy
            assert b"<script" not in answer.content


def test_a_page_is_short_and_asks_the_database_twice_at_most(cast: Cast, page: PublicPage) -> None:
    long = "\u0259" * (LONGEST_BODY - 1)
    for _each in range(3):
        publish(cast, page, body=long)
    publish(cast, page, body=long, corrects=publish(cast, page, body=long), reason="Longer.")
    for path in every_path():
        with CaptureQueriesContext(connection) as asked:
            answer = get(path)
        assert len(asked) <= 2, path
        assert len(answer.content) <= 30_000, (path, len(answer.content))


def test_older_updates_are_on_older_pages_and_none_is_lost(cast: Cast, page: PublicPage) -> None:
    for number in range(1, 16):
        publish(cast, page, title=f"Statement {number};")
    found: list[int] = []
    path = f"{SLUG}/"
    while path:
        shown = text_of(path)
        found += [number for number in range(15, 0, -1) if f"Statement {number};" in shown]
        before = shown.partition("?before=")[2].partition('"')[0]
        path = f"{SLUG}/?before={before}" if before else ""
    assert found == list(range(15, 0, -1))


def test_a_correction_stands_with_the_text_that_it_corrects(cast: Cast, page: PublicPage) -> None:
    first = publish(cast, page, title="First", body="Three were found.")
    publish(cast, page, title="Second", body="Four were found.", corrects=first, reason="One was overlooked.")
    shown = text_of()
    assert shown.index("Four were found.") < shown.index("Three were found.")
    assert "One was overlooked." in shown
    assert "Earlier text, published on" in shown
    alone = text_of(f"{SLUG}/1/")
    assert "Three were found." in alone
    assert f'href="{reverse("public_update", args=[SLUG, 2])}"' in alone


def test_a_corrected_correction_leads_on_to_the_first_text(cast: Cast, page: PublicPage) -> None:
    first = publish(cast, page, body="One.")
    second = publish(cast, page, body="Two.", corrects=first, reason="x")
    publish(cast, page, body="Three.", corrects=second, reason="y")
    shown = text_of()
    assert "Three." in shown
    assert "Two." in shown
    assert "One." not in shown
    assert "Earlier texts" in shown
    assert "One." in text_of(f"{SLUG}/2/")


def test_a_withdrawn_text_is_gone_and_its_place_says_why(cast: Cast, page: PublicPage) -> None:
    update = publish(cast, page, body="It was the neighbour.")
    updates.retract(actor=cast.prosecutor, update=update, reason="It accused somebody.")
    for path in (
        f"{SLUG}/",
        f"{SLUG}/1/",
        f"{SLUG}/feed.atom",
        f"{SLUG}/feed.json",
        "feed.atom",
        "feed.json",
    ):
        shown = text_of(path)
        assert "the neighbour" not in shown, path
        assert "It accused somebody." in shown, path
        assert "Withdrawn on" in shown, path


def test_a_closed_page_stays_and_says_so(cast: Cast, page: PublicPage) -> None:
    publish(cast, page)
    pages.apply_transition(actor=cast.prosecutor, page=page, name="close", reason="x")
    assert "No longer updated since" in text_of()
    assert "Work goes on." in text_of()
    assert "No longer updated since" in text_of("")


def test_each_reads_in_their_own_language_and_in_the_main_one_where_a_text_is_missing(
    cast: Cast, page: PublicPage
) -> None:
    update = draft(cast, page)
    write(cast, update, body="Work goes on.")
    write(cast, update, "az", title="M\u0259lumat", body="\u0130\u015f davam edir.")
    updates.publish(actor=cast.prosecutor, update=submit(update))
    publish(cast, page, body="Only in English.")
    shown = text_of(f"{SLUG}/?lang=az")
    assert '<html lang="az" dir="ltr">' in shown
    assert "\u0130\u015f davam edir." in shown
    assert "Work goes on." not in shown
    assert "mövcud deyil" in shown
    assert '<div class="text" lang="en" dir="ltr">' in shown
    assert 'hreflang="en"' in shown
    for path in (f"{SLUG}/?lang=ru", f"{SLUG}/?lang=xx", "?lang=xx", f"{SLUG}/?before=x", "?from=-1"):
        assert get(path).status_code == 404, path
    assert '<html lang="ar" dir="rtl">' in text_of("?lang=ar")


def test_a_reader_who_has_the_page_is_told_that_it_is_the_same(cast: Cast, page: PublicPage) -> None:
    publish(cast, page)
    first = get()
    assert get(if_none_match=first["ETag"]).status_code == 304
    assert first["Last-Modified"]
    update = publish(cast, page, title="News")
    changed = get(if_none_match=first["ETag"])
    assert (changed.status_code, "News" in changed.content.decode()) == (200, True)
    updates.retract(actor=cast.prosecutor, update=update, reason="Mistaken.")
    assert get(if_none_match=changed["ETag"]).status_code == 200


def test_feeds_tell_every_change_in_their_own_forms(cast: Cast, page: PublicPage) -> None:
    first = publish(cast, page, title="First & <only>", body="a < b\n\nc")
    publish(cast, page, title="Second", corrects=first, reason="Mistaken.")
    for path in (f"{SLUG}/feed.atom", "feed.atom"):
        feed = ET.fromstring(text_of(path))  # noqa: S314 - our own
        assert feed.find(f"{ATOM}updated") is not None
        newest, oldest = feed.findall(f"{ATOM}entry")
        assert (newest.findtext(f"{ATOM}title"), oldest.findtext(f"{ATOM}title")) == (
            "Second",
            "First & <only>",
        )
        assert "Corrected on" in (oldest.findtext(f"{ATOM}content") or "")
        assert newest.findtext(f"{ATOM}id") == f"http://testserver/updates/{SLUG}/2/"
    for path in (f"{SLUG}/feed.json", "feed.json"):
        told = json.loads(text_of(path))
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        assert [item["title"] for item in told["items"]] == ["Second", "First & <only>"]
        assert "a < b\n\nc" in told["items"][1]["content_text"]


def test_only_reading_is_possible_and_a_bare_address_leads_to_the_list(page: PublicPage) -> None:
    assert Client().post("/updates/").status_code == 405
    assert Client().head(f"/updates/{SLUG}/").status_code == 200
    answer = Client().get("/updates")
    assert (answer.status_code, answer["Location"]) == (302, "/updates/")


def test_a_forged_host_reaches_no_link(page: PublicPage) -> None:
    assert Client().get("/updates/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("code", list(languages()))
def test_every_language_has_every_word(code: str) -> None:
    language, english = languages()[code], languages()["en"]
    assert set(language.words) == set(english.words)
    assert set(language.say) == set(english.say)
    assert (len(language.months), len(language.months_alone)) == (12, 12)
    for name, words in english.words.items():
        places = {part.partition("}")[0] for part in words.split("{")[1:]}
        assert {part.partition("}")[0] for part in language[name].split("{")[1:]} == places, name


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("1992-02-26", "26 February 1992"),
        ("1992-02", "February 1992"),
        ("1992", "1992"),
        ("1992~", "about 1992"),
        ("../1999-02-23", "23 February 1999 or earlier"),
        ("1990/..", "1990 or later"),
        ("1992-02/1992-03", "February 1992 \u2013 March 1992"),
        ("199X", "1990\u20131999"),
        ("1992-02-2X", "20 February 1992 \u2013 29 February 1992"),
    ],
)
def test_a_date_is_said_as_it_was_stated(edtf: str, said: str) -> None:
    assert say({"form": "date", "edtf": edtf}, languages()["en"]) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"form": "number", "put": "exact", "number": 613}, "613"),
        ({"form": "number", "put": "about", "number": 150}, "about 150"),
        ({"form": "span", "low": "4", "high": "5"}, "4\u20135"),
        ({"form": "span", "low": "18", "high": None}, "at least 18"),
        ({"form": "span", "low": None, "high": "5"}, "at most 5"),
    ],
)
def test_a_number_is_said_as_it_was_put(value: Any, said: str) -> None:
    assert say(value, languages()["en"]) == said
