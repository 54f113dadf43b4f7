"""The common steps of every door: permission, lock, version, rule, write. Concepts with rules of their own build on it.

What the database can say by itself is left to it: `told_kindly` turns its refusals into ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change
from cases.ledger.entries import entries_of
from cases.models.base import CaseForeignKey, CaseRecord, Handling
from cases.models.code import CodeField
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Stale, WrongState
from cases.services.rules import told_kindly

__all__ = [
    "action_name",
    "change_record",
    "changed_fields",
    "check_parents",
    "create_record",
    "lock",
    "not_by_hand",
    "not_in_future",
    "reason_given",
    "told_kindly",
    "withdraw_record",
]

Record = TypeVar("Record", bound=models.Model)
Rule = Callable[[Any], None]

#: What changes by a transition, a withdrawal or not at all, never by a changed form.
_BY_OTHER_DOORS = ("case_id", "status", "withdrawn_at", "withdrawn_reason")
#: What the database alone writes.
_OF_THE_DATABASE = frozenset({"version", "status_since"})


def action_name(record: models.Model, done: str) -> str:
    """Return the action's words for the ledger, e.g. `cases.site.created`."""
    return f"{record._meta.label_lower}.{done}"


def create_record(
    *, actor: User, record: Record, rule: Rule | None = None, reason: str = "", prepare: Rule | None = None
) -> Record:
    """Write a new record.

    `prepare` may fill the record in before it is checked, `rule` refuses what only this kind of record knows.
    Raises `NotVisible`, `Forbidden`, `WrongState`, `Invalid` with the field and the rule, and nothing else for a
    user's mistake.
    """
    access.require(actor, _permission(record, "create"), _owner(record))
    refuse_out_of_sight(actor, record)
    with (
        transaction.atomic(),
        told_kindly(record),
        change(actor, action_name(record, "created"), reason=reason),
    ):
        refuse_closed(record)
        if prepare is not None:
            prepare(record)
        check_parents(actor, record)
        check_fields(record)
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
    prepare: Rule | None = None,
) -> Record:
    """Write a changed record, if it is still at the version that was read. What changes nothing is not recorded.

    Raises `Stale` when somebody else changed it meanwhile, `record.unveiled`, `record.taken_away`, besides what
    `create_record` raises.
    """
    with transaction.atomic():
        stored: Any = lock(record)
        access.require(actor, _permission(record, "change"), _owner(stored))
        refuse_stale(stored, version)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        not_by_hand(stored, record, _BY_OTHER_DOORS)
        refuse_out_of_sight(actor, record)
        refuse_taking_away(actor, stored, record)
        with told_kindly(record), change(actor, action_name(record, done), reason=reason):
            if prepare is not None:
                prepare(record)
            check_parents(actor, record, stored)
            check_fields(record, stored)
            if rule is not None:
                rule(record)
            changed = changed_fields(stored, record)
            if not changed:
                return record
            _refuse_hidden(actor, stored, changed)
            refuse_unveiling(actor, stored, record)
            record.save(update_fields=with_derived(changed))
        record.version = stored.version + 1  # type: ignore[attr-defined]
    return record


def withdraw_record(*, actor: User, record: Any, reason: str, rule: Rule | None = None) -> Any:
    """Withdraw a record with a reason. It stays in the database and in the history, and no longer counts.

    Raises `record.withdrawal_without_reason`, `record.withdrawn`, `case.closed`, and `site.has_finds` or the like.
    """
    with transaction.atomic():
        stored = lock(record)
        access.require(actor, _permission(record, "withdraw"), stored)
        reason = reason_given(reason, "record.withdrawal_without_reason")
        refuse_withdrawn(stored)
        refuse_closed(stored)
        if rule is not None:
            rule(stored)
        _refuse_held(actor, stored)
        stored.withdrawn_at = timezone.now()
        stored.withdrawn_reason = reason
        with told_kindly(stored), change(actor, action_name(record, "withdrawn"), reason=reason):
            stored.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        stored.version += 1
    return stored


def lock(record: Any, *, alone: bool = False) -> Any:
    """Return the stored row of a record, locked until the transaction ends, or refuse as not visible.

    The lock leaves the key alone, so that others may meanwhile refer to the row, unless `alone` keeps them waiting.
    """
    stored = type(record)._base_manager.select_for_update(no_key=not alone).filter(pk=record.pk).first()
    if stored is None:
        raise access.not_visible()
    return stored


def reason_given(reason: str, code: str = "record.reason_required") -> str:
    """Return the reason without spaces around it, or refuse that there is none."""
    reason = reason.strip()
    if not reason:
        raise Invalid(
            code,
            _("This is done only with a reason."),
            field="reason",
            way_forward=_("Say why in a sentence; it is kept with the record."),
        )
    return reason


