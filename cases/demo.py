"""The demonstration accounts: one for each way of working with Taphos.

They are created by the sample's loader when `TAPHOS_DEMO` is on, are marked `is_demonstration`, and the
authentication backend refuses them everywhere else. Their password is public, so it protects nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEMO_PASSWORD: Final = "demonstration-only"  # noqa: S105 - public on purpose, refused outside the demonstration


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration: its name, what it stands for, and its public password."""

    username: str
    full_name: str
    role_label: str | Promise
    #: Value of `cases.models.membership.Role`; None for who works on no case.
    role: str | None
    #: The agency of the sample file it belongs to, by its key there.
    agency: str
    job_title: str
    #: Value of `cases.models.user.AppointmentRole`, where the account holds a role in its agency.
    appointment: str | None = None
    password: str = DEMO_PASSWORD


DEMO_ACCOUNTS: Final[tuple[DemoAccount, ...]] = (
    DemoAccount(
        "investigator",
        "Demo Investigator",
        _("Investigator"),
        "investigator",
        "district",
        "Investigator (demonstration)",
    ),
    DemoAccount(
        "anthropologist",
        "Demo Anthropologist",
        _("Anthropologist"),
        "anthropologist",
        "institute",
        "Forensic anthropologist (demonstration)",
    ),
    DemoAccount(
        "anthropologist2",
        "Demo Second Anthropologist",
        _("Second anthropologist"),
        "anthropologist",
        "institute",
        "Forensic anthropologist (demonstration)",
    ),
    DemoAccount(
        "analyst",
        "Demo Analyst",
        _("Laboratory analyst"),
        "laboratory",
        "laboratory",
        "Analyst (demonstration)",
    ),
    DemoAccount(
        "custodian",
        "Demo Custodian",
        _("Evidence custodian"),
        "custodian",
        "institute",
        "Evidence custodian (demonstration)",
    ),
    DemoAccount(
        "prosecutor",
        "Demo Prosecutor",
        _("Prosecutor"),
        "prosecutor",
        "prosecution",
        "Prosecutor (demonstration)",
        "prosecutor",
    ),
    DemoAccount(
        "prosecutor2",
        "Demo Second Prosecutor",
        _("Second prosecutor"),
        "prosecutor",
        "prosecution",
        "Prosecutor (demonstration)",
        "prosecutor",
    ),
    DemoAccount(
        "liaison", "Demo Liaison", _("ICRC liaison"), "liaison", "icrc", "Forensic delegate (demonstration)"
    ),
    DemoAccount(
        "supervisor",
        "Demo Supervisor",
        _("Supervisor"),
        "supervisor",
        "prosecution",
        "Head of department (demonstration)",
        "supervisor",
    ),
    DemoAccount(
        "auditor",
        "Demo Auditor",
        _("Auditor"),
        "auditor",
        "prosecution",
        "Internal auditor (demonstration)",
        "auditor",
    ),
    DemoAccount(
        "administrator",
        "Demo Administrator",
        _("Administrator"),
        "administrator",
        "prosecution",
        "Administrator (demonstration)",
        "administrator",
    ),
    DemoAccount(
        "newcomer", "Demo Newcomer", _("Works on no case"), None, "district", "Trainee (demonstration)"
    ),
)
