"""Expert reports: filed by a laboratory with a referral, kept as documents of the case with their bytes sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import WrongState
from cases.services.record import check_fields, lock, told_kindly
from cases.services.rules import DatabaseRule, declare_rules
from evidence.models import Document, DocumentKind, ExpertReport, Referral, ReferralStatus
from evidence.services import document
from evidence.services.result import at_laboratory
from evidence.services.stored_file import Received

declare_rules(
    {
        "evidence_expertreport_in_examination": DatabaseRule(
            "expert_report.not_in_examination",
            gettext_lazy("Reports are filed while the laboratory examines."),
            kind=WrongState,
        ),
    }
)


def file_report(*, actor: User, referral: Referral, received: Received, title: str) -> ExpertReport:
    """Keep an uploaded file as a document of the case, and file it with the referral, both or neither.

    Raises `expert_report.not_in_examination`, `file.already_here`, `file.no_room`, `record.invalid`.
    """
    permission = ExpertReport.permission("create")
    with transaction.atomic():
        stored: Any = at_laboratory(actor, lock(referral), permission)
        if stored.status != ReferralStatus.EXAMINATION:
            raise WrongState(
                "expert_report.not_in_examination",
                _("%(referral)s is not in examination: %(status)s.")
                % {"referral": stored.reference, "status": stored.get_status_display()},
                field="status",
                value=stored.status,
                rule=_("Reports are filed while the laboratory examines."),
            )
        kept = document.create(
            actor=actor,
            record=Document(
                case=stored.case,
                handling=stored.handling,
                kind=DocumentKind.EXPERT_REPORT,
                title=title.strip(),
                author=f"{actor.full_name}, {stored.laboratory}"[:200],
            ),
            received=received,
            door=_door,
        )
        report = ExpertReport(
            case=stored.case, handling=stored.handling, referral=stored, document=kept, filed_by=actor
        )
        with told_kindly(report), named(actor, "evidence.expertreport.created"):
            check_fields(report)
            report.save(force_insert=True)
    return report


def _door(
    *,
    actor: User,
    record: Document,
    prepare: Callable[[Any], None] | None = None,
    rule: Callable[[Any], None] | None = None,
) -> Document:
    """Write the document for somebody who does not see the case; that they may file was asked before."""
    with told_kindly(record), named(actor, "evidence.document.created"):
        if prepare is not None:
            prepare(record)
        check_fields(record)
        if rule is not None:
            rule(record)
        record.save(force_insert=True)
    return record


def reports_of(user: User, referral: Referral) -> list[ExpertReport]:
    """Return the reports of a referral that a member of the team sees, newest first."""
    rows = ExpertReport.objects.visible_to(user).filter(referral=referral)
    return list(rows.select_related("document", "filed_by").order_by("-id"))


def filed_with(user: User, referral: Referral) -> list[ExpertReport]:
    """Return the reports that the laboratory of this person filed with a referral, newest first."""
    rows = ExpertReport.objects.reached_by(user).filter(referral=referral)
    return list(rows.select_related("document", "filed_by").order_by("-id"))
