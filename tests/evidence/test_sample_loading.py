"""Loading the sample case: once, by the people whose work it is, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import transaction

from cases.ledger.context import change
from cases.models import Case, DiscoveryReport, Membership, User
from cases.refusals import Invalid
from evidence import content
from evidence.management.commands.load_sample import SAMPLE
from evidence.models import FileLink, Photograph
from evidence.sample.reading import read_document
from tests.actors import INSTALLER, Cast, make_user
from tests.evidence.sample import load, quick_accounts, without_drawings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_accounts():
        yield


def test_drawings_stand_for_photographs_and_say_so(settings: Any) -> None:
    settings.TAPHOS_DEMO = True
    load()
    sample = Case.objects.get(number="KHJ-2024-001")
    made = list(Photograph.objects.filter(case=sample).order_by("serial"))
    assert [picture.shows_remains for picture in made] == [False, None, False]
    assert all(picture.caption.startswith("Illustrative drawing") for picture in made)
    shown = FileLink.objects.filter(case=sample, photograph__in=made).order_by("id")
    assert [link.target_name for link in shown] == ["site", "find", "find"]
    assert all(b"".join(content.stream(picture.sha256, picture.size_bytes)) for picture in made)


def test_no_account_is_made_outside_a_demonstration(settings: Any) -> None:
    settings.TAPHOS_DEMO = False
    with pytest.raises(CommandError, match="--as prosecutor=USERNAME"):
        load()
    assert not User.objects.exists()


@without_drawings()
def test_people_of_ones_own_enter_it_and_the_humanitarian_record_is_left_out(
    settings: Any, cast: Cast
) -> None:
    settings.TAPHOS_DEMO = False
    appoint(cast, "prosecutor")
    before = User.objects.count()
    said = load("prosecutor=prosecutor", "investigator=investigator", "anthropologist=investigator")
    assert "reports[3], " in said
    assert "referrals[1], referrals[2]" in said
    # One prosecutor alone publishes nothing that they wrote.
    assert "approval of the update of 2024-02-23, correction of updates[1]" in said
    case = Case.objects.get(number="KHJ-2024-001")
    assert set(Membership.objects.filter(case=case).values_list("role", flat=True)) == {
        "prosecutor",
        "investigator",
        "anthropologist",
    }
    assert not DiscoveryReport.objects.filter(case=case, handling="humanitarian").exists()
    assert User.objects.count() == before


@without_drawings()
def test_who_may_not_open_a_case_leaves_nothing_behind(settings: Any, cast: Cast) -> None:
    settings.TAPHOS_DEMO = False
    with pytest.raises(CommandError, match=r"^case: "), transaction.atomic():
        load("prosecutor=prosecutor", "investigator=investigator", "anthropologist=anthropologist")
    assert not Case.objects.filter(number="KHJ-2024-001").exists()


@pytest.mark.parametrize(
    "text", ["investigator", "chief=investigator", "investigator=", "prosecutor=stranger"]
)
def test_people_that_are_not_understood_are_refused(cast: Cast, text: str) -> None:
    with pytest.raises(CommandError):
        load(text)


def test_account_of_a_person_is_not_taken_for_a_demonstration_account(settings: Any, cast: Cast) -> None:
    settings.TAPHOS_DEMO = True
    with change(INSTALLER, "tests.person.made"):
        make_user("newcomer", cast.agency)
    with pytest.raises(CommandError, match="no demonstration account"):
        load()


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ("  title: Human", "  tilte: Human", "sample.unknown_key", "case.tilte"),
        ("    category: fragments\n", "", "sample.missing_key", "finds[1]"),
        ("  number: KHJ-2024-001", "  number: KHJ-2024-001\n  number: KHJ-2", "sample.twice", "line "),
        ("minimum: 4", "minimum: four", "sample.wrong_kind", "minimums[1].minimum"),
        ("opened_on: 2024-02-21", "opened_on: 21.02.2024", "sample.wrong_kind", "case.opened_on"),
        ("format: 1", "format: 2", "sample.format", "format"),
        ("case:\n", "case: [", "sample.unreadable", "changed.yaml"),
    ],
)
def test_file_that_is_not_understood_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, code: str, place: str
) -> None:
    changed = tmp_path / "changed.yaml"
    text = SAMPLE.read_text()
    assert before in text
    changed.write_text(text.replace(before, after, 1))
    with pytest.raises(Invalid) as refused:
        read_document(changed)
    assert refused.value.code == code
    assert place in refused.value.message


def appoint(cast: Cast, name: str) -> None:
    from cases.models import Appointment

    with change(INSTALLER, "tests.appointment.made"):
        Appointment.objects.create(
            agency=cast.agency, user=cast.people[name], role="prosecutor", from_on=cast.case_a.opened_on
        )
