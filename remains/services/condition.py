"""Condition notes: what was observed of the state of a find, or of one of its specimens, and by whom."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.models.user import User
from cases.services.record import change_record, create_record, not_in_future
from cases.services.rules import DatabaseRule, declare_rules
from remains.models.condition import ConditionNote

declare_rules(
    {
        "remains_conditionnote_zone_of_specimen": DatabaseRule(
            "condition.zone_of_nothing", _("A zone is one of a specimen."), "zone", _("Name the specimen.")
        ),
        "remains_conditionnote_zone_of_element": DatabaseRule(
            "condition.zone",
            _("The element does not have this zone."),
            "zone",
            _("Choose a zone of the specimen's element, or none."),
        ),
        "remains_conditionnote_specimen_of_find": DatabaseRule(
            "condition.other_find",
            _("The specimen is not in this find."),
            "specimen",
            _("Name the find in which it is."),
        ),
    }
)


def create(*, actor: User, record: ConditionNote) -> ConditionNote:
    """Record an observation.

    Raises `record.day_in_future`, `condition.other_find`, `condition.zone`, `condition.zone_of_nothing`.
    """
    return create_record(actor=actor, record=record, rule=_seen_by_now)


def change(*, actor: User, record: ConditionNote, version: int) -> ConditionNote:
    """Change a condition note. Raises what `create` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_seen_by_now)


def _seen_by_now(note: ConditionNote) -> None:
    not_in_future(note, "observed_on")
