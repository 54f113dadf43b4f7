"""Outlines in the site's own grid: typed as corners, kept in one form, refused with the corner that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases import grid
from cases.models import Context
from cases.services import context as service
from tests.actors import Cast
from tests.cases.test_admin_base import browser
from tests.forms import as_sent
from tests.refused import database_refuses, refused, run

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 3.5], [0, 3.5], [0, 0]]]}


@pytest.mark.parametrize(
    "typed",
    ["0 0\n4 0\n4 3.5\n0 3.5", "0, 0\n\n4; 0\n 4  3.5\n0 3.5\n0 0", str(SQUARE).replace("'", '"'), SQUARE],
)
def test_an_outline_has_one_form_however_it_was_typed(typed: Any) -> None:
    assert grid.outline(typed) == SQUARE
    assert grid.outline(grid.as_typed(SQUARE)) == SQUARE


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "grid.too_few"),
        ("0 0\n1 1", "grid.too_few"),
        ("0 0\n1 1\n0 0\n1 1", "grid.too_few"),
        ("0 0\n1 1\n2 2", "grid.crosses_itself"),
        ("0 0\n4 4\n4 0\n0 4", "grid.crosses_itself"),
        ("0 0\n4 north\n4 4", "grid.not_read"),
        ("46.79 39.91 12\n4 0\n4 4", "grid.not_read"),
        ("{", "grid.not_read"),
        ('{"type": "Point", "coordinates": [1, 2]}', "grid.not_read"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, float("nan")], [1, 1]]]}, "grid.not_read"),
        ("0 0\n4000000 0\n4 4", "grid.too_far"),
        ("\n".join(f"{n} {n % 2}" for n in range(600)), "grid.too_many"),
    ],
)
def test_what_is_no_outline_is_refused(typed: Any, code: str) -> None:
    with refused(code, "outline"):
        grid.outline(typed)


@given(st.text(max_size=60) | st.dictionaries(st.text(max_size=12), st.integers() | st.text(max_size=4)))
def test_whatever_is_typed_is_read_or_refused(typed: Any) -> None:
    try:
        read = grid.outline(typed)
    except grid.InvalidOutline:
        return
    assert grid.outline(read) == read


def test_a_context_keeps_its_outline_and_refuses_a_crooked_one(cast: Cast) -> None:
    record = Context(case=cast.case_a, site=cast.site_a, number="12", kind="cut", outline=SQUARE)
    service.create(actor=cast.investigator, record=record)
    assert Context.objects.get(number="12").outline == SQUARE
    with refused("grid.crosses_itself", "outline"):
        record.outline = {"type": "Polygon", "coordinates": [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]}
        service.change(actor=cast.investigator, record=record, version=1)


@pytest.mark.parametrize(
    "stored",
    [
        '{"type": "Point", "coordinates": [1, 2]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1]]]}',
        '{"type": "Polygon"}',
        "[]",
    ],
)
def test_the_database_holds_no_outline_that_is_none(cast: Cast, stored: str) -> None:
    record = Context(case=cast.case_a, site=cast.site_a, number="12", kind="cut")
    service.create(actor=cast.investigator, record=record)
    with database_refuses("cases_context_outline_whole"):
        run("UPDATE cases_context SET outline = %s WHERE id = %s", stored, record.pk)


def test_the_form_takes_corners_and_shows_them_again(cast: Cast, settings: Any) -> None:
    record = Context(case=cast.case_a, site=cast.site_a, number="12", kind="cut")
    service.create(actor=cast.investigator, record=record)
    client = browser(cast.investigator, settings)
    url = reverse("admin:cases_context_change", args=[record.pk])
    crooked = client.post(url, as_sent(client.get(url), outline="0 0\n4 4\n4 0\n0 4"))
    assert "not a plain area" in crooked.content.decode()
    assert client.post(url, as_sent(client.get(url), outline="0 0\n4 0\n4 3.5\n0 3.5")).status_code == 302
    assert Context.objects.get(pk=record.pk).outline == SQUARE
    assert "4 3.5" in client.get(url).content.decode()
    version = Context.objects.get(pk=record.pk).version
    client.post(url, as_sent(client.get(url)))
    assert Context.objects.get(pk=record.pk).version == version, "the same outline is no change"
