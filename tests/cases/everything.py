"""One record of every case-owned kind in a case, for tests that ask who sees it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps

from cases.ledger.context import change
from cases.models import (
    Agency,
    CaseRecord,
    Direction,
    DisclosedItem,
    Disclosure,
    Enquiry,
    Membership,
    Observation,
    Proceeding,
    Sharing,
    SharingSource,
    Topic,
)
from evidence.models import (
    Consignment,
    CustodyEvent,
    Document,
    Examination,
    Exhibit,
    ExpertReport,
    FileLink,
    Finding,
    Holding,
    Photograph,
    Placement,
    Referral,
    ReferralItem,
    Result,
    Seal,
    StoragePlace,
)
from remains.models import Assessment, Individual, Specimen
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site, make_user

#: What each kind needs besides case and handling; names of other kinds stand for their record.
_FIELDS: dict[str, dict[str, Any]] = {
    "Incident": {"title": "x", "source": "y"},
    "StatedFigure": {
        "incident": "Incident",
        "measure_id": "measure.killed",
        "qualifier": "exact",
        "number": 1,
        "source": "y",
    },
    "DiscoveryReport": {"site": "Site", "received_on": SINCE, "received_by": "x", "account": "y"},
    "SiteVisit": {"site": "Site", "visited_edtf": "2024", "purpose": "x"},
    "VisitParticipant": {"visit": "SiteVisit", "organisation": "x", "capacity": "y"},
    "SiteHazard": {"site": "Site", "kind_id": "hazard.mines", "reported_on": SINCE},
    "ProtectionMeasure": {"site": "Site", "kind_id": "protection.guard", "from_on": SINCE},
    "ProtectionBreach": {"site": "Site", "noticed_on": SINCE, "description": "x"},
    "SiteContradiction": {"site": "Site", "rule": "x", "description": "y"},
    "SiteLink": {"first": "Site", "second": "second_site", "kind": "same_event", "basis": "x"},
    "LinkProof": {"link": "SiteLink", "kind_id": "link_evidence.soil"},
    "Context": {"site": "Site", "number": "1", "kind": "fill"},
    "second_context": {"site": "Site", "number": "2", "kind": "fill"},
    "ContextRelation": {"upper": "Context", "kind": "above", "lower": "second_context"},
    "FindAlias": {"find": "Find", "label": "x", "origin": "y"},
    "Lineage": {"parent": "Find", "child": "second_find", "kind": "split", "reason": "x"},
    "ConditionNote": {"find": "Find", "kind_id": "condition.other", "note": "x", "observer": "y"},
    "Estimate": {
        "find": "Find",
        "kind": "age",
        "age_min_years": 4,
        "certainty": "presumed",
        "method": "m",
        "basis": "b",
        "observer": "o",
    },
    "Measurement": {
        "specimen": "Specimen",
        "kind_id": "measurement.fem_max_length",
        "value": 440,
        "unit": "mm",
        "value_mm": 440,
        "observer": "o",
    },
    "Association": {
        "first": "Specimen",
        "second": "second_specimen",
        "kind": "pair",
        "stage": "possible",
        "basis": "b",
        "observer": "o",
    },
    "IndividualPart": {"individual": "Individual", "specimen": "Specimen", "reason": "x"},
    "Injury": {
        "specimen": "Specimen",
        "timing": "peri",
        "mechanism_id": "injury_mechanism.blunt",
        "place": "shaft",
        "description": "broken",
        "observer": "o",
    },
    "StatedMinimum": {"site": "Site", "minimum": 4, "source": "x", "stated_on": SINCE},
    "SharingAgreement": {
        "partner": "partner",
        "purpose": "x",
        "legal_basis": "x",
        "kinds": ["cases.site"],
        "handling_at_most": "open",
        "from_on": SINCE,
        "until_on": SINCE,
        "status": "draft",
        "drafted_by": "drafter",
    },
    "PublicPage": {"slug": "slug", "status": "draft"},
    "PublicTitle": {"page": "PublicPage", "language": "en", "title": "x"},
    "PublicUpdate": {"page": "PublicPage", "dated_on": SINCE, "status": "draft", "drafted_by": "drafter"},
    "PublicText": {"update": "PublicUpdate", "language": "en", "title": "x", "body": "y"},
    "PublicFact": {
        "update": "PublicUpdate",
        "key": "x",
        "kind": "cases.site.municipality",
        "table_name": "cases_site",
        "record_id": "site_key",
        "record_version": 1,
        "value": {"form": "words", "words": "x"},
    },
    "StatedGroup": {"stated_minimum": "StatedMinimum", "number": 1, "certainty": "presumed"},
}


def case_record_models() -> list[Any]:
    """Return every kind of record that belongs to a case."""
    return [model for model in apps.get_models() if issubclass(model, CaseRecord)]


def one_of_each(cast: Cast, handling: str, code: str = "ALL") -> dict[str, Any]:
    """Write one record of each kind into case A with this handling, and return them by the kind's name."""
    kinds = {model.__name__: model for model in case_record_models()}
    made: dict[str, Any] = {}
    with change(INSTALLER, "tests.record.made"):
        made["Site"] = make_site(cast.case_a, code, handling=handling)
        made["second_site"] = make_site(cast.case_a, f"{code}2", handling=handling)
        made["Find"] = make_find(made["Site"], 1, handling=handling)
        made["second_find"] = make_find(made["Site"], 2, handling=handling)
        made["Membership"] = Membership.objects.create(
            case=cast.case_a,
            user=make_user(f"extra_{code}".lower(), cast.agency),
            role="investigator",
            from_on=SINCE,
            handling=handling,
        )
        _add_bones(cast, handling, made)
        made |= {
            "drafter": cast.investigator,
            "partner": cast.other_agency,
            "slug": f"page-{code}".lower(),
            "site_key": str(made["Site"].pk),
        }
        _add_files(cast, handling, made)
        _add_referral(cast, handling, made)
        _add_expert_report(cast, handling, made)
        _add_casework(cast, handling, made)
        _add_evidence(cast, handling, made)
        _add_logs(cast, handling, made)
        for name, fields in _FIELDS.items():
            values = {
                key: made.get(value, value) if isinstance(value, str) else value
                for key, value in fields.items()
            }
            kind = kinds["Context" if name == "second_context" else name]
            made[name] = kind.objects.create(case=cast.case_a, handling=handling, **values)
    for name in ("drafter", "partner", "slug", "site_key"):
        del made[name]  # words for the fields of others, and no records
    assert set(kinds) <= set(made), "a kind of record is missing from this file"
    return made


