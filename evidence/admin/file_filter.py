"""Filters of photographs and documents: by what they show, and those that nobody has linked with anything yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from cases.admin.filters import WHOLE_LIST, VisibleListFilter
from cases.models.site import Site
from evidence.models import FileLink, Photograph
from evidence.models.file_link import TARGETS
from remains.admin.choices import people_of, uuid_or_none

#: How a link leads to a site.
PATHS_TO_SITE = (
    "site",
    "visit__site",
    "context__site",
    "find__site",
    "specimen__find__site",
    "injury__specimen__find__site",
    "exhibit__site",
)


#: Stands for what is no identifier.
NOBODY = UUID(int=0)


def column_of(model: Any) -> str:
    """Return the name of the reference by which links refer to this kind of file."""
    return "photograph" if model is Photograph else "document"


def linked(user: Any, model: Any, **target: Any) -> Q:
    """Return the condition that a file is linked, for these eyes, with one record."""
    links = FileLink.objects.visible_to(user).current().filter(**target)
    return Q(pk__in=links.values(column_of(model)))


def linked_with_site(user: Any, model: Any, site: Any) -> Q:
    """Return the condition that a file is linked with a site or anything of it."""
    condition = Q()
    for path in PATHS_TO_SITE:
        condition |= linked(user, model, **{path: site})
    return condition


class SiteFilter(DropdownFilter):
    """By site: files of the site itself, and of its visits, contexts, finds, bones and injuries."""

    title = _("site")
    parameter_name = "site"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.kind = model
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the sites of the viewer, as far as a list of them can be read."""
        sites = Site.objects.visible_to(request.user).current().order_by("code", "id")[:WHOLE_LIST]
        return [(str(site.pk), str(site)) for site in sites]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to one visible site."""
        key = self.value()
        if not key:
            return queryset
        site = Site.objects.visible_to(request.user).filter(pk=uuid_or_none(key) or NOBODY).first()
        return queryset.filter(linked_with_site(request.user, self.kind, site)) if site else queryset.none()


class LinkedFilter(DropdownFilter):
    """By whether somebody has said what a file shows; and by one record, from that record's page."""

    title = _("linked")
    parameter_name = "linked"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.kind = model
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two ways to look; a single record is named by other pages only."""
        ways: list[tuple[str, Any]] = [("no", _("Without a record")), ("yes", _("With a record"))]
        said = str(self.value() or "")
        if said not in {"", "yes", "no"}:
            ways.append((said, _("With one record")))
        return ways

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to what was asked: `no`, `yes`, or `find:<identifier>`."""
        said = str(self.value() or "")
        if not said:
            return queryset
        if said in {"yes", "no"}:
            links = FileLink.objects.visible_to(request.user).current()
            has_any = Exists(links.filter(**{column_of(self.kind): OuterRef("pk")}))
            return queryset.filter(has_any) if said == "yes" else queryset.filter(~has_any)
        name, _colon, key = said.partition(":")
        if name not in TARGETS or uuid_or_none(key) is None:
            return queryset.none()
        return queryset.filter(linked(request.user, self.kind, **{name: key}))


class PersonFilter(VisibleListFilter):
    """By a person who took or uploaded a file."""

    def rows(self) -> Any:
        """Offer the people of the viewer's cases."""
        return people_of(self.request.user)
