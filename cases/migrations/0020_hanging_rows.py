"""Asks a changed record what it hangs on only where that, or its handling, changes."""

from django.db import migrations

from cases.ledger.operations import RenewRules


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_mirrors")]

    operations = [RenewRules(while_closed=["Membership"])]
