"""Adds injuries, and condition notes of single specimens, under the ledger."""

import cases.ids
import cases.models.base
import cases.models.code
import django.db.models.deletion
from cases.ledger.operations import ProtectReferences, ProtectTable, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_codes"),
        ("remains", "0005_element_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Injury",
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
                    "timing",
                    models.CharField(
                        choices=[
                            ("ante", "ante-mortem: healing seen"),
                            ("peri", "peri-mortem: about the time of death"),
                            ("post", "post-mortem: damage to dry bone"),
                            ("undetermined", "undetermined after examination"),
                        ],
                        max_length=12,
                        verbose_name="timing",
                    ),
                ),
                (
                    "zone",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Zone of the element; empty when it is told in words only.",
                        null=True,
                        verbose_name="zone",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place on the bone")),
                (
                    "direction",
                    models.CharField(
                        blank=True,
                        help_text="Of the force or the projectile, as seen.",
                        max_length=200,
                        verbose_name="direction",
                    ),
                ),
                ("description", models.TextField(verbose_name="what was seen")),
                ("observer", models.CharField(max_length=200, verbose_name="observer")),
                ("observed_on", models.DateField(blank=True, null=True, verbose_name="observed on")),
                (
                    "associated_find",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        help_text="A projectile, a ligature or the like that was found with it.",
                        null=True,
                        related_name="injuries",
                        to="remains.find",
                        verbose_name="associated find",
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
                ("mechanism", cases.models.code.CodeField("injury_mechanism", verbose_name="mechanism")),
                (
                    "specimen",
                    cases.models.base.CaseForeignKey(
                        related_name="injuries", to="remains.specimen", verbose_name="specimen"
                    ),
                ),
            ],
            options={
                "verbose_name": "injury",
                "verbose_name_plural": "injuries",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="remains_injury_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="remains_injury_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("timing__in", ["ante", "peri", "post", "undetermined"])),
                        name="remains_injury_timing_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("zone__isnull", False), models.Q(("place", ""), _negated=True), _connector="OR"
                        ),
                        name="remains_injury_placed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("description", ""), _negated=True),
                            models.Q(("observer", ""), _negated=True),
                        ),
                        name="remains_injury_described",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mechanism", "injury_mechanism.treatment"), _negated=True),
                            ("timing", "ante"),
                            _connector="OR",
                        ),
                        name="remains_injury_treated_in_life",
                    ),
                ],
            },
        ),
        ProtectTable("Injury"),
        migrations.AddField(
            model_name="conditionnote",
            name="specimen",
            field=cases.models.base.CaseForeignKey(
                blank=True,
                help_text="Where it was seen on one bone or tooth; empty when it is about the find.",
                null=True,
                related_name="condition_notes",
                to="remains.specimen",
                verbose_name="specimen",
            ),
        ),
        migrations.AddField(
            model_name="conditionnote",
            name="zone",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="zone"),
        ),
        migrations.AddConstraint(
            model_name="conditionnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__isnull", True), ("specimen__isnull", False), _connector="OR"),
                name="remains_conditionnote_zone_of_specimen",
            ),
        ),
        ProtectReferences("ConditionNote", ["specimen"]),
        RunSqlFile("remains/sql/injury_rules.sql"),
    ]
