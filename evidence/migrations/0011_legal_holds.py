"""Legal holds on items, and two people for the end of an exhibit, also when it was used up."""

import cases.ids
import cases.models.base
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.conf import settings
from cases.ledger.operations import FreezeColumns, HoldWorkflow, ProtectTable, RunSqlFile, TimeStatus
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_logs_of_sharing"),
        ("evidence", "0010_exhibit_files"),
        ("remains", "0009_find_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
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
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "court_order",
                    models.CharField(
                        blank=True,
                        help_text="Court and number, where there is one.",
                        max_length=200,
                        verbose_name="order of a court",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "status",
                    models.CharField(
                        choices=[("standing", "stands"), ("lifted", "lifted")],
                        editable=False,
                        max_length=8,
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
                ("lifted_on", models.DateField(editable=False, null=True, verbose_name="lifted on")),
                (
                    "lifting_reason",
                    models.TextField(blank=True, editable=False, verbose_name="why it was lifted"),
                ),
                (
                    "lift_asked_reason",
                    models.TextField(blank=True, editable=False, verbose_name="why it should be lifted"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_legalhold_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_legalhold_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["standing", "lifted"])),
                        name="evidence_legalhold_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="evidence_legalhold_reasoned"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_on__isnull", True),
                            ("lifted_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="evidence_legalhold_days_ordered",
                    ),
                ],
                "verbose_name": "legal hold",
                "verbose_name_plural": "legal holds",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="exhibit",
            name="evidence_exhibit_disposal_proposed",
        ),
        migrations.RemoveConstraint(
            model_name="exhibit",
            name="evidence_exhibit_disposed_by_two",
        ),
        migrations.AlterField(
            model_name="exhibit",
            name="disposal",
            field=models.CharField(
                choices=[("consumed", "consumed"), ("released", "released"), ("destroyed", "destroyed")],
                editable=False,
                max_length=12,
                null=True,
                verbose_name="proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("disposal__isnull", True),
                        ("disposal_proposed_by__isnull", True),
                        ("disposal_reason", ""),
                    ),
                    models.Q(
                        ("disposal__in", ["consumed", "released", "destroyed"]),
                        ("disposal_proposed_by__isnull", False),
                        models.Q(("disposal_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_exhibit_disposal_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disposed_by__isnull", True), ("status__in", ["recorded", "held"])),
                    models.Q(
                        ("disposal__isnull", False),
                        ("disposed_by__isnull", False),
                        ("status", models.F("disposal")),
                        models.Q(("disposed_by", models.F("disposal_proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_exhibit_disposed_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ending__isnull", True),
                    models.Q(
                        ("ending__in", ["consumed", "released", "destroyed"]), ("exhibit__isnull", False)
                    ),
                    models.Q(("ending__in", ["returned", "reburied", "merged"]), ("find__isnull", False)),
                    _connector="OR",
                ),
                name="evidence_holding_end_of_kind",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.case",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="exhibit",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, to="evidence.exhibit", verbose_name="exhibit"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="find",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, to="remains.find", verbose_name="find"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lift_asked_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who asks to lift it",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lifted_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="lifted by",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="placed_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="placed by",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="specimen",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, to="remains.specimen", verbose_name="specimen"
            ),
        ),
        migrations.AddIndex(
            model_name="legalhold",
            index=models.Index(fields=["case", "-id"], name="evidence_legalhold_newest"),
        ),
        migrations.AddIndex(
            model_name="legalhold",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("find", "specimen", "exhibit"),
                condition=models.Q(("status", "standing")),
                name="evidence_legalhold_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exhibit__isnull", True), ("find__isnull", False), ("specimen__isnull", True)),
                    models.Q(("exhibit__isnull", True), ("find__isnull", True), ("specimen__isnull", False)),
                    models.Q(("exhibit__isnull", False), ("find__isnull", True), ("specimen__isnull", True)),
                    _connector="OR",
                ),
                name="evidence_legalhold_one_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("lifted_by__isnull", True),
                        ("lifted_on__isnull", True),
                        ("lifting_reason", ""),
                        ("status", "standing"),
                    ),
                    models.Q(
                        ("lifted_by__isnull", False),
                        ("lifted_on__isnull", False),
                        ("status", "lifted"),
                        models.Q(("lifted_by", models.F("placed_by")), _negated=True),
                        models.Q(
                            ("lift_asked_by__isnull", True),
                            models.Q(("lifted_by", models.F("lift_asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(("lifting_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_legalhold_lifted_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lift_asked_by__isnull", True), ("lift_asked_reason", "")),
                    models.Q(
                        ("lift_asked_by__isnull", False), models.Q(("lift_asked_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="evidence_legalhold_lift_asked_reasoned",
            ),
        ),
        ProtectTable("LegalHold"),
        FreezeColumns(
            "LegalHold",
            rule="placed_fixed",
            columns=[
                "find_id",
                "specimen_id",
                "exhibit_id",
                "reason",
                "court_order",
                "from_on",
                "placed_by_id",
            ],
        ),
        RunSqlFile("evidence/sql/hold_rules.sql"),
        RunSqlFile("evidence/sql/exhibit_end_rules.sql"),
        HoldWorkflow(
            "LegalHold",
            initial=("standing",),
            transitions=(("standing", "lifted"),),
            reasoned=(("standing", "lifted"),),
        ),
        TimeStatus("LegalHold"),
    ]
