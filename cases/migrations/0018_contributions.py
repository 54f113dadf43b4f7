"""Adds what partners contribute, under the ledger, and beside it webhooks with their notices."""

import cases.ids
import cases.models.base
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from cases.ledger.operations import FreezeColumns, HoldWorkflow, ProtectTable, RunSqlFile, TimeStatus


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0017_agreement_status_since"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
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
                    "url",
                    models.CharField(
                        help_text="Begins with https, and leads to the internet.",
                        max_length=500,
                        verbose_name="address",
                    ),
                ),
                (
                    "signing",
                    models.CharField(
                        choices=[
                            ("hmac", "a shared secret (HMAC-SHA256)"),
                            ("ed25519", "our key pair (Ed25519)"),
                        ],
                        max_length=8,
                        verbose_name="signed with",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=100, verbose_name="key")),
                ("stopped_at", models.DateTimeField(editable=False, null=True, verbose_name="stopped at")),
                (
                    "stopped_reason",
                    models.TextField(blank=True, editable=False, verbose_name="why it was stopped"),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="cases.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("signing__in", ["hmac", "ed25519"])),
                        name="cases_webhook_signing_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="cases_webhook_signed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stopped_at__isnull", True),
                            models.Q(("stopped_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_webhook_stopped_reasoned",
                    ),
                ],
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["client", "url"],
            },
        ),
        migrations.CreateModel(
            name="NoticedUpTo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("epoch", models.PositiveIntegerField()),
                ("seq", models.BigIntegerField()),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.webhook"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("webhook", "case_id"), name="cases_noticedupto_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=40)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("dead_at", models.DateTimeField(null=True)),
                ("last_answer", models.CharField(blank=True, max_length=200)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="cases.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="cases_notice_due",
                    ),
                    models.Index(fields=["webhook", "-id"], name="cases_notice_webhook"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("dead_at__isnull", True),
                                ("delivered_at__isnull", True),
                                ("next_at__isnull", False),
                            ),
                            models.Q(
                                ("dead_at__isnull", True),
                                ("delivered_at__isnull", False),
                                ("next_at__isnull", True),
                            ),
                            models.Q(
                                ("dead_at__isnull", False),
                                ("delivered_at__isnull", True),
                                ("next_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_notice_one_of_three",
                    ),
                ],
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
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
                    "kind",
                    models.CharField(
                        help_text="As the agreement names it, e.g. remains.find.",
                        max_length=63,
                        verbose_name="kind of record",
                    ),
                ),
                (
                    "identifier",
                    models.CharField(
                        help_text="By which the partner knows it; what is sent under it again is about the same thing.",
                        max_length=80,
                        verbose_name="identifier",
                    ),
                ),
                (
                    "values",
                    models.JSONField(
                        help_text="Fields of the record, as a record of this kind is sent.",
                        verbose_name="values",
                    ),
                ),
                (
                    "record",
                    models.UUIDField(
                        blank=True,
                        help_text="The record of the case that would be changed; none where the partner proposes a new one.",
                        null=True,
                        verbose_name="record",
                    ),
                ),
                (
                    "read_version",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="From which version of that record the values were changed.",
                        null=True,
                        verbose_name="version that was read",
                    ),
                ),
                (
                    "remark",
                    models.TextField(
                        blank=True, help_text="For the person who decides.", verbose_name="remark"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "status_since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="in this status since",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                (
                    "decline_reason",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="The partner reads it.",
                        verbose_name="why it was declined",
                    ),
                ),
                ("became", models.UUIDField(editable=False, null=True, verbose_name="record that it became")),
                (
                    "taken",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63),
                        default=list,
                        editable=False,
                        help_text="Of its fields, those whose values the record has from it.",
                        size=None,
                        verbose_name="fields taken over",
                    ),
                ),
                (
                    "agreement",
                    cases.models.base.CaseForeignKey(
                        editable=False,
                        related_name="contributions",
                        to="cases.sharingagreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "answers",
                    models.ForeignKey(
                        editable=False,
                        help_text="The person of the partner agency who answered for its program then.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answers for it",
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
                    "client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="cases.client",
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "contribution of a partner",
                "verbose_name_plural": "contributions of partners",
                "ordering": ["-id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["case", "kind", "identifier"], name="cases_contribution_identifier"),
                    models.Index(
                        condition=models.Q(("became__isnull", False)),
                        fields=["became"],
                        name="cases_contribution_became",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_contribution_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_contribution_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["proposed", "accepted", "declined"])),
                        name="cases_contribution_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("identifier", ""), _negated=True),
                        name="cases_contribution_identified",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("read_version__isnull", True), ("record__isnull", True)),
                            models.Q(("read_version__isnull", False), ("record__isnull", False)),
                            _connector="OR",
                        ),
                        name="cases_contribution_read",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("status", "proposed"),
                            ),
                            models.Q(
                                models.Q(("status", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="cases_contribution_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("answers")), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_contribution_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), models.Q(("decline_reason", ""), _negated=True)),
                            models.Q(models.Q(("status", "declined"), _negated=True), ("decline_reason", "")),
                            _connector="OR",
                        ),
                        name="cases_contribution_declined_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("became__isnull", False), ("status", "accepted")),
                            models.Q(
                                models.Q(("status", "accepted"), _negated=True),
                                ("became__isnull", True),
                                ("taken", []),
                            ),
                            _connector="OR",
                        ),
                        name="cases_contribution_became_something",
                    ),
                ],
            },
        ),
        ProtectTable("Contribution"),
        RunSqlFile("cases/ledger/sql/contribution_rules.sql"),
        HoldWorkflow(
            "Contribution",
            initial=("proposed",),
            transitions=(("proposed", "accepted"), ("proposed", "declined")),
            reasoned=(("proposed", "declined"),),
        ),
        TimeStatus("Contribution"),
        ProtectTable("Webhook", chain="system", hidden=["key"]),
        FreezeColumns("Webhook", rule="client_fixed", columns=["client_id", "signing", "key"]),
        RunSqlFile("cases/ledger/sql/webhook_rules.sql"),
    ]
