"""The pages of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.admin import columns
from cases.admin.base import RecordAdmin
from cases.admin.case_timeline import timeline_view
from cases.admin.decision import DecisionPages
from cases.admin.filters import StatusFilter, StillFilter
from cases.case_page import at_a_glance
from cases.ledger.history import changes_of, moment
from cases.ledger.news import news_in
from cases.models.agency import Agency
from cases.models.case import Case, CaseStatus
from cases.refusals import Invalid
from cases.services import case as service
from cases.workflows import CASE

_DIRECT: Final = "cases.case:direct"
_HAND_OVER: Final = "cases.case:hand_over"
_HANDED_OVER: Final = _("Hand the case over")


@dataclass(frozen=True, slots=True)
class ClosureStep:
    """What a prosecutor does about a closure besides taking the transition itself."""

    label: Any
    door: Callable[..., Case]
    needs_reason: bool
    #: What follows from it, in a sentence.
    meaning: Any
    #: Whether it is a step to take while a proposal stands, or while none does.
    while_proposed: bool


CLOSURE: Final = {
    "propose": ClosureStep(
        _("Propose to close the case"),
        service.propose_closure,
        needs_reason=True,
        while_proposed=False,
        meaning=_("Another prosecutor then closes the case, or leaves it open. Until then nothing changes."),
    ),
    "withdraw": ClosureStep(
        _("Withdraw the proposal to close the case"),
        service.withdraw_closure_proposal,
        needs_reason=False,
        while_proposed=True,
        meaning=_("The case stays open as it is; the closure can be proposed again."),
    ),
}


#: Changes on one page.
CHANGES_SHOWN: Final = 50
#: Digits of an instant in microseconds, or of the number of an entry, at most.
LONGEST: Final = 17


def _whole_number(text: str) -> int:
    """Return a number of an address; another text is no address of ours."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        raise Http404
    return int(text)


@admin.register(Case)
class CaseAdmin(DecisionPages, RecordAdmin):
    """Cases."""

    workflow = CASE
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    change_form_outer_before_template = "cases/case_page.html"
    list_display = ["number", "title", columns.status, columns.since, "lead_agency", "opened_on"]
    list_select_related = ["lead_agency"]
    search_fields = ["number", "title"]
    list_filter = [("status", StatusFilter), ("kind", StatusFilter), StillFilter]
    ordering = ["-opened_on", "-id"]
    fields = [
        "number",
        "title",
        "kind",
        "lead_agency",
        "jurisdiction",
        "legal_classification",
        "language",
        "opened_on",
        "summary",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As the agency's appointments say."""
        return access.may(request.user, "cases.case:create")

    def render_change_form(  # noqa: PLR0917 - Django's own signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """Put the case at a glance above its sheet."""
        if obj is not None:
            context["at_a_glance"] = at_a_glance(obj, request.user)  # type: ignore[arg-type]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for the language of the papers: nobody guesses it."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "language":
            field.required = True
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A case keeps its number."""
        return ["number", "lead_agency"] if obj else []

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the steps that lead to a closure, or away from it."""
        head = super().record_head(request, obj)
        if obj.status != CaseStatus.CLOSED and access.may(request.user, _DIRECT, obj):
            head["ways"] += [
                {"label": step.label, "link": reverse("admin:cases_case_closure", args=[obj.pk, name])}
                for name, step in CLOSURE.items()
                if step.while_proposed == (obj.closure_proposed_by_id is not None)
            ]
        if obj.status != CaseStatus.CLOSED and access.may(request.user, _HAND_OVER, obj):
            link = reverse("admin:cases_case_hand_over", args=[obj.pk])
            head["ways"] = [*head["ways"], {"label": _HANDED_OVER, "link": link}]
        return head

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of decisions, of the steps that lead to a closure, and of handing the case over."""
        wrap = self.admin_site.admin_view
        return [
            *self.decision_urls(),
            path("<path:object_id>/closure/<slug:name>/", wrap(self.closure_view), name="cases_case_closure"),
            path("<path:object_id>/timeline/", wrap(self.timeline_view), name="cases_case_timeline"),
            path("<path:object_id>/changes/", wrap(self.changes_view), name="cases_case_changes"),
            path("<path:object_id>/hand-over/", wrap(self.hand_over_view), name="cases_case_hand_over"),
            *super().get_urls(),
        ]

    def closure_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for the reason of a step and take it."""
        case = self._visible_or_404(request, object_id)
        step = CLOSURE.get(name)
        if step is None:
            raise Http404
        return self._with_reason(
            request,
            case,
            title=str(step.label),
            permission=_DIRECT,
            needed=step.needs_reason,
            meaning=str(step.meaning),
            act=lambda reason: step.door(actor=request.user, case=case, reason=reason),
        )

    def timeline_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what happened in the case, in people's words."""
        return timeline_view(self, request, object_id)

    def changes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what others changed in the case since an instant: the list behind a number of the start page."""
        case = self._visible_or_404(request, object_id)
        since, before = (_whole_number(request.GET.get(name, "0")) for name in ("since", "before"))
        news = news_in(request.user, case, moment(since))  # type: ignore[arg-type]
        below = [seq for seq in news if not before or seq < before]
        shown = below[:CHANGES_SHOWN]
        further = len(below) > CHANGES_SHOWN
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": case,
            "title": _("Changes"),
            "subtitle": str(case),
            "since": moment(since),
            "whole": len(news),
            "changes": changes_of(case, request.user, shown),
            "older": f"?{urlencode({'since': since, 'before': shown[-1]})}" if further else None,
        }
        return TemplateResponse(request, "cases/case_changes.html", context)

    def hand_over_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the agency that is to lead the case, and for the reason, and hand it over."""
        case = self._visible_or_404(request, object_id)
        agencies = {str(agency.pk): agency for agency in Agency.objects.exclude(pk=case.lead_agency_id)}
        chosen = request.POST.get("agency", "")

        def act(reason: str) -> None:
            if chosen not in agencies:
                raise Invalid(
                    "case.lead_agency_missing",
                    str(_("Choose the agency that is to lead the case.")),
                    field="agency",
                )
            service.hand_over_case(actor=request.user, case=case, to=agencies[chosen], reason=reason)  # type: ignore[arg-type]

        return self._with_reason(
            request,
            case,
            title=str(_HANDED_OVER),
            permission=_HAND_OVER,
            needed=True,
            meaning=str(
                _(
                    "The agency leads the case from then on, and its supervisors and auditors see it. "
                    "The team stays as it is."
                )
            ),
            act=act,
            choice={
                "name": "agency",
                "label": _("Agency that leads the case from now on"),
                "options": list(agencies.items()),
                "chosen": chosen,
            },
        )
