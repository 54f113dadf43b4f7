"""Contributions: a partner's program proposes, somebody of the case takes over or declines, and both ends are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.closure import refuse_closed
from cases.exchange.comparison import Standing, compare, earlier, looked_up, read_values, settle, target_of
from cases.exchange.contributed import Contributed, contributed_kinds
from cases.exchange.delivery import agreement_for
from cases.exchange.kinds import covered, shared_kinds
from cases.exchange_workflows import CONTRIBUTION
from cases.ledger.context import change as named
from cases.models.agreement import SharingAgreement
from cases.models.base import CaseRecord, Handling
from cases.models.client import Client
from cases.models.contribution import Contribution, ContributionStatus
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Refusal, WrongState
from cases.services.record import case_references, check_fields, lock, refuse_stale, told_kindly
from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "cases_contribution_identified": DatabaseRule(
            "contribution.identifier",
            gettext_lazy("A contribution comes under the partner's own identifier."),
            "identifier",
        ),
        "cases_contribution_read": DatabaseRule(
            "contribution.read_version",
            gettext_lazy("Who would change a record of the case says which version was read."),
            "read_version",
        ),
        "cases_contribution_agreed": DatabaseRule(
            "contribution.kind",
            gettext_lazy("No agreement lets this program contribute this."),
            "kind",
            kind=Forbidden,
        ),
        "cases_contribution_sender": DatabaseRule(
            "contribution.sender",
            gettext_lazy("A program contributes in its own name only."),
            kind=Forbidden,
        ),
        "cases_contribution_sent": DatabaseRule(
            "contribution.sent",
            gettext_lazy("A contribution stays as it was sent, and a decision as it was made."),
            kind=WrongState,
        ),
        "cases_contribution_own_name": DatabaseRule(
            "contribution.own_name",
            gettext_lazy("A contribution is decided on in one's own name only."),
            kind=Forbidden,
        ),
        "cases_contribution_decided_by_another": DatabaseRule(
            "contribution.needs_second_person",
            gettext_lazy("Who answers for the program that sent it does not decide on it."),
            kind=WrongState,
        ),
        "cases_contribution_declined_with_reason": DatabaseRule(
            "workflow.reason_required", gettext_lazy("It is declined with a reason."), "reason"
        ),
        "cases_contribution_decided": DatabaseRule(
            "contribution.decided", gettext_lazy("A decision names who made it."), kind=WrongState
        ),
        "cases_contribution_became_something": DatabaseRule(
            "contribution.became",
            gettext_lazy("What was accepted became a record; what was not became none."),
            kind=WrongState,
        ),
        "cases_contribution_in_order": DatabaseRule(
            "contribution.earlier_first",
            gettext_lazy("What came earlier under this identifier is decided first."),
            kind=WrongState,
        ),
    }
)


# --- the partner's door


def propose(*, actor: Client, record: Contribution) -> Contribution:
    """Keep what a partner's program proposes, as it was sent, for somebody of the case to decide.

    Raises `access.not_found` without an agreement, `contribution.kind`, `contribution.handling`,
    `contribution.not_edited`, `contribution.field_withheld`, `contribution.nothing`, `record.reference_unknown`, and
    what is wrong with the values.
    """
    agreement: SharingAgreement = agreement_for(actor, record.case_id)
    kind = contributed_kinds().get(record.kind)
    if kind is None or record.kind not in agreement.contributes:
        raise Forbidden(
            "contribution.kind",
            _("You may not contribute records of this kind to this case."),
            field="kind",
            value=record.kind,
            rule=", ".join(name for name in agreement.contributes if name in contributed_kinds()),
            way_forward=_("What you may is in your agreement with the case."),
        )
    if (record.record is None) != (record.read_version is None):
        raise Invalid(
            "contribution.read_version",
            _("Who would change a record of the case says which version was read."),
            field="read_version" if record.read_version is None else "record",
            way_forward=_("It is the version of the record as you were sent it."),
        )
    record.agreement, record.client, record.answers = agreement, actor, actor.responsible
    record.status = ContributionStatus.PROPOSED
    if record.handling == Handling.OPEN:
        record.handling = agreement.handling
    if record.handling not in agreement.handlings:
        raise Invalid(
            "contribution.handling",
            _("Your agreement covers no records of this handling."),
            field="handling",
            value=record.handling,
            rule=", ".join(agreement.handlings),
        )
    with transaction.atomic(), told_kindly(record), named(actor, "cases.contribution.proposed"):
        refuse_closed(record)
        changes = _refuse_unchangeable(agreement, kind, record)
        row = _read(kind, record, partial=changes)
        _refuse_unseen_references(agreement, kind, row)
        check_fields(record)
        record.save(force_insert=True)
    return record


def _read(kind: Contributed, record: Contribution, *, partial: bool) -> dict[str, Any]:
    try:
        row = read_values(kind, record.values, partial=partial)
    except Refusal as refusal:
        for fault in getattr(refusal, "faults", [refusal]):
            fault.field = f"values.{fault.field}" if fault.field else "values"
        refusal.field = getattr(refusal, "faults", [refusal])[0].field
        raise
    if not row:
        raise Invalid("contribution.nothing", _("It says nothing of the record."), field="values")
    return row


def _refuse_unchangeable(agreement: SharingAgreement, kind: Contributed, record: Contribution) -> bool:
    """Refuse to change what is not changed, or not this partner's to see; say whether it would change something."""
    again = earlier(record).filter(status__in=[ContributionStatus.ACCEPTED, ContributionStatus.PROPOSED])
    changes = record.record is not None
    if kind.change is None and (changes or again.exists()):
        raise WrongState(
            "contribution.not_edited",
            _("Records of this kind are not edited: there is one under this identifier already."),
            field="identifier",
            value=record.identifier,
            way_forward=_("Send what is new under an identifier of its own."),
        )
    if not changes:
        return False
    _existing(agreement, kind.model, record.record, "record")
    withheld = set(shared_kinds()[kind.name].left_out(agreement.withheld))
    for field in kind.model._meta.concrete_fields:
        if field.column in withheld and field.name in record.values:
            raise Forbidden(
                "contribution.field_withheld",
                _("Of the case's own records this field is withheld from you, so you cannot have read it."),
                field=f"values.{field.name}",
            )
    return True


