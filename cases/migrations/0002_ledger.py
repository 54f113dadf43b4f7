"""Puts every table of the ground floor under the ledger, and the rules of its records into the database."""

from django.db import migrations

from cases.ledger.operations import (
    FreezeColumns,
    HoldWorkflow,
    InstallLedger,
    ProtectTable,
    RunSqlFile,
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        InstallLedger(),
        RunSqlFile("cases/ledger/sql/rules.sql"),
        ProtectTable("Agency", chain="system"),
        ProtectTable("User", chain="system", hidden=["password"]),
        ProtectTable("Appointment", chain="system"),
        ProtectTable("Code", chain="system"),
        ProtectTable("Case", chain="own"),
        ProtectTable("Membership", while_closed=True),
        ProtectTable("Site"),
        ProtectTable("Incident"),
        ProtectTable("Context"),
        ProtectTable("SiteVisit"),
        ProtectTable("SiteLink"),
        ProtectTable("SiteHazard"),
        ProtectTable("ProtectionMeasure"),
        ProtectTable("ProtectionBreach"),
        ProtectTable("SiteContradiction"),
        ProtectTable("LinkProof"),
        ProtectTable("ContextRelation"),
        ProtectTable("StatedFigure"),
        ProtectTable("DiscoveryReport"),
        ProtectTable("VisitParticipant"),
        RunSqlFile("cases/ledger/sql/access_log.sql"),
        RunSqlFile("cases/ledger/sql/context_order.sql"),
        RunSqlFile("cases/ledger/sql/case_rules.sql"),
        RunSqlFile("cases/ledger/sql/people_rules.sql"),
        FreezeColumns("User", rule="demonstration_fixed", columns=["is_demonstration"]),
        FreezeColumns("Code", rule="scheme_fixed", columns=["scheme"]),
        FreezeColumns("Appointment", rule="person_and_role_fixed", columns=["agency_id", "user_id", "role"]),
        FreezeColumns("Membership", rule="person_and_role_fixed", columns=["user_id", "role"]),
        FreezeColumns("Context", rule="site_fixed", columns=["site_id"]),
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
        ),
    ]
