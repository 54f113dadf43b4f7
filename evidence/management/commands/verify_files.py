"""Read every stored file and hold it against its hash, or name those that are missing, altered or nobody's."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from cases.models.case import Case
from evidence.services.file_check import Grade, check_files, count

BROKEN: Final = 1
USAGE: Final = 2


class Command(BaseCommand):
    """`manage.py verify_files`: 0 when every file is what its record says, 1 when one is not, 2 a wrong question."""

    help = "Verify the bytes of all photographs and documents. Exit 0 all whole, 1 something found, 2 usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--case", metavar="NUMBER", help="only the files of this case, and no strays")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, say what was found as it is found, and leave with the exit status."""
        case = None
        if options["case"] is not None:
            found = Case.objects.filter(number=options["case"]).first()
            if found is None:
                raise CommandError(
                    _("There is no case %(number)s.") % {"number": options["case"]}, returncode=USAGE
                )
            case = found.pk
        findings: Counter[Grade] = Counter()
        read = [0, 0]
        console = Console(stderr=True)
        with Progress(
            TextColumn(_("Reading files")),
            BarColumn(),
            TextColumn("{task.completed:,}"),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as progress:
            task = progress.add_task("", total=count(case))

            def advance(files: int, size: int) -> None:
                read[0] += files
                read[1] += size
                progress.update(task, advance=files)

            for finding in check_files(case, advance):
                findings[finding.grade] += 1
                self.stdout.write(str(finding))
        summary = ngettext(
            "%(count)s file read, %(size)s MB.", "%(count)s files read, %(size)s MB.", read[0]
        ) % {"count": f"{read[0]:,}", "size": f"{read[1] / 1_000_000:,.1f}"}
        if not findings:
            self.stdout.write(_("Every file is what its record says: %(summary)s") % {"summary": summary})
            return
        said = ", ".join(f"{findings[grade]} {grade}" for grade in Grade if findings[grade])
        self.stderr.write(
            _("Files are NOT as recorded: %(said)s. %(summary)s") % {"said": said, "summary": summary}
        )
        sys.exit(BROKEN)
