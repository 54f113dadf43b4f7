"""What the page of a specimen shows of opinions about it: estimates and what they come to, injuries, condition."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from cases import access
from remains.admin.choices import person
from remains.models import ConditionNote, Estimate, Injury, Specimen
from remains.services.estimate_combination import panel


def opinions(request: HttpRequest, specimen: Specimen) -> dict[str, Any]:
    """Return the estimates and injuries of a specimen that the viewer sees, and what they may add."""
    user = person(request)
    current = specimen.withdrawn_at is None
    estimates = Estimate.objects.visible_to(user).filter(specimen=specimen).select_related("superseded_by")
    notes = ConditionNote.objects.visible_to(user).filter(specimen=specimen)
    injuries = Injury.objects.visible_to(user).filter(specimen=specimen)
    return {
        "estimates_common": panel(user, specimen),
        "estimates": list(estimates.order_by("kind", "-id")),
        "injuries": list(injuries.select_related("mechanism", "associated_find").order_by("id")),
        "notes": list(notes.select_related("kind", "find").order_by("id")),
        "may_note": current and access.may(user, ConditionNote.permission("create"), specimen.case),
        "may_estimate": current and access.may(user, Estimate.permission("create"), specimen.case),
        "may_record_injury": current and access.may(user, Injury.permission("create"), specimen.case),
    }
