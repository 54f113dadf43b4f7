"""Loads the code lists that Taphos ships."""

from typing import Any

from django.db import migrations

from cases.codes import shipped
from cases.ledger.context import Actor, change


def load(apps: Any, schema_editor: Any) -> None:
    """Add every shipped code that is not there yet."""
    code = apps.get_model("cases", "Code")
    with change(Actor.system("installation"), "cases.code.loaded"):
        code.objects.bulk_create([code(**row) for row in shipped()], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_ledger")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
