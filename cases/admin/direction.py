"""The pages of directions: given from a record's page or from the list, worked on by one person, decided by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display

from cases import access
from cases.admin import columns
from cases.admin.about import AboutFilter, AboutForm, AboutMixin, about_record
from cases.admin.base import RecordAdmin
from cases.admin.filters import (
    HandlingFilter,
    StatusFilter,
    StillFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.admin.related import Related, contribute
from cases.casework_workflows import DIRECTION
from cases.models.base import Handling
from cases.models.direction import DIRECTED_ROLES, RUNNING, Direction, DirectionStatus
from cases.models.membership import Membership
from cases.refusals import Invalid
from cases.selections import waiting_for
from cases.services import direction as service

STATUS_LABELS = columns.Colours(
    {
        DirectionStatus.GIVEN: "warning",
        DirectionStatus.ACCEPTED: "info",
        DirectionStatus.RETURNED: "danger",
        DirectionStatus.DONE: "warning",
        DirectionStatus.CONFIRMED: "success",
    }
)
_REASSIGN = "cases.direction:reassign"


class WaitingFilter(DropdownFilter):
    """By whom a direction waits for, or what keeps it."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the ways to look at the list."""
        return [
            ("me", _("For me")),
            ("overdue", _("Overdue")),
            ("running", _("Not done yet")),
            ("left", _("Its person has left the team")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow the list."""
        match self.value():
            case "me":
                return queryset.filter(waiting_for(request.user))  # type: ignore[arg-type]
            case "overdue":
                return queryset.filter(Direction.overdue())
            case "running":
                return queryset.filter(status__in=RUNNING)
            case "left":
                return queryset.filter(without_person())
        return queryset


def without_person() -> Q:
    """Return the condition of directions to be done by somebody who is no longer of the team."""
    today = timezone.localdate()
    part = Membership.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today),
        case=OuterRef("case"),
        user=OuterRef("assignee"),
        role__in=DIRECTED_ROLES,
        from_on__lte=today,
        withdrawn_at__isnull=True,
    )
    return Q(~Exists(part), status__in=RUNNING)


@admin.register(Direction)
class DirectionAdmin(AboutMixin, RecordAdmin):
    """Directions."""

    form = AboutForm
    workflow = DIRECTION
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = [
        "__str__",
        "about_name",
        "assignee",
        "due",
        "how_soon",
        "state",
        columns.since,
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case", "assignee"]
    search_fields = ["what", "result", "assignee__full_name"]
    search_help_text = gettext_lazy("Words of the direction or its result, or a person")
    list_filter = [
        WaitingFilter,
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        ("due_on", RangeDateFilter),
        ("handling", HandlingFilter),
        AboutFilter,
        StillFilter,
        WithdrawnFilter,
    ]
    carry_over = ("case", "assignee", "due_on")
    readonly_fields = ["about_link", "result", "answer", "given_by", "given_on", "confirmed_by"]

    # --- list

    @display(description=gettext_lazy("due on"), ordering="due_on")
    def due(self, row: Direction) -> str:
        """Return the day, and say when it has passed."""
        if row.due_on is None:
            return "-"
        day = row.due_on.isoformat()
        return _("%(day)s, overdue") % {"day": day} if row.is_overdue() else day

    @display(
        description=gettext_lazy("priority"),
        ordering="priority",
        label={"urgent": "danger", "high": "warning"},
    )
    def how_soon(self, row: Direction) -> tuple[str, str] | None:
        """Name the priority where it is not the usual one."""
        return None if row.priority == "normal" else (row.priority, row.get_priority_display())

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Direction) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    # --- form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask what, about which record, of whom and until when; show what came of it."""
        if obj is None:
            return [
                (gettext_lazy("About what"), {"fields": ["case", "number", "record"]}),
                (gettext_lazy("What is to be done"), {"fields": ["what"]}),
                (gettext_lazy("By whom and until when"), {"fields": ["assignee", ("due_on", "priority")]}),
                (gettext_lazy("Who sees it"), {"fields": ["handling"]}),
            ]
        came = [name for name in ("result", "answer", "confirmed_by") if getattr(obj, name)]
        return [
            (gettext_lazy("What is to be done"), {"fields": ["case", "about_link", "what"]}),
            (gettext_lazy("By whom and until when"), {"fields": ["assignee", ("due_on", "priority")]}),
            *([(gettext_lazy("What came of it"), {"fields": came})] if came else []),
            (gettext_lazy("Given"), {"fields": [("given_by", "given_on")]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The person has a door of their own; what was taken on stays as it is worded."""
        readonly = [*super().get_readonly_fields(request, obj)]
        if obj is not None:
            readonly += ["assignee", *(["what"] if obj.status != DirectionStatus.GIVEN else [])]
        return readonly

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is reported, confirmed or cancelled stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.status in RUNNING)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin inside the investigation: what is looked for is nobody's business outside it, unless it is said."""
        return {"handling": Handling.INVESTIGATION, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the people whom the viewer directs."""
        if db_field.name == "assignee":
            cases = access.cases_where(request.user, Direction.permission("create"))
            kwargs["queryset"] = service.of_team(cases.order_by()).order_by("full_name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Give the direction about the record that the form names."""
        if change:
            self.change_service(request, obj)
            return
        service.create(actor=request.user, record=obj, about=form.about)  # type: ignore[arg-type]

    # --- pages

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Lead to the page that asks to whom else a direction is given."""
        head = super().record_head(request, obj)
        for kind in ("options", "for_others"):
            head[kind] = [option for option in head[kind] if option.transition.name != "reassign"]
        if (
            obj.status in RUNNING
            and obj.withdrawn_at is None
            and access.may(request.user, _REASSIGN, obj.case)
        ):
            link = reverse("admin:cases_direction_reassign", args=[obj.pk])
            head["ways"] = [{"label": DIRECTION.transition("reassign").label, "link": link}, *head["ways"]]
        return head

    def get_urls(self) -> list[URLPattern]:
        """Add the page that gives a direction to somebody else."""
        view = self.admin_site.admin_view(self.reassign_view)
        return [
            path("<path:object_id>/give-to/", view, name="cases_direction_reassign"),
            *super().get_urls(),
        ]

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask to whom else it is given, where that is the step."""
        if name == "reassign":
            return self.reassign_view(request, object_id)
        return super().transition_view(request, object_id, name)

    def reassign_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the person and the reason, and give the direction to them."""
        obj = self._visible_or_404(request, object_id)
        team = {
            str(person.pk): person
            for person in service.of_team(obj.case).exclude(pk=obj.assignee_id).order_by("full_name")
        }
        chosen = request.POST.get("assignee", "")

        def act(reason: str) -> None:
            if chosen not in team:
                raise Invalid(
                    "direction.assignee_missing", _("Choose who is to do it."), field="assignee", value=chosen
                )
            service.reassign(actor=request.user, direction=obj, to=team[chosen], reason=reason)  # type: ignore[arg-type]

        return self._with_reason(
            request,
            obj,
            title=str(DIRECTION.transition("reassign").label),
            permission=_REASSIGN,
            needed=True,
            meaning=_("It is then waiting to be taken on. Who had it before stays in its history."),
            act=act,
            choice={
                "name": "assignee",
                "label": _("Who does it from now on"),
                "options": list(team.items()),
                "chosen": chosen,
            },
        )


def said(row: Direction) -> str:
    """Return a direction as one line of another record's page."""
    day = _(", due %(day)s") % {"day": row.due_on.isoformat()} if row.due_on and row.status in RUNNING else ""
    return f"{row} ({row.get_status_display()}{day})"


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield the directions about a record, for its page."""
    group = about_record(
        request,
        record,
        Direction,
        title=gettext_lazy("Directions about this record"),
        add_label=gettext_lazy("Give a direction about it"),
        label=said,
    )
    if group is not None:
        yield group


contribute(about)
