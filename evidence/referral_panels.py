"""What the pages of finds, specimens and exhibits show of the referrals in which they were sent to a laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.case_page import Panel
from cases.models.user import User
from evidence.models import Finding, ReferralItem, Result

#: Referrals of one thing that are named on its page; the list has the rest.
SHOWN = 12
#: The kinds of records that are sent, by the reference of an item to each.
SENT_KINDS = {"remains.find": "find", "remains.specimen": "specimen", "evidence.exhibit": "exhibit"}
#: What came out of a proposed finding, by the reference of the finding to it.
MADE_KINDS = {"remains.estimate": "estimate", "remains.injury": "injury"}


def referrals_of(record: Any, user: User) -> Iterator[Panel]:
    """Yield the panel of a thing's referrals, if it was ever put into one."""
    name = SENT_KINDS[record._meta.label_lower]
    rows = (
        ReferralItem.objects.visible_to(user)
        .current()
        .filter(**{name: record})
        .select_related("referral__laboratory")
        .order_by("-id")
    )
    items = list(rows[:SHOWN])
    if not items:
        return
    answers: dict[Any, list[Result]] = {}
    results = Result.objects.visible_to(user).filter(item__in=items, superseded_by__isnull=True)
    for result in results.select_related("examination__kind"):
        answers.setdefault(result.item_id, []).append(result)
    data = {"rows": [(item, answers.get(item.pk, [])) for item in items]}
    yield Panel(_("Laboratory referrals"), "evidence/item_referrals.html", data, position=40)


def came_from(record: Any, user: User) -> Iterator[Panel]:
    """Yield the panel that says from which result of a laboratory an estimate or injury was taken over."""
    name = MADE_KINDS[record._meta.label_lower]
    finding = (
        Finding.objects.visible_to(user)
        .filter(**{name: record})
        .select_related("result__item__referral__laboratory", "result__examination__kind", "decided_by")
        .first()
    )
    if finding is not None:
        link = reverse("admin:evidence_referral_change", args=[finding.result.item.referral_id])
        data = {"finding": finding, "link": f"{link}#answers"}
        yield Panel(_("From a laboratory"), "evidence/came_from.html", data, position=40)
