"""The case bundle: accepted by three verifiers as it was made, refused in every way of tampering, and redacted."""

from __future__ import annotations

import errno
import io
import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from cases.ledger.context import change
from cases.ledger.entries import Chain, heads
from cases.ledger.faults import What
from cases.ledger.keys import public_path
from cases.ledger.tables import recorded_tables
from cases.ledger.verify import verify_chain
from cases.models import AccessLogEntry, Case, User
from evidence import content
from evidence.bundle import export, papers, verify_bundle
from evidence.bundle.export import export_case
from evidence.bundle.originals import SEALED
from remains.models import Find
from tests.actors import INSTALLER, Cast
from tests.cases.sharing import signed, step
from tests.evidence.bundles import LEDGER, WAYS, lines, made_up, relist, rewritten
from tests.evidence.files import exif, jpeg, take_document, take_photograph
from tests.evidence.printed import text_of
from tests.refused import refused
from tests.scene import Scene

LISTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def verified(bag: Path, *options: str) -> tuple[int, str]:
    """Verify a bag with the program that is put into every one."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = verify_bundle.main([str(bag), *options])
    return status, said.getvalue()


def verified_alone(bag: Path, *options: str) -> tuple[int, str]:
    """Run the program that lies in the bag, as somebody who has nothing else."""
    done = subprocess.run(
        [sys.executable, "-I", str(bag / "verify_bundle.py"), str(bag), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def ran(*command: str) -> int:
    return subprocess.run([sys.executable, "-m", *command], capture_output=True, check=False).returncode


def case_validate(graph: Path) -> int:
    """Run the validator of CASE/UCO on a graph."""
    program = Path(sys.executable).with_name("case_validate")
    return subprocess.run([str(program), str(graph)], capture_output=True, check=False).returncode


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> None:
    """A key and a file of checkpoints of the test's own."""
    settings.TAPHOS_DEMO = True
    settings.TAPHOS_CHECKPOINT_KEY = tmp_path / "keys" / "checkpoint.pem"
    settings.TAPHOS_CHECKPOINT_FILE = tmp_path / "keys" / "checkpoints.jsonl"


