"""Say whether both ends hold the same of what another installation shares with us."""

from __future__ import annotations

import sys
from typing import Any

from django.utils.translation import gettext as _

from cases.exchange.pull import Compared, compare
from cases.management.remote_command import FAULTS, RemoteCommand

#: Records that are named of each kind of difference.
NAMED = 20


class Command(RemoteCommand):
    """`manage.py compare URL --case NUMBER`: changes nothing here or there."""

    help = (
        "Compare what was pulled from another installation with what it shares now, record by record."
        " Exit 0 both hold the same, 1 they do not or cannot be compared, 2 usage."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare every case named."""
        mirrors = self.mirrors(options)
        remote = self.remote(options)
        same = True
        try:
            for mirror in mirrors:
                try:
                    found = compare(remote, mirror)
                except FAULTS as fault:
                    self.stderr.write(f"{mirror.number}: {fault}")
                    same = False
                    continue
                same = same and found.is_same
                self._say(mirror.number, found)
        finally:
            remote.close()
        if not same:
            sys.exit(1)

    def _say(self, number: str, found: Compared) -> None:
        self.stdout.write(
            _("%(number)s: %(same)d records are the same; %(moved)d changed there since the last pull.")
            % {"number": number, "same": found.same, "moved": found.moved}
        )
        for title, keys in (
            (_("missing here"), found.missing),
            (_("no longer shared, and still here"), found.surplus),
            (_("different"), found.different),
        ):
            for table, record in keys[:NAMED]:
                self.stdout.write(f"  {title}: {table} {record}")
            if len(keys) > NAMED:
                self.stdout.write(f"  {title}: ... {len(keys)}")
