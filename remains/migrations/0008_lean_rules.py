"""Holds the rules of all records by few triggers: a plain change pays nothing for what hangs on its record."""

from django.db import migrations

from cases.ledger.operations import HoldWorkflow, RenewRules, RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("remains", "0007_search_words"), ("cases", "0004_lean_rules")]

    operations = [
        RenewRules(),
        RunSqlFile("remains/sql/find_context.sql"),
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
        HoldWorkflow(
            "Assessment",
            initial=("draft",),
            transitions=(
                ("draft", "signed"),
                ("draft", "discarded"),
            ),
            reasoned=(("draft", "discarded"),),
        ),
    ]
