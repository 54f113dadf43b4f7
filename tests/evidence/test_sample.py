"""The sample case: complete, said by its source, and entered by the people whose work it is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from cases import access
from cases.demo import DEMO_ACCOUNTS
from cases.models import (
    Case,
    Direction,
    DiscoveryReport,
    Enquiry,
    Incident,
    LedgerEntry,
    Observation,
    ProtectionMeasure,
    PublicUpdate,
    Site,
    SiteVisit,
    StatedFigure,
    User,
)
from evidence.models import Examination, Finding, Referral, ReferralItem, Result
from evidence.services.holding import timeline
from remains.models import Assessment, ConditionNote, Estimate, Find, Specimen, StatedMinimum
from remains.services.assessment import recompute, sign
from remains.services.counting import count
from tests.evidence.sample import load, quick_accounts, without_drawings
from tests.signed_in import signed_in

FOUR_TO_FIVE = (Decimal(4), Decimal(5))
STATEMENT = "statement of Friday 23 February 2024"


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Load the sample once for all tests here, in a transaction around theirs that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        with quick_accounts(), without_drawings(), override_settings(TAPHOS_DEMO=True):
            load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(_loaded: None, db: None, settings: Any) -> Case:
    """The sample case, loaded by the demonstration's people."""
    settings.TAPHOS_DEMO = True
    return Case.objects.get(number="KHJ-2024-001")


def counts() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def person(username: str) -> User:
    return User.objects.get(username=username)


@pytest.mark.usefixtures("sample")
def test_loading_twice_changes_nothing() -> None:
    before = counts()
    assert "nothing was changed" in load()
    assert counts() == before


def test_case_was_a_preliminary_inquiry_before_it_was_opened(sample: Case) -> None:
    entries = LedgerEntry.objects.filter(chain=sample.id, table_name="cases_case").order_by("seq")
    assert ['"status":"preliminary"' in entries[0].payload, entries[1].action] == [True, "cases.case.open"]
    assert "opened a full investigation" in entries[1].reason
    assert sample.status == "open"


def test_at_least_four_stands_with_its_source_and_its_child(sample: Case) -> None:
    stated = StatedMinimum.objects.get(case=sample)
    assert (stated.minimum, stated.stated_on.isoformat()) == (4, "2024-02-23")
    assert "Prosecutor General's Office" in stated.source
    assert STATEMENT in stated.source
    child = stated.groups.get()
    assert (child.number, child.certainty) == (1, "presumed")
    assert (child.age_min_years, child.age_max_years) == FOUR_TO_FIVE


def test_every_figure_is_as_stated(sample: Case) -> None:
    figures = {
        figure.measure_id.removeprefix("measure."): (figure.qualifier, figure.number)
        for figure in StatedFigure.objects.filter(case=sample)
    }
    assert figures == {
        "killed": ("exact", 613),
        "killed_women": ("exact", 106),
        "killed_children": ("exact", 63),
        "killed_elderly": ("exact", 70),
        "injured": ("exact", 487),
        "captured": ("exact", 1275),
        "missing": ("about", 150),
        "families_wiped_out": ("exact", 8),
    }
    assert all("Prosecutor General's Office" in figure.source for figure in StatedFigure.objects.all())
    assert Incident.objects.get(case=sample).happened_edtf == "1992-02-26"


def test_report_and_visit_lead_to_the_site(sample: Case) -> None:
    site = Site.objects.get(case=sample)
    report = DiscoveryReport.objects.get(case=sample, handling="open")
    assert (report.site, report.received_on.isoformat()) == (site, "2024-02-21")
    assert report.came_to_light_id == "came_to_light.construction"
    assert SiteVisit.objects.get(site=site).participants.count() == 3


def test_what_is_not_stated_of_the_site_stays_unknown(sample: Case) -> None:
    site = Site.objects.get(case=sample)
    assert {site.site_type, site.shape, site.deposition, site.disturbance} == {None}
    assert site.status == "verified"
    assert not ProtectionMeasure.objects.exists()
    assert site.accuracy_m == 1500


