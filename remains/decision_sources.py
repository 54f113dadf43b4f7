"""The decision that remains bring: whether an assessment is signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.decision_sources import line, step_blocked
from cases.decisions import Choice, Line, Section, Source, contribute
from cases.models.user import User
from cases.refusals import Refusal
from remains.models import Assessment, AssessmentStatus
from remains.services import assessment as service
from remains.workflows import ASSESSMENT


def _drafts(user: User) -> Any:
    signed = access.cases_where(user, Assessment.permission("sign")).values("pk")
    drafts = Assessment.objects.visible_to(user).current().filter(case__in=signed).exclude(drafted_by=user)
    return drafts.filter(status=AssessmentStatus.DRAFT).select_related("case", "site", "find", "drafted_by")


def _what_is_signed(assessment: Assessment, user: User) -> Iterator[Section]:
    from remains.admin.counting import presented

    about = service.subject(assessment)
    kind = "find" if assessment.find_id else "site"
    yield Section(
        _("What is assessed"),
        [
            Line(
                _("Case"), str(assessment.case), reverse("admin:cases_case_change", args=[assessment.case_id])
            ),
            Line(_("About"), str(about), reverse(f"admin:remains_{kind}_count", args=[about.pk])),
            Line(
                _("Number"), str(assessment), reverse("admin:remains_assessment_change", args=[assessment.pk])
            ),
            line(assessment, "drafted_by"),
            line(assessment, "reasoning"),
            line(assessment, "ledger_seq"),
        ],
    )
    counted = presented(assessment.result, user, assessment.case_id, assessment.result["reading"])
    yield Section(_("Its proof"), template="remains/decision_assessment.html", data=counted)


def _blocked(assessment: Assessment, user: User) -> Refusal | None:
    blocked = step_blocked(ASSESSMENT, "sign", assessment, user)
    if blocked is None and service.is_stale(assessment):
        return service.stale()
    return blocked


def _step(name: str) -> Any:
    def door(*, actor: User, record: Assessment, reason: str, version: int) -> Assessment:
        return service.apply_transition(
            actor=actor, assessment=record, name=name, reason=reason, version=version
        )

    return door


contribute(
    Source(
        key="assessment",
        title=gettext_lazy("Signing an assessment"),
        model=Assessment,
        permission=Assessment.permission("sign"),
        waiting=_drafts,
        awaits=lambda row: row.status == AssessmentStatus.DRAFT and row.withdrawn_at is None,
        sentence=lambda row: (
            _("%(case)s: %(person)s counted %(count)s in %(about)s.")
            % {
                "case": row.case.number,
                "person": row.drafted_by.full_name,
                "count": row,
                "about": row.find or row.site.code,
            }
        ),
        whole=_what_is_signed,
        approve=Choice(
            ASSESSMENT.transition("sign").label,
            _step("sign"),
            needs_reason=False,
            meaning=gettext_lazy("It stands with both names, in the place of earlier ones about the same."),
        ),
        refuse=Choice(ASSESSMENT.transition("discard").label, _step("discard"), needs_reason=True),
        blocked=_blocked,
        css=("remains/remains.css", "remains/inventory.css", "remains/counting.css"),
    )
)
