"""What tests look at in a printed page: its text, its pictures, the QR codes on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import zxingcpp


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    document = pdfium.PdfDocument(io.BytesIO(pdf))
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def text_of(pdf: bytes) -> str:
    """Return all text, with single spaces."""
    return " ".join(" ".join(pages(pdf)).split())


def codes(pdf: bytes, dpi: int) -> Iterator[str]:
    """Yield what stands in the QR codes of every page when it is printed and scanned at this resolution."""
    document = pdfium.PdfDocument(io.BytesIO(pdf))
    try:
        for page in document:
            picture: Any = page.render(scale=dpi / 72).to_pil().convert("L")
            for code in zxingcpp.read_barcodes(picture):
                yield code.text
    finally:
        document.close()