def test_every_record_that_is_in_no_statement_says_illustrative(sample: Case) -> None:
    finds = Find.objects.filter(case=sample).exclude(category="fragments")
    assert finds.count() == 4
    lifted = Find.objects.filter(case=sample).exclude(lifted_on=None)
    assert all(find.description.startswith("Illustrative") for find in (*finds, *lifted))
    assert all(bone.notes.startswith("Illustrative") for bone in Specimen.objects.filter(case=sample))
    assert Assessment.objects.get(case=sample).reasoning.startswith("Illustrative")
    assert [row.what.startswith("Illustrative") for row in Direction.objects.filter(case=sample)] == [True]
    assert Observation.objects.get(case=sample).text.startswith("Illustrative")
    enquiry = Enquiry.objects.get(case=sample)
    assert [text.startswith("Illustrative") for text in (enquiry.question, enquiry.answer)] == [True, True]
    hidden = DiscoveryReport.objects.filter(case=sample).exclude(handling="open")
    assert [report.account.startswith("Illustrative") for report in hidden] == [True, True]
    assert all(
        context.description.startswith("Illustrative") for context in Site.objects.get().contexts.all()
    )


def test_bindings_are_seen_and_a_referral_is_intended(sample: Case) -> None:
    fragments = Find.objects.get(case=sample, category="fragments", status="recorded")
    assert fragments.bindings == "present"
    assert "exhibit" in fragments.bindings_note
    kinds = set(ConditionNote.objects.filter(find=fragments).values_list("kind_id", flat=True))
    assert kinds == {"condition.binding", "condition.injury_seen", "condition.referral_intended"}


def test_estimates_are_intervals_with_an_unpublished_method(sample: Case) -> None:
    age = Estimate.objects.get(case=sample, kind="age")
    burial = Estimate.objects.get(case=sample, kind="burial")
    assert (age.age_min_years, age.age_max_years) == FOUR_TO_FIVE
    assert (burial.burial_edtf, burial.burial_earliest_on) == ("../1999-02-23", None)
    assert {age.certainty, burial.certainty} == {"presumed"}
    assert all("not published" in estimate.method for estimate in (age, burial))


def test_illustrative_bones_lead_to_at_least_four_one_of_them_a_child(sample: Case) -> None:
    counted = count(person("anthropologist"), site=Site.objects.get(case=sample))
    found = {name: reading.mni and reading.mni.count for name, reading in counted.readings.items()}
    assert found == {"determined": 4, "presumed": 4}
    children = [(age.count, age.low, age.high) for age in counted.readings["presumed"].ages if not age.adult]
    assert children == [(1, 4, 5)]
    assert counted.readings["determined"].ages == ()


def test_the_assessment_awaits_the_signature_of_the_second_anthropologist(sample: Case) -> None:
    drafted = Assessment.objects.get(case=sample)
    assert (drafted.count, drafted.status, drafted.drafted_by.username) == (4, "draft", "anthropologist")
    assert recompute(drafted).same
    assert sign(actor=person("anthropologist2"), assessment=drafted).status == "signed"


def test_the_ropes_are_exhibits_that_somebody_holds(sample: Case) -> None:
    from evidence.models import EventStatus, Exhibit, Holding, Placement

    first, second = Exhibit.objects.filter(case=sample).order_by("serial")
    assert [row.number for row in (first, second)] == ["KHJ01-E0001", "KHJ01-E0002"]
    assert Holding.objects.filter(exhibit=first).count() == 2
    assert str(Placement.objects.get(exhibit=first).place) == "Shelf 2"
    [waiting] = second.custodyevent_set.filter(status=EventStatus.OPEN)
    assert waiting.seal_before is not None


def test_the_bones_are_referred_and_part_of_them_is_reported(sample: Case) -> None:
    reported, examined = Referral.objects.filter(case=sample).order_by("serial")
    assert (reported.status, examined.status) == ("reported", "examination")
    assert {reported.approved_by, examined.approved_by} == {person("prosecutor")}
    [age] = Finding.objects.filter(case=sample)
    assert (age.value_in_words, age.status) == ("3-6 years", "proposed")
    bag = Find.objects.get(case=sample, category="fragments", status="received")
    assert [str(row.holder) for row in timeline(bag)] == [
        "Demo Custodian (SFI (fictitious))",
        "Sample Laboratory (fictitious, made up for the sample)",
    ]
    texts = [row.background for row in (reported, examined)]
    texts += [row.question for row in Examination.objects.filter(case=sample)]
    texts += [row.asked for row in ReferralItem.objects.filter(case=sample)]
    texts += [row.answer for row in Result.objects.filter(case=sample)]
    assert all(text.startswith("Illustrative") for text in texts)


