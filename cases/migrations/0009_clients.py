"""Makes clients and their secrets, on the system chain, without a secret's hash; and beside it, tokens and last use."""

import cases.ids
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from cases.ledger.operations import FreezeColumns, KeepColumns, ProtectTable, RunSqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_api_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Client",
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
                    "name",
                    models.CharField(
                        help_text="As the history of records will name it.",
                        max_length=150,
                        unique=True,
                        verbose_name="name",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("read", "read"), ("contribute", "contribute")], max_length=16
                        ),
                        default=list,
                        size=None,
                        verbose_name="may",
                    ),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        help_text="Networks from which it calls, e.g. 192.0.2.0/24; none means from anywhere.",
                        size=None,
                        verbose_name="addresses",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked at")),
                (
                    "revoked_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason of revocation"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to="cases.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        help_text="The person of the agency who answers for what it does.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scopes__contained_by", ["read", "contribute"])),
                        name="cases_client_scopes_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scopes", []), _negated=True), name="cases_client_scoped"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoked_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_client_revocation_reasoned",
                    ),
                ],
                "verbose_name": "client",
                "verbose_name_plural": "clients",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="ClientUse",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="cases.client",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("address", models.GenericIPAddressField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ClientSecret",
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
                ("slot", models.PositiveSmallIntegerField(editable=False, verbose_name="place")),
                ("hash", models.CharField(editable=False, max_length=64, unique=True, verbose_name="hash")),
                ("hint", models.CharField(editable=False, max_length=12, verbose_name="begins with")),
                (
                    "from_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="from"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked at")),
                (
                    "revoked_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason of revocation"),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secrets",
                        to="cases.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slot__in", (1, 2))), name="cases_clientsecret_slot"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("from_at"))),
                        name="cases_clientsecret_expires_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoked_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_clientsecret_revocation_reasoned",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("client", "="),
                            ("slot", "="),
                            (
                                models.Func(
                                    models.F("from_at"),
                                    models.Func(
                                        models.F("from_at"),
                                        django.db.models.functions.comparison.Least(
                                            "expires_at", "revoked_at"
                                        ),
                                        function="GREATEST",
                                    ),
                                    models.Value("[)"),
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="cases_clientsecret_two_at_once",
                    ),
                ],
                "verbose_name": "secret of a client",
                "verbose_name_plural": "secrets of clients",
                "ordering": ["client", "from_at"],
            },
        ),
        migrations.CreateModel(
            name="ClientToken",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), size=None
                    ),
                ),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.clientsecret"
                    ),
                ),
            ],
        ),
        ProtectTable("Client", chain="system"),
        ProtectTable("ClientSecret", chain="system", hidden=["hash"]),
        FreezeColumns("Client", rule="agency_fixed", columns=["agency_id", "created_at"]),
        KeepColumns("ClientSecret", changeable=["revoked_at", "revoked_reason"]),
        RunSqlFile("cases/ledger/sql/client_rules.sql"),
    ]
