"""`manage.py import_sites`: sites from a table of somebody else's into a case."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.importing.mapping_file import shipped
from cases.management.table_command import (
    Bar,
    TableCommand,
    account,
    free_name,
    separator_of,
    told_counts,
    told_refused,
    told_source,
)
from cases.models.case import Case, CaseKind
from cases.models.user import User
from cases.services import site_import_person as person
from cases.services.site_import import ImportResult, import_sites


class Command(TableCommand):
    """0 when every row is imported or was there already, 1 when rows were refused, 2 when the whole was."""

    records = "sites"
    help = (
        "Import sites from CSV or XLSX into a case. Refused rows go to a file, to be corrected and loaded again;"
        " loading a file twice changes nothing. Exit 0 all rows are there, 1 rows were refused, 2 nothing was imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        self.add_table_arguments(parser, list(shipped()))
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

    def run_import(self, options: dict[str, Any]) -> ImportResult:
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
                    separator=separator_of(options["separator"]),
                    progress=bar.show,
                    refused_file=options["refused"] or free_name(options),
                    remark=_("command line of %(account)s") % {"account": account()},
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

    def told(self, result: ImportResult) -> list[str]:
        """Return what came of an import, line by line."""
        lines = told_source(result) + told_counts(
            (
                (_("sites imported"), result.created, True),
                (_("further rows, kept with their site"), result.appended, False),
                (_("there already"), result.already_there, True),
                (_("of these, of withdrawn sites"), result.withdrawn, False),
                (_("repeated word for word"), result.repeated, False),
                (_("refused"), result.refused, True),
                (_("figures as stated"), result.figures, False),
            )
        )
        if result.codes_assigned:
            codes = {"first": result.first_assigned, "last": result.last_assigned}
            lines.append(_("Codes were assigned, for the source gives none: %(first)s to %(last)s.") % codes)
        if result.flags:
            lines.append(_("Contradictions in the source, flagged on their sites:"))
            lines += [
                f"  {count:>9,}  {rule} (“{result.flag_examples[rule]}”)"
                for rule, count in sorted(result.flags.items())
            ]
        return lines + told_refused(result)
