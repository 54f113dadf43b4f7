"""The people of the demonstration and their agencies: made where `TAPHOS_DEMO` is on, and nowhere else."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.demo import DEMO_ACCOUNTS, DemoAccount
from cases.ledger.context import Actor
from cases.models import Agency, Appointment, AppointmentRole, User
from cases.refusals import Invalid, WrongState
from cases.services import agency as agencies_door
from cases.services import appointment as appointments_door
from cases.services.installation import make_administrator
from cases.services.record import create_record
from evidence.sample.document import AgencyEntry, Document

INSTALLER: Final = Actor.system("demonstration")
REASON: Final = "The accounts of the demonstration, for the sample case."


@transaction.atomic
def ensure_demonstration(document: Document) -> dict[str, User]:
    """Make the agencies and accounts that are missing, and return the people by their user name.

    The first administrator is made by Taphos itself; that account then makes the others, as it would anywhere.
    Raises `WrongState`: `sample.no_demonstration`, `sample.name_taken`.
    """
    if not settings.TAPHOS_DEMO:
        raise WrongState(
            "sample.no_demonstration",
            _("Demonstration accounts are made in a demonstration only: their password is public."),
            way_forward=_("Set TAPHOS_DEMO=1, or name accounts of your own."),
        )
    entries = {entry.key: entry for entry in document.agencies}
    first = next(a for a in DEMO_ACCOUNTS if a.appointment == AppointmentRole.ADMINISTRATOR)
    administrator = _known(first) or make_administrator(
        account=_account(first),
        password=first.password,
        agency=known_agency(_agency(entries, first)) or _new_agency(_agency(entries, first)),
        installer=INSTALLER,
        reason=REASON,
    )
    access.forget_standing(administrator)
    agencies = {
        entry.key: known_agency(entry) or agencies_door.create(actor=administrator, record=_new_agency(entry))
        for entry in document.agencies
    }
    people = {first.username: administrator}
    for account in DEMO_ACCOUNTS:
        if account is not first:
            _agency(entries, account)
            people[account.username] = _person(account, agencies[account.agency], administrator)
    return people


def known_agency(entry: AgencyEntry) -> Any:
    """Return the agency of an entry, if there is one of that name."""
    return Agency.objects.filter(name=entry.name).first()


def _new_agency(entry: AgencyEntry) -> Agency:
    return Agency(name=entry.name, short_name=entry.short_name, kind=entry.kind, country=entry.country)


def _agency(entries: dict[str, AgencyEntry], account: DemoAccount) -> AgencyEntry:
    if account.agency not in entries:
        raise Invalid(
            "sample.unknown_agency",
            _("The sample file has no agency %(key)s, to which %(name)s belongs.")
            % {"key": account.agency, "name": account.username},
            value=account.agency,
        )
    return entries[account.agency]


def _person(account: DemoAccount, agency: Agency, administrator: User) -> User:
    """Return the account's person, made and appointed by the administrator where missing."""
    person = _known(account)
    if person is not None:
        return person
    person = _account(account)
    person.agency = agency
    person.set_password(account.password)
    # The door for accounts makes no demonstration account: these come from here alone.
    create_record(actor=administrator, record=person, reason=REASON)
    if account.appointment:
        appointments_door.create(
            actor=administrator,
            record=Appointment(
                agency=agency, user=person, role=account.appointment, from_on=timezone.localdate()
            ),
        )
    return person


def _account(account: DemoAccount) -> User:
    return User(
        username=account.username,
        full_name=account.full_name,
        job_title=account.job_title,
        is_demonstration=True,
    )


def _known(account: DemoAccount) -> User | None:
    found = User.objects.filter(username=account.username).select_related("agency").first()
    if found is not None and not found.is_demonstration:
        raise WrongState(
            "sample.name_taken",
            _("%(username)s is the account of a person, and no demonstration account.")
            % {"username": account.username},
            value=account.username,
            way_forward=_("Load the sample into a database of its own, or with accounts of your own."),
        )
    return found
