"""Humanitarian confidence and the prosecution's knowledge never meet in one person of one case.

A liaison and an auditor each stand alone, whether they came by the team or by an appointment in the lead agency.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.access import REACHES_CASES
from cases.models.agency import Agency
from cases.models.case import Case
from cases.models.membership import STAND_ALONE, Membership
from cases.models.user import Appointment
from cases.refusals import Invalid, WrongState

STANDS_ALONE = gettext_lazy(
    "An ICRC liaison, or an auditor, holds no other role in the same case at the same time."
)


def refuse_in_team(membership: Membership) -> None:
    """Refuse a part that another part in the team, or an appointment in the lead agency, excludes."""
    team = Membership.objects.filter(case=membership.case_id, withdrawn_at__isnull=True)
    appointed = Appointment.objects.filter(agency=membership.case.lead_agency_id, role__in=REACHES_CASES)
    for rows in (team.exclude(pk=membership.pk), appointed):
        other = _excluding(rows, membership).filter(user=membership.user_id).first()
        if other is not None:
            raise Invalid(
                "membership.stands_alone",
                _("%(person)s is %(role)s in this case at that time.")
                % {"person": membership.user, "role": other.get_role_display()},
                field="role",
                value=membership.role,
                rule=str(STANDS_ALONE),
                way_forward=_("Choose another person, or end the other role first."),
            )


def refuse_appointment(appointment: Appointment) -> None:
    """Refuse an appointment that a part in one of the agency's cases excludes."""
    if appointment.role not in REACHES_CASES:
        return
    parts = Membership.objects.filter(
        user=appointment.user_id, case__lead_agency=appointment.agency_id, withdrawn_at__isnull=True
    )
    if _excluding(parts, appointment).exists():
        raise Invalid(
            "membership.stands_alone",
            _("%(person)s has another part in a case that %(agency)s leads.")
            % {"person": appointment.user, "agency": appointment.agency},
            field="role",
            value=appointment.role,
            rule=str(STANDS_ALONE),
            way_forward=_("Choose another person, or let the prosecutor of that case end the other part."),
        )


def refuse_lead(case: Case, agency: Agency) -> None:
    """Refuse to let an agency lead a case if what somebody is appointed to there excludes their part in the case."""
    appointed = Appointment.objects.filter(agency=agency.pk, role__in=REACHES_CASES)
    for membership in Membership.objects.filter(case=case.pk, withdrawn_at__isnull=True):
        other = _excluding(appointed, membership).filter(user=membership.user_id).first()
        if other is not None:
            raise WrongState(
                "membership.stands_alone",
                _("%(person)s is %(role)s in this case and %(other)s in %(agency)s.")
                % {
                    "person": membership.user,
                    "role": membership.get_role_display(),
                    "other": other.get_role_display(),
                    "agency": agency,
                },
                field="agency",
                value=agency,
                rule=str(STANDS_ALONE),
                way_forward=_("End that part in the case first."),
            )


def _excluding(rows: Any, held: Membership | Appointment) -> Any:
    """Narrow parts or appointments to those of the same days whose role does not go with the one that is held."""
    rows = rows.exclude(role=held.role).filter(Q(until_on__isnull=True) | Q(until_on__gte=held.from_on))
    if held.until_on is not None:
        rows = rows.filter(from_on__lte=held.until_on)
    return rows if held.role in STAND_ALONE else rows.filter(role__in=STAND_ALONE)
