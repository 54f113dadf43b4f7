"""Loads the code lists of remains, and which sides and zones each element has."""

from typing import Any

from django.db import migrations

from cases.ledger.context import Actor, change
from remains.codes import shipped
from remains.science.elements import elements


def load_codes(apps: Any, schema_editor: Any) -> None:
    """Add the code lists of remains: elements, tooth status, measurements."""
    code = apps.get_model("cases", "Code")
    with change(Actor.system("installation"), "cases.code.loaded"):
        code.objects.bulk_create([code(**row) for row in shipped()], ignore_conflicts=True)


def load_places(apps: Any, schema_editor: Any) -> None:
    """Fill the tables that say which sides and zones an element has."""
    sides = [(f"element.{e.code}", side) for e in elements().values() for side in sorted(e.sides)]
    zones = [(f"element.{e.code}", zone.number, zone.label) for e in elements().values() for zone in e.zones]
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO remains_element_side VALUES (%s, %s)", sides)
        cursor.executemany("INSERT INTO remains_element_zone VALUES (%s, %s, %s)", zones)


class Migration(migrations.Migration):
    dependencies = [("remains", "0004_specimens_ledger")]

    operations = [
        migrations.RunPython(load_codes, migrations.RunPython.noop),
        migrations.RunPython(load_places, migrations.RunPython.noop),
    ]
