"""Adds since when cases, sites and what people ask of each other are in their status, set by the database."""

import django.db.models.functions.datetime
from django.db import migrations, models

from cases.ledger.operations import RunSqlFile, TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_logs_of_sharing"),
    ]

    operations = [
        RunSqlFile("cases/ledger/sql/status_since.sql"),
        migrations.AddField(
            model_name="case",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="direction",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="publicpage",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="publicupdate",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="enquiry",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        TimeStatus("Case"),
        TimeStatus("Enquiry"),
        TimeStatus("Observation"),
        TimeStatus("PublicPage"),
        TimeStatus("PublicUpdate"),
        TimeStatus("Direction"),
        TimeStatus("Site"),
    ]
