"""Findings that a laboratory proposes: taken over by an anthropologist through the doors of remains, or declined."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.ledger.context import change
from cases.models import Membership
from evidence.models import Finding, Referral
from evidence.services import finding as findings
from evidence.services import result as results
from remains.models import Estimate, Injury
from remains.services import specimen as specimens
from tests.actors import INSTALLER, Cast
from tests.evidence.sent import a_finding, a_result, answer, proposed, sent, step
from tests.refused import database_refuses, refused
from tests.remains.specimens import log


@pytest.fixture
def femur(cast: Cast) -> Any:
    return log(cast.anthropologist, cast.find_a, ("femur", "left"))[0]


def reported(cast: Cast, subject: Any, *kinds: dict[str, Any]) -> list[Finding]:
    """Return what a report about this proposes."""
    referral = sent(cast, subject)
    result = answer(cast, referral.items.get())
    made = [proposed(cast, result, **fields) for fields in kinds]
    step(cast, referral, "report", "laboratory")
    return made


def test_an_accepted_age_is_an_estimate_with_the_laboratory_as_its_observer(cast: Cast, femur: Any) -> None:
    [age] = reported(cast, femur, {})
    done = findings.accept(actor=cast.anthropologist, finding=age)
    estimate = Estimate.objects.get(specimen=femur)
    assert (done.estimate, done.status, done.decided_by) == (estimate, "accepted", cast.anthropologist)
    assert estimate.observer == "Dr A. Analyst, Laboratory L"
    assert (estimate.value_in_words, estimate.method) == ("4-6 years", "Radiographs")
    assert list(estimate.came_from.all()) == [done]


def test_each_kind_becomes_what_it_is(cast: Cast, femur: Any) -> None:
    kinds: list[dict[str, Any]] = [
        {"kind": "sex", "sex": "female"},
        {"kind": "stature", "stature_min_cm": 150, "stature_max_cm": 160},
        {"kind": "burial", "burial_edtf": "1992~"},
        {
            "kind": "injury",
            "timing": "peri",
            "mechanism_id": "injury_mechanism.projectile",
            "place": "shaft",
        },
        {"kind": "dna_group", "dna_group": "P-1"},
    ]
    made = reported(cast, femur, *kinds)
    for one in made:
        findings.accept(actor=cast.anthropologist, finding=one)
    assert set(Estimate.objects.filter(specimen=femur).values_list("kind", flat=True)) == {
        "sex",
        "stature",
        "burial",
    }
    assert Injury.objects.get(specimen=femur).description == "open epiphyses"
    femur.refresh_from_db()
    assert femur.dna_group == "P-1"
    assert [str(one) for one in made] == [
        "sex: female",
        "stature: 150-160 cm",
        "burial interval: about 1992",
        "injury: projectile, peri-mortem: about the time of death, shaft",
        "DNA group: P-1",
    ]


def test_a_finding_about_a_find_is_of_the_bone_that_is_named(cast: Cast, femur: Any) -> None:
    [other] = log(cast.anthropologist, another_find(cast), ("tibia", "left"))
    age, injury = reported(
        cast,
        cast.find_a,
        {},
        {"kind": "injury", "timing": "peri", "mechanism_id": "injury_mechanism.blunt", "place": "shaft"},
    )
    findings.accept(actor=cast.anthropologist, finding=age)
    assert Estimate.objects.get().find == cast.find_a
    with refused("finding.specimen_needed", "specimen"):
        findings.accept(actor=cast.anthropologist, finding=injury)
    with refused("finding.other_specimen", "specimen"):
        findings.accept(actor=cast.anthropologist, finding=injury, specimen=other)
    assert findings.accept(actor=cast.anthropologist, finding=injury, specimen=femur).specimen == femur


def another_find(cast: Cast) -> Any:
    from tests.actors import make_find

    with change(INSTALLER, "tests.find.made"):
        return make_find(cast.site_a, 9)


def test_a_finding_is_declined_with_a_reason_and_stays(cast: Cast, femur: Any) -> None:
    [age] = reported(cast, femur, {})
    with refused("workflow.reason_required"):
        findings.decline(actor=cast.anthropologist, finding=age, reason=" ")
    done = findings.decline(actor=cast.anthropologist, finding=age, reason="teeth say otherwise")
    assert (done.status, done.decline_reason) == ("declined", "teeth say otherwise")
    assert not Estimate.objects.exists()
    with refused("finding.decided"):
        findings.accept(actor=cast.anthropologist, finding=age)
    with database_refuses("evidence_finding_decided_once"):
        Finding.objects.filter(pk=age.pk).update(decline_reason="no")


def test_who_proposed_does_not_accept(cast: Cast, femur: Any) -> None:
    from cases import access

    [age] = reported(cast, femur, {})
    with change(INSTALLER, "tests.membership.made"):
        Membership.objects.create(
            case=cast.case_a, user=cast.laboratory, role="anthropologist", from_on=dt.date(2020, 1, 1)
        )
    access.forget_standing(cast.laboratory)
    with refused("finding.needs_second_person"):
        findings.accept(actor=cast.laboratory, finding=age)
    with database_refuses("evidence_finding_decided_by_another", reason="x"):
        Finding.objects.filter(pk=age.pk).update(
            status="declined",
            decided_by=cast.laboratory,
            decided_at=dt.datetime.now(dt.UTC),
            decline_reason="x",
        )


def test_only_an_anthropologist_of_the_case_decides(cast: Cast, femur: Any) -> None:
    [age] = reported(cast, femur, {})
    for name in ("investigator", "prosecutor", "custodian", "auditor", "liaison", "laboratory"):
        with refused("access.forbidden"):
            findings.accept(actor=cast.people[name], finding=age)
    with refused("access.not_found"):
        findings.accept(actor=cast.outsider, finding=age)


def test_a_report_is_accepted_once_its_findings_are_decided_on(cast: Cast, femur: Any) -> None:
    [age] = reported(cast, femur, {})
    referral = age.result.item.referral
    with refused("referral.findings_undecided"):
        step(cast, referral, "accept", "anthropologist")
    with database_refuses("evidence_referral_decided"):
        Referral.objects.filter(pk=referral.pk).update(status="accepted")
    findings.accept(actor=cast.anthropologist, finding=age)
    assert step(cast, referral, "accept", "anthropologist").status == "accepted"


def test_what_a_corrected_result_proposed_lapses(cast: Cast, femur: Any) -> None:
    referral = sent(cast, femur)
    item = referral.items.get()
    first = answer(cast, item)
    age = proposed(cast, first)
    again = results.record_result(
        actor=cast.laboratory, record=a_result(item), supersedes=first, correction="misread"
    )
    with refused("result.superseded"):
        proposed(cast, first)
    with database_refuses("evidence_finding_in_examination"):
        late = a_finding(first, case=cast.case_a, proposed_by=cast.laboratory, status="proposed")
        late.save(force_insert=True)
    newer = proposed(cast, again, age_min_years=6, age_max_years=8)
    step(cast, referral, "report", "laboratory")
    with refused("finding.superseded"):
        findings.accept(actor=cast.anthropologist, finding=age)
    findings.accept(actor=cast.anthropologist, finding=newer)
    assert step(cast, referral, "accept", "anthropologist").status == "accepted"


def test_nothing_is_decided_before_the_report(cast: Cast, femur: Any) -> None:
    age = proposed(cast, answer(cast, sent(cast, femur).items.get()))
    with refused("finding.not_reported"):
        findings.accept(actor=cast.anthropologist, finding=age)
    with database_refuses("evidence_finding_reported", reason="x"):
        Finding.objects.filter(pk=age.pk).update(
            status="declined",
            decided_by=cast.anthropologist,
            decided_at=dt.datetime.now(dt.UTC),
            decline_reason="x",
        )


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "age", "age_min_years": None, "age_max_years": None}, "finding.value_of_its_kind", ""),
    ({"kind": "sex", "sex": None}, "finding.value_of_its_kind", "evidence_finding_value_of_its_kind"),
    ({"sex": "female"}, "finding.value_of_its_kind", "evidence_finding_value_of_its_kind"),
    ({"age_min_years": 9, "age_max_years": 4}, "finding.age", "evidence_finding_age_human"),
    ({"age_max_years": 200}, "finding.age", "evidence_finding_age_human"),
    (
        {"kind": "stature", "stature_min_cm": 300},
        "finding.stature",
        "evidence_finding_stature_human",
    ),
    ({"kind": "injury", "timing": "peri"}, "finding.value_of_its_kind", "evidence_finding_value_of_its_kind"),
    ({"certainty": ""}, "record.invalid", "evidence_finding_certainty_known"),
    ({"basis": ""}, "record.invalid", "evidence_finding_based"),
]


@pytest.mark.parametrize(("fields", "code", "rule"), REFUSED)
def test_a_finding_that_says_nothing_is_refused(
    cast: Cast, femur: Any, fields: dict[str, Any], code: str, rule: str
) -> None:
    result = answer(cast, sent(cast, femur).items.get())
    with refused(code):
        proposed(cast, result, **fields)
    if rule:
        with database_refuses(rule):
            a_finding(
                result, **fields, case=cast.case_a, proposed_by=cast.laboratory, status="proposed"
            ).save(force_insert=True)


def test_a_second_profile_of_one_bone_contradicts_the_first(cast: Cast, femur: Any) -> None:
    [group] = reported(cast, femur, {"kind": "dna_group", "dna_group": "P-2"})
    femur.refresh_from_db()
    femur.dna_group = "P-1"
    specimens.change(actor=cast.anthropologist, record=femur, version=femur.version)
    with refused("finding.other_dna_group", "specimen"):
        findings.accept(actor=cast.anthropologist, finding=group)
    assert Finding.objects.get().status == "proposed"
