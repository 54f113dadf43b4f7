"""Lets people be appointed as analysts of a laboratory."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_directions"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="cases_appointment_role",
        ),
        migrations.AlterField(
            model_name="appointment",
            name="role",
            field=models.CharField(
                choices=[
                    ("supervisor", "supervisor"),
                    ("auditor", "auditor"),
                    ("administrator", "administrator"),
                    ("prosecutor", "prosecutor who may open cases"),
                    ("laboratory", "laboratory analyst"),
                ],
                max_length=16,
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["supervisor", "auditor", "administrator", "prosecutor", "laboratory"])
                ),
                name="cases_appointment_role",
            ),
        ),
    ]
