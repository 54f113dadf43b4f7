"""Custody in a real browser: scanned and accepted on a phone in two taps, told as a story, without grave faults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from evidence.labels.tokens import token_of
from evidence.models import CustodyEvent, Exhibit
from evidence.services import exhibit, seal, storage
from evidence.services.custody_late import enter_late
from evidence.services.holder import Holder
from tests.actors import Cast
from tests.browser import LOOKS, Desk
from tests.evidence.things import accepted, ago, held, lifted, room, rope, sent
from tests.remains.specimens import log
from tests.remains.test_browser_individual import faults

pytestmark = pytest.mark.browser


def page_of(item: Any) -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])


def test_a_scanned_item_is_accepted_on_a_phone_in_two_taps(desk: Desk, cast: Cast) -> None:
    thing = held(cast)
    seal.apply_seal(actor=cast.investigator, item=thing, number="S-87")
    sent(cast, thing)
    page = desk.open(cast.custodian, f"/i/{token_of(thing)}", width=360, height=740)
    assert page.is_visible("text=S-87")
    button = page.locator("button[name=accept]")
    button.scroll_into_view_if_needed()
    assert button.bounding_box()["height"] >= 40
    button.click()
    page.wait_for_url("**/evidence/consignment/*/change/")
    assert CustodyEvent.objects.get().status == "accepted"


def test_a_hand_scanner_types_and_enters(desk: Desk, cast: Cast) -> None:
    first, second = held(cast), held(cast)
    page = desk.open(cast.investigator, reverse("admin:evidence_consignment_release"))
    page.wait_for_selector("#id_codes:focus")
    for thing in (first, second):
        page.keyboard.type(f"http://taphos/i/{token_of(thing)}")
        page.keyboard.press("Enter")
        page.wait_for_selector(f".evidence-name:has-text('{thing.number}')")
        page.focus("#id_codes")
    page.select_option("#id_person", str(cast.custodian.pk))
    page.fill("#id_purpose", "to the room")
    page.click("button[name=act]")
    page.wait_for_url("**/evidence/consignment/*/change/")
    assert CustodyEvent.objects.count() == 2


def furnished(cast: Cast) -> dict[str, str]:
    """Make one of everything that custody shows, and return the pages with what they are for."""
    house = room(cast, "Institute of Forensic Medicine", kind="building")
    shelf = room(cast, "Shelf B, upper row", parent=house, agency=None, kind="shelf")
    find = lifted(cast, 50, description="Commingled bones")
    [bone] = log(cast.anthropologist, find, ("radius", "left"))
    told = held(cast, at=ago(days=9), find=find, position="around both wrists, tied behind")
    on_it = seal.apply_seal(actor=cast.investigator, item=told, number="S-0087", at=ago(days=9))
    first = sent(cast, told, at=ago(days=8), where="at the grave", carried_by="patrol 4")
    accepted(first, cast.custodian, at=ago(days=7), place=shelf)
    seal.break_seal(actor=cast.custodian, seal=on_it, reason="opened to be photographed", at=ago(days=6))
    seal.apply_seal(actor=cast.custodian, item=told, number="S-0088", at=ago(days=5))
    enter_late(
        actor=cast.custodian,
        item=told,
        holder=Holder(outside="District hospital"),
        from_at=ago(days=8, hours=6),
        until_at=ago(days=8, hours=2),
        reason="It lay at the hospital over night, as its register says.",
    )
    sent(cast, told, by=cast.custodian, to=Holder(person=cast.anthropologist))
    waiting = [held(cast) for _n in range(2)]
    for number, thing in enumerate(waiting):
        seal.apply_seal(actor=cast.investigator, item=thing, number=f"S-01{number}")
    consignment = sent(cast, *waiting, conditions={waiting[0].pk: "wet"}, where="at the gate")
    storage.put(actor=cast.custodian, items=[held(cast, by=cast.custodian)], place=shelf)
    proposed = held(cast)
    exhibit.propose_disposal(
        actor=cast.prosecutor, exhibit=proposed, disposal="released", reason="order 7", to="the family"
    )
    fresh = rope(cast, find=find)
    item = f"?item={token_of(waiting[0])}"
    at = Exhibit.objects.filter(holding__holder_person=cast.custodian, holding__until_at=None).exclude(
        pk=told.pk
    )
    mine = f"?item={token_of(at[0])}"
    return {
        "told": page_of(told),
        "fresh": page_of(fresh),
        "proposed": page_of(proposed),
        "find": page_of(find),
        "specimen": page_of(bone),
        "add": f"{reverse('admin:evidence_exhibit_add')}?find={find.pk}&site={cast.site_a.pk}",
        "consignment": page_of(consignment),
        "answer": reverse("admin:evidence_consignment_answer", args=[consignment.pk]),
        "release": reverse("admin:evidence_consignment_release") + mine,
        "release_empty": reverse("admin:evidence_consignment_release"),
        "take_in": reverse("admin:evidence_holding_take_in") + f"?item={token_of(fresh)}",
        "put": reverse("admin:evidence_storageplace_put") + mine,
        "late": reverse("admin:evidence_holding_late") + item,
        "seal": reverse("admin:evidence_seal_apply") + mine,
        "place": page_of(shelf),
        "scan": reverse("admin:evidence_consignment_scan"),
        "holdings": reverse("admin:evidence_holding_changelist"),
        "consignments": reverse("admin:evidence_consignment_changelist"),
        "events": reverse("admin:evidence_custodyevent_changelist"),
        "seals": reverse("admin:evidence_seal_changelist"),
        "places": reverse("admin:evidence_storageplace_changelist"),
        "exhibits": reverse("admin:evidence_exhibit_changelist"),
    }


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_of_custody_has_a_grave_fault(desk: Desk, cast: Cast, width: int, scheme: Any) -> None:
    pages = furnished(cast)
    # Who lifts things logs them; all else is the custodian's.
    looking = {cast.investigator: ["add"], cast.custodian: [name for name in pages if name != "add"]}
    opened = {who: desk.open(who, pages[names[0]], width=width) for who, names in looking.items()}
    wrong = []
    for name, page in ((name, opened[who]) for who, names in looking.items() for name in names):
        page.set_default_timeout(60_000)
        page.emulate_media(color_scheme=scheme)
        page.goto(desk.address + pages[name])
        wrong += faults(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wrong.append(f"{name} is wider than the screen")
        if shots := os.environ.get("TAPHOS_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"custody_{name}_{width}_{scheme}.png"), full_page=True)
    assert not wrong, "\n".join(wrong)
