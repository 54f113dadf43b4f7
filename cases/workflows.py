"""The workflows of case and site, and of what is told to the public."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.case import CaseStatus
from cases.models.public_page import PublicPageStatus as P
from cases.models.public_update import PublicUpdate
from cases.models.public_update import PublicUpdateStatus as U
from cases.models.site import ProtectionMeasure, SiteStatus
from cases.models.user import User
from cases.public.ready import why_not
from cases.refusals import Invalid, Refusal, WrongState
from cases.workflow import Transition, Workflow

_RUNNING = (CaseStatus.OPEN, CaseStatus.REOPENED)
_ACTIVE = (
    CaseStatus.PRELIMINARY,
    CaseStatus.OPEN,
    CaseStatus.SUSPENDED,
    CaseStatus.REFERRED,
    CaseStatus.REOPENED,
)


def _closure_by_another(case: Any, actor: User) -> Refusal | None:
    if case.closure_proposed_by_id is None:
        return WrongState(
            "case.closure_not_proposed",
            _("The closure has not been proposed yet."),
            rule=_("Closing a case takes two people: one proposes, another closes."),
            way_forward=_("Propose the closure with its reason; another prosecutor then closes the case."),
        )
    if case.closure_proposed_by_id == actor.pk:
        return WrongState(
            "case.closure_needs_second_person",
            _("You proposed this closure yourself."),
            rule=_("Closing a case takes two people: one proposes, another closes."),
            way_forward=_("Ask another prosecutor of the case to close it."),
        )
    return None


def _record_closer(case: Any, actor: User, reason: str) -> None:
    case.closed_by = actor


def _forget_closure(case: Any, actor: User, reason: str) -> None:
    case.closure_proposed_by = case.closed_by = None
    case.closure_reason = ""


CASE = Workflow(
    "cases.case",
    initial=(CaseStatus.PRELIMINARY, CaseStatus.OPEN),
    resting=(CaseStatus.REFERRED, CaseStatus.CLOSED),
    transitions=(
        Transition(
            "open",
            gettext_lazy("Open the investigation"),
            (CaseStatus.PRELIMINARY,),
            CaseStatus.OPEN,
            "cases.case:direct",
            requires_reason=True,
        ),
        Transition(
            "suspend",
            gettext_lazy("Suspend the case"),
            _RUNNING,
            CaseStatus.SUSPENDED,
            "cases.case:direct",
            requires_reason=True,
        ),
        Transition(
            "resume",
            gettext_lazy("Resume the case"),
            (CaseStatus.SUSPENDED,),
            CaseStatus.OPEN,
            "cases.case:direct",
            requires_reason=True,
        ),
        Transition(
            "refer",
            gettext_lazy("Refer to court"),
            _RUNNING,
            CaseStatus.REFERRED,
            "cases.case:direct",
            requires_reason=True,
        ),
        Transition(
            "close",
            gettext_lazy("Close the case"),
            _ACTIVE,
            CaseStatus.CLOSED,
            "cases.case:direct",
            requires_reason=True,
            guard=_closure_by_another,
            effect=_record_closer,
        ),
        Transition(
            "reopen",
            gettext_lazy("Reopen the case"),
            (CaseStatus.CLOSED, CaseStatus.REFERRED),
            CaseStatus.REOPENED,
            "cases.case:direct",
            requires_reason=True,
            effect=_forget_closure,
        ),
    ),
)

_KNOWN = (SiteStatus.REPORTED, SiteStatus.VERIFIED, SiteStatus.PROTECTED, SiteStatus.REOPENED)


def _protection_in_force(site: Any, actor: User) -> Refusal | None:
    if site.protectionmeasure_set.filter(ProtectionMeasure.in_force()).exists():
        return None
    return WrongState(
        "site.no_protection_recorded",
        _("No protection measure in force is recorded for this site."),
        rule=_("A site counts as protected when a measure that protects it is recorded."),
        way_forward=_("Record the legal or physical measure first."),
    )


SITE = Workflow(
    "cases.site",
    initial=(SiteStatus.REPORTED,),
    resting=(SiteStatus.RELEASED, SiteStatus.DISPROVED),
    transitions=(
        Transition(
            "verify",
            gettext_lazy("Mark as verified"),
            (SiteStatus.REPORTED,),
            SiteStatus.VERIFIED,
            "cases.site:decide",
        ),
        Transition(
            "protect",
            gettext_lazy("Mark as protected"),
            (SiteStatus.VERIFIED, SiteStatus.REOPENED),
            SiteStatus.PROTECTED,
            "cases.site:decide",
            guard=_protection_in_force,
        ),
        Transition(
            "excavate",
            gettext_lazy("Begin excavation"),
            (SiteStatus.VERIFIED, SiteStatus.PROTECTED, SiteStatus.REOPENED),
            SiteStatus.EXCAVATION,
            "cases.site:decide",
        ),
        Transition(
            "exhumed",
            gettext_lazy("End exhumation"),
            (SiteStatus.EXCAVATION,),
            SiteStatus.EXHUMED,
            "cases.site:decide",
        ),
        Transition(
            "release",
            gettext_lazy("Release the site"),
            (SiteStatus.EXHUMED,),
            SiteStatus.RELEASED,
            "cases.site:release",
            requires_reason=True,
        ),
        Transition(
            "disprove",
            gettext_lazy("Mark as disproved"),
            _KNOWN,
            SiteStatus.DISPROVED,
            "cases.site:decide",
            requires_reason=True,
        ),
        Transition(
            "reopen",
            gettext_lazy("Reopen the site"),
            (SiteStatus.EXHUMED, SiteStatus.RELEASED, SiteStatus.DISPROVED),
            SiteStatus.REOPENED,
            "cases.site:decide",
            requires_reason=True,
        ),
    ),
)


def _titled_in_main_language(page: Any, actor: User) -> Refusal | None:
    if page.titles.filter(language=page.language, withdrawn_at__isnull=True).exists():
        return None
    return Invalid(
        "public_page.no_main_title",
        _("The page has no title in its main language."),
        field="titles",
        way_forward=_("Add the title by which the public shall know the case."),
    )


def _stamp(page: Any, actor: User, reason: str) -> None:
    page.changed_at = timezone.now()


PUBLIC_PAGE = Workflow(
    "cases.publicpage",
    initial=(P.DRAFT,),
    resting=(P.PUBLIC, P.CLOSED),
    transitions=(
        Transition(
            "open",
            gettext_lazy("Make the page public"),
            (P.DRAFT,),
            P.PUBLIC,
            "cases.publicpage:open",
            requires_reason=True,
            guard=_titled_in_main_language,
            effect=_stamp,
        ),
        Transition(
            "close",
            gettext_lazy("Say that it is no longer updated"),
            (P.PUBLIC,),
            P.CLOSED,
            "cases.publicpage:open",
            requires_reason=True,
            effect=_stamp,
        ),
        Transition(
            "reopen",
            gettext_lazy("Go on updating it"),
            (P.CLOSED,),
            P.PUBLIC,
            "cases.publicpage:open",
            requires_reason=True,
            effect=_stamp,
        ),
    ),
)


def _fit_to_go_out(update: Any, actor: User) -> Refusal | None:
    return why_not(update)


def _approved_by_another(update: Any, actor: User) -> Refusal | None:
    if update.drafted_by_id == actor.pk:
        return WrongState(
            "public_update.needs_second_person",
            _("You drafted this update yourself."),
            rule=_("What the public is told is written by one person and approved by another."),
            way_forward=_("Ask another prosecutor of the case to approve it."),
        )
    if update.page.status != P.PUBLIC:
        return WrongState(
            "public_update.page_not_public",
            _("The page of this case is %(status)s.") % {"status": update.page.get_status_display()},
            rule=_("A prosecutor decides that a case has a public page, before anything is published there."),
            way_forward=_("Make the page public first."),
        )
    return why_not(update)


def _record_approval(update: Any, actor: User, reason: str) -> None:
    newest = PublicUpdate.objects.filter(page=update.page_id).aggregate(newest=Max("number"))["newest"]
    update.number = (newest or 0) + 1
    update.approved_by = actor
    update.published_at = timezone.now()


def _record_retraction(update: Any, actor: User, reason: str) -> None:
    update.retracted_at = timezone.now()
    update.retracted_reason = reason


PUBLIC_UPDATE = Workflow(
    "cases.publicupdate",
    initial=(U.DRAFT,),
    resting=(U.PUBLISHED, U.RETRACTED, U.DISCARDED),
    transitions=(
        Transition(
            "submit",
            gettext_lazy("Submit for approval"),
            (U.DRAFT,),
            U.SUBMITTED,
            "cases.publicupdate:change",
            guard=_fit_to_go_out,
        ),
        Transition(
            "send_back",
            gettext_lazy("Send back to its author"),
            (U.SUBMITTED,),
            U.DRAFT,
            "cases.publicupdate:change",
            requires_reason=True,
        ),
        Transition(
            "publish",
            gettext_lazy("Approve and publish"),
            (U.SUBMITTED,),
            U.PUBLISHED,
            "cases.publicupdate:publish",
            guard=_approved_by_another,
            effect=_record_approval,
        ),
        Transition(
            "discard",
            gettext_lazy("Discard the draft"),
            (U.DRAFT, U.SUBMITTED),
            U.DISCARDED,
            "cases.publicupdate:change",
            requires_reason=True,
        ),
        Transition(
            "retract",
            gettext_lazy("Withdraw from the public"),
            (U.PUBLISHED,),
            U.RETRACTED,
            "cases.publicupdate:publish",
            requires_reason=True,
            effect=_record_retraction,
        ),
    ),
)
