"""`manage.py import_sites`: sites from a table of somebody else's into a case."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cases.importing.mapping_file import shipped
from cases.models.case import Case, CaseKind
from cases.models.user import User
from cases.refusals import Refusal
from cases.services import site_import_person as person
from cases.services.site_import import FAILURES, ImportResult, import_sites

REFUSED_ROWS: Final = 1
REFUSED: Final = 2
STOPPED: Final = 130
#: So many refused rows are told on the screen; all of them stand in the file.
TOLD: Final = 20


class Command(BaseCommand):
    """0 when every row is imported or was there already, 1 when rows were refused, 2 when the whole was."""

    help = (
        "Import sites from CSV or XLSX into a case. Refused rows go to a file, to be corrected and loaded again;"
        " loading a file twice changes nothing. Exit 0 all rows are there, 1 rows were refused, 2 nothing was imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV in any usual encoding, or XLSX")
        parser.add_argument("--case", metavar="NUMBER", required=True, help="the case the sites belong to")
        parser.add_argument(
            "--as", metavar="USERNAME", dest="username", help="who imports: every change has a name"
        )
        parser.add_argument(
            "--mapping",
            metavar="FILE",
            help="which foreign columns and values are which of ours (YAML or TOML), or the name of a shipped one: "
            + ", ".join(shipped()),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would become of each row, and change nothing"
        )
        parser.add_argument(
            "--new-case",
            metavar="TITLE",
            help="open the case under this title if there is none of this number",
        )
        parser.add_argument(
            "--kind",
            choices=CaseKind.values,
            default=CaseKind.CRIMINAL,
            help="kind of the new case (%(default)s)",
        )
        parser.add_argument("--encoding", help="the encoding of the file, where it is not recognised")
        parser.add_argument("--separator", help="the separator of the file, where it is not recognised")
        parser.add_argument(
            "--refused",
            metavar="FILE",
            type=Path,
            help="where refused rows go; otherwise NAME.refused.csv in this folder",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what came of it, and leave with the exit status."""
        try:
            result = self._run(options)
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
            for line in told(result):
                self.stdout.write(line)
        if result.refused:
            sys.exit(REFUSED_ROWS)

    def _run(self, options: dict[str, Any]) -> ImportResult:
        """Find person and case and import, all in one transaction, which a dry run takes back."""
        with transaction.atomic():
            actor, case, opened = self._who_and_where(options)
            with Bar(options["file"].name) as bar:
                result = import_sites(
                    actor=actor,
                    case=case,
                    path=options["file"],
                    mapping=options["mapping"],
                    dry_run=options["dry_run"],
                    encoding=options["encoding"],
                    separator=_separator(options["separator"]),
                    progress=bar.show,
                    refused_file=options["refused"] or _free_name(options),
                    remark=_("command line of %(account)s") % {"account": _account()},
                )
            if options["dry_run"]:
                transaction.set_rollback(True)
        if opened and options["verbosity"] > 0 and not options["dry_run"]:
            self.stdout.write(opened)
        return result

    def _who_and_where(self, options: dict[str, Any]) -> tuple[User, Case, str]:
        """Return who acts and the case, opened for the import where that is asked for, and who opened it."""
        number, title = options["case"], options["new_case"]
        if options["username"]:
            actor = person.person_named(options["username"])
            case = person.case_of(actor, number)
            if case is not None:
                return actor, case, ""
            if not title:
                raise person.no_such_case(number, actor)
            case = person.open_for_import(actor=actor, number=number, title=title, kind=options["kind"])
            return actor, case, _("%(person)s opened case %(case)s.") % {"person": actor, "case": case}
        actor, case = person.demonstrators(number)
        if case is not None:
            return actor, case, ""
        case, prosecutor = person.open_in_demonstration(
            investigator=actor,
            number=number,
            title=title or _("Sites of %(file)s") % {"file": options["file"].stem[:150]},
        )
        opened = _(
            "Demonstration: there was no case %(number)s, so %(prosecutor)s opened it; %(investigator)s works on it"
            " and imports."
        )
        return actor, case, opened % {"number": number, "prosecutor": prosecutor, "investigator": actor}


def told(result: ImportResult) -> list[str]:
    """Return what came of an import, line by line."""
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
    counts = (
        (_("sites imported"), result.created, True),
        (_("further rows, kept with their site"), result.appended, False),
        (_("there already"), result.already_there, True),
        (_("of these, of withdrawn sites"), result.withdrawn, False),
        (_("repeated word for word"), result.repeated, False),
        (_("refused"), result.refused, True),
        (_("figures as stated"), result.figures, False),
    )
    lines += [f"  {count:>9,}  {words}" for words, count, always in counts if count or always]
    if result.codes_assigned:
        codes = {"first": result.first_assigned, "last": result.last_assigned}
        lines.append(_("Codes were assigned, for the source gives none: %(first)s to %(last)s.") % codes)
    if result.flags:
        lines.append(_("Contradictions in the source, flagged on their sites:"))
        lines += [
            f"  {count:>9,}  {rule} (“{result.flag_examples[rule]}”)"
            for rule, count in sorted(result.flags.items())
        ]
    if result.refused:
        lines += _told_refused(result)
    return lines


def _told_refused(result: ImportResult) -> list[str]:
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


def _separator(given: str | None) -> str | None:
    return {"\\t": "\t", "tab": "\t"}.get(given, given) if given else None


def _free_name(options: dict[str, Any]) -> Path | None:
    """Return a name for the file of refused rows that is not taken; a dry run makes none of its own accord."""
    if options["dry_run"]:
        return None
    stem = options["file"].stem.partition(".refused")[0]
    names = (f"{stem}.refused.csv", *(f"{stem}-{number}.refused.csv" for number in range(2, 1000)))
    return next((path for name in names if not (path := Path(name)).exists()), None)


def _account() -> str:
    """Return the account of the machine that runs this: whoever may, has the database as well."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
