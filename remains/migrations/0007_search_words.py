"""Adds the indexes of searches below finds."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_codes"),
        ("remains", "0006_injuries"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="association",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("basis", "observer", config="simple"),
                name="remains_association_words",
            ),
        ),
        migrations.AddIndex(
            model_name="conditionnote",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("note", "observer", config="simple"),
                name="remains_condition_words",
            ),
        ),
        migrations.AddIndex(
            model_name="estimate",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("method", "basis", "observer", config="simple"),
                name="remains_estimate_words",
            ),
        ),
        migrations.AddIndex(
            model_name="individual",
            index=models.Index(
                models.F("case"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("number"), name="text_pattern_ops"
                ),
                name="remains_individual_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="individual",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("description", config="simple"),
                name="remains_individual_words",
            ),
        ),
        migrations.AddIndex(
            model_name="individualpart",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("reason", config="simple"),
                name="remains_part_words",
            ),
        ),
        migrations.AddIndex(
            model_name="injury",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    "place", "description", "observer", config="simple"
                ),
                name="remains_injury_words",
            ),
        ),
        migrations.AddIndex(
            model_name="specimen",
            index=models.Index(
                models.F("case"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("number"), name="text_pattern_ops"
                ),
                name="remains_specimen_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="specimen",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("notes", config="simple"),
                name="remains_specimen_words",
            ),
        ),
    ]
