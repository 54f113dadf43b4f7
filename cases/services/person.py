"""Accounts: the administrator makes them, gives first passwords and switches them off. None is ever deleted."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.context import change as named
from cases.models.case import Case
from cases.models.membership import Membership, Role
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import change_record, create_record, lock, not_by_hand, reason_given, told_kindly

#: A first password is as long as this many random bytes are in writing.
_FIRST_PASSWORD_BYTES = 18


def create(*, actor: User, record: User) -> User:
    """Make an account that cannot sign in until it is given a password.

    Raises `user.demonstration_not_settable`, `user.language_unknown`, `record.taken`.
    """

    def prepare(user: User) -> None:
        if user.is_demonstration:
            raise Forbidden(
                "user.demonstration_not_settable",
                _("Demonstration accounts come with the demonstration only."),
                field="is_demonstration",
            )
        user.set_unusable_password()
        _refuse_unknown_language(user)

    return create_record(actor=actor, record=record, prepare=prepare)


def create_with_password(*, actor: User, record: User) -> tuple[User, str]:
    """Make an account and return it with its first password, which is shown once and kept nowhere."""
    with transaction.atomic():
        create(actor=actor, record=record)
        return record, issue_password(actor=actor, person=record)


def change(*, actor: User, record: User, version: int) -> User:
    """Change an account's name, agency, language and the like.

    Raises `record.not_by_hand` for the password, the demonstration mark and whether it may sign in, which have doors of
    their own; `user.language_unknown`, `record.taken`.
    """

    def prepare(user: User) -> None:
        stored = User.objects.get(pk=user.pk)
        not_by_hand(
            stored, user, ("password", "must_change_password", "is_demonstration", "is_active", "created_at")
        )
        _refuse_unknown_language(user)

    return change_record(actor=actor, record=record, version=version, prepare=prepare)


def issue_password(*, actor: User, person: User) -> str:
    """Give an account a random password and return it: to be handed over in person and changed at the next sign-in.

    Raises `access.forbidden`, `user.switched_off`.
    """
    password = secrets.token_urlsafe(_FIRST_PASSWORD_BYTES)
    set_password(actor=actor, person=person, password=password)
    return password


def set_password(*, actor: User, person: User, password: str) -> User:
    """Give an account a password: the administrator to anyone, everyone to themselves.

    Whoever is given one by somebody else must choose another at the next sign-in, before anything else.
    Raises `access.forbidden`, `user.switched_off`, `user.password_weak`, `user.password_same`.
    """
    with transaction.atomic():
        stored: User = lock(person)
        own = stored.pk == actor.pk
        if own:
            refuse_same_password(stored, password)
        else:
            access.require(actor, User.permission("change"))
        if not stored.is_active:
            raise WrongState("user.switched_off", _("The account of %(person)s is off.") % {"person": stored})
        try:
            validate_password(password, stored)
        except ValidationError as error:
            raise Invalid("user.password_weak", " ".join(error.messages), field="password") from error
        stored.set_password(password)
        stored.must_change_password = not own and not stored.is_demonstration
        _written(actor, stored, "cases.user.password_set", "", "password", "must_change_password")
    person.password, person.version = stored.password, stored.version
    person.must_change_password = stored.must_change_password
    return person


def refuse_same_password(person: User, password: str) -> None:
    """Refuse to keep a password that somebody else has set. Raises `user.password_same`."""
    if person.must_change_password and hashers.check_password(password, person.password):
        raise Invalid(
            "user.password_same",
            _("This is the password that was given to you: somebody else knows it."),
            field="password",
            way_forward=_("Choose another one."),
        )


def set_language(*, actor: User, language: str) -> User:
    """Choose the language in which one works. Raises `user.language_unknown`."""
    with transaction.atomic():
        stored: User = lock(actor)
        stored.language = language
        _refuse_unknown_language(stored)
        _written(actor, stored, "cases.user.language_chosen", "", "language")
    actor.language, actor.version = stored.language, stored.version
    return actor


def deactivate(*, actor: User, person: User, reason: str) -> User:
    """Switch an account off: it can no longer sign in, and nothing of what it did changes.

    Raises `user.not_oneself`, `user.switched_off`, `user.last_prosecutor`, `appointment.last_administrator`,
    `record.reason_required`.
    """
    with transaction.atomic():
        stored = _administered(actor, person)
        reason = reason_given(reason)
        if stored.pk == actor.pk:
            raise Forbidden(
                "user.not_oneself",
                _("You cannot switch your own account off."),
                way_forward=_("Ask another administrator."),
            )
        if not stored.is_active:
            raise WrongState(
                "user.switched_off", _("The account of %(person)s is off already.") % {"person": stored}
            )
        _refuse_last_prosecutor(stored)
        stored.is_active = False
        return _written(actor, stored, "cases.user.deactivated", reason, "is_active")


def reactivate(*, actor: User, person: User, reason: str) -> User:
    """Switch an account on again. Raises `user.switched_on`, `record.reason_required`."""
    with transaction.atomic():
        stored = _administered(actor, person)
        reason = reason_given(reason)
        if stored.is_active:
            raise WrongState("user.switched_on", _("The account of %(person)s is on.") % {"person": stored})
        stored.is_active = True
        return _written(actor, stored, "cases.user.reactivated", reason, "is_active")


def _refuse_last_prosecutor(person: User) -> None:
    """Refuse to switch the only prosecutor of a case off. Who does so sees no case, so none is named."""
    today = timezone.localdate()
    directing = Membership.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today),
        role=Role.PROSECUTOR,
        from_on__lte=today,
        withdrawn_at__isnull=True,
        user__is_active=True,
    )
    cases = directing.filter(user=person).values("case")
    # Whoever changes the team of one of these cases waits.
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk"))
    others = directing.exclude(user=person).values("case")
    if directing.filter(user=person).exclude(case__in=others).exists():
        raise WrongState(
            "user.last_prosecutor",
            _("%(person)s is the only prosecutor of a case.") % {"person": person},
            field="is_active",
            rule=_("A case always has a prosecutor, who directs it."),
            way_forward=_("Let the supervisor add another prosecutor first."),
        )


def _administered(actor: User, person: User) -> User:
    stored: User = lock(person)
    access.require(actor, User.permission("change"))
    return stored


def _written(actor: User, stored: User, action: str, reason: str, *fields: str) -> User:
    with told_kindly(stored), named(actor, action, reason=reason):
        stored.save(update_fields=fields)
    stored.version += 1
    access.forget_standing(stored)
    return stored


def _refuse_unknown_language(user: User) -> None:
    known = [code for code, _label in settings.LANGUAGES]
    if user.language not in known:
        raise Invalid(
            "user.language_unknown",
            _(
                "Taphos does not speak \N{LEFT DOUBLE QUOTATION MARK}%(language)s\N{RIGHT DOUBLE QUOTATION MARK}."
            )
            % {"language": user.language},
            field="language",
            value=user.language,
            rule=", ".join(known),
        )
