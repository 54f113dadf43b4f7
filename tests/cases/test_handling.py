"""A record's handling, changed together with what hangs on it: in which order, by whom, and when it is refused."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import access
from cases.ledger.context import change
from cases.models import CaseRecord, Incident, LedgerEntry, Site, SiteHazard, SiteLink, StatedFigure
from cases.services.handling import prospects, set_handling
from cases.services.handling_below import kinds_below, read_below, references_to
from cases.services.record import create_record, withdraw_record
from remains.models import ConditionNote, Estimate, Find, Lineage
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site
from tests.cases.everything import case_record_models, one_of_each
from tests.refused import database_refuses, refused, run
from tests.scene import MAKERS, Scene

ABOVE_SITES = {
    *("Site", "Incident", "Membership", "Individual", "Photograph", "Document"),
    # What the public is told hangs on its page; facts are taken out of records, and hang on none.
    *("PublicPage", "PublicTitle", "PublicUpdate", "PublicText", "PublicFact"),
}
ABOVE_SITES |= {"Proceeding", "Disclosure", "Sharing", "SharingAgreement", "StoragePlace", "Consignment"}
#: Its items hang on what is sent; what is asked of the laboratory, and what it files, is of them all.
ABOVE_SITES |= {"Referral", "Examination", "ExpertReport"}
# What partners contribute hangs on their agreement.
ABOVE_SITES |= {"Contribution"}
#: Has the handling of what it names, and no page for it.
FOLLOWING = {"Topic"}


def handled(cast: Cast, who: str, record: Any, handling: str, **more: Any) -> Any:
    record.refresh_from_db()
    more = {"reason": "told by the court", "version": record.version, **more}
    return set_handling(actor=cast.people[who], record=record, handling=handling, **more)


def a_hazard(cast: Cast, site: Any = None, **fields: Any) -> SiteHazard:
    values = {"kind_id": "hazard.mines", "reported_on": SINCE, **fields}
    with change(INSTALLER, "tests.part.made"):
        return SiteHazard.objects.create(case=cast.case_a, site=site or cast.site_a, **values)


def handlings(records: Any) -> set[str]:
    return {type(record)._base_manager.get(pk=record.pk).handling for record in records}


def test_every_kind_that_refers_to_records_of_its_case_is_reached_from_what_it_refers_to() -> None:
    for model in case_record_models():
        for kind in kinds_below(model):
            assert references_to(kind) or kind in case_record_models()
    below_sites = {kind.__name__ for kind in kinds_below(Site)}
    assert below_sites == {model.__name__ for model in case_record_models()} - ABOVE_SITES


def test_a_site_is_restricted_and_opened_with_everything_on_it(cast: Cast) -> None:
    made = one_of_each(cast, "open")
    parts = [
        record for name, record in made.items() if name not in {*ABOVE_SITES, "StatedFigure", "second_site"}
    ]
    handled(cast, "investigator", made["Site"], "investigation")
    assert handlings([made["Site"], *parts]) == {"investigation"}
    assert handlings([made["second_site"], made["Incident"], made["StatedFigure"]]) == {"open"}
    handled(cast, "investigator", made["Site"], "open", with_parts=True)
    assert handlings([made["Site"], *parts]) == {"open"}


def test_what_hung_on_an_opened_record_keeps_its_handling(cast: Cast) -> None:
    made = one_of_each(cast, "investigation")
    handled(cast, "investigator", made["Site"], "open")
    assert handlings([made["Site"]]) == {"open"}
    assert handlings([made["Find"], made["Context"], made["SiteHazard"]]) == {"investigation"}


def test_withdrawn_parts_follow(cast: Cast) -> None:
    hazard = a_hazard(cast)
    withdraw_record(actor=cast.investigator, record=hazard, reason="twice")
    handled(cast, "investigator", cast.site_a, "investigation")
    assert handlings([hazard]) == {"investigation"}
    handled(cast, "investigator", cast.site_a, "open", with_parts=True)
    assert handlings([hazard]) == {"open"}


def test_a_withdrawn_record_is_restricted_too(cast: Cast) -> None:
    hazard = a_hazard(cast)
    withdraw_record(actor=cast.investigator, record=hazard, reason="twice")
    handled(cast, "investigator", hazard, "investigation")
    assert handlings([hazard]) == {"investigation"}


def test_a_chain_of_estimates_follows_its_last_one(cast: Cast) -> None:
    with change(INSTALLER, "tests.estimate.made"):
        made = [
            Estimate.objects.create(
                case=cast.case_a, find=cast.find_a, kind="age", age_min_years=4, certainty="presumed",
                method="m", basis="b", observer="o",
            )
            for _turn in range(4)
        ]  # fmt: skip
        for old, new in pairwise(made):
            old.superseded_by = new
            old.save()
    with CaptureQueriesContext(connection) as queries:
        below = read_below(made[-1])
    assert {part.id for _kind, part in below.every_part()} == {old.pk for old in made[:-1]}
    # The estimates at once, the findings of laboratories they came from, and what is said about any of them.
    assert len(queries) == 4
    handled(cast, "anthropologist", made[-1], "investigation")
    assert handlings(made) == {"investigation"}


def test_every_changed_record_has_an_entry_with_the_reason_in_one_change(cast: Cast) -> None:
    hazard = a_hazard(cast)
    before = LedgerEntry.objects.filter(chain=cast.case_a.pk).count()
    changed = handled(cast, "investigator", cast.site_a, "investigation")
    entries = LedgerEntry.objects.filter(chain=cast.case_a.pk).order_by("seq")[before:]
    assert [entry.record_id for entry in entries][-1] == str(cast.site_a.pk)
    assert {entry.record_id for entry in entries} == {
        str(record.pk) for record in (hazard, cast.find_a, cast.site_a)
    }
    assert {(entry.action, entry.reason, entry.actor_name) for entry in entries} == {
        ("cases.site.handling_changed", "told by the court", "Investigator")
    }
    assert changed.version == Site.objects.get(pk=cast.site_a.pk).version == 2


def test_the_number_of_queries_does_not_grow_with_the_parts(cast: Cast) -> None:
    scene = Scene(cast.case_a)

    def queries(made: Any) -> int:
        prospects(actor=cast.investigator, record=made[Site][0])
        with CaptureQueriesContext(connection) as captured:
            prospects(actor=cast.investigator, record=made[Site][0])
            handled(cast, "investigator", made[Site][0], "investigation")
            handled(cast, "investigator", made[Site][0], "open", with_parts=True)
        return len(captured)

    few = queries(scene.fill(2))
    scene.mark = "again"
    assert queries(scene.fill(20)) == few
    assert set(kinds_below(Site)) <= set(MAKERS)


@pytest.mark.parametrize("who", ["prosecutor", "custodian", "auditor", "supervisor", "liaison"])
def test_only_who_may_change_a_record_changes_its_handling(cast: Cast, who: str) -> None:
    with refused("access.forbidden"):
        handled(cast, who, cast.site_a, "investigation")


def test_who_may_otherwise_is_said(cast: Cast) -> None:
    with pytest.raises(Exception, match="investigator"):
        handled(cast, "prosecutor", cast.site_a, "investigation")


@pytest.mark.parametrize("who", ["outsider", "nobody", "laboratory", "administrator"])
def test_who_does_not_see_a_record_is_told_of_none(cast: Cast, who: str) -> None:
    with refused("access.not_found"):
        handled(cast, who, cast.site_a, "investigation")


@pytest.mark.parametrize(
    ("handling", "more", "code"),
    [
        ("humanitarian", {}, "record.handling_out_of_sight"),
        ("secret", {}, "record.handling_unknown"),
        ("open", {}, "record.handling_already"),
        ("investigation", {"reason": " "}, "record.reason_required"),
        ("investigation", {"version": 7}, "record.stale"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, handling: str, more: dict[str, Any], code: str) -> None:
    with refused(code):
        handled(cast, "investigator", cast.site_a, handling, **more)
    assert handlings([cast.site_a, cast.find_a]) == {"open"}


def test_a_closed_case_changes_no_handling(cast: Cast) -> None:
    with change(cast.prosecutor, "tests.case.closed"):
        cast.case_a.closure_proposed_by = cast.prosecutor
        cast.case_a.closure_reason = "done"
        cast.case_a.save()
    with change(cast.second_prosecutor, "tests.case.closed", reason="done"):
        cast.case_a.status, cast.case_a.closed_by = "closed", cast.second_prosecutor
        cast.case_a.save()
    with refused("case.closed"):
        handled(cast, "investigator", cast.site_a, "investigation")


def test_a_part_is_not_opened_below_what_is_restricted(cast: Cast) -> None:
    handled(cast, "investigator", cast.site_a, "investigation")
    with refused("record.handling_of_parent"):
        handled(cast, "investigator", cast.find_a, "open")


def test_the_database_opens_no_part_and_moves_none_below_what_is_restricted(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        restricted = make_site(cast.case_a, "R1", handling="investigation")
        below = make_find(restricted, 1, handling="investigation")
        elsewhere = make_find(make_site(cast.case_a, "R2"), 1)
    with database_refuses("remains_find_handling_of_parent"):
        run("UPDATE remains_find SET handling = 'open' WHERE id = %s", below.pk)
    hazard = a_hazard(cast)
    with database_refuses("cases_sitehazard_handling_of_parent"):
        run("UPDATE cases_sitehazard SET site_id = %s WHERE id = %s", restricted.pk, hazard.pk)
    with change(INSTALLER, "tests.find.changed"):
        run("UPDATE remains_find SET handling = 'investigation' WHERE id = %s", elsewhere.pk)


def a_link(cast: Cast, handling: str) -> tuple[Any, Any, Any]:
    with change(INSTALLER, "tests.link.made"):
        first, second = (make_site(cast.case_a, code, handling=handling) for code in ("L1", "L2"))
        link = SiteLink.objects.create(
            case=cast.case_a, first=first, second=second, kind="same_event", basis="x", handling=handling
        )
    return first, second, link


def test_a_part_of_two_restricted_records_is_not_opened_with_one_of_them(cast: Cast) -> None:
    first, second, link = a_link(cast, "investigation")
    with pytest.raises(Exception, match="belongs also") as caught:
        handled(cast, "investigator", first, "open", with_parts=True)
    assert caught.value.code == "record.part_of_two"  # type: ignore[attr-defined]
    assert "L2" in caught.value.rule  # type: ignore[attr-defined]
    handled(cast, "investigator", first, "open")
    handled(cast, "investigator", second, "open", with_parts=True)
    assert handlings([first, second, link]) == {"open"}


def test_a_part_of_two_open_records_follows_the_one_that_is_restricted(cast: Cast) -> None:
    first, second, link = a_link(cast, "open")
    handled(cast, "investigator", first, "investigation")
    assert handlings([first, link]) == {"investigation"}
    assert handlings([second]) == {"open"}


def test_what_the_icrc_learned_in_confidence_does_not_pass_to_the_investigation(cast: Cast) -> None:
    """A humanitarian figure about an open site: the site stays open, and nobody is told of the figure."""
    figure = create_record(
        actor=cast.liaison,
        record=StatedFigure(
            case=cast.case_a, site=cast.site_a, measure_id="measure.killed", qualifier="exact", number=9,
            source="CANARY", handling="humanitarian",
        ),
    )  # fmt: skip
    with pytest.raises(Exception, match="Not all") as caught:
        handled(cast, "investigator", cast.site_a, "investigation")
    assert caught.value.code == "record.part_of_other_handling"  # type: ignore[attr-defined]
    said = f"{caught.value} {caught.value.rule} {prospects(actor=cast.investigator, record=cast.site_a)}"  # type: ignore[attr-defined]
    assert "CANARY" not in said
    assert "figure" not in str(caught.value)
    assert "umanitarian" not in str(caught.value)
    assert handlings([figure]) == {"humanitarian"}
    assert handlings([cast.site_a]) == {"open"}


def see_all(cast: Cast, name: str) -> None:
    """Let somebody see every handling. No team or appointment gives that to who may change anything."""
    roles = {cast.case_a.pk: frozenset({name, "auditor"})}
    cast.people[name]._taphos_standing = access.Standing(by_case=roles)  # type: ignore[attr-defined]


def test_a_part_of_other_handling_is_named_to_who_sees_it(cast: Cast) -> None:
    see_all(cast, "investigator")
    a_hazard(cast, handling="humanitarian")
    with pytest.raises(Exception, match="Not all") as caught:
        handled(cast, "investigator", cast.site_a, "investigation")
    assert "humanitarian only" in caught.value.rule  # type: ignore[attr-defined]
    handled(cast, "investigator", cast.find_a, "investigation")


def test_what_others_recorded_does_not_become_humanitarian_with_ones_own(cast: Cast) -> None:
    own = create_record(actor=cast.liaison, record=Incident(case=cast.case_a, title="x", source="y"))
    fields: dict[str, Any] = {"case": cast.case_a, "incident": own, "measure_id": "measure.killed",
                              "qualifier": "exact", "source": "Office"}  # fmt: skip
    mine = create_record(actor=cast.liaison, record=StatedFigure(**fields, number=3))
    theirs = create_record(actor=cast.investigator, record=StatedFigure(**fields, number=4))
    with refused("record.taken_away"):
        handled(cast, "liaison", own, "humanitarian")
    with refused("record.taken_away"):
        handled(cast, "liaison", theirs, "humanitarian")
    other = create_record(actor=cast.liaison, record=Incident(case=cast.case_a, title="z", source="y"))
    kept = create_record(actor=cast.liaison, record=StatedFigure(**{**fields, "incident": other}, number=5))
    handled(cast, "liaison", other, "humanitarian")
    assert handlings([other, kept]) == {"humanitarian"}
    assert handlings([own, mine, theirs]) == {"open"}
    assert not access.sees(cast.investigator, Incident.objects.get(pk=other.pk))


def test_no_record_with_parts_goes_from_one_restriction_to_the_other(cast: Cast) -> None:
    see_all(cast, "liaison")
    own = create_record(
        actor=cast.liaison, record=Incident(case=cast.case_a, title="x", source="y", handling="humanitarian")
    )
    create_record(
        actor=cast.liaison,
        record=StatedFigure(
            case=cast.case_a, incident=own, measure_id="measure.killed", qualifier="exact", number=3,
            source="y", handling="humanitarian",
        ),
    )  # fmt: skip
    with refused("record.handling_by_way_of_open"):
        handled(cast, "liaison", own, "investigation")


def test_lineage_and_notes_follow_a_find(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        child = make_find(cast.site_a, 2)
        common: dict[str, Any] = {"case": cast.case_a}
        line = Lineage.objects.create(parent=cast.find_a, child=child, kind="split", reason="x", **common)
        note = ConditionNote.objects.create(
            find=cast.find_a, kind_id="condition.other", note="x", observer="y", **common
        )
    handled(cast, "anthropologist", cast.find_a, "investigation")
    assert handlings([cast.find_a, line, note]) == {"investigation"}
    assert handlings([child]) == {"open"}


def test_a_prospect_counts_what_will_change_by_kind(cast: Cast) -> None:
    a_hazard(cast)
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_a, 2)
    (restricting,) = prospects(actor=cast.investigator, record=cast.site_a)
    assert restricting.in_words == "1 site, 1 hazard, 2 finds"
    handled(cast, "investigator", cast.site_a, "investigation")
    alone, together = prospects(actor=cast.investigator, record=Site.objects.get(pk=cast.site_a.pk))
    assert (alone.in_words, alone.staying) == ("1 site", 3)
    assert (together.in_words, together.staying) == ("1 site, 1 hazard, 2 finds", 0)


def test_every_kind_of_record_has_a_permission_for_its_handling() -> None:
    from cases.services.handling import permission

    for model in case_record_models():
        assert issubclass(model, CaseRecord)
        if model.__name__ not in FOLLOWING:
            assert access.roles_with(permission(model))
    assert permission(Find) == "remains.find:change"
    assert permission(Estimate) == "remains.estimate:create"
