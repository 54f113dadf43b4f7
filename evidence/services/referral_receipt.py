"""What custody does along with a receipt: what the laboratory accepts it holds, what it does not goes back.

What custody refuses is said without the item's number, which would tell the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases.models.user import User
from cases.refusals import Invalid, Refusal, WrongState
from evidence.models import CustodyEvent, EventStatus, Referral, Seal
from evidence.models.item import ITEMS
from evidence.services import custody_answer, seal
from evidence.services.custody_answer import Arrival
from evidence.services.item import keyed


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one item arrived: `seal_intact` is None where there was no seal, `not_accepted` says why it is sent back."""

    item: UUID
    condition_seen: str
    seal_seen: str = ""
    seal_intact: bool | None = None
    seal_remark: str = ""
    not_accepted: str = ""


def take_over(actor: User, referral: Referral, receipts: Mapping[UUID, Receipt]) -> None:
    """Answer the hand-overs of these items, by the key of each: accepted with the seal that was seen, or refused.

    Raises `referral.not_handed_over`, `referral.seal_differs`.
    """
    rows = CustodyEvent.objects.filter(consignment=referral.consignment_id, status=EventStatus.OPEN)
    rows = rows.select_related("seal_before", *ITEMS)
    events = {event.item_key: event for event in keyed(rows, list(receipts))}
    if set(events) != set(receipts):
        raise WrongState(
            "referral.not_handed_over",
            _("Something of this is not on its way to you any more."),
            way_forward=_("Ask who sent it whether it was called back."),
        )
    arrivals = []
    with _blindly():
        for key, receipt in receipts.items():
            event = events[key]
            if receipt.not_accepted.strip():
                custody_answer.refuse_for_laboratory(actor=actor, events=[event], reason=receipt.not_accepted)
            else:
                arrivals.append(_arrival(actor, event, receipt))
        if arrivals:
            custody_answer.accept_for_laboratory(actor=actor, arrivals=arrivals)


def _arrival(actor: User, event: Any, receipt: Receipt) -> Arrival:
    """Return an item as it arrived; a seal that is not as it was sent is recorded as broken, with the remark."""
    seen = receipt.seal_seen.strip() if receipt.seal_intact else ""
    sent: Seal | None = event.seal_before
    as_sent = seen == (sent.number if sent is not None else "")
    remark = receipt.seal_remark.strip()
    if not as_sent or receipt.seal_intact is False:
        if not remark:
            raise Invalid(
                "referral.seal_differs",
                _(
                    "The seal is broken, missing, or not the one of dispatch, and nothing says what was found."
                ),
                field="seal_remark",
                value=receipt.seal_seen,
                way_forward=_("Say in a sentence what you found; the seal is then recorded as broken."),
            )
        if sent is not None and sent.broken_at is None:
            seal.break_seal_for_laboratory(actor=actor, seal=sent, reason=remark)
            sent.refresh_from_db()
    return Arrival(event, seal=seen, condition=receipt.condition_seen.strip()[:300], remark=remark)


@contextmanager
def _blindly() -> Iterator[None]:
    """Say what custody refuses without what it names."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code.startswith("referral."):
            raise
        raise WrongState(
            refusal.code,
            _("The receipt could not be recorded (%(code)s).") % {"code": refusal.code},
            way_forward=_("Tell who sent the items; give them this code."),
        ) from refusal
