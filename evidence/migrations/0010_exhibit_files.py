"""Links photographs and documents with exhibits."""

import cases.models.base
from django.db import migrations, models

from cases.ledger.operations import KeepColumns, ProtectReferences


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_logs_of_sharing"),
        ("evidence", "0009_status_since"),
        ("remains", "0009_find_taken_back"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="filelink",
            name="evidence_filelink_one_target",
        ),
        migrations.RemoveConstraint(
            model_name="filelink",
            name="evidence_filelink_once",
        ),
        migrations.AddField(
            model_name="filelink",
            name="exhibit",
            field=cases.models.base.CaseForeignKey(
                blank=True,
                null=True,
                related_name="file_links",
                to="evidence.exhibit",
                verbose_name="exhibit",
            ),
        ),
        migrations.AddConstraint(
            model_name="filelink",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    "site",
                    "visit",
                    "context",
                    "find",
                    "specimen",
                    "injury",
                    "exhibit",
                    function="num_nonnulls",
                    output_field=models.BooleanField(),
                    template="%(function)s(%(expressions)s) = 1",
                ),
                name="evidence_filelink_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="filelink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=(
                    "photograph",
                    "document",
                    "site",
                    "visit",
                    "context",
                    "find",
                    "specimen",
                    "injury",
                    "exhibit",
                ),
                name="evidence_filelink_once",
                nulls_distinct=False,
            ),
        ),
        ProtectReferences("FileLink", fields=["exhibit"]),
        # What a link is of stays: the trigger names its columns, so it is made anew.
        migrations.RunSQL("DROP TRIGGER ledger_4_superseded_only ON evidence_filelink"),
        KeepColumns("FileLink", ["handling", "withdrawn_at", "withdrawn_reason"]),
    ]
