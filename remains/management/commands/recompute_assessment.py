"""`manage.py recompute_assessment`: counts an assessment once more from the ledger, and says whether it comes out."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cases.ledger.entries import snapshot
from remains.models import Assessment
from remains.services.assessment import recompute, subject


class Command(BaseCommand):
    """Recompute one assessment, or all of a case."""

    help = "Count an assessment anew from the ledger, as the records stood then, and compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what to recompute."""
        parser.add_argument(
            "which", metavar="NUMBER|ID", help="A case's number, or an assessment's identifier."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute, and fail where something else comes out."""
        with snapshot():
            found = _named(options["which"])
            different = [assessment for assessment in found if not self._same(assessment)]
        if different:
            raise CommandError(
                _("%(n)d of %(all)d assessment(s) came out differently.")
                % {"n": len(different), "all": len(found)}
            )

    def _same(self, assessment: Assessment) -> bool:
        again = recompute(assessment)
        words = {
            "about": subject(assessment),
            "id": assessment.pk,
            "count": assessment.count,
            "again": again.count if again.count is not None else "-",
            "seq": assessment.ledger_seq,
            "parts": ", ".join(again.differs_in),
            "then": assessment.rules_version,
            "now": again.rules_version,
        }
        if again.same:
            line = _(
                "%(about)s (%(id)s): at least %(count)s, and the same again from the ledger up to entry %(seq)s."
            )
        elif assessment.rules_version != again.rules_version:
            line = _(
                "%(about)s (%(id)s): at least %(count)s by rules %(then)s, %(again)s by rules %(now)s of today"
                " (different: %(parts)s)."
            )
        else:
            line = _(
                "%(about)s (%(id)s): at least %(count)s, but %(again)s from the ledger (different: %(parts)s)."
            )
        self.stdout.write(line % words)
        return again.same


def _named(which: str) -> list[Assessment]:
    rows = Assessment.objects.select_related("site", "find__site", "case").order_by("id")
    found = list(rows.filter(case__number=which))
    if not found:
        try:
            found = list(rows.filter(pk=UUID(which)))
        except ValueError:
            found = []
    if not found:
        raise CommandError(_("There is no assessment of %(which)s.") % {"which": which})
    return found
