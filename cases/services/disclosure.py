"""The disclosure log: entries with what was disclosed, written once and put right by another entry only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models.base import Handling
from cases.models.disclosure import DisclosedItem, Disclosure
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import create_record, not_in_future
from cases.services.rules import DatabaseRule, declare_rules
from cases.services.topic import topic_of

declare_rules(
    {
        "cases_disclosure_said": DatabaseRule(
            "disclosure.said",
            gettext_lazy("An entry says to whom something was disclosed, and on what basis."),
            "basis",
        ),
        "cases_disclosure_correction_reasoned": DatabaseRule(
            "disclosure.correction",
            gettext_lazy("An entry that takes the place of another says what was wrong in it."),
            "correction",
        ),
        "cases_disclosure_corrected_once": DatabaseRule(
            "disclosure.corrected_already",
            gettext_lazy("Another entry has taken the place of that one already."),
            "corrects",
            gettext_lazy("Put right the newest entry."),
            WrongState,
        ),
        "cases_disclosure_entry_fixed": DatabaseRule(
            "disclosure.fixed",
            gettext_lazy("What was written into the disclosure log stays."),
            way_forward=gettext_lazy("Write another entry that takes its place."),
            kind=WrongState,
        ),
        "cases_disclosure_own_name": DatabaseRule(
            "disclosure.own_name",
            gettext_lazy("An entry is written in one's own name only."),
            kind=Forbidden,
        ),
        "cases_discloseditem_one_thing": DatabaseRule(
            "disclosure.one_thing",
            gettext_lazy("What was disclosed is a record, or something described in words."),
            "description",
        ),
    }
)


def create(
    *, actor: User, record: Disclosure, records: Sequence[Any] = (), described: Sequence[str] = ()
) -> Disclosure:
    """Write an entry with what was disclosed: records of the case, and things described in words.

    Each record is kept with the version it has now. An entry about a restricted record is restricted item by item.
    Raises `disclosure.nothing`, `disclosure.correction`, `disclosure.corrected_already`, `record.day_in_future`, and
    what `create_record` raises.
    """
    words = [text.strip() for text in described if text.strip()]
    if not records and not words:
        raise Invalid(
            "disclosure.nothing",
            _("Nothing is named that was disclosed."),
            field="numbers",
            way_forward=_("Name records by their numbers, or say in words what it was."),
        )

    def rule(new: Disclosure) -> None:
        not_in_future(new, "disclosed_on")
        if (new.corrects_id is not None) != bool(new.correction.strip()):
            raise Invalid(
                "disclosure.correction",
                _("An entry that takes the place of another says what was wrong in it, and no other does."),
                field="correction",
                value=new.correction,
            )

    with transaction.atomic():
        record.recorded_by = actor
        entry = create_record(actor=actor, record=record, rule=rule, reason=record.correction)
        for disclosed in records:
            if disclosed.case_id != entry.case_id:
                raise access.not_visible()
            topic = topic_of(actor=actor, record=disclosed)
            _add(actor, entry, topic.handling, about=topic, record_version=topic.record.version)
        for text in words:
            _add(actor, entry, entry.handling, description=text)
    return entry


def _add(actor: User, entry: Disclosure, handling: str, **fields: Any) -> None:
    """Add an item, restricted as what it is about or as its entry is."""
    if handling == Handling.OPEN:
        handling = entry.handling
    create_record(
        actor=actor,
        record=DisclosedItem(case=entry.case, disclosure=entry, handling=handling, **fields),
    )
