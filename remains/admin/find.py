"""The pages of finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from cases import access
from cases.admin.base import RecordAdmin, StackedPart
from cases.admin.export import Column
from cases.admin.filters import (
    CaseFilter,
    HandlingFilter,
    SelectionFilter,
    StatusFilter,
    StillFilter,
    VisibleFilter,
    WithdrawnFilter,
)
from cases.admin.paging import IndexedChangeList
from cases.exporting.places import point
from cases.models.user import User
from remains import selections
from remains.admin.below import Leaner
from remains.admin.choices import contexts_of, next_numbers, site_named, sites_for
from remains.admin.find_form import FOUND, IN_PLACE, LIFTING, POINT, WHERE, FindForm
from remains.admin.find_grid import grid_view
from remains.admin.find_lineage import merge_view, move_view, split_view
from remains.admin.inventory import bones_of, inventory_view
from remains.find_search import search_finds
from remains.models import ConditionNote, Estimate, Find, FindAlias, FindStatus, Lineage, LineageKind
from remains.services import condition
from remains.services import find as finds
from remains.services.estimate_combination import panel
from remains.workflows import FIND

#: Colours of the statuses in lists: what waits in the ground, what is on its way, what is done.
STATUS_LABELS = {
    FindStatus.LOCATED: "warning",
    FindStatus.RECORDED: "warning",
    FindStatus.LIFTED: "info",
    FindStatus.IN_TRANSIT: "info",
    FindStatus.RECEIVED: "info",
    FindStatus.EXAMINATION: "primary",
    FindStatus.EXAMINED: "success",
    FindStatus.RELEASED: "success",
}
#: The address of a list of one case.
CHOSEN_CASE = "case__id__exact"
#: Finds of several cases that are sorted without an index.
SORTED_OVER_CASES = 10_000
#: Says in the address of the next form that it continues a series, so nothing is filled in anew.
SERIES = "series"


def _add_label(*, actor: User, record: FindAlias) -> FindAlias:
    return finds.add_alias(actor=actor, find=record.find, label=record.label, origin=record.origin)


class ConditionNotePart(Leaner, StackedPart):
    """What was noted about the state of the find."""

    model = ConditionNote
    create = staticmethod(condition.create)
    change = staticmethod(condition.change)
    fields = ["kind", "note", ("observed_on", "observer")]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read with each note the specimen that it is about, for its heading."""
        return super().get_queryset(request).select_related("specimen", "kind")


class FindAliasPart(Leaner, StackedPart):
    """Other labels under which the find is known."""

    model = FindAlias
    create = staticmethod(_add_label)
    fields = [("label", "origin")]


class InventoryFilter(SelectionFilter):
    """By what was done on the table."""

    title = gettext_lazy("inventory")
    parameter_name = "inventory"
    selections = {"awaiting": (gettext_lazy("on the table, no bone entered"), selections.uninventoried)}


