"""Asks a changed record what it hangs on only where that, or its handling, changes."""

from django.db import migrations

from cases.ledger.operations import RenewRules


class Migration(migrations.Migration):
    dependencies = [("remains", "0010_status_since"), ("cases", "0020_hanging_rows")]

    operations = [RenewRules()]
