"""What another installation shares is mirrored whole, in order and once; what is not right is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.exchange.lines import BadLine
from cases.exchange.pull import Compared, PullFault, compare, mirror_of, pull
from cases.exchange.remote import Remote, RemoteFault
from cases.ledger.context import change
from cases.ledger.keys import make_key, public_path
from cases.models import AccessLogEntry, Mirror, MirroredRecord, MirrorState, SharingAgreement, Site
from cases.services.record import withdraw_record
from remains.models import Find
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.cases.sharing import Partner, signed, step
from tests.cases.test_admin_base import browser


class End:
    """The other end without a wire; it may break off after some lines, or have its lines changed on the way."""

    url = "https://other.example"

    def __init__(self, cast: Cast) -> None:
        self.partner = Partner(cast)
        self.breaks_after: int | None = None
        self.on_the_way: Callable[[bytes], bytes] = lambda line: line

    def read(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.partner.get(path).json()
        return found

    def lines(self, path: str, **parameters: int) -> Iterator[bytes]:
        answer = self.partner.get(path, **parameters)  # type: ignore[arg-type]
        if answer.status_code != 200:
            raise RemoteFault("refused", status=answer.status_code)
        for number, line in enumerate(b"".join(answer.streaming_content).splitlines()):
            if number == self.breaks_after:
                raise RemoteFault("broken off")
            yield self.on_the_way(line)


@pytest.fixture
def end(cast: Cast) -> End:
    signed(cast)
    return End(cast)


@pytest.fixture
def mirror(cast: Cast, end: End) -> Mirror:
    return pull(end, begun(cast, end))


def begun(cast: Cast, end: End, key: str = "") -> Mirror:
    """Return the mirror of case A beside case B."""
    return mirror_of(end, cast.case_b, cast.agency, cast.case_a.number, key)


def held(mirror: Mirror) -> dict[str, Any]:
    return {row.record_id: json.loads(row.payload) for row in mirror.records.all()}


def described(find: Find, words: str) -> None:
    with change(INSTALLER, "tests.find.changed"):
        Find.objects.filter(pk=find.pk).update(description=words)


def test_what_is_shared_is_mirrored_and_goes_on_from_there(cast: Cast, end: End, mirror: Mirror) -> None:
    assert held(mirror).keys() == {str(cast.case_a.pk), str(cast.site_a.pk), str(cast.find_a.pk)}
    assert mirror.state == MirrorState.WHOLE
    described(cast.find_a, "first")
    described(cast.find_a, "second")
    with change(INSTALLER, "tests.site.made"):
        hidden = make_site(cast.case_a, "HIDDEN", handling="investigation")
    mirror = pull(end, mirror)
    assert held(mirror)[str(cast.find_a.pk)]["description"] == "second"
    assert str(hidden.pk) not in held(mirror)
    assert compare(end, mirror) == Compared(same=3)
    seq = mirror.seq
    assert pull(end, mirror).seq == seq  # nothing new, nothing twice


def test_what_was_withdrawn_or_closed_is_removed(cast: Cast, end: End, mirror: Mirror) -> None:
    with change(INSTALLER, "tests.site.made"):
        site = make_site(cast.case_a, "OPENED")
    mirror = pull(end, mirror)
    assert str(site.pk) in held(mirror)
    withdraw_record(actor=cast.investigator, record=cast.find_a, reason="entered twice")
    with change(INSTALLER, "tests.site.closed"):
        Site.objects.filter(pk=site.pk).update(handling="investigation")
    assert held(pull(end, mirror)).keys() == {str(cast.case_a.pk), str(cast.site_a.pk)}


def test_a_pull_that_breaks_off_goes_on_where_it_broke(
    cast: Cast, end: End, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.exchange.pull.PORTION", 2)
    with change(INSTALLER, "tests.find.made"):
        finds = [make_find(cast.site_a, number) for number in range(20, 27)]
    end.breaks_after = 5  # the first line and four entries
    with pytest.raises(RemoteFault):
        pull(end, mirror)
    mirror.refresh_from_db()
    assert (mirror.state, mirror.fault) == (MirrorState.FAILING, "broken off")
    assert len(held(mirror)) == 3 + 4
    assert mirror.behind == 3
    end.breaks_after = None
    mirror = pull(end, mirror)
    assert {str(find.pk) for find in finds} <= held(mirror).keys()
    assert mirror.state == MirrorState.WHOLE
    assert compare(end, mirror).is_same


def test_a_first_pull_that_breaks_off_leaves_nothing_half(cast: Cast, end: End) -> None:
    end.breaks_after = 2
    mirror = begun(cast, end)
    with pytest.raises(RemoteFault):
        pull(end, mirror)
    assert held(mirror) == {}
    end.breaks_after = None
    assert len(held(pull(end, mirror))) == 3


def test_another_agreement_begins_anew_and_its_end_removes_all(cast: Cast, end: End, mirror: Mirror) -> None:
    agreement = SharingAgreement.objects.get()
    step(cast.prosecutor, agreement, "end", "narrowed")
    second = signed(cast, kinds=["cases.site"])
    mirror = pull(end, mirror)
    assert held(mirror).keys() == {str(cast.site_a.pk)}
    assert mirror.epoch == 2
    step(cast.prosecutor, second, "end", "purpose reached")
    mirror = pull(end, mirror)
    assert held(mirror) == {}
    assert mirror.state == MirrorState.ENDED


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        (b'"reason":""', b'"reason":"because"', "hash does not fit"),
        (b'"description":"', b'"description":"altered ', "was altered"),
        (b'"lines":', b'"lines":1', "last line"),
        (b'{"seq":', b'{"seq":9', "hash does not fit"),
        (b'"form":1', b'"form":2', "not known"),
        (b'"table":"remains_find"', b'"tables":"remains_find"', "lacks"),
        (b"{", b"[", "not JSON"),
    ],
)
def test_what_was_changed_on_the_way_is_not_believed(
    cast: Cast, end: End, mirror: Mirror, written: bytes, instead: bytes, said: str
) -> None:
    before = held(mirror)
    described(cast.find_a, "first")
    end.on_the_way = lambda line: line if b'"begin"' in line else line.replace(written, instead, 1)
    with pytest.raises(BadLine, match=said):
        pull(end, mirror)
    mirror.refresh_from_db()
    assert said in mirror.fault
    if said != "last line":
        assert held(mirror) == before


def test_an_entry_that_is_left_out_shows(cast: Cast, end: End, mirror: Mirror) -> None:
    described(cast.find_a, "first")
    described(cast.find_a, "second")
    lines = list(end.lines(f"/cases/{cast.case_a.pk}/changes", after=mirror.seq, epoch=1))
    kept = [line for line in lines if b'"first"' not in line]
    end.lines = lambda path, **asked: iter(kept)  # type: ignore[method-assign]
    with pytest.raises(BadLine, match="last line"):
        pull(end, mirror)
    said = b'"lines":%d' % (len(lines) - 2)
    kept[-1] = kept[-1].replace(said, b'"lines":%d' % (len(kept) - 2))
    mirror.witnesses.create(seq=mirror.seq + 1, hash=bytes(32), line="{}")
    with pytest.raises(BadLine, match="does not follow"):
        pull(end, mirror)


def test_checkpoints_are_verified_and_kept(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.TAPHOS_CHECKPOINT_KEY = tmp_path / "key.pem"
    make_key(settings.TAPHOS_CHECKPOINT_KEY)
    signed(cast)
    end = End(cast)
    mirror = pull(end, begun(cast, end, public_path(settings.TAPHOS_CHECKPOINT_KEY).read_text()))
    (kept,) = mirror.witnesses.all()
    assert kept.seq == mirror.seq
    kept.hash = bytes(32)
    kept.save()
    with pytest.raises(PullFault, match="contradict"):
        pull(end, mirror)
    kept.delete()
    mirror.witnesses.create(seq=mirror.seq + 5, hash=bytes(32), line="{}")
    with pytest.raises(PullFault, match="fewer"):
        pull(end, mirror)
    other = tmp_path / "other.pem"
    make_key(other)
    with pytest.raises(PullFault, match="another key"):
        pull(end, begun(cast, end, public_path(other).read_text()))


def test_comparing_names_what_is_not_the_same(cast: Cast, end: End, mirror: Mirror) -> None:
    case, site, find = (("cases_case", str(cast.case_a.pk)), ("cases_site", str(cast.site_a.pk)),
                        ("remains_find", str(cast.find_a.pk)))  # fmt: skip
    rows = mirror.records
    rows.filter(table_name="cases_case").update(payload="{}")
    rows.filter(table_name="cases_site").delete()
    rows.filter(table_name="remains_find").update(record_id="018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11")
    found = compare(end, mirror)
    assert (found.different, found.missing) == ([case], [site, find])
    assert found.surplus == [("remains_find", "018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11")]
    assert not found.is_same
    described(cast.find_a, "moved")
    assert compare(end, mirror).missing == [site]


def test_a_secret_is_not_sent_in_clear() -> None:
    with pytest.raises(RemoteFault, match="in clear"):
        Remote("http://other.example", "client", "secret")


def test_the_pages_show_lag_faults_and_records_to_the_people_of_the_case(
    cast: Cast, mirror: Mirror, settings: Any
) -> None:
    Mirror.objects.filter(pk=mirror.pk).update(remote_seq=mirror.seq + 7, fault="", pulled_at=timezone.now())
    MirroredRecord.objects.filter(table_name="remains_find").update(handling="investigation")
    member, stranger = browser(cast.outsider, settings), browser(cast.investigator, settings)
    for name in ("mirror", "mirroredrecord"):
        assert (
            cast.case_a.number not in stranger.get(reverse(f"admin:cases_{name}_changelist")).content.decode()
        )
    listed = member.get(reverse("admin:cases_mirror_changelist")).content.decode()
    assert "behind the other end" in listed
    assert ">7<" in listed.replace("\n", "").replace(" ", "")
    row = mirror.records.get(table_name="remains_find")
    address = reverse("admin:cases_mirroredrecord_change", args=[row.pk])
    assert stranger.get(address).status_code == 404
    shown = member.get(address).content.decode()
    assert str(cast.find_a.number) in shown
    assert AccessLogEntry.objects.filter(
        kind="read", record_id=str(row.pk), user_id=cast.outsider.pk
    ).exists()
