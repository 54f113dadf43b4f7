"""The first administrator, whom nobody appointed: made on the command line, by Taphos itself, and recorded as that."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ledger.context import Actor, change
from cases.models import Agency, Appointment, AppointmentRole, User
from cases.refusals import Invalid, WrongState
from cases.services.record import check_fields, told_kindly


def administrators() -> int:
    """Return how many people can sign in as administrators today."""
    today = timezone.localdate()
    lasting = Q(until_on__isnull=True) | Q(until_on__gte=today)
    held = Appointment.objects.filter(
        lasting, role=AppointmentRole.ADMINISTRATOR, from_on__lte=today, user__is_active=True
    )
    return held.values("user").distinct().count()


def make_administrator(
    *, account: User, password: str, agency: Agency, installer: Actor, reason: str = ""
) -> User:
    """Write a new account, appointed as administrator of its agency, which is written too when it is new.

    `installer` is Taphos itself: there is nobody yet who could do it, and the ledger says so. Beside other
    administrators it takes a reason.
    Raises `Invalid` (`user.password_weak` for a weak password) and `WrongState`: `installation.administrator_exists`.
    """
    if administrators() and not reason.strip():
        raise WrongState(
            "installation.administrator_exists",
            _("There is an administrator already."),
            field="reason",
            way_forward=_("They make further accounts. Give a reason to make another one here all the same."),
        )
    account.agency = agency
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid("user.password_weak", " ".join(error.messages), field="password") from error
    account.set_password(password)
    appointment = Appointment(
        agency=agency, user=account, role=AppointmentRole.ADMINISTRATOR, from_on=timezone.localdate()
    )
    with transaction.atomic(), change(installer, "cases.user.administrator_made", reason=reason.strip()):
        for record in (agency, account, appointment):
            if not record._state.adding:
                continue
            with told_kindly(record):
                check_fields(record)
                record.save(force_insert=True)
    return account
