"""Adds expert reports, which a laboratory files with a referral."""

import cases.ids
import cases.models.base
import django.db.models.deletion
from cases.ledger.operations import KeepColumns, ProtectTable, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_laboratory_analysts"),
        ("evidence", "0006_custody_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpertReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("open", "open to the case team"),
                            ("investigation", "investigation only"),
                            ("humanitarian", "humanitarian only"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=16,
                        verbose_name="handling",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason of withdrawal"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "document",
                    cases.models.base.CaseForeignKey(
                        related_name="reports", to="evidence.document", verbose_name="document"
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="filed by",
                    ),
                ),
                (
                    "referral",
                    cases.models.base.CaseForeignKey(
                        related_name="reports", to="evidence.referral", verbose_name="referral"
                    ),
                ),
            ],
            options={
                "verbose_name": "expert report",
                "verbose_name_plural": "expert reports",
                "ordering": ["id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_expertreport_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_expertreport_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(fields=("document",), name="evidence_expertreport_once"),
                ],
            },
        ),
        ProtectTable("ExpertReport"),
        KeepColumns("ExpertReport", changeable=["handling"]),
        RunSqlFile("evidence/sql/expert_report_rules.sql"),
    ]
