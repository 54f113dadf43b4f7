"""Stated minimum numbers: "at least N people", and what is said about some of them.

Groups may overlap (a child; a woman; somebody bound), so their sum says nothing; each alone is no more than the
minimum.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import change_record, create_record, not_in_future
from remains.models.minimum import StatedGroup, StatedMinimum


def create(*, actor: User, record: StatedMinimum) -> StatedMinimum:
    """Record a minimum number as stated. Raises `minimum.source`, `minimum.positive`, `record.day_in_future`."""
    return create_record(actor=actor, record=record, rule=_stated_by_now)


def change(*, actor: User, record: StatedMinimum, version: int) -> StatedMinimum:
    """Change a stated minimum. Raises what `create` raises, and `minimum.group_too_large`."""

    def rule(minimum: StatedMinimum) -> None:
        _stated_by_now(minimum)
        groups = StatedGroup.objects.filter(stated_minimum=minimum.pk, withdrawn_at__isnull=True)
        largest = groups.aggregate(largest=Max("number"))["largest"]
        if largest is not None and largest > minimum.minimum:
            raise _too_large(largest, minimum.minimum, "minimum")

    return change_record(actor=actor, record=record, version=version, rule=rule)


def create_group(*, actor: User, record: StatedGroup) -> StatedGroup:
    """Record what is stated about some of the people. Raises `minimum.group_too_large`, `minimum.age_interval`."""
    return create_record(actor=actor, record=record, rule=_within)


def change_group(*, actor: User, record: StatedGroup, version: int) -> StatedGroup:
    """Change a group. Raises what `create_group` raises."""
    return change_record(actor=actor, record=record, version=version, rule=_within)


def _stated_by_now(minimum: StatedMinimum) -> None:
    not_in_future(minimum, "stated_on")


def _within(group: StatedGroup) -> None:
    minimum: Any = StatedMinimum.objects.select_for_update(no_key=True).get(pk=group.stated_minimum_id)
    if group.number > minimum.minimum:
        raise _too_large(group.number, minimum.minimum, "number")


def _too_large(group: int, minimum: int, field: str) -> Invalid:
    return Invalid(
        "minimum.group_too_large",
        _("A group of %(group)d is larger than the minimum of %(minimum)d it is part of.")
        % {"group": group, "minimum": minimum},
        field=field,
        value=group,
        way_forward=_("Correct the one that is wrong; a group is some of the people of the minimum."),
    )
