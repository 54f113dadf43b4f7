"""What the pages of things that were sent, and of what was taken over, say of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from evidence.services import finding as findings
from tests.actors import Cast
from tests.evidence.sent import answer, proposed, sent, step
from tests.remains.specimens import log
from tests.signed_in import signed_in


def test_a_bone_shows_all_its_referrals_and_an_estimate_where_it_came_from(cast: Cast, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    referral = sent(cast, femur)
    age = proposed(cast, answer(cast, referral.items.get(), answer="The ends are open."))
    step(cast, referral, "report", "laboratory")
    done = findings.accept(actor=cast.anthropologist, finding=age)
    closed = step(cast, referral, "accept", "anthropologist")
    step(cast, closed, "close", "prosecutor", "done")
    again = sent(cast, femur, until="request")
    client = signed_in(cast.investigator)
    page = client.get(reverse("admin:remains_specimen_change", args=[femur.pk])).content.decode()
    assert referral.number in page
    assert again.number in page
    assert "The ends are open." in page
    made: Any = done.estimate
    taken = client.get(reverse("admin:remains_estimate_change", args=[made.pk])).content.decode()
    assert "accepted by Anthropologist" in taken
    untouched = client.get(reverse("admin:remains_find_change", args=[cast.find_a.pk])).content.decode()
    assert "Laboratory referrals</h2>" not in untouched
