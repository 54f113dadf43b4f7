"""Puts every table of remains under the ledger, and the rules of its records into the database."""

from django.db import migrations

from cases.ledger.operations import HoldWorkflow, KeepColumns, ProtectTable, RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("remains", "0001_initial"), ("cases", "0002_ledger")]

    operations = [
        ProtectTable("Find"),
        ProtectTable("StatedMinimum"),
        ProtectTable("Estimate"),
        ProtectTable("FindAlias"),
        ProtectTable("Lineage"),
        ProtectTable("ConditionNote"),
        ProtectTable("StatedGroup"),
        KeepColumns(
            "Estimate", changeable=["superseded_by_id", "withdrawn_at", "withdrawn_reason", "handling"]
        ),
        KeepColumns("Lineage", changeable=["handling"]),
        RunSqlFile("remains/sql/find_rules.sql"),
        RunSqlFile("remains/sql/opinion_rules.sql"),
        HoldWorkflow(
            "Find",
            initial=(
                "located",
                "recorded",
                "lifted",
            ),
            transitions=(
                ("located", "recorded"),
                ("located", "lifted"),
                ("recorded", "lifted"),
                ("lifted", "in_transit"),
                ("received", "in_transit"),
                ("examined", "in_transit"),
                ("retained", "in_transit"),
                ("lifted", "received"),
                ("in_transit", "received"),
                ("received", "examination"),
                ("examined", "examination"),
                ("retained", "examination"),
                ("examination", "examined"),
                ("examined", "released"),
                ("retained", "released"),
                ("released", "returned"),
                ("released", "reburied"),
                ("received", "retained"),
                ("examined", "retained"),
                ("released", "retained"),
            ),
            reasoned=(
                ("examined", "released"),
                ("retained", "released"),
                ("released", "returned"),
                ("released", "reburied"),
                ("received", "retained"),
                ("examined", "retained"),
                ("released", "retained"),
            ),
        ),
    ]
