"""What referrals add to a case's page: how many are open, what waits for whom, and which are late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.case_page import Panel, Tile, Waiting, list_link
from cases.models.case import Case
from cases.models.membership import Role
from cases.models.user import User
from evidence.models import Referral, ReferralStatus
from evidence.models.referral import AT_LABORATORY, ENDED
from evidence.referral_guards import undecided_of
from evidence.services.referral_ageing import ages, late

#: Referrals named on the page; beyond it, the list is the place.
NAMED = 12
#: For whom a referral waits in each state.
WAITS_FOR: dict[str, Role] = {
    ReferralStatus.DRAFT: Role.INVESTIGATOR,
    ReferralStatus.REQUESTED: Role.PROSECUTOR,
    ReferralStatus.APPROVED: Role.CUSTODIAN,
    ReferralStatus.DISPATCHED: Role.LABORATORY,
    ReferralStatus.RECEIVED: Role.LABORATORY,
    ReferralStatus.EXAMINATION: Role.LABORATORY,
    ReferralStatus.RETURNED: Role.LABORATORY,
    ReferralStatus.REPORTED: Role.ANTHROPOLOGIST,
    ReferralStatus.DISPUTED: Role.PROSECUTOR,
    ReferralStatus.ACCEPTED: Role.PROSECUTOR,
}


def glance(case: Case, user: User) -> Iterator[Tile | Waiting | Panel]:
    """Yield what referrals show of a case."""
    open_ones: list[Any] = list(
        Referral.objects.visible_to(user)
        .current()
        .filter(case=case)
        .exclude(status__in=ENDED)
        .select_related("laboratory")
        .order_by("due_on", "id")[: NAMED + 1]
    )
    if not open_ones:
        return
    known = ages(open_ones)
    today = timezone.localdate()
    overdue = sum(1 for row in open_ones if late(row, today))
    number = len(open_ones)
    yield Tile(
        ngettext("open referral", "open referrals", number),
        f"{NAMED}+" if number > NAMED else number,
        list_link("evidence_referral", case),
        note=ngettext("%(n)d overdue", "%(n)d overdue", overdue) % {"n": overdue} if overdue else "",
    )
    proposed = undecided_of(user, case)
    for row in open_ones[:NAMED]:
        row.age, row.late_days, row.undecided = known[row.pk], late(row, today), proposed.get(row.pk, 0)
        yield Waiting(_in_words(row), WAITS_FOR[row.status].label, _address(row))
    yield Panel(
        _("Laboratory referrals"),
        "evidence/case_page_referrals.html",
        {"referrals": open_ones[:NAMED], "at_laboratory": AT_LABORATORY},
        *_draft_link(user, case),
        position=35,
    )


def _in_words(row: Any) -> str:
    said = {
        "referral": row.number,
        "laboratory": row.laboratory.short_name,
        "status": row.get_status_display(),
    }
    words = _("%(referral)s to %(laboratory)s: %(status)s") % said
    if row.status == ReferralStatus.REPORTED and row.undecided:
        words = ngettext(
            "%(words)s, %(n)d finding to decide on", "%(words)s, %(n)d findings to decide on", row.undecided
        ) % {"words": words, "n": row.undecided}
    return _("%(words)s, %(n)d days late") % {"words": words, "n": row.late_days} if row.late_days else words


def _address(row: Any) -> str:
    return reverse("admin:evidence_referral_change", args=[row.pk])


def _draft_link(user: User, case: Case) -> tuple[str, str]:
    if not access.may(user, Referral.permission("create"), case):
        return "", ""
    return f"{reverse('admin:evidence_referral_add')}?case={case.pk}", _("Draft a referral")
