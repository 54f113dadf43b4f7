"""Adds the index by which the start page knows when somebody was here last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_status_since"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="accesslogentry",
            index=models.Index(
                condition=models.Q(("kind__in", ["signed_in", "signed_out"])),
                fields=["user_id", "-id"],
                name="cases_access_visits",
            ),
        ),
    ]
