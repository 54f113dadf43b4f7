"""Records of every kind in one case, so that a test of every page has something to look at."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from PIL import Image

from cases.ledger.context import change
from cases.models import (
    Agency,
    Appointment,
    Case,
    Client,
    ClientSecret,
    Context,
    ContextRelation,
    Direction,
    DisclosedItem,
    Disclosure,
    DiscoveryReport,
    Enquiry,
    Incident,
    LinkProof,
    Membership,
    Observation,
    Proceeding,
    ProtectionBreach,
    ProtectionMeasure,
    PublicFact,
    PublicPage,
    PublicText,
    PublicTitle,
    PublicUpdate,
    Sharing,
    SharingAgreement,
    SharingSource,
    Site,
    SiteContradiction,
    SiteHazard,
    SiteLink,
    SiteVisit,
    StatedFigure,
    Topic,
    User,
    VisitParticipant,
)
from evidence import content
from evidence.models import (
    Document,
    Examination,
    ExpertReport,
    FileAlarm,
    FileLink,
    Finding,
    Photograph,
    Referral,
    ReferralItem,
    Result,
)
from remains.models import (
    Assessment,
    Association,
    ConditionNote,
    Estimate,
    Find,
    FindAlias,
    Individual,
    IndividualPart,
    Injury,
    Lineage,
    Measurement,
    Specimen,
    StatedGroup,
    StatedMinimum,
)
from tests.actors import INSTALLER, make_case, make_find, make_site, make_user
from tests.cases.everything import to_examination
from tests.scene_custody import CUSTODY_MAKERS

DAY = dt.date(2024, 2, 21)


class Scene:
    """Makes records of one case; `mark` goes into every text of them, numbers begin after `begin`."""

    def __init__(self, case: Case, *, mark: str = "", handling: str = "open", begin: int = 0) -> None:
        self.case = case
        self.mark = mark
        self.common: dict[str, Any] = {"case": case, "handling": handling}
        self._made = begin

    def text(self, words: str) -> str:
        """Return words with the mark."""
        return f"{words} {self.mark}".strip()

    def case_person(self) -> User:
        """Return somebody of the agency who is none of the cast, another one each time."""
        name = f"writer.{self.case.number}.{self.common['handling']}.{self.number()}".lower()
        return make_user(name, self.case.lead_agency)

    def number(self) -> int:
        """Return a number that no other record of the scene has."""
        self._made += 1
        return self._made

    def fill(self, count: int = 1) -> dict[type, list[Any]]:
        """Write `count` records of every kind, all below the first site, visit, incident, link, find and minimum."""
        made: dict[type, list[Any]] = {}
        with change(INSTALLER, "tests.scene.made"):
            for model, make in MAKERS.items():
                made[model] = [make(self, made, index) for index in range(count)]
        return made


def _first(made: dict[type, list[Any]], model: type) -> Any:
    return made[model][0]


def _site(scene: Scene, made: Any, index: int) -> Site:
    return make_site(
        scene.case,
        f"S{scene.number()}-{scene.common['handling'][:3]}",
        handling=scene.common["handling"],
        place_description=scene.text("by the wall"),
        municipality=scene.text("Khojaly"),
        owner=scene.text("owner"),
        access=scene.text("from the road"),
        remarks=scene.text("remark"),
        longitude="46.79",
        latitude="39.91",
        burial_edtf="1992~",
        site_type_id="site_type.exec_grave",
        import_source=scene.text("list"),
        import_key=f"{index}",
        source_row={"place": scene.text("row")},
    )


def _part(model: Any, **fields: Any) -> Callable[..., Any]:
    def make(scene: Scene, made: Any, index: int) -> Any:
        marked = {name: scene.text(value) if name in WORDS else value for name, value in fields.items()}
        return model.objects.create(site=_first(made, Site), **scene.common, **marked)

    return make


#: Fields that carry the mark.
WORDS = {"description", "ordered_by", "reported_to", "purpose", "outcome", "wording", "source"}


def _contradiction(scene: Scene, made: Any, index: int) -> Any:
    return SiteContradiction.objects.create(
        site=_first(made, Site), rule=f"rule-{index}", description=scene.text("two sums"), **scene.common
    )


def _incident(scene: Scene, made: Any, index: int) -> Any:
    return Incident.objects.create(
        title=scene.text("Incident"),
        description=scene.text("as alleged"),
        happened_edtf="1992-02-26",
        place_description=scene.text("place"),
        source=scene.text("Office"),
        **scene.common,
    )


def _figure(scene: Scene, made: Any, index: int) -> Any:
    about = {"incident": _first(made, Incident)} if index % 2 else {"site": _first(made, Site)}
    return StatedFigure.objects.create(
        measure_id="measure.killed",
        qualifier="exact",
        number=613 + index,
        source=scene.text("Office"),
        note=scene.text("note"),
        **about,
        **scene.common,
    )


def _report(scene: Scene, made: Any, index: int) -> Any:
    return DiscoveryReport.objects.create(
        site=_first(made, Site),
        received_on=DAY,
        received_by="District office",
        channel_id="channel.telephone",
        account=scene.text("Bones in a trench"),
        reporter=scene.text("Reporter"),
        place_description=scene.text("by the wall"),
        **scene.common,
    )


def _participant(scene: Scene, made: Any, index: int) -> Any:
    return VisitParticipant.objects.create(
        visit=_first(made, SiteVisit),
        agency=scene.case.lead_agency,
        capacity=scene.text("expert"),
        person=scene.text("Somebody"),
        **scene.common,
    )


def _link(scene: Scene, made: Any, index: int) -> Any:
    other = make_site(scene.case, f"L{scene.number()}-{scene.common['handling'][:3]}", **_handling(scene))
    return SiteLink.objects.create(
        first=_first(made, Site), second=other, kind="same_event", basis=scene.text("basis"), **scene.common
    )


def _handling(scene: Scene) -> dict[str, Any]:
    return {"handling": scene.common["handling"]}


def _proof(scene: Scene, made: Any, index: int) -> Any:
    return LinkProof.objects.create(
        link=_first(made, SiteLink), kind_id="link_evidence.soil", note=scene.text("soil"), **scene.common
    )


def _context(scene: Scene, made: Any, index: int) -> Any:
    return Context.objects.create(
        site=_first(made, Site),
        number=str(scene.number()),
        kind="fill",
        description=scene.text("clay"),
        **scene.common,
    )


def _relation(scene: Scene, made: Any, index: int) -> Any:
    lower = _context(scene, made, index)
    return ContextRelation.objects.create(
        upper=_first(made, Context), kind="above", lower=lower, **scene.common
    )


def _membership(scene: Scene, made: Any, index: int) -> Any:
    name = f"member.{scene.case.number}.{scene.common['handling']}.{scene.number()}".lower()
    person = make_user(name, scene.case.lead_agency)
    return Membership.objects.create(
        case=scene.case, user=person, role="investigator", from_on=DAY, basis="order"
    )


def _find(scene: Scene, made: Any, index: int) -> Any:
    return make_find(
        _first(made, Site),
        scene.number(),
        handling=scene.common["handling"],
        context=_first(made, Context),
        description=scene.text("bone"),
        bindings_note=scene.text("rope"),
        remarks=scene.text("remark"),
        storage_place=scene.text("shelf"),
        finder_as_named=scene.text("team"),
    )


def _below_find(model: Any, **fields: Any) -> Callable[..., Any]:
    def make(scene: Scene, made: Any, index: int) -> Any:
        marked = {
            name: scene.text(f"{value} {index}") if isinstance(value, str) and name in TEXTS else value
            for name, value in fields.items()
        }
        return model.objects.create(find=_first(made, Find), **marked, **scene.common)

    return make


TEXTS = {"label", "origin", "note", "observer", "method", "basis"}


def _specimen(scene: Scene, made: Any, index: int) -> Any:
    return _loose_bone(scene, made, "left")


def _measurement(scene: Scene, made: Any, index: int) -> Any:
    return Measurement.objects.create(
        specimen=_first(made, Specimen),
        kind_id="measurement.fem_max_length",
        value="450",
        unit="mm",
        value_mm="450",
        observer=scene.text("Somebody"),
        instrument=scene.text("osteometric board"),
        note=scene.text("read twice"),
        **scene.common,
    )


def _injury(scene: Scene, made: Any, index: int) -> Any:
    find = _first(made, Find)
    number = scene.number()
    bone = Specimen.objects.create(
        find=find,
        numbered_at=find,
        number=f"{find.number}.9{number:03d}",
        serial=9000 + number,
        element_id="element.femur",
        side="left",
        **scene.common,
    )
    return Injury.objects.create(
        specimen=bone,
        timing="peri",
        mechanism_id="injury_mechanism.blunt",
        place=scene.text("shaft"),
        direction=scene.text("from the front"),
        description=scene.text("broken"),
        observer=scene.text("Somebody"),
        **scene.common,
    )


def _lineage(scene: Scene, made: Any, index: int) -> Any:
    child = _find(scene, made, index)
    return Lineage.objects.create(
        parent=_first(made, Find), child=child, kind="split", reason=scene.text("two people"), **scene.common
    )


def _minimum(scene: Scene, made: Any, index: int) -> Any:
    return StatedMinimum.objects.create(
        site=_first(made, Site),
        minimum=4,
        wording=scene.text("at least four"),
        source=scene.text("Office"),
        stated_on=DAY,
        **scene.common,
    )


def _group(scene: Scene, made: Any, index: int) -> Any:
    return StatedGroup.objects.create(
        stated_minimum=_first(made, StatedMinimum),
        number=1,
        age_min_years=4,
        age_max_years=5,
        certainty="presumed",
        wording=scene.text("a child"),
        **scene.common,
    )


def _assessment(scene: Scene, made: Any, index: int) -> Any:
    name = f"drafter.{scene.case.number}.{scene.common['handling']}.{scene.number()}".lower()
    site = _first(made, Site)
    reading = {
        "count": 1,
        "without_search": 1,
        "attained": True,
        "conflicts": [],
        "ages": [],
        "proof": [
            {
                "count": 1,
                "kind": "count",
                "keys": [scene.text("S-1")],
                "element": "femur",
                "side": "left",
                "zone": 6,
                "capacity": 1,
                "low": None,
                "high": None,
                "sex": None,
                "dna_group": scene.text("mt"),
                "reasons": [],
            }
        ],
    }
    return Assessment.objects.create(
        site=site,
        status="draft",
        count=1,
        result={
            "rules": "1",
            "handlings": [scene.common["handling"]],
            "reading": "presumed",
            "sites": [[str(site.pk), site.code]],
            "find": None,
            "specimens": 1,
            "readings": {"determined": reading, "presumed": reading},
            "tables": None,
            "burials": [],
            "non_human": 0,
            "human_in_non_human": 0,
            "refits_outside": 0,
            "diagram": {
                "handlings": [scene.common["handling"]],
                "recovered": {"adult": {"femur.left": [1, 0, {"6": 1}]}, "juvenile": {}},
                "marks": [],
            },
        },
        inputs={},
        ledger_seq=1,
        rules_version="1",
        reasoning=scene.text("by the femora"),
        drafted_by=make_user(name, scene.case.lead_agency),
        **scene.common,
    )


def _loose_bone(scene: Scene, made: Any, side: str) -> Specimen:
    """Return a specimen of the first find that nothing else is about."""
    number = scene.number()
    find = _first(made, Find)
    return Specimen.objects.create(
        find=find,
        number=f"{find.number}.8{number:03d}",
        serial=8000 + number,
        element_id="element.femur",
        side=side,
        notes=scene.text("loose"),
        **scene.common,
    )


def _laboratory() -> Agency:
    """Return a laboratory of which nobody of the cast is."""
    fields = {"short_name": "Scene", "kind": "laboratory"}
    return Agency.objects.get_or_create(name="Laboratory of the scene", defaults=fields)[0]


def _referral(scene: Scene, made: Any, index: int) -> Any:
    place = Referral.objects.filter(case=scene.case).count() + 1
    return Referral.objects.create(
        number=f"{scene.case.number}/R-{place:03d}",
        serial=place,
        reference=f"{scene.case.number[0]}SCN-{place:04d}",
        laboratory=_laboratory(),
        urgency="routine",
        due_on=dt.date(2090, 1, 1),
        background=scene.text("as found"),
        status="draft",
        drafted_by=scene.case_person(),
        **scene.common,
    )


def _referral_item(scene: Scene, made: Any, index: int) -> Any:
    return _item_of(scene, made, _first(made, Referral))


def _item_of(scene: Scene, made: Any, referral: Referral) -> ReferralItem:
    return ReferralItem.objects.create(
        referral=referral,
        position=ReferralItem.objects.filter(referral=referral).count() + 1,
        specimen=_loose_bone(scene, made, "left"),
        described_as=scene.text("femur"),
        asked=scene.text("age"),
        **scene.common,
    )


def _examination(scene: Scene, made: Any, index: int) -> Any:
    return Examination.objects.create(
        referral=_first(made, Referral),
        kind_id="examination.dna",
        question=scene.text("whose?"),
        **scene.common,
    )


def _result(scene: Scene, made: Any, index: int) -> Any:
    """Write results of one referral in examination, each in the place of the one before."""
    before = made[Result][-1] if made.get(Result) else None
    if before is None:
        referral = _referral(scene, made, index)
        item = _item_of(scene, made, referral)
        asked = Examination.objects.create(
            referral=referral, kind_id="examination.dna", question=scene.text("whose?"), **scene.common
        )
        to_examination(referral, scene.case_person(), scene.case_person())
    else:
        item, asked = before.item, before.examination
    return Result.objects.create(
        item=item,
        examination=asked,
        outcome="answered",
        answer=scene.text("of one person"),
        method=scene.text("by sequencing"),
        analyst=scene.text("Somebody"),
        examined_on=DAY,
        recorded_by=scene.case_person(),
        supersedes=before,
        correction=scene.text("misread") if before else "",
        **scene.common,
    )


def _finding(scene: Scene, made: Any, index: int) -> Any:
    newest: Any = Result.objects.filter(superseded_by__isnull=True, **scene.common).last()
    return Finding.objects.create(
        result=newest,
        kind="dna_group",
        dna_group=scene.text("mt"),
        certainty="presumed",
        basis=scene.text("profile"),
        status="proposed",
        proposed_by=scene.case_person(),
        **scene.common,
    )


def _expert_report(scene: Scene, made: Any, index: int) -> Any:
    """File a document with the referral that is in examination."""
    return ExpertReport.objects.create(
        referral=_first(made, Result).item.referral,
        document=_document(scene, made, index),
        filed_by=scene.case_person(),
        **scene.common,
    )


def _association(scene: Scene, made: Any, index: int) -> Any:
    first, second = sorted(
        (_loose_bone(scene, made, side) for side in ("left", "right")), key=lambda bone: bone.pk
    )
    return Association.objects.create(
        first=first,
        second=second,
        kind="pair",
        stage="possible",
        basis=scene.text("of one size"),
        observer=scene.text("Somebody"),
        **scene.common,
    )


def _individual(scene: Scene, made: Any, index: int) -> Any:
    serial = Individual.objects.filter(case=scene.case).count() + 1
    return Individual.objects.create(
        number=f"{scene.case.number}/I-{serial:03d}",
        serial=serial,
        description=scene.text("tall"),
        **scene.common,
    )


def _individual_part(scene: Scene, made: Any, index: int) -> Any:
    return IndividualPart.objects.create(
        individual=_first(made, Individual),
        specimen=_loose_bone(scene, made, "unsided"),
        reason=scene.text("lay beside"),
        **scene.common,
    )


def _agreement(scene: Scene, made: Any, index: int) -> Any:
    number = scene.number()
    name = f"sharer.{scene.case.number}.{scene.common['handling']}.{number}".lower()
    return SharingAgreement.objects.create(
        partner=Agency.objects.exclude(pk=scene.case.lead_agency_id).order_by("name")[0],
        purpose=scene.text("comparison"),
        legal_basis=scene.text("order"),
        kinds=["cases.site", "remains.find"],
        handling_at_most="open",
        from_on=DAY,
        until_on=DAY,
        status="draft",
        drafted_by=make_user(name, scene.case.lead_agency),
        **scene.common,
    )


def _public_page(scene: Scene, made: Any, index: int) -> Any:
    slug = f"{scene.case.number}-{scene.common['handling']}-{scene.number()}".lower()
    return PublicPage.objects.create(slug=slug, status="draft", **scene.common)


def _public_title(scene: Scene, made: Any, index: int) -> Any:
    # Each on a page of its own: a page has one title in a language.
    page = _public_page(scene, made, index)
    return PublicTitle.objects.create(page=page, language="en", title=scene.text("Remains"), **scene.common)


def _public_update(scene: Scene, made: Any, index: int) -> Any:
    name = f"author.{scene.case.number}.{scene.common['handling']}.{scene.number()}".lower()
    author = make_user(name, scene.case.lead_agency)
    return PublicUpdate.objects.create(
        page=_first(made, PublicPage), dated_on=DAY, status="draft", drafted_by=author, **scene.common
    )


def _public_text(scene: Scene, made: Any, index: int) -> Any:
    update = _first(made, PublicUpdate) if index == 0 else _public_update(scene, made, index)
    return PublicText.objects.create(
        update=update,
        language="en",
        title=scene.text("Told"),
        body=scene.text("So far {people}."),
        **scene.common,
    )


def _public_fact(scene: Scene, made: Any, index: int) -> Any:
    site = _first(made, Site)
    return PublicFact.objects.create(
        update=_first(made, PublicUpdate),
        key=f"place_{scene.number()}",
        kind="cases.site.municipality",
        table_name="cases_site",
        record_id=site.pk,
        record_version=1,
        value={"form": "words", "words": scene.text("Khojaly")},
        **scene.common,
    )


def _pixel() -> bytes:
    """Return a picture of one point, for every copy."""
    picture = io.BytesIO()
    Image.new("L", (1, 1)).save(picture, "JPEG")
    return picture.getvalue()


PIXEL = _pixel()


def _file(scene: Scene, letter: str, name: str) -> dict[str, Any]:
    number = (
        scene.number()
        + {"open": 0, "investigation": 10_000, "humanitarian": 20_000}[scene.common["handling"]]
    )
    original, size = content.put_bytes(f"{letter} {number} {scene.mark} {scene.case.pk}".encode())
    copy, _size = content.put_bytes(PIXEL)
    person = make_user(f"{letter}{number}.{scene.case.number}.{scene.mark}".lower(), scene.case.lead_agency)
    return {
        "serial": number,
        "number": f"{letter}-{number:04d}",
        "sha256": original,
        "size_bytes": size,
        "original_name": scene.text(name),
        "screen_sha256": copy,
        "thumbnail_sha256": copy,
        "uploaded_by": person,
        "remarks": scene.text("remark"),
        **scene.common,
    }


def _photograph(scene: Scene, made: Any, index: int) -> Any:
    return Photograph.objects.create(
        media_type="image/jpeg",
        caption=scene.text("from the north"),
        taken_by_as_named=scene.text("somebody"),
        taken_on=DAY,
        camera_clock="2024-02-21T10:00:00",
        camera_model=scene.text("X-100"),
        camera_latitude="39.91",
        camera_longitude="46.79",
        width_px=1,
        height_px=1,
        **_file(scene, "P", "gate.jpg"),
    )


def _document(scene: Scene, made: Any, index: int) -> Any:
    return Document.objects.create(
        media_type="application/pdf",
        title=scene.text("Order"),
        kind="decision",
        author=scene.text("Office"),
        dated_edtf="2024-02",
        page_count=2,
        **_file(scene, "D", "order.pdf"),
    )


def _file_link(scene: Scene, made: Any, index: int) -> Any:
    photograph = _photograph(scene, made, index)
    return FileLink.objects.create(
        photograph=photograph,
        find=_first(made, Find),
        basis="person",
        linked_by=photograph.uploaded_by,
        **scene.common,
    )


def _topic(scene: Scene, made: Any, index: int) -> Any:
    """Return the topic of the first site, and then those of sites that nothing else is about."""
    site = _first(made, Site)
    if Topic.objects.filter(record_id=site.pk).exists():
        site = make_site(scene.case, f"T{scene.number()}-{scene.common['handling'][:3]}", **_handling(scene))
    return Topic.objects.create(table_name="cases_site", record_id=site.pk, **scene.common)


def _direction(scene: Scene, made: Any, index: int) -> Any:
    giver = f"giver.{scene.case.number}.{scene.common['handling']}.{scene.number()}".lower()
    topics = made[Topic]
    return Direction.objects.create(
        what=scene.text("Ask the driver"),
        about=topics[index % len(topics)],
        assignee=_first(made, Membership).user,
        status="given",
        given_by=make_user(giver, scene.case.lead_agency),
        given_on=DAY,
        **scene.common,
    )


def _observation(scene: Scene, made: Any, index: int) -> Any:
    topics = made[Topic]
    return Observation.objects.create(
        text=scene.text("The fence is open"),
        about=topics[index % len(topics)],
        status="made",
        made_by=_author(scene),
        made_on=DAY,
        **scene.common,
    )


def _enquiry(scene: Scene, made: Any, index: int) -> Any:
    """Return an enquiry, which begins open and is restricted with the record that it is about."""
    topics = made[Topic]
    asked = {"question": "When is the next visit?", "asked_by": _author(scene), "asked_on": DAY}
    if scene.common["handling"] == "open":
        asked["question"] = scene.text("When is the next visit?")
        return Enquiry.objects.create(
            status="asked", about=topics[index % len(topics)], **asked, **scene.common
        )
    enquiry = Enquiry.objects.create(case=scene.case, status="asked", **asked)
    enquiry.handling = scene.common["handling"]
    enquiry.remark = scene.text("restricted")
    enquiry.save()
    enquiry.refresh_from_db()
    return enquiry


def _proceeding(scene: Scene, made: Any, index: int) -> Any:
    return Proceeding.objects.create(
        court=scene.text("District court"),
        number=f"1/{scene.number()}",
        kind="trial",
        status_as_stated=scene.text("pending"),
        source=scene.text("the court"),
        remarks=scene.text("remark"),
        **scene.common,
    )


def _disclosure(scene: Scene, made: Any, index: int) -> Any:
    return Disclosure.objects.create(
        proceeding=_first(made, Proceeding),
        party="defence",
        recipient=scene.text("Counsel"),
        disclosed_on=DAY,
        basis=scene.text("by order"),
        form="digital",
        recorded_by=_author(scene),
        **scene.common,
    )


def _disclosed(scene: Scene, made: Any, index: int) -> Any:
    about = {"about": made[Topic][index % len(made[Topic])], "record_version": 1}
    words = {"description": scene.text("photographs")}
    return DisclosedItem.objects.create(
        disclosure=_first(made, Disclosure), **(words if index % 2 else about), **scene.common
    )


def _sharing(scene: Scene, made: Any, index: int) -> Any:
    return Sharing.objects.create(
        recipient="icrc" if scene.common["handling"] == "open" else "other",
        body=scene.text("Delegation"),
        basis=scene.text("by agreement"),
        title=scene.text("Site"),
        content=[{"field": "name", "label": "Name", "value": scene.text("shared")}],
        shared_by=_author(scene),
        shared_at=dt.datetime(2024, 2, 21, tzinfo=dt.UTC),
        **scene.common,
    )


def _source(scene: Scene, made: Any, index: int) -> Any:
    entry = _sharing(scene, made, index)
    return SharingSource.objects.create(
        sharing=entry, about=made[Topic][index % len(made[Topic])], record_version=1, **scene.common
    )


def _author(scene: Scene) -> User:
    name = f"author.{scene.case.number}.{scene.common['handling']}.{scene.number()}".lower()
    return make_user(name, scene.case.lead_agency)


MAKERS: dict[type, Callable[..., Any]] = {
    Site: _site,
    SiteHazard: _part(SiteHazard, kind_id="hazard.mines", description="mines", reported_on=DAY),
    ProtectionMeasure: _part(
        ProtectionMeasure, kind_id="protection.guard", description="guard", ordered_by="Office", from_on=DAY
    ),
    ProtectionBreach: _part(ProtectionBreach, noticed_on=DAY, description="dug", reported_to="Office"),
    SiteContradiction: _contradiction,
    Incident: _incident,
    StatedFigure: _figure,
    DiscoveryReport: _report,
    SiteVisit: _part(SiteVisit, visited_edtf="2024-02-22", purpose="first look", outcome="bones seen"),
    VisitParticipant: _participant,
    SiteLink: _link,
    LinkProof: _proof,
    Context: _context,
    ContextRelation: _relation,
    Membership: _membership,
    Topic: _topic,
    Direction: _direction,
    Observation: _observation,
    Enquiry: _enquiry,
    Proceeding: _proceeding,
    Disclosure: _disclosure,
    DisclosedItem: _disclosed,
    Sharing: _sharing,
    SharingSource: _source,
    Find: _find,
    FindAlias: _below_find(FindAlias, label="old", origin="bag"),
    Lineage: _lineage,
    ConditionNote: _below_find(
        ConditionNote, kind_id="condition.preservation", note="good", observer="Somebody"
    ),
    Estimate: _below_find(
        Estimate,
        kind="age",
        age_min_years=4,
        age_max_years=5,
        certainty="presumed",
        method="teeth",
        basis="seen",
        observer="Somebody",
    ),
    Specimen: _specimen,
    Measurement: _measurement,
    Injury: _injury,
    StatedMinimum: _minimum,
    StatedGroup: _group,
    Referral: _referral,
    ReferralItem: _referral_item,
    Examination: _examination,
    Result: _result,
    Finding: _finding,
    ExpertReport: _expert_report,
    Association: _association,
    Individual: _individual,
    IndividualPart: _individual_part,
    Assessment: _assessment,
    PublicPage: _public_page,
    PublicTitle: _public_title,
    SharingAgreement: _agreement,
    PublicUpdate: _public_update,
    PublicText: _public_text,
    PublicFact: _public_fact,
    Photograph: _photograph,
    Document: _document,
    FileLink: _file_link,
}
MAKERS |= CUSTODY_MAKERS


def fill_system(count: int) -> dict[type, list[Any]]:
    """Write `count` agencies, each with a person and an appointment, and as many cases of the first."""
    made: dict[type, list[Any]] = {
        Agency: [],
        User: [],
        Appointment: [],
        Case: [],
        Client: [],
        ClientSecret: [],
        FileAlarm: [],
    }
    with change(INSTALLER, "tests.scene.made"):
        for index in range(count):
            agency = Agency.objects.create(name=f"Office {index}", short_name=f"O{index}", kind="other")
            person = make_user(f"somebody{index}", agency)
            made[Agency].append(agency)
            made[User].append(person)
            made[Appointment].append(
                Appointment.objects.create(agency=agency, user=person, role="supervisor", from_on=DAY)
            )
            made[Case].append(make_case(f"X-{index}", agency))
            client = Client.objects.create(
                name=f"Program {index}", agency=agency, responsible=person, scopes=["read"]
            )
            made[Client].append(client)
            made[ClientSecret].append(
                ClientSecret.objects.create(
                    client=client,
                    slot=1,
                    hash=f"{index:064d}",
                    hint="taphos_s_abc",
                    expires_at=timezone.now() + dt.timedelta(days=9),
                )
            )
            made[FileAlarm].append(
                FileAlarm.objects.create(sha256=f"{index:064x}", kind="missing", noticed_by="check")
            )
    return made
