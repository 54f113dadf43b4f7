"""The pages of estimates. An estimate is never edited: a new one with a reason supersedes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from cases import access
from cases.admin.base import RecordAdmin, RecordForm
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleFilter, WithdrawnFilter
from cases.admin.forms import without
from remains.admin.below import BelowFind, case_of
from remains.admin.choices import person, uuid_or_none
from remains.models import Estimate, EstimateKind
from remains.services import estimate

#: What each kind of estimate says; what is not of the chosen kind is neither shown nor kept.
VALUES = {
    EstimateKind.AGE: ("age_min_years", "age_max_years"),
    EstimateKind.SEX: ("sex",),
    EstimateKind.BURIAL: ("burial_edtf",),
}
#: Names the superseded estimate in the address of the form for the new one.
SUPERSEDES = "supersedes"
COPIED = (
    "find",
    "site",
    "kind",
    *(name for names in VALUES.values() for name in names),
    "certainty",
    "method",
    "basis",
    "reference_population",
    "observer",
    "handling",
)


class EstimateForm(RecordForm):
    """An estimate, about a find or a site."""

    def clean(self) -> dict[str, Any] | None:
        """Keep what belongs to the chosen kind only, and ask for exactly one subject."""
        cleaned = super().clean() or {}
        if "kind" not in self.fields:  # the question of a superseding estimate is that of the earlier one
            return cleaned
        for kind, names in VALUES.items():
            for name in names:
                if kind != cleaned.get("kind") and name in cleaned:
                    cleaned[name] = "" if name == "burial_edtf" else None
                    self.errors.pop(name, None)
        subjects = [name for name in ("find", "site") if cleaned.get(name)]
        if len(subjects) != 1 and not {"find", "site"} & set(self.errors):
            self.add_error("find", _("Choose either the find or the site that the estimate is about."))
        return cleaned


class SupersedingForm(EstimateForm):
    """An estimate that takes the place of another, with the reason."""

    reason = forms.CharField(
        label=gettext_lazy("Why the earlier one no longer holds"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("It is kept in the history of both."),
    )


class SupersededFilter(DropdownFilter):
    """Superseded estimates are out of the way until somebody asks for them."""

    title = gettext_lazy("superseded")
    parameter_name = "superseded"
    all_option = ["", gettext_lazy("Only those that hold")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer superseded estimates, alone or with the others."""
        return [("only", _("Only superseded")), ("also", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave superseded estimates out unless they are asked for."""
        if self.value() == "also":
            return queryset
        return queryset.filter(superseded_by__isnull=self.value() != "only")


@admin.register(Estimate)
class EstimateAdmin(BelowFind, RecordAdmin):
    """Estimates."""

    form = EstimateForm
    create = staticmethod(estimate.record_estimate)
    change = staticmethod(estimate.change)
    carry_over = ("find", "site", "observed_on", "observer")
    change_form_outer_before_template = "remains/estimate_header.html"
    list_display = ["value", "kind", "subject", "certainty", "method", "observer", "observed_on"]
    list_select_related = ["find", "site"]
    list_filter = [
        ("kind", StatusFilter),
        ("certainty", StatusFilter),
        ("sex", StatusFilter),
        ("find__site", VisibleFilter),
        ("site", VisibleFilter),
        ("observed_on", RangeDateFilter),
        SupersededFilter,
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["find__number", "site__code", "method", "basis", "observer"]
    search_help_text = gettext_lazy("Find (any label), site, method, basis or observer")
    autocomplete_fields = ["find", "site"]
    radio_fields = {"kind": admin.HORIZONTAL, "certainty": admin.HORIZONTAL}
    # A page without a form has no `kind` to ask for; it leaves out the other kinds by itself.
    conditional_fields = {
        name: f"typeof kind == 'undefined' || kind == '{kind.value}'"
        for kind, names in VALUES.items()
        for name in names
    }
    fieldsets = [
        (gettext_lazy("About what"), {"fields": ("find", "site", "kind")}),
        (
            gettext_lazy("Estimate"),
            {"fields": ("age_min_years", "age_max_years", "sex", "burial_edtf", "certainty")},
        ),
        (gettext_lazy("What it rests on"), {"fields": ("method", "basis", "reference_population")}),
        (gettext_lazy("By whom and when"), {"fields": (("observer", "observed_on"), "handling")}),
    ]

    # --- list

    @display(description=gettext_lazy("estimate"))
    def value(self, row: Estimate) -> str:
        """Say the interval."""
        return row.value_in_words

    @display(description=gettext_lazy("about"))
    def subject(self, row: Estimate) -> str:
        """Name the find, or the site by its code."""
        return row.find.number if row.find else str(row.site.code if row.site else "")

    # --- who may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Estimates are superseded, never edited."""
        return False

    def may_supersede(self, request: HttpRequest, obj: Any) -> bool:
        """Say whether the viewer may supersede this estimate."""
        return (
            obj.withdrawn_at is None
            and obj.superseded_by_id is None
            and access.may(request.user, "remains.estimate:supersede", obj.case)
        )

    # --- form

    def _superseded(self, request: HttpRequest) -> Any:
        """Return the estimate that the form in hand supersedes, or None. Not visible is not there."""
        if SUPERSEDES not in request.GET:
            return None
        identifier = uuid_or_none(request.GET[SUPERSEDES])
        found = (
            Estimate.objects.visible_to(request.user)
            .select_related("find", "site", "case")
            .filter(pk=identifier)
            .first()
            if identifier
            else None
        )
        if found is None:
            raise Http404
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the reason when another estimate is superseded."""
        if obj is None and SUPERSEDES in request.GET:
            kwargs["form"] = SupersedingForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put the reason first when another estimate is superseded; show of a recorded one what its kind says."""
        fieldsets = super().get_fieldsets(request, obj)
        old = self._superseded(request) if obj is None else None
        shown = obj or old
        if shown is None:
            return fieldsets
        other = {name for kind, names in VALUES.items() if kind != shown.kind for name in names}
        other |= {"find"} if shown.find_id is None else {"site"}
        if old is not None:
            other |= {"find", "site", "kind"}
            fieldsets = [(_("Why"), {"fields": ["reason"]}), *fieldsets]
        kept = [
            (title, {**more, "fields": without(more["fields"], frozenset(other))})
            for title, more in fieldsets
        ]
        return [(title, more) for title, more in kept if more["fields"]]

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the superseded estimate, or with today and the viewer. Nothing of the estimate is assumed."""
        day = {"observed_on": timezone.localdate()}
        old = self._superseded(request)
        if old is None:
            return {**day, "observer": person(request).full_name}
        return {**day, **{name: old.serializable_value(name) for name in COPIED}}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name what is superseded above the form."""
        old = self._superseded(request)
        about = {"old": old, "about": old.find or old.site} if old else {}
        named = (
            {"title": _("Supersede an estimate"), "subtitle": str(old), "superseding": about} if old else {}
        )
        return super().add_view(request, form_url, {**(extra_context or {}), **named})

    # --- writes

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Record the estimate in the case of its subject, in the place of the one it supersedes."""
        old = self._superseded(request)
        if old is not None:
            obj.find, obj.site, obj.kind = old.find, old.site, old.kind
        obj.case = case_of(obj)
        if old is None:
            super().save_model(request, obj, form, change)
            return
        reason = form.cleaned_data["reason"]
        estimate.supersede_estimate(actor=person(request), estimate=old, record=obj, reason=reason)

    # --- pages

    def supersede_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the form for the estimate that takes this one's place."""
        obj = self._visible_or_404(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:remains_estimate_add')}?{SUPERSEDES}={obj.pk}")

    def get_urls(self) -> list[URLPattern]:
        """Add the way to a superseding estimate."""
        view = self.admin_site.admin_view(self.supersede_view)
        return [
            path("<path:object_id>/supersede/", view, name="remains_estimate_supersede"),
            *super().get_urls(),
        ]

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what this estimate superseded and what superseded it."""
        earlier = Estimate.objects.visible_to(request.user).filter(superseded_by=obj)
        later = Estimate.objects.visible_to(request.user).filter(pk=obj.superseded_by_id).first()
        return {
            **super().record_head(request, obj),
            "may_supersede": self.may_supersede(request, obj),
            "earlier": list(earlier),
            "later": later,
        }
