"""Adds sharing agreements, under the ledger, and the log of what was sent to partners, beside it."""

import cases.ids
import cases.models.agreement
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from cases.ledger.operations import HoldWorkflow, ProtectTable, RunSqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_context_outline"),
    ]

    operations = [
        migrations.CreateModel(
            name="SharingAgreement",
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
                ("purpose", models.TextField(verbose_name="purpose")),
                ("legal_basis", models.TextField(verbose_name="legal basis")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63),
                        help_text="Nothing of another kind is sent.",
                        size=None,
                        verbose_name="kinds of records",
                    ),
                ),
                (
                    "handling_at_most",
                    models.CharField(
                        choices=[("open", "open to the case team"), ("investigation", "investigation only")],
                        help_text="What is humanitarian only is never shared by the prosecution.",
                        max_length=16,
                        verbose_name="handling at most",
                    ),
                ),
                (
                    "withheld",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("place", "exact places"),
                                ("informants", "informants"),
                                ("genetics", "genetics"),
                                ("names", "names of people"),
                                ("photographs", "photographs and documents"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=cases.models.agreement.everything_withheld,
                        help_text="What is left out of each record. Who changed it, and why, is part of the ledger and is sent.",
                        size=None,
                        verbose_name="withheld",
                    ),
                ),
                (
                    "contributes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63),
                        blank=True,
                        default=list,
                        help_text="Kinds of records that the partner may propose; somebody of the case accepts each.",
                        size=None,
                        verbose_name="may contribute",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "until_on",
                    models.DateField(help_text="Last day. An agreement always ends.", verbose_name="until"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                            ("discarded", "discarded"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "epoch",
                    models.PositiveIntegerField(
                        editable=False,
                        help_text="Counts the agreements with this partner: with another one the partner begins anew.",
                        null=True,
                        verbose_name="epoch",
                    ),
                ),
                ("signed_at", models.DateTimeField(editable=False, null=True, verbose_name="signed at")),
                ("end_reason", models.TextField(blank=True, editable=False, verbose_name="why it ended")),
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
                    "drafted_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="cases.agency",
                        verbose_name="partner",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed by",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_sharingagreement_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_sharingagreement_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "signed", "ended", "discarded"])),
                        name="cases_sharingagreement_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("purpose", ""), _negated=True),
                            models.Q(("legal_basis", ""), _negated=True),
                        ),
                        name="cases_sharingagreement_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kinds", []), _negated=True), name="cases_sharingagreement_kinds"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("handling_at_most__in", ["open", "investigation"])),
                        name="cases_sharingagreement_handling_shared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "withheld__contained_by",
                                ["place", "informants", "genetics", "names", "photographs"],
                            )
                        ),
                        name="cases_sharingagreement_withheld_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="cases_sharingagreement_days_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_by__isnull", True), ("status__in", ["draft", "discarded"])),
                            models.Q(
                                ("epoch__isnull", False),
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("status__in", ["signed", "ended"]),
                                models.Q(("signed_by", models.F("drafted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_sharingagreement_signed_by_another",
                    ),
                    models.UniqueConstraint(
                        fields=("case", "partner", "epoch"), name="cases_sharingagreement_epoch_once"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status", "signed"), ("withdrawn_at__isnull", True)),
                        expressions=[
                            ("case", "="),
                            ("partner", "="),
                            (
                                models.Func(
                                    models.F("from_on"),
                                    models.F("until_on"),
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="cases_sharingagreement_one_at_a_time",
                    ),
                ],
                "verbose_name": "sharing agreement",
                "verbose_name_plural": "sharing agreements",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
                ("case_id", models.UUIDField(verbose_name="case")),
                (
                    "kind",
                    models.CharField(
                        choices=[("changes", "changes"), ("snapshot", "present state")],
                        max_length=10,
                        verbose_name="form",
                    ),
                ),
                ("after_seq", models.BigIntegerField(verbose_name="after entry")),
                ("upto_seq", models.BigIntegerField(verbose_name="up to entry")),
                (
                    "entries",
                    models.TextField(
                        blank=True,
                        help_text="Numbers of the entries, as ranges: 5-9,12.",
                        verbose_name="entries sent",
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="Empty while it is being sent, and where nobody wrote the end.",
                        null=True,
                        verbose_name="how many",
                    ),
                ),
                ("complete", models.BooleanField(null=True, verbose_name="sent to the end")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="cases.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="cases.sharingagreement",
                        verbose_name="agreement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case_id", "-id"], name="cases_delivery_case"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("complete__isnull", True), ("entries", ""), ("number__isnull", True)),
                            models.Q(("complete__isnull", False), ("number__isnull", False)),
                            _connector="OR",
                        ),
                        name="cases_delivery_ended",
                    ),
                ],
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["-id"],
            },
        ),
        ProtectTable("SharingAgreement"),
        RunSqlFile("cases/ledger/sql/agreement_rules.sql"),
        HoldWorkflow(
            "SharingAgreement",
            initial=("draft",),
            transitions=(
                ("draft", "signed"),
                ("draft", "discarded"),
                ("signed", "ended"),
            ),
            reasoned=(
                ("draft", "discarded"),
                ("signed", "ended"),
            ),
        ),
    ]