def _refuse_unseen_references(agreement: SharingAgreement, kind: Contributed, row: Mapping[str, Any]) -> None:
    """Refuse to refer to what the agreement does not cover, as if it were not there."""
    for field in case_references(kind.model):
        key = row.get(field.attname)
        if key is not None:
            _existing(agreement, field.related_model, key, f"values.{field.name}")
    others = [
        field
        for field in kind.model._meta.concrete_fields
        if field.is_relation and not issubclass(field.related_model, (CaseRecord,)) and field.name != "case"
    ]
    for field in others:
        key = row.get(field.attname)
        if key is None:
            continue
        named_row = field.related_model._default_manager.filter(pk=key).first()
        if named_row is None or getattr(named_row, "scheme", None) != getattr(field, "scheme", None):
            raise _unknown(f"values.{field.name}", key)


def _existing(agreement: SharingAgreement, model: Any, key: Any, field: str) -> Any:
    seen = {kind.model for kind in covered(agreement)}
    found = (
        model._base_manager.filter(
            pk=key, case=agreement.case_id, handling__in=agreement.handlings, withdrawn_at__isnull=True
        ).first()
        if model in seen
        else None
    )
    if found is None:
        raise _unknown(field, key)
    return found


def _unknown(field: str, key: Any) -> Invalid:
    return Invalid("record.reference_unknown", _("There is no such record."), field=field, value=key)


# --- the case's door


