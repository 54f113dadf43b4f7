"""Prove that the ledger, the tables and the checkpoints agree, or name the first thing that does not."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cases.ledger.entries import Chain, chain_of, heads
from cases.ledger.faults import Report
from cases.ledger.keys import known_public_key, read_public_key
from cases.ledger.verify import verify_all, verify_chain
from cases.ledger.witness import Held, case_in, verify_checkpoints
from cases.refusals import Refusal

BROKEN: Final = 1
USAGE: Final = 2
PATIENCE_SECONDS: Final = 2.0


class Command(BaseCommand):
    """`manage.py verify_ledger`: 0 when all is whole, 1 when something is broken, 2 for a wrong question."""

    help = "Verify the ledger, the tables against it, and the signed checkpoints. Exit 0 intact, 1 broken, 2 usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--case", metavar="NUMBER", help="only the chain of this case")
        parser.add_argument(
            "--no-records",
            action="store_false",
            dest="records",
            help="do not compare the tables with the last entries of their rows",
        )
        parser.add_argument(
            "--checkpoints",
            metavar="FILE",
            type=Path,
            help="checkpoints to hold the ledger against, e.g. a copy that was kept elsewhere",
        )
        parser.add_argument(
            "--public-key",
            metavar="FILE",
            type=Path,
            action="append",
            help="public key that signed them; more than once after a change of keys",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, say one line per chain, and leave with the exit status."""
        held = self._checkpoints(options["checkpoints"], options["public_key"])
        chain = self._chain(options["case"], held)
        expected = sum(head.seq for head in heads(None if chain is None else chain.id))
        reports = []
        with Patience(expected) as patience:
            for report in self._reports(chain, options["records"], patience):
                self._say(report, patience)
                reports.append((report.checked, report.first, report.faulty))
            if held is not None:
                report = verify_checkpoints(held, chain)
                self._say(report, patience)
                reports.append((0, report.first, report.faulty))
        faulty = sum(count for _checked, _first, count in reports)
        if faulty:
            first = next(first for _checked, first, _count in reports if first is not None)
            self.stderr.write(
                ngettext(
                    "The ledger is BROKEN: %(count)s fault.",
                    "The ledger is BROKEN: %(count)s faults.",
                    faulty,
                )
                % {"count": faulty}
            )
            self.stderr.write(_("First: %(fault)s") % {"fault": first})
            sys.exit(BROKEN)
        total = sum(checked for checked, _first, _count in reports)
        self.stdout.write(
            ngettext(
                "The ledger is intact: %(count)s entry.", "The ledger is intact: %(count)s entries.", total
            )
            % {"count": f"{total:,}"}
        )

    def _reports(self, chain: Chain | None, records: bool, patience: Patience) -> Iterable[Report]:
        if chain is None:
            return verify_all(records=records, progress=patience.advance)
        return [verify_chain(chain, records=records, progress=patience.advance)]

    def _checkpoints(self, path: Path | None, key_files: list[Path] | None) -> Held | None:
        chosen = path or Path(settings.TAPHOS_CHECKPOINT_FILE)
        keys: list[Ed25519PublicKey] = []
        try:
            keys = [read_public_key(file) for file in key_files or []]
            if not keys and (own := known_public_key()):
                keys = [own]
            held = Held.of(chosen, keys)
        except Refusal as refusal:
            raise CommandError(f"{refusal.value}: {refusal}", returncode=USAGE) from refusal
        except OSError as error:
            if path is not None:
                raise CommandError(
                    _("There is no file of checkpoints at %(path)s.") % {"path": path}, returncode=USAGE
                ) from error
            if keys:
                # Whoever signs checkpoints has some: where they are gone, so may be the entries that they witness.
                raise CommandError(
                    _("There is a key for checkpoints, and no checkpoints at %(path)s: they are missing.")
                    % {"path": chosen},
                    returncode=BROKEN,
                ) from error
            self.stderr.write(
                _(
                    "No checkpoints at %(path)s: a tail that was cut off would not be noticed. "
                    "Write some with `manage.py checkpoint_ledger`, and keep a copy elsewhere."
                )
                % {"path": chosen}
            )
            return None
        if not keys:
            raise CommandError(
                _(
                    "The checkpoints cannot be verified without the public key of who signed them. "
                    "Name it by --public-key."
                ),
                returncode=USAGE,
            )
        return held

    def _chain(self, number: str | None, held: Held | None) -> Chain | None:
        if number is None:
            return None
        chain = chain_of(number) or (case_in(held, number) if held is not None else None)
        if chain is None:
            raise CommandError(_("There is no case %(number)s.") % {"number": number}, returncode=USAGE)
        return chain

    def _say(self, report: Report, patience: Patience) -> None:
        if report.intact and not report.checked and not report.notes and not report.faults:
            verdict = _("intact")
        else:
            count = ngettext("%(count)s checked", "%(count)s checked", report.checked) % {
                "count": f"{report.checked:,}"
            }
            state = (
                _("intact")
                if report.intact
                else ngettext("BROKEN, %(count)s fault", "BROKEN, %(count)s faults", report.faulty)
                % {"count": report.faulty}
            )
            verdict = f"{count}, {state}"
        patience.hide()
        self.stdout.write(f"{report.subject}: {verdict}")
        for fault in report.faults:
            self.stdout.write(f"  {fault}")
        if report.faulty > len(report.faults):
            self.stdout.write(_("  and %(count)s more") % {"count": report.faulty - len(report.faults)})
        for note in report.notes:
            self.stdout.write(_("  note: %(note)s") % {"note": note})


class Patience:
    """A progress bar, for people only, and only once it has taken long enough to wonder."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.done = 0
        self.begun = time.monotonic()
        self.console = Console(stderr=True)
        self.progress: Progress | None = None
        self.task: TaskID | None = None

    def __enter__(self) -> Patience:
        return self

    def __exit__(self, *exception: object) -> None:
        self.hide()

    def advance(self, more: int) -> None:
        """Count entries as verified."""
        self.done += more
        if self.progress is None and self.console.is_terminal and self._long_enough():
            self.progress = Progress(
                TextColumn(_("Verifying")),
                BarColumn(),
                TextColumn("{task.completed:,}"),
                TimeRemainingColumn(),
                console=self.console,
                transient=True,
            )
            self.task = self.progress.add_task("", total=self.expected)
            self.progress.start()
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, completed=self.done)

    def hide(self) -> None:
        """Take the bar away; it comes back when there is more to do."""
        if self.progress is not None:
            self.progress.stop()
            self.progress = None

    def _long_enough(self) -> bool:
        return time.monotonic() - self.begun > PATIENCE_SECONDS
