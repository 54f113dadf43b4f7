"""Adds since when sharing agreements and contributions are in their status."""

import django.db.models.functions.datetime
from django.db import migrations, models

from cases.ledger.operations import TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_mirrors"),
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
        migrations.AddField(
            model_name="contribution",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        TimeStatus("SharingAgreement"),
        TimeStatus("Contribution"),
    ]
