"""Enters the sample case: each record through its own door, by the person whose role it is.

Nothing here goes round a rule. What a role may not do refuses the sample as it would refuse a user, and then nothing of
it stays. The records are written now, and the ledger says so; the days of the facts are those of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.models import (
    Agency,
    Case,
    Context,
    Direction,
    DiscoveryReport,
    Enquiry,
    Incident,
    Observation,
    PublicFact,
    PublicPage,
    PublicText,
    PublicTitle,
    PublicUpdate,
    Role,
    Site,
    SiteVisit,
    StatedFigure,
    User,
    VisitParticipant,
)
from cases.refusals import Invalid, Refusal
from cases.services import case as cases_door
from cases.services import context as contexts_door
from cases.services import direction as directions_door
from cases.services import enquiry as enquiries_door
from cases.services import incident as incidents_door
from cases.services import membership as team_door
from cases.services import observation as observations_door
from cases.services import public_page as pages_door
from cases.services import public_update as updates_door
from cases.services import report as reports_door
from cases.services import site as sites_door
from cases.services import visit as visits_door
from cases.services.record import create_record
from evidence.models import Photograph, StoragePlace
from evidence.sample import custody as custody_sample
from evidence.sample.accounts import known_agency
from evidence.sample.document import (
    AssessmentEntry,
    DirectionEntry,
    Document,
    EnquiryEntry,
    EstimateEntry,
    ExhibitEntry,
    FindEntry,
    IncidentEntry,
    ItemEntry,
    MinimumEntry,
    ObservationEntry,
    ParticipantEntry,
    PhotographEntry,
    PlaceEntry,
    PublicPageEntry,
    ReferralEntry,
    ReportEntry,
    SiteEntry,
    SpecimenEntry,
    UpdateEntry,
    VisitEntry,
)
from evidence.sample.photographs import enter_photograph
from evidence.sample.referrals import enter_referral, people_of
from remains.models import (
    Assessment,
    ConditionNote,
    Estimate,
    Find,
    Specimen,
    StatedGroup,
    StatedMinimum,
)
from remains.services import assessment as assessments_door
from remains.services import condition as conditions_door
from remains.services import estimate as estimates_door
from remains.services import find as finds_door
from remains.services import minimum as minimums_door
from remains.services import specimen as specimens_door

#: What the file says by a word of a code list; the field and the list have one name.
CODES: Final = frozenset(
    {"site_type", "shape", "deposition", "disturbance", "channel", "came_to_light", "measure", "element"}
)


@dataclass
class Loaded:
    """What became of a file: its case, whether it was entered now, and what nobody named could enter."""

    case: Case
    entered: bool
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def load(document: Document, people: Mapping[str, User], team: Iterable[tuple[User, str]]) -> Loaded:
    """Enter the case of a file, whole or not at all; a case that has its number already is left as it is.

    `people` names who acts in each role, `team` everyone who gets a part in the case, with the role.
    Records that only the ICRC liaison may enter are left out when nobody acts as one, and so are referrals for which
    somebody is missing.
    Raises `Invalid`: `sample.nobody` where a role is missing, otherwise what the doors raise, with the place.
    """
    known = Case.objects.filter(number=document.case.number).first()
    if known is not None:
        return Loaded(known, entered=False)
    return _Entering(document, people).run(team)


class _Entering:
    """One run: what was entered so far, by the names that the file gives it."""

    def __init__(self, document: Document, people: Mapping[str, User]) -> None:
        self.document = document
        self.people = people
        self.agencies: dict[str, Agency] = {}
        self.sites: dict[str, Site] = {}
        self.contexts: dict[tuple[str, str], Context] = {}
        self.finds: dict[str, Find] = {}
        self.specimens: dict[str, Specimen] = {}
        self.places: dict[str, StoragePlace] = {}
        self.team: list[tuple[User, str]] = []
        #: What was entered, by its place in the file.
        self.records: dict[str, Any] = {}
        self.left_out: list[str] = []

    def run(self, team: Iterable[tuple[User, str]]) -> Loaded:
        """Enter everything, in the order of the work."""
        self.team = list(team)
        self.agencies = {
            entry.key: known for entry in self.document.agencies if (known := known_agency(entry))
        }
        with _at("case"):
            self._open(self.team)
        for entry_kind, enter in (
            ("incidents", self._incident),
            ("sites", self._site),
            ("reports", self._report),
            ("visits", self._visit),
            ("finds", self._find),
            ("specimens", self._specimen),
            ("estimates", self._estimate),
            ("minimums", self._minimum),
            ("assessments", self._assessment),
            ("storage", self._place),
            ("exhibits", self._exhibit),
            ("photographs", self._photograph),
            ("public_pages", self._public_page),
            ("updates", self._update),
            ("referrals", self._referral),
            ("directions", self._direction),
            ("observations", self._observation),
            ("enquiries", self._enquiry),
        ):
            for number, entry in enumerate(getattr(self.document, entry_kind), start=1):
                place = f"{entry_kind}[{number}]"
                if self._has_nobody_for(entry):
                    self.left_out.append(place)
                    continue
                with _at(place):
                    self.records[place] = enter(entry)
        self.case.refresh_from_db()
        return Loaded(self.case, entered=True, left_out=self.left_out)

    def _has_nobody_for(self, entry: Any) -> bool:
        """Say whether an entry is for people whom an installation of one's own may not have named."""
        if isinstance(entry, ReferralEntry):
            return not people_of(entry) <= set(self.people)
        if isinstance(entry, PlaceEntry):
            return entry.by not in self.people
        if isinstance(entry, ExhibitEntry):
            return not custody_sample.people_of(entry) <= set(self.people)
        return entry.by == Role.LIAISON and entry.by not in self.people

    def _place(self, entry: PlaceEntry) -> None:
        parent = None if entry.parent is None else _named(self.places, entry.parent)
        self.places[entry.key] = custody_sample.enter_place(
            entry, case=self.case, actor=self._who(entry.by), parent=parent
        )

    def _exhibit(self, entry: ExhibitEntry) -> None:
        custody_sample.enter_exhibit(
            entry,
            case=self.case,
            find=_named(self.finds, entry.find),
            who=self._who,
            place=lambda key: _named(self.places, key),
        )

    def _photograph(self, entry: PhotographEntry) -> Photograph:
        shows = _named(self.sites, entry.site) if entry.find is None else _named(self.finds, entry.find)
        return enter_photograph(entry, shows=shows, actor=self._who(entry.by))

    def _referral(self, entry: ReferralEntry) -> None:
        def named(item: ItemEntry) -> Any:
            if item.find is not None:
                return _named(self.finds, item.find)
            return _named(self.specimens, item.specimen)

        laboratory = _named(self.agencies, entry.laboratory)
        enter_referral(
            entry, case=self.case, laboratory=laboratory, who=self._who, named=named, values=_values
        )

    def _open(self, team: Iterable[tuple[User, str]]) -> None:
        entry = self.document.case
        leader = self._who(entry.by)
        lead_agency = self.agencies.get(entry.lead_agency, leader.agency)
        values = _values(entry, "lead_agency", "transitions")
        self.case = cases_door.open_case(actor=leader, record=Case(lead_agency=lead_agency, **values))
        for person, role in team:
            if person != leader:
                team_door.add_member(actor=leader, case=self.case, user=person, role=role)
        for person in self.people.values():
            access.forget_standing(person)
        for step in entry.transitions:
            self.case = cases_door.apply_transition(
                actor=self._who(step.by), case=self.case, name=step.name, reason=step.reason
            )

    def _incident(self, entry: IncidentEntry) -> Incident:
        actor = self._who(entry.by)
        incident = incidents_door.create(
            actor=actor, record=Incident(case=self.case, **_values(entry, "figures"))
        )
        for number, figure in enumerate(entry.figures, start=1):
            with _at(f"figures[{number}]"):
                values = _values(figure) | {
                    "source": figure.source or entry.source,
                    "stated_edtf": figure.stated_edtf
                    or (entry.stated_on and entry.stated_on.isoformat())
                    or "",
                    "handling": incident.handling,
                }
                create_record(actor=actor, record=StatedFigure(case=self.case, incident=incident, **values))
        return incident

    def _site(self, entry: SiteEntry) -> Site:
        actor = self._who(entry.by)
        record = Site(case=self.case, **_values(entry, "transitions", "contexts", "relations"))
        site = sites_door.create(actor=actor, record=record)
        for step in entry.transitions:
            site = sites_door.apply_transition(
                actor=self._who(step.by), site=site, name=step.name, reason=step.reason
            )
        for context in entry.contexts:
            record_of_context = Context(case=self.case, site=site, handling=site.handling, **_values(context))
            self.contexts[entry.code, context.number] = create_record(
                actor=self._who(context.by), record=record_of_context
            )
        for relation in entry.relations:
            contexts_door.relate(
                actor=self._who(relation.by),
                upper=_named(self.contexts, (entry.code, relation.upper)),
                kind=relation.kind,
                lower=_named(self.contexts, (entry.code, relation.lower)),
            )
        self.sites[entry.code] = site
        return site

    def _report(self, entry: ReportEntry) -> DiscoveryReport:
        """Enter a report as it was received, and then the site that it led to."""
        actor = self._who(entry.by)
        report = reports_door.create(
            actor=actor, record=DiscoveryReport(case=self.case, **_values(entry, "site"))
        )
        if entry.site is not None:
            report.site = _named(self.sites, entry.site)
            reports_door.change(actor=actor, record=report, version=report.version)
        return report

    def _visit(self, entry: VisitEntry) -> None:
        actor = self._who(entry.by)
        values = _values(entry, "site", "participants")
        record = SiteVisit(case=self.case, site=_named(self.sites, entry.site), **values)
        visit = visits_door.create(actor=actor, record=record)
        for party in entry.participants:
            create_record(actor=actor, record=self._participant(visit, party))

    def _participant(self, visit: SiteVisit, party: ParticipantEntry) -> VisitParticipant:
        """Return a party to a visit; an agency that this installation does not know goes by its name."""
        agency, organisation = None, party.organisation
        if party.agency is not None:
            entries = {entry.key: entry.name for entry in self.document.agencies}
            agency, organisation = self.agencies.get(party.agency), _named(entries, party.agency)
        return VisitParticipant(
            case=self.case,
            visit=visit,
            handling=visit.handling,
            agency=agency,
            organisation="" if agency else organisation,
            capacity=party.capacity,
        )

    def _find(self, entry: FindEntry) -> None:
        context = None if entry.context is None else _named(self.contexts, (entry.site, entry.context))
        values = _values(entry, "key", "site", "context", "status", "conditions")
        record = Find(case=self.case, site=_named(self.sites, entry.site), context=context, **values)
        find = finds_door.log_find(actor=self._who(entry.by), record=record, status=entry.status)
        for number, note in enumerate(entry.conditions, start=1):
            with _at(f"conditions[{number}]"):
                values = _values(note, "kind") | {
                    "kind_id": f"condition.{note.kind}",
                    "observer": note.observer or self.document.source,
                    "handling": find.handling,
                }
                conditions_door.create(
                    actor=self._who(note.by), record=ConditionNote(case=self.case, find=find, **values)
                )
        self.finds[entry.key] = find

    def _specimen(self, entry: SpecimenEntry) -> None:
        find = _named(self.finds, entry.find)
        values = _values(entry, "key", "find") | {"zones": list(entry.zones), "handling": find.handling}
        record = Specimen(case=self.case, find=find, **values)
        self.specimens[entry.key] = specimens_door.create(actor=self._who(entry.by), record=record)

    def _assessment(self, entry: AssessmentEntry) -> None:
        record = Assessment(case=self.case, site=_named(self.sites, entry.site), reasoning=entry.reasoning)
        assessments_door.draft(actor=self._who(entry.by), record=record, reading=entry.reading)

    def _estimate(self, entry: EstimateEntry) -> None:
        find = None if entry.find is None else _named(self.finds, entry.find)
        site = None if entry.site is None else _named(self.sites, entry.site)
        specimen = None if entry.specimen is None else _named(self.specimens, entry.specimen)
        values = _values(entry, "find", "site", "specimen")
        record = Estimate(case=self.case, find=find, site=site, specimen=specimen, **values)
        estimates_door.record_estimate(actor=self._who(entry.by), record=record)

    def _minimum(self, entry: MinimumEntry) -> StatedMinimum:
        actor, values = self._who(entry.by), _values(entry, "site", "groups")
        values["source"] = entry.source or self.document.source
        stated = minimums_door.create(
            actor=actor,
            record=StatedMinimum(case=self.case, site=_named(self.sites, entry.site), **values),
        )
        for number, group in enumerate(entry.groups, start=1):
            record = StatedGroup(
                case=self.case, stated_minimum=stated, handling=stated.handling, **_values(group)
            )
            made = minimums_door.create_group(actor=actor, record=record)
            self.records[f"minimums.groups[{number}]"] = made
        return stated

    def _public_page(self, entry: PublicPageEntry) -> PublicPage:
        actor = self._who(entry.by)
        values = _values(entry, "titles", "transitions")
        page = pages_door.create(actor=actor, record=PublicPage(case=self.case, **values))
        for title in entry.titles:
            record = PublicTitle(case=self.case, page=page, **_values(title))
            pages_door.create_title(actor=actor, record=record)
        for step in entry.transitions:
            page = pages_door.apply_transition(
                actor=self._who(step.by), page=page, name=step.name, reason=step.reason
            )
        return page

    def _update(self, entry: UpdateEntry) -> PublicUpdate | None:
        """Draft an update and have somebody else approve it; without anybody else it goes on awaiting approval."""
        actor = self._who(entry.by)
        page = _named(self.records, "public_pages[1]")
        corrects = None if entry.corrects is None else _named(self.records, f"updates[{entry.corrects}]")
        values = _values(entry, "approved_by", "corrects", "facts", "texts")
        if corrects is not None and corrects.number is None:
            self.left_out.append(f"correction of updates[{entry.corrects}]")
            return None
        update = updates_door.create(
            actor=actor, record=PublicUpdate(case=self.case, page=page, corrects=corrects, **values)
        )
        for fact in entry.facts:
            choice = f"{fact.kind}:{_named(self.records, fact.record).pk}"
            record = PublicFact(case=self.case, update=update, key=fact.key)
            record.choice = choice
            updates_door.insert_fact(actor=actor, record=record)
        for text in entry.texts:
            updates_door.create_text(
                actor=actor, record=PublicText(case=self.case, update=update, **_values(text))
            )
        update = updates_door.apply_transition(actor=actor, update=update, name="submit")
        others = (who for who, role in self.team if role == entry.approved_by and who != actor)
        another = next(others, None)
        if another is None:
            self.left_out.append(f"approval of the update of {entry.dated_on}")
            return update
        access.forget_standing(another)
        return updates_door.publish(actor=another, update=update)

    def _direction(self, entry: DirectionEntry) -> None:
        days = entry.due_in_days
        due_on = None if days is None else timezone.localdate() + dt.timedelta(days=days)
        values = _values(entry, "site", "find", "assignee", "due_in_days")
        record = Direction(case=self.case, assignee=self._who(entry.assignee), due_on=due_on, **values)
        directions_door.create(actor=self._who(entry.by), record=record, about=self._about(entry))

    def _observation(self, entry: ObservationEntry) -> None:
        record = Observation(case=self.case, **_values(entry, "site", "find"))
        observations_door.create(actor=self._who(entry.by), record=record, about=self._about(entry))

    def _enquiry(self, entry: EnquiryEntry) -> None:
        record = Enquiry(case=self.case, question=entry.question)
        enquiry = enquiries_door.create(actor=self._who(entry.by), record=record, about=self._about(entry))
        if entry.answered_by is not None:
            enquiries_door.apply_transition(
                actor=self._who(entry.answered_by), enquiry=enquiry, name="answer", reason=entry.answer
            )

    def _about(self, entry: Any) -> Any:
        """Return the record that an entry is about, or None for the case as a whole."""
        if entry.find is not None:
            return _named(self.finds, entry.find)
        return None if entry.site is None else _named(self.sites, entry.site)

    def _who(self, role: str) -> User:
        if role not in self.people:
            raise Invalid(
                "sample.nobody",
                _("Nobody is named who acts as %(role)s.") % {"role": role},
                value=role,
                way_forward=_("Name somebody: --as %(role)s=USERNAME.") % {"role": role},
            )
        return self.people[role]


def _values(entry: Any, *apart: str) -> dict[str, Any]:
    """Return an entry's values as its record has them, less those named and those that are not known."""
    values: dict[str, Any] = {}
    for item in fields(entry):
        value = getattr(entry, item.name)
        if item.name in ("by", *apart) or value is None:
            continue
        if item.name in CODES:
            values[f"{item.name}_id"] = f"{item.name}.{value}"
        else:
            values[item.name] = value
    return values


def _named(entered: Mapping[Any, Any], name: Any) -> Any:
    """Return what the file calls by this name, or refuse a name that it gives to nothing before."""
    if name not in entered:
        shown = " ".join(name) if isinstance(name, tuple) else name
        raise Invalid(
            "sample.unknown_name",
            _("%(name)s is named before it is entered.") % {"name": shown},
            value=shown,
            way_forward=_("Correct the name, or put what it means before this."),
        )
    return entered[name]


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Put the place in the file in front of what a door refuses."""
    try:
        yield
    except Refusal as refusal:
        refusal.message = f"{place}: {refusal.message}"
        raise
