"""The menu: by the work, not by table names. Each person sees what their roles can use, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.models.user import User


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu: offered to whoever has the permission in some case or agency."""

    title: Any
    icon: str
    page: str
    permission: str


GROUPS: tuple[tuple[Any, tuple[Item, ...]], ...] = (
    (
        _("My work"),
        (
            Item(_("My cases"), "folder_open", "cases_case_changelist", "cases.case:view"),
            Item(_("Decisions"), "gavel", "cases_case_decisions", "cases.case:view"),
            Item(_("Directions"), "assignment", "cases_direction_changelist", "cases.direction:view"),
            Item(_("Observations"), "visibility", "cases_observation_changelist", "cases.observation:view"),
            Item(_("Enquiries"), "contact_support", "cases_enquiry_changelist", "cases.enquiry:view"),
        ),
    ),
    (
        _("In the field"),
        (
            Item(_("Log a find"), "add_location_alt", "remains_find_add", "remains.find:create"),
            Item(_("Log many finds"), "playlist_add", "remains_find_grid", "remains.find:create"),
            Item(_("Sites"), "location_on", "cases_site_changelist", "cases.site:view"),
            Item(_("Links between sites"), "link", "cases_sitelink_changelist", "cases.sitelink:view"),
            Item(_("Contexts"), "layers", "cases_context_changelist", "cases.context:view"),
            Item(_("Site visits"), "directions_walk", "cases_sitevisit_changelist", "cases.sitevisit:view"),
            Item(
                _("Discovery reports"),
                "campaign",
                "cases_discoveryreport_changelist",
                "cases.discoveryreport:view",
            ),
        ),
    ),
    (
        _("Remains"),
        (
            Item(_("Finds"), "inventory_2", "remains_find_changelist", "remains.find:view"),
            Item(_("Specimens"), "skeleton", "remains_specimen_changelist", "remains.specimen:view"),
            Item(_("Associations"), "link", "remains_association_changelist", "remains.association:view"),
            Item(_("Individuals"), "person", "remains_individual_changelist", "remains.individual:view"),
            Item(_("Estimates"), "straighten", "remains_estimate_changelist", "remains.estimate:view"),
            Item(_("Injuries"), "personal_injury", "remains_injury_changelist", "remains.injury:view"),
            Item(_("Assessments"), "verified", "remains_assessment_changelist", "remains.assessment:view"),
            Item(
                _("Condition notes"),
                "sticky_note_2",
                "remains_conditionnote_changelist",
                "remains.conditionnote:view",
            ),
            Item(
                _("Stated minimum numbers"),
                "format_quote",
                "remains_statedminimum_changelist",
                "remains.statedminimum:view",
            ),
        ),
    ),
    (
        _("Evidence"),
        (
            Item(_("Scan"), "qr_code_scanner", "evidence_consignment_scan", "evidence.custodyevent:view"),
            Item(_("Record an exhibit"), "add_box", "evidence_exhibit_add", "evidence.exhibit:create"),
            Item(_("Exhibits"), "category", "evidence_exhibit_changelist", "evidence.exhibit:view"),
            Item(_("In custody"), "front_hand", "evidence_holding_changelist", "evidence.holding:view"),
            Item(_("Hand over"), "move_up", "evidence_consignment_release", "evidence.custodyevent:create"),
            Item(
                _("Consignments"),
                "local_shipping",
                "evidence_consignment_changelist",
                "evidence.consignment:view",
            ),
            Item(
                _("Custody events"),
                "swap_horiz",
                "evidence_custodyevent_changelist",
                "evidence.custodyevent:view",
            ),
            Item(_("Legal holds"), "policy", "evidence_legalhold_changelist", "evidence.legalhold:view"),
            Item(_("Seals"), "lock", "evidence_seal_changelist", "evidence.seal:view"),
            Item(
                _("Storage places"),
                "warehouse",
                "evidence_storageplace_changelist",
                "evidence.storageplace:view",
            ),
            Item(
                _("Photographs"),
                "photo_library",
                "evidence_photograph_changelist",
                "evidence.photograph:view",
            ),
            Item(_("Documents"), "description", "evidence_document_changelist", "evidence.document:view"),
        ),
    ),
    (
        _("Laboratories"),
        (
            Item(_("Referrals"), "outbox", "evidence_referral_changelist", "evidence.referral:view"),
            Item(
                _("Ageing of referrals"),
                "hourglass_top",
                "evidence_referral_ageing",
                "evidence.referral:view",
            ),
            Item(_("Results"), "lab_profile", "evidence_result_changelist", "evidence.result:view"),
            Item(_("Proposed findings"), "science", "evidence_finding_changelist", "evidence.finding:view"),
            Item(_("Sent to us"), "inbox", "evidence_laboratory", "evidence.referral:examine"),
        ),
    ),
    (
        _("Case"),
        (
            Item(_("Incidents"), "history_edu", "cases_incident_changelist", "cases.incident:view"),
            Item(
                _("Figures as stated"),
                "pin",
                "cases_statedfigure_changelist",
                "cases.statedfigure:view",
            ),
            Item(
                _("Contradictions"),
                "rule",
                "cases_sitecontradiction_changelist",
                "cases.sitecontradiction:view",
            ),
            Item(_("Team"), "group", "cases_membership_changelist", "cases.membership:view"),
            Item(
                _("Sharing agreements"),
                "handshake",
                "cases_sharingagreement_changelist",
                "cases.sharingagreement:view",
            ),
            Item(
                _("Contributions of partners"),
                "move_to_inbox",
                "cases_contribution_changelist",
                "cases.contribution:view",
            ),
            Item(_("Mirrors"), "cloud_sync", "cases_mirror_changelist", "cases.mirror:view"),
            Item(_("Mirrored records"), "database", "cases_mirroredrecord_changelist", "cases.mirror:view"),
            Item(_("Court proceedings"), "balance", "cases_proceeding_changelist", "cases.proceeding:view"),
            Item(
                _("Disclosure log"), "folder_shared", "cases_disclosure_changelist", "cases.disclosure:view"
            ),
            Item(_("Sharing log"), "share", "cases_sharing_changelist", "cases.sharing:view"),
        ),
    ),
    (
        _("For the public"),
        (
            Item(
                _("Public updates"),
                "newspaper",
                "cases_publicupdate_changelist",
                "cases.publicupdate:view",
            ),
            Item(_("Public pages"), "public", "cases_publicpage_changelist", "cases.publicpage:view"),
        ),
    ),
    (
        _("People and lists"),
        (
            Item(_("People"), "badge", "cases_user_changelist", "cases.user:view"),
            Item(_("Agencies"), "account_balance", "cases_agency_changelist", "cases.agency:view"),
            Item(
                _("Appointments"), "assignment_ind", "cases_appointment_changelist", "cases.appointment:view"
            ),
            Item(_("Clients"), "smart_toy", "cases_client_changelist", "cases.client:view"),
            Item(_("Webhooks"), "webhook", "cases_webhook_changelist", "cases.webhook:view"),
            Item(_("Code lists"), "list_alt", "cases_code_changelist", "cases.code:view"),
        ),
    ),
    (
        _("Oversight"),
        (
            Item(
                _("Access log"),
                "policy",
                "cases_accesslogentry_changelist",
                "cases.accesslogentry:view",
            ),
            Item(
                _("Alarms about files"), "warning", "evidence_filealarm_changelist", "evidence.filealarm:view"
            ),
        ),
    ),
)


def page(name: str) -> str | None:
    """Return the address of a page of the admin, or None where this installation has no such page."""
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:
        return None


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu of this person, as Unfold reads it."""
    if not isinstance(request.user, User):
        return []
    # A page may belong to a list that its address is not below.
    path = getattr(request, "shown_under", request.path)
    groups = []
    for title, entries in GROUPS:
        items = []
        for entry in entries:
            link = page(entry.page)
            if link is not None and access.may_somewhere(request.user, entry.permission):
                items.append(
                    {
                        "title": entry.title,
                        "icon": entry.icon,
                        "link": link,
                        "active": path == link
                        or (entry.page.endswith(("_changelist", "_decisions")) and _below(path, link)),
                    }
                )
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _below(path: str, link: str) -> bool:
    """Say whether a path is a record's page under a list, and not a form that has an entry of its own."""
    rest = path.removeprefix(link)
    return path.startswith(link) and rest not in {"add/", "grid/"} and not rest.startswith("decisions/")
