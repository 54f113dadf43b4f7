"""What partners contribute: kept as it was sent, decided by a person of the case, and no change of either end lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Contribution, LedgerEntry, Observation
from cases.services import contribution as service
from remains.models import Find, FindAlias
from tests.actors import Cast
from tests.calling import Caller, problem
from tests.cases.sharing import KINDS, Partner, signed, step
from tests.refused import database_refuses, refused

FINDS = "remains.find"


@pytest.fixture
def partner(cast: Cast) -> Partner:
    signed(cast, contributes=[FINDS, "cases.observation"], kinds=[*KINDS, "cases.observation"])
    return Partner(cast)


def sent(partner: Partner, cast: Cast, identifier: str = "F-1", **more: Any) -> Any:
    """Return a find that the partner's team made, as its program sends it."""
    values = {
        "site": str(cast.site_a.pk),
        "category": "bone",
        "found_on": "2024-02-20",
        **more.pop("values", {}),
    }
    body = {"case": str(cast.case_a.pk), "kind": FINDS, "identifier": identifier, "values": values, **more}
    answer = partner.post("/contributions", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def row(said: Any) -> Contribution:
    found: Contribution = Contribution.objects.get(pk=said["id"])
    return found


def test_a_find_of_a_partners_team_waits_until_somebody_of_the_case_takes_it_over(
    cast: Cast, partner: Partner
) -> None:
    before = Find.objects.count()
    said = sent(partner, cast, remark="see our sketch")
    assert (said["status"], said["identifier"], said["withheld"]) == ("proposed", "F-1", ["decided_by"])
    assert Find.objects.count() == before
    done = service.accept(actor=cast.investigator, contribution=row(said))
    assert done.became is not None
    find = Find.objects.get(pk=done.became)
    assert (find.site, find.category, str(find.found_on)) == (cast.site_a, "bone", "2024-02-20")
    assert FindAlias.objects.get(find=find, label="F-1").origin == "POB"
    again = partner.get(f"/contributions/{said['id']}").json()
    assert (again["status"], again["became"], "decided_by" in again) == ("accepted", str(find.pk), False)
    entry = LedgerEntry.objects.get(chain=cast.case_a.pk, action="cases.contribution.proposed")
    assert (entry.actor_name, entry.agency, entry.channel) == ("Registry", "POB", "api")
    with refused("contribution.decided"):
        service.accept(actor=cast.investigator, contribution=row(said))


def test_an_observation_is_that_of_who_answers_for_the_program(cast: Cast, partner: Partner) -> None:
    body = {
        "case": str(cast.case_a.pk),
        "kind": "cases.observation",
        "identifier": "O-1",
        "values": {"text": "A well was filled in 1993"},
    }
    said = partner.made("/contributions", **body)
    done = service.accept(actor=cast.prosecutor, contribution=row(said))
    assert done.became is not None
    made = Observation.objects.get(pk=done.became)
    assert (made.made_by, made.text, made.handling) == (cast.outsider, "A well was filled in 1993", "open")
    problem(partner.post("/contributions", body), 409, "contribution.not_edited", "identifier")


def test_what_was_declined_stays_readable_with_the_reason(cast: Cast, partner: Partner) -> None:
    said = sent(partner, cast)
    with refused("workflow.reason_required"):
        service.decline(actor=cast.investigator, contribution=row(said), reason=" ")
    service.decline(actor=cast.investigator, contribution=row(said), reason="found before, as 12")
    again = partner.get(f"/contributions/{said['id']}").json()
    assert (again["status"], again["decline_reason"]) == ("declined", "found before, as 12")


def test_where_both_ends_changed_a_field_a_person_says_which_stands(cast: Cast, partner: Partner) -> None:
    first = sent(partner, cast, values={"description": "femur", "remarks": "wet"})
    done = service.accept(actor=cast.investigator, contribution=row(first))
    assert done.became is not None
    find = Find.objects.get(pk=done.became)
    caller = Caller(cast.investigator)
    caller.patch(
        f"/finds/{find.pk}", {"description": "femur, left", "category": "non_human"}, version=find.version
    )
    second = row(
        sent(partner, cast, values={"description": "femur, right", "remarks": "dry", "category": "bone"})
    )
    with refused("contribution.conflict", "description"):
        service.accept(actor=cast.investigator, contribution=second)
    with refused("contribution.conflict", "description"):
        service.accept(
            actor=cast.investigator, contribution=second, theirs=["description"], ours=["description"]
        )
    find.refresh_from_db()
    assert (find.description, find.remarks) == ("femur, left", "wet")
    done = service.accept(actor=cast.investigator, contribution=second, ours=["description"])
    find.refresh_from_db()
    # What only the case changed stays, what only the partner changed is taken, and the person chose the rest.
    assert (find.description, find.remarks, find.category) == ("femur, left", "dry", "non_human")
    assert (done.became, done.taken) == (find.pk, ["remarks"])
    third = row(sent(partner, cast, values={"description": "femur, right", "remarks": "dry"}))
    service.accept(actor=cast.investigator, contribution=third)
    find.refresh_from_db()
    assert find.description == "femur, left"


def test_a_record_of_the_case_is_changed_from_the_version_that_the_partner_read(
    cast: Cast, partner: Partner
) -> None:
    find = cast.find_a
    caller = Caller(cast.investigator)
    caller.patch(f"/finds/{find.pk}", {"description": "in the north"}, version=1)
    said = sent(
        partner,
        cast,
        record=str(find.pk),
        read_version=1,
        values={"description": "in the south", "remarks": "photographed", "category": "bone"},
    )
    with refused("contribution.conflict", "description"):
        service.accept(actor=cast.investigator, contribution=row(said))
    service.accept(actor=cast.investigator, contribution=row(said), theirs=["description"])
    find.refresh_from_db()
    assert (find.description, find.remarks) == ("in the south", "photographed")


def test_what_came_earlier_under_an_identifier_is_decided_first(cast: Cast, partner: Partner) -> None:
    first, second = (row(sent(partner, cast, values={"description": text})) for text in ("one", "two"))
    with refused("contribution.earlier_first"):
        service.accept(actor=cast.investigator, contribution=second)
    with database_refuses("cases_contribution_in_order", cast.investigator):
        Contribution.objects.filter(pk=second.pk).update(
            status="accepted",
            decided_by=cast.investigator,
            decided_at=timezone.now(),
            became=second.pk,
        )
    service.decline(actor=cast.investigator, contribution=first, reason="see the next")
    service.accept(actor=cast.investigator, contribution=second)


@pytest.mark.parametrize(
    ("more", "status", "code", "field"),
    [
        ({"kind": "cases.site"}, 403, "contribution.kind", "kind"),
        ({"kind": "nonsense"}, 403, "contribution.kind", "kind"),
        ({"handling": "investigation"}, 422, "contribution.handling", "handling"),
        ({"values": {}}, 422, "record.required", "values.category"),
        ({"values": {"category": "bone", "number": "7"}}, 422, "request.read_only_field", "values.number"),
        ({"values": {"category": "bone", "case": "x"}}, 422, "request.unknown_field", "values.case"),
        ({"values": {"category": "stone"}}, 422, "record.invalid", "values.category"),
        ({"status": "accepted"}, 422, "request.read_only_field", "status"),
        ({"identifier": ""}, 422, "record.invalid", "identifier"),
        (
            {"record": "018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11"},
            422,
            "contribution.read_version",
            "read_version",
        ),
    ],
)
def test_what_cannot_be_contributed_is_refused_by_name(
    cast: Cast, partner: Partner, more: Any, status: int, code: str, field: str | None
) -> None:
    body = {
        "case": str(cast.case_a.pk),
        "kind": FINDS,
        "identifier": "F-1",
        "values": {"site": str(cast.site_a.pk), "category": "bone"},
    }
    if "values" in more:
        more = {"values": {"site": str(cast.site_a.pk), **more["values"]}}
    problem(partner.post("/contributions", {**body, **more}), status, code, field)
    assert not Contribution.objects.exists()


def test_nothing_is_contributed_to_what_is_not_shared_and_nothing_refers_to_what_is_hidden(
    cast: Cast, partner: Partner
) -> None:
    body = {"kind": FINDS, "identifier": "F-1", "values": {"site": str(cast.site_a.pk), "category": "bone"}}
    other = partner.post("/contributions", {**body, "case": str(cast.case_b.pk)})
    missing = partner.post("/contributions", {**body, "case": "018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11"})
    problem(other, 404, "access.not_found")
    assert other.content == missing.content
    body["case"] = str(cast.case_a.pk)
    from cases.ledger.context import change
    from tests.actors import INSTALLER, make_site

    with change(INSTALLER, "tests.site.made"):
        hidden = make_site(cast.case_a, "HID01", handling="investigation")
    for site in (hidden.pk, cast.site_b.pk, "018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11"):
        answer = partner.post("/contributions", {**body, "values": {"site": str(site), "category": "bone"}})
        problem(answer, 422, "record.reference_unknown", "values.site")
    step(cast.prosecutor, row(sent(partner, cast)).agreement, "end", "purpose reached")
    problem(partner.post("/contributions", body), 404, "access.not_found")
    assert len(partner.get("/contributions").json()["results"]) == 1


def test_another_partner_sees_nothing_of_it_and_people_only_what_they_see(
    cast: Cast, partner: Partner
) -> None:
    said = sent(partner, cast)
    other = Partner(cast, name="Elsewhere", agency=cast.laboratory_agency, responsible=cast.laboratory)
    assert other.get("/contributions").json()["results"] == []
    problem(other.get(f"/contributions/{said['id']}"), 404, "access.not_found")
    problem(Caller(cast.outsider).get(f"/contributions/{said['id']}"), 404, "access.not_found")
    assert Caller(cast.liaison).get(f"/contributions/{said['id']}").status_code == 200
    path = f"/contributions/{said['id']}/accept"
    problem(Caller(cast.liaison).post(path, version=1), 403, "access.forbidden")
    problem(partner.post(path, version=1), 403, "access.forbidden")
    answer = Caller(cast.investigator).post(path, version=1)
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")


def test_what_is_withheld_of_such_a_record_is_withheld_of_what_would_become_one(
    cast: Cast, partner: Partner
) -> None:
    said = sent(partner, cast, values={"remarks": "ZQPLACE"}, remark="ZQPLACE too")
    caller = Caller(cast.liaison)
    seen = caller.get(f"/contributions/{said['id']}").json()
    assert seen["withheld"] == ["remark", "values"]
    for path in ("change", "history"):
        page = caller.client.get(reverse(f"admin:cases_contribution_{path}", args=[said["id"]]))
        assert page.status_code == 200
        assert "ZQPLACE" not in page.content.decode()
    page = Caller(cast.investigator).client.get(reverse("admin:cases_contribution_change", args=[said["id"]]))
    assert "ZQPLACE too" in page.content.decode()


def test_the_page_asks_whose_value_stands(cast: Cast, partner: Partner) -> None:
    find = cast.find_a
    Caller(cast.investigator).patch(f"/finds/{find.pk}", {"description": "in the north"}, version=1)
    said = sent(
        partner,
        cast,
        record=str(find.pk),
        read_version=1,
        values={"description": "in the south", "category": "bone"},
    )
    browser = Caller(cast.investigator).client
    url = reverse("admin:cases_contribution_transition", args=[said["id"], "accept"])
    page = browser.get(url).content.decode()
    assert "in the north" in page
    assert 'name="stands_description"' in page
    assert 'name="stands_category"' not in page
    assert browser.post(url, {"record_version": "1"}).status_code == 409
    answer = browser.post(url, {"record_version": "1", "stands_description": "theirs"})
    assert answer.status_code == 302
    find.refresh_from_db()
    assert find.description == "in the south"
    page = browser.get(reverse("admin:remains_find_change", args=[find.pk])).content.decode()
    assert "Contributed by partners" in page


def test_the_database_keeps_contributions_as_they_were_sent(cast: Cast, partner: Partner) -> None:
    said = row(sent(partner, cast))
    rows = Contribution.objects.filter(pk=said.pk)
    for field, value in (("values", {}), ("identifier", "F-2"), ("remark", "x")):
        with database_refuses("cases_contribution_sent"):
            rows.update(**{field: value})
    decided = {"status": "declined", "decline_reason": "x", "decided_at": timezone.now()}
    with database_refuses("cases_contribution_own_name", cast.prosecutor, reason="x"):
        rows.update(decided_by=cast.investigator, **decided)
    with database_refuses("cases_contribution_decided_by_another", cast.outsider, reason="x"):
        rows.update(decided_by=cast.outsider, **decided)
    values = {
        field.attname: getattr(said, field.attname)
        for field in Contribution._meta.concrete_fields
        if field.name not in {"id", "version"}
    }
    with database_refuses("cases_contribution_sender"):
        Contribution.objects.create(**values)
    with database_refuses("cases_contribution_agreed", said.client):
        Contribution.objects.create(**{**values, "kind": "cases.site"})
    service.decline(actor=cast.investigator, contribution=said, reason="no")
    with database_refuses("cases_contribution_sent", cast.investigator, reason="x"):
        rows.update(decline_reason="yes")


def test_what_a_laptop_logged_goes_in_one_request_all_or_none(cast: Cast, partner: Partner) -> None:
    def one(number: int, **values: Any) -> dict[str, Any]:
        return {
            "case": str(cast.case_a.pk),
            "kind": FINDS,
            "identifier": f"L-{number}",
            "values": {"site": str(cast.site_a.pk), "category": "bone", **values},
        }

    wrong = [*(one(number) for number in range(5)), one(5, category="stone")]
    said = problem(partner.post("/contributions/bulk", {"records": wrong}), 422, "record.invalid")
    assert (said["index"], said["field"]) == (5, "values.category")
    assert not Contribution.objects.exists()
    answer = partner.post("/contributions/bulk", {"records": wrong[:5]})
    assert answer.status_code == 201
    assert [row["identifier"] for row in answer.json()["results"]] == [f"L-{number}" for number in range(5)]


def test_a_contribution_that_is_sent_again_is_there_once(cast: Cast, partner: Partner) -> None:
    body = {
        "case": str(cast.case_a.pk),
        "kind": FINDS,
        "identifier": "F-1",
        "values": {"site": str(cast.site_a.pk), "category": "bone"},
    }
    for path, sent_body in (("/contributions", body), ("/contributions/bulk", {"records": [body]})):
        first, second = (
            partner.post(path, sent_body, key=f"lost {path[-1]}".replace(" ", "-")) for _try in "12"
        )
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert second["Idempotent-Replayed"] == "true"
    assert Contribution.objects.count() == 2
