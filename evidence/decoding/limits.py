"""How much one file may cost whoever opens it: one table, so that nothing is bounded here and free there."""

from __future__ import annotations

from typing import Final

#: Pixels of a picture: the largest cameras in use make 151 million.
MOST_PIXELS: Final = 160_000_000
#: Pixels along one side; what is longer is made to break something.
LONGEST_SIDE: Final = 65_500
#: The copies, by their longest side. That for the screen is between this and half of it: by a whole number from the
#: original, which a decoder does while it decodes.
SCREEN_SIDE: Final = 2560
THUMBNAIL_SIDE: Final = 480
QUALITY: Final = 82
#: A colour profile larger than this is none.
LARGEST_PROFILE: Final = 2_000_000
#: Pages of a PDF that are opened one by one to see that it is whole.
MOST_PAGES: Final = 5_000
#: Pixels along the longer side of a page that is drawn.
PAGE_SIDE: Final = 2000
#: Points along one side of a page that is drawn.
LONGEST_PAGE: Final = 20_000

#: Memory of the process that opens files, in bytes of address space, and its seconds for one file.
MEMORY: Final = 2_500_000_000
SECONDS: Final = 60
#: The largest file that it may write.
LARGEST_COPY: Final = 64_000_000
#: A process that has opened so many files makes room for a fresh one.
JOBS: Final = 500
