"""Lists as files: the rows of the list, what the viewer may see, and a line in the access log of each case."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cases.exporting import workbook
from cases.ledger.context import change
from cases.models import AccessLogEntry, Site
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.cases.exports import content, listed, page, rows
from tests.cases.test_admin_base import browser
from tests.scene import MAKERS, Scene, fill_system

pytestmark = pytest.mark.django_db
SITES, FINDS = "cases_site", "remains_find"
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[46.79, 39.91], [46.80, 39.91], [46.80, 39.92], [46.79, 39.91]]],
}


@pytest.fixture
def places(cast: Cast) -> dict[str, Site]:
    """A site with a point that is not protected, one with an outline that is, and one without a place."""
    with change(INSTALLER, "tests.sites.made"):
        made = {
            "point": make_site(
                cast.case_a, "P1", longitude="46.7910001", latitude="39.911", accuracy_m="1500",
                place_description="by the wall",
            ),
            "outline": make_site(
                cast.case_a, "P2", longitude="46.795", latitude="39.9125", outline=OUTLINE
            ),
            "nowhere": make_site(cast.case_a, "P3"),
        }  # fmt: skip
        for status in ("verified", "excavation"):
            Site.objects.filter(pk=made["outline"].pk).update(status=status)
        make_find(made["point"], 1, description="=cmd()", easting_m="1.250", northing_m="2.5")
        make_find(made["outline"], 1)
    return made


@pytest.mark.parametrize(
    "name", ["investigator", *(pytest.param(n, marks=pytest.mark.slow) for n in ("auditor", "administrator"))]
)
def test_every_list_offers_its_files_and_each_holds_its_rows(name: str, cast: Cast, settings: Any) -> None:
    fill_system(2)
    Scene(cast.case_a).fill(2)
    client = browser(cast.people[name], settings)
    for model in admin.site._registry:
        stem = f"{model._meta.app_label}_{model._meta.model_name}"
        if client.get(page(stem, "changelist")).status_code == 403:
            assert client.get(page(stem, "export")).status_code == 403
            assert client.post(page(stem, "export_file", "csv")).status_code == 403
            continue
        ids = listed(client, stem)
        told = client.get(page(stem, "export"))
        assert told.context["number"] == len(ids), stem
        if stem == "cases_accesslogentry":
            continue  # each of its exports adds a line to it
        assert [row["id"] for row in rows(client, stem)] == ids, stem


def test_a_file_has_the_filter_the_search_and_the_order_of_its_list(
    cast: Cast, places: dict[str, Site], settings: Any
) -> None:
    client = browser(cast.investigator, settings)
    for query in ("status__exact=reported", "q=P1", "o=-1", "withdrawn=only", "q=P&status__exact=excavation"):
        assert [row["id"] for row in rows(client, SITES, query)] == listed(client, SITES, query), query
    assert (
        'href="/admin/cases/site/export/?status__exact=reported'
        in client.get(page(SITES, "changelist", query="status__exact=reported")).content.decode()
    )


def test_a_workbook_holds_the_same_rows(cast: Cast, places: dict[str, Site], settings: Any) -> None:
    client = browser(cast.investigator, settings)
    sheet = load_workbook(io.BytesIO(content(client, SITES, "xlsx"))).active
    assert sheet is not None
    header, *found = sheet.iter_rows(values_only=True)
    as_text = rows(client, SITES)
    assert list(header) == list(as_text[0])
    at = header.index("id")
    assert [row[at] for row in found] == [row["id"] for row in as_text]
    longitudes = {row[header.index("Longitude")] for row in found}
    assert 46.7910001 in longitudes


def test_what_may_be_kept_from_the_viewer_is_kept_record_by_record(
    cast: Cast, places: dict[str, Site], settings: Any
) -> None:
    for_liaison = {row["Code"]: row for row in rows(browser(cast.liaison, settings), SITES)}
    assert for_liaison["P1"]["Longitude"] == for_liaison["P1"]["Place in words"] == ""
    assert "Longitude" in for_liaison["P1"]["Withheld"]
    assert (for_liaison["P2"]["Longitude"], for_liaison["P2"]["Withheld"]) == ("46.7950000", "")
    for_others = {row["Code"]: row for row in rows(browser(cast.investigator, settings), SITES)}
    assert for_others["P1"]["Longitude"] == "46.7910001"
    assert "Withheld" not in for_others["P1"]
    for form in ("geojson", "kml"):
        for stem in (SITES, FINDS):
            told = content(browser(cast.liaison, settings), stem, form).decode()
            assert "46.7910001" not in told
            assert "1500" not in told
            assert "by the wall" not in told


def test_places_stand_as_recorded_with_their_accuracy(
    cast: Cast, places: dict[str, Site], settings: Any
) -> None:
    client = browser(cast.investigator, settings)
    told = json.loads(content(client, SITES, "geojson"), parse_float=Decimal)
    by_code = {feature["properties"]["Code"]: feature for feature in told["features"]}
    assert by_code["P1"]["geometry"]["coordinates"] == [Decimal("46.7910001"), Decimal("39.9110000")]
    assert by_code["P1"]["properties"]["Accuracy (m)"] == Decimal("1500.0")
    assert by_code["P2"]["geometry"]["type"] == "Polygon"
    assert by_code["P3"]["geometry"] is None
    finds = json.loads(content(client, FINDS, "geojson"), parse_float=Decimal)["features"]
    lies = {feature["properties"]["Number"]: feature for feature in finds}
    assert lies["P1-0001"]["geometry"]["coordinates"][0] == Decimal("46.7910001")
    assert lies["P1-0001"]["properties"]["East (m)"] == Decimal("1.250")
    assert lies["P1-0001"]["properties"]["Accuracy of the site's point (m)"] == Decimal("1500.0")


@pytest.fixture
def ogrinfo() -> str:
    """Return GDAL's reader of maps, or skip where there is none; where tests are run for everybody it must be there."""
    found = shutil.which("ogrinfo")
    if found is None:
        missing = "no ogrinfo: install Debian's gdal-bin to have other people's program read the maps"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.mark.parametrize(("stem", "number"), [(SITES, 4), (FINDS, 3)])
