"""`manage.py create_administrator`: the first account of an installation. There is no superuser."""

from __future__ import annotations

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases.ledger.context import Actor
from cases.models import Agency, AgencyKind, User
from cases.refusals import Refusal
from cases.services.installation import make_administrator


class Command(BaseCommand):
    """Make an account that makes the others: agencies, people, code lists. It sees no case."""

    help = "Make the first administrator: accounts, agencies and code lists, no case."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add who it is, of which agency, and where the password comes from."""
        parser.add_argument("username", help="Name to sign in with.")
        parser.add_argument("--name", required=True, help="Full name, as it is recorded.")
        parser.add_argument("--agency", required=True, help="Name of the agency; made if there is none.")
        parser.add_argument("--short-name", default="", help="Short name of a new agency.")
        parser.add_argument("--kind", choices=AgencyKind.values, help="Kind of a new agency.")
        parser.add_argument("--generate", action="store_true", help="Make the password and show it once.")
        parser.add_argument("--reason", default="", help="Why, when there is an administrator already.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and say what comes next."""
        agency = Agency.objects.filter(name=options["agency"]).first()
        if agency is None:
            if not options["short_name"] or not options["kind"]:
                raise CommandError(
                    _(
                        "There is no agency %(name)s yet. To make it, give --short-name and --kind (%(kinds)s)."
                    )
                    % {"name": options["agency"], "kinds": ", ".join(AgencyKind.values)}
                )
            agency = Agency(name=options["agency"], short_name=options["short_name"], kind=options["kind"])
        password = secrets.token_urlsafe(18) if options["generate"] else self._asked()
        try:
            account = make_administrator(
                account=User(
                    username=options["username"],
                    full_name=options["name"],
                    # Who reads the password off the screen need not be the person.
                    must_change_password=options["generate"],
                ),
                password=password,
                agency=agency,
                installer=Actor.system("command line"),
                reason=options["reason"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            _("%(name)s (%(username)s) is administrator of %(agency)s.")
            % {"name": account.full_name, "username": account.username, "agency": agency.name}
        )
        if options["generate"]:
            self.stdout.write(_("Password, shown this once: %(password)s") % {"password": password})
            self.stdout.write(_("At the first sign-in it is changed for one of their own."))
        self.stdout.write(_("At the first sign-in a second factor is set up."))

    def _asked(self) -> str:
        """Return a password typed twice."""
        if not sys.stdin.isatty():
            raise CommandError(_("A password is asked for on a terminal only; use --generate elsewhere."))
        password = getpass.getpass(_("Password: "))
        if password != getpass.getpass(_("Password, once more: ")):
            raise CommandError(_("The two passwords differ. Nothing was made."))
        return password
