"""What hangs on a record, listed on its page with the way to each and to the form for another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cases import access

#: Rows named on the page; beyond it, the list is the place.
NAMED_ROWS = 12


def address(name: str, *args: Any, **query: Any) -> str | None:
    """Return the address of a page of the admin, or None while there is no such page."""
    try:
        path = reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return None
    return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class Related:
    """One group of records that belong to the record of a page."""

    title: Any
    rows: list[tuple[str, str | None]] = field(default_factory=list)
    all_link: str | None = None
    add_link: str | None = None
    add_label: Any = ""
    more: bool = False


Source = Callable[[HttpRequest, Any], Iterable[Related]]
_sources: list[Source] = []


def contribute(source: Source) -> None:
    """Add a source of groups that stand on the page of every kind of record of a case."""
    if source not in _sources:
        _sources.append(source)


def on_every_page(request: HttpRequest, record: Any) -> list[Related]:
    """Return what the sources show on the page of this record."""
    return [group for source in _sources for group in source(request, record)]


def finds_at(request: HttpRequest, owner: Any, *, all_link: str | None, add_link: str | None) -> Related:
    """Return the way to the finds of a site or context, and for who may log one there, the way to the form."""
    may_log = access.may(request.user, "remains.find:create", owner.case)
    return Related(
        title=_("Finds"),
        all_link=all_link,
        add_link=add_link if may_log else None,
        add_label=_("Log a find here"),
    )


def related(
    request: HttpRequest,
    owner: Any,
    rows: Any,
    *,
    by: str,
    title: Any,
    add_label: Any = "",
    label: Any = str,
) -> Related:
    """Return the visible records among `rows` that refer to `owner` through the field `by`."""
    model = rows.model
    stem = f"{model._meta.app_label}_{model._meta.model_name}"
    found = list(rows.visible_to(request.user).current()[: NAMED_ROWS + 1])
    may_add = access.may(request.user, model.permission("create"), owner.case)
    return Related(
        title=title,
        rows=[(label(row), address(f"{stem}_change", row.pk)) for row in found[:NAMED_ROWS]],
        all_link=address(f"{stem}_changelist", **{f"{by}__id__exact": owner.pk}),
        add_link=address(f"{stem}_add", **{by: owner.pk}) if may_add and add_label else None,
        add_label=add_label,
        more=len(found) > NAMED_ROWS,
    )
