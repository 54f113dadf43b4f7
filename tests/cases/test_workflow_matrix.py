"""Every transition, from every state, by everyone: the tables are what the service, the buttons and the database do."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases import access
from cases.casework_workflows import DIRECTION, ENQUIRY, OBSERVATION
from cases.exchange_workflows import AGREEMENT
from cases.ledger.context import change
from cases.models import (
    Agency,
    AgreementStatus,
    Case,
    CaseStatus,
    Direction,
    DirectionStatus,
    Enquiry,
    EnquiryStatus,
    LedgerEntry,
    Membership,
    Observation,
    ObservationStatus,
    ProtectionMeasure,
    PublicPage,
    PublicPageStatus,
    PublicText,
    PublicTitle,
    PublicUpdate,
    PublicUpdateStatus,
    SharingAgreement,
    Site,
    SiteStatus,
)
from cases.refusals import Forbidden, Invalid, NotVisible, Refusal, Stale, WrongState
from cases.services import case as case_service
from cases.services import site as site_service
from cases.services.record import withdraw_record
from cases.services.rules import constraint_of
from cases.workflow import Transition, Workflow
from cases.workflows import CASE, PUBLIC_PAGE, PUBLIC_UPDATE, SITE
from evidence.models import Finding, FindingStatus, Referral, ReferralStatus
from evidence.workflows import FINDING, REFERRAL
from remains.models import Find, FindStatus
from remains.workflows import FIND
from tests.actors import INSTALLER, SINCE, Cast, make_case, make_find, make_site
from tests.evidence.arranged import after_step, begun_finding, begun_referral, tie, tied

WORKFLOWS: dict[str, tuple[Workflow, Any, Any]] = {
    "case": (CASE, Case, CaseStatus),
    "site": (SITE, Site, SiteStatus),
    "find": (FIND, Find, FindStatus),
    "publicpage": (PUBLIC_PAGE, PublicPage, PublicPageStatus),
    "publicupdate": (PUBLIC_UPDATE, PublicUpdate, PublicUpdateStatus),
    "referral": (REFERRAL, Referral, ReferralStatus),
    "finding": (FINDING, Finding, FindingStatus),
    "direction": (DIRECTION, Direction, DirectionStatus),
    "observation": (OBSERVATION, Observation, ObservationStatus),
    "enquiry": (ENQUIRY, Enquiry, EnquiryStatus),
    "agreement": (AGREEMENT, SharingAgreement, AgreementStatus),
}
#: The states each transition may start from, and where it leads; written again, as a reader of the law would.
WRITTEN: dict[str, dict[str, tuple[str, str]]] = {
    "case": {
        "open": ("preliminary", "open"),
        "suspend": ("open reopened", "suspended"),
        "resume": ("suspended", "open"),
        "refer": ("open reopened", "referred"),
        "close": ("preliminary open suspended referred reopened", "closed"),
        "reopen": ("closed referred", "reopened"),
    },
    "site": {
        "verify": ("reported", "verified"),
        "disprove": ("reported verified protected reopened", "disproved"),
        "protect": ("verified reopened", "protected"),
        "excavate": ("verified protected reopened", "excavation"),
        "exhumed": ("excavation", "exhumed"),
        "release": ("exhumed", "released"),
        "reopen": ("exhumed released disproved", "reopened"),
    },
    "find": {
        "record": ("located", "recorded"),
        "lift": ("located recorded", "lifted"),
        "send": ("lifted received examined retained", "in_transit"),
        "receive": ("lifted in_transit", "received"),
        "examine": ("received examined retained", "examination"),
        "examined": ("examination", "examined"),
        "release": ("examined retained", "released"),
        "return": ("released", "returned"),
        "rebury": ("released", "reburied"),
        "taken_back": ("in_transit", "received"),
        "taken_back_lifted": ("in_transit", "lifted"),
        "taken_back_examined": ("in_transit", "examined"),
        "taken_back_retained": ("in_transit", "retained"),
        "retain": ("received examined released", "retained"),
    },
    "publicpage": {
        "open": ("draft", "public"),
        "close": ("public", "closed"),
        "reopen": ("closed", "public"),
    },
    "publicupdate": {
        "submit": ("draft", "submitted"),
        "send_back": ("submitted", "draft"),
        "publish": ("submitted", "published"),
        "discard": ("draft submitted", "discarded"),
        "retract": ("published", "retracted"),
    },
    "referral": {
        "request": ("draft", "requested"),
        "take_back": ("requested", "draft"),
        "discard": ("draft", "cancelled"),
        "approve": ("requested", "approved"),
        "refuse": ("requested", "draft"),
        "cancel": ("requested approved dispatched", "cancelled"),
        "dispatch": ("approved", "dispatched"),
        "receive": ("dispatched", "received"),
        "begin": ("received", "examination"),
        "report": ("examination", "reported"),
        "correct": ("reported", "examination"),
        "resume": ("returned", "examination"),
        "return": ("reported disputed", "returned"),
        "dispute": ("reported accepted", "disputed"),
        "accept": ("reported disputed", "accepted"),
        "close": ("accepted disputed", "closed"),
    },
    "finding": {"accept": ("proposed", "accepted"), "decline": ("proposed", "declined")},
    "direction": {
        "accept": ("given", "accepted"),
        "finish": ("accepted returned", "done"),
        "confirm": ("done", "confirmed"),
        "send_back": ("done", "returned"),
        "reassign": ("given accepted returned", "given"),
        "cancel": ("given accepted returned", "cancelled"),
    },
    "observation": {
        "note": ("made", "noted"),
        "answer": ("made noted", "answered"),
    },
    "enquiry": {
        "answer": ("asked", "answered"),
        "ask_again": ("answered", "asked"),
        "close": ("answered", "closed"),
        "drop": ("asked answered", "closed"),
    },
    "agreement": {
        "sign": ("draft", "signed"),
        "discard": ("draft", "discarded"),
        "end": ("signed", "ended"),
    },
}
STEPS = [(kind, name) for kind, steps in WRITTEN.items() for name in steps]


#: A closing without signatures and a reopening with them, a result without words, a confirmation or an approval without
#: a name, an opening or a withdrawal without its moment.
RECORDED_BESIDES = {
    "cases_case_closed_by_two",
    "cases_case_reopened_unsigned",
    "cases_direction_result_given",
    "cases_direction_confirmed_by_another",
    "cases_observation_answered_by_another",
    "cases_observation_answer_given",
    "cases_enquiry_answer_given",
    "cases_sharingagreement_signed_by_another",
    "cases_publicpage_public_is_open",
    "cases_publicupdate_approved_by_another",
    "cases_publicupdate_retraction_told",
    "evidence_finding_decided",
}


def make_agency(number: int) -> Agency:
    """Return a partner that no other record is about."""
    made: Agency = Agency.objects.create(name=f"Partner {number}", short_name=f"P{number}", kind="other")
    return made


class _Undo(Exception):
    """Take back what a test wrote."""


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_the_table_is_as_written(kind: str) -> None:
    workflow = WORKFLOWS[kind][0]
    table = {t.name: (set(t.sources), t.target) for t in workflow.transitions}
    assert table == {
        name: (set(sources.split()), target) for name, (sources, target) in WRITTEN[kind].items()
    }


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_the_database_lets_the_same_steps_through(cast: Cast, kind: str) -> None:
    """Every pair of states, tried by SQL."""
    workflow, model, states = WORKFLOWS[kind]
    pairs = set(workflow.pairs())
    for source in states.values:
        record = at(cast, kind, source)
        for target in states.values:
            if source == target:
                continue
            try:
                with (
                    transaction.atomic(),
                    change(INSTALLER, "tests.status.attacked", reason="because"),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(
                        f"UPDATE {model._meta.db_table} SET status = %s WHERE id = %s", [target, record.pk]
                    )
                    raise _Undo
            except _Undo:
                passed = True
            except IntegrityError as error:
                # What a step records besides the status is asked for after the workflow has let the step through.
                passed = constraint_of(error) in RECORDED_BESIDES
            assert passed is ((source, target) in pairs), (source, target)


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_the_database_asks_for_the_same_reasons(cast: Cast, kind: str) -> None:
    workflow, model, _states = WORKFLOWS[kind]
    reasoned = set(workflow.reasoned_pairs())
    assert reasoned
    for source, target in workflow.pairs():
        record = at(cast, kind, source)
        rule = None
        try:
            with transaction.atomic(), change(INSTALLER, "tests.status.attacked", reason="  "):
                model.objects.filter(pk=record.pk).update(status=target)
        except IntegrityError as error:
            rule = constraint_of(error)
        assert (rule == f"{model._meta.db_table}_reason_given") is ((source, target) in reasoned)


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_a_record_begins_only_where_the_table_begins(cast: Cast, kind: str) -> None:
    workflow, model, states = WORKFLOWS[kind]
    record = at(cast, kind, workflow.initial[0])
    if kind == "finding":
        _step(cast, record.result.item.referral, "examination")
    unique: dict[str, str | None] = {
        "site": "code",
        "referral": "reference",
        "finding": "basis",
        "direction": "what",
        "publicpage": "slug",
        "publicupdate": None,
    }
    unique |= {"observation": "text", "enquiry": "question", "agreement": "purpose"}
    for number, status in enumerate(states.values):
        new = model.objects.get(pk=record.pk)
        new.pk, new.status, new.serial = None, status, 100 + number
        new.id = new._meta.pk.get_default()
        if name := unique.get(kind, "number"):
            fresh = f"NEW0-{number:04d}"
            setattr(new, name, fresh.lower() if name == "slug" else fresh)
        if kind == "find":
            new.lifted_on = SINCE
        try:
            with transaction.atomic(), change(INSTALLER, "tests.status.attacked"):
                new.save(force_insert=True)
            begun = True
        except IntegrityError:
            begun = False
        assert begun is (status in workflow.initial), status


_numbers = itertools.count(1)


def at(cast: Cast, kind: str, status: str) -> Any:
    """Return a new record of its kind that came to this state along the ways that the database knows."""
    workflow = WORKFLOWS[kind][0]
    ways = [way for start in workflow.initial if (way := _way(workflow, start, status))]
    start, *steps = min(ways, key=len)
    record = _begun(cast, kind, start)
    for step in steps:
        _step(cast, record, step)
    record.refresh_from_db()
    return record


def _way(workflow: Workflow, start: str, goal: str) -> list[str] | None:
    ways: list[list[str]] = [[start]]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for source, target in workflow.pairs():
            if source == way[-1] and target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return None


def _begun(cast: Cast, kind: str, status: str) -> Any:
    """Write a new record in its first state, with whatever the guards of later steps ask for."""
    number = next(_numbers)
    with change(INSTALLER, "tests.record.made"):
        if kind in {"referral", "finding"}:
            return _sent(cast, kind, number)
        if kind == "find":
            return make_find(cast.site_a, 1000 + number, status=status, lifted_on=SINCE)
        if kind == "direction":
            return Direction.objects.create(
                case=cast.case_a,
                what="Ask the driver",
                assignee=cast.investigator,
                status=status,
                given_by=cast.prosecutor,
                given_on=SINCE,
            )
        if kind == "observation":
            said = {"text": "The fence is open", "made_by": cast.liaison, "made_on": SINCE}
            return Observation.objects.create(case=cast.case_a, handling="open", status=status, **said)
        if kind == "enquiry":
            asked = {"question": "When is the next visit?", "asked_by": cast.liaison, "asked_on": SINCE}
            return Enquiry.objects.create(case=cast.case_a, status=status, **asked)
        if kind == "agreement":
            return SharingAgreement.objects.create(
                case=cast.case_a,
                partner=make_agency(number),
                purpose="x",
                legal_basis="x",
                kinds=["cases.site"],
                handling_at_most="open",
                from_on=SINCE,
                until_on=timezone.localdate() + dt.timedelta(days=9),
                status=status,
                drafted_by=cast.investigator,
            )
        if kind == "site":
            site = make_site(cast.case_a, f"W{number}")
            ProtectionMeasure.objects.create(
                case=cast.case_a, site=site, kind_id="protection.guard", from_on=SINCE
            )
            return site
        case = make_case(f"W-{number}", cast.agency, status=status if kind == "case" else "open")
        team = Membership.objects.filter(case=cast.case_a)
        Membership.objects.bulk_create(
            Membership(case=case, user_id=user, role=role, from_on=SINCE)
            for user, role in team.values_list("user_id", "role")
        )
        made = case if kind == "case" else _told(cast, case, kind, f"page-{number}")
    for person in cast.people.values():
        access.forget_standing(person)
    return made


def _told(cast: Cast, case: Case, kind: str, slug: str) -> Any:
    """Return a page that could be opened, or a draft on an open one that could go out."""
    page = PublicPage.objects.create(case=case, slug=slug, status="draft")
    PublicTitle.objects.create(case=case, page=page, language="en", title="x")
    if kind == "publicpage":
        return page
    _step(cast, page, "public")
    update = PublicUpdate.objects.create(
        case=case, page=page, status="draft", dated_on=SINCE, drafted_by=cast.investigator
    )
    words = {"title": "x", "body": "y", "published_title": "x", "published_body": "y"}
    PublicText.objects.create(case=case, update=update, language="en", **words)
    return update


def _sent(cast: Cast, kind: str, number: int) -> Any:
    referral = begun_referral(cast, number)
    if kind == "referral":
        return referral
    for status in ("requested", "approved", "dispatched", "received", "examination"):
        _step(cast, referral, status)
    finding = begun_finding(cast, referral)
    _step(cast, referral, "reported")
    return finding


def _step(cast: Cast, record: Any, status: str) -> None:
    rows = type(record).objects.filter(pk=record.pk)
    more: dict[str, Any] = {}
    actor: Any = INSTALLER
    if isinstance(record, Case) and status == "closed":
        _propose(cast, record)
        actor, more = cast.prosecutor, {"closed_by": cast.prosecutor}
    elif isinstance(record, Case) and status == "reopened":
        more = {"closure_proposed_by": None, "closed_by": None, "closure_reason": ""}
    elif isinstance(record, PublicPage):
        more = {"changed_at": timezone.now()}
    elif status == "published":
        actor = cast.prosecutor
        more = {"approved_by": actor, "published_at": timezone.now(), "number": 1}
    elif status == "retracted":
        more = {"retracted_at": timezone.now(), "retracted_reason": "x"}
    elif isinstance(record, Finding):
        more = {"decided_by": cast.anthropologist, "decided_at": dt.datetime.now(dt.UTC)}
        more |= tied(record, "accept") if status == "accepted" else {"decline_reason": "because"}
    elif isinstance(record, Direction) and status == "done":
        more = {"result": "The driver saw nothing"}
    elif isinstance(record, Observation):
        actor, more = (
            cast.prosecutor,
            {"answered_by": cast.prosecutor, "answer": "Seen" if status == "answered" else ""},
        )
    elif isinstance(record, Enquiry) and status == "answered":
        actor, more = cast.prosecutor, {"answered_by": cast.prosecutor, "answer": "On Monday"}
    elif status in {"confirmed", "signed"}:
        actor, more = cast.prosecutor, _signature(record, cast.prosecutor)
    with change(actor, "tests.status.put", reason="because"):
        rows.update(status=status, **more)
        if isinstance(record, Referral):
            after_step(cast, record, status)


def _signature(record: Any, actor: Any) -> dict[str, Any]:
    if isinstance(record, Direction):
        return {"confirmed_by": actor}
    return {"signed_by": actor, "signed_at": timezone.now(), "epoch": 1}


def _propose(cast: Cast, case: Case) -> None:
    with change(cast.second_prosecutor, "tests.closure.proposed"):
        Case.objects.filter(pk=case.pk).update(closure_proposed_by=cast.second_prosecutor, closure_reason="x")


def arranged(cast: Cast, kind: str, status: str) -> Any:
    """Return a record in this state; a case that could be closed waits for its second signature."""
    record = at(cast, kind, status)
    if kind == "case" and status != "closed":
        _propose(cast, record)
        record.refresh_from_db()
    return record


def expected(cast: Cast, record: Any, transition: Transition, person: str) -> type[Refusal] | None:
    """Return how a step must end for somebody, as the tables of roles and of steps say it."""
    held = access.roles_in(cast.people[person], record.case)
    if not access.handlings_seen(held):
        held = access.roles_reaching(cast.people[person], record)
        if not held:
            return NotVisible
    if not held & access.roles_with(transition.permission):
        return Forbidden
    signed_twice = isinstance(record, Case) and transition.name == "close" and person == "second_prosecutor"
    of_another = transition.permission == "cases.direction:work" and person != "investigator"
    of_another |= isinstance(record, Observation) and person == "liaison"
    return WrongState if record.status not in transition.sources or signed_twice or of_another else None


@pytest.mark.parametrize(("kind", "name"), STEPS, ids=[f"{kind}-{name}" for kind, name in STEPS])
def test_every_step_from_every_state_by_everyone(cast: Cast, kind: str, name: str) -> None:
    workflow, _model, states = WORKFLOWS[kind]
    for status in states.values:
        record = arranged(cast, kind, status)
        for person, actor in cast.people.items():
            wanted = expected(cast, record, workflow.transition(name), person)
            assert outcome(workflow, record, actor, name) is wanted, (status, person)


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_the_buttons_offer_what_the_steps_allow(cast: Cast, kind: str) -> None:
    workflow, _model, states = WORKFLOWS[kind]
    for status in states.values:
        record = arranged(cast, kind, status)
        for person, actor in cast.people.items():
            offered = {option.transition.name: option.blocked for option in workflow.options(record, actor)}
            assert set(offered) == {t.name for t in workflow.transitions if status in t.sources and t.offered}
            for name, blocked in offered.items():
                wanted = expected(cast, record, workflow.transition(name), person)
                assert (None if blocked is None else type(blocked)) is wanted, (status, person, name)


def outcome(workflow: Workflow, record: Any, actor: Any, name: str) -> type[Refusal] | None:
    """Take the step and undo it; return the kind of refusal, or nothing when it was taken."""
    entries = LedgerEntry.objects.filter(action=f"{workflow.stem}.{name}")
    before = entries.count()
    try:
        with transaction.atomic():
            done = workflow.apply(actor=actor, record=record, name=name, reason="because", prepare=tie(name))
            assert done.status == workflow.transition(name).target
            assert done.version == type(record).objects.get(pk=record.pk).version == record.version + 1
            last = entries.order_by("seq").last()
            assert last is not None
            assert (last.actor_id, last.reason) == (actor.pk, "because")
            raise _Undo
    except _Undo:
        return None
    except Refusal as refusal:
        assert entries.count() == before
        return type(refusal)


@pytest.mark.parametrize(("kind", "name"), STEPS, ids=[f"{kind}-{name}" for kind, name in STEPS])
def test_a_step_that_needs_a_reason_is_refused_without_one(cast: Cast, kind: str, name: str) -> None:
    workflow = WORKFLOWS[kind][0]
    transition = workflow.transition(name)
    record = arranged(cast, kind, transition.sources[0])
    actor = next(
        who
        for person, who in cast.people.items()
        if person != "second_prosecutor"
        and access.roles_in(who, record.case) & access.roles_with(transition.permission)
    )
    if transition.requires_reason:
        with pytest.raises(Invalid) as refused:
            workflow.apply(actor=actor, record=record, name=name, reason="  ")
        assert refused.value.code == "workflow.reason_required"
    else:
        done = workflow.apply(actor=actor, record=record, name=name, prepare=tie(name))
        assert done.status == transition.target


def test_an_unknown_step_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        SITE.apply(actor=cast.investigator, record=cast.site_a, name="bury")
    assert refused.value.code == "workflow.unknown_transition"


def test_a_step_at_a_version_that_was_overtaken_is_refused(cast: Cast) -> None:
    site_service.apply_transition(actor=cast.investigator, site=cast.site_a, name="verify", version=1)
    with pytest.raises(Stale):
        site_service.apply_transition(actor=cast.investigator, site=cast.site_a, name="excavate", version=1)
    with pytest.raises(Stale):
        case_service.apply_transition(
            actor=cast.prosecutor, case=cast.case_a, name="suspend", reason="x", version=9
        )


def test_a_withdrawn_record_takes_no_step(cast: Cast) -> None:
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    withdraw_record(actor=cast.investigator, record=cast.site_a, reason="entered twice")
    with pytest.raises(WrongState) as refused:
        SITE.apply(actor=cast.investigator, record=cast.site_a, name="verify")
    assert refused.value.code == "record.withdrawn"


def test_in_a_closed_case_no_step_is_taken_and_the_button_says_why(cast: Cast) -> None:
    _step(cast, cast.case_a, "closed")
    for workflow, record, name in ((SITE, cast.site_a, "verify"), (FIND, cast.find_a, "record")):
        with pytest.raises(WrongState) as refused:
            workflow.apply(actor=cast.investigator, record=record, name=name)
        assert refused.value.code == "case.closed"
        blocked = {
            option.blocked.code for option in workflow.options(record, cast.investigator) if option.blocked
        }
        assert "case.closed" in blocked


LATER = dt.date(2090, 1, 1)


@pytest.mark.parametrize(
    ("from_on", "until_on", "protects"),
    [(SINCE, SINCE, False), (LATER, None, False), (SINCE, LATER, True), (SINCE, None, True)],
)
def test_a_measure_protects_from_its_first_day_to_its_last(
    cast: Cast, from_on: dt.date, until_on: dt.date | None, protects: bool
) -> None:
    _step(cast, cast.site_a, "verified")
    with change(INSTALLER, "tests.measure.made"):
        ProtectionMeasure.objects.create(
            case=cast.case_a, site=cast.site_a, kind_id="protection.guard", from_on=from_on, until_on=until_on
        )
    cast.site_a.refresh_from_db()
    [option] = [o for o in SITE.options(cast.site_a, cast.investigator) if o.transition.name == "protect"]
    assert (option.blocked is None) is protects
    if option.blocked is not None:
        assert option.blocked.code == "site.no_protection_recorded"


def test_a_find_is_lifted_once_the_day_is_recorded(cast: Cast) -> None:
    with pytest.raises(WrongState) as refused:
        FIND.apply(actor=cast.investigator, record=cast.find_a, name="lift")
    assert refused.value.code == "find.lifting_not_recorded"


def test_reopening_forgets_the_signatures_of_the_closure(cast: Cast) -> None:
    closed = at(cast, "case", "closed")
    reopened = CASE.apply(actor=cast.prosecutor, record=closed, name="reopen", reason="new report")
    stored = Case.objects.get(pk=reopened.pk)
    assert (stored.closure_proposed_by, stored.closed_by, stored.closure_reason) == (None, None, "")
