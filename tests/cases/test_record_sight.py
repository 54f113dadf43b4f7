"""What somebody may not see of a record is not brought into sight, or out of others' sight, by changing the record."""

from __future__ import annotations

from typing import Any

import pytest

from cases import access
from cases.ledger.context import change
from cases.models import DiscoveryReport, Incident
from cases.services import incident as incidents
from cases.services import report as reports
from tests.actors import INSTALLER, SINCE, Cast, make_site
from tests.refused import refused


def a_report(cast: Cast) -> DiscoveryReport:
    with change(INSTALLER, "tests.report.made"):
        return DiscoveryReport.objects.create(
            case=cast.case_a, received_on=SINCE, received_by="Office", account="Bones", reporter="A farmer"
        )


def changed(cast: Cast, who: str, report: DiscoveryReport, **fields: Any) -> DiscoveryReport:
    for name, value in fields.items():
        setattr(report, name, value)
    return reports.change(actor=cast.people[who], record=report, version=report.version)


@pytest.mark.parametrize("field", ["reporter_protected", "handling", "site"])
def test_the_liaison_does_not_unveil_a_report(cast: Cast, field: str) -> None:
    report = a_report(cast)
    with change(INSTALLER, "tests.site.made"):
        guarded = make_site(cast.case_a, "G1")
        for status in ("verified", "protected"):
            guarded.status = status
            guarded.save()
    values: dict[str, Any] = {"reporter_protected": False, "handling": "humanitarian", "site": guarded}
    before = access.hidden_fields(cast.liaison, report)
    code = "record.taken_away" if field == "handling" else "record.unveiled"
    with refused(code):
        changed(cast, "liaison", report, **{field: values[field]})
    report = DiscoveryReport.objects.get(pk=report.pk)
    assert access.hidden_fields(cast.liaison, report) == before


def test_who_knows_the_reporter_may_name_them_to_all(cast: Cast) -> None:
    report = changed(cast, "investigator", a_report(cast), reporter_protected=False)
    assert "reporter" not in access.hidden_fields(cast.liaison, report)


def test_what_the_team_knows_does_not_become_humanitarian(cast: Cast) -> None:
    theirs = incidents.create(
        actor=cast.investigator, record=Incident(case=cast.case_a, title="x", source="Office")
    )
    theirs.handling = "humanitarian"
    with refused("record.taken_away", "handling"):
        incidents.change(actor=cast.liaison, record=theirs, version=theirs.version)


def test_who_recorded_something_openly_by_mistake_makes_it_humanitarian(cast: Cast) -> None:
    own = incidents.create(actor=cast.liaison, record=Incident(case=cast.case_a, title="x", source="y"))
    own.handling = "humanitarian"
    incidents.change(actor=cast.liaison, record=own, version=own.version)
    assert not access.sees(cast.investigator, Incident.objects.get(pk=own.pk))
