"""Pictures: decoded whole once, and from the same pixels two upright copies without a word of what the camera wrote."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, Final

import pillow_heif
import rawpy
from PIL import Image, ImageCms

from evidence.decoding import limits
from evidence.decoding.exif import UNREADABLE, Said, read_exif
from evidence.decoding.kinds import Kind

Image.MAX_IMAGE_PIXELS = limits.MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
pillow_heif.register_heif_opener(thumbnails=False)

#: The readers of each kind: nothing is handed to one of those that Pillow has besides.
FORMATS: Final = {
    Kind.JPEG: ("JPEG",),  # its reader takes those of several pictures too
    Kind.PNG: ("PNG",),
    Kind.TIFF: ("TIFF",),
    Kind.HEIC: ("HEIF",),
}
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """These bytes are not what they would have to be; `code` says how, `detail` what was seen."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def look_at(path: Path, kind: Kind, copies: Path) -> Said:
    """Decode a picture whole; return its measures and what the camera wrote, and put two copies into a folder."""
    said: Said
    if kind == Kind.RAW:
        try:
            image, said = open_raw(path)
        except Refused:
            if not _begins_as_tiff(path):
                raise
            kind = Kind.TIFF  # a TIFF that only has the name of a raw file
            image, said = _open(path, kind)
    else:
        image, said = _open(path, kind)
    orientation = said.get("orientation", 1)
    screen = fitting(image, limits.SCREEN_SIDE)
    del image
    screen = _plain(screen)
    if orientation in _UPRIGHT:
        screen = screen.transpose(_UPRIGHT[orientation])
    thumbnail = screen.copy()
    thumbnail.thumbnail(
        (limits.THUMBNAIL_SIDE, limits.THUMBNAIL_SIDE), Image.Resampling.BOX, reducing_gap=1.1
    )
    write_copy(screen, copies / "screen")
    write_copy(thumbnail, copies / "thumbnail")
    return {**said, "kind": kind}


def _open(path: Path, kind: Kind, source: Any = None) -> tuple[Image.Image, Said]:
    """Return a picture whose every byte was read, at least as large as the larger copy, and what it says of itself."""
    image = Image.open(source or path, formats=FORMATS[kind])
    width, height = image.size
    _refuse_size(width, height)
    said = read_exif(image.getexif())
    if kind == Kind.HEIC:
        said["orientation"] = 1  # its reader has turned the picture already
    if kind == Kind.JPEG:
        # Every byte is read, and only the pixels are reckoned that the copy for the screen has.
        factor = next((by for by in (1, 2, 4) if max(width, height) // by <= limits.SCREEN_SIDE), 8)
        image.draft(image.mode, (width // factor, height // factor))
    image.load()
    image.info = {name: image.info[name] for name in ("icc_profile", "transparency") if name in image.info}
    return image, {**said, "width_px": width, "height_px": height}


def open_raw(path: Path) -> tuple[Image.Image, Said]:
    """Return the preview that a camera's raw file carries."""
    try:
        with rawpy.imread(str(path)) as raw:
            width, height = raw.sizes.raw_width, raw.sizes.raw_height
            _refuse_size(width, height)
            preview = raw.extract_thumb()
    except rawpy.LibRawNoThumbnailError as error:
        raise Refused("without_preview") from error
    except (rawpy.LibRawError, *UNREADABLE) as error:
        raise Refused("damaged", str(error)) from error
    if preview.format == rawpy.ThumbFormat.JPEG:
        data = bytes(preview.data)
        image, said = _open(path, Kind.JPEG, io.BytesIO(data))
    elif preview.format == rawpy.ThumbFormat.BITMAP:
        pixels: Any = preview.data
        image, said = Image.fromarray(pixels), {}
        _refuse_size(*image.size)
    else:
        raise Refused("without_preview")
    if said.get("software", "").startswith("dcraw"):
        del said["software"]  # the library's own words, where a preview says nothing of itself
    said = {**said, **_exif_of_raw(path)}
    return image, {**said, "width_px": width, "height_px": height}


def _begins_as_tiff(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in {b"II*\0", b"MM\0*"}


def _exif_of_raw(path: Path) -> Said:
    """Return what a raw file in TIFF's form says; its preview often says less."""
    if not _begins_as_tiff(path):
        return {}
    try:
        with path.open("rb") as file:
            exif = Image.Exif()
            exif.load_from_fp(file, 0)
            return read_exif(exif)
    except UNREADABLE:
        return {}


def _refuse_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Refused("damaged", f"{width} x {height}")
    if width * height > limits.MOST_PIXELS or max(width, height) > limits.LONGEST_SIDE:
        raise Refused("too_many_pixels", f"{width} x {height}")


def fitting(image: Image.Image, side: int) -> Image.Image:
    """Return the picture at `side` pixels or less, made smaller by a whole number."""
    image = eight_bits(image)
    factor = -(-max(image.size) // side)
    if factor <= 1:
        return image
    info = image.info
    if image.mode in {"1", "P", "PA"} or "transparency" in info:
        image = image.convert("RGBA" if "transparency" in info else "RGB")
    image = image.reduce(factor)
    image.info = {name: value for name, value in info.items() if name == "icc_profile"}
    return image


def eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of deep grey levels with 256 of them: by their number of bits, or between their extremes."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
        return image.point(lambda level: level * (1 / 256)).convert("L")
    if image.mode in {"I", "F"}:
        extrema: Any = image.getextrema()
        low, high = float(extrema[0]), float(extrema[1])
        if not high > low:
            return image.convert("L")
        scale = 255 / (high - low)
        return image.point(lambda level: level * scale + (-low * scale)).convert("L")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in the colours of a screen, on white where it is transparent, and with nothing else in it."""
    profile = image.info.get("icc_profile", b"")
    if image.mode in {"RGB", "CMYK", "L"} and 0 < len(profile) < limits.LARGEST_PROFILE:
        image = _on_screen(image, profile)
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    clean = Image.new("RGB", image.size)
    clean.paste(image.convert("RGB"))
    return clean


def _on_screen(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *UNREADABLE):
        return image  # a profile that does not fit says nothing about the pixels
    return shown if shown is not None else image


def write_copy(image: Image.Image, path: Path) -> None:
    """Write a copy as JPEG."""
    image.save(path, "JPEG", quality=limits.QUALITY)
