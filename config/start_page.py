"""The start page: a person's cases, what waits for them, and where to begin. Everything through `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.models.case import Case, CaseStatus
from cases.models.membership import Role
from cases.models.report import DiscoveryReport
from cases.models.site import ProtectionMeasure, Site, SiteContradiction, SiteStatus
from cases.models.user import User
from config.navigation import page
from evidence import custody_glance, referral_glance
from evidence.admin import laboratory
from evidence.models import FileAlarm
from remains.models.assessment import Assessment, AssessmentStatus
from remains.models.find import Find, FindStatus

#: Cases shown as cards; the list has the rest.
CARDS = 12
#: What waits is counted up to here; beyond it, the number does not help anybody.
COUNTED = 100
#: What those may do whom a case's page names as investigators in "what waits, and for whom".
INVESTIGATES = "cases.site:change"


@dataclass(frozen=True, slots=True)
class Card:
    """One case of the viewer."""

    case: Case
    roles: str
    sites: int
    link: str
    log_link: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the viewer, with the way to it."""

    what: str
    link: str | None


@dataclass(slots=True)
class StartPage:
    """What the template shows."""

    cards: list[Card] = field(default_factory=list)
    more_cases: bool = False
    waiting: list[Waiting] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    log_link: str | None = None
    grid_link: str | None = None
    on_no_case: bool = False
    #: An analyst of a laboratory to whom nothing waits: what is sent there is all that they see.
    waits_for_referrals: bool = False
    laboratory_link: str | None = None


def start_page(user: User) -> StartPage:
    """Return the start page of this person, in a constant number of queries."""
    cases = list(
        Case.objects.visible_to(user).select_related("lead_agency", "closure_proposed_by")[: CARDS + 1]
    )
    begun = StartPage(more_cases=len(cases) > CARDS)
    begun.cards = _cards(user, cases[:CARDS])
    begun.waiting = [
        *_alarms(user),
        *_closures(user),
        *_assessments(user),
        *_sites(user),
        *_reports(user),
        *_contradictions(user),
        *_finds(user),
        *_to_accept(user),
        *(Waiting(*item) for item in referral_glance.waiting_for(user)),
        *(Waiting(*item) for item in laboratory.waiting_for(user)),
    ]
    if access.may_somewhere(user, Find.permission("create")):
        begun.log_link, begun.grid_link = page("remains_find_add"), page("remains_find_grid")
    if access.may(user, User.permission("create")):
        begun.accounts = _accounts()
    nothing = not cases and not begun.accounts
    analyst = access.may_somewhere(user, "evidence.referral:examine")
    begun.waits_for_referrals = nothing and analyst and not begun.waiting
    begun.on_no_case = nothing and not analyst
    if analyst:
        begun.laboratory_link = page("evidence_laboratory")
    return begun


