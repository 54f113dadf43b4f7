"""The pages of storage places: the tree, and what lies where, now and at any instant before."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import CaseFilter, HandlingFilter, StatusFilter, VisibleFilter, WithdrawnFilter
from evidence.admin.custody_acts import PUT, act_view
from evidence.models import Placement, StoragePlace
from evidence.services import storage
from evidence.services.item import Held
from remains.admin.below import Leaner

#: Items named on a place's page; the list of what is in custody has the rest.
SHOWN = 100


@admin.register(StoragePlace)
class StoragePlaceAdmin(Leaner, RecordAdmin):
    """Storage places."""

    create = staticmethod(storage.create)
    change = staticmethod(storage.change)
    carry_over = ("case", "parent", "agency", "kind")
    list_display = ["name", "kind", "parent", "agency", "conditions"]
    list_select_related = ["parent", "agency"]
    list_filter = [
        ("case", CaseFilter),
        ("parent", VisibleFilter),
        ("kind", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    search_fields = ["name", "parent__name"]
    search_help_text = _("Name of the place, or of the one it is inside of")
    autocomplete_fields = ["parent", "agency"]
    change_form_outer_before_template = "evidence/storage_header.html"
    fieldsets = [
        (_("Which place"), {"fields": ("case", ("kind", "name"), ("parent", "agency"))}),
        (_("Conditions"), {"fields": ("conditions", "remarks", "handling")}),
    ]

    class Media:
        css: dict[str, Any] = {"all": ["remains/remains.css", "evidence/custody.css"]}

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the way to the place, what is inside it, and what lies there at the instant that is asked for."""
        user: Any = request.user
        at = _instant(request.GET.get("at", ""))
        rows = list(
            storage.lying_at(user, obj, at)
            .select_related("place", "find", "specimen", "exhibit", "placed_by")
            .order_by("place__name", "-from_at")[: SHOWN + 1]
        )
        ways = storage.paths_of(obj.case)
        may_put = obj.withdrawn_at is None and access.may(user, Placement.permission("create"), obj.case)
        return {
            **super().record_head(request, obj),
            "way": ways.get(obj.pk, obj.name),
            "at": timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else "",
            "as_of": at,
            "lying": [(row, Held(row.item), _page(row.item), ways.get(row.place_id)) for row in rows[:SHOWN]],
            "more": len(rows) > SHOWN,
            "within": list(StoragePlace.objects.visible_to(user).current().filter(parent=obj)),
            "put_link": f"{reverse('admin:evidence_storageplace_put')}?place={obj.pk}" if may_put else None,
            "add_link": f"{reverse('admin:evidence_storageplace_add')}?case={obj.case_id}&parent={obj.pk}"
            if access.may(user, StoragePlace.permission("create"), obj.case)
            else None,
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which items are put in a place."""
        wrap = self.admin_site.admin_view
        return [
            path("put/", wrap(partial(act_view, act=PUT)), name="evidence_storageplace_put"),
            *super().get_urls(),
        ]


def _page(item: Any) -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])


def _instant(text: str) -> dt.datetime | None:
    """Return the instant that an address asks for; none where it asks for now, or for nothing that is one."""
    try:
        at = parse_datetime(text) if text else None
    except ValueError:
        return None
    if at is None:
        return None
    return timezone.make_aware(at) if timezone.is_naive(at) else at
