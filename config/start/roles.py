"""What each role finds on its start page, in the order of its day. A person with several roles finds all of it once."""

from __future__ import annotations

from typing import Final

from cases.models.membership import Role

#: The numbers of what waits, by role; the apps' `start_counts.py` say what each counts.
NUMBERS: Final[dict[Role, tuple[str, ...]]] = {
    Role.INVESTIGATOR: (
        "evidence.consignments_to_answer",
        "cases.directions_waiting",
        "cases.enquiries_waiting",
        "cases.observations_waiting",
        "cases.contributions_proposed",
        "evidence.referrals_late",
        "evidence.referrals_draft",
        "evidence.photographs_unlinked",
        "cases.sites_unprotected",
        "cases.sites_reported",
        "cases.reports_loose",
        "cases.contradictions",
        "remains.finds_located",
        "remains.finds_recorded",
    ),
    Role.ANTHROPOLOGIST: (
        "evidence.consignments_to_answer",
        "cases.directions_waiting",
        "cases.enquiries_waiting",
        "cases.observations_waiting",
        "cases.contributions_proposed",
        "evidence.referrals_late",
        "evidence.referrals_reported",
        "evidence.referrals_draft",
        "remains.estimates_contradicting",
        "remains.finds_received",
        "remains.finds_uninventoried",
        "remains.assessments_drafted",
    ),
    Role.CUSTODIAN: (
        "evidence.consignments_to_answer",
        "evidence.seals_differing",
        "evidence.file_alarms",
        "cases.directions_waiting",
        "evidence.referrals_approved",
        "evidence.holdings_own",
        "evidence.holdings_nowhere",
        "remains.finds_lifted",
        "remains.finds_in_transit",
    ),
    Role.PROSECUTOR: (
        "evidence.file_alarms",
        "evidence.seals_differing",
        "evidence.exhibits_proposed",
        "cases.enquiries_waiting",
        "cases.observations_waiting",
        "cases.contributions_proposed",
        "evidence.referrals_disputed",
        "evidence.referrals_late",
        "cases.agreements_to_sign",
        "cases.agreements_ending",
        "cases.directions_overdue",
        "cases.directions_running",
        "cases.sites_unprotected",
        "cases.sites_reported",
        "evidence.holds_standing",
        "remains.assessments_standing",
        "cases.cases_still",
        "cases.sites_still",
    ),
    Role.LIAISON: (
        "cases.enquiries_waiting",
        "cases.observations_waiting",
        "cases.reports_humanitarian",
        "cases.sharings_icrc",
    ),
    Role.SUPERVISOR: (
        "evidence.file_alarms",
        "evidence.seals_differing",
        "evidence.consignments_open",
        "evidence.referrals_late",
        "evidence.referrals_still",
        "cases.directions_overdue",
        "cases.cases_still",
        "cases.sites_still",
        "remains.finds_still",
        "remains.assessments_still",
    ),
    Role.AUDITOR: ("evidence.file_alarms",),
    Role.ADMINISTRATOR: ("evidence.file_alarms",),
}


def numbers_for(roles: frozenset[str]) -> list[str]:
    """Return the names of the counts of these roles, each once."""
    return list(dict.fromkeys(name for role in NUMBERS if role in roles for name in NUMBERS[role]))