def _cards(user: User, cases: list[Case]) -> list[Card]:
    shown = [case.pk for case in cases]
    sites = dict(
        Site.objects.visible_to(user)
        .current()
        .filter(case_id__in=shown)
        .values_list("case_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    names = dict(Role.choices)
    add = page("remains_find_add")
    stem = page("cases_case_changelist") or ""
    return [
        Card(
            case=case,
            roles=", ".join(sorted(str(names[Role(role)]) for role in access.roles_in(user, case))),
            sites=sites.get(case.pk, 0),
            link=f"{stem}{case.pk}/change/",
            log_link=add if access.may(user, Find.permission("create"), case) else None,
        )
        for case in cases
    ]


def _alarms(user: User) -> list[Waiting]:
    if not access.may_somewhere(user, FileAlarm.permission("view")):
        return []
    number = _number(FileAlarm.objects.visible_to(user).filter(answered_at__isnull=True))
    if not number:
        return []
    what = ngettext(
        "ALARM: %(number)s stored file is missing or altered, and nobody has answered yet.",
        "ALARM: %(number)s stored files are missing or altered, and nobody has answered yet.",
        number,
    ) % {"number": _shown(number)}
    return [Waiting(what, page("evidence_filealarm_changelist"))]


def _closures(user: User) -> list[Waiting]:
    directed = access.cases_where(user, "cases.case:direct")
    proposed = directed.filter(closure_proposed_by__isnull=False).exclude(status=CaseStatus.CLOSED)
    stem = page("cases_case_changelist") or ""
    return [
        Waiting(
            _("%(case)s: %(person)s proposes to close the case. Another prosecutor decides.")
            % {"case": case.number, "person": case.closure_proposed_by},
            f"{stem}{case.pk}/change/",
        )
        for case in proposed.exclude(closure_proposed_by=user).select_related("closure_proposed_by")[:COUNTED]
    ]


def _sites(user: User) -> list[Waiting]:
    decided = access.cases_where(user, "cases.site:decide").values("pk")
    mine = Site.objects.visible_to(user).current().filter(case__in=decided)
    link = page("cases_site_changelist")
    reported = _number(mine.filter(status=SiteStatus.REPORTED))
    in_force = ProtectionMeasure.objects.filter(ProtectionMeasure.in_force())
    verified = mine.filter(status=SiteStatus.VERIFIED).exclude(pk__in=in_force.values("site"))
    unprotected = _number(verified)
    waiting = []
    if reported:
        waiting.append(
            Waiting(
                ngettext(
                    "%(number)s site is reported and not verified yet.",
                    "%(number)s sites are reported and not verified yet.",
                    reported,
                )
                % {"number": _shown(reported)},
                f"{link}?status__exact={SiteStatus.REPORTED}",
            )
        )
    if unprotected:
        waiting.append(
            Waiting(
                ngettext(
                    "%(number)s verified site has no protection measure in force.",
                    "%(number)s verified sites have no protection measure in force.",
                    unprotected,
                )
                % {"number": _shown(unprotected)},
                f"{link}?status__exact={SiteStatus.VERIFIED}",
            )
        )
    return waiting


def _assessments(user: User) -> list[Waiting]:
    mine = access.cases_where(user, Assessment.permission("sign")).values("pk")
    drafts = Assessment.objects.visible_to(user).current().filter(case__in=mine).exclude(drafted_by=user)
    drafts = drafts.filter(status=AssessmentStatus.DRAFT).select_related("case", "site", "find", "drafted_by")
    stem = page("remains_assessment_changelist") or ""
    return [
        Waiting(
            _("%(case)s: %(person)s counted %(count)s in %(about)s. Another anthropologist signs.")
            % {
                "case": draft.case.number,
                "person": draft.drafted_by.full_name,
                "count": draft,
                "about": draft.find or draft.site.code,
            },
            f"{stem}{draft.pk}/change/",
        )
        for draft in drafts.order_by("id")[:CARDS]
    ]


def _reports(user: User) -> list[Waiting]:
    mine = access.cases_where(user, INVESTIGATES).values("pk")
    loose = DiscoveryReport.objects.visible_to(user).current().filter(case__in=mine, site__isnull=True)
    number = _number(loose)
    if not number:
        return []
    what = ngettext(
        "%(number)s report is not yet tied to a site.",
        "%(number)s reports are not yet tied to a site.",
        number,
    ) % {"number": _shown(number)}
    return [Waiting(what, f"{page('cases_discoveryreport_changelist')}?site__isnull=True")]


def _contradictions(user: User) -> list[Waiting]:
    if not access.may_somewhere(user, SiteContradiction.permission("change")):
        return []
    mine = access.cases_where(user, SiteContradiction.permission("change")).values("pk")
    rows = SiteContradiction.objects.visible_to(user).current().filter(case__in=mine, resolution="")
    number = _number(rows)
    if not number:
        return []
    what = ngettext(
        "%(number)s contradiction in what sources state waits for a person.",
        "%(number)s contradictions in what sources state wait for a person.",
        number,
    ) % {"number": _shown(number)}
    return [Waiting(what, f"{page('cases_sitecontradiction_changelist')}?resolution__exact=")]


def _finds(user: User) -> list[Waiting]:
    waiting = []
    asked: tuple[tuple[str, FindStatus, Callable[[int], str]], ...] = (
        (
            INVESTIGATES,
            FindStatus.LOCATED,
            lambda number: ngettext(
                "%(number)s find is located and not recorded or lifted yet.",
                "%(number)s finds are located and not recorded or lifted yet.",
                number,
            ),
        ),
        (
            "remains.find:move",
            FindStatus.IN_TRANSIT,
            lambda number: ngettext(
                "%(number)s find is in transit.", "%(number)s finds are in transit.", number
            ),
        ),
        (
            "remains.find:examine",
            FindStatus.RECEIVED,
            lambda number: ngettext(
                "%(number)s find was received and is not under examination yet.",
                "%(number)s finds were received and are not under examination yet.",
                number,
            ),
        ),
    )
    for permission, state, words in asked:
        if not access.may_somewhere(user, permission):
            continue
        mine = access.cases_where(user, permission).values("pk")
        number = _number(Find.objects.visible_to(user).current().filter(case__in=mine, status=state))
        if number:
            link = f"{page('remains_find_changelist')}?status__exact={state}"
            waiting.append(Waiting(words(number) % {"number": _shown(number)}, link))
    return waiting


def _to_accept(user: User) -> list[Waiting]:
    """Say what was handed over to the viewer, or to the agency, and waits to be accepted."""
    if not access.may_somewhere(user, "evidence.custodyevent:accept"):
        return []
    number = custody_glance.to_answer(user)
    if not number:
        return []
    what = ngettext(
        "%(number)s item was handed over to you and waits to be accepted.",
        "%(number)s items were handed over to you and wait to be accepted.",
        number,
    ) % {"number": _shown(number)}
    return [Waiting(what, f"{page('evidence_consignment_changelist')}?answer=mine")]


def _accounts() -> list[dict[str, Any]]:
    active = User.objects.filter(is_active=True)
    without_password = _number(active.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX))
    people = page("cases_user_changelist")
    return [
        {
            "label": _("Active accounts"),
            "value": _shown(_number(active)),
            "link": f"{people}?is_active__exact=1",
        },
        {"label": _("Accounts without a password"), "value": _shown(without_password), "link": people},
        {
            "label": _("Accounts switched off"),
            "value": _shown(_number(User.objects.filter(is_active=False))),
            "link": f"{people}?is_active__exact=0",
        },
    ]


def _number(rows: Any) -> int:
    return int(rows.order_by()[: COUNTED + 1].count())


def _shown(number: int) -> str:
    return f"{COUNTED}+" if number > COUNTED else str(number)
