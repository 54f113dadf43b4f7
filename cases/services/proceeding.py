"""Proceedings: recorded and changed as the court, or whoever knows of them, states them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.services.record import change_record, create_record
from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "cases_proceeding_named": DatabaseRule(
            "proceeding.named", _("Proceedings are recorded with the court."), "court"
        ),
        "cases_proceeding_days_ordered": DatabaseRule(
            "proceeding.days_ordered",
            _("The proceedings end before they begin."),
            "until_on",
            _("Correct one of the two days."),
        ),
        "cases_proceeding_once": DatabaseRule(
            "proceeding.once",
            _("This file of the court is recorded for the case already."),
            "number",
            _("Change the record that is there."),
        ),
    }
)

#: The doors by the names that all concepts have.
create, change = create_record, change_record
