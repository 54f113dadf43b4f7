"""Finds as they are pushed to another installation: under the number that they have here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cases.exchange.comparison import said_of
from cases.exchange.contributed import contributed_kinds
from cases.exchange.push import Pushed, Said, mark_of
from cases.models.base import Handling
from cases.models.site import Site
from remains.models.find import Find, FindAlias


def pushed_finds() -> Pushed:
    """Return how finds are pushed. A find changes its site only by being moved there, so no push changes it."""
    return Pushed(contributed_kinds()[Find._meta.label_lower], "number", fixed=("site",))


def finds_said(site: Site, there: Mapping[Any, str]) -> Iterator[Said]:
    """Yield the finds of a site as they are said there; `there` are the identifiers of its site and contexts there."""
    kind = contributed_kinds()[Find._meta.label_lower]
    finds = (
        Find.objects.filter(site=site)
        .select_related("context__site", "finder", "lifted_by")
        .prefetch_related(Prefetch("aliases", FindAlias.objects.current().order_by("id")))
        .order_by("serial", "id")
    )
    for find in finds.iterator(chunk_size=500):
        values = said_of(kind, find, there)
        if find.finder is not None and not values["finder_as_named"]:
            values["finder_as_named"] = find.finder.full_name
        yield Said(find, find.number, values, _beside(find, there))


def _beside(find: Find, there: Mapping[Any, str]) -> str:
    """Return for the person who decides what no field of a find there can hold."""
    said = []
    if find.withdrawn_at is not None:
        said.append(_("Withdrawn where it was logged: %(reason)s") % {"reason": find.withdrawn_reason})
    if find.handling != Handling.OPEN:
        said.append(
            _("Handling where it was logged: %(handling)s.") % {"handling": find.get_handling_display()}
        )
    if find.context is not None and find.context_id not in there:
        said.append(_("Logged in context %(context)s.") % {"context": find.context})
    if find.lifted_by is not None:
        said.append(_("Lifted by %(name)s.") % {"name": find.lifted_by.full_name})
    labels = ", ".join(alias.label for alias in find.aliases.all())
    if labels:
        said.append(_("Other labels: %(labels)s.") % {"labels": labels})
    return "\n".join([*said, mark_of(find)])