def refuse_stale(stored: Any, version: int) -> None:
    """Refuse when the record is no longer at the version that was read."""
    if stored.version != version:
        raise Stale(
            "record.stale",
            _("%(record)s was changed by somebody else while you were working on it.") % {"record": stored},
            value=version,
            rule=_("It is now at version %(version)s.") % {"version": stored.version},
            way_forward=_("Open it again, look at what changed, and enter your change once more."),
        )


def refuse_withdrawn(stored: Any) -> None:
    """Refuse when the record is withdrawn."""
    if getattr(stored, "withdrawn_at", None) is not None:
        raise WrongState(
            "record.withdrawn",
            _("%(record)s is withdrawn.") % {"record": stored},
            way_forward=_("Record it anew if the withdrawal was a mistake."),
        )


def _refuse_held(actor: User, stored: Any) -> None:
    """Refuse to withdraw what other records mean nothing without, while these are not withdrawn.

    The code names what hangs on it (`site.has_finds`), or nothing that the actor does not see (`record.held`).
    """
    for relation in stored._meta.related_objects:
        if not getattr(relation.field, "keeps", False):
            continue
        kind = relation.related_model
        rows = kind._base_manager.filter(**{relation.field.name: stored}, withdrawn_at__isnull=True)
        if not rows.exists():
            continue
        names = kind._meta.verbose_name_plural
        seen = access.visible(rows, actor).exists()
        raise WrongState(
            f"{stored._meta.model_name}.has_{kind._meta.model_name}s" if seen else "record.held",
            _("%(kind)s that are not withdrawn belong to %(record)s.")
            % {"kind": str(names).capitalize(), "record": stored}
            if seen
            else _("Other records that are not withdrawn belong to %(record)s.") % {"record": stored},
            rule=_("They would hang on something that no longer counts."),
            way_forward=_("Withdraw them first, or move them to where they belong."),
        )


def not_by_hand(stored: Any, record: Any, names: Iterable[str]) -> None:
    """Refuse a change of fields that only another door, or nobody, changes."""
    for name in names:
        if hasattr(stored, name) and getattr(stored, name) != getattr(record, name):
            field = name.removesuffix("_id")
            raise Invalid(
                "record.not_by_hand",
                _("%(field)s is not changed by hand.")
                % {"field": stored._meta.get_field(field).verbose_name.capitalize()},
                field=field,
                value=getattr(record, name),
            )


def changed_fields(stored: models.Model, record: models.Model) -> set[str]:
    """Return the names of the fields in which a record differs from what is stored."""
    return {
        field.name
        for field in stored._meta.concrete_fields
        if field.name not in _OF_THE_DATABASE
        and getattr(stored, field.attname) != getattr(record, field.attname)
    }


def with_derived(names: Iterable[str]) -> list[str]:
    """Return names of changed fields with the days that follow from the uncertain dates among them.

    Only what changed is written: a row whose key is written, even with what it was, blocks all who refer to it.
    """
    stems = [name.removesuffix("_edtf") for name in names if name.endswith("_edtf")]
    return [*names, *(f"{stem}_{end}" for stem in stems for end in ("earliest_on", "latest_on"))]


def not_in_future(record: models.Model, *names: str) -> None:
    """Refuse a day on which something was seen or done when it has not come yet."""
    today = timezone.localdate()
    for name in names:
        day = getattr(record, name)
        if day is not None and day > today:
            label = record._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise Invalid(
                "record.day_in_future",
                _("%(field)s: %(day)s has not come yet.")
                % {"field": str(label).capitalize(), "day": day.isoformat()},
                field=name,
                value=day.isoformat(),
                way_forward=_("Enter the day on which it happened."),
            )


def check_parents(actor: User, record: Any, stored: Any = None) -> None:
    """Refuse to hang a record on what its author does not see, on another case, on what was withdrawn, or in the open
    on something that is not.

    Raises `NotVisible`; `record.other_case`, `record.parent_withdrawn`, `record.handling_of_parent`.
    """
    for field in case_references(type(record)):
        key = getattr(record, field.attname)
        if key is None or (stored is not None and getattr(stored, field.attname) == key):
            continue
        parent = field.related_model._base_manager.select_related("case").filter(pk=key).first()
        if parent is None or not access.sees(actor, parent):
            raise access.not_visible()
        refuse_parent(record, field, parent)


def refuse_parent(record: Any, field: Any, parent: Any) -> None:
    """Refuse what a record's parent, which its author sees, makes impossible."""
    if parent.case_id != record.case_id:
        raise Invalid(
            "record.other_case",
            _("%(parent)s belongs to case %(number)s, not to the case of this record.")
            % {"parent": parent, "number": parent.case.number},
            field=field.name,
            value=parent,
            way_forward=_("Choose one of the same case."),
        )
    if parent.withdrawn_at is not None:
        raise WrongState(
            "record.parent_withdrawn",
            _("%(parent)s is withdrawn; nothing new is recorded with it.") % {"parent": parent},
            field=field.name,
            value=parent,
        )
    refuse_handling_of_parent(record, parent)


