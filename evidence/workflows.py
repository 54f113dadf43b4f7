"""The workflows of evidence: a referral from the draft to its end, and a proposed finding."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from cases.models.user import User
from cases.workflow import Transition, Workflow
from evidence import referral_guards as guards
from evidence.models.referral import ENDED
from evidence.models.referral import ReferralStatus as R
from evidence.models.result import FindingStatus as F


def _request(referral: Any, actor: User, reason: str) -> None:
    referral.requested_by = actor
    referral.refusal_reason = ""


def _approve(referral: Any, actor: User, reason: str) -> None:
    referral.approved_by, referral.approved_at = actor, timezone.now()


def _unsign(referral: Any, actor: User, reason: str) -> None:
    referral.approved_by = referral.approved_at = None


def _refuse(referral: Any, actor: User, reason: str) -> None:
    referral.refusal_reason = reason


def _return(referral: Any, actor: User, reason: str) -> None:
    referral.return_reason = reason


def _dispute(referral: Any, actor: User, reason: str) -> None:
    referral.dispute_reason = reason


#: Steps that the laboratory takes; whoever takes them reaches the referral through the laboratory that it went to.
BY_LABORATORY = frozenset({"receive", "begin", "resume", "report", "correct"})

REFERRAL = Workflow(
    "evidence.referral",
    initial=(R.DRAFT,),
    resting=ENDED,
    transitions=(
        Transition(
            "request",
            gettext_lazy("Submit for approval"),
            (R.DRAFT,),
            R.REQUESTED,
            "evidence.referral:request",
            guard=guards.may_be_requested,
            effect=_request,
        ),
        Transition(
            "take_back",
            gettext_lazy("Take back to the draft"),
            (R.REQUESTED,),
            R.DRAFT,
            "evidence.referral:request",
            requires_reason=True,
        ),
        Transition(
            "discard",
            gettext_lazy("Discard the draft"),
            (R.DRAFT,),
            R.CANCELLED,
            "evidence.referral:request",
            requires_reason=True,
        ),
        Transition(
            "approve",
            gettext_lazy("Approve"),
            (R.REQUESTED,),
            R.APPROVED,
            "evidence.referral:approve",
            guard=guards.approved_by_another,
            effect=_approve,
        ),
        Transition(
            "refuse",
            gettext_lazy("Refuse, back to the draft"),
            (R.REQUESTED,),
            R.DRAFT,
            "evidence.referral:approve",
            requires_reason=True,
            effect=_refuse,
        ),
        Transition(
            "cancel",
            gettext_lazy("Cancel"),
            (R.REQUESTED, R.APPROVED, R.DISPATCHED),
            R.CANCELLED,
            "evidence.referral:approve",
            requires_reason=True,
            guard=guards.nothing_is_there,
            effect=_unsign,
        ),
        Transition(
            "dispatch",
            gettext_lazy("Dispatch"),
            (R.APPROVED,),
            R.DISPATCHED,
            "evidence.referral:dispatch",
            guard=guards.may_be_dispatched,
        ),
        Transition(
            "receive",
            gettext_lazy("Acknowledge receipt"),
            (R.DISPATCHED,),
            R.RECEIVED,
            "evidence.referral:examine",
            guard=guards.every_item_acknowledged,
        ),
        Transition(
            "begin",
            gettext_lazy("Begin the examination"),
            (R.RECEIVED,),
            R.EXAMINATION,
            "evidence.referral:examine",
            guard=guards.by_its_laboratory,
        ),
        Transition(
            "report",
            gettext_lazy("Send the report"),
            (R.EXAMINATION,),
            R.REPORTED,
            "evidence.referral:examine",
            guard=guards.every_question_answered,
        ),
        Transition(
            "correct",
            gettext_lazy("Take the report back to correct it"),
            (R.REPORTED,),
            R.EXAMINATION,
            "evidence.referral:examine",
            requires_reason=True,
            guard=guards.by_its_laboratory,
        ),
        Transition(
            "resume",
            gettext_lazy("Resume the examination"),
            (R.RETURNED,),
            R.EXAMINATION,
            "evidence.referral:examine",
            guard=guards.by_its_laboratory,
        ),
        Transition(
            "return",
            gettext_lazy("Return for completion"),
            (R.REPORTED, R.DISPUTED),
            R.RETURNED,
            "evidence.referral:accept",
            requires_reason=True,
            effect=_return,
        ),
        Transition(
            "dispute",
            gettext_lazy("Dispute the report"),
            (R.REPORTED, R.ACCEPTED),
            R.DISPUTED,
            "evidence.referral:dispute",
            requires_reason=True,
            effect=_dispute,
        ),
        Transition(
            "accept",
            gettext_lazy("Accept the report"),
            (R.REPORTED, R.DISPUTED),
            R.ACCEPTED,
            "evidence.referral:accept",
            guard=guards.every_finding_decided,
        ),
        Transition(
            "close",
            gettext_lazy("Close"),
            (R.ACCEPTED, R.DISPUTED),
            R.CLOSED,
            "evidence.referral:approve",
            requires_reason=True,
        ),
    ),
)


def _decide(finding: Any, actor: User, reason: str) -> None:
    finding.decided_by, finding.decided_at = actor, timezone.now()


def _decline(finding: Any, actor: User, reason: str) -> None:
    _decide(finding, actor, reason)
    finding.decline_reason = reason


FINDING = Workflow(
    "evidence.finding",
    initial=(F.PROPOSED,),
    resting=(F.ACCEPTED, F.DECLINED),
    guard=guards.may_be_decided,
    transitions=(
        Transition(
            "accept",
            gettext_lazy("Accept"),
            (F.PROPOSED,),
            F.ACCEPTED,
            "evidence.finding:decide",
            effect=_decide,
        ),
        Transition(
            "decline",
            gettext_lazy("Decline"),
            (F.PROPOSED,),
            F.DECLINED,
            "evidence.finding:decide",
            requires_reason=True,
            effect=_decline,
        ),
    ),
)
