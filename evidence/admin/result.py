"""The pages of results and of what they propose, for the team of the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases import access
from cases.admin.base import PartAdmin
from cases.admin.filters import HandlingFilter, StatusFilter, WithdrawnFilter
from cases.models.user import User
from cases.refusals import Refusal
from evidence.models import Examination, Finding, FindingKind, FindingStatus, Referral, ReferralItem, Result
from evidence.models.result import VALUES
from evidence.referral_guards import WITH_ITEMS
from evidence.services import finding as findings
from evidence.services.expert_report import reports_of
from evidence.workflows import FINDING
from remains.admin.choices import person
from remains.models import Specimen

FINDING_LABELS = {
    FindingStatus.PROPOSED: "warning",
    FindingStatus.ACCEPTED: "success",
    FindingStatus.DECLINED: "danger",
}


def answers_to(user: User, referral: Referral) -> dict[str, Any]:
    """Return the questions and items of a referral with the answers that stand, in a constant number of queries."""
    questions = list(
        Examination.objects.visible_to(user).current().filter(referral=referral).select_related("kind")
    )
    items = list(
        ReferralItem.objects.visible_to(user)
        .current()
        .filter(referral=referral)
        .select_related("referral", "received_by", *WITH_ITEMS)
        .order_by("position")
    )
    results = list(
        Result.objects.visible_to(user)
        .filter(item__referral=referral)
        .select_related("item__referral", "examination__kind", "recorded_by")
        .order_by("item__position", "examination", "id")
    )
    gone = {result.supersedes_id for result in results}
    proposed: dict[Any, list[Finding]] = {}
    rows = Finding.objects.visible_to(user).filter(result__item__referral=referral)
    for finding in rows.select_related("mechanism", "decided_by", "result").order_by("id"):
        proposed.setdefault(finding.result_id, []).append(finding)
    decides = access.may(user, "evidence.finding:decide", referral.case)
    open_to_decide = referral.status in {"reported", "disputed"}
    shown = [
        {
            "result": result,
            "superseded": result.pk in gone,
            "findings": proposed.get(result.pk, []),
            "may_decide": decides and open_to_decide and result.pk not in gone,
        }
        for result in results
    ]
    return {
        "questions": questions,
        "reports": reports_of(user, referral),
        "items": items,
        "answers": [each for each in shown if not each["superseded"]],
        "corrected": [each for each in shown if each["superseded"]],
    }


class _Never:
    """Nothing of what a laboratory answered is changed by the team."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is superseded by the laboratory, never edited."""
        return False


@admin.register(Result)
class ResultAdmin(_Never, PartAdmin):
    """One answer: to be read, with its history."""

    list_display = ["item_number", "question", "outcome", "answer", "analyst", "examined_on"]
    list_select_related = [
        "item__referral",
        "item__find",
        "item__specimen",
        "item__exhibit",
        "examination__kind",
    ]
    list_filter = [("outcome", StatusFilter), ("handling", HandlingFilter), WithdrawnFilter]
    search_fields = [
        "answer",
        "analyst",
        "item__find__number",
        "item__specimen__number",
        "item__exhibit__number",
    ]
    search_help_text = gettext_lazy("Words of the answer, analyst, number of the find or specimen")
    fields = [
        "item",
        "examination",
        "outcome",
        "answer",
        "method",
        ("analyst", "examined_on"),
        "recorded_by",
        "supersedes",
        "correction",
        "handling",
    ]
    readonly_fields = ["recorded_by", "supersedes", "correction"]

    @display(description=gettext_lazy("item"))
    def item_number(self, row: Result) -> str:
        """Name the find or specimen."""
        return str(row.item.item)

    @display(description=gettext_lazy("examination"))
    def question(self, row: Result) -> str:
        """Name the examination."""
        return str(row.examination.kind)