@admin.register(Find)
class FindAdmin(Leaner, RecordAdmin):
    """Finds."""

    form = FindForm
    workflow = FIND
    create = staticmethod(finds.log_find)
    change = staticmethod(finds.change_find)
    withdraw = staticmethod(finds.withdraw)
    case_from = "site"
    compressed_fields = False
    add_label = gettext_lazy("Log a find")
    carry_over = ("site", "context", "found_on", "finder", "finder_as_named")
    change_form_outer_before_template = "remains/find_header.html"
    change_form_outer_after_template = "remains/find_after.html"

    list_display = ["number", "what", "site_code", "context_number", "state", "seen_in_place", "found_on"]
    list_select_related = ["site", "context"]
    sortable_by = ["number", "what", "state", "found_on"]
    list_filter = [
        ("case", CaseFilter),
        ("site", VisibleFilter),
        ("status", StatusFilter),
        ("category", StatusFilter),
        ("bindings", StatusFilter),
        ("blindfold", StatusFilter),
        ("clothing", StatusFilter),
        ("found_on", RangeDateFilter),
        ("handling", HandlingFilter),
        InventoryFilter,
        StillFilter,
        WithdrawnFilter,
    ]
    search_fields = ["number", "description"]
    search_help_text = gettext_lazy("Number, other label, or words of the description")
    actions_list = ["grid"]
    export_places = True
    export_fields = ("easting_m", "northing_m", "height_m")
    autocomplete_fields = ["site"]
    fieldsets = [
        (gettext_lazy("Where"), {"fields": WHERE}),
        (gettext_lazy("What"), {"fields": ("category", "description")}),
        (gettext_lazy("Found"), {"fields": FOUND}),
        (gettext_lazy("Seen in place"), {"fields": IN_PLACE}),
        (gettext_lazy("Point in the site grid"), {"fields": POINT}),
        (gettext_lazy("Lifting and storage"), {"fields": LIFTING}),
        (gettext_lazy("Remarks and handling"), {"fields": ("remarks", "handling")}),
    ]
    inlines = [ConditionNotePart, FindAliasPart]

    class Media:
        css = {"all": ["remains/remains.css", "remains/inventory.css", "remains/estimate.css"]}
        js = [
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/jquery.init.js",
            "remains/find_form.js",
        ]

    # --- list

    def get_ordering(self, request: HttpRequest) -> Any:
        """Show a period by its days, the latest first: the index that finds it has them in that order."""
        if request.GET.get("found_on_from") or request.GET.get("found_on_to"):
            return ("-found_on", "-pk")
        return super().get_ordering(request)

    @display(description=gettext_lazy("category"), ordering="category")
    def what(self, find: Find) -> str:
        """Name the category."""
        return find.get_category_display()

    @display(description=gettext_lazy("site"))
    def site_code(self, find: Find) -> str:
        """Name the site by its code; its name would not fit on a phone."""
        return str(find.site.code)

    @display(description=gettext_lazy("context"))
    def context_number(self, find: Find) -> str:
        """Name the context by its number."""
        return str(find.context.number) if find.context else "-"

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, find: Find) -> tuple[str, str]:
        """Name the status, in its colour."""
        return find.status, find.get_status_display()

    @display(description=gettext_lazy("seen in place"))
    def seen_in_place(self, find: Find) -> str:
        """Name what was seen in place of bindings, blindfold and clothing."""
        names = {
            "bindings": gettext_lazy("bindings"),
            "blindfold": gettext_lazy("blindfold"),
            "clothing": gettext_lazy("clothing"),
        }
        return ", ".join(str(word) for name, word in names.items() if getattr(find, name) == "present") or "-"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by number, by a label the viewer may see, or by words of the description."""
        fields = self.get_search_fields(request)
        return search_finds(queryset, search_term, user=request.user, fields=fields), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the list that sorts by one index."""
        return IndexedChangeList

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """Sort within a case, where an index has the order; over several cases while they are few finds."""
        if CHOSEN_CASE in request.GET or access.sees_one_case(request.user):
            return super().get_sortable_by(request)
        finds = Find.objects.visible_to(request.user).order_by()
        few = finds[: SORTED_OVER_CASES + 1].count() <= SORTED_OVER_CASES
        return super().get_sortable_by(request) if few else ()

    def export_columns(self, request: HttpRequest) -> Iterator[Column]:
        """Say how exact the place of a find's site is: on a map the find lies there."""

        def accuracy(find: Find) -> Any:
            return None if "accuracy_m" in self._hidden_of_site(request, find) else find.site.accuracy_m

        yield Column(_("Accuracy of the site's point (m)"), accuracy)

    def export_geometry(
        self, request: HttpRequest, record: Any, hidden: frozenset[str]
    ) -> dict[str, Any] | None:
        """Return the point of the site, as far as the viewer may know of it: the find's own is in the site's grid."""
        if "longitude" in self._hidden_of_site(request, record):
            return None
        return point(record.site.longitude, record.site.latitude)

    @staticmethod
    def _hidden_of_site(request: HttpRequest, find: Find) -> frozenset[str]:
        find.site.case = find.case  # they are of one case; read anew, it would cost a query for each row
        return access.hidden_fields(request.user, find.site)

    @action(
        description=gettext_lazy("Log many"),
        url_path="grid",
        permissions=["add"],
        icon="grid_on",
    )
    def grid(self, request: HttpRequest) -> HttpResponse:
        """Log many finds of one context on one page."""
        return grid_view(self, request)

    # --- form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Say on a new form which number the find will get; on a find's page the number is the title."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        (title, options), *others = fieldsets
        return [(title, {**options, "description": self._number_to_come(request)}), *others]

    def _number_to_come(self, request: HttpRequest) -> str:
        site = site_named(request.user, request.POST.get("site") or self._site_to_begin_with(request))
        text = (
            number_to_come(next_numbers(site, 1)[0]) if site else _("The number is assigned when you save.")
        )
        return format_html('<span id="number_to_come" role="status">{}</span>', text)

    def _site_to_begin_with(self, request: HttpRequest) -> Any:
        if "site" in request.GET:
            return request.GET["site"]
        only = list(sites_for(request.user).values_list("pk", flat=True)[:2])
        return only[0] if len(only) == 1 else None

    def begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today, the viewer and the only site; a series keeps what the find before it had."""
        if SERIES in request.GET:
            return {}
        site = site_named(request.user, self._site_to_begin_with(request))
        begin = {"found_on": timezone.localdate(), "finder": request.user.pk}
        return {**begin, "site": site.pk} if site else begin

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the sites at which the viewer may log finds."""
        if db_field.name == "site":
            kwargs["queryset"] = sites_for(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who looks at it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"viewer": request.user})

    # --- writes

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Say the number that was assigned, large enough to be written on a bag."""
        request._taphos_logged = obj  # type: ignore[attr-defined]
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            response["Location"] += f"&{SERIES}=1"
        return response

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        """Put the assigned number in place of the general message."""
        find = getattr(request, "_taphos_logged", None)
        if find is not None:
            message = format_html(
                '{} <a class="remains-number" href="{}">{}</a>',
                _("Logged under the number"),
                reverse("admin:remains_find_change", args=[find.pk]),
                find.number,
            )
        super().message_user(request, message, *args, **kwargs)

    # --- pages

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what the find's page shows besides its form: estimates, lineage, and the ways on."""
        head = super().record_head(request, obj)
        current = obj.withdrawn_at is None
        user = request.user
        estimates = Estimate.objects.visible_to(user).filter(find=obj).select_related("superseded_by")
        lines = Lineage.objects.visible_to(user).current().select_related("parent", "child")
        came_from, went_to = list(lines.filter(child=obj)), list(lines.filter(parent=obj))
        current = current and not any(line.kind == LineageKind.MERGE for line in went_to)
        return {
            **head,
            "may_log": access.may(user, self.model.permission("create"), obj.case),
            "may_divide": current and access.may(user, "remains.find:divide", obj.case),
            "may_move": current and access.may(user, "remains.find:change", obj.case),
            "may_estimate": current and access.may(user, "remains.estimate:create", obj.case),
            "may_supersede": current and access.may(user, "remains.estimate:supersede", obj.case),
            "estimates": list(estimates.order_by("kind", "-id")),
            "estimates_common": panel(user, obj),
            "came_from": came_from,
            "bones": bones_of(user, obj),
            "count_link": reverse("admin:remains_find_count", args=[obj.pk])
            if obj.withdrawn_at is None
            else None,
            "went_to": went_to,
        }

    def contexts_view(self, request: HttpRequest) -> JsonResponse:
        """Answer a chosen site with its contexts and the number its next find will get."""
        site = site_named(request.user, request.GET.get("site", ""))
        if site is None:
            raise Http404
        contexts = [
            {"id": str(context.pk), "text": f"({context.number}) {context.get_kind_display()}"}
            for context in contexts_of(request.user, site)
        ]
        # The next number counts finds that the viewer may not see: it is for those who log.
        may_log = access.may(request.user, Find.permission("create"), site.case)
        number = number_to_come(next_numbers(site, 1)[0]) if may_log else ""
        return JsonResponse({"contexts": contexts, "number": number})

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that finds have and other records have not."""
        wrap = self.admin_site.admin_view
        own = {
            "split": split_view,
            "merge": merge_view,
            "move": move_view,
            "inventory": inventory_view,
        }
        return [
            path("contexts/", wrap(self.contexts_view), name="remains_find_contexts"),
            *(
                path(
                    f"<path:object_id>/{name}/",
                    wrap(lambda request, object_id, view=view: view(self, request, object_id)),
                    name=f"remains_find_{name}",
                )
                for name, view in own.items()
            ),
            *super().get_urls(),
        ]


def number_to_come(number: str) -> str:
    """Say which number a find will get."""
    return _("The number will be %(number)s, or the next free one.") % {"number": number}
