"""Bundles asked for in the browser: made in the background as the asker's role sees the case, for the asker alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.models import AccessLogEntry
from evidence.bundle import requests
from evidence.bundle.requests import requests_of
from tests.actors import Cast, make_cast
from tests.cases.test_admin_base import browser
from tests.evidence.test_bundle import verified
from tests.scene import Scene
from tests.worker import work_until_done


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.TAPHOS_DEMO = True
    settings.TAPHOS_VAR = tmp_path
    settings.TAPHOS_CHECKPOINT_KEY = tmp_path / "checkpoint.pem"
    settings.TAPHOS_CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    return tmp_path


def page(cast: Cast) -> str:
    return reverse("admin:bundles", args=[cast.case_a.pk])


def test_a_bundle_is_asked_for_made_and_fetched(cast: Cast, settings: Any, folder: Path) -> None:
    Scene(cast.case_a, mark="MARKSECRET", handling="humanitarian").fill()
    client = browser(cast.prosecutor, settings)
    assert "being made" in client.post(page(cast), follow=True).content.decode()
    [asked] = requests_of(cast.prosecutor, cast.case_a)
    assert (
        client.post(page(cast), follow=True).content.decode().count("being made") == 2
    )  # refused, and still there
    requests.make(asked.token)
    [made] = requests_of(cast.prosecutor, cast.case_a)
    link = reverse("admin:bundle", args=[cast.case_a.pk, made.token])
    assert link in client.get(page(cast)).content.decode()
    answer = client.get(link)
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder / "out")
    [bag] = (folder / "out").iterdir()
    status, said = verified(bag)
    assert status == 0, said
    assert not any(b"MARKSECRET" in path.read_bytes() for path in bag.rglob("*.ndjson"))
    kinds = AccessLogEntry.objects.filter(case_id=cast.case_a.pk, user_id=cast.prosecutor.pk)
    assert sorted(kinds.values_list("kind", flat=True)) == ["downloaded", "exported"]
    for other in (cast.second_prosecutor, cast.auditor):
        assert browser(other, settings).get(link).status_code == 404


def test_what_cannot_be_made_is_told_to_who_asked(cast: Cast, settings: Any, folder: Path) -> None:
    client = browser(cast.auditor, settings)
    client.post(page(cast))
    settings.TAPHOS_DEMO = False  # no key is made by itself then
    [asked] = requests_of(cast.auditor, cast.case_a)
    requests.make(asked.token)
    [failed] = requests_of(cast.auditor, cast.case_a)
    assert "no key" in failed.failure
    settings.TAPHOS_DEMO = True
    assert "There is no key" in client.get(page(cast)).content.decode()


def test_bundles_are_removed_after_their_days(
    cast: Cast, settings: Any, folder: Path, monkeypatch: Any
) -> None:
    client = browser(cast.prosecutor, settings)
    client.post(page(cast))
    monkeypatch.setattr(requests, "GIVEN_UP_SECONDS", -1)
    requests.remove_old()
    assert "not finished in time" in requests_of(cast.prosecutor, cast.case_a)[0].failure
    monkeypatch.setattr(requests, "KEPT_SECONDS", -1)
    requests.remove_old()
    assert list(requests.root().iterdir()) == []


def test_a_program_that_breaks_says_so_too(cast: Cast, folder: Path, monkeypatch: Any) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(requests, "export_case", broken)
    asked = requests.ask(cast.prosecutor, cast.case_a)
    with pytest.raises(RuntimeError):
        requests.make(asked.token)
    assert "administrator" in requests_of(cast.prosecutor, cast.case_a)[0].failure


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it(settings: Any, folder: Path) -> None:
    cast = make_cast()
    requests.ask(cast.prosecutor, cast.case_a)
    work_until_done()
    [made] = requests_of(cast.prosecutor, cast.case_a)
    assert made.bag is not None
