"""Adds the language of a case's papers: not chosen yet where a case was there before."""

import cases.languages
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_lean_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="language",
            field=models.CharField(
                blank=True,
                choices=cases.languages.paper_languages,
                help_text="In which reports, certificates and letters of this case are written.",
                max_length=8,
                null=True,
                verbose_name="language of its papers",
            ),
        ),
    ]
