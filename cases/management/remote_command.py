"""What the commands that ask another installation share: where it is, how it knows us, and which cases are meant."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases.exchange.lines import BadLine
from cases.exchange.pull import PullFault
from cases.exchange.remote import Remote, RemoteFault
from cases.ledger.keys import read_public_key
from cases.models.mirror import Mirror
from cases.refusals import Refusal

#: What may go wrong with the other end, and is said in a sentence.
FAULTS = (BadLine, PullFault, RemoteFault, Refusal)


class RemoteCommand(BaseCommand):
    """A command that asks another installation of Taphos."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("url", help="the other installation: https://taphos.example")
        parser.add_argument(
            "--case",
            action="append",
            required=True,
            dest="cases",
            metavar="NUMBER",
            help="a case there, by its number or identifier; may be repeated",
        )
        parser.add_argument("--client", required=True, metavar="ID", help="the client that it knows us by")
        parser.add_argument(
            "--secret", type=Path, required=True, metavar="FILE", help="a file with the client's secret"
        )

    def remote(self, options: dict[str, Any]) -> Remote:
        """Return the other end."""
        try:
            secret = options["secret"].read_text(encoding="utf-8").strip()
            return Remote(options["url"], options["client"], secret)
        except (OSError, UnicodeDecodeError, RemoteFault) as error:
            raise CommandError(str(error), returncode=2) from error

    def mirrors(self, options: dict[str, Any]) -> list[Mirror]:
        """Return the mirrors of the cases named, or refuse."""
        url = options["url"].rstrip("/")
        found = {
            name: mirror
            for mirror in Mirror.objects.filter(url=url).select_related("case", "agency")
            for name in (mirror.number, str(mirror.chain))
        }
        missing = [number for number in options["cases"] if number not in found]
        if missing:
            raise CommandError(
                _("Case %(number)s was never pulled from there.") % {"number": missing[0]}, returncode=2
            )
        return [found[number] for number in options["cases"]]

    def public_key(self, path: Path | None) -> str:
        """Return a public key as it is written in a file, once it is one."""
        if path is None:
            return ""
        try:
            read_public_key(path)
        except Refusal as refusal:
            raise CommandError(f"{refusal.value}: {refusal}", returncode=2) from refusal
        return path.read_text(encoding="utf-8")
