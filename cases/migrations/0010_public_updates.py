"""Adds public pages and their updates, under the ledger and the rules that keep what was published."""

import cases.ids
import cases.models.base
import cases.public.words
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from cases.ledger.operations import FreezeColumns, HoldWorkflow, ProtectTable, RunSqlFile
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_clients"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicPage",
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
                    "slug",
                    models.CharField(
                        help_text="Ends the page's address, e.g. khojaly-2024. It need not be, and best is not, the case number.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*$", "Small letters, digits and single hyphens only."
                            )
                        ],
                        verbose_name="short address",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=cases.public.words.language_choices,
                        default="en",
                        help_text="Every update has a text in it; readers of other languages are shown it where theirs is missing.",
                        max_length=3,
                        verbose_name="main language",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "not public"),
                            ("public", "public"),
                            ("closed", "public, no longer updated"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="opened or closed at"),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_publicpage_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_publicpage_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "public", "closed"])),
                        name="cases_publicpage_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")),
                        name="cases_publicpage_slug_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(
                                ("changed_at__isnull", False),
                                ("handling", "open"),
                                ("withdrawn_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_publicpage_public_is_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft"), _negated=True),
                        fields=("case",),
                        name="cases_publicpage_one_public",
                    ),
                ],
                "verbose_name": "public page",
                "verbose_name_plural": "public pages",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublicTitle",
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
                    "language",
                    models.CharField(
                        choices=cases.public.words.language_choices, max_length=3, verbose_name="language"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "publisher",
                    models.CharField(
                        blank=True,
                        help_text="As the public knows the authority, in this language.",
                        max_length=200,
                        verbose_name="who publishes it",
                    ),
                ),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="added at",
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
                    "page",
                    cases.models.base.CaseForeignKey(
                        keeps=True, related_name="titles", to="cases.publicpage", verbose_name="public page"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_publictitle_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_publictitle_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="cases_publictitle_titled"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("page", "language"),
                        name="cases_publictitle_once",
                    ),
                ],
                "verbose_name": "title of a public page",
                "verbose_name_plural": "titles of a public page",
                "ordering": ["page", "language"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublicUpdate",
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
                    "dated_on",
                    models.DateField(
                        help_text="The day that the statement bears.", verbose_name="date of the statement"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "awaiting approval"),
                            ("published", "published"),
                            ("retracted", "withdrawn from the public"),
                            ("discarded", "discarded"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False, null=True, verbose_name="number")),
                (
                    "published_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="published at"),
                ),
                (
                    "retracted_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="withdrawn from the public at"
                    ),
                ),
                (
                    "retracted_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason shown to the public"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "corrects",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        help_text="A published text that this one stands in the place of; both stay readable.",
                        null=True,
                        related_name="corrections",
                        to="cases.publicupdate",
                        verbose_name="corrects",
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
                    "page",
                    cases.models.base.CaseForeignKey(
                        keeps=True, related_name="updates", to="cases.publicpage", verbose_name="public page"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_publicupdate_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_publicupdate_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "submitted", "published", "retracted", "discarded"])
                        ),
                        name="cases_publicupdate_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("published", "retracted")), _negated=True),
                            models.Q(
                                ("approved_by__isnull", False),
                                ("number__isnull", False),
                                ("published_at__isnull", False),
                                models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_publicupdate_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("published", "retracted")), _negated=True),
                            models.Q(("handling", "open"), ("withdrawn_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="cases_publicupdate_published_is_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "retracted"), _negated=True),
                            models.Q(
                                ("retracted_at__isnull", False),
                                models.Q(("retracted_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_publicupdate_retraction_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects__isnull", True),
                            models.Q(("corrects", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_publicupdate_corrects_another",
                    ),
                    models.UniqueConstraint(
                        fields=("page", "number"), name="cases_publicupdate_number_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("published", "retracted"))),
                        fields=("corrects",),
                        name="cases_publicupdate_corrected_once",
                    ),
                ],
                "verbose_name": "public update",
                "verbose_name_plural": "public updates",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublicText",
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
                    "language",
                    models.CharField(
                        choices=cases.public.words.language_choices, max_length=3, verbose_name="language"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "body",
                    models.TextField(
                        help_text="Plain text; an empty line begins a new paragraph. {people} inserts the fact of that name.",
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="text",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True,
                        help_text="Shown to the public with a correction.",
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="what is corrected, and why",
                    ),
                ),
                (
                    "published_title",
                    models.TextField(blank=True, editable=False, verbose_name="title as published"),
                ),
                (
                    "published_body",
                    models.TextField(blank=True, editable=False, verbose_name="text as published"),
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
                    "update",
                    cases.models.base.CaseForeignKey(
                        keeps=True,
                        related_name="texts",
                        to="cases.publicupdate",
                        verbose_name="public update",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_publictext_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_publictext_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("body", ""), _negated=True)
                        ),
                        name="cases_publictext_written",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("update", "language"),
                        name="cases_publictext_once",
                    ),
                ],
                "verbose_name": "text of a public update",
                "verbose_name_plural": "texts of a public update",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublicFact",
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
                    "key",
                    models.CharField(
                        blank=True,
                        help_text="Stands between braces in the texts, e.g. {people}. Empty: Taphos names it.",
                        max_length=30,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*$", "A small letter, then small letters, digits and _."
                            )
                        ],
                        verbose_name="name in the texts",
                    ),
                ),
                ("kind", models.CharField(editable=False, max_length=60, verbose_name="fact")),
                (
                    "table_name",
                    models.CharField(editable=False, max_length=80, verbose_name="kind of record"),
                ),
                ("record_id", models.UUIDField(editable=False, verbose_name="record")),
                (
                    "record_version",
                    models.PositiveIntegerField(editable=False, verbose_name="version of the record"),
                ),
                ("value", models.JSONField(editable=False, verbose_name="what the record said")),
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
                    "update",
                    cases.models.base.CaseForeignKey(
                        keeps=True,
                        related_name="facts",
                        to="cases.publicupdate",
                        verbose_name="public update",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="cases_publicfact_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_publicfact_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z][a-z0-9_]*$")),
                        name="cases_publicfact_key_form",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("update", "key"),
                        name="cases_publicfact_key_once",
                    ),
                ],
                "verbose_name": "fact of a public update",
                "verbose_name_plural": "facts of a public update",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        ProtectTable("PublicPage"),
        ProtectTable("PublicTitle"),
        ProtectTable("PublicUpdate"),
        ProtectTable("PublicText"),
        ProtectTable("PublicFact"),
        FreezeColumns("PublicText", "update_fixed", ["update_id"]),
        FreezeColumns("PublicFact", "update_fixed", ["update_id"]),
        FreezeColumns("PublicUpdate", "drafter_fixed", ["drafted_by_id"]),
        HoldWorkflow(
            "PublicPage",
            initial=["draft"],
            transitions=[("draft", "public"), ("public", "closed"), ("closed", "public")],
            reasoned=[("draft", "public"), ("public", "closed"), ("closed", "public")],
        ),
        HoldWorkflow(
            "PublicUpdate",
            initial=["draft"],
            transitions=[
                ("draft", "submitted"),
                ("submitted", "draft"),
                ("submitted", "published"),
                ("draft", "discarded"),
                ("submitted", "discarded"),
                ("published", "retracted"),
            ],
            reasoned=[
                ("submitted", "draft"),
                ("draft", "discarded"),
                ("submitted", "discarded"),
                ("published", "retracted"),
            ],
        ),
        RunSqlFile("cases/ledger/sql/public_rules.sql"),
    ]
