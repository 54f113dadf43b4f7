"""Labels in photographs: read in the background, and linked by nobody but the program that read them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import segno
from django.core.management import call_command
from django.urls import reverse
from PIL import Image
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import LedgerEntry
from cases.services.handling import set_handling
from evidence.labels.tokens import address_of
from evidence.models import FileLink
from evidence.services import label_reading
from tests.actors import Cast, make_cast
from tests.evidence.files import encoded, jpeg, picture, take_photograph


def with_label(text: str, width: int = 1600, module_px: int = 5, turn: float = 11) -> Image.Image:
    """Return a photograph in which a label lies, a little turned."""
    made = io.BytesIO()
    segno.make(text, error="m").save(made, kind="png", scale=module_px, border=4)
    label = Image.open(made).convert("RGB").rotate(turn, expand=True, fillcolor="white")
    image = picture(width, width * 3 // 4)
    image.paste(label, (width // 2, width // 3))
    return image


def do_jobs() -> list[Any]:
    """Do what waits, as the worker would, and return what came of it."""
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [app.tasks[job.task_name].func(**job.args) for job in waiting]


def test_a_photograph_that_shows_a_label_is_linked_with_its_record(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(with_label(address_of(cast.find_a)))
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    assert not FileLink.objects.exists(), "nothing is read while somebody waits"
    assert do_jobs() == [1]
    link = FileLink.objects.get(photograph=made)
    assert (link.find, link.basis, link.linked_by) == (cast.find_a, "label", None)
    entry = LedgerEntry.objects.get(action="evidence.filelink.read_from_label")
    assert (entry.actor_id, entry.actor_name) == (None, "Taphos (reader of labels)")
    assert do_jobs() == [0], "read again, it is linked already"


def test_a_small_label_is_found_in_all_points_of_a_large_picture(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(with_label(address_of(cast.find_a), width=6000, module_px=3))
    take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    assert do_jobs() == [1]


@pytest.mark.parametrize("kind", ["number", "page", "site"])
def test_other_texts_that_name_a_record_do_too(cast: Cast, tmp_path: Path, kind: str) -> None:
    text = {
        "number": cast.find_a.number,
        "page": f"https://taphos.example{reverse('admin:remains_find_change', args=[cast.find_a.pk])}",
        "site": address_of(cast.site_a),
    }[kind]
    take_photograph(cast.investigator, cast.case_a, tmp_path, encoded(with_label(text), "PNG"), name="a.png")
    assert do_jobs() == [1]


@pytest.mark.parametrize("kind", ["other case", "nonsense", "withdrawn", "code"])
def test_a_label_of_another_case_or_of_nothing_links_nothing(cast: Cast, tmp_path: Path, kind: str) -> None:
    if kind == "withdrawn":
        from remains.services.find import withdraw

        withdraw(actor=cast.investigator, record=cast.find_a, reason="twice")
    text = {
        "other case": address_of(cast.find_b),
        "nonsense": "javascript:alert(1)",
        "withdrawn": address_of(cast.find_a),
        "code": reverse("admin:cases_code_change", args=["site_type.exec_grave"]),
    }[kind]
    take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(with_label(text)))
    assert do_jobs() == [0]


def test_a_label_of_a_restricted_find_makes_a_link_as_restricted(cast: Cast, tmp_path: Path) -> None:
    set_handling(
        actor=cast.investigator,
        record=cast.find_a,
        handling="investigation",
        reason="court",
        version=cast.find_a.version,
    )
    take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(with_label(address_of(cast.find_a))))
    assert do_jobs() == [1]
    assert FileLink.objects.get().handling == "investigation"


def test_readers_of_other_labels_can_be_added(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_reading, "_readings", [])
    label_reading.contribute(lambda text, case: cast.site_a if text == "BAG 7" else None)
    take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(with_label("BAG 7")))
    assert do_jobs() == [1]


def test_a_refused_photograph_leaves_no_job(cast: Cast, tmp_path: Path) -> None:
    from tests.refused import refused

    with refused("access.forbidden"):
        take_photograph(cast.liaison, cast.case_a, tmp_path, jpeg())
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_was_asked_for_once_that_is_committed(tmp_path: Path) -> None:
    cast = make_cast()
    data = jpeg(with_label(address_of(cast.find_a)))
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    call_command("worker", "--until-done", stdout=io.StringIO())
    assert FileLink.objects.get(photograph=made).find == cast.find_a
    assert not ProcrastinateJob.objects.exists(), "what succeeded leaves nothing behind"
