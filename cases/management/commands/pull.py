"""Pull the shared part of cases out of another installation, once or again and again."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError, close_old_connections
from django.utils.translation import gettext as _

from cases.exchange.pull import mirror_of, pull
from cases.exchange.remote import Remote
from cases.management.remote_command import FAULTS, RemoteCommand
from cases.models.agency import Agency
from cases.models.case import Case

#: Pauses after a failure, each twice as long as the one before (s).
SHORTEST, LONGEST = 5, 600


class Command(RemoteCommand):
    """`manage.py pull URL --case NUMBER`: what is shared with us there, kept here read-only beside a case of ours."""

    help = (
        "Mirror the shared part of cases of another installation beside a case of ours. Verifies every hash and"
        " checkpoint, goes on where the last pull ended, and removes what was withdrawn."
        " Exit 0 all pulled, 1 something failed, 2 usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        super().add_arguments(parser)
        parser.add_argument("--into", required=True, metavar="NUMBER", help="our case whose people see it")
        parser.add_argument(
            "--agency", required=True, metavar="NAME", help="short name of the agency whose records they are"
        )
        parser.add_argument(
            "--key",
            type=Path,
            metavar="FILE",
            help="the other end's public key, to verify its checkpoints by",
        )
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on until stopped, asking this often"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Pull every case named; with `--every`, again and again, more rarely while it fails."""
        case = Case.objects.filter(number=options["into"]).first()
        agency = Agency.objects.filter(short_name=options["agency"]).first()
        if case is None or agency is None:
            missing = options["into"] if case is None else options["agency"]
            raise CommandError(_("There is no %(what)s here.") % {"what": missing}, returncode=2)
        key, every, pause = self.public_key(options["key"]), options["every"], SHORTEST
        remote = self.remote(options)
        try:
            while True:
                failed = [n for n in options["cases"] if not self._pull(remote, case, agency, n, key)]
                if every is None:
                    break
                pause = min(pause * 2, LONGEST) if failed else SHORTEST
                time.sleep(max(every, pause) if failed else every)
                close_old_connections()
        except KeyboardInterrupt:
            return
        finally:
            remote.close()
        if failed:
            sys.exit(1)

    def _pull(self, remote: Remote, case: Case, agency: Agency, number: str, key: str) -> bool:
        try:
            mirror = pull(remote, mirror_of(remote, case, agency, number, key))
        except (*FAULTS, OperationalError) as fault:
            self.stderr.write(f"{number}: {fault}")
            return False
        self.stdout.write(
            _("%(number)s: %(state)s; %(records)d records, up to entry %(seq)d.")
            % {
                "number": number,
                "state": mirror.state.label,
                "records": mirror.records.count(),
                "seq": mirror.seq,
            }
        )
        return True
