"""Filters of the lists of custody: by who holds something now, where it lies, what is open, which seal differs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from cases import access
from cases.admin.filters import SelectionFilter, _by_title
from evidence import selections
from evidence.models import Placement, StoragePlace
from evidence.models.item import ITEM_KEY
from evidence.services.storage import inside


class CustodyFilter(DropdownFilter):
    """A filter with a few answers in words."""

    all_option = ["", _("All")]

    def choices(self, changelist: Any) -> Any:
        """Name the field as the column is named."""
        yield from _by_title(super().choices(changelist), self.title)


class HeldFilter(CustodyFilter):
    """What is held now, which is what the list shows; what was held before, and what was superseded, for who asks."""

    title = _("time")
    parameter_name = "time"
    all_option = ["", _("Now")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the other ways to look at the list."""
        return [("mine", _("Now, by me")), ("past", _("Before")), ("superseded", _("Superseded entries"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to the holdings of now, unless others are asked for."""
        if self.value() == "superseded":
            return queryset.filter(superseded_at__isnull=False)
        rows = queryset.filter(superseded_at__isnull=True)
        if self.value() == "past":
            return rows.filter(until_at__isnull=False)
        if self.value() == "mine":
            user: Any = request.user
            return selections.held_by_oneself(queryset, user, access.scope(user).rows)
        return rows.filter(until_at__isnull=True)


class PlaceFilter(CustodyFilter):
    """What lies now in a place, or in any place inside it."""

    title = _("place")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the outermost places and those directly inside them, as far as the viewer sees them."""
        rows = StoragePlace.objects.visible_to(request.user).current()
        rows = rows.filter(Q(parent__isnull=True) | Q(parent__parent__isnull=True)).select_related("parent")
        named = [(str(row.pk), f"{row.parent}, {row}" if row.parent else str(row)) for row in rows[:200]]
        return [(selections.NOWHERE, _("In no place")), *sorted(named, key=lambda row: row[1])]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to items that lie in the chosen place."""
        value = self.value()
        if not value:
            return queryset
        if value == selections.NOWHERE:
            user: Any = request.user
            return selections.lying_nowhere(queryset, user, access.scope(user).rows)
        place = next((key for key, _name in self.lookup_choices if key == value), None)
        chosen = StoragePlace.objects.filter(pk=place).first() if place else None
        if chosen is None:
            return queryset.none()
        lying = Placement.objects.filter(
            place__in=inside(chosen), until_at__isnull=True, withdrawn_at__isnull=True
        ).annotate(key=ITEM_KEY)
        return queryset.annotate(key=ITEM_KEY).filter(key__in=lying.values("key"))


class SealFilter(SelectionFilter):
    """Hand-overs that were accepted under another seal than that of dispatch, or under none; and the rest."""

    title = _("seal")
    parameter_name = "seal"
    selections: ClassVar = {
        "differs": (_("Differs from dispatch"), selections.seals_differing),
        "same": (_("As on dispatch"), selections.seals_as_sent),
    }


class BrokenFilter(CustodyFilter):
    """Whole seals, and broken ones."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two answers."""
        return [("whole", _("Whole")), ("broken", _("Broken"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to whole or to broken seals."""
        if self.value() not in {"whole", "broken"}:
            return queryset
        return queryset.filter(broken_at__isnull=self.value() == "whole")


class OpenFilter(SelectionFilter):
    """Consignments of which something waits for an answer."""

    title = _("answer")
    parameter_name = "answer"
    selections: ClassVar = {
        "open": (_("Something is open"), selections.consignments_open),
        "mine": (_("Sent to me or my agency, open"), selections.consignments_to_answer),
        "done": (_("All answered"), selections.consignments_answered),
    }
