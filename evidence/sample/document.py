"""What may stand in a sample file: one class per kind of record, its fields named as the records name theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class AgencyEntry:
    """An office or organisation; `key` is how the rest of the file calls it."""

    key: str
    name: str
    short_name: str
    kind: str
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A transition of a workflow, taken by somebody of the case in the role `by`."""

    name: str
    by: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseEntry:
    """The case itself."""

    by: str
    number: str
    title: str
    kind: str
    lead_agency: str
    language: str
    opened_on: dt.date
    jurisdiction: str = ""
    legal_classification: str = ""
    summary: str = ""
    transitions: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FigureEntry:
    """A number of people as stated by a source."""

    measure: str
    qualifier: str
    number: int
    source: str | None = None
    stated_edtf: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentEntry:
    """What is alleged to have happened."""

    by: str
    title: str
    source: str
    handling: str | None = None
    description: str = ""
    happened_edtf: str = ""
    place_description: str = ""
    stated_on: dt.date | None = None
    figures: tuple[FigureEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ContextEntry:
    """A stratigraphic context of a site."""

    by: str
    number: str
    kind: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class RelationEntry:
    """How two contexts of one site lie to each other, by their numbers."""

    by: str
    upper: str
    kind: str
    lower: str


@dataclass(frozen=True, kw_only=True)
class SiteEntry:
    """A site with its contexts; a typology axis that is not known is left out."""

    by: str
    code: str
    name: str
    handling: str | None = None
    place_description: str = ""
    municipality: str = ""
    region: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    accuracy_m: Decimal | None = None
    site_type: str | None = None
    shape: str | None = None
    deposition: str | None = None
    disturbance: str | None = None
    burial_edtf: str = ""
    access: str = ""
    remarks: str = ""
    transitions: tuple[Step, ...] = ()
    contexts: tuple[ContextEntry, ...] = ()
    relations: tuple[RelationEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReportEntry:
    """A discovery report, and the code of the site it led to."""

    by: str
    received_on: dt.date
    received_by: str
    reporter_protected: bool
    account: str
    site: str | None = None
    handling: str | None = None
    channel: str | None = None
    came_to_light: str | None = None
    reporter: str = ""
    discovered_edtf: str = ""
    place_description: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantEntry:
    """A party to a visit: an agency of the file by its key, or a body as it is named."""

    capacity: str
    agency: str | None = None
    organisation: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitEntry:
    """A visit to a site."""

    by: str
    site: str
    visited_edtf: str
    purpose: str
    handling: str | None = None
    outcome: str = ""
    participants: tuple[ParticipantEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConditionEntry:
    """A condition note of a find."""

    by: str
    kind: str
    note: str
    observer: str | None = None
    observed_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class FindEntry:
    """A find, which gets its number from the site's scheme; `key` is how the rest of the file calls it."""

    key: str
    by: str
    site: str
    category: str
    status: str
    handling: str | None = None
    context: str | None = None
    found_on: dt.date | None = None
    lifted_on: dt.date | None = None
    finder_as_named: str = ""
    description: str = ""
    bindings: str | None = None
    bindings_note: str = ""
    blindfold: str | None = None
    blindfold_note: str = ""
    clothing: str | None = None
    clothing_note: str = ""
    remarks: str = ""
    conditions: tuple[ConditionEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpecimenEntry:
    """A specimen of a find, which gets its number from the find's; `key` is how the rest of the file calls it."""

    key: str
    by: str
    find: str
    element: str
    side: str
    zones: tuple[int, ...] = ()
    completeness: str | None = None
    cohort: str | None = None
    dna_group: str | None = None
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class EstimateEntry:
    """An estimate about a find or a specimen, by its key, or about a site, by its code."""

    by: str
    kind: str
    certainty: str
    method: str
    basis: str
    observer: str
    find: str | None = None
    site: str | None = None
    specimen: str | None = None
    handling: str | None = None
    age_min_years: Decimal | None = None
    age_max_years: Decimal | None = None
    sex: str | None = None
    burial_edtf: str = ""
    observed_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class GroupEntry:
    """Some of the people of a stated minimum, of whom more is said."""

    number: int
    certainty: str
    age_min_years: Decimal | None = None
    age_max_years: Decimal | None = None
    sex: str | None = None
    wording: str = ""


@dataclass(frozen=True, kw_only=True)
class MinimumEntry:
    """At least so many people at a site, as stated."""

    by: str
    site: str
    minimum: int
    stated_on: dt.date
    source: str | None = None
    wording: str = ""
    groups: tuple[GroupEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AssessmentEntry:
    """A draft of the answer for a site, counted from its specimens; another person than `by` signs it."""

    by: str
    site: str
    reading: str
    reasoning: str


@dataclass(frozen=True, kw_only=True)
class TitleEntry:
    """What the public page is called in one language, and who publishes it."""

    language: str
    title: str
    publisher: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicPageEntry:
    """What the public sees of the case: its short address and its titles."""

    by: str
    slug: str
    language: str
    titles: tuple[TitleEntry, ...]
    transitions: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TextEntry:
    """An update in one language, with places for its facts."""

    language: str
    title: str
    body: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FactEntry:
    """A fact of a record, by its place in the file: `minimums[1]`."""

    key: str
    kind: str
    record: str


@dataclass(frozen=True, kw_only=True)
class UpdateEntry:
    """A public update; another person than `by`, in the role `approved_by`, approves it."""

    by: str
    approved_by: str
    dated_on: dt.date
    corrects: int | None = None
    facts: tuple[FactEntry, ...] = ()
    texts: tuple[TextEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExaminationEntry:
    """An examination that a referral asks for; `key` is how its results call it."""

    key: str
    kind: str
    question: str


@dataclass(frozen=True, kw_only=True)
class ItemEntry:
    """What is sent: a find or a specimen by its key, under a seal if one is named."""

    asked: str
    seal: str = ""
    find: str | None = None
    specimen: str | None = None


@dataclass(frozen=True, kw_only=True)
class FindingEntry:
    """What a result proposes."""

    kind: str
    certainty: str
    basis: str
    age_min_years: Decimal | None = None
    age_max_years: Decimal | None = None
    sex: str | None = None


@dataclass(frozen=True, kw_only=True)
class ResultEntry:
    """An answer about the item with this number of the referral, recorded on the day the sample is loaded."""

    item: int
    examination: str
    outcome: str
    answer: str
    analyst: str
    method: str = ""
    findings: tuple[FindingEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReferralEntry:
    """A referral to a laboratory of the file, by its key there, due so many days after the sample is loaded.

    The steps are taken in their order; items go into custody, are received, and results recorded, when the step that
    asks for it comes.
    """

    by: str
    laboratory: str
    urgency: str
    due_in_days: int
    background: str
    condition_on_arrival: str = ""
    examinations: tuple[ExaminationEntry, ...] = ()
    items: tuple[ItemEntry, ...] = ()
    steps: tuple[Step, ...] = ()
    results: tuple[ResultEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlaceEntry:
    """A storage place: of the agency of whoever enters it, or inside another place of the file."""

    key: str
    by: str
    kind: str
    name: str
    parent: str | None = None
    conditions: str = ""
    remarks: str = ""


@dataclass(frozen=True, kw_only=True)
class HandOverEntry:
    """A hand-over to whoever acts in the role `to`, so many hours before the sample is loaded; open if not accepted."""

    to: str
    hours_ago: int
    purpose: str
    where: str = ""
    condition: str = ""
    accepted_hours_ago: int | None = None
    condition_on_arrival: str = ""
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExhibitEntry:
    """An exhibit found with a find, and its custody: held by whoever records it, sealed, and handed over."""

    key: str
    by: str
    find: str
    kind: str
    description: str
    material: str | None = None
    position: str = ""
    finder_as_named: str = ""
    remarks: str = ""
    held_hours_ago: int | None = None
    seal: str = ""
    hand_overs: tuple[HandOverEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PhotographEntry:
    """A drawing that stands for a photograph of a find by its key, or of a site by its code."""

    by: str
    drawing: str
    caption: str
    subject: str
    find: str | None = None
    site: str | None = None
    shows_remains: bool | None = None
    scale_present: bool | None = None
    north_arrow_present: bool | None = None


@dataclass(frozen=True, kw_only=True)
class DirectionEntry:
    """A direction to whoever acts in the role `assignee`, about a site by its code or a find by its key."""

    by: str
    assignee: str
    what: str
    site: str | None = None
    find: str | None = None
    handling: str | None = None
    priority: str | None = None
    due_in_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class ObservationEntry:
    """An observation about a site by its code, a find by its key, or the case as a whole."""

    by: str
    handling: str
    text: str
    site: str | None = None
    find: str | None = None


@dataclass(frozen=True, kw_only=True)
class EnquiryEntry:
    """A question to the team, and the answer of somebody of it."""

    by: str
    question: str
    site: str | None = None
    find: str | None = None
    answered_by: str | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """One sample file."""

    format: int
    source: str
    agencies: tuple[AgencyEntry, ...]
    case: CaseEntry
    incidents: tuple[IncidentEntry, ...] = ()
    sites: tuple[SiteEntry, ...] = ()
    reports: tuple[ReportEntry, ...] = ()
    visits: tuple[VisitEntry, ...] = ()
    finds: tuple[FindEntry, ...] = ()
    specimens: tuple[SpecimenEntry, ...] = ()
    estimates: tuple[EstimateEntry, ...] = ()
    minimums: tuple[MinimumEntry, ...] = ()
    assessments: tuple[AssessmentEntry, ...] = ()
    storage: tuple[PlaceEntry, ...] = ()
    exhibits: tuple[ExhibitEntry, ...] = ()
    photographs: tuple[PhotographEntry, ...] = ()
    public_pages: tuple[PublicPageEntry, ...] = ()
    updates: tuple[UpdateEntry, ...] = ()
    referrals: tuple[ReferralEntry, ...] = ()
    directions: tuple[DirectionEntry, ...] = ()
    observations: tuple[ObservationEntry, ...] = ()
    enquiries: tuple[EnquiryEntry, ...] = ()
