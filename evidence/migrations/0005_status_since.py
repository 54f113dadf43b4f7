"""Adds since when referrals and proposed findings are in their status, set by the database."""

import django.db.models.functions.datetime
from django.db import migrations, models

from cases.ledger.operations import TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0004_file_links_below"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        TimeStatus("Referral"),
        TimeStatus("Finding"),
    ]
