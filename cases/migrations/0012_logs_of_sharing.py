"""Adds court proceedings, the disclosure log and the sharing log under the ledger."""

import cases.ids
import cases.models.base
import django.db.models.deletion
from django.conf import settings
from cases.ledger.operations import ProtectTable, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_observations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proceeding",
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
                ("court", models.CharField(max_length=200, verbose_name="court")),
                (
                    "number",
                    models.CharField(blank=True, max_length=100, verbose_name="number of the court's file"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pretrial", "measure before trial"),
                            ("trial", "criminal trial"),
                            ("appeal", "appeal"),
                            ("civil", "civil proceedings"),
                            ("international", "proceedings before an international court"),
                            ("other", "other proceedings"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("from_on", models.DateField(blank=True, null=True, verbose_name="from")),
                (
                    "until_on",
                    models.DateField(
                        blank=True, help_text="Empty while they last.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "status_as_stated",
                    models.CharField(
                        blank=True,
                        help_text="In the words of the court or of whoever states it; nothing follows from it.",
                        max_length=200,
                        verbose_name="status as stated",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="stated by")),
                ("remarks", models.TextField(blank=True, verbose_name="remarks")),
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
                        name="cases_proceeding_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_proceeding_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["pretrial", "trial", "appeal", "civil", "international", "other"])
                        ),
                        name="cases_proceeding_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("court", ""), _negated=True), name="cases_proceeding_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on__isnull", True),
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="cases_proceeding_days_ordered",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True), models.Q(("number", ""), _negated=True)
                        ),
                        fields=("case", "court", "number"),
                        name="cases_proceeding_once",
                    ),
                ],
                "verbose_name": "court proceedings",
                "verbose_name_plural": "court proceedings",
                "ordering": ["-from_on", "-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
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
                    "party",
                    models.CharField(
                        choices=[
                            ("defence", "defence"),
                            ("victims", "victims, families, civil parties"),
                            ("court", "court"),
                            ("prosecution", "another prosecution office"),
                            ("other", "somebody else"),
                        ],
                        max_length=12,
                        verbose_name="party",
                    ),
                ),
                (
                    "recipient",
                    models.CharField(
                        help_text="The body or the office, such as the counsel of the first accused.",
                        max_length=200,
                        verbose_name="to whom",
                    ),
                ),
                ("disclosed_on", models.DateField(verbose_name="disclosed on")),
                (
                    "basis",
                    models.TextField(
                        help_text="The rule, request or order on which it was disclosed.",
                        verbose_name="basis",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("inspection", "inspection of the file"),
                            ("paper", "copies on paper"),
                            ("certified", "certified copies"),
                            ("digital", "digital copies"),
                            ("items", "items shown or handed over"),
                            ("other", "another form"),
                        ],
                        max_length=12,
                        verbose_name="form",
                    ),
                ),
                ("correction", models.TextField(blank=True, verbose_name="what was wrong in that entry")),
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
                    "corrects",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="corrections",
                        to="cases.disclosure",
                        verbose_name="takes the place of",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "proceeding",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        help_text="Empty before there are any.",
                        null=True,
                        related_name="disclosures",
                        to="cases.proceeding",
                        verbose_name="in which proceedings",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_disclosure_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_disclosure_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("party__in", ["defence", "victims", "court", "prosecution", "other"])
                        ),
                        name="cases_disclosure_party_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("form__in", ["inspection", "paper", "certified", "digital", "items", "other"])
                        ),
                        name="cases_disclosure_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recipient", ""), _negated=True), models.Q(("basis", ""), _negated=True)
                        ),
                        name="cases_disclosure_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction", ""), ("corrects__isnull", True)),
                            models.Q(
                                ("corrects__isnull", False), models.Q(("correction", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="cases_disclosure_correction_reasoned",
                    ),
                    models.UniqueConstraint(fields=("corrects",), name="cases_disclosure_corrected_once"),
                ],
                "verbose_name": "disclosure",
                "verbose_name_plural": "disclosures",
                "ordering": ["-disclosed_on", "-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Sharing",
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
                    "recipient",
                    models.CharField(
                        choices=[("icrc", "the ICRC"), ("other", "another body")],
                        max_length=8,
                        verbose_name="shared with",
                    ),
                ),
                (
                    "body",
                    models.CharField(
                        help_text="The delegation, agency or office that received it.",
                        max_length=200,
                        verbose_name="body",
                    ),
                ),
                (
                    "basis",
                    models.TextField(
                        help_text="The agreement, request or order on which it was shared.",
                        verbose_name="basis",
                    ),
                ),
                ("title", models.CharField(editable=False, max_length=300, verbose_name="of what")),
                ("content", models.JSONField(editable=False, verbose_name="what was shared")),
                ("shared_at", models.DateTimeField(editable=False, verbose_name="shared at")),
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
                    "corrects",
                    cases.models.base.CaseForeignKey(
                        editable=False,
                        null=True,
                        related_name="corrections",
                        to="cases.sharing",
                        verbose_name="takes the place of",
                    ),
                ),
                (
                    "shared_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="shared by",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_sharing_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_sharing_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recipient__in", ["icrc", "other"])),
                        name="cases_sharing_recipient_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body", ""), _negated=True),
                            models.Q(("basis", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="cases_sharing_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handling", "open"), ("recipient", "icrc")),
                            models.Q(("recipient", "other"), models.Q(("handling", "open"), _negated=True)),
                            _connector="OR",
                        ),
                        name="cases_sharing_open_to_recipient",
                    ),
                    models.UniqueConstraint(fields=("corrects",), name="cases_sharing_corrected_once"),
                ],
                "verbose_name": "sharing",
                "verbose_name_plural": "sharing log",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SharingSource",
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
                ("record_version", models.PositiveIntegerField(verbose_name="version of the record")),
                (
                    "about",
                    cases.models.base.CaseForeignKey(
                        related_name="sharings", to="cases.topic", verbose_name="record"
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
                    "sharing",
                    cases.models.base.CaseForeignKey(
                        keeps=True, related_name="sources", to="cases.sharing", verbose_name="entry"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_sharingsource_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_sharingsource_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(fields=("sharing",), name="cases_sharingsource_once"),
                ],
                "verbose_name": "source of what was shared",
                "verbose_name_plural": "sources of what was shared",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DisclosedItem",
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
                    "record_version",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="version of the record"),
                ),
                ("description", models.TextField(blank=True, verbose_name="what it is")),
                (
                    "about",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="disclosures",
                        to="cases.topic",
                        verbose_name="record",
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
                    "disclosure",
                    cases.models.base.CaseForeignKey(
                        keeps=True, related_name="items", to="cases.disclosure", verbose_name="disclosure"
                    ),
                ),
            ],
            options={
                "verbose_name": "disclosed item",
                "verbose_name_plural": "disclosed items",
                "ordering": ["id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_discloseditem_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_discloseditem_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("about__isnull", False),
                                ("description", ""),
                                ("record_version__isnull", False),
                            ),
                            models.Q(
                                ("about__isnull", True),
                                ("record_version__isnull", True),
                                models.Q(("description", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_discloseditem_one_thing",
                    ),
                ],
            },
        ),
        ProtectTable("Proceeding"),
        ProtectTable("Disclosure"),
        ProtectTable("DisclosedItem"),
        ProtectTable("Sharing"),
        ProtectTable("SharingSource"),
        RunSqlFile("cases/ledger/sql/sharing_rules.sql"),
    ]
