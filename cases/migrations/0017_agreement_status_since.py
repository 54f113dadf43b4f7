"""Adds since when sharing agreements are in their status."""

import django.db.models.functions.datetime
from django.db import migrations, models

from cases.ledger.operations import TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0016_sharing_agreements"),
    ]

    operations = [
        migrations.AddField(
            model_name="sharingagreement",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        TimeStatus("SharingAgreement"),
    ]
