"""Adds since when referrals, proposed findings, exhibits and hand-overs are in their status."""

import django.db.models.functions.datetime
from django.db import migrations, models

from cases.ledger.operations import TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_status_since"),
        ("evidence", "0008_referral_custody"),
    ]

    operations = [
        migrations.AddField(
            model_name="exhibit",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
        migrations.AddField(
            model_name="custodyevent",
            name="status_since",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="in this status since",
            ),
        ),
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
        migrations.AddIndex(
            model_name="custodyevent",
            index=models.Index(
                fields=["case", "-id"],
                condition=models.Q(
                    ("status", "accepted"),
                    models.Q(("seal_after__isnull", True), ("seal_before__isnull", True), _negated=True),
                    models.Q(("seal_after", models.F("seal_before")), _negated=True),
                ),
                name="evidence_custodyevent_seal",
            ),
        ),
        TimeStatus("Referral"),
        TimeStatus("Finding"),
        TimeStatus("Exhibit"),
        TimeStatus("CustodyEvent"),
    ]
