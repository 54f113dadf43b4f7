"""Injuries: recorded and changed with what was seen, where on the bone, when in relation to death and by whom."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.models.user import User
from cases.services.record import change_record, create_record, not_in_future
from cases.services.rules import DatabaseRule, declare_rules
from remains.models.injury import Injury

declare_rules(
    {
        "remains_injury_placed": DatabaseRule(
            "injury.place",
            _("An injury is somewhere on the bone."),
            "place",
            _("Choose a zone, or say the place in words."),
        ),
        "remains_injury_described": DatabaseRule(
            "injury.described", _("An injury says what was seen, and by whom."), "description"
        ),
        "remains_injury_treated_in_life": DatabaseRule(
            "injury.treatment",
            _("Treatment is given in life."),
            "timing",
            _("Choose ante-mortem, or another mechanism."),
        ),
        "remains_injury_zone_of_element": DatabaseRule(
            "injury.zone",
            _("The element does not have this zone."),
            "zone",
            _("Choose a zone of the specimen's element, or say the place in words."),
        ),
    }
)


def create(*, actor: User, record: Injury) -> Injury:
    """Record an injury.

    Raises `injury.place`, `injury.zone`, `injury.treatment`, `record.day_in_future`, `record.invalid`.
    """
    return create_record(actor=actor, record=record, rule=_seen_by_now)


def change(*, actor: User, record: Injury, version: int) -> Injury:
    """Change an injury; it stays with its specimen. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_seen_by_now)


def _seen_by_now(injury: Injury) -> None:
    not_in_future(injury, "observed_on")
