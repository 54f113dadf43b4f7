"""Labels: every one printed is read again by a scanner, and leads to its record and nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.urls import reverse

from cases.ledger.context import change
from cases.models import AccessLogEntry
from evidence.labels.sheets import FORMATS, KINDS
from evidence.labels.tokens import address_of, read_token, token_of
from remains.models import Find
from tests.actors import INSTALLER, Cast, make_find
from tests.cases.test_admin_base import browser
from tests.evidence.printed import codes, pages, text_of
from tests.scene import Scene


def page(kind: str) -> str:
    return reverse("admin:labels", args=[kind])


def test_every_printed_label_is_read_again(cast: Cast, settings: Any) -> None:
    """On every kind of sheet, scanned coarsely and finely."""
    with change(INSTALLER, "tests.finds.made"):
        finds = [make_find(cast.site_a, serial, bags=serial % 3) for serial in range(2, 17)]
    client = browser(cast.custodian, settings)
    wanted = sorted(address_of(find) for find in finds for _ in range(find.bags or 1))
    for form in FORMATS:
        sent = {"id": [str(find.pk) for find in finds], "format": form.name, "first": "1", "each_bag": "1"}
        pdf = client.post(page("find"), sent).content
        assert all(sorted(codes(pdf, dpi)) == wanted for dpi in (150, 300)), form.name
        text = text_of(pdf)
        assert all(find.number in text for find in finds), form.name
        assert "bag 2 of 2" in text, form.name


def test_every_kind_has_labels_from_its_list_and_its_page(cast: Cast, settings: Any) -> None:
    made = Scene(cast.case_a).fill(2)
    client = browser(cast.anthropologist, settings)
    for printed, kind in enumerate(KINDS, start=1):
        records = made[kind.model]
        stem = f"admin:{kind.model._meta.app_label}_{kind.model._meta.model_name}"
        of_page = client.get(reverse(f"{stem}_change", args=[records[0].pk])).content.decode()
        assert f"{page(kind.name)}?id={records[0].pk}" in of_page
        ids = [str(record.pk) for record in records]
        chosen = {"action": "print_labels", "_selected_action": ids}
        answer = client.post(reverse(f"{stem}_changelist"), chosen)
        assert all(f'name="id" value="{key}"' in answer.content.decode() for key in ids)
        pdf = client.post(page(kind.name), {"id": ids, "format": "a4-3x8", "first": "1"}).content
        assert sorted(codes(pdf, 300)) == sorted(map(address_of, records))
        assert AccessLogEntry.objects.filter(kind="exported", case_id=cast.case_a.pk).count() == printed


def test_a_sheet_that_was_begun_is_used_up(cast: Cast, settings: Any) -> None:
    client = browser(cast.investigator, settings)
    sent = {"id": str(cast.find_a.pk), "format": "a4-3x8", "first": "24"}
    assert len(pages(client.post(page("find"), sent).content)) == 1
    for place in ("25", "0", "-1", "x", ""):
        assert client.post(page("find"), {**sent, "first": place}).status_code == 422


def test_nobody_prints_what_they_do_not_see(cast: Cast, settings: Any) -> None:
    hidden = Scene(cast.case_a, handling="investigation").fill()[Find][0]
    client = browser(cast.liaison, settings)
    assert client.get(page("find"), {"id": str(hidden.pk)}).status_code == 404
    both = {"id": [str(hidden.pk), str(cast.find_a.pk)], "format": "roll-62x29", "first": "1"}
    assert list(codes(client.post(page("find"), both).content, 300)) == [address_of(cast.find_a)]
    assert browser(cast.outsider, settings).get(page("find"), {"id": str(hidden.pk)}).status_code == 404


def test_a_scanned_label_leads_to_its_record(cast: Cast, settings: Any) -> None:
    token = token_of(cast.find_a)
    assert read_token(token.upper()) == (Find, cast.find_a.pk)
    url = reverse("label", args=[token])
    to = browser(cast.investigator, settings).get(url)
    assert to["Location"] == reverse("admin:remains_find_change", args=[cast.find_a.pk])
    assert browser(cast.outsider, settings).get(url).status_code == 404


def test_what_is_no_token_leads_nowhere(cast: Cast, settings: Any) -> None:
    client = browser(cast.investigator, settings)
    for token in ("f", "x" * 27, "f" * 27, "f" + "1" * 26, "F\u0130" + "a" * 25, "s" + "a" * 40):
        named = read_token(token)
        assert named is None or not named[0].objects.filter(pk=named[1]).exists()
        assert client.get(f"/i/{token}").status_code == 404


def test_a_token_of_nothing_is_the_same_as_one_out_of_sight(cast: Cast, settings: Any) -> None:
    client = browser(cast.outsider, settings)
    nothing = token_of(Find(pk=uuid4()))
    seen = [client.get(reverse("label", args=[token])).content for token in (nothing, token_of(cast.find_a))]
    assert seen[0].replace(nothing.encode(), b"") == seen[1].replace(token_of(cast.find_a).encode(), b"")
