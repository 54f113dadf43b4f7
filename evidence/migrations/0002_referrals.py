"""Adds referrals to laboratories, their items, examinations, results and proposed findings."""

import cases.ids
import cases.models.base
import cases.models.code
import cases.models.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_laboratory_analysts"),
        ("evidence", "0001_files"),
        ("remains", "0008_lean_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
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
                ("number", models.CharField(editable=False, max_length=80, verbose_name="number")),
                ("serial", models.PositiveIntegerField(editable=False, verbose_name="serial")),
                (
                    "reference",
                    models.CharField(
                        editable=False,
                        help_text="What the laboratory calls it by; it is drawn by lot and tells nothing of the case.",
                        max_length=16,
                        unique=True,
                        verbose_name="reference",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[("routine", "routine"), ("priority", "before others"), ("urgent", "urgent")],
                        max_length=10,
                        verbose_name="urgency",
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        help_text="The day by which the report is needed.", verbose_name="due on"
                    ),
                ),
                (
                    "background",
                    models.TextField(
                        blank=True,
                        help_text="The laboratory reads this, and nothing else of the case: no names, numbers or places.",
                        verbose_name="what the laboratory is told",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("requested", "awaits approval"),
                            ("approved", "approved, to be dispatched"),
                            ("dispatched", "dispatched"),
                            ("received", "received by the laboratory"),
                            ("examination", "in examination"),
                            ("reported", "reported"),
                            ("returned", "returned for completion"),
                            ("disputed", "disputed"),
                            ("accepted", "accepted"),
                            ("closed", "closed"),
                            ("cancelled", "cancelled"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="approved at")),
                (
                    "refusal_reason",
                    models.TextField(blank=True, editable=False, verbose_name="why it was not approved"),
                ),
                (
                    "return_reason",
                    models.TextField(
                        blank=True, editable=False, verbose_name="what is missing in the report"
                    ),
                ),
                (
                    "dispute_reason",
                    models.TextField(blank=True, editable=False, verbose_name="why the report is disputed"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="approved by",
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
                    "drafted_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.agency",
                        verbose_name="laboratory",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="requested by",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "status", "due_on"], name="evidence_referral_by_status"),
                    models.Index(fields=["laboratory", "status", "due_on"], name="evidence_referral_by_lab"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_referral_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_referral_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(
                        fields=("case", "serial"), name="evidence_referral_serial_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "requested",
                                    "approved",
                                    "dispatched",
                                    "received",
                                    "examination",
                                    "reported",
                                    "returned",
                                    "disputed",
                                    "accepted",
                                    "closed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="evidence_referral_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["routine", "priority", "urgent"])),
                        name="evidence_referral_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reference__regex", "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")
                        ),
                        name="evidence_referral_reference_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "cancelled"]),
                            ("requested_by__isnull", False),
                            _connector="OR",
                        ),
                        name="evidence_referral_requested",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "requested", "cancelled"]),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="evidence_referral_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(
                                models.Q(("approved_by", models.F("requested_by")), _negated=True),
                                models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_referral_approved_by_another",
                    ),
                ],
                "verbose_name": "laboratory referral",
                "verbose_name_plural": "laboratory referrals",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Examination",
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
                ("question", models.TextField(verbose_name="question to the expert")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                ("kind", cases.models.code.CodeField("examination", verbose_name="examination")),
                (
                    "referral",
                    cases.models.base.CaseForeignKey(
                        keeps=True,
                        related_name="examinations",
                        to="evidence.referral",
                        verbose_name="referral",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_examination_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_examination_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="evidence_examination_asked"
                    ),
                ],
                "verbose_name": "examination asked for",
                "verbose_name_plural": "examinations asked for",
                "ordering": ["referral", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReferralItem",
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
                ("position", models.PositiveSmallIntegerField(editable=False, verbose_name="position")),
                (
                    "described_as",
                    models.CharField(
                        help_text="What it is, without its number: the number tells the site.",
                        max_length=200,
                        verbose_name="what the laboratory calls it",
                    ),
                ),
                ("asked", models.TextField(verbose_name="what is asked of it")),
                ("received_at", models.DateTimeField(editable=False, null=True, verbose_name="received at")),
                (
                    "seal_seen",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="seal seen"),
                ),
                ("seal_intact", models.BooleanField(editable=False, null=True, verbose_name="seal whole")),
                (
                    "condition_seen",
                    models.TextField(blank=True, editable=False, verbose_name="condition on arrival"),
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
                    "find",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="referral_items",
                        to="remains.find",
                        verbose_name="find",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="received by",
                    ),
                ),
                (
                    "referral",
                    cases.models.base.CaseForeignKey(
                        keeps=True, related_name="items", to="evidence.referral", verbose_name="referral"
                    ),
                ),
                (
                    "specimen",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="referral_items",
                        to="remains.specimen",
                        verbose_name="specimen",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_referralitem_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_referralitem_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(
                        fields=("referral", "position"), name="evidence_referralitem_position_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("find__isnull", False), ("specimen__isnull", True)),
                            models.Q(("find__isnull", True), ("specimen__isnull", False)),
                            _connector="OR",
                        ),
                        name="evidence_referralitem_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("described_as", ""), _negated=True),
                            models.Q(("asked", ""), _negated=True),
                        ),
                        name="evidence_referralitem_described",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("referral", "find"),
                        name="evidence_referralitem_find_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("referral", "specimen"),
                        name="evidence_referralitem_specimen_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("received_at__isnull", True),
                                ("received_by__isnull", True),
                                ("seal_intact__isnull", True),
                            ),
                            models.Q(
                                ("received_at__isnull", False),
                                ("received_by__isnull", False),
                                models.Q(("condition_seen", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_referralitem_receipt_whole",
                    ),
                ],
                "verbose_name": "item of a referral",
                "verbose_name_plural": "items of referrals",
                "ordering": ["referral", "position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Result",
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
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "answered"),
                            ("inconclusive", "examined, no conclusion"),
                            ("not_possible", "could not be examined"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        help_text="What was done and found, or why nothing could be.", verbose_name="answer"
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=200, verbose_name="method")),
                ("analyst", models.CharField(max_length=150, verbose_name="analyst")),
                ("examined_on", models.DateField(verbose_name="examined on")),
                (
                    "correction",
                    models.TextField(blank=True, editable=False, verbose_name="why it was corrected"),
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
                    "examination",
                    cases.models.base.CaseForeignKey(
                        related_name="results", to="evidence.examination", verbose_name="examination"
                    ),
                ),
                (
                    "item",
                    cases.models.base.CaseForeignKey(
                        related_name="results", to="evidence.referralitem", verbose_name="item"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "supersedes",
                    cases.models.base.CaseForeignKey(
                        editable=False,
                        null=True,
                        related_name="superseded_by",
                        to="evidence.result",
                        verbose_name="in the place of",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_result_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_result_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["answered", "inconclusive", "not_possible"])),
                        name="evidence_result_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), _negated=True), models.Q(("analyst", ""), _negated=True)
                        ),
                        name="evidence_result_answered",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", True)),
                        fields=("item", "examination"),
                        name="evidence_result_once",
                    ),
                    models.UniqueConstraint(fields=("supersedes",), name="evidence_result_superseded_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction", ""), ("supersedes__isnull", True)),
                            models.Q(
                                ("supersedes__isnull", False),
                                models.Q(("correction", ""), _negated=True),
                                models.Q(("supersedes", models.F("id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_result_corrected_with_reason",
                    ),
                ],
                "verbose_name": "laboratory result",
                "verbose_name_plural": "laboratory results",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Finding",
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
                        choices=[
                            ("age", "age at death"),
                            ("sex", "sex"),
                            ("stature", "stature"),
                            ("burial", "burial interval"),
                            ("injury", "injury"),
                            ("dna_group", "DNA group"),
                        ],
                        max_length=10,
                        verbose_name="finding",
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
                    "age_min_years",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="age from (years)"
                    ),
                ),
                (
                    "age_max_years",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="age to (years)"
                    ),
                ),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("female", "female"),
                            ("male", "male"),
                            ("undetermined", "undetermined after examination"),
                        ],
                        max_length=12,
                        null=True,
                        verbose_name="sex",
                    ),
                ),
                (
                    "stature_min_cm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=5,
                        null=True,
                        verbose_name="stature from (cm)",
                    ),
                ),
                (
                    "stature_max_cm",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="stature to (cm)"
                    ),
                ),
                (
                    "burial_edtf",
                    cases.models.fields.UncertainDateField(
                        blank=True,
                        help_text="As precisely as it is known: 1992-02-26, 1992-02, 1992~ (about), ../1995 (1995 or earlier), 1992-02/1992-03.",
                        max_length=100,
                        verbose_name="burial",
                    ),
                ),
                (
                    "burial_earliest_on",
                    models.DateField(editable=False, null=True, verbose_name="burial, earliest"),
                ),
                (
                    "burial_latest_on",
                    models.DateField(editable=False, null=True, verbose_name="burial, latest"),
                ),
                (
                    "timing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ante", "ante-mortem: healing seen"),
                            ("peri", "peri-mortem: about the time of death"),
                            ("post", "post-mortem: damage to dry bone"),
                            ("undetermined", "undetermined after examination"),
                        ],
                        max_length=12,
                        null=True,
                        verbose_name="timing",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place on the bone")),
                (
                    "dna_group",
                    models.CharField(
                        blank=True,
                        help_text="Label of the profile or haplotype, the same for all items that share it.",
                        max_length=40,
                        null=True,
                        verbose_name="DNA group",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[("presumed", "presumed"), ("determined", "determined")],
                        max_length=10,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "basis",
                    models.TextField(help_text="What was scored, seen or measured.", verbose_name="basis"),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                (
                    "decline_reason",
                    models.TextField(blank=True, editable=False, verbose_name="why it was declined"),
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
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="decided by",
                    ),
                ),
                (
                    "estimate",
                    cases.models.base.CaseForeignKey(
                        editable=False,
                        null=True,
                        related_name="came_from",
                        to="remains.estimate",
                        verbose_name="estimate",
                    ),
                ),
                (
                    "injury",
                    cases.models.base.CaseForeignKey(
                        editable=False,
                        null=True,
                        related_name="came_from",
                        to="remains.injury",
                        verbose_name="injury",
                    ),
                ),
                (
                    "mechanism",
                    cases.models.code.CodeField(
                        "injury_mechanism", blank=True, null=True, verbose_name="mechanism"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.user",
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "specimen",
                    cases.models.base.CaseForeignKey(
                        editable=False,
                        null=True,
                        related_name="laboratory_findings",
                        to="remains.specimen",
                        verbose_name="specimen",
                    ),
                ),
                (
                    "result",
                    cases.models.base.CaseForeignKey(
                        related_name="findings", to="evidence.result", verbose_name="result"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_finding_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_finding_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("burial_earliest_on__isnull", True),
                            ("burial_latest_on__isnull", True),
                            ("burial_earliest_on__lte", models.F("burial_latest_on")),
                            _connector="OR",
                        ),
                        name="evidence_finding_burial_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["proposed", "accepted", "declined"])),
                        name="evidence_finding_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("certainty__in", ["presumed", "determined"])),
                        name="evidence_finding_certainty_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "age"),
                                ("sex__isnull", True),
                                ("stature_min_cm__isnull", True),
                                ("stature_max_cm__isnull", True),
                                ("burial_edtf", ""),
                                ("timing__isnull", True),
                                ("mechanism__isnull", True),
                                ("place", ""),
                                ("dna_group__isnull", True),
                                models.Q(
                                    models.Q(("age_min_years__isnull", True), _negated=True),
                                    models.Q(("age_max_years__isnull", True), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("kind", "sex"),
                                ("age_min_years__isnull", True),
                                ("age_max_years__isnull", True),
                                ("stature_min_cm__isnull", True),
                                ("stature_max_cm__isnull", True),
                                ("burial_edtf", ""),
                                ("timing__isnull", True),
                                ("mechanism__isnull", True),
                                ("place", ""),
                                ("dna_group__isnull", True),
                                models.Q(("sex__isnull", True), _negated=True),
                                ("sex__in", ["female", "male", "undetermined"]),
                            ),
                            models.Q(
                                ("kind", "stature"),
                                ("age_min_years__isnull", True),
                                ("age_max_years__isnull", True),
                                ("sex__isnull", True),
                                ("burial_edtf", ""),
                                ("timing__isnull", True),
                                ("mechanism__isnull", True),
                                ("place", ""),
                                ("dna_group__isnull", True),
                                models.Q(
                                    models.Q(("stature_min_cm__isnull", True), _negated=True),
                                    models.Q(("stature_max_cm__isnull", True), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("kind", "burial"),
                                ("age_min_years__isnull", True),
                                ("age_max_years__isnull", True),
                                ("sex__isnull", True),
                                ("stature_min_cm__isnull", True),
                                ("stature_max_cm__isnull", True),
                                ("timing__isnull", True),
                                ("mechanism__isnull", True),
                                ("place", ""),
                                ("dna_group__isnull", True),
                                models.Q(("burial_edtf", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "injury"),
                                ("age_min_years__isnull", True),
                                ("age_max_years__isnull", True),
                                ("sex__isnull", True),
                                ("stature_min_cm__isnull", True),
                                ("stature_max_cm__isnull", True),
                                ("burial_edtf", ""),
                                ("dna_group__isnull", True),
                                models.Q(("timing__isnull", True), _negated=True),
                                models.Q(("mechanism__isnull", True), _negated=True),
                                models.Q(("place", ""), _negated=True),
                                ("timing__in", ["ante", "peri", "post", "undetermined"]),
                            ),
                            models.Q(
                                ("kind", "dna_group"),
                                ("age_min_years__isnull", True),
                                ("age_max_years__isnull", True),
                                ("sex__isnull", True),
                                ("stature_min_cm__isnull", True),
                                ("stature_max_cm__isnull", True),
                                ("burial_edtf", ""),
                                ("timing__isnull", True),
                                ("mechanism__isnull", True),
                                ("place", ""),
                                models.Q(("dna_group__isnull", True), _negated=True),
                                models.Q(("dna_group", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_finding_value_of_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("age_min_years__isnull", True),
                                models.Q(("age_min_years__gte", -1), ("age_min_years__lte", 125)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("age_max_years__isnull", True),
                                models.Q(("age_max_years__gte", -1), ("age_max_years__lte", 125)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("age_min_years__isnull", True),
                                ("age_max_years__isnull", True),
                                ("age_min_years__lte", models.F("age_max_years")),
                                _connector="OR",
                            ),
                        ),
                        name="evidence_finding_age_human",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("stature_min_cm__isnull", True),
                                models.Q(("stature_min_cm__gte", 20), ("stature_min_cm__lte", 280)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("stature_max_cm__isnull", True),
                                models.Q(("stature_max_cm__gte", 20), ("stature_max_cm__lte", 280)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("stature_min_cm__isnull", True),
                                ("stature_max_cm__isnull", True),
                                ("stature_min_cm__lte", models.F("stature_max_cm")),
                                _connector="OR",
                            ),
                        ),
                        name="evidence_finding_stature_human",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True), name="evidence_finding_based"
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
                        name="evidence_finding_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_finding_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), models.Q(("decline_reason", ""), _negated=True)),
                            models.Q(models.Q(("status", "declined"), _negated=True), ("decline_reason", "")),
                            _connector="OR",
                        ),
                        name="evidence_finding_declined_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("estimate__isnull", False),
                                ("injury", None),
                                ("kind__in", ("age", "sex", "stature", "burial")),
                                ("status", "accepted"),
                            ),
                            models.Q(
                                ("estimate", None),
                                ("injury__isnull", False),
                                ("kind", "injury"),
                                ("specimen__isnull", False),
                                ("status", "accepted"),
                            ),
                            models.Q(
                                ("estimate", None),
                                ("injury", None),
                                ("kind", "dna_group"),
                                ("specimen__isnull", False),
                                ("status", "accepted"),
                            ),
                            models.Q(
                                models.Q(("status", "accepted"), _negated=True),
                                ("estimate", None),
                                ("injury", None),
                                ("specimen", None),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_finding_tied",
                    ),
                ],
                "verbose_name": "proposed finding",
                "verbose_name_plural": "proposed findings",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
    ]
