"""The team of a case: who joins it in which role, until when. It changes while the case is closed, too."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.models.case import Case
from cases.models.membership import Membership, Role
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import change_record, create_record, withdraw_record
from cases.services.sight import refuse_in_team


def create(*, actor: User, record: Membership) -> Membership:
    """Give a person a part in a case.

    Raises `membership.not_to_oneself`, `membership.person_inactive`, `membership.once`, `membership.stands_alone`.
    """

    def rule(membership: Membership) -> None:
        if membership.user_id == actor.pk:
            raise _not_to_oneself(membership, "user")
        if not membership.user.is_active:
            raise WrongState(
                "membership.person_inactive",
                _("The account of %(person)s is switched off.") % {"person": membership.user},
                field="user",
                value=membership.user,
                way_forward=_("Ask an administrator to switch it on again."),
            )
        refuse_in_team(membership)

    create_record(actor=actor, record=record, rule=rule)
    access.forget_standing(record.user)
    return record


def add_member(
    *,
    actor: User,
    case: Case,
    user: User,
    role: str,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
    basis: str = "",
) -> Membership:
    """Give a person a part in a case, from today unless another day is named."""
    return create(
        actor=actor,
        record=Membership(
            case=case,
            user=user,
            role=role,
            from_on=from_on or timezone.localdate(),
            until_on=until_on,
            basis=basis,
        ),
    )


def change(*, actor: User, record: Membership, version: int) -> Membership:
    """Change the days or the basis of a membership; the person and the role stay, and nobody gives themselves days.

    Raises `membership.person_and_role_fixed`, `membership.last_prosecutor`, `membership.not_to_oneself`.
    """

    def rule(membership: Membership) -> None:
        stored = Membership.objects.get(pk=membership.pk)
        if membership.user_id == actor.pk and _lasts_longer(membership, stored):
            raise _not_to_oneself(membership, "until_on")
        refuse_in_team(membership)
        if membership.from_on > max(stored.from_on, timezone.localdate()):
            _refuse_last_prosecutor(membership, timezone.localdate() - dt.timedelta(days=1))
        if membership.until_on is not None:
            _refuse_last_prosecutor(membership, membership.until_on)

    with transaction.atomic():
        _lock_team(record)
        changed = change_record(actor=actor, record=record, version=version, rule=rule)
    access.forget_standing(changed.user)
    return changed


def end_membership(*, actor: User, membership: Membership, last_on: dt.date | None = None) -> Membership:
    """End a membership with a last day, today unless another is named.

    Raises `membership.ends_before_it_begins`, `membership.last_prosecutor`.
    """
    with transaction.atomic():
        stored = Membership.objects.filter(pk=membership.pk).first()
        if stored is None:
            raise access.not_visible()
        last_on = last_on or timezone.localdate()
        if last_on < stored.from_on and access.sees(actor, stored):
            raise Invalid(
                "membership.ends_before_it_begins",
                _("This membership begins on %(day)s.") % {"day": stored.from_on.isoformat()},
                field="until_on",
                value=last_on,
                way_forward=_("Withdraw it if it never held."),
            )
        stored.until_on = last_on
        return change(actor=actor, record=stored, version=stored.version)


def withdraw(*, actor: User, record: Membership, reason: str) -> Membership:
    """Withdraw a membership: it ends at this moment.

    Raises `membership.last_prosecutor` besides what `withdraw_record` raises.
    """
    with transaction.atomic():
        _lock_team(record)
        withdrawn: Membership = withdraw_record(
            actor=actor,
            record=record,
            reason=reason,
            rule=lambda stored: _refuse_last_prosecutor(stored, timezone.localdate() - dt.timedelta(days=1)),
        )
    access.forget_standing(withdrawn.user)
    access.forget_standing(record.user)
    return withdrawn


def _lasts_longer(membership: Membership, stored: Membership) -> bool:
    if membership.from_on < stored.from_on:
        return True
    return stored.until_on is not None and (
        membership.until_on is None or membership.until_on > stored.until_on
    )


def _not_to_oneself(membership: Membership, field: str) -> Forbidden:
    return Forbidden(
        "membership.not_to_oneself",
        _("Nobody gives a part in a case, or more days of one, to themselves."),
        field=field,
        value=getattr(membership, field),
        way_forward=_("Ask another prosecutor or the supervisor."),
    )


def _lock_team(membership: Membership) -> None:
    """Let changes of one team wait for one another, so that two prosecutors cannot remove each other at once."""
    Case.objects.select_for_update(no_key=True).filter(pk=membership.case_id).first()


def _current(membership: Membership) -> Any:
    """Return the other memberships of the case that were not withdrawn."""
    return Membership.objects.filter(case=membership.case_id, withdrawn_at__isnull=True).exclude(
        pk=membership.pk
    )


def _refuse_last_prosecutor(membership: Membership, last_on: dt.date) -> None:
    """Refuse to end the membership of a prosecutor after whom there is none."""
    if membership.role != Role.PROSECUTOR:
        return
    next_day = max(last_on, timezone.localdate() - dt.timedelta(days=1)) + dt.timedelta(days=1)
    after = _current(membership).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=next_day),
        role=Role.PROSECUTOR,
        from_on__lte=next_day,
        user__is_active=True,
    )
    if not after.exists():
        raise WrongState(
            "membership.last_prosecutor",
            _("%(person)s is the only prosecutor of the case from %(day)s on.")
            % {"person": membership.user, "day": next_day.isoformat()},
            field="until_on",
            value=last_on,
            rule=_("A case always has a prosecutor, who directs it."),
            way_forward=_("Add another prosecutor first."),
        )
