"""Sites: point and outline, codes, parts, steps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from cases.ledger.context import change
from cases.models import ProtectionBreach, ProtectionMeasure, Site, SiteHazard, SiteLink
from cases.refusals import NotVisible
from cases.services import site as service
from cases.services.record import create_record, withdraw_record
from tests.actors import INSTALLER, SINCE, Cast, make_site
from tests.refused import database_refuses, refused, run

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[46.0, 39.0], [46.2, 39.0], [46.2, 39.2], [46.0, 39.2], [46.0, 39.0]]],
}
HOLED = {
    "type": "Polygon",
    "coordinates": [
        *SQUARE["coordinates"],
        [[46.05, 39.05], [46.15, 39.05], [46.15, 39.15], [46.05, 39.15], [46.05, 39.05]],
    ],
}
TWO = {
    "type": "MultiPolygon",
    "coordinates": [SQUARE["coordinates"], [[[10, 10], [11, 10], [11, 11], [10, 10]]]],
}


def new_site(cast: Cast, **fields: Any) -> Site:
    return Site(**{"case": cast.case_a, "code": "N1", "name": "New", **fields})


def create(cast: Cast, **fields: Any) -> Site:
    return service.create(actor=cast.investigator, record=new_site(cast, **fields))


def test_a_site_begins_as_reported_whatever_was_asked(cast: Cast) -> None:
    assert create(cast, status="released").status == "reported"


def test_a_point_inside_the_outline_is_filled_in(cast: Cast) -> None:
    for number, outline in enumerate((SQUARE, HOLED, TWO)):
        site = create(cast, code=f"S{number}", outline=outline)
        site.refresh_from_db()
        assert site.longitude is not None
        assert site.latitude is not None


def test_the_point_of_a_point_is_itself(cast: Cast) -> None:
    site = create(cast, outline='{"type": "Point", "coordinates": [46.79631234567, 39.9]}')
    assert (site.longitude, site.latitude) == (Decimal("46.7963123"), Decimal("39.9000000"))


def test_a_point_on_the_edge_is_on_the_outline(cast: Cast) -> None:
    assert create(cast, outline=SQUARE, longitude=Decimal("46.1"), latitude=Decimal(39)).version == 1


@pytest.mark.parametrize(
    ("outline", "longitude", "latitude"),
    [
        (SQUARE, "46.3", "39.1"),
        (HOLED, "46.1", "39.1"),
        ({"type": "Point", "coordinates": [1, 2]}, "1", "2.1"),
    ],
)
def test_a_point_outside_its_outline_is_refused(
    cast: Cast, outline: Any, longitude: str, latitude: str
) -> None:
    fields = {"outline": outline, "longitude": Decimal(longitude), "latitude": Decimal(latitude)}
    with refused("site.point_outside_outline", "longitude"):
        create(cast, **fields)
    with database_refuses("cases_site_point_outside_outline"):
        make_site(cast.case_a, "N1", **fields)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"outline": "{"}, "geometry.not_json", "outline"),
        ({"outline": {"type": "LineString", "coordinates": []}}, "geometry.kind", "outline"),
        ({"longitude": Decimal(0), "latitude": Decimal(0)}, "geometry.no_place", "longitude"),
        ({"longitude": Decimal(46)}, "record.position_whole", "longitude"),
        ({"longitude": Decimal(181), "latitude": Decimal(1)}, "geometry.out_of_range", "longitude"),
        ({"code": "KHJ01"}, "site.code_taken", "code"),
        ({"code": "a/b"}, "record.invalid", "code"),
        ({"name": ""}, "record.invalid", "name"),
        ({"burial_edtf": "spring"}, "record.invalid", "burial_edtf"),
        ({"site_type_id": "shape.trench"}, "record.invalid", "site_type"),
        ({"accuracy_m": Decimal(0)}, "record.invalid", "accuracy_m"),
    ],
)
def test_an_impossible_site_is_refused(cast: Cast, fields: dict[str, Any], code: str, field: str) -> None:
    with refused(code, field):
        create(cast, **fields)


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("outline = '[]'", "cases_site_outline_form"),
        ('outline = \'{"type": "Point", "coordinates": [1, 1]}\'', "cases_site_outline_form"),
        ("longitude = 1", "cases_site_position_whole"),
        ("longitude = 200, latitude = 1", "cases_site_position_on_earth"),
        ("accuracy_m = 0", "cases_site_accuracy_positive"),
        ("site_type_id = 'shape.trench'", "cases_site_site_type_list"),
        ("status = 'released'", "cases_site_workflow"),
        ("status = 'lost'", "cases_site_workflow"),
        ("handling = 'secret'", "cases_site_handling_known"),
        ("withdrawn_at = now()", "cases_site_withdrawal_reasoned"),
        ("burial_earliest_on = '2000-01-01', burial_latest_on = '1999-01-01'", "cases_site_burial_ordered"),
    ],
)
def test_no_statement_makes_an_impossible_site(cast: Cast, column: str, rule: str) -> None:
    with database_refuses(rule):
        run(f"UPDATE cases_site SET {column} WHERE id = %s", cast.site_a.pk)


def test_the_same_code_in_another_case_is_another_site(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        assert make_site(cast.case_b, "KHJ01").version == 1


def test_a_code_that_stands_on_labels_stays(cast: Cast) -> None:
    site = Site.objects.get(pk=cast.site_a.pk)
    site.code = "X9"
    with refused("site.code_labelled", "code"):
        service.change(actor=cast.investigator, record=site, version=1)
    free = create(cast)
    free.code = "X9"
    assert service.change(actor=cast.investigator, record=free, version=1).version == 2


def test_a_status_is_no_field_of_a_form(cast: Cast) -> None:
    cast.site_a.status = "verified"
    with refused("record.not_by_hand", "status"):
        service.change(actor=cast.investigator, record=cast.site_a, version=1)


def test_a_site_stays_in_its_case(cast: Cast) -> None:
    cast.site_a.case = cast.case_b
    with refused("record.not_by_hand", "case"):
        service.change(actor=cast.investigator, record=cast.site_a, version=1)


def test_a_breach_changes_no_status_silently(cast: Cast) -> None:
    kind = "protection.guard"
    create_record(
        actor=cast.investigator,
        record=ProtectionMeasure(case=cast.case_a, site=cast.site_a, kind_id=kind, from_on=SINCE),
    )
    service.apply_transition(actor=cast.investigator, site=cast.site_a, name="verify", version=1)
    service.apply_transition(actor=cast.investigator, site=cast.site_a, name="protect", version=2)
    create_record(
        actor=cast.investigator,
        record=ProtectionBreach(
            case=cast.case_a, site=cast.site_a, noticed_on=SINCE, description="fence cut"
        ),
    )
    assert Site.objects.get(pk=cast.site_a.pk).status == "protected"


def test_a_site_is_not_protected_by_word_alone(cast: Cast) -> None:
    service.apply_transition(actor=cast.investigator, site=cast.site_a, name="verify")
    with refused("site.no_protection_recorded"):
        service.apply_transition(actor=cast.investigator, site=cast.site_a, name="protect")


def hazard(site: Site, **fields: Any) -> SiteHazard:
    return SiteHazard(
        **{"case": site.case, "site": site, "kind_id": "hazard.mines", "reported_on": SINCE, **fields}
    )


def test_a_part_belongs_to_a_site_of_its_case(cast: Cast) -> None:
    assert create_record(actor=cast.investigator, record=hazard(cast.site_a)).version == 1
    with refused("access.not_found"):
        create_record(actor=cast.investigator, record=hazard(cast.site_b, case=cast.case_a))
    with database_refuses("cases_sitehazard_site_same_case"):
        hazard(cast.site_b, case=cast.case_a).save()


def test_who_sees_both_cases_is_told_which(cast: Cast) -> None:
    from cases.services.membership import add_member

    add_member(actor=cast.prosecutor, case=cast.case_a, user=cast.outsider, role="investigator")
    with refused("record.other_case", "site"):
        create_record(actor=cast.outsider, record=hazard(cast.site_b, case=cast.case_a))


def test_a_part_of_a_site_out_of_sight_is_refused_as_not_visible(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        hidden = make_site(cast.case_a, "H1", handling="humanitarian")
    with pytest.raises(NotVisible):
        create_record(actor=cast.investigator, record=hazard(hidden))


def test_nothing_is_recorded_with_what_was_withdrawn(cast: Cast) -> None:
    site = create(cast)
    withdraw_record(actor=cast.investigator, record=site, reason="entered twice")
    with refused("record.parent_withdrawn", "site"):
        create_record(actor=cast.investigator, record=hazard(site))


def test_a_site_is_not_linked_with_itself(cast: Cast) -> None:
    link = SiteLink(case=cast.case_a, first=cast.site_a, second=cast.site_a, kind="same_event", basis="soil")
    with refused("sitelink.two_sites", "second"):
        create_record(actor=cast.investigator, record=link)
    with database_refuses("cases_sitelink_two_sites"):
        link.save()


def test_a_hazard_is_not_cleared_before_it_was_reported(cast: Cast) -> None:
    with refused("record.days_ordered"):
        create_record(actor=cast.investigator, record=hazard(cast.site_a, cleared_on=dt.date(2019, 1, 1)))
