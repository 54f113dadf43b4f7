"""Photographs: sealed when they come in, read for what the camera says, copied without it, stored once."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from evidence import content
from evidence.models import FileLink, Photograph
from evidence.services import photograph as service
from evidence.services import stored_file
from tests.actors import Cast
from tests.evidence.files import dng, encoded, exif, jpeg, picture, take_photograph
from tests.refused import database_refuses, refused


def test_a_photograph_is_sealed_numbered_and_read(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(picture(640, 480), exif=exif())
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data, name="DSC 1.JPG")
    made.refresh_from_db()
    assert (made.number, made.sha256, made.size_bytes) == (
        "P-0001",
        hashlib.sha256(data).hexdigest(),
        len(data),
    )
    assert (made.camera_clock, made.camera_offset) == ("2024-02-21T10:11:12", "+04:00")
    assert (made.camera_model, made.camera_serial) == ("X-100", "SN-7")
    assert (made.camera_latitude, made.camera_longitude) == (Decimal("39.9106000"), Decimal("46.7928000"))
    assert (made.width_px, made.height_px, made.taken_on) == (640, 480, dt.date(2024, 2, 21))
    assert b"".join(stored_file.original(cast.investigator, made)) == data
    assert default_storage.exists(content.name_of(made.sha256))


def test_what_the_camera_does_not_say_is_not_made_up(cast: Cast, tmp_path: Path) -> None:
    written = exif(offset="", place=(0, 0))
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(exif=written))
    made.refresh_from_db()
    assert (made.camera_offset, made.camera_latitude, made.camera_altitude_m) == ("", None, None)
    assert (made.scale_present, made.shows_remains, made.subject) == (None, None, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_are_upright_and_say_nothing(cast: Cast, tmp_path: Path, orientation: int) -> None:
    upright = picture(300, 200)
    turned = {
        1: lambda image: image,
        2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
        4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
        6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
        7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
        8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
    }[orientation](upright)
    data = jpeg(turned, exif=exif(orientation=orientation), comment=b"by the gate", quality=95)
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    for part in stored_file.COPIES:
        copy = stored_file.copy_of(cast.investigator, made, part)
        shown = Image.open(io.BytesIO(copy))
        assert shown.size[0] > shown.size[1]
        red, green, blue = shown.convert("RGB").getpixel((shown.width // 4, shown.height // 4))  # type: ignore[misc]
        assert red > 200 > green
        assert blue < 100
        assert segments(copy) <= {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA}, "nothing but the picture itself"
        assert not shown.getexif()


def segments(data: bytes) -> set[int]:
    """Return the kinds of segments before the pixels of a JPEG."""
    found, at = {0xD8}, 2
    while data[at + 1] != 0xDA:
        found.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


def test_a_copy_fits_the_screen(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(picture(5000, 2500)))
    screen = Image.open(io.BytesIO(stored_file.copy_of(cast.investigator, made, "screen")))
    thumbnail = Image.open(io.BytesIO(stored_file.copy_of(cast.investigator, made, "thumbnail")))
    assert (screen.size, thumbnail.size) == ((2500, 1250), (480, 240))


@pytest.mark.parametrize(
    ("kind", "mode", "name"),
    [
        ("PNG", "RGBA", "a.png"),
        ("PNG", "P", "a.png"),
        ("PNG", "I;16", "a.png"),
        ("PNG", "1", "a.png"),
        ("TIFF", "CMYK", "a.tif"),
        ("TIFF", "F", "a.tif"),
        ("JPEG", "CMYK", "a.jpg"),
        ("JPEG", "L", "a.jpg"),
        ("HEIF", "RGB", "a.heic"),
    ],
)
def test_every_kind_of_picture_is_shown(cast: Cast, tmp_path: Path, kind: str, mode: str, name: str) -> None:
    image = picture(80, 60)
    image = (
        image.convert("L").convert("I").point(lambda v: v * 256).convert(mode)
        if mode in {"I;16", "F"}
        else (image.convert(mode))
    )
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, encoded(image, kind), name=name)
    shown = Image.open(io.BytesIO(stored_file.copy_of(cast.investigator, made, "screen")))
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (80, 60))
    levels: Any = shown.convert("L").getextrema()
    assert levels[1] - levels[0] > 40, "the picture is to be seen"


def test_a_raw_file_is_shown_by_the_preview_it_carries(cast: Cast, tmp_path: Path) -> None:
    data = dng(jpeg(picture(640, 480)))
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data, name="DSC_1.DNG")
    made.refresh_from_db()
    assert (made.media_type, made.camera_model, made.software) == ("image/x-raw", "X-100", "")
    assert (made.camera_clock, made.orientation) == ("2024-02-21T10:11:12", 6)
    shown = Image.open(io.BytesIO(stored_file.copy_of(cast.investigator, made, "screen")))
    assert shown.size == (480, 640), "upright, as the camera was held"
    assert b"".join(stored_file.original(cast.investigator, made)) == data


def test_the_same_file_is_taken_in_once(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(picture(shade=3))
    first = take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    with refused("file.already_here"):
        take_photograph(cast.custodian, cast.case_a, tmp_path, data, name="copy.jpg")
    other = take_photograph(cast.outsider, cast.case_b, tmp_path, data)
    assert other.sha256 == first.sha256
    assert Photograph.objects.filter(sha256=first.sha256).count() == 2
    with database_refuses("evidence_photograph_once"):
        first.pk, first.serial, first._state.adding = None, 99, True
        Photograph(
            **{f.attname: getattr(first, f.attname) for f in Photograph._meta.fields if f.name != "id"}
        ).save()


def test_a_repeated_upload_tells_nobody_of_what_they_may_not_see(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(picture(shade=4))
    from tests.evidence.files import take_document

    take_document(cast.investigator, cast.case_a, tmp_path, data, name="a.jpg", handling="investigation")
    made = take_document(cast.liaison, cast.case_a, tmp_path, data, name="a.jpg", handling="humanitarian")
    assert made.number == "D-0002"


def test_a_refused_record_leaves_no_bytes_behind(cast: Cast, tmp_path: Path) -> None:
    data = jpeg(picture(shade=5))
    with refused("access.not_found"):
        take_photograph(cast.outsider, cast.case_a, tmp_path, data)
    with refused("access.forbidden"):
        take_photograph(cast.liaison, cast.case_a, tmp_path, data)
    with refused("record.other_case"):
        take_photograph(cast.investigator, cast.case_a, tmp_path, data, shows=[cast.find_a, _foreign(cast)])
    assert not default_storage.exists(content.name_of(hashlib.sha256(data).hexdigest()))
    assert not Photograph.objects.exists()


def _foreign(cast: Cast) -> Any:
    """Return a record of another case that the investigator sees as well."""
    from cases import access
    from cases.ledger.context import change
    from cases.models import Membership
    from tests.actors import INSTALLER, SINCE

    with change(INSTALLER, "tests.team.made"):
        Membership.objects.create(
            case=cast.case_b, user=cast.investigator, role="investigator", from_on=SINCE
        )
    access.forget_standing(cast.investigator)
    return cast.find_b


def test_what_came_in_with_the_file_stays(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path)
    for column, value in (("sha256", "0" * 64), ("camera_clock", "2020-01-01T00:00:00"), ("size_bytes", 1)):
        with database_refuses("evidence_photograph_seal_stays"):
            Photograph.objects.filter(pk=made.pk).update(**{column: value})
    made.refresh_from_db()
    made.caption = "skull from above"
    assert service.change(actor=cast.anthropologist, record=made, version=made.version).version == 2


def test_people_say_when_it_was_taken_and_the_camera_stays_beside(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, jpeg(exif=exif()))
    made.taken_at = dt.datetime(2024, 2, 22, 8, tzinfo=dt.UTC)
    made = service.change(actor=cast.investigator, record=made, version=1)
    made.refresh_from_db()
    assert (made.taken_on, made.camera_clock[:10]) == (dt.date(2024, 2, 22), "2024-02-21")
    made.taken_at = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    with refused("photograph.taken_in_future", "taken_at"):
        service.change(actor=cast.investigator, record=made, version=2)
    made.taken_at, made.taken_by, made.taken_by_as_named = None, cast.investigator, "somebody else"
    with refused("photograph.one_taker", "taken_by_as_named"):
        service.change(actor=cast.investigator, record=made, version=2)


def test_it_is_linked_with_what_it_shows_in_one_act(cast: Cast, tmp_path: Path) -> None:
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, shows=[cast.find_a, cast.site_a])
    links = FileLink.objects.filter(photograph=made)
    assert {link.target for link in links} == {cast.find_a, cast.site_a}
    assert {(link.basis, link.linked_by) for link in links} == {("person", cast.investigator)}


def test_bytes_lie_wherever_django_is_told_to_keep_them(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    data = jpeg(picture(shade=6))
    made = take_photograph(cast.investigator, cast.case_a, tmp_path, data)
    assert b"".join(stored_file.original(cast.investigator, made)) == data
    with default_storage.open(content.name_of(made.sha256)) as file:
        assert file.read() == data
