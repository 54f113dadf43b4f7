"""Puts specimens, associations, individuals and assessments under the ledger."""

from django.db import migrations

from cases.ledger.operations import (
    FreezeColumns,
    HoldWorkflow,
    KeepColumns,
    ProtectReferences,
    ProtectTable,
    RunSqlFile,
)


class Migration(migrations.Migration):
    dependencies = [("remains", "0003_specimens"), ("cases", "0003_codes")]

    operations = [
        ProtectTable("Specimen"),
        ProtectTable("Measurement"),
        ProtectTable("Individual"),
        ProtectTable("IndividualPart"),
        ProtectTable("Association"),
        ProtectTable("Assessment"),
        RunSqlFile("remains/sql/specimen_rules.sql"),
        RunSqlFile("remains/sql/association_rules.sql"),
        ProtectReferences("Estimate", ["specimen", "individual"]),
        KeepColumns(
            "Estimate", changeable=["superseded_by_id", "withdrawn_at", "withdrawn_reason", "handling"]
        ),
        FreezeColumns("Individual", "number_fixed", ["number", "serial"]),
        FreezeColumns("Association", "ends_fixed", ["first_id", "second_id", "kind", "stage"]),
        KeepColumns(
            "IndividualPart",
            changeable=["left_at", "left_reason", "withdrawn_at", "withdrawn_reason", "handling"],
        ),
        KeepColumns("Measurement", changeable=["withdrawn_at", "withdrawn_reason", "handling"]),
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
