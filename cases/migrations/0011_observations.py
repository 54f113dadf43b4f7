"""Adds observations and enquiries under the ledger."""

import cases.ids
import cases.models.base
import django.db.models.deletion
from django.conf import settings
from cases.ledger.operations import HoldWorkflow, ProtectTable, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_public_updates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enquiry",
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
                ("question", models.TextField(verbose_name="question")),
                (
                    "due_on",
                    models.DateField(
                        blank=True,
                        help_text="Empty when there is no hurry.",
                        null=True,
                        verbose_name="wished for by",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "asked"), ("answered", "answered"), ("closed", "closed")],
                        editable=False,
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("asked_on", models.DateField(editable=False, verbose_name="asked on")),
                ("answer", models.TextField(blank=True, editable=False, verbose_name="answer")),
                (
                    "remark",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="What is still asked after an answer, or how it ended.",
                        verbose_name="last remark",
                    ),
                ),
                (
                    "about",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        related_name="enquiries",
                        to="cases.topic",
                        verbose_name="about",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
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
            ],
            options={
                "verbose_name": "enquiry",
                "verbose_name_plural": "enquiries",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_enquiry_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_enquiry_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "answered", "closed"])),
                        name="cases_enquiry_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="cases_enquiry_said"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__isnull", True), ("due_on__gte", models.F("asked_on")), _connector="OR"
                        ),
                        name="cases_enquiry_due_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(
                                models.Q(("answered_by", models.F("asked_by")), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_enquiry_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            ("answered_by__isnull", False),
                            _connector="OR",
                        ),
                        name="cases_enquiry_answer_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
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
                    "handling",
                    models.CharField(
                        choices=[
                            ("open", "open to the case team"),
                            ("investigation", "investigation only"),
                            ("humanitarian", "humanitarian only"),
                        ],
                        max_length=16,
                        verbose_name="who may read it",
                    ),
                ),
                ("text", models.TextField(verbose_name="observation")),
                (
                    "status",
                    models.CharField(
                        choices=[("made", "made"), ("noted", "noted"), ("answered", "answered")],
                        editable=False,
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("made_on", models.DateField(editable=False, verbose_name="made on")),
                ("answer", models.TextField(blank=True, editable=False, verbose_name="answer")),
                (
                    "about",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        related_name="observations",
                        to="cases.topic",
                        verbose_name="about",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted or answered by",
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
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "observation",
                "verbose_name_plural": "observations",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_observation_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_observation_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["made", "noted", "answered"])),
                        name="cases_observation_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="cases_observation_said"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_by__isnull", True), ("status", "made")),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("status__in", ["noted", "answered"]),
                                models.Q(("answered_by", models.F("made_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_observation_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_observation_answer_given",
                    ),
                ],
            },
        ),
        ProtectTable("Observation"),
        ProtectTable("Enquiry"),
        RunSqlFile("cases/ledger/sql/observation_rules.sql"),
        HoldWorkflow(
            "Observation",
            initial=("made",),
            transitions=(("made", "noted"), ("made", "answered"), ("noted", "answered")),
            reasoned=(("made", "answered"), ("noted", "answered")),
        ),
        HoldWorkflow(
            "Enquiry",
            initial=("asked",),
            transitions=(
                ("asked", "answered"),
                ("answered", "asked"),
                ("answered", "closed"),
                ("asked", "closed"),
            ),
            reasoned=(("asked", "answered"), ("answered", "asked"), ("asked", "closed")),
        ),
    ]
