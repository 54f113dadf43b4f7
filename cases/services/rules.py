"""What the database's rules say to people: for every constraint a code, the field it is about and a sentence.

The database is the one place where a rule is always true; a service leaves to it what it can say as well, and turns its
refusal into ours here. Each app adds its own (`cases/services/case_rules.py`, `remains/services/rules.py`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, OperationalError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.refusals import Invalid, Refusal, WrongState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger("taphos.rules")
DEADLOCK = "40P01"


@dataclass(frozen=True, slots=True)
class DatabaseRule:
    """One rule of the database in words."""

    code: str
    sentence: StrOrPromise
    field: str | None = None
    way_forward: StrOrPromise = ""
    kind: type[Refusal] = Invalid

    def refusal(self, record: Any) -> Refusal:
        """Return the refusal of a record that breaks it."""
        return self.kind(
            self.code,
            str(self.sentence),
            field=self.field,
            value=getattr(record, self.field, None) if self.field else None,
            way_forward=str(self.way_forward),
        )


_rules: dict[str, DatabaseRule] = {}
#: Code of the refusal that leads to the page of a record's handling.
HANDLING_OF_PARTS: Final = "record.handling_of_parts"
_HANDLING_OF_PARENT: Final = "_handling_of_parent"
#: The same constraint, seen from the record on which others hang.
_HANDLING_OF_PARTS = DatabaseRule(
    HANDLING_OF_PARTS,
    gettext_lazy("What belongs to this record has another handling."),
    "handling",
    gettext_lazy(
        "Change it together with this record, by \N{LEFT DOUBLE QUOTATION MARK}Handling"
        "\N{RIGHT DOUBLE QUOTATION MARK} at the head of its page."
    ),
)
#: Rules that many tables have, by how their names end.
_SHARED: tuple[tuple[str, DatabaseRule], ...] = (
    (
        _HANDLING_OF_PARENT,
        DatabaseRule(
            "record.handling_of_parent",
            gettext_lazy("This record must have the handling of what it belongs to."),
            "handling",
            gettext_lazy("Choose the same handling, or change what belongs to it first."),
        ),
    ),
    (
        "_parent_withdrawn",
        DatabaseRule(
            "record.parent_withdrawn",
            gettext_lazy("What this record belongs to is withdrawn; nothing new is recorded with it."),
            way_forward=gettext_lazy("Open it again, and see why it was withdrawn."),
            kind=WrongState,
        ),
    ),
    (
        "_same_case",
        DatabaseRule(
            "record.other_case", gettext_lazy("What this record belongs to is a record of another case.")
        ),
    ),
    ("_list", DatabaseRule("record.other_list", gettext_lazy("A code is taken from another list."))),
    (
        "_stays_withdrawn",
        DatabaseRule("record.withdrawn", gettext_lazy("A withdrawn record stays as it is."), kind=WrongState),
    ),
    (
        "_workflow",
        DatabaseRule(
            "workflow.wrong_state", gettext_lazy("There is no such step."), "status", kind=WrongState
        ),
    ),
    (
        "_reason_given",
        DatabaseRule(
            "workflow.reason_required",
            gettext_lazy("This step is taken only with a reason."),
            "reason",
            gettext_lazy("Say why in a sentence; it is kept in the history."),
        ),
    ),
    (
        "_kept",
        DatabaseRule(
            "record.held",
            gettext_lazy("Other records that are not withdrawn belong to this one."),
            way_forward=gettext_lazy("Withdraw them first, or move them to where they belong."),
            kind=WrongState,
        ),
    ),
    (
        "_handling_known",
        DatabaseRule("record.handling_unknown", gettext_lazy("No such handling."), "handling"),
    ),
    (
        "_withdrawal_reasoned",
        DatabaseRule(
            "record.withdrawal_without_reason",
            gettext_lazy("A record is withdrawn only with a reason."),
            "reason",
        ),
    ),
    (
        "_position_whole",
        DatabaseRule(
            "record.position_whole",
            gettext_lazy("A point has a longitude and a latitude, or neither."),
            "longitude",
            gettext_lazy("Enter both in decimal degrees, or leave both empty."),
        ),
    ),
    (
        "_position_on_earth",
        DatabaseRule(
            "record.position_on_earth",
            gettext_lazy("This point lies nowhere on the earth."),
            "longitude",
            gettext_lazy("Longitude is -180 to 180, latitude -90 to 90; convert metres first."),
        ),
    ),
    (
        "_accuracy_positive",
        DatabaseRule(
            "record.accuracy_positive",
            gettext_lazy("The accuracy is a radius in metres, more than 0."),
            "accuracy_m",
            gettext_lazy("Leave it empty when it is not known."),
        ),
    ),
    (
        "_days_ordered",
        DatabaseRule("record.days_ordered", gettext_lazy("The last day lies before the first.")),
    ),
    (
        "_ordered",
        DatabaseRule("record.interval_ordered", gettext_lazy("The interval ends before it begins.")),
    ),
    ("_known", DatabaseRule("record.value_unknown", gettext_lazy("A value is none of those that exist."))),
)


def declare_rules(rules: dict[str, DatabaseRule]) -> None:
    """Add an app's rules, by the name of the constraint that holds each."""
    _rules.update(rules)


def rule_of(constraint: str) -> DatabaseRule | None:
    """Return the rule that a constraint holds, in words; nothing for a constraint that nobody put into words."""
    if constraint in _rules:
        return _rules[constraint]
    return next((rule for ending, rule in _SHARED if constraint.endswith(ending)), None)


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint or rule that an error of the database is about."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "unknown"


def refusal_of(error: IntegrityError, record: Any) -> Refusal:
    """Return what a refusal of the database says to people."""
    constraint = constraint_of(error)
    rule = rule_of(constraint)
    if constraint.endswith(_HANDLING_OF_PARENT) and constraint != record._meta.db_table + _HANDLING_OF_PARENT:
        rule = _HANDLING_OF_PARTS
    if rule is not None:
        return rule.refusal(record)
    # Its name says nothing to people, and something to whoever looks after the installation.
    logger.warning("a rule that is not put into words refused a record: %s", constraint)
    return Invalid(
        "record.refused_by_database",
        _("The database refused this record."),
        way_forward=_("Look at the record again; somebody may have written at the same moment."),
    )


def row_of(error: IntegrityError, records: list[Any]) -> int | None:
    """Return which of several records a refusal of the database is about, as far as it says."""
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
    named = set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", detail))
    return next((row for row, record in enumerate(records) if str(record.pk) in named), None)


@contextmanager
def told_kindly(record: models.Model) -> Iterator[None]:
    """Turn what the database refuses (a rule, a rival's row) into a refusal, and undo what was written inside."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refusal_of(error, record) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != DEADLOCK:
            raise
        raise WrongState(
            "record.busy",
            _("Somebody else was writing to the same records at the same moment, and came first."),
            way_forward=_("Try again."),
        ) from error
