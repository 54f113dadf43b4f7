"""The plan of a site: everything where it lay, in the site's own grid, and nothing that is kept from the viewer."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.ledger.context import change
from cases.models import Context, Site
from remains.admin.site_plan import SIGNS
from remains.models import FindCategory
from remains.site_plan import Lying, Surveyed, drawn, step_of
from tests.actors import INSTALLER, Cast, make_find
from tests.cases.test_admin_base import browser

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]}
CORNERS = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]


def test_east_is_right_and_north_is_up() -> None:
    plan = drawn([], [Lying("a", "1", "bone", 0, 0), Lying("b", "2", "bone", 10, 5, 90)])
    assert plan is not None
    first, second = plan.points
    assert second.x > first.x
    assert second.y < first.y
    assert second.head is not None
    assert second.head[0] > second.x
    assert abs(second.head[1] - second.y) < 0.2


def test_a_metre_is_as_long_to_the_east_as_to_the_north() -> None:
    plan = drawn([Surveyed("c", "1", "cut", CORNERS)], [])
    assert plan is not None
    (area,) = plan.areas
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", area.path)]
    xs, ys = numbers[::2], numbers[1::2]
    assert max(xs) - min(xs) == pytest.approx(max(ys) - min(ys), abs=0.2)
    per_metre = (max(xs) - min(xs)) / 4
    assert plan.bar / float(plan.bar_m) == pytest.approx(per_metre, rel=0.01)


@given(
    st.lists(
        st.tuples(st.floats(-9e5, 9e5), st.floats(-9e5, 9e5), st.none() | st.integers(0, 359)),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_was_measured_lies_inside_the_frame(places: list[tuple[float, float, int | None]]) -> None:
    finds = [Lying(str(n), str(n), "bone", *place) for n, place in enumerate(places)]
    plan = drawn([], finds)
    assert plan is not None
    for point in plan.points:
        assert plan.left <= point.x <= plan.right
        assert plan.top <= point.y <= plan.base
    assert plan == drawn([], reversed(finds))
    assert len(plan.eastings) < 30
    assert len(plan.northings) < 30


@pytest.mark.parametrize(("extent", "step"), [(4, 0.5), (10, 2), (100, 20), (0.5, 0.1), (7, 1)])
def test_the_grid_is_one_two_or_five(extent: float, step: float) -> None:
    assert step_of(extent) == pytest.approx(step)


def test_nothing_has_no_plan() -> None:
    assert drawn([], []) is None


def test_every_category_has_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(FindCategory)
    assert len({str(letter) for letter, _outline in SIGNS.values()}) == len(SIGNS)


def surveyed(cast: Cast) -> None:
    with change(INSTALLER, "tests.plan.made"):
        for serial, handling in ((2, "open"), (3, "investigation")):
            make_find(
                cast.site_a,
                serial,
                handling=handling,
                easting_m=Decimal(serial),
                northing_m=Decimal(serial * 100 if handling != "open" else serial),
                orientation_deg=45,
            )
        Context.objects.create(
            case=cast.case_a, site=cast.site_a, number="7", kind="cut", outline=SQUARE, handling="open"
        )


def page_of(cast: Cast, settings: Any, viewer: Any, **query: str) -> str:
    page = browser(viewer, settings).get(reverse("admin:remains_site_plan", args=[cast.site_a.pk]), query)
    assert page.status_code == 200
    return str(page.content.decode())


def test_signs_and_numbers_open_their_records(cast: Cast, settings: Any) -> None:
    surveyed(cast)
    page = page_of(cast, settings, cast.prosecutor)
    assert 'aria-label="KHJ01-0002: bone"' in page
    assert 'aria-label="(7) cut"' in page
    assert "KHJ01-0003" in page
    assert "Some finds have no point" in page


def test_what_is_kept_from_the_liaison_moves_nothing_on_their_plan(cast: Cast, settings: Any) -> None:
    surveyed(cast)
    page = page_of(cast, settings, cast.liaison)
    assert "KHJ01-0003" not in page
    assert "KHJ01-0002" in page
    assert "300" not in re.findall(r'text-anchor="end">([\d.]+)<', page), (
        "the grid reaches as far as what is hidden"
    )


def test_the_own_grid_tells_the_liaison_nothing_of_where_an_unprotected_site_is(
    cast: Cast, settings: Any
) -> None:
    surveyed(cast)
    with change(INSTALLER, "tests.plan.placed"):
        Site.objects.filter(pk=cast.site_a.pk).update(longitude="46.7912345", latitude="39.9123456")
    page = page_of(cast, settings, cast.liaison)
    assert "46.79" not in page
    assert "39.91" not in page


def test_the_plan_is_shown_larger_on_demand_and_no_other_size_is_taken(cast: Cast, settings: Any) -> None:
    surveyed(cast)
    assert 'width="1520"' in page_of(cast, settings, cast.prosecutor, zoom="200")
    assert 'width="760"' in page_of(cast, settings, cast.prosecutor, zoom="9999999")


def test_a_full_plan_asks_no_more_than_an_empty_one(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)
    client = browser(cast.prosecutor, settings)
    url = reverse("admin:remains_site_plan", args=[cast.site_a.pk])

    def asked() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    few = asked()
    surveyed(cast)
    assert asked() == few
