"""Adds since when finds and assessments are in their status, set by the database."""

import django.db.models.functions.datetime
from django.db import migrations, models

from cases.ledger.operations import TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_status_since"),
        ("remains", "0009_find_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="find",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddIndex(
            model_name="find",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=["case", "status", "status_since", "handling"],
                name="remains_find_standing",
            ),
        ),
        TimeStatus("Find"),
        TimeStatus("Assessment"),
    ]
