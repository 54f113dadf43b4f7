"""Runs typst on one folder, in a process of its own: what a paper takes of memory goes when it is done.

`python -I setter.py FOLDER TEMPLATE SECONDS` writes FOLDER/paper.pdf. It imports nothing of Taphos. Exit 3 is what
typst refused, with its words on the standard error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import typst

#: For archives (PDF/A) and for readers who do not see (PDF/UA): tagged, with a text for every picture.
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
REFUSED: Final = 3


def main() -> int:
    """Set the paper that the command line names."""
    folder, template, seconds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    try:
        typst.compile(
            folder / template,
            output=folder / "paper.pdf",
            root=folder,
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            timestamp=seconds,
        )
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
