"""Loads the code lists of remains, which sides and zones each element has, and the limits of measurements."""

from typing import Any

from django.db import migrations

from cases.ledger.context import Actor, change
from remains.codes import shipped
from remains.science.elements import elements
from remains.science.joints import are_kin, neighbours
from remains.science.measurements import limits


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


def load_limits(apps: Any, schema_editor: Any) -> None:
    """Fill the table that says where a measurement is taken and how far it can go."""
    rows = [
        (f"measurement.{kind}", f"element.{element}", limit.min_mm, limit.max_mm)
        for (kind, element), limit in limits().items()
    ]
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO remains_measurement_limit VALUES (%s, %s, %s, %s)", rows)


def load_joints(apps: Any, schema_editor: Any) -> None:
    """Fill the tables that say which elements may be one bone, and which meet at a joint."""
    codes = list(elements())
    kin = [(f"element.{a}", f"element.{b}") for a in codes for b in codes if are_kin(a, b)]
    meet = [
        (f"element.{a}", f"element.{b}", side) for (a, b), sides in neighbours().items() for side in sides
    ]
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO remains_element_kin VALUES (%s, %s)", kin)
        cursor.executemany("INSERT INTO remains_element_joint VALUES (%s, %s, %s)", meet)


class Migration(migrations.Migration):
    dependencies = [("remains", "0004_specimens_ledger")]

    operations = [
        migrations.RunPython(load_codes, migrations.RunPython.noop),
        migrations.RunPython(load_places, migrations.RunPython.noop),
        migrations.RunPython(load_joints, migrations.RunPython.noop),
        migrations.RunPython(load_limits, migrations.RunPython.noop),
    ]
