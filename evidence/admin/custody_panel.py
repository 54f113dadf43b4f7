"""What custody shows on the page of a find, a specimen or an exhibit: who has it, what can be done, and its story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cases import access
from cases.admin.related import address
from cases.case_page import Panel
from cases.models.case import CaseStatus
from cases.models.user import User
from evidence.labels.tokens import token_of
from evidence.models import CustodyEvent, Exhibit, Holding, Placement
from evidence.services.custody_receiver import may_answer
from evidence.services.custody_story import story_of
from evidence.services.hold import standing_for
from evidence.services.holder import Holder, acts_for
from evidence.services.item import Held, held_items
from evidence.services.storage import paths_of, placements_now
from remains.models import Specimen

#: (label, address, whether it is the main one)
Act = tuple[str, str, bool]


def state_of(record: Any, user: User) -> Iterator[Panel]:
    """Yield who has an item, where it lies under which seal, and what can be done with it."""
    [held] = held_items([record])
    lying = placements_now([record.pk]).get(record.pk)
    data = {
        "held": held,
        "place": lying and {"path": paths_of(record.case).get(lying.place_id), "row": lying},
        "to": Holder.of(held.event.consignment, "to") if held.event is not None else None,
        "legal_hold": _standing(record, user),
        "acts": list(_acts(held, user)) if _open(record) else [],
    }
    yield Panel(_("Custody"), "evidence/custody_state.html", data)


def story_panel(record: Any, user: User) -> Iterator[Panel]:
    """Yield the custody of an item from the first day on."""
    story = story_of(record, user)
    if story.entries or story.superseded:
        rows = [(entry, _page_of(entry.record)) for entry in story.entries]
        data = {"story": story, "rows": rows}
        yield Panel(_("Custody from the first day on"), "evidence/custody_story.html", data, position=20)


def item_address(page: str, *items: Any) -> str:
    """Return the address of a page of custody about some items."""
    query = urlencode([("item", token_of(item)) for item in items])
    return f"{reverse(f'admin:evidence_{page}')}?{query}"


def _page_of(record: Any) -> str | None:
    """Return the page of what an entry is about."""
    return record and address(f"evidence_{record._meta.model_name}_change", record.pk)


def _open(record: Any) -> bool:
    return record.withdrawn_at is None and record.case.status != CaseStatus.CLOSED


def _acts(held: Held, user: User) -> Iterator[Act]:
    """Yield what this person can do with the item now, the first thing first."""
    item, case = held.item, held.item.case
    correct = access.may(user, Holding.permission("correct"), case)
    holds = access.may(user, CustodyEvent.permission("create"), case)
    current = held.effective
    if held.event is not None:
        yield from _on_its_way(held, held.event, user, holds=holds)
    elif current is None:
        if access.may(user, Holding.permission("create"), case):
            yield _("Take into custody"), item_address("holding_take_in", item), True
        if access.may(user, Placement.permission("create"), case):
            yield _("Put in a place"), item_address("storageplace_put", item), False
    elif current.until_at is None:
        mine = holds and acts_for(user, Holder.of(current, "holder"), case)
        if mine:
            yield _("Hand over"), item_address("consignment_release", item), True
        if mine or correct:
            yield _("Put in a place"), item_address("storageplace_put", item), False
            if held.seal is None:
                yield _("Seal"), item_address("seal_apply", item), False
            else:
                yield (
                    _("Record a broken seal"),
                    reverse("admin:evidence_seal_break", args=[held.seal.pk]),
                    False,
                )
    if correct and held.holding is not None:
        yield _("Late entry"), item_address("holding_late", item), False
    if access.may(user, Exhibit.permission("create"), case):
        yield from _exhibit_acts(item)


def _standing(record: Any, user: User) -> dict[str, Any] | None:
    """Return the legal hold that keeps an item as it is, with the way to it for whoever sees it."""
    hold = standing_for(record)
    if hold is None:
        return None
    link = address("evidence_legalhold_change", hold.pk) if access.sees(user, hold) else None
    return {"hold": hold, "elsewhere": hold.item_key != record.pk, "link": link}


def _on_its_way(held: Held, event: CustodyEvent, user: User, *, holds: bool) -> Iterator[Act]:
    """Yield what can be done with a hand-over that waits for an answer."""
    consignment = event.consignment
    if may_answer(user, event):
        answer = reverse("admin:evidence_consignment_answer", args=[consignment.pk])
        yield _("Accept or refuse"), f"{answer}?event={event.pk}", True
        if held.seal is not None:
            yield _("Record a broken seal"), reverse("admin:evidence_seal_break", args=[held.seal.pk]), False
    if holds and acts_for(user, Holder.of(consignment, "from"), event.case):
        yield _("Call back"), reverse("admin:evidence_consignment_call_back", args=[consignment.pk]), False


def _exhibit_acts(item: Any) -> Iterator[Act]:
    """Yield the ways to the form of an exhibit that was found with an item, or taken out of it."""
    form = reverse("admin:evidence_exhibit_add")
    if isinstance(item, Exhibit):
        known: dict[str, Any] = {"site": item.site_id, "parent": item.pk}
        if item.find_id:
            known["find"] = item.find_id
        yield _("Record a part of it"), f"{form}?{urlencode(known)}", False
        return
    find = item.find if isinstance(item, Specimen) else item
    known = {"site": find.site_id, "find": find.pk}
    if find.context_id:
        known["context"] = find.context_id
    if isinstance(item, Specimen):
        known["specimen"] = item.pk
    yield _("Record an exhibit"), f"{form}?{urlencode(known)}", False
