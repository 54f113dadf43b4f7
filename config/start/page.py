"""What the start page shows one person, put together in a fixed number of questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from cases import access, decisions
from cases.counts import Number, chosen, first_of, numbers_of
from cases.ledger.news import last_here, news_of
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.site import Site
from cases.models.user import User
from cases.time_in_status import days_since, in_words
from config.navigation import page
from config.start.accounts import accounts
from config.start.agency import Agency, agency
from config.start.roles import numbers_for
from config.start.ways import Way, ways
from evidence.admin import laboratory

#: Cases shown as cards; the list has the rest.
CARDS = 12


@dataclass(frozen=True, slots=True)
class Card:
    """One case of the viewer."""

    case: Case
    roles: str
    sites: int
    link: str
    since: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the viewer, with the way to it."""

    what: str
    link: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A case in which others changed something since the viewer was last here."""

    case: Case
    number: int
    more: bool
    link: str


@dataclass(slots=True)
class StartPage:
    """What the template shows."""

    ways: list[Way] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    #: What is done one by one: referrals that wait for the viewer's laboratory, finds whose bones are to be entered.
    waiting: list[Waiting] = field(default_factory=list)
    last_here: dt.datetime | None = None
    changed: list[Changed] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    more_cases: bool = False
    agency: Agency | None = None
    accounts: list[dict[str, Any]] = field(default_factory=list)
    on_no_case: bool = False
    #: An analyst of a laboratory to whom nothing waits: what is sent there is all that they see.
    waits_for_referrals: bool = False

    @property
    def has_work(self) -> bool:
        """Say whether there is anything that could wait for the viewer."""
        return bool(self.cards or self.waiting or self.numbers)


def start_page(user: User) -> StartPage:
    """Return the start page of this person."""
    scope = access.scope(user)
    held = access.standing(user).every_role().union(*scope.roles.values())
    cases = list(
        scope.rows(Case.objects.all()).select_related("lead_agency", "closure_proposed_by")[: CARDS + 1]
    )
    begun = StartPage(more_cases=len(cases) > CARDS, ways=ways(user))
    counts = chosen(numbers_for(held))
    begun.numbers = [*_decisions(user), *(n for n in numbers_of(counts, user, scope) if n.value)]
    begun.cards = _cards(user, cases[:CARDS], scope)
    if scope.roles:
        begun.last_here = last_here(user)
        begun.changed = _changed(user, scope, begun.last_here)
        begun.agency = agency(user, scope)
    if access.may(user, User.permission("create")):
        begun.accounts = accounts(user)
    one_by_one = [*laboratory.waiting_for(user), *first_of(counts, user, scope)]
    begun.waiting = [Waiting(*item) for item in one_by_one]
    nothing = not cases and not begun.accounts
    analyst = access.may_somewhere(user, "evidence.referral:examine")
    begun.waits_for_referrals = nothing and analyst and not begun.waiting
    begun.on_no_case = nothing and not analyst
    return begun


def _cards(user: User, cases: list[Case], scope: access.Scope) -> list[Card]:
    shown = [case.pk for case in cases]
    sites = dict(
        scope.rows(Site.objects.filter(withdrawn_at__isnull=True, case_id__in=shown))
        .values_list("case_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    names = dict(Role.choices)
    stem = page("cases_case_changelist") or ""
    return [
        Card(
            case=case,
            roles=", ".join(sorted(str(names[Role(role)]) for role in access.roles_in(user, case))),
            sites=sites.get(case.pk, 0),
            link=f"{stem}{case.pk}/change/",
            since=_("since today")
            if days_since(case.status_since) <= 0
            else _("for %(days)s") % {"days": in_words(case.status_since)},
        )
        for case in cases
    ]


def _decisions(user: User) -> list[Number]:
    """Return how many decisions of each kind await this person, each with the list of them."""
    link = page("cases_case_decisions")
    return [
        Number(
            number,
            _("to decide: %(kind)s") % {"kind": source.title},
            f"{link}?kind={source.key}",
            name=f"decisions.{source.key}",
            bound=decisions.COUNTED,
        )
        for source, number in decisions.counts(user)
    ]


def _changed(user: User, scope: access.Scope, since: dt.datetime | None) -> list[Changed]:
    if since is None:
        return []
    news = news_of(user, scope, since)
    cases = Case.objects.in_bulk([found.case_id for found in news])
    stem = page("cases_case_changelist") or ""
    micros = int(since.timestamp() * 1_000_000)
    return [
        Changed(
            cases[found.case_id],
            found.number,
            found.more,
            f"{stem}{found.case_id}/changes/?since={micros}",
        )
        for found in news
        if found.number
    ]
