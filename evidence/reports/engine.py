"""Setting a paper: data and a template become PDF/A, the same bytes for the same data on any machine.

Only the fonts that come with typst are used. A character that none of them has is written as its number, so that
nothing is lost and nothing is printed as an empty box: the standard itself refuses a file with one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.refusals import WrongState
from evidence.reports import setter

TEMPLATES: Final = Path(__file__).with_name("typst")
#: After so many seconds nobody waits for a paper any more; one of sixty pages takes one or two.
PATIENCE_SECONDS: Final = 240
#: Georgian capitals of headlines, which no font at hand has, and the letters that everybody writes.
_HEADLINE: Final = {code: code - 0x1C90 + 0x10D0 for code in (*range(0x1C90, 0x1CBB), *range(0x1CBD, 0x1CC0))}
_NO_GLYPH: Final = re.compile(r"the text `(\".*?\")` could not be displayed")
#: What typst's fonts were found not to have, in this process.
_missing: set[str] = set()


class TypesettingError(RuntimeError):
    """Our own template does not do: a mistake in the program, never in a record."""


def set_as_pdf(
    template: str, data: Mapping[str, Any], *, at: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of a template with its data.

    `at` is the instant that the file carries; pictures are named in the data by the names of their files.
    Raises `report.too_long`.
    """
    with TemporaryDirectory(prefix="taphos-paper-") as name:
        folder = Path(name)  # typst reads nothing outside of it
        for path in TEMPLATES.glob("*.typ"):
            shutil.copyfile(path, folder / path.name)
        for name_of_picture, bytes_of_picture in (pictures or {}).items():
            (folder / name_of_picture).write_bytes(bytes_of_picture)
        while True:
            (folder / "data.json").write_text(_writable(data), encoding="utf-8")
            complaint = _run(folder, template, int(at.timestamp()))
            if complaint is None:
                return (folder / "paper.pdf").read_bytes()
            unknown = set("".join(json.loads(text) for text in _NO_GLYPH.findall(complaint)))
            if not unknown - _missing:
                raise TypesettingError(complaint)
            _missing.update(unknown)


def _run(folder: Path, template: str, seconds: int) -> str | None:
    """Run typst, and return what it complains of, if anything."""
    command = [sys.executable, "-I", setter.__file__, str(folder), template, str(seconds)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise WrongState(
            "report.too_long",
            _("This paper would be so long that it cannot be made at once."),
            way_forward=_("Make papers of its parts, or the bundle of the case without papers."),
        ) from late
    complaint = done.stderr.decode("utf-8", "replace")
    if done.returncode not in (0, setter.REFUSED):
        raise TypesettingError(complaint)
    return complaint if done.returncode else None


def _writable(data: Mapping[str, Any]) -> str:
    """Return the data as JSON, in letters that the fonts have."""
    text = json.dumps(data, ensure_ascii=False).translate(_HEADLINE)
    return text.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in _missing})
