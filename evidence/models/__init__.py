"""The records of evidence."""

from evidence.models.referral import Examination, Referral, ReferralItem, ReferralStatus, Urgency
from evidence.models.result import Finding, FindingKind, FindingStatus, Outcome, Result

__all__ = [
    "Examination",
    "Finding",
    "FindingKind",
    "FindingStatus",
    "Outcome",
    "Referral",
    "ReferralItem",
    "ReferralStatus",
    "Result",
    "Urgency",
]
