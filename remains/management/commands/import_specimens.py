"""`manage.py import_specimens`: bones from a table of somebody else's into finds of a case."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

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
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.user import User
from cases.services import site_import_person as person
from remains.importing.bone_mapping_file import shipped
from remains.services.specimen_import import PERMISSION, BonesResult, import_specimens


class Command(TableCommand):
    """0 when every row is imported or was there already, 1 when rows were refused, 2 when the whole was."""

    records = "bones"
    help = (
        "Import bones and their measurements from CSV or XLSX, one row a bone or one a measurement. Refused rows go to"
        " a file, to be corrected and loaded again; loading a file twice changes nothing. Exit 0 all rows are there,"
        " 1 rows were refused, 2 nothing was imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        self.add_table_arguments(parser, list(shipped()))
        parser.add_argument(
            "--find",
            metavar="NUMBER",
            help="the find of the bones whose row names none, by its number or another label",
        )

    def run_import(self, options: dict[str, Any]) -> BonesResult:
        """Find person and case and import, all in one transaction, which a dry run takes back."""
        with transaction.atomic():
            actor, case = self._who_and_where(options)
            with Bar(options["file"].name) as bar:
                result = import_specimens(
                    actor=actor,
                    case=case,
                    path=options["file"],
                    find=options["find"],
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
        return result

    def _who_and_where(self, options: dict[str, Any]) -> tuple[User, Case]:
        """Return who acts and the case. Raises `access.not_found`, `import.nobody`, `import.nameless`."""
        number = options["case"]
        if options["username"]:
            actor = person.person_named(options["username"])
            case = person.case_of(actor, number)
        else:
            actor, case = person.demonstrators(number, roles=(Role.ANTHROPOLOGIST,), permission=PERMISSION)
        if case is None:
            raise person.no_such_case(number, actor, _("Check the number, or name another person with --as."))
        return actor, case

    def told(self, result: BonesResult) -> list[str]:
        """Return what came of an import, line by line."""
        lines = told_source(result) + told_counts(
            (
                (_("specimens imported"), result.bones, True),
                (_("measurements"), result.measurements, True),
                (_("rows of bones that are there already"), result.already_there, True),
                (_("of these, of withdrawn specimens"), result.withdrawn, False),
                (_("rows refused"), result.refused, True),
            )
        )
        if result.tally:
            lines.append(_("By element and side:"))
            lines += [f"  {count:>9,}  {what}" for what, count in sorted(result.tally.items())]
        if result.unread_columns:
            lines.append(
                _("Columns that no field holds, kept with each bone: %(columns)s")
                % {"columns": ", ".join(result.unread_columns)}
            )
        return lines + told_refused(result)
