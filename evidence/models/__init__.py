"""The records of evidence, one stem per file."""

from evidence.models.custody import (
    Consignment,
    CustodyEvent,
    EventStatus,
    Holding,
    HoldingBasis,
    HoldingEnd,
)
from evidence.models.document import Document, DocumentKind
from evidence.models.exhibit import Exhibit, ExhibitStatus, Parting
from evidence.models.expert_report import ExpertReport
from evidence.models.file_alarm import AlarmKind, FileAlarm, NoticedBy
from evidence.models.file_link import FileLink, LinkBasis
from evidence.models.hold import HoldStatus, LegalHold
from evidence.models.item import Item, ItemReference
from evidence.models.photograph import Photograph, Subject
from evidence.models.referral import Examination, Referral, ReferralItem, ReferralStatus, Urgency
from evidence.models.result import Finding, FindingKind, FindingStatus, Outcome, Result
from evidence.models.seal import Seal
from evidence.models.sealed_file import MediaType, SealedFile
from evidence.models.storage import Placement, StorageKind, StoragePlace

__all__ = [
    "AlarmKind",
    "Consignment",
    "CustodyEvent",
    "Document",
    "DocumentKind",
    "EventStatus",
    "Examination",
    "Exhibit",
    "ExhibitStatus",
    "ExpertReport",
    "FileAlarm",
    "FileLink",
    "Finding",
    "FindingKind",
    "FindingStatus",
    "HoldStatus",
    "Holding",
    "HoldingBasis",
    "HoldingEnd",
    "Item",
    "ItemReference",
    "LegalHold",
    "LinkBasis",
    "MediaType",
    "NoticedBy",
    "Outcome",
    "Parting",
    "Photograph",
    "Placement",
    "Referral",
    "ReferralItem",
    "ReferralStatus",
    "Result",
    "Seal",
    "SealedFile",
    "StorageKind",
    "StoragePlace",
    "Subject",
    "Urgency",
]
