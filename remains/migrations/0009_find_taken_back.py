"""Lets a find that was sent off, and not taken over, be again what it was."""

from django.db import migrations

from cases.ledger.operations import HoldWorkflow


class Migration(migrations.Migration):
    dependencies = [("remains", "0008_lean_rules")]

    operations = [
        HoldWorkflow(
            "Find",
            initial=("located", "recorded", "lifted"),
            transitions=(
                ("located", "recorded"),
                ("located", "lifted"),
                ("recorded", "lifted"),
                ("lifted", "in_transit"),
                ("received", "in_transit"),
                ("examined", "in_transit"),
                ("retained", "in_transit"),
                ("lifted", "received"),
                ("in_transit", "received"),
                ("in_transit", "lifted"),
                ("in_transit", "examined"),
                ("in_transit", "retained"),
                ("received", "examination"),
                ("examined", "examination"),
                ("retained", "examination"),
                ("examination", "examined"),
                ("examined", "released"),
                ("retained", "released"),
                ("released", "returned"),
                ("released", "reburied"),
                ("received", "retained"),
                ("examined", "retained"),
                ("released", "retained"),
            ),
            reasoned=(
                ("in_transit", "lifted"),
                ("in_transit", "examined"),
                ("in_transit", "retained"),
                ("examined", "released"),
                ("retained", "released"),
                ("released", "returned"),
                ("released", "reburied"),
                ("received", "retained"),
                ("examined", "retained"),
                ("released", "retained"),
            ),
        ),
    ]
