"""The pages of assessments: drafted from a count, signed by another anthropologist, frozen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from cases import access
from cases.admin.base import RecordAdmin, RecordForm, moved
from cases.admin.filters import (
    HandlingFilter,
    SelectionFilter,
    StatusFilter,
    StillFilter,
    VisibleFilter,
    WithdrawnFilter,
)
from cases.refusals import Refusal
from remains import recovered, selections
from remains.admin.below import Leaner
from remains.admin.choices import person
from remains.admin.counting import TITLES, count_view, presented
from remains.admin.skeleton_marks import frozen
from remains.marks import from_result
from remains.models import Assessment, AssessmentStatus
from remains.services import assessment
from remains.services.diagram import tallies_of
from remains.workflows import ASSESSMENT

STATUS_LABELS = {
    AssessmentStatus.DRAFT: "warning",
    AssessmentStatus.SIGNED: "success",
    AssessmentStatus.DISCARDED: "info",
}


class AssessmentForm(RecordForm):
    """The reasoning of a draft."""

    def clean(self) -> dict[str, Any] | None:
        """Take the site of the find, where one is named."""
        cleaned = super().clean() or {}
        if cleaned.get("find"):
            cleaned["site"] = self.instance.site = cleaned["find"].site
            self.errors.pop("site", None)
        return cleaned


class DraftForm(AssessmentForm):
    """What is asked of who drafts: nothing is assumed about presumed opinions."""

    reading = forms.ChoiceField(
        label=gettext_lazy("Which opinions count"),
        choices=list(TITLES.items()),
        widget=UnfoldAdminRadioSelectWidget,
        help_text=gettext_lazy("The number that is frozen and signed is the one of this reading."),
    )


class DraftedFilter(SelectionFilter):
    """By whose turn it is, and by what stands."""

    title = gettext_lazy("drafts and what stands")
    parameter_name = "drafted"
    selections = {
        "others": (gettext_lazy("drafts of others"), selections.to_sign),
        "me": (gettext_lazy("my drafts"), selections.own_drafts),
        "standing": (gettext_lazy("signed, not superseded"), selections.standing),
    }


@admin.register(Assessment)
class AssessmentAdmin(Leaner, RecordAdmin):
    """Assessments."""

    form = AssessmentForm
    workflow = ASSESSMENT
    create = staticmethod(assessment.draft)
    change = staticmethod(assessment.change)
    change_form_outer_before_template = "remains/assessment_header.html"
    list_display = ["at_least", "about", "state", "drafted_by", "signed_by", "signed_at"]
    list_select_related = ["site", "find", "drafted_by", "signed_by"]
    list_filter = [
        ("site", VisibleFilter),
        ("status", StatusFilter),
        ("handling", HandlingFilter),
        DraftedFilter,
        StillFilter,
        WithdrawnFilter,
    ]
    search_fields = ["site__code", "find__number", "reasoning"]
    search_help_text = gettext_lazy("Site, find, or words of the reasoning")
    autocomplete_fields = ["site", "find"]

    class Media:
        css = {"all": ["remains/remains.css", "remains/inventory.css", "remains/counting.css"]}

    # --- list

    @display(description=gettext_lazy("people"), ordering="count")
    def at_least(self, row: Assessment) -> str:
        """Say the number as a minimum."""
        return str(row)

    @display(description=gettext_lazy("about"), ordering="site__code")
    def about(self, row: Assessment) -> str:
        """Name the find, or the site by its code."""
        others = len(row.linked_sites) - 1
        code = row.find.number if row.find else row.site.code
        return _("%(site)s and %(n)d linked") % {"site": code, "n": others} if others > 0 else str(code)

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Assessment) -> tuple[str, str]:
        """Name the status, in its colour; one that was superseded says so."""
        if row.superseded_by_id is not None:
            return AssessmentStatus.DISCARDED, _("superseded")
        return row.status, row.get_status_display()

    # --- who may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only who drafted it changes a draft; what is signed stays."""
        if obj is not None and (
            obj.status != AssessmentStatus.DRAFT or obj.drafted_by_id != person(request).pk
        ):
            return False
        return super().has_change_permission(request, obj)

    # --- form

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the reading of a new draft."""
        if obj is None:
            kwargs["form"] = DraftForm
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "site" in form.base_fields:
            form.base_fields["site"].required = False
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask what it is about and on what it rests; of a draft only the reasoning is left to change."""
        if obj is None:
            return [
                (gettext_lazy("About what"), {"fields": ["site", "find"]}),
                (gettext_lazy("What it rests on"), {"fields": ["reading", "reasoning"]}),
            ]
        if not self.has_change_permission(request, obj):
            return []  # it stands above, with the rest of what was frozen
        return [(gettext_lazy("Reasoning"), {"fields": ["reasoning"]})]

    # --- writes

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Draft in the case of the site or find."""
        if change:
            self.change_service(request, obj)
            return
        if obj.find is None and obj.site_id is None:
            form.instance.site = None
        about = obj.find or (obj.site if obj.site_id else None)
        obj.case = about.case if about else None
        assessment.draft(actor=person(request), record=obj, reading=form.cleaned_data["reading"])

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Sign through the door that also looks whether the records still say so."""
        obj = self._visible_or_404(request, object_id)
        known = ASSESSMENT.known(name)
        if known is None:
            return super().transition_view(request, object_id, name)
        return self._with_reason(
            request,
            obj,
            title=str(known.label),
            permission=known.permission,
            needed=known.requires_reason,
            meaning=moved(obj, known.target),
            act=lambda reason: assessment.apply_transition(
                actor=person(request), assessment=obj, name=name, reason=reason
            ),
        )

    def redraft_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Count a draft anew."""
        obj = self._visible_or_404(request, object_id)
        if not access.may(request.user, Assessment.permission("change"), obj.case):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            assessment.redraft(actor=person(request), assessment=obj)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            self.message_user(request, str(refusal), level="ERROR")
        else:
            self.message_user(request, _("Counted anew, as the records stand now."))
        return HttpResponseRedirect(reverse("admin:remains_assessment_change", args=[obj.pk]))

    # --- pages

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the frozen answer, who drafted and signed it, and whether the records say something else by now."""
        user = person(request)
        draft = obj.status == AssessmentStatus.DRAFT and obj.withdrawn_at is None
        others = Assessment.objects.visible_to(user)
        mine = draft and obj.drafted_by_id == user.pk
        head = super().record_head(request, obj)
        stale = draft and assessment.is_stale(obj)
        if stale:
            # Said beforehand, as every other reason for which a way is blocked.
            head["options"] = [
                replace(option, blocked=option.blocked or assessment.stale())
                if option.transition.name == "sign"
                else option
                for option in head["options"]
            ]
        return {
            **head,
            "counted": presented(obj.result, user, obj.case_id, obj.result["reading"]),
            "stale": stale,
            **self._diagram(user, obj),
            "may_redraft": mine and access.may(user, Assessment.permission("change"), obj.case),
            "may_reason": self.has_change_permission(request, obj),
            "count_link": reverse("admin:remains_find_count", args=[obj.find_id])
            if obj.find_id
            else reverse("admin:remains_site_count", args=[obj.site_id]),
            "about": self.about(obj),
            "later": others.filter(pk=obj.superseded_by_id).first() if obj.superseded_by_id else None,
            "earlier": list(others.filter(superseded_by=obj)),
            "inputs": sum(map(len, obj.inputs.values())),
        }

    @staticmethod
    def _diagram(user: Any, obj: Assessment) -> dict[str, Any]:
        """Return the skeleton as it stood with the inputs, with links to what the viewer may see of its marks."""
        kept = obj.result["diagram"]
        found = tallies_of(kept)
        marks = frozen(user, obj.case_id, from_result(kept["marks"]))
        return {
            "figures": recovered.figures(found, frequency=obj.find_id is None, marks=marks.shown),
            "bones": recovered.table(found),
            "marks": marks,
            "frequency": obj.find_id is None,
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that count, and the way to count a draft anew."""
        wrap = self.admin_site.admin_view
        return [
            *(
                path(
                    f"{kind}/<str:object_id>/count/",
                    wrap(lambda request, object_id, kind=kind: count_view(self, request, kind, object_id)),
                    name=f"remains_{kind}_count",
                )
                for kind in ("site", "find")
            ),
            path("<path:object_id>/redraft/", wrap(self.redraft_view), name="remains_assessment_redraft"),
            *super().get_urls(),
        ]
