"""Take a case out of Taphos: one folder for court or archive, which can be read and verified without Taphos."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cases.models import Case
from cases.models.ledger import AccessKind
from cases.refusals import Refusal
from cases.services.access_log import log_access
from evidence.bundle.export import export_case


class Command(BaseCommand):
    """`manage.py export_bundle`: the bundle of one case, whole or as one role may see it."""

    help = "Write the bundle of a case: records, ledger, papers, originals, and a program that verifies them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--case", metavar="NUMBER", required=True, help="the case, by its number")
        parser.add_argument(
            "--output", metavar="FOLDER", type=Path, required=True, help="the folder in which it is put"
        )
        parser.add_argument(
            "--redact-for",
            metavar="ROLE_OR_PARTNER",
            default="",
            help="leave out what somebody who holds this role alone may not see, or, by the short name of an agency, "
            "what the sharing agreement in force with it does not cover",
        )
        parser.add_argument(
            "--papers",
            choices=("some", "all", "none"),
            default="some",
            help="all: with a sheet for each find, besides those of sites, assessments and letters",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, log that it was written, and say where it is."""
        case = Case.objects.select_related("lead_agency").filter(number=options["case"]).first()
        if case is None:
            raise CommandError(_("There is no case %(number)s.") % {"number": options["case"]}, returncode=2)
        try:
            with Bars() as progress:
                made = export_case(
                    case,
                    options["output"],
                    redact_for=options["redact_for"],
                    papers=options["papers"],
                    progress=progress,
                )
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        detail = _("bundle, entry %(seq)s, %(role)s") % {
            "seq": made.seq,
            "role": options["redact_for"] or _("everything"),
        }
        log_access(AccessKind.EXPORTED, None, record=case, detail=detail)
        if options["verbosity"] > 0:
            self.stdout.write(str(made.path))


class Bars:
    """Bars for people who look at it, and nothing for programs."""

    def __init__(self) -> None:
        self.bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def __enter__(self) -> Callable[[str, int], Callable[[int], None]]:
        if self.bars.console.is_terminal:
            self.bars.start()
        return self._begin

    def __exit__(self, *exception: object) -> None:
        self.bars.stop()

    def _begin(self, what: str, many: int) -> Callable[[int], None]:
        task = self.bars.add_task(what, total=many)
        return lambda more: self.bars.advance(task, more)
