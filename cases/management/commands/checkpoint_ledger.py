"""Write signed checkpoints of the ledger to a file, to be copied to where the database's keepers cannot change it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.ledger.entries import chain_of
from cases.ledger.keys import key_id, make_key, public_path
from cases.ledger.witness import write_checkpoints
from cases.refusals import Refusal


class Command(BaseCommand):
    """`manage.py checkpoint_ledger`: one line for every chain that moved since its last checkpoint."""

    help = "Append a signed checkpoint of every chain that moved. Exit 0 done, 1 the ledger contradicts one, 2 usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--case", metavar="NUMBER", help="only the chain of this case")
        parser.add_argument(
            "--new-key", action="store_true", help="make the key that signs, where there is none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a key when asked to; otherwise write, and say what was written and what was not."""
        try:
            if options["new_key"]:
                self._new_key(Path(settings.TAPHOS_CHECKPOINT_KEY))
                return
            self._write(options["case"])
        except Refusal as refusal:
            raise CommandError(f"{refusal.value}: {refusal}", returncode=2) from refusal

    def _new_key(self, path: Path) -> None:
        key = make_key(path)
        self.stdout.write(
            _("Key %(id)s is at %(path)s; its public half, to be given to whoever verifies, at %(public)s.")
            % {"id": key_id(key.public_key()), "path": path, "public": public_path(path)}
        )

    def _write(self, number: str | None) -> None:
        chain = None if number is None else chain_of(number)
        if number is not None and chain is None:
            raise CommandError(_("There is no case %(number)s.") % {"number": number}, returncode=2)
        written, report = write_checkpoints(chain)
        for checkpoint in written:
            self.stdout.write(f"{checkpoint.label}: {checkpoint.seq} {checkpoint.hash.hex()}")
        self.stdout.write(
            ngettext(
                "%(count)s checkpoint added to %(path)s.",
                "%(count)s checkpoints added to %(path)s.",
                len(written),
            )
            % {"count": len(written), "path": settings.TAPHOS_CHECKPOINT_FILE}
        )
        if not report.intact:
            for fault in report.faults:
                self.stderr.write(str(fault))
            self.stderr.write(_("The ledger contradicts its checkpoints. Run `manage.py verify_ledger`."))
            sys.exit(1)
