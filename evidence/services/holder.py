"""Holders: a person, an agency or a body outside; who may act for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.models.agency import Agency
from cases.models.membership import Membership, Role
from cases.models.user import User
from cases.refusals import Invalid
from evidence.models import Holding
from evidence.models.custody import Consignment


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds, releases or receives: exactly one of a person, an agency and a named body outside."""

    person: User | None = None
    agency: Agency | None = None
    outside: str = ""

    @classmethod
    def of(cls, record: Holding | Consignment, stem: str) -> Holder:
        """Return the holder that a record names."""
        return cls(
            getattr(record, f"{stem}_person"),
            getattr(record, f"{stem}_agency"),
            str(getattr(record, f"{stem}_outside")),
        )

    def fields(self, stem: str) -> dict[str, Any]:
        """Return the values by which a record names the holder."""
        return {f"{stem}_person": self.person, f"{stem}_agency": self.agency, f"{stem}_outside": self.outside}

    def __str__(self) -> str:
        if self.person is not None:
            return f"{self.person.full_name} ({self.person.agency.short_name})"
        return str(self.agency) if self.agency is not None else self.outside


def checked(holder: Holder, *, field: str = "to") -> Holder:
    """Return the holder with its name trimmed, or refuse one that is nobody or two."""
    outside = holder.outside.strip()
    if sum((holder.person is not None, holder.agency is not None, outside != "")) != 1:
        raise Invalid(
            "custody.one_holder",
            _("It goes to a person, to an agency, or to a body outside: to exactly one of them."),
            field=field,
            way_forward=_("Fill in one of the three."),
        )
    return Holder(holder.person, holder.agency, outside)


def takes_part(person: User, case: Any) -> bool:
    """Say whether a person may hold items of this case today: active, and in the team in a part that holds."""
    today = timezone.localdate()
    return person.is_active and (
        Membership.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gte=today),
            case=case,
            user=person,
            role__in=access.roles_with("evidence.custodyevent:accept"),
            from_on__lte=today,
            withdrawn_at__isnull=True,
        ).exists()
    )


def acts_for(actor: User, holder: Holder, case: Any) -> bool:
    """Say whether somebody of the case team may act for a holder.

    Each person for themselves, members of an agency for their agency, and the custodian of the case for a body outside
    and for a person who has left.
    """
    if holder.person is not None and holder.person.pk == actor.pk:
        return True
    if holder.agency is not None and holder.agency.pk == actor.agency_id:
        return True
    if Role.CUSTODIAN not in access.roles_in(actor, case):
        return False
    return holder.outside != "" or (holder.person is not None and not takes_part(holder.person, case))


def refuse_receiver(holder: Holder, case: Any, handlings: set[str]) -> None:
    """Refuse to send to a person who could not accept: who is not in the team, or does not see the items."""
    if holder.person is None:
        return
    person = holder.person
    seen = access.handlings_seen(access.roles_in(person, case))
    if not takes_part(person, case) or not handlings <= seen:
        raise Invalid(
            "custody.receiver_not_of_case",
            _("%(person)s could not accept it: they do not hold items of this case.") % {"person": person},
            field="to_person",
            value=person,
            way_forward=_("Hand it over to their agency, or ask the prosecutor to add them to the team."),
        )
