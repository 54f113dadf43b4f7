"""Appointments: who supervises, audits, administers or may open cases in an agency, from a day until a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.models.user import Appointment, AppointmentRole, User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import change_record, create_record
from cases.services.sight import refuse_appointment


def create(*, actor: User, record: Appointment) -> Appointment:
    """Appoint a person.

    Raises `appointment.not_to_oneself`, `appointment.once`, `appointment.person_inactive`, `membership.stands_alone`.
    """

    def rule(appointment: Appointment) -> None:
        if appointment.user_id == actor.pk:
            raise _not_to_oneself(appointment, "user")
        if not appointment.user.is_active:
            raise WrongState(
                "appointment.person_inactive",
                _("The account of %(person)s is switched off.") % {"person": appointment.user},
                field="user",
                value=appointment.user,
            )
        _refuse_twice(appointment)
        refuse_appointment(appointment)

    create_record(actor=actor, record=record, rule=rule)
    access.forget_standing(record.user)
    return record


def change(*, actor: User, record: Appointment, version: int) -> Appointment:
    """Change the days of an appointment; agency, person and role stay, and nobody gives themselves days.

    Raises `appointment.person_and_role_fixed`, `appointment.once`, `appointment.last_administrator`,
    `appointment.not_to_oneself`, `membership.stands_alone`.
    """

    def rule(appointment: Appointment) -> None:
        stored = Appointment.objects.get(pk=appointment.pk)
        longer = stored.until_on is not None and (
            appointment.until_on is None or appointment.until_on > stored.until_on
        )
        if appointment.user_id == actor.pk and (longer or appointment.from_on < stored.from_on):
            raise _not_to_oneself(appointment, "until_on")
        _refuse_twice(appointment)
        refuse_appointment(appointment)
        begins_later = appointment.from_on > max(stored.from_on, timezone.localdate())
        if appointment.until_on is not None or begins_later:
            _refuse_last_administrator(appointment)

    changed = change_record(actor=actor, record=record, version=version, rule=rule)
    access.forget_standing(changed.user)
    return changed


def end_appointment(*, actor: User, appointment: Appointment, last_on: dt.date | None = None) -> Appointment:
    """End an appointment with a last day: yesterday, so that it ends at once, unless another is named.

    Raises `appointment.ends_before_it_begins`, `appointment.last_administrator`.
    """
    with transaction.atomic():
        stored = Appointment.objects.filter(pk=appointment.pk).first()
        if stored is None:
            raise access.not_visible()
        last_on = last_on or max(timezone.localdate() - dt.timedelta(days=1), stored.from_on)
        if last_on < stored.from_on:
            raise Invalid(
                "appointment.ends_before_it_begins",
                _("This appointment begins on %(day)s.") % {"day": stored.from_on.isoformat()},
                field="until_on",
                value=last_on,
            )
        stored.until_on = last_on
        return change(actor=actor, record=stored, version=stored.version)


def _not_to_oneself(appointment: Appointment, field: str) -> Forbidden:
    return Forbidden(
        "appointment.not_to_oneself",
        _("Nobody appoints themselves, or for longer."),
        field=field,
        value=getattr(appointment, field),
        rule=_("An administrator who could would read every case of the agency as its auditor."),
        way_forward=_("Ask another administrator."),
    )


def _refuse_twice(appointment: Appointment) -> None:
    same = Appointment.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=appointment.from_on),
        agency=appointment.agency_id,
        user=appointment.user_id,
        role=appointment.role,
    ).exclude(pk=appointment.pk)
    if appointment.until_on is not None:
        same = same.filter(from_on__lte=appointment.until_on)
    if same.exists():
        raise Invalid(
            "appointment.once",
            _("%(person)s holds this appointment at that time already.") % {"person": appointment.user},
            field="role",
            value=appointment.role,
            way_forward=_("Change the days of the one that is there."),
        )


def _refuse_last_administrator(appointment: Appointment) -> None:
    if appointment.role != AppointmentRole.ADMINISTRATOR:
        return
    others = Appointment.objects.filter(
        role=AppointmentRole.ADMINISTRATOR,
        until_on__isnull=True,
        from_on__lte=timezone.localdate(),
        user__is_active=True,
    ).exclude(pk=appointment.pk)
    if not others.exists():
        raise WrongState(
            "appointment.last_administrator",
            _("%(person)s is the last administrator.") % {"person": appointment.user},
            field="until_on",
            value=appointment.until_on,
            way_forward=_("Appoint another administrator first."),
        )