def refuse_handling_of_parent(record: Any, parent: Any) -> None:
    """Refuse to hang a record in another handling on what is not open."""
    if parent.handling not in (Handling.OPEN, record.handling):
        raise Invalid(
            "record.handling_of_parent",
            _("%(parent)s is %(handling)s, so what belongs to it is too.")
            % {"parent": parent, "handling": parent.get_handling_display()},
            field="handling",
            value=record.handling,
            way_forward=_("Choose the same handling."),
        )


def case_references(model: Any) -> Iterator[Any]:
    """Yield the references of a kind of record to other records of its case."""
    return (field for field in model._meta.concrete_fields if isinstance(field, CaseForeignKey))


def check_fields(record: models.Model, stored: models.Model | None = None) -> None:
    """Check each field by itself, and put the first fault as a refusal. Rules between fields are the database's.

    A code that has gone out of use stays valid where it stands.
    """
    unchanged = {
        field.name
        for field in record._meta.concrete_fields
        if stored is not None
        and isinstance(field, (CodeField, models.ForeignKey))
        and getattr(stored, field.attname) == getattr(record, field.attname)
    }
    try:
        record.clean_fields(exclude=unchanged)
        record.clean()
        record.validate_unique(exclude=unchanged)
    except ValidationError as error:
        name, faults = next(iter(error.error_dict.items()))
        taken = any(fault.code in {"unique", "unique_together"} for fault in faults)
        field = None if name == "__all__" else name
        raise Invalid(
            "record.taken" if taken else "record.invalid",
            " ".join(message for fault in faults for message in fault.messages),
            field=field,
            value=getattr(record, record._meta.get_field(name).attname) if field else None,  # type: ignore[union-attr]
        ) from error


def _permission(record: models.Model, verb: str) -> str:
    return str(record.permission(verb))  # type: ignore[attr-defined]


def _owner(record: models.Model) -> models.Model | None:
    """Return the case that decides access, or the stored record; nothing for records of the system chain."""
    if not isinstance(record, CaseRecord):
        return record if getattr(record, "case_id", None) is not None else None
    if record.case_id is None:
        raise Invalid("record.without_case", _("A record belongs to a case."), field="case")
    return record.case if record._state.adding else record


def refuse_out_of_sight(actor: User, record: Any) -> None:
    """Refuse a handling in which its author could not see the record."""
    handling = getattr(record, "handling", None)
    if handling is None:
        return
    if handling not in access.handlings_seen(access.roles_in(actor, record.case)):
        raise Forbidden(
            "record.handling_out_of_sight",
            _(
                "You may not give a record the handling \N{LEFT DOUBLE QUOTATION MARK}%(handling)s"
                "\N{RIGHT DOUBLE QUOTATION MARK}: you could not see it yourself."
            )
            % {"handling": dict(Handling.choices).get(handling, handling)},
            field="handling",
            value=handling,
        )


def _refuse_hidden(actor: User, stored: Any, changed: set[str]) -> None:
    if not isinstance(stored, CaseRecord):
        return
    hidden = sorted(changed & access.hidden_fields(actor, stored))
    if hidden:
        raise Forbidden(
            "record.field_out_of_sight",
            _("You may not change what you may not see."),
            field=hidden[0],
            rule=", ".join(hidden),
        )


def refuse_unveiling(actor: User, stored: Any, record: Any) -> None:
    """Refuse a change after which its author would see what was withheld before: nobody lifts their own veil."""
    if not isinstance(stored, CaseRecord):
        return
    unveiled = sorted(access.hidden_fields(actor, stored) - access.hidden_fields(actor, record))
    if unveiled:
        raise Forbidden(
            "record.unveiled",
            _("You may not change what keeps a part of this record from you."),
            rule=", ".join(unveiled),
            way_forward=_("Ask somebody of the case who sees all of it."),
        )


def refuse_taking_away(actor: User, stored: Any, record: Any) -> None:
    """Refuse to make humanitarian what somebody else recorded openly: the investigation would lose it unawares."""
    was, becomes = getattr(stored, "handling", None), getattr(record, "handling", None)
    if was == becomes or becomes != Handling.HUMANITARIAN:
        return
    first = entries_of(stored).first()
    if first is None or first.actor_id != actor.pk:
        raise Forbidden(
            "record.taken_away",
            _("This record is known to the case team, and stays known to it."),
            field="handling",
            value=becomes,
            rule=_("Only who recorded something may make it humanitarian afterwards."),
            way_forward=_("Record what was learned in confidence as a record of its own."),
        )