@admin.register(Finding)
class FindingAdmin(_Never, PartAdmin):
    """One proposed finding: to be accepted or declined."""

    workflow = FINDING
    list_display = ["what", "item_number", "state", "certainty", "basis"]
    list_select_related = [
        "result__item__find",
        "result__item__specimen",
        "result__item__exhibit",
        "result__item__referral",
        "mechanism",
    ]
    list_filter = [
        ("kind", StatusFilter),
        ("status", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["basis", "dna_group", "result__item__find__number", "result__item__specimen__number"]
    search_help_text = gettext_lazy("Words of the basis, DNA group, number of the find or specimen")

    @display(description=gettext_lazy("finding"), ordering="kind")
    def what(self, row: Finding) -> str:
        """Say what is proposed."""
        return str(row)

    @display(description=gettext_lazy("item"))
    def item_number(self, row: Finding) -> str:
        """Name the find or specimen."""
        return str(row.result.item.item)

    @display(description=gettext_lazy("status"), ordering="status", label=FINDING_LABELS)
    def state(self, row: Finding) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what this kind of finding says, and nothing else."""
        own = list(VALUES[obj.kind]) if obj is not None else []
        tied = [name for name in ("estimate", "injury", "specimen") if obj is not None and getattr(obj, name)]
        decided = ["decided_by", "decided_at"] if obj is not None and obj.decided_by_id else []
        reason = ["decline_reason"] if obj is not None and obj.decline_reason else []
        return [
            "result",
            "kind",
            *own,
            "certainty",
            "basis",
            "proposed_by",
            *decided,
            *reason,
            *tied,
            "handling",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is typed here."""
        return self.get_fields(request, obj)

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Accept on the page that asks of which bone it is; decline with a reason."""
        obj = self._visible_or_404(request, object_id)
        if name == "accept":
            return accept_view(self, request, obj)
        if name != "decline":
            return super().transition_view(request, object_id, name)
        response = self._with_reason(
            request,
            obj,
            title=_("Decline"),
            permission="evidence.finding:decide",
            needed=True,
            meaning=_("It stays with the result, with your reason, and nothing of it is taken over."),
            act=lambda reason: findings.decline(actor=person(request), finding=obj, reason=reason),
        )
        return _back(response, obj)


class AcceptForm(forms.Form):
    """Of which bone a finding is, where a whole find was sent."""

    specimen = forms.ModelChoiceField(
        label=gettext_lazy("specimen"),
        queryset=Specimen.objects.none(),
        required=False,
        widget=forms.Select(attrs={"class": "remains-input"}),
    )

    def __init__(self, *args: Any, finding: Finding, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        comes_from = findings.about(finding.result.item)
        if comes_from.find is None:
            del self.fields["specimen"]
            return
        rows = Specimen.objects.visible_to(viewer).current().filter(find=comes_from.find)
        field: Any = self.fields["specimen"]
        field.queryset = rows.select_related("element").order_by("serial")
        field.label_from_instance = lambda row: f"{row.number}: {row.element}, {row.get_side_display()}"
        field.required = finding.kind in {FindingKind.INJURY, FindingKind.DNA_GROUP}
        if not field.required:
            field.help_text = _("Leave it empty if it is about the find as a whole.")


def accept_view(page: Any, request: HttpRequest, obj: Finding) -> HttpResponse:
    """Ask of which bone the finding is where that is not clear, and take it over."""
    if not access.may(request.user, "evidence.finding:decide", obj.case):
        raise PermissionDenied
    user = person(request)
    form = AcceptForm(request.POST if request.method == "POST" else None, finding=obj, viewer=user)
    blocked = next((o.blocked for o in FINDING.options(obj, user) if o.transition.name == "accept"), None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            findings.accept(actor=user, finding=obj, specimen=form.cleaned_data.get("specimen"))
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            said = " ".join(word for word in (refusal.message, refusal.way_forward) if word)
            form.add_error(refusal.field if refusal.field in form.fields else None, said)
            status = refusal.status
        else:
            messages.success(request, _("%(finding)s: accepted, and recorded.") % {"finding": obj})
            return _back(HttpResponseRedirect(""), obj)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": obj,
        "title": _("Accept"),
        "subtitle": str(obj),
        "media": page.media,
        "form": form,
        "finding": obj,
        "observer": findings.observer_of(obj),
        "blocked": blocked,
    }
    if form.errors and status == 200:
        status = 422
    return TemplateResponse(request, "evidence/finding_accept.html", context, status=status)


def _back(response: HttpResponse, finding: Finding) -> HttpResponse:
    """Lead back to the referral, where the next finding waits."""
    if isinstance(response, HttpResponseRedirect):
        referral = finding.result.item.referral_id
        response["Location"] = reverse("admin:evidence_referral_change", args=[referral]) + "#answers"
    return response