def _add_evidence(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    """Add an exhibit that somebody holds, sealed, in a room, on its way to a court."""
    common = {"case": cast.case_a, "handling": handling}
    who, at = cast.custodian, dt.datetime(2024, 2, 22, 10, 0, tzinfo=dt.UTC)
    serial = Consignment.objects.filter(case=cast.case_a).count() + 1
    thing = made["Exhibit"] = Exhibit.objects.create(
        site=made["Site"],
        number=f"{made['Site'].code}-E0001",
        serial=1,
        kind_id="exhibit_kind.ligature",
        status="recorded",
        description="x",
        **common,
    )
    made["StoragePlace"] = StoragePlace.objects.create(
        agency=cast.agency, kind="room", name=made["Site"].code, **common
    )
    made["Placement"] = Placement.objects.create(
        exhibit=thing, place=made["StoragePlace"], from_at=at, placed_by=who, **common
    )
    made["Seal"] = Seal.objects.create(exhibit=thing, number=f"S-{serial}", applied_at=at, **common)
    made["Holding"] = Holding.objects.create(
        exhibit=thing, holder_person=who, from_at=at, basis="first", recorded_by=who, **common
    )
    Exhibit.objects.filter(pk=thing.pk).update(status="held")
    made["Consignment"] = Consignment.objects.create(
        number=f"A-1/C-{serial:04d}",
        serial=serial,
        from_person=who,
        to_outside="court",
        released_at=at,
        released_by=who,
        purpose="x",
        **common,
    )
    with change(who, "tests.record.made"):
        made["CustodyEvent"] = CustodyEvent.objects.create(
            exhibit=thing, consignment=made["Consignment"], status="open", seal_before=made["Seal"], **common
        )


def _add_files(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    """Add a photograph and a document, and a link of the one."""
    for kind, more in (
        (Photograph, {"media_type": "image/jpeg", "width_px": 1, "height_px": 1}),
        (Document, {"media_type": "application/pdf", "title": "x", "kind": "other"}),
    ):
        serial = kind.objects.filter(case=cast.case_a).count() + 1
        made[kind.__name__] = kind.objects.create(
            case=cast.case_a,
            handling=handling,
            serial=serial,
            number=f"X-{serial}",
            sha256=f"{serial:064x}",
            size_bytes=1,
            original_name="x",
            screen_sha256="a" * 64,
            thumbnail_sha256="a" * 64,
            uploaded_by=cast.investigator,
            **more,
        )
    made["FileLink"] = FileLink.objects.create(
        case=cast.case_a,
        handling=handling,
        photograph=made["Photograph"],
        find=made["Find"],
        basis="person",
        linked_by=cast.investigator,
    )


def _add_casework(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    """Add what is about the site."""
    common = {"case": cast.case_a, "handling": handling}
    made["Topic"] = Topic.objects.create(table_name="cases_site", record_id=made["Site"].pk, **common)
    made["Direction"] = Direction.objects.create(
        what="x",
        about=made["Topic"],
        assignee=cast.investigator,
        status="given",
        given_by=cast.prosecutor,
        given_on=SINCE,
        **common,
    )
    made["Observation"] = Observation.objects.create(
        text="x", about=made["Topic"], status="made", made_by=cast.liaison, made_on=SINCE, **common
    )
    # An enquiry begins open, and is restricted with what it is about.
    made["Enquiry"] = Enquiry.objects.create(
        case=cast.case_a,
        question="x",
        about=made["Topic"] if handling == "open" else None,
        status="asked",
        asked_by=cast.liaison,
        asked_on=SINCE,
    )
    if handling != "open":
        Enquiry.objects.filter(pk=made["Enquiry"].pk).update(handling=handling)
        made["Enquiry"].refresh_from_db()


def _add_logs(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    """Add proceedings, and what was disclosed in them and shared."""
    common = {"case": cast.case_a, "handling": handling}
    made["Proceeding"] = Proceeding.objects.create(court="x", kind="trial", **common)
    made["Disclosure"] = Disclosure.objects.create(
        proceeding=made["Proceeding"],
        party="defence",
        recipient="x",
        disclosed_on=SINCE,
        basis="x",
        form="digital",
        recorded_by=cast.prosecutor,
        **common,
    )
    about = {"about": made["Topic"], "record_version": 1}
    made["DisclosedItem"] = DisclosedItem.objects.create(disclosure=made["Disclosure"], **about, **common)
    made["Sharing"] = Sharing.objects.create(
        recipient="icrc" if handling == "open" else "other",
        body="x",
        basis="x",
        title="x",
        content=[],
        shared_by=cast.prosecutor,
        shared_at=dt.datetime(2024, 2, 21, tzinfo=dt.UTC),
        **common,
    )
    made["SharingSource"] = SharingSource.objects.create(sharing=made["Sharing"], **about, **common)


def _add_bones(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    """Add what needs a number of its own: two femora, a person and an assessment."""
    common = {"case": cast.case_a, "handling": handling}
    for serial, (name, side) in enumerate((("Specimen", "left"), ("second_specimen", "right")), start=1):
        made[name] = Specimen.objects.create(
            find=made["Find"],
            number=f"{made['Find'].number}.{serial:03d}",
            serial=serial,
            element_id="element.femur",
            side=side,
            **common,
        )
    serial = Individual.objects.filter(case=cast.case_a).count() + 1
    made["Individual"] = Individual.objects.create(number=f"A-1/I-{serial:03d}", serial=serial, **common)
    made["Assessment"] = Assessment.objects.create(
        site=made["Site"],
        status="draft",
        count=1,
        result={},
        inputs={},
        ledger_seq=1,
        rules_version="1",
        reasoning="x",
        drafted_by=cast.anthropologist,
        **common,
    )


def _add_referral(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    """Add a referral in examination, to a laboratory of which nobody of the cast is, with a result and its finding."""
    common = {"case": cast.case_a, "handling": handling}
    place = Referral.objects.filter(case=cast.case_a).count() + 1
    elsewhere = Agency.objects.get_or_create(
        name="Laboratory E", defaults={"short_name": "LE", "kind": "laboratory"}
    )[0]
    made["Referral"] = Referral.objects.create(
        number=f"A-1/R-{place:03d}",
        serial=place,
        reference=f"0000-{place:04d}",
        laboratory=elsewhere,
        urgency="routine",
        due_on=dt.date(2090, 1, 1),
        status="draft",
        drafted_by=cast.investigator,
        **common,
    )
    made["ReferralItem"] = ReferralItem.objects.create(
        referral=made["Referral"],
        position=1,
        specimen=made["Specimen"],
        described_as="femur",
        asked="age",
        **common,
    )
    made["Examination"] = Examination.objects.create(
        referral=made["Referral"], kind_id="examination.dna", question="Whose?", **common
    )
    to_examination(made["Referral"], cast.investigator, cast.prosecutor)
    made["Result"] = Result.objects.create(
        item=made["ReferralItem"],
        examination=made["Examination"],
        outcome="answered",
        answer="a",
        analyst="n",
        examined_on=SINCE,
        recorded_by=cast.nobody,
        **common,
    )
    made["Finding"] = Finding.objects.create(
        result=made["Result"],
        kind="sex",
        sex="female",
        certainty="presumed",
        basis="b",
        status="proposed",
        proposed_by=cast.nobody,
        **common,
    )


def _add_expert_report(cast: Cast, handling: str, made: dict[str, Any]) -> None:
    made["ExpertReport"] = ExpertReport.objects.create(
        case=cast.case_a,
        handling=handling,
        referral=made["Referral"],
        document=made["Document"],
        filed_by=cast.nobody,
    )


def a_consignment(case: Any, by: Any, to: Any, serial: int, handling: str = "open") -> Consignment:
    """Write a consignment of nothing to a laboratory."""
    return Consignment.objects.create(
        case=case,
        number=f"{case.number}/C-R{serial}",
        serial=serial,
        from_person=by,
        to_agency=to,
        released_at=dt.datetime.now(dt.UTC),
        released_by=by,
        purpose="referral",
        handling=handling,
    )


def to_examination(referral: Any, asked_by: Any, approved_by: Any) -> None:
    """Take a draft to the laboratory by the ways that the database knows; somebody has opened a change."""
    rows = Referral.objects.filter(pk=referral.pk)
    rows.update(status="requested", requested_by=asked_by)
    rows.update(status="approved", approved_by=approved_by, approved_at=dt.datetime.now(dt.UTC))
    serial = 9000 + Consignment.objects.filter(case=referral.case_id).count()
    sent = a_consignment(referral.case, asked_by, referral.laboratory, serial, referral.handling)
    rows.update(status="dispatched", consignment=sent)
    referral.items.update(received_at=dt.datetime.now(dt.UTC), received_by=asked_by, condition_seen="as sent")
    rows.update(status="received")
    rows.update(status="examination")
    referral.refresh_from_db()
