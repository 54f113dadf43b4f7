"""Ties referrals to custody: exhibits among the items, the consignment of the dispatch, items that go back."""

import cases.models.base
import django.db.models.functions.comparison
from django.conf import settings
from cases.ledger.operations import HoldWorkflow, ProtectReferences, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_clients"),
        ("evidence", "0007_expert_reports"),
        ("remains", "0009_find_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="referralitem",
            name="evidence_referralitem_one_subject",
        ),
        migrations.RemoveConstraint(
            model_name="referralitem",
            name="evidence_referralitem_find_once",
        ),
        migrations.RemoveConstraint(
            model_name="referralitem",
            name="evidence_referralitem_specimen_once",
        ),
        migrations.RemoveConstraint(
            model_name="referralitem",
            name="evidence_referralitem_receipt_whole",
        ),
        migrations.AddField(
            model_name="referral",
            name="consignment",
            field=cases.models.base.CaseForeignKey(
                editable=False,
                null=True,
                related_name="referrals",
                to="evidence.consignment",
                verbose_name="consignment",
            ),
        ),
        migrations.AddField(
            model_name="referralitem",
            name="exhibit",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, to="evidence.exhibit", verbose_name="exhibit"
            ),
        ),
        migrations.AddField(
            model_name="referralitem",
            name="not_accepted",
            field=models.TextField(editable=False, null=True, verbose_name="why it was not accepted"),
        ),
        migrations.AlterField(
            model_name="referralitem",
            name="find",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, to="remains.find", verbose_name="find"
            ),
        ),
        migrations.AlterField(
            model_name="referralitem",
            name="specimen",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, to="remains.specimen", verbose_name="specimen"
            ),
        ),
        migrations.AddIndex(
            model_name="referralitem",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("find", "specimen", "exhibit"),
                name="evidence_referralitem_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "requested", "approved", "cancelled"]),
                    ("consignment__isnull", False),
                    _connector="OR",
                ),
                name="evidence_referral_consigned",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exhibit__isnull", True), ("find__isnull", False), ("specimen__isnull", True)),
                    models.Q(("exhibit__isnull", True), ("find__isnull", True), ("specimen__isnull", False)),
                    models.Q(("exhibit__isnull", False), ("find__isnull", True), ("specimen__isnull", True)),
                    _connector="OR",
                ),
                name="evidence_referralitem_one_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralitem",
            constraint=models.UniqueConstraint(
                models.F("referral"),
                django.db.models.functions.comparison.Coalesce("find", "specimen", "exhibit"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="evidence_referralitem_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("not_accepted__isnull", True),
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
        ),
        migrations.AddConstraint(
            model_name="referralitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_accepted__isnull", True),
                    models.Q(("not_accepted", ""), _negated=True),
                    _connector="OR",
                ),
                name="evidence_referralitem_refusal_said",
            ),
        ),
        ProtectReferences("Referral", ["consignment"]),
        ProtectReferences("ReferralItem", ["exhibit"]),
        RunSqlFile("evidence/sql/referral_custody_rules.sql"),
        HoldWorkflow(
            "Referral",
            initial=("draft",),
            transitions=(
                ("draft", "requested"),
                ("requested", "draft"),
                ("draft", "cancelled"),
                ("requested", "approved"),
                ("requested", "cancelled"),
                ("approved", "cancelled"),
                ("dispatched", "cancelled"),
                ("approved", "dispatched"),
                ("dispatched", "received"),
                ("received", "examination"),
                ("examination", "reported"),
                ("reported", "examination"),
                ("returned", "examination"),
                ("reported", "returned"),
                ("disputed", "returned"),
                ("reported", "disputed"),
                ("accepted", "disputed"),
                ("reported", "accepted"),
                ("disputed", "accepted"),
                ("accepted", "closed"),
                ("disputed", "closed"),
            ),
            reasoned=(
                ("requested", "draft"),
                ("draft", "cancelled"),
                ("requested", "cancelled"),
                ("approved", "cancelled"),
                ("dispatched", "cancelled"),
                ("reported", "examination"),
                ("reported", "returned"),
                ("disputed", "returned"),
                ("reported", "disputed"),
                ("accepted", "disputed"),
                ("accepted", "closed"),
                ("disputed", "closed"),
            ),
        ),
    ]
