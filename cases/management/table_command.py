"""What the commands that import a table have in common: options, progress, exit status, and what they say."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cases.refusals import Refusal
from cases.services.table_import import FAILURES
from cases.services.table_import_result import TableResult

REFUSED_ROWS: Final = 1
REFUSED: Final = 2
STOPPED: Final = 130
#: So many refused rows are told on the screen; all of them stand in the file.
TOLD: Final = 20


class TableCommand(BaseCommand):
    """0 when every row is imported or was there already, 1 when rows were refused, 2 when the whole was."""

    #: What the records are called in the help.
    records = ""

    def add_table_arguments(self, parser: ArgumentParser, mappings: list[str]) -> None:
        """Declare the options that every import of a table has."""
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV in any usual encoding, or XLSX")
        parser.add_argument(
            "--case", metavar="NUMBER", required=True, help=f"the case the {self.records} belong to"
        )
        parser.add_argument(
            "--as", metavar="USERNAME", dest="username", help="who imports: every change has a name"
        )
        parser.add_argument(
            "--mapping",
            metavar="FILE",
            help="which foreign columns and values are which of ours (YAML or TOML), or the name of a shipped one: "
            + ", ".join(mappings),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would become of each row, and change nothing"
        )
        parser.add_argument("--encoding", help="the encoding of the file, where it is not recognised")
        parser.add_argument("--separator", help="the separator of the file, where it is not recognised")
        parser.add_argument(
            "--refused",
            metavar="FILE",
            type=Path,
            help="where refused rows go; otherwise NAME.refused.csv in this folder",
        )

    def run_import(self, options: dict[str, Any]) -> TableResult:
        """Import, and return what came of it."""
        raise NotImplementedError

    def told(self, result: Any) -> list[str]:
        """Return what came of it, line by line."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what came of it, and leave with the exit status."""
        try:
            result = self.run_import(options)
        except Refusal as refusal:
            words = " ".join(
                part for part in (refusal.message, refusal.rule_in_words, refusal.way_forward) if part
            )
            raise CommandError(words, returncode=REFUSED) from refusal
        except ProgrammingError as error:  # a table is missing
            raise CommandError(
                _("The database is not up to date. Run `manage.py migrate` first."), returncode=REFUSED
            ) from error
        except FAILURES as error:
            raise CommandError(
                _("The import broke off: %(why)s Nothing was imported; start it again.") % {"why": error},
                returncode=REFUSED,
            ) from error
        except KeyboardInterrupt:
            raise CommandError(_("Stopped. Nothing was imported."), returncode=STOPPED) from None
        if options["verbosity"] > 0:
            for line in self.told(result):
                self.stdout.write(line)
        if result.refused:
            sys.exit(REFUSED_ROWS)


def told_source(result: TableResult) -> list[str]:
    """Return where the rows come from: file, encoding, mapping, SHA-256."""
    source = [
        result.encoding,
        result.separator and f"“{result.separator}”".replace("\t", "Tab"),
        result.sheet,
    ]
    lines = [
        f"{result.file_name}: "
        + ngettext("%(count)s row", "%(count)s rows", result.rows) % {"count": f"{result.rows:,}"}
        + f" ({', '.join(part for part in source if part)})",
        _("Mapping: %(name)s (%(title)s)") % {"name": result.mapping, "title": result.mapping_title},
        f"SHA-256: {result.sha256}",
    ]
    if result.other_sheets:
        sheets = ", ".join(result.other_sheets)
        lines.append(_("Only the first sheet was read. Not read: %(sheets)s.") % {"sheets": sheets})
    if result.dry_run:
        lines.append(_("A dry run: nothing was changed. It would be:"))
    return lines


def told_counts(counts: tuple[tuple[str, int, bool], ...]) -> list[str]:
    """Return counts, each below the other, those that are always told and those that are not zero."""
    return [f"  {count:>9,}  {words}" for words, count, always in counts if count or always]


def told_refused(result: TableResult) -> list[str]:
    """Return the first refused rows with their reasons, and where all of them are."""
    if not result.refused:
        return []
    lines = [_("Refused:")]
    lines += [
        _("  row %(number)s: %(reasons)s") % {"number": row["number"], "reasons": " ".join(row["reasons"])}
        for row in result.refused_rows[:TOLD]
    ]
    if result.refused > TOLD:
        lines.append(_("  and %(count)s more.") % {"count": f"{result.refused - TOLD:,}"})
    if result.refused_file:
        lines.append(
            _("All of them, with their reasons, are in %(file)s. Correct them there and load that file.")
            % {"file": result.refused_file}
        )
    return lines


class Bar:
    """A progress bar, for people only."""

    def __init__(self, name: str) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.progress.add_task(name.replace("[", r"\["), total=None)

    def __enter__(self) -> Bar:
        self.progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.progress.stop()

    def show(self, done: int, total: int | None) -> None:
        """Show how many rows are done."""
        self.progress.update(self.task, completed=done, total=total)


def separator_of(given: str | None) -> str | None:
    """Return the separator that is meant by what can be typed on a command line."""
    return {"\\t": "\t", "tab": "\t"}.get(given, given) if given else None


def free_name(options: dict[str, Any]) -> Path | None:
    """Return a name for the file of refused rows that is not taken; a dry run makes none of its own accord."""
    if options["dry_run"]:
        return None
    stem = options["file"].stem.partition(".refused")[0]
    names = (f"{stem}.refused.csv", *(f"{stem}-{number}.refused.csv" for number in range(2, 1000)))
    return next((path for name in names if not (path := Path(name)).exists()), None)


def account() -> str:
    """Return the account of the machine that runs this: whoever may, has the database as well."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
