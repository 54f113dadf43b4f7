"""Holds the rules of all records by few triggers: a plain change pays nothing for what hangs on its record."""

from django.db import migrations

from cases.ledger.operations import HoldWorkflow, RenewRules


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_codes")]

    operations = [
        RenewRules(while_closed=["Membership"]),
        HoldWorkflow(
            "Case",
            initial=(
                "preliminary",
                "open",
            ),
            transitions=(
                ("preliminary", "open"),
                ("open", "suspended"),
                ("reopened", "suspended"),
                ("suspended", "open"),
                ("open", "referred"),
                ("reopened", "referred"),
                ("preliminary", "closed"),
                ("open", "closed"),
                ("suspended", "closed"),
                ("referred", "closed"),
                ("reopened", "closed"),
                ("closed", "reopened"),
                ("referred", "reopened"),
            ),
            reasoned=(
                ("preliminary", "open"),
                ("open", "suspended"),
                ("reopened", "suspended"),
                ("suspended", "open"),
                ("open", "referred"),
                ("reopened", "referred"),
                ("preliminary", "closed"),
                ("open", "closed"),
                ("suspended", "closed"),
                ("referred", "closed"),
                ("reopened", "closed"),
                ("closed", "reopened"),
                ("referred", "reopened"),
            ),
        ),
        HoldWorkflow(
            "Site",
            initial=("reported",),
            transitions=(
                ("reported", "verified"),
                ("reported", "disproved"),
                ("verified", "disproved"),
                ("protected", "disproved"),
                ("reopened", "disproved"),
                ("verified", "protected"),
                ("reopened", "protected"),
                ("verified", "excavation"),
                ("protected", "excavation"),
                ("reopened", "excavation"),
                ("excavation", "exhumed"),
                ("exhumed", "released"),
                ("exhumed", "reopened"),
                ("released", "reopened"),
                ("disproved", "reopened"),
            ),
            reasoned=(
                ("exhumed", "released"),
                ("reported", "disproved"),
                ("verified", "disproved"),
                ("protected", "disproved"),
                ("reopened", "disproved"),
                ("exhumed", "reopened"),
                ("released", "reopened"),
                ("disproved", "reopened"),
            ),
        ),
    ]
