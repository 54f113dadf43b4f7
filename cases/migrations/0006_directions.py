"""Adds topics and directions under the ledger."""

import cases.ids
import cases.models.base
import django.db.models.deletion
from django.conf import settings
from cases.ledger.operations import FreezeColumns, HoldWorkflow, ProtectTable, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_case_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="Topic",
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
                    "table_name",
                    models.CharField(editable=False, max_length=63, verbose_name="kind of record"),
                ),
                ("record_id", models.UUIDField(editable=False, verbose_name="record")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_topic_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_topic_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(fields=("table_name", "record_id"), name="cases_topic_once"),
                ],
                "verbose_name": "subject",
                "verbose_name_plural": "subjects",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Direction",
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
                ("what", models.TextField(verbose_name="what is to be done")),
                (
                    "due_on",
                    models.DateField(
                        blank=True, help_text="Empty when no day is set.", null=True, verbose_name="due on"
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("normal", "normal"), ("high", "high"), ("urgent", "urgent")],
                        default="normal",
                        max_length=8,
                        verbose_name="priority",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("given", "given"),
                            ("accepted", "taken on"),
                            ("returned", "sent back"),
                            ("done", "result reported"),
                            ("confirmed", "confirmed"),
                            ("cancelled", "cancelled"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("given_on", models.DateField(editable=False, verbose_name="given on")),
                ("result", models.TextField(blank=True, editable=False, verbose_name="result")),
                (
                    "answer",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="Why it was sent back, given to somebody else or cancelled.",
                        verbose_name="last reason",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        help_text="An investigator, anthropologist or custodian of the case's team.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who does it",
                    ),
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
                    "confirmed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="given by",
                    ),
                ),
                (
                    "about",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        related_name="directions",
                        to="cases.topic",
                        verbose_name="about",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["assignee", "status"], name="cases_direction_assignee"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_direction_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_direction_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["given", "accepted", "returned", "done", "confirmed", "cancelled"],
                            )
                        ),
                        name="cases_direction_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["normal", "high", "urgent"])),
                        name="cases_direction_priority_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True), name="cases_direction_said"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__isnull", True), ("due_on__gte", models.F("given_on")), _connector="OR"
                        ),
                        name="cases_direction_due_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["done", "confirmed"]), _negated=True),
                            models.Q(("result", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_direction_result_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("assignee")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_direction_confirmed_by_another",
                    ),
                ],
                "verbose_name": "direction",
                "verbose_name_plural": "directions",
                "ordering": [models.OrderBy(models.F("due_on"), nulls_last=True), "-id"],
                "abstract": False,
            },
        ),
        ProtectTable("Topic"),
        FreezeColumns("Topic", rule="record_fixed", columns=["table_name", "record_id"]),
        RunSqlFile("cases/ledger/sql/below.sql"),
        RunSqlFile("cases/ledger/sql/topic_rules.sql"),
        ProtectTable("Direction"),
        RunSqlFile("cases/ledger/sql/direction_rules.sql"),
        HoldWorkflow(
            "Direction",
            initial=("given",),
            transitions=(
                ("given", "accepted"),
                ("accepted", "done"),
                ("returned", "done"),
                ("done", "confirmed"),
                ("done", "returned"),
                ("accepted", "given"),
                ("returned", "given"),
                ("given", "cancelled"),
                ("accepted", "cancelled"),
                ("returned", "cancelled"),
            ),
            reasoned=(
                ("accepted", "done"),
                ("returned", "done"),
                ("done", "returned"),
                ("accepted", "given"),
                ("returned", "given"),
                ("given", "cancelled"),
                ("accepted", "cancelled"),
                ("returned", "cancelled"),
            ),
        ),
    ]
