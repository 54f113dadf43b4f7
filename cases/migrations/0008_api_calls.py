"""Makes the tables of what the interface keeps of calls. How often who calls is worth no log: a crash may empty it."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_laboratory_analysts"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallRate",
            fields=[
                ("caller", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("due", models.DateTimeField()),
                ("allowed", models.BooleanField()),
            ],
        ),
        migrations.RunSQL("ALTER TABLE cases_callrate SET UNLOGGED", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("caller", models.UUIDField()),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.BinaryField()),
                ("case_id", models.UUIDField(null=True)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField()),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="cases_keptanswer_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("caller", "key"), name="cases_keptanswer_once")
                ],
            },
        ),
    ]