def test_the_analyst_finds_what_was_sent_at_the_laboratorys_entrance(sample: Case, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False
    page = signed_in(person("analyst")).get(reverse("admin:evidence_laboratory")).content.decode()
    for referral in Referral.objects.filter(case=sample):
        assert referral.reference in page
    assert sample.number not in page
    assert "Khojaly" not in page


@pytest.mark.usefixtures("sample")
def test_the_public_reads_the_statement_and_its_correction_in_two_languages() -> None:
    first, second = PublicUpdate.objects.order_by("number")
    assert (first.number, second.corrects, str(first.dated_on)) == (1, first, "2024-02-23")
    assert (first.drafted_by, first.approved_by) == (person("prosecutor"), person("prosecutor2"))
    public = Client()
    assert "Human remains found in Khojaly" in public.get("/updates/").content.decode()
    english = public.get("/updates/khojaly-2024/").content.decode()
    assert english.count("those of at least 4 people, one of them presumably a child of 4\u20135 years") == 2
    assert "Prosecutor General&#x27;s Office of the Republic of Azerbaijan on 23 February 2024" in english
    assert "Illustrative, to show how a correction looks" in english
    assert "23 fevral 2024" in public.get("/updates/khojaly-2024/?lang=az").content.decode()
    assert "KHJ-2024-001" not in english


@pytest.mark.usefixtures("sample")
def test_each_record_is_entered_by_the_person_whose_work_it_is() -> None:
    written = set(LedgerEntry.objects.values_list("table_name", "actor_name"))
    assert {
        ("cases_case", "Demo Prosecutor"),
        ("cases_membership", "Demo Prosecutor"),
        ("cases_site", "Demo Investigator"),
        ("cases_sitevisit", "Demo Investigator"),
        ("remains_estimate", "Demo Anthropologist"),
        ("remains_statedminimum", "Demo Prosecutor"),
        ("cases_agency", "Demo Administrator"),
        ("evidence_referral", "Demo Custodian"),
        ("evidence_result", "Demo Analyst"),
    } <= written
    by_taphos = {table for table, name in written if name == "Taphos (demonstration)"}
    assert by_taphos == {"cases_agency", "cases_user", "cases_appointment"}


@pytest.mark.usefixtures("sample")
def test_each_account_sees_what_its_role_sees() -> None:
    seen = {}
    for account in DEMO_ACCOUNTS:
        who = person(account.username)
        reports = DiscoveryReport.objects.visible_to(who).values_list("handling", flat=True)
        seen[account.username] = set(reports)
        assert Case.objects.visible_to(who).exists() is bool(reports)
    prosecution, team = (
        {"open", "investigation"},
        ("investigator", "anthropologist", "anthropologist2", "custodian"),
    )
    assert seen == {
        **dict.fromkeys((*team, "prosecutor", "prosecutor2", "supervisor"), prosecution),
        "liaison": {"open", "humanitarian"},
        "auditor": {"open", "investigation", "humanitarian"},
        "analyst": set(),
        "administrator": set(),
        "newcomer": set(),
    }


@pytest.mark.usefixtures("sample")
def test_liaison_reads_what_was_reported_in_confidence_and_not_where_the_site_is() -> None:
    liaison = person("liaison")
    own = DiscoveryReport.objects.get(handling="humanitarian")
    assert access.hidden_fields(liaison, own) == set()
    others = DiscoveryReport.objects.get(handling="open")
    assert {"account", "place_description", "longitude"} <= access.hidden_fields(liaison, others)


@pytest.mark.usefixtures("sample")
def test_accounts_are_marked_and_made_once() -> None:
    assert User.objects.filter(is_demonstration=True).count() == len(DEMO_ACCOUNTS) == User.objects.count()
