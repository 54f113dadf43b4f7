"""Puts exhibits, storage, seals and custody under the ledger, their rules into the database, and loads code lists."""

from typing import Any

from django.db import migrations

from cases.ledger.context import Actor, change
from cases.ledger.operations import FreezeColumns, HoldWorkflow, ProtectTable, RunSqlFile
from evidence.codes import shipped


def load_codes(apps: Any, schema_editor: Any) -> None:
    """Add the kinds and materials of exhibits."""
    code = apps.get_model("cases", "Code")
    with change(Actor.system("installation"), "cases.code.loaded"):
        code.objects.bulk_create([code(**row) for row in shipped()], ignore_conflicts=True)


#: The references to an item.
_ITEM = ["find_id", "specimen_id", "exhibit_id"]


class Migration(migrations.Migration):
    dependencies = [("evidence", "0005_custody"), ("remains", "0009_find_taken_back")]

    operations = [
        ProtectTable("Exhibit"),
        ProtectTable("StoragePlace"),
        ProtectTable("Seal"),
        ProtectTable("Placement"),
        ProtectTable("Consignment"),
        ProtectTable("CustodyEvent"),
        ProtectTable("Holding"),
        RunSqlFile("evidence/sql/exhibit_rules.sql"),
        RunSqlFile("evidence/sql/custody_rules.sql"),
        FreezeColumns("Exhibit", "number_fixed", ["number", "serial", "site_id"]),
        FreezeColumns(
            "Seal",
            "as_applied",
            [*_ITEM, "number", "applied_at", "applied_by_id", "recorded_at", "note"],
        ),
        FreezeColumns(
            "Placement", "as_entered", [*_ITEM, "place_id", "from_at", "placed_by_id", "recorded_at", "note"]
        ),
        FreezeColumns(
            "Consignment",
            "as_entered",
            [
                "number",
                "serial",
                "from_person_id",
                "from_agency_id",
                "from_outside",
                "to_person_id",
                "to_agency_id",
                "to_outside",
                "released_at",
                "released_by_id",
                "recorded_at",
                "handed_over_where",
                "purpose",
                "carried_by",
            ],
        ),
        FreezeColumns(
            "CustodyEvent",
            "as_sent",
            [*_ITEM, "consignment_id", "seal_before_id", "condition_before", "status_before"],
        ),
        FreezeColumns(
            "Holding",
            "as_entered",
            [
                *_ITEM,
                "holder_person_id",
                "holder_agency_id",
                "holder_outside",
                "from_at",
                "basis",
                "event_id",
                "note",
                "recorded_by_id",
                "recorded_at",
            ],
        ),
        HoldWorkflow(
            "Exhibit",
            initial=("recorded",),
            transitions=(
                ("recorded", "held"),
                ("held", "consumed"),
                ("held", "released"),
                ("held", "destroyed"),
            ),
            reasoned=(("held", "consumed"), ("held", "released"), ("held", "destroyed")),
        ),
        HoldWorkflow(
            "CustodyEvent",
            initial=("open",),
            transitions=(("open", "accepted"), ("open", "refused"), ("open", "called_back")),
        ),
        migrations.RunPython(load_codes, migrations.RunPython.noop),
    ]
