"""`manage.py load_sample`: the sample case, entered by the demonstration's people or by people of one's own."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, transaction
from django.utils.translation import gettext as _

from cases.demo import DEMO_ACCOUNTS
from cases.models import User
from cases.models.membership import CASE_ROLES, Role
from cases.refusals import Refusal
from evidence.sample import accounts, loader
from evidence.sample.reading import read_document

SAMPLE: Final = Path(loader.__file__).with_name("khojaly.yaml")
#: These see the case by their appointment in the agency that leads it.
BY_APPOINTMENT: Final = {Role.SUPERVISOR, Role.AUDITOR}


class Command(BaseCommand):
    """Load the sample case once; a second time changes nothing."""

    help = (
        "Load the sample case. Outside a demonstration, say who enters it: --as ROLE=USERNAME for each role."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the people of one's own, and another file."""
        parser.add_argument(
            "--as",
            action="append",
            dest="people",
            default=[],
            metavar="ROLE=USERNAME",
            help="Who acts in a role: prosecutor, investigator, anthropologist, and liaison if there is one.",
        )
        parser.add_argument("--file", type=Path, default=SAMPLE, help="Another file of the same form.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, whole or not at all."""
        try:
            document = read_document(options["file"])
            with transaction.atomic():
                if options["people"]:
                    people = _own_people(options["people"])
                    team = [(person, role) for role, person in people.items()]
                elif settings.TAPHOS_DEMO:
                    people, team = _demonstration(accounts.ensure_demonstration(document))
                else:
                    raise CommandError(
                        _(
                            "The sample is entered by the demonstration's people, and this is no demonstration. "
                            "Name people of your own (--as prosecutor=USERNAME --as investigator=USERNAME "
                            "--as anthropologist=USERNAME), or set TAPHOS_DEMO=1 in a database made for it."
                        )
                    )
                loaded = loader.load(document, people, team)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except ProgrammingError as error:  # a table is missing
            raise CommandError(_("The database is not up to date. Run `manage.py migrate` first.")) from error
        if options["verbosity"] > 0:
            self._tell(loaded)

    def _tell(self, loaded: loader.Loaded) -> None:
        words = (
            _("The sample case %(number)s is loaded.")
            if loaded.entered
            else _("Case %(number)s is there already; nothing was changed.")
        )
        self.stdout.write(words % {"number": loaded.case.number})
        if loaded.left_out:
            self.stdout.write(
                _("Left out, for nobody was named who enters it: %(places)s.")
                % {"places": ", ".join(loaded.left_out)}
            )


def _demonstration(people: dict[str, User]) -> tuple[dict[str, User], list[tuple[User, str]]]:
    """Return who acts in each role, and who gets a part in the case."""
    acting: dict[str, User] = {}
    team: list[tuple[User, str]] = []
    for account in DEMO_ACCOUNTS:
        if account.role is None:
            continue
        acting.setdefault(account.role, people[account.username])
        if account.role in CASE_ROLES and account.role not in BY_APPOINTMENT:
            team.append((people[account.username], account.role))
    return acting, team


def _own_people(given: list[str]) -> dict[str, User]:
    """Return the person named for each role."""
    people: dict[str, User] = {}
    for text in given:
        role, _equals, username = text.partition("=")
        if role not in CASE_ROLES or not username:
            raise CommandError(
                _("--as %(text)s is not understood. Write ROLE=USERNAME; roles are %(roles)s.")
                % {"text": text, "roles": ", ".join(CASE_ROLES)}
            )
        person = User.objects.filter(username=username, is_active=True).select_related("agency").first()
        if person is None:
            raise CommandError(_("Nobody with the user name %(name)s may sign in.") % {"name": username})
        people[role] = person
    return people