def accept(
    *,
    actor: User,
    contribution: Contribution,
    version: int | None = None,
    theirs: Collection[str] = (),
    ours: Collection[str] = (),
) -> Contribution:
    """Take a contribution over by the doors of its kind: as a new record, or into the one that it is about.

    Where both ends changed a field, `theirs` and `ours` say for each which value stands. Raises
    `contribution.conflict` with the first field that nobody decided, `contribution.gone`, `contribution.earlier_first`,
    `contribution.needs_second_person`, and what the doors of its kind raise.
    """
    with transaction.atomic():
        stored: Any = lock(contribution)
        access.require(actor, "cases.contribution:decide", stored)
        if version is not None:
            refuse_stale(stored, version)
        blocked = next(
            (
                option.blocked
                for option in CONTRIBUTION.options(stored, actor)
                if option.transition.name == "accept"
            ),
            _decided(stored),
        )
        if blocked is not None:
            raise blocked
        kind = contributed_kinds()[stored.kind]
        target, _before = target_of(stored)
        stands = {
            **dict.fromkeys(set(theirs) - set(ours), "theirs"),
            **dict.fromkeys(set(ours) - set(theirs), "ours"),
        }
        if target is None and stored.record is not None:
            raise access.not_visible()
        became, taken = (
            (_made(actor, kind, stored), sorted(stored.values))
            if target is None
            else _changed(actor, kind, stored, target, stands)
        )

        def tie(locked: Contribution) -> None:
            locked.became, locked.taken = became.pk, taken

        done: Contribution = CONTRIBUTION.apply(actor=actor, record=stored, name="accept", prepare=tie)
        return done


def decline(
    *, actor: User, contribution: Contribution, reason: str, version: int | None = None
) -> Contribution:
    """Decline a contribution with a reason, which the partner reads. Raises what `Workflow.apply` raises."""
    with transaction.atomic():
        if version is not None:
            stored = lock(contribution)
            access.require(actor, "cases.contribution:decide", stored)
            refuse_stale(stored, version)
        done: Contribution = CONTRIBUTION.apply(
            actor=actor, record=contribution, name="decline", reason=reason
        )
        return done


def _made(actor: User, kind: Contributed, contribution: Contribution) -> Any:
    row = looked_up(kind, contribution.values, actor)
    record = kind.model(**row)
    record.case = contribution.case
    settle(record, row)
    if record.handling in {"", Handling.OPEN}:
        record.handling = contribution.handling
    return kind.make(actor, record, contribution)


def _changed(
    actor: User,
    kind: Contributed,
    contribution: Contribution,
    target: Any,
    stands: Mapping[str, str],
) -> tuple[Any, list[str]]:
    if not access.sees(actor, target) or kind.change is None:
        raise access.not_visible()
    if target.withdrawn_at is not None:
        raise WrongState(
            "contribution.gone",
            _("%(record)s, which it is about, is withdrawn.") % {"record": target},
            way_forward=_("Decline it, and say so."),
        )
    taken: list[str] = []
    for field in compare(contribution):
        if field.standing == Standing.CONFLICT:
            if field.name not in stands:
                raise WrongState(
                    "contribution.conflict",
                    _("%(field)s was changed at both ends.") % {"field": field.label},
                    field=field.name,
                    value=field.theirs,
                    rule=_("Nobody's change is silently lost: a person says which of the two stands."),
                    way_forward=_("Choose for this field, and accept again."),
                )
            if stands[field.name] == "theirs":
                taken.append(field.name)
        elif field.standing == Standing.THEIRS:
            taken.append(field.name)
    if taken:
        row = looked_up(kind, {name: contribution.values[name] for name in taken}, actor, partial=True)
        for name, value in row.items():
            setattr(target, name, value)
        kind.change(actor, target, target.version)
    return target, taken


def _decided(contribution: Contribution) -> WrongState:
    return WrongState(
        "contribution.decided",
        _("This contribution has been decided on: %(status)s.")
        % {"status": contribution.get_status_display()},
        field="status",
        value=contribution.status,
    )