@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_gdal_reads_what_lies_where(
    cast: Cast, places: dict[str, Site], settings: Any, ogrinfo: str, tmp_path: Path, stem: str, number: int,
    form: str,
) -> None:  # fmt: skip
    file = tmp_path / f"told.{form}"
    file.write_bytes(content(browser(cast.investigator, settings), stem, form))
    read = subprocess.run([ogrinfo, "-al", str(file)], capture_output=True, text=True, check=True)
    assert "ERROR" not in read.stderr
    assert f"Feature Count: {number}" in read.stdout
    assert "46.7910001" in read.stdout
    assert "POINT" in read.stdout
    assert ("POLYGON" in read.stdout) is (stem == SITES)
    assert "P1" in read.stdout


def test_an_export_is_logged_in_each_case_with_its_filter_and_its_rows(cast: Cast, settings: Any) -> None:
    rows(browser(cast.investigator, settings), SITES, "q=KHJ")
    line = AccessLogEntry.objects.get(kind="exported")
    assert (line.user_id, line.case_id, line.table_name) == (
        cast.investigator.pk, cast.case_a.pk, "cases_site",
    )  # fmt: skip
    assert line.detail == "1 row as CSV; filter: q=KHJ"
    shown = browser(cast.auditor, settings).get(page("cases_accesslogentry", "changelist")).content.decode()
    assert "1 row as CSV" in shown


def test_a_file_is_asked_for_and_not_come_upon(cast: Cast, settings: Any) -> None:
    client = browser(cast.investigator, settings)
    assert client.get(page(SITES, "export_file", "csv")).status_code == 405
    assert client.post(page(SITES, "export_file", "pdf")).status_code == 404
    assert client.post(page("cases_incident", "export_file", "kml")).status_code == 404
    assert not AccessLogEntry.objects.filter(kind="exported").exists()
    assert client.post(page(SITES, "export_file", "csv", query="longitude__gte=1")).status_code in {302, 400}


def test_what_a_sheet_does_not_hold_is_refused_with_the_way_forward(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(cast.investigator, settings)
    with change(INSTALLER, "tests.contradiction.made"):
        from cases.models import SiteContradiction

        SiteContradiction.objects.create(
            case=cast.case_a, site=cast.site_a, rule="x", description="y" * (workbook.LONGEST_CELL + 1)
        )
    answer = client.post(page("cases_sitecontradiction", "export_file", "xlsx"))
    assert (answer.status_code, answer.context["refusal"].code) == (422, "export.cell_too_long")
    assert "Take CSV" in answer.content.decode()
    assert len(rows(client, "cases_sitecontradiction")[0]["What contradicts what"]) > workbook.LONGEST_CELL
    monkeypatch.setattr(workbook, "LARGEST_ROWS", 1)
    answer = client.post(page(SITES, "export_file", "xlsx"))
    assert (answer.status_code, answer.context["refusal"].code) == (422, "export.too_many_rows")


@pytest.fixture
def session_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the clock of the session from adding a write now and then."""
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)


@pytest.mark.usefixtures("session_not_written")
@pytest.mark.parametrize("name", ["investigator", "liaison"])
def test_a_file_asks_the_database_as_often_for_many_rows(cast: Cast, settings: Any, name: str) -> None:
    client = browser(cast.people[name], settings)
    scene = Scene(cast.case_a)
    made = scene.fill(2)
    registered = [model for model in made if model in admin.site._registry]
    stems = [f"{model._meta.app_label}_{model._meta.model_name}" for model in registered]

    def asked() -> dict[str, int]:
        counts = {}
        for stem in stems:
            content(client, stem, "csv")
            with CaptureQueriesContext(connection) as queries:
                content(client, stem, "csv")
            counts[stem] = len(queries)
        return counts

    few = asked()
    with change(INSTALLER, "tests.scene.made"):
        for model, make in MAKERS.items():
            for index in range(2, 8):
                made[model].append(make(scene, made, index))
    many = asked()
    assert {stem: (few[stem], many[stem]) for stem in stems if many[stem] > few[stem]} == {}
