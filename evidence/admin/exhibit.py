"""The pages of exhibits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import (
    CaseFilter,
    CodeFilter,
    HandlingFilter,
    SelectionFilter,
    StatusFilter,
    VisibleFilter,
    WithdrawnFilter,
)
from cases.admin.related import Related, related
from cases.models.base import Handling
from evidence import selections
from evidence.exhibit_workflow import EXHIBIT
from evidence.models import Exhibit, ExhibitStatus
from evidence.models.exhibit import DISPOSALS, EXHIBIT_WORDS
from evidence.services import exhibit
from remains.admin.below import Leaner
from remains.admin.below_search import SearchedBelow

_PROPOSE: Final = "evidence.exhibit:propose_disposal"
#: Colours of the statuses in lists.
STATUS_LABELS = {
    "recorded": "warning",
    "held": "info",
    "consumed": "",
    "released": "success",
    "destroyed": "",
}


@dataclass(frozen=True, slots=True)
class DisposalStep:
    """What is done about a release or a destruction before a prosecutor confirms it."""

    label: Any
    meaning: Any
    act: Callable[[Any, Exhibit, str, str], Any]
    asks_to: bool = False
    while_proposed: bool = False
    disposal: str | None = None


def _propose(disposal: str) -> Callable[[Any, Exhibit, str, str], Any]:
    return lambda user, row, reason, to: exhibit.propose_disposal(
        actor=user, exhibit=row, disposal=disposal, reason=reason, to=to
    )


_BY_TWO: Final = _(
    "It takes two people: a prosecutor of the case who is not you then confirms it. Until then nothing changes."
)
DISPOSAL: Final = {
    "release": DisposalStep(
        _("Propose to release it"), _BY_TWO, _propose(DISPOSALS[0]), asks_to=True, disposal="released"
    ),
    "destroy": DisposalStep(
        _("Propose to destroy it"), _BY_TWO, _propose(DISPOSALS[1]), disposal="destroyed"
    ),
    "withdraw": DisposalStep(
        _("Take the proposal back"),
        _("The exhibit stays in custody; a release or a destruction can be proposed again."),
        lambda user, row, reason, _to: exhibit.withdraw_disposal(actor=user, exhibit=row, reason=reason),
        while_proposed=True,
    ),
}


class WaitingFilter(SelectionFilter):
    """By what an exhibit waits for."""

    title = _("waiting")
    parameter_name = "waiting"
    selections: ClassVar = {
        "proposed": (_("proposed to be released or destroyed"), selections.disposal_proposed)
    }


@admin.register(Exhibit)
class ExhibitAdmin(SearchedBelow, Leaner, RecordAdmin):
    """Exhibits."""

    workflow = EXHIBIT
    search_words = EXHIBIT_WORDS
    create = staticmethod(exhibit.create)
    change = staticmethod(exhibit.change)
    withdraw = staticmethod(exhibit.withdraw)
    case_from = "site"
    add_label = _("Record an exhibit")
    carry_over = ("site", "context", "find", "found_on", "finder", "finder_as_named")
    list_display = ["number", "kind", "what", "find", "state", "found_on"]
    list_select_related = ["site", "kind", "find"]
    list_filter = [
        ("case", CaseFilter),
        ("site", VisibleFilter),
        ("find", VisibleFilter),
        ("kind", CodeFilter),
        ("material", CodeFilter),
        ("status", StatusFilter),
        ("disposal", StatusFilter),
        WaitingFilter,
        ("found_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["number", "description", "other_label", "find__number"]
    search_help_text = _("Number, words of the description, other label, or number of the find")
    autocomplete_fields = ["site", "context", "find", "specimen", "injury", "parent"]
    change_form_outer_before_template = "evidence/exhibit_header.html"
    fieldsets = [
        (_("What it is"), {"fields": (("kind", "material"), "description", "other_label")}),
        (
            _("Where it was"),
            {"fields": ("site", ("find", "specimen"), ("context", "injury"), "position")},
        ),
        (_("Part of another item"), {"fields": ("parent", ("parting", "parting_reason"))}),
        (_("Found"), {"fields": (("found_on", "finder"), "finder_as_named")}),
        (_("Point in the site grid"), {"fields": (("easting_m", "northing_m", "height_m"),)}),
        (_("Remarks and handling"), {"fields": ("remarks", "handling")}),
    ]

    class Media:
        css = {"all": ["remains/remains.css", "evidence/custody.css"]}

    @display(description=_("description"), ordering="description")
    def what(self, row: Exhibit) -> str:
        """Return the beginning of the description."""
        return Truncator(row.description).words(12)

    @display(description=_("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Exhibit) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    # --- form

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today and the viewer; nothing of the thing is assumed."""
        return {"found_on": timezone.localdate(), "finder": request.user.pk}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A part stays what it was taken out of: custody went on from there."""
        readonly = list(super().get_readonly_fields(request, obj))
        return readonly if obj is None else [*readonly, "parent", "parting"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Fill in what follows from what it is tied to, and its handling, before the case is taken from the site."""
        if not change:
            exhibit.tie(obj)
            for tied in (obj.find, obj.specimen, obj.injury, obj.parent, obj.context):
                if tied is not None and tied.handling != Handling.OPEN:
                    obj.handling = tied.handling
        super().save_model(request, obj, form, change)

    # --- pages

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the steps that lead to a release or a destruction."""
        head = super().record_head(request, obj)
        if obj.status == ExhibitStatus.HELD and access.may(request.user, _PROPOSE, obj.case):
            proposed = obj.disposal is not None
            head["ways"] = [
                *(
                    {
                        "label": step.label,
                        "link": reverse("admin:evidence_exhibit_disposal", args=[obj.pk, name]),
                    }
                    for name, step in DISPOSAL.items()
                    if step.while_proposed == proposed
                ),
                *head["ways"],
            ]
        # Confirming what nobody proposed is nothing to offer.
        for offered in ("options", "for_others"):
            head[offered] = [
                option
                for option in head[offered]
                if option.transition.target not in DISPOSALS or option.transition.target == obj.disposal
            ]
        return head

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """List what was taken out of it."""
        return [
            related(request, obj, Exhibit.objects.filter(parent=obj), by="parent", title=_("Parts of it"))
        ]

    def disposal_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for the reason, and where it is released to whom, and propose it."""
        row = self._visible_or_404(request, object_id)
        step = DISPOSAL.get(name)
        if step is None:
            raise Http404
        return self._with_reason(
            request,
            row,
            title=str(step.label),
            permission=_PROPOSE,
            needed=not step.while_proposed,
            meaning=str(step.meaning),
            act=lambda reason: step.act(request.user, row, reason, request.POST.get("to", "")[:200]),
            choice={"name": "to", "label": _("To whom"), "chosen": request.POST.get("to", "")}
            if step.asks_to
            else None,
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that lead to a release or a destruction."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/disposal/<slug:name>/",
                wrap(self.disposal_view),
                name="evidence_exhibit_disposal",
            ),
            *super().get_urls(),
        ]
