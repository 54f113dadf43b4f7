"""The ground floor's part of a case's page: sites, figures as stated, team, what waits, latest changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.case_page import Panel, Tile, Waiting, list_link
from cases.models.case import Case, CaseStatus
from cases.models.incident import StatedFigure
from cases.models.membership import Membership, Role
from cases.models.public_update import PublicUpdate, PublicUpdateStatus
from cases.models.report import DiscoveryReport
from cases.models.site import Site, SiteContradiction, SiteStatus
from cases.models.user import User
from cases.public.preview import outdated_updates

#: Sites listed on the page itself; the tile leads to all of them.
SITES_SHOWN = 12
CHANGES_SHOWN = 10


def glance(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    """Yield what the ground floor shows of a case."""
    from cases.ledger.history import latest_changes

    sites = Site.objects.visible_to(user).current().filter(case=case)
    by_status = dict(sites.order_by().values_list("status").annotate(Count("id")))
    number = sum(by_status.values())
    yield Tile(ngettext("site", "sites", number), number, list_link("cases_site", case))
    yield from _waiting(case, user, by_status)
    yield Panel(
        _("Sites"),
        "cases/case_page_sites.html",
        {
            "sites": list(sites.order_by("code")[:SITES_SHOWN]),
            "by_status": [
                (status.label, by_status[status], list_link("cases_site", case, status__exact=status.value))
                for status in SiteStatus
                if status in by_status
            ],
        },
        *_add_link(user, case, Site, _("Add a site")),
        position=10,
    )
    figures = list(
        StatedFigure.objects.visible_to(user)
        .current()
        .filter(case=case, incident__isnull=False)
        .select_related("measure", "incident")
        .order_by("incident", "measure__position")
    )
    if figures:
        yield Panel(
            _("Incident figures, as stated by their sources"),
            "cases/case_page_figures.html",
            {"sources": _by_source(figures)},
            position=40,
        )
    yield Panel(
        _("Team"),
        "cases/case_page_team.html",
        {"team": _team(case, user)},
        *_add_link(user, case, Membership, _("Add a member")),
        position=50,
    )
    yield Panel(
        _("Latest changes"),
        "cases/case_page_changes.html",
        {"changes": latest_changes(case, user, limit=CHANGES_SHOWN)},
        reverse("admin:cases_case_timeline", args=[case.pk]),
        _("Timeline"),
        position=60,
    )


def _waiting(case: Case, user: User, by_status: dict[str, int]) -> Iterator[Waiting]:
    page = reverse("admin:cases_case_change", args=[case.pk])
    if case.closure_proposed_by_id and case.status != CaseStatus.CLOSED:
        yield Waiting(
            _("Closure proposed by %(who)s: to be decided by another prosecutor")
            % {"who": case.closure_proposed_by},
            Role.PROSECUTOR.label,
            page,
        )
    if case.status == CaseStatus.PRELIMINARY:
        yield Waiting(_("Decide whether to open the investigation"), Role.PROSECUTOR.label, page)
    reported, verified, reopened = (
        by_status.get(status, 0) for status in (SiteStatus.REPORTED, SiteStatus.VERIFIED, SiteStatus.REOPENED)
    )
    for status, number, words in (
        (
            SiteStatus.REPORTED,
            reported,
            ngettext("%(n)d reported site to verify", "%(n)d reported sites to verify", reported),
        ),
        (
            SiteStatus.VERIFIED,
            verified,
            ngettext("%(n)d verified site to protect", "%(n)d verified sites to protect", verified),
        ),
        (
            SiteStatus.REOPENED,
            reopened,
            ngettext("%(n)d reopened site to decide on", "%(n)d reopened sites to decide on", reopened),
        ),
    ):
        if number:
            yield Waiting(
                words % {"n": number},
                Role.INVESTIGATOR.label,
                list_link("cases_site", case, status__exact=status.value),
            )
    loose = DiscoveryReport.objects.visible_to(user).current().filter(case=case, site__isnull=True).count()
    if loose:
        yield Waiting(
            ngettext("%(n)d report not yet tied to a site", "%(n)d reports not yet tied to a site", loose)
            % {"n": loose},
            Role.INVESTIGATOR.label,
            list_link("cases_discoveryreport", case, site__isnull="True"),
        )
    yield from _told(case, user)
    contradictions = (
        SiteContradiction.objects.visible_to(user).current().filter(case=case, resolution="").count()
    )
    if contradictions:
        yield Waiting(
            ngettext(
                "%(n)d contradiction in what sources state about sites",
                "%(n)d contradictions in what sources state about sites",
                contradictions,
            )
            % {"n": contradictions},
            Role.INVESTIGATOR.label,
            list_link("cases_sitecontradiction", case, resolution__exact=""),
        )


def _told(case: Case, user: User) -> Iterator[Waiting]:
    """Yield what waits about that which the public is told."""
    updates = PublicUpdate.objects.visible_to(user).current().filter(case=case)
    submitted = updates.filter(status=PublicUpdateStatus.SUBMITTED).count()
    if submitted:
        yield Waiting(
            ngettext("%(n)d public update to approve", "%(n)d public updates to approve", submitted)
            % {"n": submitted},
            Role.PROSECUTOR.label,
            list_link("cases_publicupdate", case, status__exact=PublicUpdateStatus.SUBMITTED.value),
        )
    outdated = outdated_updates(case, user)
    if outdated:
        number = len(outdated)
        yield Waiting(
            ngettext(
                "%(n)d published update says what a record no longer says",
                "%(n)d published updates say what a record no longer says",
                number,
            )
            % {"n": number},
            Role.PROSECUTOR.label,
            list_link("cases_publicupdate", case, id__in=",".join(map(str, outdated))),
        )


def _by_source(figures: list[Any]) -> list[tuple[str, list[Any]]]:
    """Return the figures under the source and day that state them, so that two sources stand side by side."""
    sources: dict[str, list[Any]] = {}
    for figure in figures:
        words = f"{figure.source}, {figure.stated_edtf}" if figure.stated_edtf else figure.source
        sources.setdefault(words, []).append(figure)
    return list(sources.items())


def _add_link(user: User, case: Case, model: Any, label: str) -> tuple[str, str]:
    if not access.may(user, model.permission("create"), case):
        return "", ""
    stem = f"{model._meta.app_label}_{model._meta.model_name}"
    return f"{reverse(f'admin:{stem}_add')}?case={case.pk}", label


def _team(case: Case, user: User) -> list[Any]:
    rows = Membership.objects.visible_to(user).current().filter(case=case)
    return list(rows.select_related("user__agency").order_by("role", "user__full_name"))
