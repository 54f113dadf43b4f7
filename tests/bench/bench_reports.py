"""How long the report of a site with many bones and photographs takes, beside the questions that it asks."""

from __future__ import annotations

import io
import os
import statistics
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from django.test import override_settings
from PIL import Image

from cases import access
from cases.ledger.context import change
from cases.ledger.entries import snapshot
from cases.models import Context, ContextRelation
from evidence import content
from evidence.models import FileLink, Photograph
from evidence.reports.kinds import KINDS, printed, written
from remains.models import Find, Injury, Specimen
from tests.actors import INSTALLER, make_user
from tests.bench.bench_ledger import finds, make_ground
from tests.bench.ground import Say, rounds, size

ELEMENTS = (
    "femur",
    "tibia",
    "humerus",
    "radius",
    "ulna",
    "scapula",
    "clavicle",
    "os_coxa",
    "fibula",
    "patella",
)


def run(say: Say) -> None:
    """Make the site, and print its report again and again."""
    with TemporaryDirectory(prefix="taphos-bench-") as folder, files_in(Path(folder)):
        case, site = make_ground("BENCH-REPORT")
        with change(INSTALLER, "tests.bench.made"):
            fill(case, site, Path(folder))
        kind = next(kind for kind in KINDS if kind.name == "site-report")
        viewer = access.as_role(case, "auditor")
        reading, setting, pages, megabytes = [], [], 0, 0.0
        for _turn in range(rounds(3)):
            begin = time.perf_counter()
            with snapshot():
                record = kind.model.objects.select_related(*kind.related).get(pk=site.pk)
                paper, language = written(viewer, kind, record, "az")
            asked = time.perf_counter()
            pdf, _faults = printed(paper, language)
            done = time.perf_counter()
            reading.append(asked - begin)
            setting.append(done - asked)
            pages, megabytes = len(pypdfium2.PdfDocument(io.BytesIO(pdf))), len(pdf) / 1e6
        asked, set_ = statistics.median(reading), statistics.median(setting)
        say(
            f"a site report of {pages} pages with {Photograph.objects.count()} photographs, {megabytes:.0f} MB: "
            f"{set_:.2f} s beside its questions (aim under 5 s), {set_ / asked:.1f}x the {asked:.2f} s that these took"
        )


def files_in(folder: Path) -> Any:
    """Keep files of the benchmark apart."""
    storage = {"BACKEND": "evidence.storage.PrivateFiles", "OPTIONS": {"location": folder / "files"}}
    kept = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return override_settings(STORAGES={"default": storage, "staticfiles": kept})


def fill(case: Any, site: Any, folder: Path) -> None:
    """Give the site contexts, finds with a point, bones, injuries and photographs."""
    many = size("report_finds", 220)
    made = Find.objects.bulk_create(finds(Find, case, site, many))
    layers = [
        Context.objects.create(case=case, site=site, number=str(n), kind="fill", description="Clay")
        for n in range(1, 31)
    ]
    for upper, lower in pairwise(layers):
        ContextRelation.objects.create(case=case, upper=upper, kind="above", lower=lower)
    for place, find in enumerate(made):
        Find.objects.filter(pk=find.pk).update(
            easting_m=place % 20, northing_m=place // 20, context=layers[place % 30], bindings="present"
        )
    bones = [
        Specimen(
            case=case, find=find, numbered_at=find, number=f"{find.number}.{serial:03d}", serial=serial, side="left",
            element_id=f"element.{ELEMENTS[serial - 1]}", zones=[1, 2, 3], completeness="part", cohort="adult",
        )
        for find in made for serial in range(1, 9)
    ]  # fmt: skip
    Specimen.objects.bulk_create(bones)
    Injury.objects.bulk_create(
        Injury(
            case=case, specimen=bone, timing="peri", mechanism_id="injury_mechanism.sharp", place="shaft",
            description="A straight cut with smooth edges", observer="Somebody",
        )
        for bone in bones[::12]
    )  # fmt: skip
    taker = make_user("bench.photographer", case.lead_agency)
    for serial in range(1, size("report_photographs", 40) + 1):
        noise = Image.frombytes("L", (512, 384), os.urandom(512 * 384)).resize((2048, 1536)).convert("RGB")
        kept = io.BytesIO()
        noise.save(kept, "JPEG", quality=85)
        sha256, length = content.put_bytes(kept.getvalue())
        row = Photograph.objects.create(
            case=case, serial=serial, number=f"P-{serial:04d}", sha256=sha256, size_bytes=length, uploaded_by=taker,
            original_name="a.jpg", media_type="image/jpeg", screen_sha256=sha256, thumbnail_sha256=sha256,
            width_px=2048, height_px=1536, caption="In place, from the north", taken_by=taker,
        )  # fmt: skip
        FileLink.objects.create(
            case=case, photograph=row, find=made[serial % len(made)], basis="person", linked_by=taker
        )
