"""What a partner is sent: what the agreement covers, in order, with the chain; and what it is not sent."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RenameField
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from cases.exchange import feed
from cases.exchange.kinds import kept_kinds, shared_kinds
from cases.ledger.context import change
from cases.ledger.tables import recorded_tables
from cases.models import Delivery, LedgerEntry, Site, Topic
from cases.services.record import withdraw_record
from remains.models import Find, Specimen
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.calling import problem
from tests.cases.sharing import Partner, hash_of, payload_of, signed, step
from tests.refused import run


def test_without_an_agreement_in_force_there_is_no_such_case(cast: Cast) -> None:
    partner = Partner(cast)
    missing = partner.get("/cases/018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11/changes")
    for path in ("changes", "snapshot"):
        answer = partner.get(f"/cases/{cast.case_a.pk}/{path}")
        problem(answer, 404, "access.not_found")
        assert answer.content == missing.content
    assert partner.get("/sync").json() == {"cases": []}
    agreement = signed(cast)
    assert partner.changes(cast)
    step(cast.prosecutor, agreement, "end", "purpose reached")
    assert partner.get(f"/cases/{cast.case_a.pk}/changes").content == missing.content
    (case,) = partner.get("/sync").json()["cases"]
    assert (case["in_force"], case["seq"]) == (False, None)


def test_another_agency_and_a_member_of_the_case_are_no_partners(cast: Cast) -> None:
    signed(cast)
    for caller in (Partner(cast, agency=cast.agency, responsible=cast.investigator),):
        problem(caller.get(f"/cases/{cast.case_a.pk}/changes"), 404, "access.not_found")


def test_entries_come_whole_in_order_and_their_hashes_can_be_checked(cast: Cast) -> None:
    signed(cast)
    with change(INSTALLER, "tests.find.made", reason='because of "this" \\ and\tthat'):
        make_find(cast.site_a, 7, description='tab\there, quote ", backslash \\, line\nbreak, ə')
    lines = Partner(cast).lines(f"/cases/{cast.case_a.pk}/changes")
    first, *entries, last = [json.loads(line) for line in lines]
    assert [e["seq"] for e in entries] == sorted(e["seq"] for e in entries)
    assert {e["table"] for e in entries} == {"cases_case", "cases_site", "remains_find"}
    assert last == {"end": True, "seq": first["seq"], "epoch": 1, "lines": len(entries)}
    for raw, entry in zip(lines[1:-1], entries, strict=True):
        entry["chain"] = str(cast.case_a.pk)
        assert hash_of(entry) == entry["hash"]
        salted = bytes.fromhex(entry["salt"]) + payload_of(raw)
        assert hashlib.sha256(salted).hexdigest() == entry["payload_hash"]
    assert entries[-1]["payload"]["description"] == 'tab\there, quote ", backslash \\, line\nbreak, ə'


@pytest.mark.parametrize("at_once", [1, 2, 3, 16])
def test_blocks_leave_nothing_out_and_send_nothing_twice(cast: Cast, monkeypatch: Any, at_once: int) -> None:
    """Wherever one begins and ends, every entry that is covered comes once and in order."""
    monkeypatch.setattr(feed, "AT_ONCE", at_once)
    agreement = signed(cast)
    with change(INSTALLER, "tests.find.made"):
        finds = [make_find(cast.site_a, serial) for serial in range(20, 29)]
    with change(INSTALLER, "tests.find.taken"):
        Find.objects.filter(pk__in=[find.pk for find in finds[::3]]).update(handling="investigation")
    Partner(cast).changes(cast)  # what leaves sight is told to whoever was sent something before
    whole = [json.loads(line)["seq"] for line in _lines_of(agreement, 0, _newest(cast))]
    assert whole
    for after, upto in itertools.combinations(range(_newest(cast) + 1), 2):
        sent = [json.loads(line) for line in _lines_of(agreement, after, upto)]
        told = [line["seq"] for line in sent if not line.get("withdrawn")]
        assert told == [seq for seq in whole if after < seq <= upto]
        numbers = [line["seq"] for line in sent]
        assert numbers == sorted(set(numbers))


def _newest(cast: Cast) -> int:
    return LedgerEntry.objects.filter(chain=cast.case_a.pk).order_by("-seq").values_list("seq", flat=True)[0]


def _lines_of(agreement: Any, after: int, upto: int) -> list[bytes]:
    portions = feed.changes(agreement, after=after, upto=upto)
    return b"".join(portion.lines for portion in portions).splitlines()


def test_every_answer_carries_a_signed_checkpoint(cast: Cast, settings: Any, tmp_path: Any) -> None:
    from cases.ledger.checkpoints import read_line
    from cases.ledger.keys import make_key, signing_key

    settings.TAPHOS_CHECKPOINT_KEY = tmp_path / "key.pem"
    make_key(settings.TAPHOS_CHECKPOINT_KEY)
    signed(cast)
    partner = Partner(cast)
    answer = partner.get(f"/cases/{cast.case_a.pk}/changes")
    (first, *_rest) = b"".join(answer.streaming_content).splitlines()
    shown = json.loads(base64.b64decode(answer["Taphos-Checkpoint"]))
    assert json.loads(first)["checkpoint"] == shown
    assert partner.get("/sync").json()["cases"][0]["checkpoint"]["seq"] == shown["seq"]
    read_line(json.dumps(shown), [signing_key().public_key()])


def test_what_is_withheld_is_left_out_and_the_chain_still_fits(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        make_site(
            cast.case_a, "SECRET1", latitude="39.9", longitude="46.7", remarks="ZQPLACE", owner="ZQPLACE"
        )
        Specimen.objects.create(
            case=cast.case_a,
            find=cast.find_a,
            number="S1",
            serial=1,
            element_id="element.femur",
            side="left",
            dna_group="ZQDNA",
        )
    signed(cast, withheld=["place", "genetics", "names"])
    lines = Partner(cast).lines(f"/cases/{cast.case_a.pk}/changes")
    assert b"ZQ" not in b"".join(lines)
    site = next(line for line in map(json.loads, lines) if line.get("payload", {}).get("code") == "SECRET1")
    assert (site["redacted"], site["salt"]) == (True, None)
    assert "latitude" not in site["payload"]
    assert hash_of({**site, "chain": str(cast.case_a.pk)}) == site["hash"]


def test_what_is_for_the_investigation_only_is_not_sent_and_what_becomes_so_is_withdrawn(cast: Cast) -> None:
    signed(cast)
    partner = Partner(cast)
    with change(INSTALLER, "tests.site.made"):
        hidden = make_site(cast.case_a, "HIDDEN", handling="investigation")
        opened = make_site(cast.case_a, "OPENED")
    seen = partner.changes(cast)
    assert str(hidden.pk) not in str(seen)
    after = seen[-1]["seq"]
    with change(INSTALLER, "tests.site.taken", reason="ZQREASON"):
        Site.objects.filter(pk=opened.pk).update(handling="investigation", remarks="ZQ")
        Site.objects.filter(pk=opened.pk).update(remarks="ZQ again")
    (line,) = partner.changes(cast, after=after, epoch=1)
    assert (line["withdrawn"], line["record"]) == (True, str(opened.pk))
    assert "ZQ" not in str(line)
    # Whoever begins now is not sent what it was before, either, nor that it was.
    assert str(opened.pk) not in str(partner.changes(cast))
    with change(INSTALLER, "tests.site.opened"):
        Site.objects.filter(pk=opened.pk).update(handling="open")
    (line,) = partner.changes(cast, after=line["seq"] + 1, epoch=1)
    assert line["payload"]["handling"] == "open"


def test_a_withdrawn_record_comes_as_withdrawn(cast: Cast) -> None:
    signed(cast)
    partner = Partner(cast)
    after = partner.changes(cast)[-1]["seq"]
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="ZQREASON")
    (line,) = partner.changes(cast, after=after, epoch=1)
    assert (line["withdrawn"], line["record"], "reason" in line) == (True, str(cast.find_a.pk), False)


def test_no_value_reads_like_a_key(cast: Cast) -> None:
    signed(cast)
    like = '{"handling":"open","withdrawn_at":null}'
    with change(INSTALLER, "tests.site.made"):
        make_site(
            cast.case_a,
            "LIKE",
            handling="investigation",
            remarks=like,
            source_row={"handling": "open", "withdrawn_at": None, "inner": like},
        )
    assert "LIKE" not in str(Partner(cast).changes(cast))


def test_what_is_withheld_is_cut_out_exactly(cast: Cast) -> None:
    """Whatever the values, and whatever columns the table had: what is left is the payload less the columns."""
    like = 'x","remarks":"y","storage_place":"z", "remarks":1}' + "\\"
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_a, 7, description=like, remarks=like, storage_place=like, finder_as_named="Əli")
        site = make_site(cast.case_a, "CUT", source_row={"remarks": like, "x": [{"owner": 1}]}, owner=like)
    signed(cast, withheld=["place", "names"])
    left_out = {kind.table: kind.left_out(["place", "names"]) for kind in shared_kinds().values()}
    entries = Partner(cast).changes(cast)
    for entry in entries:
        whole = json.loads(LedgerEntry.objects.get(chain=cast.case_a.pk, seq=entry["seq"]).payload)
        expected = {name: value for name, value in whole.items() if name not in left_out[entry["table"]]}
        assert entry["payload"] == expected
    assert str(site.pk) in {entry["record"] for entry in entries}


def test_a_payload_of_a_table_that_had_other_columns_is_redacted_all_the_same(
    cast: Cast, monkeypatch: Any
) -> None:
    columns = [*feed._columns_of("remains_find"), "new"]
    columns.insert(columns.index("remarks") + 1, "later")
    monkeypatch.setattr(feed, "_columns_of", lambda table: columns)
    with change(INSTALLER, "tests.find.made"):
        make_find(cast.site_a, 7, remarks="ZQ", storage_place="ZQ")
    signed(cast, withheld=["place"], kinds=["remains.find"])
    assert "ZQ" not in str(Partner(cast).changes(cast))


@pytest.mark.parametrize(
    "payload",
    [
        b'{"id":1,"kept":2,"secret":"ZQ","last":3}',
        b'{"id":1,"old_name":"ZQ","kept":2,"last":3}',
        b'{"id":1,"last":3,"secret":"ZQ","kept":2}',
        b'{"id":1,"secret":"ZQ","kept":2,"old_name":"ZQ","last":3}',
    ],
)
def test_of_any_layout_goes_out_what_the_table_has_and_nothing_that_is_withheld(
    monkeypatch: Any, payload: bytes
) -> None:
    monkeypatch.setattr(feed, "_columns_of", lambda table: ("id", "kept", "secret", "last"))
    monkeypatch.setattr(
        feed, "_had_others", lambda table: b"old_name" in payload or payload.endswith(b'"kept":2}')
    )
    assert json.loads(feed.Cut("t", ["secret"])(payload)) == {"id": 1, "kept": 2, "last": 3}


def test_no_column_of_a_shared_kind_was_ever_renamed() -> None:
    """What withholds the former name nobody would say, and a payload keeps it."""
    shared = {kind.model._meta.label_lower for kind in shared_kinds().values()}
    renamed = [
        f"{migration}: {operation.model_name}.{operation.old_name}"
        for migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, RenameField)
        and f"{migration.app_label}.{operation.model_name}".lower() in shared
    ]
    assert renamed == []


def test_whoever_says_that_it_goes_on_is_not_told_what_was_hidden_before_it_began(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        opened = make_site(cast.case_a, "OPENED")
    with change(INSTALLER, "tests.site.taken"):
        Site.objects.filter(pk=opened.pk).update(handling="investigation")
    signed(cast)
    assert str(opened.pk) not in str(Partner(cast).changes(cast, after=1, epoch=1))


def test_a_copy_that_has_more_than_there_is_is_refused(cast: Cast) -> None:
    signed(cast)
    path = f"/cases/{cast.case_a.pk}/changes"
    problem(Partner(cast).get(path, after=10**6, epoch=1), 409, "exchange.ahead", "after")


def test_a_topic_of_a_kind_that_is_not_covered_is_not_told(cast: Cast) -> None:
    with change(INSTALLER, "tests.topic.made"):
        about = [
            Topic.objects.create(case=cast.case_a, table_name=table, record_id=record.pk)
            for table, record in (("cases_site", cast.site_a), ("remains_find", cast.find_a))
        ]
    signed(cast, kinds=["cases.site", "cases.topic"])
    told = str(Partner(cast).changes(cast))
    assert [str(topic.pk) in told for topic in about] == [True, False]


def test_a_snapshot_is_the_present_state_and_changes_go_on_from_it(cast: Cast) -> None:
    signed(cast)
    partner = Partner(cast)
    with change(INSTALLER, "tests.find.changed"):
        Find.objects.filter(pk=cast.find_a.pk).update(description="first")
        Find.objects.filter(pk=cast.find_a.pk).update(description="second")
    first, *entries, last = map(json.loads, partner.lines(f"/cases/{cast.case_a.pk}/snapshot"))
    assert {e["record"] for e in entries} == {str(r.pk) for r in (cast.case_a, cast.site_a, cast.find_a)}
    (find,) = [e for e in entries if e["record"] == str(cast.find_a.pk)]
    assert find["payload"]["description"] == "second"
    assert partner.changes(cast, after=last["seq"], epoch=first["epoch"]) == []


def test_another_agreement_is_another_epoch(cast: Cast) -> None:
    agreement = signed(cast)
    partner = Partner(cast)
    after = partner.changes(cast)[-1]["seq"]
    path = f"/cases/{cast.case_a.pk}/changes"
    problem(partner.get(path, after=after), 400, "exchange.epoch_missing", "epoch")
    step(cast.prosecutor, agreement, "end", "narrowed")
    signed(cast, kinds=["cases.site"])
    problem(partner.get(path, after=after, epoch=1), 410, "exchange.epoch", "epoch")
    assert {line["table"] for line in partner.changes(cast, epoch=2)} == {"cases_site"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"after": "-1"}, "request.parameter"),
        ({"after": "x"}, "request.parameter"),
        ({"wait": "31"}, "request.parameter"),
        ({"since": "1"}, "request.unknown_parameter"),
        ({"token": "x"}, "auth.secret_in_address"),
    ],
)
def test_what_is_asked_wrongly_is_refused(cast: Cast, asked: dict[str, str], code: str) -> None:
    signed(cast)
    path = f"/cases/{cast.case_a.pk}/changes?{urlencode(asked)}"
    problem(Partner(cast).get(path), 400, code)


def test_what_was_sent_is_logged(cast: Cast) -> None:
    agreement = signed(cast)
    partner = Partner(cast)
    sent = [line["seq"] for line in partner.changes(cast)]
    partner.changes(cast, after=sent[-1], epoch=1)
    first, second = Delivery.objects.order_by("id")
    assert (first.agreement, first.client, first.number, first.complete) == (
        agreement,
        partner.record,
        len(sent),
        True,
    )
    numbers = [
        number
        for run in first.entries.split(",")
        for number in range(int(run.split("-")[0]), int(run.split("-")[-1]) + 1)
    ]
    assert numbers == sent
    assert second.number == 0
    partner.changes(cast, after=second.upto_seq, epoch=1)  # nothing happened since, so nothing is sent
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE cases_delivery SET number = 0",
        "UPDATE cases_delivery SET complete = NULL, number = NULL, entries = ''",
        "UPDATE cases_delivery SET upto_seq = 0",
        "DELETE FROM cases_delivery",
    ],
)
def test_what_was_logged_as_sent_is_not_changed_by_sql(cast: Cast, attack: str) -> None:
    signed(cast)
    Partner(cast).changes(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        run(attack)


def test_a_stream_that_breaks_off_is_logged_as_far_as_it_went(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # it is the test's
    signed(cast)
    answer = Partner(cast).get(f"/cases/{cast.case_a.pk}/changes")
    lines = iter(answer.streaming_content)
    next(lines)
    (begun,) = Delivery.objects.all()
    assert (begun.number, begun.complete) == (None, None)
    next(lines)
    answer.close()
    (ended,) = Delivery.objects.all()
    assert (ended.complete, ended.number) == (False, 3)


def test_a_poll_that_finds_nothing_costs_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    """One more than any call of that client costs."""
    signed(cast)
    partner = Partner(cast)
    first, *_rest = partner.lines(f"/cases/{cast.case_a.pk}/changes")
    path = f"/cases/{cast.case_a.pk}/changes"
    with CaptureQueriesContext(connection) as refused_at_once:
        partner.get(path, since=1)
    with django_assert_num_queries(len(refused_at_once) + 1):
        lines = partner.lines(path, after=json.loads(first)["seq"], epoch=1)
    assert len(lines) == 2
    with django_assert_num_queries(len(refused_at_once) + 1):
        partner.get("/sync")


def test_waiting_ends_when_something_happens(cast: Cast, monkeypatch: Any) -> None:
    signed(cast)
    partner = Partner(cast)
    seq = json.loads(partner.lines(f"/cases/{cast.case_a.pk}/changes")[0])["seq"]

    def happens(seconds: float) -> None:
        with change(INSTALLER, "tests.find.made"):
            make_find(cast.site_a, 9)

    monkeypatch.setattr("cases.api.exchange.time.sleep", happens)
    (line,) = partner.changes(cast, after=seq, epoch=1, wait=30)
    assert line["payload"]["serial"] == 9


def test_every_kind_of_record_is_shared_or_kept_for_a_reason() -> None:
    kinds = {table.model for table in recorded_tables().values() if table.kind != "system"}
    shared = {kind.model for kind in shared_kinds().values()}
    assert shared | kept_kinds().keys() == kinds
    assert not shared & kept_kinds().keys()
