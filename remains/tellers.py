"""How remains are told in the timeline of their case: numbers of people one by one, finds by the day and the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max, Min, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.ledger.history import moment
from cases.models import Case, Site
from cases.models.user import User
from cases.timeline import Event, Period, Teller, contribute, plain_day, tell
from remains.models import Assessment, AssessmentStatus, Find, Individual, StatedMinimum

FINDS: Final = "remains.find"
#: Days on which finds came up that are told; beyond it, a period is asked for.
DAYS: Final = 2_000


def _about(assessment: Assessment) -> str:
    return str(assessment.find or assessment.site)


def _stated(minimum: StatedMinimum) -> str:
    return _("%(number)s people at %(site)s, as stated by %(source)s") % {
        "number": str(minimum).capitalize(),
        "site": minimum.site,
        "source": minimum.source,
    }


def _assessed(assessment: Assessment, status: str) -> str:
    words = {"number": str(assessment).capitalize(), "about": _about(assessment)}
    if status == AssessmentStatus.SIGNED:
        signed = assessment.signed_by.full_name if assessment.signed_by else ""
        return _("%(number)s people in %(about)s: assessed, signed by %(who)s") % {**words, "who": signed}
    return _("%(number)s people in %(about)s: the draft was discarded") % words


tell(
    Teller(StatedMinimum, _stated, lambda minimum: plain_day(minimum.stated_on)),
    Teller(
        Assessment,
        lambda assessment: (
            _("%(number)s people in %(about)s: assessment drafted by %(who)s")
            % {
                "number": str(assessment).capitalize(),
                "about": _about(assessment),
                "who": assessment.drafted_by.full_name,
            }
        ),
        status=_assessed,
    ),
    Teller(Individual, lambda person: _("Individual %(number)s put together") % {"number": person.number}),
)


def finds(case: Case, viewer: User, period: Period) -> Iterator[Event]:
    """Tell on which days how many finds came to light and were lifted, site by site."""
    sites = {site.pk: site for site in Site.objects.visible_to(viewer).filter(case=case)}
    for name, words in (("found_on", _found), ("lifted_on", _lifted)):
        rows: Any = Find.objects.visible_to(viewer).current().filter(case=case, **{f"{name}__isnull": False})
        if period.first is not None:
            rows = rows.filter(**{f"{name}__gte": period.first})
        if period.last is not None:
            rows = rows.filter(**{f"{name}__lte": period.last})
        days = (
            rows.order_by()
            .values("site", name)
            .annotate(n=Count("*"), first=Min("number"), last=Max("number"), id=Min(Cast("id", TextField())))
        )
        begun: set[Any] = set()
        for day in days.order_by(name, "site")[:DAYS]:
            site = sites.get(day["site"])
            if site is None:
                continue
            query = {"site__id__exact": str(site.pk)}
            if name == "found_on":  # the list has no filter by the day of lifting
                query |= {"found_on_from": day[name].isoformat(), "found_on_to": day[name].isoformat()}
            recorded = moment(
                (UUID(day["id"]).int >> 80) * 1000
            )  # the key of a record begins with the instant it was made
            yield Event(
                FINDS,
                day[name],
                "",
                recorded,
                None,
                "",
                words(day, site, first=name == "found_on" and site.pk not in begun and period.first is None),
                f"{reverse('admin:remains_find_changelist')}?{urlencode(query)}",
            )
            begun.add(site.pk)


def _found(day: dict[str, Any], site: Site, *, first: bool) -> str:
    words = {"n": day["n"], "site": site, "first": day["first"], "last": day["last"]}
    if first and day["n"] == 1:
        return _("First find at %(site)s: %(first)s") % words
    if first:
        return _("First finds at %(site)s, %(n)d of them: %(first)s to %(last)s") % words
    return (
        ngettext(
            "%(n)d find at %(site)s: %(first)s", "%(n)d finds at %(site)s: %(first)s to %(last)s", day["n"]
        )
        % words
    )


def _lifted(day: dict[str, Any], site: Site, *, first: bool) -> str:
    words = {"n": day["n"], "site": site, "first": day["first"], "last": day["last"]}
    return (
        ngettext(
            "%(n)d find lifted at %(site)s: %(first)s",
            "%(n)d finds lifted at %(site)s: %(first)s to %(last)s",
            day["n"],
        )
        % words
    )


contribute(FINDS, gettext_lazy("Finds"), finds)
