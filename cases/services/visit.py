"""Site visits, which are recorded once they took place."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from cases import dates
from cases.models.user import User
from cases.models.visit import SiteVisit
from cases.refusals import Invalid
from cases.services.record import change_record, create_record


def create(*, actor: User, record: SiteVisit) -> SiteVisit:
    """Record a visit. Raises `record.day_in_future`."""
    return create_record(actor=actor, record=record, rule=_took_place)


def change(*, actor: User, record: SiteVisit, version: int) -> SiteVisit:
    """Change a visit. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_took_place)


def _took_place(visit: SiteVisit) -> None:
    earliest_on = dates.parse(visit.visited_edtf).earliest_on
    if earliest_on is not None and earliest_on > timezone.localdate():
        raise Invalid(
            "record.day_in_future",
            _("A visit on %(day)s has not taken place yet.") % {"day": visit.visited_edtf},
            field="visited_edtf",
            value=visit.visited_edtf,
            way_forward=_("Record it once it took place."),
        )
