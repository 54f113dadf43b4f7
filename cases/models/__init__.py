"""The records of the ground floor, one stem per file."""

from cases.models.agency import Agency, AgencyKind
from cases.models.agreement import AgreementStatus, Delivery, DeliveryKind, SharingAgreement, Withheld
from cases.models.base import CaseForeignKey, CaseRecord, Handling, SystemRecord
from cases.models.call import CallRate, KeptAnswer
from cases.models.case import Case, CaseKind, CaseStatus
from cases.models.client import Client, ClientSecret, ClientToken, ClientUse, Scope
from cases.models.code import Code, CodeField
from cases.models.context import Context, ContextKind, ContextRelation, RelationKind
from cases.models.direction import Direction, DirectionStatus, Priority
from cases.models.disclosure import DisclosedItem, Disclosure, DisclosureForm, Party
from cases.models.enquiry import Enquiry, EnquiryStatus
from cases.models.incident import Incident, Qualifier, StatedFigure
from cases.models.ledger import AccessKind, AccessLogEntry, LedgerEntry
from cases.models.membership import CASE_ROLES, Membership, Role
from cases.models.observation import Observation, ObservationStatus
from cases.models.proceeding import Proceeding, ProceedingKind
from cases.models.public_page import PublicPage, PublicPageStatus, PublicTitle
from cases.models.public_update import PublicFact, PublicText, PublicUpdate, PublicUpdateStatus
from cases.models.report import DiscoveryReport
from cases.models.sharing import Recipient, Sharing, SharingSource
from cases.models.site import (
    LinkKind,
    LinkProof,
    ProtectionBreach,
    ProtectionMeasure,
    Site,
    SiteContradiction,
    SiteHazard,
    SiteLink,
    SiteStatus,
)
from cases.models.topic import Topic
from cases.models.user import Appointment, AppointmentRole, User
from cases.models.visit import SiteVisit, VisitParticipant

__all__ = [
    "CASE_ROLES",
    "AccessKind",
    "AccessLogEntry",
    "Agency",
    "AgencyKind",
    "AgreementStatus",
    "Appointment",
    "AppointmentRole",
    "CallRate",
    "Case",
    "CaseForeignKey",
    "CaseKind",
    "CaseRecord",
    "CaseStatus",
    "Client",
    "ClientSecret",
    "ClientToken",
    "ClientUse",
    "Code",
    "CodeField",
    "Context",
    "ContextKind",
    "ContextRelation",
    "Delivery",
    "DeliveryKind",
    "Direction",
    "DirectionStatus",
    "DisclosedItem",
    "Disclosure",
    "DisclosureForm",
    "DiscoveryReport",
    "Enquiry",
    "EnquiryStatus",
    "Handling",
    "Incident",
    "KeptAnswer",
    "LedgerEntry",
    "LinkKind",
    "LinkProof",
    "Membership",
    "Observation",
    "ObservationStatus",
    "Party",
    "Priority",
    "Proceeding",
    "ProceedingKind",
    "ProtectionBreach",
    "ProtectionMeasure",
    "PublicFact",
    "PublicPage",
    "PublicPageStatus",
    "PublicText",
    "PublicTitle",
    "PublicUpdate",
    "PublicUpdateStatus",
    "Qualifier",
    "Recipient",
    "RelationKind",
    "Role",
    "Scope",
    "Sharing",
    "SharingAgreement",
    "SharingSource",
    "Site",
    "SiteContradiction",
    "SiteHazard",
    "SiteLink",
    "SiteStatus",
    "SiteVisit",
    "StatedFigure",
    "SystemRecord",
    "Topic",
    "User",
    "VisitParticipant",
    "Withheld",
]
