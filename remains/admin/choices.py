"""What the forms of remains offer: the sites a viewer may log finds at, a site's contexts, the people of the case."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Length
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.models.context import Context
from cases.models.site import Site
from cases.models.user import User
from remains.models.find import Articulation, Find, Observed

#: Contexts offered at most; a site with more is searched by its list of contexts.
MOST_CONTEXTS = 1_000


def person(request: HttpRequest) -> User:
    """Return who is at the page; the admin lets nobody in who has not logged in."""
    return cast("User", request.user)


def uuid_or_none(text: object) -> UUID | None:
    """Return an identifier out of an address or a form, or None when it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def sites_for(user: Any) -> Any:
    """Return the sites in whose cases this person may log finds."""
    cases = access.cases_where(user, Find.permission("create"))
    return Site.objects.visible_to(user).current().filter(case__in=cases)


def site_named(user: Any, text: object) -> Site | None:
    """Return the visible site with this identifier, or None."""
    identifier = uuid_or_none(text)
    if identifier is None:
        return None
    site: Site | None = (
        Site.objects.visible_to(user).current().filter(pk=identifier).select_related("case").first()
    )
    return site


def contexts_of(user: Any, site: Site | None, kept: Any = None) -> Any:
    """Return a site's contexts, and the one a record has already, in the order of their numbers: 2 before 10."""
    rows = Context.objects.visible_to(user).current()
    if site is None:
        return rows.none()
    rows = rows.filter(site=site)
    if kept:
        rows = rows | Context.objects.filter(pk=kept)
    return rows.order_by(Length("number"), "number")


def people_of(user: Any, kept: Any = None) -> Any:
    """Return the people who work on the viewer's cases, and whoever the record names already."""
    from cases.models.case import Case

    cases = access.visible_cases(Case.objects.all(), user)
    team = Q(memberships__case__in=cases, memberships__withdrawn_at__isnull=True)
    rows = User.objects.filter(Q(pk__in=User.objects.filter(team).values("pk")) | Q(pk=user.pk))
    return rows | User.objects.filter(pk=kept) if kept else rows


def next_numbers(site: Site, count: int) -> list[str]:
    """Return the numbers that the next finds of a site will get, unless somebody logs one meanwhile."""
    numbered_here = Find.objects.alias(origin=Coalesce("numbered_at", "site")).filter(origin=site.pk)
    newest = numbered_here.aggregate(newest=Max("serial"))["newest"] or 0
    return [f"{site.code}-{serial:04d}" for serial in range(newest + 1, newest + 1 + count)]


def contexts_source() -> dict[str, str]:
    """Return what a list of contexts needs to follow the chosen site in the browser."""
    return {
        "data-contexts-of-site": reverse("admin:remains_find_contexts"),
        "data-empty-label": gettext("no context yet"),
    }


class ContextChoice(forms.ModelChoiceField):
    """A context of a site that is known already, so only its number and kind need saying."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the context's number and kind."""
        return f"({obj.number}) {obj.get_kind_display()}"


def observed_choices() -> list[tuple[str, Any]]:
    """Return what may have been seen; nothing chosen means that nobody has looked."""
    return [("", _("not recorded")), *Observed.choices]


def articulation_choices() -> list[tuple[str, Any]]:
    """Return how far the bones lay in order; nothing chosen means that it is not recorded."""
    return [("", _("not recorded")), *Articulation.choices]
