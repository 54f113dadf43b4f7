"""The pages of estimates. An estimate is never edited: a new one with a reason supersedes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import HandlingFilter, SelectionFilter, StatusFilter, VisibleFilter, WithdrawnFilter
from cases.admin.forms import without
from cases.models.base import Handling
from remains import selections
from remains.admin.below import BelowFind
from remains.admin.below_search import SearchedBelow
from remains.admin.choices import person, uuid_or_none
from remains.admin.estimate_form import SCORING, EstimateForm, ScoresWidget, SupersedingForm
from remains.admin.estimate_methods import apply_view, methods_view
from remains.models import Estimate
from remains.models.estimate import ESTIMATE_WORDS, VALUES
from remains.science.methods import METHODS
from remains.services import estimate
from remains.services.estimate_method import typed_basis
from remains.services.estimate_subject import SUBJECTS, subject_of

#: Names the superseded estimate in the address of the form for the new one.
SUPERSEDES = "supersedes"
COPIED = (
    *SUBJECTS,
    "kind",
    *(name for names in VALUES.values() for name in names),
    "certainty",
    "method_code",
    "method",
    "reference_population",
    "observer",
    "handling",
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


class ContradictionFilter(SelectionFilter):
    """What cannot be true beside another estimate of the same subject."""

    title = gettext_lazy("contradiction")
    parameter_name = "contradiction"
    selections = {"yes": (gettext_lazy("contradicts another one"), selections.contradicting)}


@admin.register(Estimate)
class EstimateAdmin(SearchedBelow, BelowFind, RecordAdmin):
    """Estimates."""

    search_words = ESTIMATE_WORDS
    form = EstimateForm
    create = staticmethod(estimate.record_estimate)
    change = staticmethod(estimate.change)
    carry_over = (*SUBJECTS, "observed_on", "observer")
    change_form_outer_before_template = "remains/estimate_header.html"
    list_display = ["value", "kind", "subject", "certainty", "method", "observer", "observed_on"]
    list_select_related = [*SUBJECTS]
    list_filter = [
        ("kind", StatusFilter),
        ("certainty", StatusFilter),
        ("sex", StatusFilter),
        ("find__site", VisibleFilter),
        ("site", VisibleFilter),
        ("observed_on", RangeDateFilter),
        ContradictionFilter,
        SupersededFilter,
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = [
        "find__number",
        "site__code",
        "specimen__number",
        "individual__number",
        "method",
        "basis",
        "observer",
    ]
    search_help_text = gettext_lazy("Find (any label), site, specimen, individual, method, basis or observer")
    autocomplete_fields = [*SUBJECTS]
    radio_fields = {"kind": admin.HORIZONTAL, "certainty": admin.HORIZONTAL}
    # A page without a form has no `kind` to ask for; it leaves out the other kinds by itself.
    conditional_fields = {
        name: f"typeof kind == 'undefined' || kind == '{kind.value}'"
        for kind, names in VALUES.items()
        for name in names
    } | dict.fromkeys(("method", "reference_population"), "typeof method_code == 'undefined' || !method_code")
    fieldsets = [
        (gettext_lazy("About what"), {"fields": (*SUBJECTS, "kind")}),
        (gettext_lazy("Method"), {"fields": ("method_code", "scored", "unverified")}),
        (
            gettext_lazy("Estimate"),
            {
                "fields": (
                    "age_min_years",
                    "age_max_years",
                    "sex",
                    "sex_probability",
                    "burial_edtf",
                    "stature_min_cm",
                    "stature_max_cm",
                    "interval_meaning",
                    "certainty",
                )
            },
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
        """Name the find, specimen or individual, or the site by its code."""
        return row.site.code if row.site else str(subject_of(row))

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
            .select_related(*SUBJECTS, "case")
            .filter(pk=identifier)
            .first()
            if identifier
            else None
        )
        if found is None:
            raise Http404
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the reason when another estimate is superseded, and for the scores of a method."""
        old = self._superseded(request) if obj is None else None
        if old is not None:
            kwargs["form"] = SupersedingForm
        if obj is None:
            about: Any = None if old is None else subject_of(old)
            known = {} if old is None else {"kind": old.kind, about._meta.model_name: str(about.pk)}
            kwargs["widgets"] = {"scored": ScoresWidget(known)}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Say of a recorded estimate what its interval means, and how probable its sex is."""
        return [
            *super().get_readonly_fields(request, obj),
            *(["interval_meaning", "sex_probability"] if obj is not None else []),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put the reason first when another estimate is superseded; show of a recorded one what its kind says."""
        fieldsets = super().get_fieldsets(request, obj)
        old = self._superseded(request) if obj is None else None
        shown = obj or old
        if shown is None:
            other = {"interval_meaning", "sex_probability", *self._other_subjects(request)}
        else:
            other = {name for kind, names in VALUES.items() if kind != shown.kind for name in names}
            other |= {name for name in SUBJECTS if getattr(shown, f"{name}_id") is None}
            other |= set(SCORING) if obj is not None else {"interval_meaning", "sex_probability"}
            other |= {
                name for name in ("interval_meaning", "sex_probability") if getattr(shown, name) is None
            }
        if old is not None:
            other |= {*SUBJECTS, "kind"}
            fieldsets = [(_("Why"), {"fields": ["reason"]}), *fieldsets]
        kept = [
            (title, {**more, "fields": without(more["fields"], frozenset(other))})
            for title, more in fieldsets
        ]
        return [(title, more) for title, more in kept if more["fields"]]

    @staticmethod
    def _other_subjects(request: HttpRequest) -> set[str]:
        """Return the subjects that need not be asked for, because the address names one."""
        named = [name for name in SUBJECTS if uuid_or_none(request.GET.get(name)) is not None]
        return set(SUBJECTS) - set(named) if len(named) == 1 else set()

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the superseded estimate, or with today and the viewer. Nothing of the estimate is assumed."""
        day = {"observed_on": timezone.localdate()}
        old = self._superseded(request)
        if old is None:
            return {**day, "observer": person(request).full_name}
        scored = old.scored if old.method_code else None
        return {
            **day,
            **{name: old.serializable_value(name) for name in COPIED},
            "basis": typed_basis(old),
            "scored": scored,
            "unverified": old.method_code is not None and not METHODS[old.method_code].offered,
        }

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name what is superseded above the form."""
        old = self._superseded(request)
        about = {"old": old, "about": subject_of(old)} if old else {}
        named = (
            {"title": _("Supersede an estimate"), "subtitle": str(old), "superseding": about} if old else {}
        )
        return super().add_view(request, form_url, {**(extra_context or {}), **named})

    # --- writes

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Record the estimate in the case of its subject, in the place of the one it supersedes."""
        old = self._superseded(request)
        if old is not None:
            obj.kind = old.kind
            for name in SUBJECTS:
                setattr(obj, name, getattr(old, name))
        about = subject_of(obj)
        obj.case = about.case
        if about.handling != Handling.OPEN:
            obj.handling = about.handling
        known = {"actor": person(request), "record": obj, "unverified": form.cleaned_data["unverified"]}
        if old is None:
            estimate.record_estimate(**known)
        else:
            estimate.supersede_estimate(**known, estimate=old, reason=form.cleaned_data["reason"])

    # --- pages

    def _for_who_adds(self, view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
        def guarded(request: HttpRequest) -> HttpResponse:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return view(request)

        return guarded

    def supersede_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the form for the estimate that takes this one's place."""
        obj = self._visible_or_404(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:remains_estimate_add')}?{SUPERSEDES}={obj.pk}")

    def get_urls(self) -> list[URLPattern]:
        """Add the way to a superseding estimate."""
        wrap = self.admin_site.admin_view
        return [
            path("methods/", wrap(self._for_who_adds(methods_view)), name="remains_estimate_methods"),
            path("apply/", wrap(self._for_who_adds(apply_view)), name="remains_estimate_apply"),
            path("<path:object_id>/supersede/", wrap(self.supersede_view), name="remains_estimate_supersede"),
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
