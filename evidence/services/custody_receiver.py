"""Who may answer a hand-over: its receiver of the case team, or the people of the laboratory it was sent to."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from cases import access
from cases.models.user import User
from cases.refusals import Forbidden
from evidence.models import CustodyEvent, EventStatus
from evidence.services.holder import Holder, acts_for
from evidence.services.item import said_to_be

#: Refuses who may not answer a hand-over.
Judge = Callable[[User, CustodyEvent], None]


def receiver_of_team(actor: User, event: CustodyEvent) -> None:
    """Refuse who is not the receiver, or does not act for it, among those who work on the case."""
    access.require(actor, CustodyEvent.permission("accept"), event)
    consignment = event.consignment
    to = Holder.of(consignment, "to")
    mine = to.person is not None and to.person.pk == actor.pk
    ours = to.agency is not None and to.agency.pk == actor.agency_id
    recorded = to.outside != "" and acts_for(actor, Holder.of(consignment, "from"), event.case)
    if not (mine or ours or recorded):
        raise _not_receiver(event, to)


def receiver_of_laboratory(actor: User, event: CustodyEvent) -> None:
    """Refuse who is not of the laboratory to which it was sent. Who is not, does not know of it.

    Its people are analysts appointed in it, and those in the team of the case who belong to it.
    """
    laboratory = event.consignment.to_agency_id
    permission = CustodyEvent.permission("accept_for_laboratory")
    appointed = laboratory is not None and bool(
        access.holds_in(actor, laboratory) & access.roles_with(permission)
    )
    of_team = laboratory == actor.agency_id and access.may(actor, permission, event.case)
    if not (actor.is_active and (appointed or of_team)):
        raise access.not_visible()


def may_answer(actor: User, event: CustodyEvent) -> bool:
    """Say whether this person may accept or refuse an open hand-over, for buttons and for scanning."""
    if event.status != EventStatus.OPEN or not access.sees(actor, event):
        return False
    if not access.may(actor, CustodyEvent.permission("accept"), event.case):
        return False
    try:
        receiver_of_team(actor, event)
    except Forbidden:
        return False
    return True


def _not_receiver(event: CustodyEvent, to: Holder) -> Forbidden:
    return Forbidden(
        "custody.not_receiver",
        _("%(item)s was handed over to %(to)s, not to you.") % {"item": said_to_be(event.item), "to": to},
        value=to,
        rule=_("A hand-over is accepted or refused by whom it was sent to."),
        way_forward=_("Whoever released it can call it back and hand it over to you."),
    )
