"""Setting a paper: data and a template become PDF/A, the same bytes for the same data on any machine.

Only the fonts that come with typst are used. A character that none of them has is written as its number, so that
nothing is lost and nothing is printed as an empty box: the standard itself refuses a file with one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import typst

TEMPLATES: Final = Path(__file__).with_name("typst")
#: For archives (PDF/A) and for readers who do not see (PDF/UA): tagged, with a text for every picture.
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
#: Georgian capitals of headlines, which no font at hand has, and the letters that everybody writes.
_HEADLINE: Final = {code: code - 0x1C90 + 0x10D0 for code in (*range(0x1C90, 0x1CBB), *range(0x1CBD, 0x1CC0))}
_NO_GLYPH: Final = re.compile(r"the text `(\".*?\")` could not be displayed")
#: What typst's fonts were found not to have, in this process.
_missing: set[str] = set()


def set_as_pdf(
    template: str, data: Mapping[str, Any], *, at: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of a template with its data.

    `at` is the instant that the file carries; pictures are named in the data by the names of their files.
    """
    with TemporaryDirectory(prefix="taphos-paper-") as name:
        folder = Path(name)  # typst reads nothing outside of it
        for path in TEMPLATES.glob("*.typ"):
            shutil.copyfile(path, folder / path.name)
        for name_of_picture, bytes_of_picture in (pictures or {}).items():
            (folder / name_of_picture).write_bytes(bytes_of_picture)
        while True:
            (folder / "data.json").write_text(_writable(data), encoding="utf-8")
            try:
                pdf: bytes = typst.compile(
                    folder / template,
                    root=folder,
                    font_paths=_fonts(),
                    ignore_system_fonts=True,
                    pdf_standards=STANDARDS,
                    timestamp=at.astimezone(UTC).replace(microsecond=0),
                )
            except typst.TypstError as error:
                unknown = set("".join(json.loads(text) for text in _NO_GLYPH.findall(error.diagnostic)))
                if not unknown - _missing:
                    raise
                _missing.update(unknown)
            else:
                return pdf


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _writable(data: Mapping[str, Any]) -> str:
    """Return the data as JSON, in letters that the fonts have."""
    text = json.dumps(data, ensure_ascii=False).translate(_HEADLINE)
    return text.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in _missing})
