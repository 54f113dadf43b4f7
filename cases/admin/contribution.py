"""The pages of contributions: what a partner proposes, beside what the case has, for the person who decides."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.base import VERSION, RecordAdmin
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleListFilter
from cases.admin.related import Related, address, contribute
from cases.exchange.comparison import Standing, compare, target_of
from cases.exchange.contributed import contributed_kinds
from cases.exchange_workflows import CONTRIBUTION
from cases.models.contribution import Contribution, ContributionStatus
from cases.refusals import Refusal
from cases.services import contribution as service

STATUS_LABELS = columns.Colours(
    {
        ContributionStatus.PROPOSED: "warning",
        ContributionStatus.ACCEPTED: "success",
        ContributionStatus.DECLINED: "info",
    }
)
STANDINGS = {
    Standing.NEW: gettext_lazy("new"),
    Standing.SAME: gettext_lazy("the same"),
    Standing.THEIRS: gettext_lazy("changed by the partner"),
    Standing.OURS: gettext_lazy("changed in the case"),
    Standing.CONFLICT: gettext_lazy("changed at both ends"),
}


@admin.register(Contribution)
class ContributionAdmin(RecordAdmin):
    """Contributions of partners."""

    workflow = CONTRIBUTION
    list_display = ["__str__", "what", "state", "client", "decided_by", columns.handling, columns.case]
    list_select_related = ["case", "client__agency", "decided_by"]
    search_fields = ["identifier", "client__name", "client__agency__short_name"]
    search_help_text = gettext_lazy("The partner's identifier, its program or its name")
    list_filter = [
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        ("handling", HandlingFilter),
    ]
    change_form_outer_after_template = "cases/contribution_below.html"

    class Media:
        css = {"all": ["cases/record_pages.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Partners' programs contribute, and nobody here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays as it was sent."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show who proposes what, and what was decided."""
        decided = [
            name for name in ("decided_by", "decided_at", "decline_reason") if getattr(obj, name, None)
        ]
        unseen = access.hidden_fields(request.user, obj)
        sent = ["case", ("client", "identifier"), "agreement", "kind_in_words"]
        if obj.remark and "remark" not in unseen:
            sent.append("remark")
        return [
            (gettext_lazy("What was sent"), {"fields": sent}),
            *([(gettext_lazy("What was decided"), {"fields": [*decided, "became_link"]})] if decided else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is typed here."""
        return ["kind_in_words", "became_link", *(field.name for field in self.opts.concrete_fields)]

    @display(description=gettext_lazy("kind of record"), ordering="kind")
    def what(self, row: Contribution) -> str:
        """Name the kind of record."""
        return kind_in_words(row)

    @display(description=gettext_lazy("kind of record"))
    def kind_in_words(self, row: Contribution) -> str:
        """Name the kind of record."""
        return kind_in_words(row)

    @display(description=gettext_lazy("record that it became"))
    def became_link(self, row: Contribution) -> str:
        """Name the record that it became."""
        if row.became is None:
            return "-"
        kind = contributed_kinds()[row.kind]
        return str(kind.model._base_manager.get(pk=row.became))

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Contribution) -> tuple[str, str]:
        """Say where it stands."""
        return row.status, row.get_status_display()

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what is proposed, field by field."""
        return {**super().record_head(request, obj), "compared": rows_of(request, obj)}

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Lead to the record that it is about, or became."""
        kind = contributed_kinds()[obj.kind]
        key = obj.became or obj.record
        record = kind.model.objects.visible_to(request.user).filter(pk=key).first() if key else None
        groups = super().related(request, obj)
        if record is None:
            return groups
        link = address(f"{kind.model._meta.app_label}_{kind.model._meta.model_name}_change", record.pk)
        return [*groups, Related(title=_("The record in the case"), rows=[(str(record), link)])]

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Accept on the page that asks about each conflict; decline with a reason."""
        obj = self._visible_or_404(request, object_id)
        if name == "accept":
            return self.accept_view(request, obj)
        return super().transition_view(request, object_id, name)

    def accept_view(self, request: HttpRequest, obj: Contribution) -> HttpResponse:
        """Show what would be taken over, ask whose value stands where both ends changed one, and take it over."""
        if not access.may(request.user, "cases.contribution:decide", obj.case):
            raise PermissionDenied
        refusal: Refusal | None = None
        status = HTTPStatus.OK
        chosen = {name.removeprefix("stands_"): str(value) for name, value in request.POST.items()}
        if request.method == "POST":
            try:
                service.accept(
                    actor=request.user,  # type: ignore[arg-type]
                    contribution=obj,
                    version=int(request.POST.get(VERSION, "0"))
                    if request.POST.get(VERSION, "0").isdigit()
                    else 0,
                    theirs=[name for name, value in chosen.items() if value == "theirs"],
                    ours=[name for name, value in chosen.items() if value == "ours"],
                )
            except Refusal as caught:
                if caught.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
                    raise
                refusal, status = caught, HTTPStatus(caught.status)
            else:
                messages.success(
                    request, _("%(contribution)s: accepted, and recorded.") % {"contribution": obj}
                )
                return HttpResponseRedirect(reverse("admin:cases_contribution_change", args=[obj.pk]))
        blocked = next(
            (
                option.blocked
                for option in CONTRIBUTION.options(obj, request.user)  # type: ignore[arg-type]
                if option.transition.name == "accept"
            ),
            None,
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": _("Accept"),
            "subtitle": f"{obj}, {kind_in_words(obj)}",
            "refusal": refusal,
            "blocked": blocked,
            "compared": rows_of(request, obj, chosen),
            "version_field": VERSION,
            "target": _target(request, obj),
        }
        return TemplateResponse(request, "cases/contribution_accept.html", context, status=status)


def kind_in_words(contribution: Contribution) -> str:
    """Name the kind of record that is contributed."""
    kind = contributed_kinds().get(contribution.kind)
    return contribution.kind if kind is None else kind.label


def _target(request: HttpRequest, contribution: Contribution) -> Any:
    target, _before = target_of(contribution)
    return target if target is not None and access.sees(request.user, target) else None


def rows_of(
    request: HttpRequest, contribution: Contribution, chosen: dict[str, str] | None = None
) -> list[Any]:
    """Return the fields that are proposed, in words; the case's own values only to who sees the record."""
    target, _before = target_of(contribution)
    shown = target is None or access.sees(request.user, target)
    hidden = access.hidden_fields(request.user, target) if target is not None and shown else frozenset()
    decided = contribution.status != ContributionStatus.PROPOSED
    kind = contributed_kinds()[contribution.kind]
    unseen = kind.model.fields_ever_hidden_from(access.roles_in(request.user, contribution.case))
    rows = [row for row in compare(contribution) if row.name not in unseen]
    return [
        {
            "name": row.name,
            "label": row.label,
            "theirs": _in_words(kind.model, row.name, row.theirs),
            "before": _in_words(kind.model, row.name, row.before),
            "ours": _in_words(kind.model, row.name, row.ours) if shown and row.name not in hidden else "-",
            "standing": _("taken over")
            if decided and row.name in contribution.taken
            else STANDINGS[row.standing],
            "conflict": row.standing == Standing.CONFLICT and not decided,
            "chosen": (chosen or {}).get(row.name, ""),
        }
        for row in rows
    ]


def _in_words(model: Any, name: str, value: Any) -> str:
    """Return a value as people say it: names of what is referred to, words of lists."""
    if value in (None, ""):
        return "-"
    field = model._meta.get_field(name)
    if field.is_relation:
        named = field.related_model._base_manager.filter(pk=value).first()
        return str(named or value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(field.flatchoices or ()).get(value, value))


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield, for the page of a record, what of it came from a partner."""
    if record._meta.label_lower not in contributed_kinds():
        return
    rows = (
        Contribution.objects.visible_to(request.user)
        .filter(became=record.pk)
        .select_related("client__agency", "decided_by")
        .order_by("id")
    )
    said = [
        (
            _("%(partner)s, under %(identifier)s (accepted by %(person)s)")
            % {"partner": row.client.agency, "identifier": row.identifier, "person": row.decided_by},
            address("cases_contribution_change", row.pk),
        )
        for row in rows[:12]
    ]
    if said:
        yield Related(title=_("Contributed by partners"), rows=said)


contribute(about)
