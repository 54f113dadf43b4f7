"""The common steps of every door: permission, lock, version, rule, write. Concepts with rules of their own build on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.context import change
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Stale, WrongState

Record = TypeVar("Record", bound=models.Model)
Rule = Callable[[Any], None]


def action_name(record: models.Model, done: str) -> str:
    """Return the action's words for the ledger, e.g. `cases.site.created`."""
    return f"{record._meta.label_lower}.{done}"


def create_record(*, actor: User, record: Record, rule: Rule | None = None, reason: str = "") -> Record:
    """Write a new record.

    Raises `NotVisible`, `Forbidden`, `Invalid` with the field and the rule, and nothing for a user's mistake.
    """
    access.require(actor, _permission(record, "create"), _owner(record))
    _may_set_handling(actor, record)
    with (
        transaction.atomic(),
        told_kindly(record),
        change(actor, action_name(record, "created"), reason=reason),
    ):
        _check(record)
        if rule is not None:
            rule(record)
        record.save(force_insert=True)
    return record


def change_record(
    *,
    actor: User,
    record: Record,
    version: int,
    rule: Rule | None = None,
    reason: str = "",
    done: str = "changed",
) -> Record:
    """Write a changed record, if it is still at the version that was read.

    Raises `Stale` when somebody else changed it meanwhile, besides what `create_record` raises.
    """
    with transaction.atomic():
        stored: Any = type(record)._base_manager.select_for_update().filter(pk=record.pk).first()
        if stored is None:
            raise access.not_visible()
        access.require(actor, _permission(record, "change"), _owner(stored))
        _may_set_handling(actor, record)
        if stored.version != version:
            raise Stale(
                "record.stale",
                _("%(record)s was changed by somebody else while you were working on it.")
                % {"record": stored},
                value=version,
                rule=_("It is now at version %(version)s.") % {"version": stored.version},
                way_forward=_("Open it again, look at what changed, and enter your change once more."),
            )
        if getattr(stored, "withdrawn_at", None):
            raise WrongState("record.withdrawn", _("%(record)s is withdrawn.") % {"record": stored})
        with told_kindly(record), change(actor, action_name(record, done), reason=reason):
            _check(record)
            if rule is not None:
                rule(record)
            record.save(force_update=True)
        record.version = stored.version + 1  # type: ignore[attr-defined]
    return record


def withdraw_record(*, actor: User, record: Any, reason: str) -> Any:
    """Withdraw a record with a reason. It stays in the database and in the history, and no longer counts."""
    reason = reason.strip()
    if not reason:
        raise Invalid(
            "record.withdrawal_without_reason",
            _("A record is withdrawn only with a reason."),
            field="reason",
            way_forward=_("Say why in a sentence; it is kept with the record."),
        )
    with transaction.atomic():
        stored = type(record)._base_manager.select_for_update().get(pk=record.pk)
        access.require(actor, _permission(record, "withdraw"), stored)
        if stored.withdrawn_at is not None:
            raise WrongState("record.withdrawn", _("%(record)s is withdrawn already.") % {"record": stored})
        stored.withdrawn_at = timezone.now()
        stored.withdrawn_reason = reason
        with change(actor, action_name(record, "withdrawn"), reason=reason):
            stored.save()
        stored.version += 1
    return stored


def _permission(record: models.Model, verb: str) -> str:
    return str(record.permission(verb))  # type: ignore[attr-defined]


def _owner(record: models.Model) -> models.Model | None:
    """Return what decides access: the record itself when it has a case, nothing for records of the system chain."""
    return record if getattr(record, "case_id", None) is not None else None


def _may_set_handling(actor: User, record: Any) -> None:
    handling = getattr(record, "handling", None)
    if handling is None:
        return
    seen = access.handlings_seen(access.roles_in(actor, record.case))
    if handling not in seen:
        raise Forbidden(
            "record.handling_out_of_sight",
            _(
                "You may not give a record the handling \N{LEFT DOUBLE QUOTATION MARK}%(handling)s"
                "\N{RIGHT DOUBLE QUOTATION MARK}: you could not see it yourself."
            )
            % {"handling": Handling(handling).label},
            field="handling",
            value=handling,
        )


def _check(record: models.Model) -> None:
    """Run the record's own validation, its constraints included, and put the first fault as a refusal."""
    try:
        record.full_clean(validate_unique=True)
    except ValidationError as error:
        name, faults = next(iter(error.message_dict.items()))
        field = None if name == "__all__" else name
        raise Invalid(
            "record.invalid",
            " ".join(faults),
            field=field,
            value=getattr(record, name, None) if field else None,
        ) from error


@contextmanager
def told_kindly(record: models.Model) -> Iterator[None]:
    """Turn what only the database could know (a rival's row, a trigger's refusal) into a refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        constraint = getattr(diagnosis, "constraint_name", None) or "unknown"
        if constraint.endswith("_handling_of_parent"):
            raise Invalid(
                "record.handling_of_parent",
                _("This record must have the handling of what it belongs to."),
                field="handling",
                value=getattr(record, "handling", None),
                way_forward=_("Choose the same handling, or change what belongs to it first."),
            ) from error
        raise Invalid(
            "record.refused_by_database",
            _("The database refused this record (%(constraint)s).") % {"constraint": constraint},
            rule=constraint,
            way_forward=_("Look at the record again; somebody may have written at the same moment."),
        ) from error
