"""Adds the outlines of contexts, in the site's own grid."""

from django.db import migrations, models

from cases.ledger.operations import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_visits_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="context",
            name="outline",
            field=models.JSONField(
                blank=True,
                help_text="Polygon in the site's own grid, in metres; empty when it was not surveyed.",
                null=True,
                verbose_name="outline",
            ),
        ),
        RunSqlFile("cases/ledger/sql/context_outline.sql"),
    ]
