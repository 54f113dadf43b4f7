"""The pages of individuals: one person out of specimens of several finds and graves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases import access
from cases.admin.base import PartAdmin, RecordAdmin, RecordForm
from cases.admin.filters import HandlingFilter, WithdrawnFilter
from remains import recovered
from remains.admin.below import Leaner
from remains.admin.below_search import SearchedBelow
from remains.admin.choices import person
from remains.admin.individual_gather import NUMBERS_HELP, add_view, merge_view, named_specimens
from remains.admin.skeleton_marks import lines_of_finds, marked
from remains.models import ConditionNote, Estimate, Individual, IndividualPart, Specimen
from remains.models.association import INDIVIDUAL_WORDS, PART_WORDS
from remains.models.estimate import Certainty
from remains.services import individual
from remains.services.estimate_combination import panel
from remains.services.one_person import BODIES, contradictions, in_words


class IndividualForm(RecordForm):
    """An individual; a new one with the specimens it begins with."""

    numbers = forms.CharField(
        label=gettext_lazy("Specimens"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "remains-input", "autofocus": True}),
        help_text=NUMBERS_HELP,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why they are one person"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "remains-input"}),
    )

    #: Set by the page for each request.
    viewer: Any = None

    class Meta:
        model = Individual
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Find the specimens by their numbers."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        case = said.get("case")
        if said.get("numbers") and case is not None:
            said["specimens"] = named_specimens(self.viewer, case.pk, said["numbers"], self)
        return said


@admin.register(Individual)
class IndividualAdmin(SearchedBelow, Leaner, RecordAdmin):
    """Individuals."""

    search_words = INDIVIDUAL_WORDS
    form = IndividualForm
    create = staticmethod(individual.create)
    change = staticmethod(individual.change)
    withdraw = staticmethod(individual.withdraw_individual)
    carry_over = ("case",)
    change_form_outer_before_template = "remains/individual_header.html"
    change_form_outer_after_template = "remains/individual_after.html"
    list_display = ["number", "short", "specimens", "finds"]
    list_select_related = ["case"]
    ordering = ["-id"]  # a query that counts passes over the order of the model
    list_filter = [("handling", HandlingFilter), WithdrawnFilter]
    search_fields = ["number", "description"]
    search_help_text = gettext_lazy("Number, or words of the description")

    class Media:
        css = {"all": ["remains/remains.css", "remains/inventory.css", "remains/estimate.css"]}

    # --- list

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count the specimens and finds that the viewer sees."""
        rows = super().get_queryset(request)
        handlings = access.handlings_seen(access.standing(request.user).every_role())
        inside = Q(
            parts__left_at__isnull=True, parts__withdrawn_at__isnull=True, parts__handling__in=handlings
        )
        return rows.annotate(
            part_count=Count("parts", filter=inside),
            find_count=Count("parts__specimen__find", filter=inside, distinct=True),
        )

    @display(description=gettext_lazy("description"))
    def short(self, row: Individual) -> str:
        """Return the beginning of the description."""
        return row.description[:80] or "-"

    @display(description=gettext_lazy("specimens"), ordering="part_count")
    def specimens(self, row: Any) -> int:
        """Return how many specimens are in it."""
        return int(row.part_count)

    @display(description=gettext_lazy("finds"), ordering="find_count")
    def finds(self, row: Any) -> int:
        """Return out of how many finds they are."""
        return int(row.find_count)

    # --- form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask a new individual for its specimens; later they join and leave on its page."""
        fields = ["description", "handling"]
        if obj is None:
            fields = ["case", "numbers", "reason", *fields]
        return [(None, {"fields": fields})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who looks at it; an individual that is there has no field of numbers."""
        if obj is not None:
            kwargs["form"] = RecordForm
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"viewer": request.user})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the specimen and the case that the address names, if the viewer sees them."""
        initial = super().get_changeform_initial_data(request)
        number = request.GET.get("numbers", "")
        named = Specimen.objects.visible_to(request.user).filter(number=number).first() if number else None
        return {**initial, "case": named.case_id} if named is not None else initial

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Record a new individual with its specimens, all or nothing."""
        if change:
            self.change_service(request, obj)
            return
        individual.create_individual(
            actor=person(request),
            record=obj,
            specimens=form.cleaned_data.get("specimens") or [],
            reason=form.cleaned_data.get("reason", ""),
        )

    # --- page

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add who it is made of, what was recovered of it, and what stands against it."""
        user = person(request)
        parts = list(
            IndividualPart.objects.visible_to(user)
            .current()
            .filter(individual=obj)
            .select_related("specimen__find__site", "specimen__element")
            .order_by("specimen__find__number", "specimen__serial")
        )
        inside = [part for part in parts if part.left_at is None and part.specimen.withdrawn_at is None]
        keys = [part.specimen_id for part in inside]
        specimens = Specimen.objects.visible_to(user).current().filter(pk__in=keys)
        found = recovered.tallies(specimens)
        marks = marked(user, specimens)
        marks.lines.extend(lines_of_finds(_notes_of_bodies(user, inside)))
        current = obj.withdrawn_at is None
        return {
            **super().record_head(request, obj),
            "inside": inside,
            "left": [part for part in parts if part not in inside],
            "places": _places(inside),
            "figures": recovered.figures(found, marks=marks.shown) if inside else [],
            "marks": marks,
            "wrong": _wrong(user, obj, (Certainty.DETERMINED,)),
            "doubted": _wrong(user, obj, (Certainty.DETERMINED, Certainty.PRESUMED)),
            "estimates": list(
                Estimate.objects.visible_to(user)
                .filter(individual=obj)
                .select_related("superseded_by")
                .order_by("kind", "-id")
            ),
            "estimates_common": panel(user, obj),
            "may_gather": current and access.may(user, IndividualPart.permission("create"), obj.case),
            "may_merge": current and access.may(user, Individual.permission("withdraw"), obj.case),
            "may_estimate": current and access.may(user, Estimate.permission("create"), obj.case),
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which specimens join and individuals are merged."""
        wrap = self.admin_site.admin_view
        return [
            *(
                path(
                    f"<path:object_id>/{name}/",
                    wrap(lambda request, object_id, view=view: view(self, request, object_id)),
                    name=f"remains_individual_{name}",
                )
                for name, view in (("gather", add_view), ("merge", merge_view))
            ),
            *super().get_urls(),
        ]


def _wrong(user: Any, obj: Any, certainties: tuple[str, ...]) -> list[str]:
    parts = IndividualPart.objects.current().filter(individual=obj, left_at__isnull=True)
    keys = list(parts.values_list("specimen_id", flat=True))
    found = contradictions(keys, individuals=[obj.pk], certainties=certainties)
    return [in_words(user, each) for each in found]


def _notes_of_bodies(user: Any, parts: list[Any]) -> list[ConditionNote]:
    """Return what was noted of whole finds that are one body: it was seen of this person."""
    finds = {part.specimen.find_id for part in parts if part.specimen.find.category in BODIES}
    if not finds:
        return []
    notes = ConditionNote.objects.visible_to(user).current().filter(find__in=finds, specimen=None)
    return list(notes.select_related("find", "kind").order_by("find__number", "id"))


def _places(parts: list[Any]) -> list[tuple[Any, int]]:
    """Return the sites with how many of the specimens are from each."""
    counted: dict[Any, int] = {}
    for part in parts:
        site = part.specimen.find.site
        counted[site] = counted.get(site, 0) + 1
    return list(counted.items())


@admin.register(IndividualPart)
class IndividualPartAdmin(SearchedBelow, PartAdmin):
    """One specimen's place in an individual: for its history, for leaving, and for a withdrawal."""

    search_words = PART_WORDS
    case_from = "individual"
    list_display = ["specimen", "individual", "reason", "left_at", "left_reason"]
    list_select_related = ["specimen", "individual"]
    search_fields = ["specimen__number", "individual__number", "reason"]
    fields = ["individual", "specimen", "reason", "left_at", "left_reason", "handling"]
    readonly_fields = ["individual", "specimen", "reason", "left_at", "left_reason", "handling"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was recorded stays; a specimen leaves by a door of its own."""
        return False

    def leave_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why the specimen leaves its individual, and let it go."""
        obj = self._visible_or_404(request, object_id)
        response = self._with_reason(
            request,
            obj,
            title=_("Take %(specimen)s out") % {"specimen": obj.specimen},
            permission=IndividualPart.permission("change"),
            needed=True,
            meaning=_("It stays a specimen of its find, and the history keeps that it was here."),
            act=lambda reason: individual.take_out(actor=person(request), part=obj, reason=reason),
        )
        if isinstance(response, HttpResponseRedirect):
            list(messages.get_messages(request))
            messages.success(
                request,
                _("%(specimen)s has left %(individual)s.")
                % {"specimen": obj.specimen, "individual": obj.individual},
            )
            response["Location"] = reverse("admin:remains_individual_change", args=[obj.individual_id])
        return response

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a specimen leaves."""
        return [
            path(
                "<path:object_id>/leave/",
                self.admin_site.admin_view(self.leave_view),
                name="remains_individualpart_leave",
            ),
            *super().get_urls(),
        ]
