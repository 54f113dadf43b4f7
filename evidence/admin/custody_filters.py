"""Filters of the lists of custody: by who holds something now, where it lies, what is open, which seal differs."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from cases.admin.filters import _by_title
from evidence.models import CustodyEvent, EventStatus, Placement, StoragePlace
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
        now = rows.filter(until_at__isnull=True)
        return now.filter(holder_person=request.user.pk) if self.value() == "mine" else now


class PlaceFilter(CustodyFilter):
    """What lies now in a place, or in any place inside it."""

    title = _("place")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the outermost places and those directly inside them, as far as the viewer sees them."""
        rows = StoragePlace.objects.visible_to(request.user).current()
        rows = rows.filter(Q(parent__isnull=True) | Q(parent__parent__isnull=True)).select_related("parent")
        named = [(str(row.pk), f"{row.parent}, {row}" if row.parent else str(row)) for row in rows[:200]]
        return sorted(named, key=lambda row: row[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to items that lie in the chosen place."""
        value = self.value()
        if not value:
            return queryset
        place = next((key for key, _name in self.lookup_choices if key == value), None)
        chosen = StoragePlace.objects.filter(pk=place).first() if place else None
        if chosen is None:
            return queryset.none()
        lying = Placement.objects.filter(
            place__in=inside(chosen), until_at__isnull=True, withdrawn_at__isnull=True
        ).annotate(key=ITEM_KEY)
        return queryset.annotate(key=ITEM_KEY).filter(key__in=lying.values("key"))


class SealFilter(CustodyFilter):
    """Hand-overs that were accepted under another seal than that of dispatch, or under none."""

    title = _("seal")
    parameter_name = "seal"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two answers."""
        return [("differs", _("Differs from dispatch")), ("same", _("As on dispatch"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to what was accepted, with the same seal or another."""
        if self.value() not in {"differs", "same"}:
            return queryset
        same = Q(seal_before__isnull=True, seal_after__isnull=True) | Q(seal_after=F("seal_before"))
        rows = queryset.filter(status=EventStatus.ACCEPTED)
        return rows.filter(same) if self.value() == "same" else rows.exclude(same)


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


class OpenFilter(CustodyFilter):
    """Consignments of which something waits for an answer."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the answers."""
        return [
            ("open", _("Something is open")),
            ("mine", _("Sent to me or my agency, open")),
            ("done", _("All answered")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to those of which something is open, or nothing."""
        if self.value() not in {"open", "mine", "done"}:
            return queryset
        is_open = Exists(CustodyEvent.objects.filter(consignment=OuterRef("pk"), status=EventStatus.OPEN))
        if self.value() == "done":
            return queryset.exclude(is_open)
        rows = queryset.filter(is_open)
        if self.value() == "mine":
            user: Any = request.user
            rows = rows.filter(Q(to_person=user.pk) | Q(to_agency=user.agency_id))
        return rows
