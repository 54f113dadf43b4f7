"""Directions, observations and the sharing log through the interface: about a record of the case, within sight."""

from __future__ import annotations

from cases import topics
from cases.models import Direction
from cases.services import sharing
from tests.actors import Cast
from tests.calling import Caller, problem


def test_a_direction_says_which_record_it_is_about_once(cast: Cast) -> None:
    prosecutor = Caller(cast.prosecutor)
    asked = {"case": str(cast.case_a.pk), "what": "X-ray it", "assignee": str(cast.anthropologist.pk)}
    about = topics.address_of(cast.find_a)
    made = prosecutor.made("/directions", about=about, handling="investigation", **asked)
    assert made["about"] == about
    assert Direction.objects.select_related("about").get().about.record == cast.find_a  # type: ignore[union-attr]
    for unseen in (topics.address_of(cast.find_b), "remains_find:1", "cases_user:x"):
        problem(prosecutor.post("/directions", {**asked, "about": unseen}), 422, "record.invalid", "about")
    moved = prosecutor.patch(f"/directions/{made['id']}", {"about": None}, version=made["version"])
    problem(moved, 422, "request.read_only_field", "about")


def test_an_observation_is_made_for_readers_who_are_named(cast: Cast) -> None:
    liaison = Caller(cast.liaison)
    said = {"case": str(cast.case_a.pk), "text": "The fence is open"}
    problem(liaison.post("/observations", said), 422, "record.required", "handling")
    made = liaison.made(
        "/observations", handling="humanitarian", about=topics.address_of(cast.site_a), **said
    )
    assert Caller(cast.prosecutor).get(f"/observations/{made['id']}").status_code == 404
    assert [row["id"] for row in liaison.get("/observations").json()["results"]] == [made["id"]]


def test_what_was_shared_is_read_and_where_it_comes_from_only_by_those_who_see_it(cast: Cast) -> None:
    from cases.services.handling import set_handling

    set_handling(actor=cast.investigator, record=cast.site_a, handling="investigation", reason="x", version=1)
    cast.site_a.refresh_from_db()
    entry = sharing.share(
        actor=cast.prosecutor, record=cast.site_a, names=["name"], recipient="icrc", body="ICRC", basis="x",
        version=cast.site_a.version,
    )  # fmt: skip
    liaison, prosecutor = Caller(cast.liaison), Caller(cast.prosecutor)
    shown = liaison.get(f"/sharings/{entry.pk}")
    assert shown.json()["content"][0]["value"] == "Site KHJ01"
    assert liaison.get("/sharing-sources").json()["results"] == []
    [source] = prosecutor.get("/sharing-sources").json()["results"]
    assert source["about"] == topics.address_of(cast.site_a)
