"""Names what files show as what hangs on it, so that the links follow its handling."""

import cases.models.base
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_directions"),
        ("evidence", "0003_referral_rules"),
        ("remains", "0008_lean_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="filelink",
            name="context",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, related_name="file_links", to="cases.context", verbose_name="context"
            ),
        ),
        migrations.AlterField(
            model_name="filelink",
            name="find",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, related_name="file_links", to="remains.find", verbose_name="find"
            ),
        ),
        migrations.AlterField(
            model_name="filelink",
            name="injury",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, related_name="file_links", to="remains.injury", verbose_name="injury"
            ),
        ),
        migrations.AlterField(
            model_name="filelink",
            name="site",
            field=cases.models.base.CaseForeignKey(
                blank=True, null=True, related_name="file_links", to="cases.site", verbose_name="site"
            ),
        ),
        migrations.AlterField(
            model_name="filelink",
            name="specimen",
            field=cases.models.base.CaseForeignKey(
                blank=True,
                null=True,
                related_name="file_links",
                to="remains.specimen",
                verbose_name="specimen",
            ),
        ),
        migrations.AlterField(
            model_name="filelink",
            name="visit",
            field=cases.models.base.CaseForeignKey(
                blank=True,
                null=True,
                related_name="file_links",
                to="cases.sitevisit",
                verbose_name="site visit",
            ),
        ),
    ]
