"""Checkpoints that somebody else holds show what a chain alone cannot: a cut tail, a wiped or a rewritten ledger."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rich.console import Console
from rich.progress import Progress

from cases.ledger.context import change
from cases.ledger.entries import chain_of
from cases.ledger.faults import What
from cases.ledger.keys import key_id, make_key, public_path, signing_key
from cases.ledger.verify import verify_chain
from cases.ledger.witness import Held, verify_checkpoints, write_checkpoints
from cases.management.commands.verify_ledger import Patience
from cases.refusals import Invalid
from tests.actors import INSTALLER, Cast, make_find
from tests.cases.test_ledger_verify import chain_a, rewrite
from tests.owner import triggers_off


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    """Return a folder with a key, in which checkpoints are written."""
    settings.TAPHOS_CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    settings.TAPHOS_CHECKPOINT_KEY = tmp_path / "checkpoint.pem"
    settings.TAPHOS_DEMO = False
    make_key(settings.TAPHOS_CHECKPOINT_KEY)
    return tmp_path


def held(place: Path) -> Held:
    return Held.of(place / "checkpoints.jsonl", [signing_key().public_key()])


def verify(*arguments: str) -> tuple[int, str]:
    """Run the command; return its exit status and what it said."""
    said = io.StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=said, stderr=said)
    except SystemExit as left:
        return int(str(left.code)), said.getvalue()
    except CommandError as wrong:
        return wrong.returncode, str(wrong)
    return 0, said.getvalue()


def test_one_line_is_written_for_every_chain_that_moved(cast: Cast, place: Path) -> None:
    assert [c.label for c in write_checkpoints()[0]] == ["system", "A-1", "B-1"]
    assert write_checkpoints()[0] == []
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_b, 2)
    assert [c.label for c in write_checkpoints()[0]] == ["B-1"]
    assert len((place / "checkpoints.jsonl").read_text().splitlines()) == 4
    assert verify_checkpoints(held(place)).intact


def test_one_chain_alone_can_be_checkpointed(cast: Cast, place: Path) -> None:
    assert [c.label for c in write_checkpoints(chain_of("B-1"))[0]] == ["B-1"]


def test_key_and_file_are_for_their_owner_only(cast: Cast, place: Path) -> None:
    write_checkpoints()
    modes = {path.name: path.stat().st_mode & 0o777 for path in place.iterdir()}
    assert (modes["checkpoint.pem"], modes["checkpoints.jsonl"]) == (0o600, 0o600)


def test_a_line_cut_by_a_crash_spoils_no_other(cast: Cast, place: Path) -> None:
    write_checkpoints()
    with (place / "checkpoints.jsonl").open("a") as file:
        file.write('{"format": "taphos-check')
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_b, 2)
    write_checkpoints()
    report = verify_checkpoints(held(place))
    assert [(fault.what, "line 4 " in fault.where) for fault in report.faults] == [(What.CHECKPOINT, True)]


def test_without_a_key_nothing_is_signed(cast: Cast, place: Path) -> None:
    (place / "checkpoint.pem").unlink()
    with pytest.raises(Invalid) as refused:
        write_checkpoints()
    assert refused.value.code == "ledger.no_key"
    with pytest.raises(CommandError, match="--new-key"):
        call_command("checkpoint_ledger")


def test_a_demonstration_makes_its_own_key(cast: Cast, place: Path, settings: Any) -> None:
    (place / "checkpoint.pem").unlink()
    settings.TAPHOS_DEMO = True
    assert write_checkpoints()[0]


def test_a_key_is_never_overwritten(place: Path) -> None:
    before = (place / "checkpoint.pem").read_bytes()
    with pytest.raises(CommandError, match="key already"):
        call_command("checkpoint_ledger", "--new-key")
    assert (place / "checkpoint.pem").read_bytes() == before


def test_a_key_that_others_may_read_is_refused(place: Path) -> None:
    (place / "checkpoint.pem").chmod(0o644)
    with pytest.raises(Invalid) as refused:
        signing_key()
    assert refused.value.code == "ledger.key_exposed"


@pytest.mark.parametrize(
    "alter",
    [
        lambda fields: {**fields, "seq": fields["seq"] - 1},
        lambda fields: {**fields, "hash": "00" * 32},
        lambda fields: {**fields, "case": "C-1"},
        lambda fields: {**fields, "at": "2020-01-01T00:00:00Z"},
        lambda fields: {**fields, "more": 1},
        lambda fields: {**fields, "seq": "many"},
        lambda fields: [fields],
    ],
)
def test_an_altered_line_is_named(cast: Cast, place: Path, alter: Any) -> None:
    write_checkpoints()
    file = place / "checkpoints.jsonl"
    lines = file.read_text().splitlines()
    lines[1] = json.dumps(alter(json.loads(lines[1])))
    file.write_text("\n".join(lines) + "\n")
    (fault,) = verify_checkpoints(held(place)).faults
    assert fault.what == What.CHECKPOINT
    assert "line 2 " in str(fault)


def test_another_key_proves_nothing(cast: Cast, place: Path) -> None:
    write_checkpoints()
    other = make_key(place / "other.pem").public_key()
    report = verify_checkpoints(Held.of(place / "checkpoints.jsonl", [other]))
    assert report.faulty == 3
    assert key_id(signing_key().public_key()) in str(report.first)


@pytest.mark.django_db(transaction=True)
def test_a_cut_tail_is_caught(cast: Cast, place: Path) -> None:
    write_checkpoints()
    last = verify_chain(chain_a()).checked
    with triggers_off("ledger_entry") as owner, triggers_off("remains_find") as finds:
        owner.execute("DELETE FROM ledger_entry WHERE chain = %s AND seq = %s", [cast.case_a.id, last])
        finds.execute("DELETE FROM remains_find WHERE case_id = %s", [cast.case_a.id])
    assert verify_chain(chain_a()).intact
    (fault,) = verify_checkpoints(held(place)).faults
    assert (fault.what, fault.where, fault.seq) == (What.CUT, "A-1", last)
    status, said = verify()
    assert status == 1
    assert f"First: A-1, entry {last}: " in said


@pytest.mark.django_db(transaction=True)
def test_a_chain_computed_anew_is_caught(cast: Cast, place: Path) -> None:
    write_checkpoints()
    with triggers_off("cases_site") as owner:
        owner.execute("UPDATE cases_site SET name = 'Elsewhere' WHERE code = 'KHJ01'")
    rewrite(chain_a(), "Site KHJ01", "Elsewhere")
    assert verify_chain(chain_a()).intact
    (fault,) = verify_checkpoints(held(place)).faults
    assert (fault.what, fault.where) == (What.REWRITTEN, "A-1")
    assert write_checkpoints()[1].faulty == 1


@pytest.mark.django_db(transaction=True)
def test_a_wiped_case_is_caught_and_can_still_be_asked_for(cast: Cast, place: Path) -> None:
    write_checkpoints()
    with triggers_off("ledger_entry") as owner, triggers_off("cases_case") as cases:
        owner.execute("DELETE FROM ledger_entry WHERE chain = %s", [cast.case_b.id])
        cases.execute("UPDATE cases_case SET number = 'B-2' WHERE id = %s", [cast.case_b.id])
    status, said = verify("--case", "B-1", "--no-records")
    assert status == 1
    assert "B-1: " in said


@pytest.mark.django_db(transaction=True)
def test_no_checkpoint_is_written_over_a_contradiction(cast: Cast, place: Path) -> None:
    write_checkpoints()
    rewrite(chain_a(), "Site KHJ01", "Elsewhere")
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_a, 2)
    written, report = write_checkpoints()
    assert written == []
    assert [fault.what for fault in report.faults] == [What.REWRITTEN]
    with pytest.raises(SystemExit, match="1"):
        call_command("checkpoint_ledger", stdout=io.StringIO(), stderr=io.StringIO())


def test_a_copy_held_elsewhere_is_enough_to_verify(cast: Cast, place: Path, settings: Any) -> None:
    write_checkpoints()
    copy = place / "copy.jsonl"
    copy.write_bytes((place / "checkpoints.jsonl").read_bytes())
    public = public_path(settings.TAPHOS_CHECKPOINT_KEY).rename(place / "held.pub")
    settings.TAPHOS_CHECKPOINT_KEY = place / "nowhere.pem"
    status, said = verify("--checkpoints", str(copy), "--public-key", str(public))
    assert status == 0
    assert "checkpoints: 3 checked, intact" in said
    assert verify("--checkpoints", str(copy))[0] == 2


def test_the_command_says_one_line_per_chain_and_leaves_with_0(cast: Cast, place: Path) -> None:
    write_checkpoints()
    status, said = verify()
    assert status == 0
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "system",
        "A-1",
        "B-1",
        "records",
        "checkpoints",
        "The ledger is intact",
    ]


def test_the_command_says_that_no_checkpoints_are_there(cast: Cast, place: Path) -> None:
    status, said = verify("--case", "A-1")
    assert status == 1, "who has a key has signed some"
    assert str(place / "checkpoints.jsonl") in said
    for half in place.glob("checkpoint.pem*"):
        half.unlink()
    status, said = verify("--case", "A-1")
    assert status == 0
    assert "No checkpoints" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["--case", "Z-9"],
        ["--checkpoints", "nowhere.jsonl"],
        ["--public-key", "nowhere.pub"],
    ],
)
def test_a_question_about_what_is_not_there_ends_with_2(
    cast: Cast, place: Path, arguments: list[str]
) -> None:
    write_checkpoints()
    assert verify(*arguments)[0] == 2


def bar(of: Patience) -> Progress | None:
    return of.progress


def test_progress_is_shown_to_people_who_wait_and_to_nobody_else() -> None:
    with Patience(100) as piped:
        piped.console = Console(file=io.StringIO(), force_terminal=False)
        piped.begun -= 60
        piped.advance(50)
        assert bar(piped) is None
    with Patience(100) as seen:
        seen.console = Console(file=io.StringIO(), force_terminal=True)
        seen.advance(10)
        assert bar(seen) is None
        seen.begun -= 60
        seen.advance(40)
        shown = bar(seen)
        assert shown is not None
        assert shown.tasks[0].completed == 50
    assert bar(seen) is None
