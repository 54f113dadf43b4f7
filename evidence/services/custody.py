"""Custody: taken, handed over, accepted, refused, called back. From the first holding on somebody holds the item.

While a hand-over is open, its releaser is still the holder. What was entered is not edited: entries about the past are
made by `custody_late.py`. `docs/custody.md` has the rules in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.context import change as named
from cases.models.case import Case
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import check_fields, reason_given, told_kindly
from evidence.models import (
    Consignment,
    CustodyEvent,
    EventStatus,
    Exhibit,
    ExhibitStatus,
    Holding,
    HoldingBasis,
    Item,
)
from evidence.models.item import of_item
from evidence.services import holding as holdings
from evidence.services.holder import Holder, acts_for, checked, refuse_receiver
from evidence.services.item import Held, HeldItems, handling_of, lock_items, said_to_be, settle
from remains.models import Find, FindStatus, Specimen
from remains.services.find_transit import take_step
from remains.workflows import FIND, merged

#: Statuses in which somebody has a find in hand.
_IN_HAND = (
    FindStatus.LIFTED,
    FindStatus.RECEIVED,
    FindStatus.EXAMINATION,
    FindStatus.EXAMINED,
    FindStatus.RETAINED,
    FindStatus.RELEASED,
)


def take_in(
    *,
    actor: User,
    items: Sequence[Item],
    holder: Holder | None = None,
    at: dt.datetime | None = None,
    note: str = "",
) -> list[Holding]:
    """Begin the custody of items: who has them, since when. By itself the actor has them, since now.

    Somebody else as the first holder is named by the custodian only.
    Raises `custody.held_already`, `custody.held_with_find`, `custody.not_in_hand`, `custody.for_another`,
    `find.merged`, `custody.not_yet` and what `lock_items` raises.
    """
    with transaction.atomic():
        locked = lock_items(actor, items, Holding.permission("create"))
        now = timezone.now()
        begun_at = holdings.instant(at, now, field="from_at")
        case = locked.items[0].case
        first = checked(holder or Holder(person=actor), field="holder")
        if not acts_for(actor, first, case) and not access.may(actor, Holding.permission("correct"), case):
            raise Forbidden(
                "custody.for_another",
                _("You say for yourself, or for your agency, that you hold it; not for %(holder)s.")
                % {"holder": first},
                field="holder",
                value=first,
                way_forward=_("Take it yourself and hand it over, or ask the custodian of the case."),
            )
        for held in locked:
            _refuse_first(held)
        with told_kindly(locked.items[0]), named(actor, "evidence.custody.begun", reason=note.strip()):
            begun = [
                holdings.begin(
                    actor=actor,
                    item=held.item,
                    holder=first,
                    at=begun_at,
                    now=now,
                    basis=HoldingBasis.FIRST,
                    note=note.strip(),
                )
                for held in locked
            ]
            holdings.write(begun)
            _mark_held(locked)
            settle()
    return begun


def release(
    *,
    actor: User,
    items: Sequence[Item],
    to: Holder,
    purpose: str,
    at: dt.datetime | None = None,
    where: str = "",
    carried_by: str = "",
    conditions: Mapping[UUID, str] | None = None,
    handling: str | None = None,
) -> Consignment:
    """Hand items over, as one consignment. Each is open until its receiver answers; until then the releaser holds it.

    A specimen that lies in a find in custody is taken out of it by this: from now on it has a custody of its own. A
    find in custody is in transit from now on. `conditions` says by the key of an item in what condition it goes.
    Raises `custody.not_held`, `custody.ended`, `custody.not_holder`, `custody.two_holders`, `custody.on_its_way`,
    `custody.one_holder`, `custody.to_oneself`, `custody.receiver_not_of_case`, `custody.before_holding`,
    `custody.not_yet`, `record.reason_required`, `workflow.wrong_state` and what `lock_items` raises.
    """
    with transaction.atomic():
        locked = lock_items(actor, items, CustodyEvent.permission("create"))
        now = timezone.now()
        purpose = reason_given(purpose)
        released_at = holdings.instant(at, now, field="released_at")
        taker = checked(to)
        case = locked.items[0].case
        giver = _one_releaser(actor, locked, case)
        if giver == taker:
            raise Invalid(
                "custody.to_oneself", _("%(holder)s has it already.") % {"holder": giver}, field="to"
            )
        refuse_receiver(taker, case, {item.handling for item in locked.items})
        for held in locked:
            _refuse_release(held, released_at)
        consignment = Consignment(
            case=case,
            released_at=released_at,
            released_by=actor,
            recorded_at=now,
            purpose=purpose,
            handed_over_where=where.strip(),
            carried_by=carried_by.strip(),
            **giver.fields("from"),
            **taker.fields("to"),
        )
        if handling is not None:
            consignment.handling = handling
        with told_kindly(consignment), named(actor, "evidence.custody.released", reason=purpose):
            _number(consignment)
            check_fields(consignment)
            consignment.save(force_insert=True)
            _take_out(actor, locked, giver, now)
            CustodyEvent.objects.bulk_create(_events(consignment, locked, conditions or {}))
            take_step(actor=actor, finds=_tracked(locked), step="send", reason=purpose)
            settle()
    return consignment


def not_holder(item: Any, holder: Any) -> Forbidden:
    """Return the refusal of an act with an item that somebody else holds."""
    return Forbidden(
        "custody.not_holder",
        _("%(item)s is held by %(holder)s, not by you.") % {"item": said_to_be(item), "holder": holder},
        value=holder,
        rule=_("An item is handed over by whoever holds it."),
        way_forward=_("Ask them to hand it over."),
    )


def _refuse_first(held: Held) -> None:
    """Refuse to begin a custody that has begun, or of what nobody can have in hand."""
    item = held.item
    if held.effective is not None:
        raise WrongState(
            "custody.held_already" if held.holding is not None else "custody.held_with_find",
            _("%(item)s is in custody already: %(holder)s.")
            % {"item": said_to_be(item), "holder": held.effective.holder},
            value=held.effective.holder,
            way_forward=_("Hand it over."),
        )
    if isinstance(item, Find):
        refusal = merged(item)
        if refusal is not None:
            raise refusal
        if item.status not in _IN_HAND:
            raise WrongState(
                "custody.not_in_hand",
                _("%(item)s is %(status)s; nobody has it in hand.")
                % {"item": said_to_be(item), "status": item.get_status_display()},
                field="status",
                value=item.status,
                way_forward=_("Lift it, or receive it, first."),
            )


def _one_releaser(actor: User, locked: HeldItems, case: Any) -> Holder:
    """Return the one holder of all items, for whom the actor may act."""
    givers: dict[Holder, Held] = {}
    for held in locked:
        if held.event is not None:
            raise holdings.on_its_way(held)
        current = held.effective
        if current is None or current.until_at is not None:
            raise holdings.not_held(held)
        givers.setdefault(Holder.of(current, "holder"), held)
    for giver, held in givers.items():
        if not acts_for(actor, giver, case):
            raise not_holder(held.item, giver)
    if len(givers) > 1:
        raise Invalid(
            "custody.two_holders",
            _("These items have several holders: %(holders)s.")
            % {"holders": "; ".join(str(giver) for giver in givers)},
            field="items",
            way_forward=_("One consignment has one releaser: make one for each."),
        )
    return next(iter(givers))


def _refuse_release(held: Held, at: dt.datetime) -> None:
    current: Any = held.effective
    if at < current.from_at:
        raise holdings.before_holding(held.item, current, at)
    if (
        isinstance(held.item, Specimen)
        and held.holding is None
        and held.item.find.status == FindStatus.IN_TRANSIT
    ):
        raise WrongState(
            "custody.on_its_way",
            _("%(item)s lies in %(find)s, which is on its way.")
            % {"item": said_to_be(held.item), "find": held.item.find},
            way_forward=_("Wait until the find is accepted or refused, or call it back."),
        )
    if isinstance(held.item, Find) and held.item.status not in FIND.transition("send").sources:
        raise WrongState(
            "workflow.wrong_state",
            _("%(find)s is %(status)s; it is not sent off now.")
            % {"find": held.item, "status": held.item.get_status_display()},
            field="status",
            value=held.item.status,
            way_forward=_("End the examination first.") if held.item.status == FindStatus.EXAMINATION else "",
        )


def _take_out(actor: User, locked: HeldItems, giver: Holder, now: dt.datetime) -> None:
    """Let specimens that were held with their find have a custody of their own: whoever has the find has had them."""
    parted = [held for held in locked if held.holding is None]
    if parted:
        holdings.write(
            holdings.begin(
                actor=actor,
                item=held.item,
                holder=giver,
                at=held.with_find.from_at,
                now=now,
                basis=HoldingBasis.PARTING,
                note=_("Taken out of %(find)s.") % {"find": held.item.find},
            )
            for held in parted
        )


def _events(
    consignment: Consignment, locked: HeldItems, conditions: Mapping[UUID, str]
) -> list[CustodyEvent]:
    return [
        CustodyEvent(
            case_id=consignment.case_id,
            handling=handling_of(held.item, consignment),
            consignment=consignment,
            status=EventStatus.OPEN,
            seal_before=held.seal,
            condition_before=conditions.get(held.item.pk, "").strip(),
            status_before=held.item.status if isinstance(held.item, Find) else "",
            **of_item(held.item),
        )
        for held in locked
    ]


def _tracked(locked: HeldItems) -> list[Find]:
    return [held.item for held in locked if isinstance(held.item, Find)]


def _mark_held(locked: HeldItems) -> None:
    """Let exhibits whose custody begins be in custody."""
    exhibits = [held.item for held in locked if isinstance(held.item, Exhibit)]
    if exhibits:
        Exhibit.objects.filter(pk__in=[item.pk for item in exhibits]).update(status=ExhibitStatus.HELD)
        for item in exhibits:
            item.status = ExhibitStatus.HELD
            item.version += 1


def _number(consignment: Consignment) -> None:
    """Give the consignment the next number of its case; whoever numbers one there waits for the other."""
    case = Case.objects.select_for_update(no_key=True).get(pk=consignment.case_id)
    last = Consignment.objects.filter(case=case).aggregate(last=Max("serial"))["last"] or 0
    consignment.serial = last + 1
    consignment.number = f"{case.number}/C-{consignment.serial:04d}"
