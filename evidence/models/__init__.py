"""The records of evidence, one stem per file."""

from evidence.models.document import Document, DocumentKind
from evidence.models.file_alarm import AlarmKind, FileAlarm, NoticedBy
from evidence.models.file_link import FileLink, LinkBasis
from evidence.models.photograph import Photograph, Subject
from evidence.models.referral import Examination, Referral, ReferralItem, ReferralStatus, Urgency
from evidence.models.result import Finding, FindingKind, FindingStatus, Outcome, Result
from evidence.models.sealed_file import MediaType, SealedFile

__all__ = [
    "AlarmKind",
    "Document",
    "DocumentKind",
    "Examination",
    "FileAlarm",
    "FileLink",
    "Finding",
    "FindingKind",
    "FindingStatus",
    "LinkBasis",
    "MediaType",
    "NoticedBy",
    "Outcome",
    "Photograph",
    "Referral",
    "ReferralItem",
    "ReferralStatus",
    "Result",
    "SealedFile",
    "Subject",
    "Urgency",
]
