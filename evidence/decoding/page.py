"""PDF documents: opened whole, their pages counted, and the first one drawn. Nothing in them is run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image

from evidence.decoding import limits
from evidence.decoding.exif import UNREADABLE, Said
from evidence.decoding.kinds import Kind
from evidence.decoding.picture import Refused, write_copy

#: What pdfium says of a document that asks for a password.
_PASSWORD: Final = 4


def look_at_pages(path: Path, copies: Path) -> Said:
    """Open a PDF and each of its pages; return how many, and put two pictures of the first into a folder."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refused("encrypted" if error.err_code == _PASSWORD else "damaged", str(error)) from error
    try:
        pages = len(document)
        if pages < 1:
            raise Refused("damaged", "no page")
        if pages > limits.MOST_PAGES:
            raise Refused("too_many_pages", str(pages))
        for number in range(pages):
            document[number].close()
        screen = _drawn(document[0])
    except (pypdfium2.PdfiumError, *UNREADABLE) as error:
        raise Refused("damaged", str(error)) from error
    finally:
        document.close()
    thumbnail = screen.copy()
    thumbnail.thumbnail((limits.THUMBNAIL_SIDE, limits.THUMBNAIL_SIDE), Image.Resampling.BOX)
    write_copy(screen, copies / "screen")
    write_copy(thumbnail, copies / "thumbnail")
    return {"kind": Kind.PDF, "pages": pages}


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    longest = max(width, height)
    if not 0 < longest < limits.LONGEST_PAGE or min(width, height) <= 0:
        raise Refused("damaged", f"{width} x {height}")
    scale = limits.PAGE_SIDE / longest
    image: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return image.convert("RGB")
