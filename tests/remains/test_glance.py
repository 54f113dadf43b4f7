"""What remains show on a case's page."""

from __future__ import annotations

from django.urls import reverse

from cases.ledger.context import change
from remains.models import StatedGroup, StatedMinimum
from tests.actors import INSTALLER, SINCE, Cast
from tests.signed_in import signed_in


def test_a_restricted_group_of_an_open_minimum_is_shown_to_those_who_may_see_it(cast: Cast) -> None:
    common = {"case": cast.case_a, "source": "Office", "stated_on": SINCE}
    with change(INSTALLER, "tests.minimum.made"):
        minimum = StatedMinimum.objects.create(site=cast.site_a, minimum=4, wording="at least four", **common)
        for handling in ("open", "investigation"):
            StatedGroup.objects.create(
                case=cast.case_a,
                stated_minimum=minimum,
                number=1,
                certainty="presumed",
                wording=f"one of them, {handling}",
                handling=handling,
            )
    page = reverse("admin:cases_case_change", args=[cast.case_a.pk])
    for name, sees in (("investigator", True), ("liaison", False)):
        shown = signed_in(cast.people[name]).get(page).content.decode()
        assert "one of them, open" in shown
        assert ("one of them, investigation" in shown) is sees
