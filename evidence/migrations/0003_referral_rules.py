"""Puts referrals, results and proposed findings under the ledger, with their rules, and loads the examinations."""

from typing import Any

from django.db import migrations

from cases.ledger.context import Actor, change
from cases.ledger.operations import FreezeColumns, HoldWorkflow, KeepColumns, ProtectTable, RunSqlFile
from evidence.codes import shipped


def load_codes(apps: Any, schema_editor: Any) -> None:
    """Add every shipped code that is not there yet."""
    code = apps.get_model("cases", "Code")
    with change(Actor.system("installation"), "cases.code.loaded"):
        code.objects.bulk_create([code(**row) for row in shipped()], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_referrals"),
        ("remains", "0008_lean_rules"),
        ("cases", "0007_laboratory_analysts"),
    ]

    operations = [
        ProtectTable("Referral"),
        ProtectTable("ReferralItem"),
        ProtectTable("Examination"),
        ProtectTable("Result"),
        ProtectTable("Finding"),
        FreezeColumns("Referral", "numbered", ["number", "serial", "reference", "drafted_by_id"]),
        KeepColumns("Result", changeable=["handling"]),
        KeepColumns(
            "Finding",
            changeable=[
                "status",
                "decided_by_id",
                "decided_at",
                "decline_reason",
                "estimate_id",
                "injury_id",
                "specimen_id",
                "handling",
            ],
        ),
        RunSqlFile("evidence/sql/referral_rules.sql"),
        HoldWorkflow(
            "Referral",
            initial=("draft",),
            transitions=(
                ("draft", "requested"),
                ("requested", "draft"),
                ("draft", "cancelled"),
                ("requested", "approved"),
                ("requested", "cancelled"),
                ("approved", "cancelled"),
                ("approved", "dispatched"),
                ("dispatched", "received"),
                ("received", "examination"),
                ("examination", "reported"),
                ("reported", "examination"),
                ("returned", "examination"),
                ("reported", "returned"),
                ("disputed", "returned"),
                ("reported", "disputed"),
                ("accepted", "disputed"),
                ("reported", "accepted"),
                ("disputed", "accepted"),
                ("accepted", "closed"),
                ("disputed", "closed"),
            ),
            reasoned=(
                ("requested", "draft"),
                ("draft", "cancelled"),
                ("requested", "cancelled"),
                ("approved", "cancelled"),
                ("reported", "examination"),
                ("reported", "returned"),
                ("disputed", "returned"),
                ("reported", "disputed"),
                ("accepted", "disputed"),
                ("accepted", "closed"),
                ("disputed", "closed"),
            ),
        ),
        HoldWorkflow(
            "Finding",
            initial=("proposed",),
            transitions=(
                ("proposed", "accepted"),
                ("proposed", "declined"),
            ),
            reasoned=(("proposed", "declined"),),
        ),
        migrations.RunPython(load_codes, migrations.RunPython.noop),
    ]