@pytest.fixture(scope="module")
def sealed(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle of the sample case, made once; its public key lies beside it."""
    folder = tmp_path_factory.mktemp("sealed")
    named = {
        "TAPHOS_DEMO": True,
        "PASSWORD_HASHERS": QUICK,
        "TAPHOS_CHECKPOINT_KEY": folder / "checkpoint.pem",
        "TAPHOS_CHECKPOINT_FILE": folder / "checkpoints.jsonl",
    }
    with django_db_blocker.unblock(), override_settings(**named), transaction.atomic():
        call_command("load_sample", verbosity=0)
        call_command("checkpoint_ledger", stdout=io.StringIO())
        case = Case.objects.select_related("lead_agency").get(number="KHJ-2024-001")
        investigator = User.objects.get(username="investigator")
        take_photograph(investigator, case, folder, shows=[Find.objects.filter(case=case).first()])
        take_document(investigator, case, folder)
        made = export_case(case, folder)
        transaction.set_rollback(True)
    return made.path


@pytest.fixture
def bag(sealed: Path, tmp_path: Path) -> Path:
    """Return a copy of it to be tampered with."""
    return Path(shutil.copytree(sealed, tmp_path / sealed.name))


def key_of(sealed: Path) -> str:
    return str(public_path(sealed.parent / "checkpoint.pem"))


def test_the_samples_bundle_is_accepted_by_three_verifiers(sealed: Path) -> None:
    copy = sealed.parent / "checkpoints.jsonl"
    status, said = verified_alone(sealed, "--public-key", key_of(sealed), "--checkpoints", str(copy))
    assert (status, "WRONG" in said, "note:" in said) == (0, False, False), said
    assert len(lines(sealed, "data/checkpoints.jsonl")) == 2
    status, said = verified(sealed)
    assert status == 0
    assert "note: The seal was checked with the bag's own key" in said
    assert ran("bagit", "--validate", "--quiet", str(sealed)) == 0


def test_its_provenance_names_what_it_speaks_of(sealed: Path) -> None:
    graph = json.loads((sealed / "data/provenance.jsonld").read_text())["@graph"]
    there = {node["@id"] for node in graph}
    actions = [node for node in graph if "action:performer" in node]
    assert actions
    assert {node["action:performer"]["@id"] for node in actions} <= there


@pytest.mark.slow
def test_its_provenance_is_accepted_by_the_validator_of_the_ontology_and_refused_when_changed(
    sealed: Path, tmp_path: Path
) -> None:
    assert case_validate(sealed / "data/provenance.jsonld") == 0
    graph = json.loads((sealed / "data/provenance.jsonld").read_text())
    action = next(node for node in graph["@graph"] if "action:performer" in node)
    action["action:performer"] = [action["action:performer"], {"@id": "kb:somebody-else"}]
    changed = tmp_path / "changed.jsonld"
    changed.write_text(json.dumps({**graph, "@graph": [action]}))
    assert case_validate(changed) == 1


def test_tampering_is_refused_and_its_place_named(sealed: Path, tmp_path: Path) -> None:
    """What only changes the bag is refused by bagit too."""
    assert len(WAYS) > 12
    for way in WAYS:
        bag = Path(shutil.copytree(sealed, tmp_path / way.__name__))
        part, place = way(bag)
        status, said = verified(bag)
        assert status == 1, way
        of_part = said.split(f"{part}: ", 1)[1].split("\n", 1)
        assert "WRONG" in of_part[0], said
        assert place in of_part[1].split("\nnote", 1)[0], said
        if way.__name__ in {"paper_changed", "line_of_list_removed"}:
            assert ran("bagit", "--validate", "--quiet", str(bag)) != 0
        shutil.rmtree(bag)


def test_a_bundle_that_was_made_up_as_a_whole_needs_a_key_or_checkpoints_of_another_way(
    bag: Path, sealed: Path
) -> None:
    with rewritten(bag, LEDGER) as rows:
        del rows[-1:]
    about = json.loads((bag / "data/about.json").read_text())
    made_up(bag, Ed25519PrivateKey.generate())
    assert "seal: 1 checked, whole" in verified(bag)[1]
    status, said = verified(bag, "--public-key", key_of(sealed))
    assert status == 1
    assert "data/checkpoint.pub: the bag holds another key than the one given" in said
    assert about["hash"] not in said


def test_a_copy_of_a_checkpoint_shows_a_tail_that_was_cut_with_the_true_key(bag: Path, sealed: Path) -> None:
    """Even whoever holds the key of the installation cannot take back what somebody else holds."""
    key = load_pem_private_key((sealed.parent / "checkpoint.pem").read_bytes(), None)
    copy = bag.parent / "copy.jsonl"
    shutil.copyfile(bag / "data/checkpoints.jsonl", copy)
    with rewritten(bag, LEDGER) as rows:
        del rows[-1:]
    made_up(bag, key)  # type: ignore[arg-type]
    status, said = verified(bag, "--public-key", key_of(sealed), "--checkpoints", str(copy))
    assert status == 1
    assert "copy.jsonl, line 2" in said
    assert "its end was cut off" in said


def test_what_is_no_bundle_cannot_be_verified(bag: Path, tmp_path: Path) -> None:
    assert verified(bag, "--public-key", str(bag / "seal.json"))[0] == 2
    (bag / "data/about.json").unlink()
    assert verified(bag)[0] == 2


def test_rubbish_is_refused_without_a_crash(bag: Path) -> None:
    for name in ("data/ledger.ndjson", "data/checkpoints.jsonl", "seal.json", "manifest-sha256.txt"):
        kept = {path: (bag / path).read_bytes() for path in (name, *LISTS)}
        for rubbish in (b"", b"\xff\xfe\x00", b"[]\n", b'{"a": [' * 5000, b"null\n"):
            (bag / name).write_bytes(rubbish)
            relist(bag) if name.startswith("data") else None
            assert verified(bag)[0] == 1, (name, rubbish[:8])
        for path, before in kept.items():
            (bag / path).write_bytes(before)
    assert verified(bag)[0] == 0


# --- redaction


def everything_in(bag: Path) -> str:
    files = [path for path in bag.rglob("*") if path.is_file()]
    return "\n".join(
        text_of(path.read_bytes()) if path.parent.name == "papers" else path.read_text("utf-8", "replace")
        for path in files
    )


def test_a_redacted_bundle_tells_nothing_of_what_is_withheld_and_still_verifies(
    cast: Cast, keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a case with every kind of record in every handling: the whole, and the parts of two roles."""
    for handling in ("open", "investigation", "humanitarian"):
        Scene(cast.case_a, mark=f"MARK{handling.upper()}", handling=handling).fill()
    every = papers.papers_of
    monkeypatch.setattr(export, "papers_of", lambda *given: every(*given)[::9])
    written = {
        role: export_case(cast.case_a, tmp_path, redact_for=role).path
        for role in ("", "liaison", "prosecutor")
    }
    whole, liaison, prosecutor = (everything_in(bag) for bag in written.values())
    assert all(f"MARK{handling}" in whole for handling in ("OPEN", "INVESTIGATION", "HUMANITARIAN"))
    assert "MARKINVESTIGATION" not in liaison
    assert "MARKHUMANITARIAN" in liaison
    assert "MARKHUMANITARIAN" not in prosecutor
    assert "MARKINVESTIGATION" in prosecutor
    for bag in written.values():
        status, said = verified(bag)
        assert status == 0, said
    entries = lines(written["liaison"], LEDGER)
    withheld = [entry for entry in entries if entry.get("withheld") == "entry"]
    assert withheld
    assert {frozenset(entry) for entry in withheld} == {
        frozenset({"seq", "chain", "previous", "hash", "withheld"})
    }
    assert len(entries) == len(lines(written[""], LEDGER))
    shown_in_part_without_salt(written[""], written["liaison"])
    holds_every_kind(written[""], cast.case_a)


def shown_in_part_without_salt(whole: Path, liaison: Path) -> None:
    """The place of an unprotected site is kept from the liaison, and must not be found by guessing at its hash."""
    sites = [entry for entry in lines(liaison, LEDGER) if entry.get("table_name") == "cases_site"]
    in_part = [entry for entry in sites if entry.get("withheld") == "payload"]
    assert in_part
    for entry in in_part:
        assert entry["salt"] is entry["payload"] is None
        assert (
            not {"longitude", "latitude", "outline", "place_description"} & json.loads(entry["shown"]).keys()
        )
    for name in ("records/cases.site.ndjson", "pages/cases.site-1.html"):
        assert "by the wall" in (whole / "data" / name).read_text()
        assert "by the wall" not in (liaison / "data" / name).read_text()


def holds_every_kind(bag: Path, case: Case) -> None:
    """A kind of record that was forgotten, or whose file is, fails here: the scene makes one of each."""
    kinds = {name: table.model for name, table in recorded_tables().items() if table.kind != "system"}
    names = json.loads((bag / "data/about.json").read_text())["records"]
    assert set(names) == set(kinds)
    for table, name in names.items():
        of_case = {"pk": case.pk} if kinds[table] is Case else {"case": case}
        assert len(lines(bag, name)) == kinds[table]._base_manager.filter(**of_case).count(), table
        assert (bag / f"data/pages/{kinds[table]._meta.label_lower}-1.html").exists()
    sealing = {model for model in kinds.values() if "sha256" in {field.name for field in model._meta.fields}}
    assert sealing == set(SEALED)


def test_what_a_record_said_before_it_was_restricted_is_withheld_too(
    cast: Cast, keys: None, tmp_path: Path
) -> None:
    for handling, said in (("open", "MARKEARLIER"), ("investigation", "MARKLATER")):
        with change(INSTALLER, "tests.find.changed"):
            Find.objects.filter(pk=cast.find_a.pk).update(handling=handling, description=said)
    liaison = export_case(cast.case_a, tmp_path, redact_for="liaison", papers="none").path
    assert verified(liaison)[0] == 0
    assert "MARKEARLIER" not in everything_in(liaison)
    auditor = export_case(cast.case_a, tmp_path, redact_for="auditor", papers="none").path
    assert "MARKEARLIER" in everything_in(auditor)


def test_a_partner_gets_what_its_agreement_covers(cast: Cast, keys: None, tmp_path: Path) -> None:
    for handling in ("open", "investigation", "humanitarian"):
        Scene(cast.case_a, mark=f"MARK{handling.upper()}", handling=handling).fill()
    kinds = ["cases.site", "remains.find", "evidence.photograph"]
    agreement = signed(cast, kinds=kinds, withheld=["place", "names"])
    with change(INSTALLER, "tests.find.withdrawn"):
        Find.objects.filter(pk=cast.find_a.pk).update(
            description="MARKGONE", withdrawn_at=timezone.now(), withdrawn_reason="twice"
        )
    bag = export_case(cast.case_a, tmp_path, redact_for=cast.other_agency.short_name).path
    status, said = verified(bag)
    assert (status, "originals are withheld" in said) == (0, True), said
    files, told = json.loads((bag / "data/about.json").read_text()), everything_in(bag)
    assert set(files["records"]) == {"cases_site", "remains_find", "evidence_photograph"}
    assert "MARKOPEN" in told
    for kept in (
        "MARKINVESTIGATION",
        "MARKHUMANITARIAN",
        "MARKGONE",
        "by the wall",
        "46.79",
        cast.case_a.title,
    ):
        assert kept not in told, kept
    assert not (bag / "data/originals").exists()
    assert not list((bag / "data/papers").glob("*"))
    step(cast.prosecutor, agreement, "end", "over")
    with refused("bundle.no_agreement"):
        export_case(cast.case_a, tmp_path, redact_for=cast.other_agency.short_name)


def test_the_liaison_gets_copies_and_no_original_of_a_photograph(
    cast: Cast, keys: None, tmp_path: Path
) -> None:
    data = jpeg(exif=exif())
    taken = take_photograph(cast.investigator, cast.case_a, tmp_path, data, shows=[cast.find_a])
    take_document(cast.investigator, cast.case_a, tmp_path, data=b"%PDF-1.7 broken", name="a.pdf")
    bags = {role: export_case(cast.case_a, tmp_path, redact_for=role).path for role in ("", "liaison")}
    original = f"data/originals/{taken.sha256[:2]}/{taken.sha256}.jpg"
    assert (bags[""] / original).read_bytes() == data
    assert not (bags["liaison"] / original).exists()
    for bag in bags.values():
        assert (bag / f"data/copies/{taken.screen_sha256}.jpg").exists()
        assert (
            verified(bag)[0],
            "P-0001" in (bag / "data/pages/evidence.photograph-1.html").read_text(),
        ) == (0, True)
    assert "1 originals are withheld" in verified(bags["liaison"])[1]
    (bags[""] / original).unlink()
    relist(bags[""])
    assert f"the original {taken.sha256} is missing" in verified(bags[""])[1]


def test_no_bundle_is_made_with_an_original_that_was_altered(cast: Cast, keys: None, tmp_path: Path) -> None:
    taken = take_photograph(cast.investigator, cast.case_a, tmp_path)
    path = Path(default_storage.path(content.name_of(taken.sha256)))
    path.chmod(0o600)
    path.write_bytes(b"something else")
    out = tmp_path / "out"
    out.mkdir()
    with refused("bundle.original_altered"):
        export_case(cast.case_a, out)
    assert list(out.iterdir()) == []


# --- making it


def test_a_command_writes_it_and_logs_that_it_was_written(cast: Cast, keys: None, tmp_path: Path) -> None:
    said = io.StringIO()
    call_command("export_bundle", "--case=A-1", f"--output={tmp_path}", "--redact-for=auditor", stdout=said)
    bag = Path(said.getvalue().strip())
    assert bag.name == f"A-1_{heads(cast.case_a.pk)[0].seq}_auditor"
    assert verified(bag)[0] == 0
    logged = AccessLogEntry.objects.get(kind="exported")
    assert (logged.case_id, "auditor" in logged.detail) == (cast.case_a.pk, True)
    for wrong in (["--case=NONE", f"--output={tmp_path}"], ["--case=A-1", f"--output={tmp_path}/none"]):
        with pytest.raises(CommandError):
            call_command("export_bundle", *wrong)


def test_what_cannot_be_made_is_refused_and_leaves_nothing(
    cast: Cast, keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with refused("bundle.no_agreement"):
        export_case(cast.case_a, out, redact_for="laboratory")
    with refused("bundle.no_folder"):
        export_case(cast.case_a, tmp_path / "none")

    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, refused("bundle.disk_full"):
        patch.setattr(shutil, "copyfile", full)
        export_case(cast.case_a, out)
    assert list(out.iterdir()) == []
    made = export_case(cast.case_a, out)
    with refused("bundle.exists"):
        export_case(cast.case_a, out)
    assert list(out.iterdir()) == [made.path]


def test_no_bundle_is_made_of_a_broken_ledger(
    cast: Cast, keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = verify_chain(Chain(cast.case_a.pk, "A-1"))
    broken.add(What.HASH, "its content does not match its hash", 2)
    monkeypatch.setattr(export, "verify_chain", lambda chain: broken)
    with refused("bundle.ledger_broken"):
        export_case(cast.case_a, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
