"""Lists that never count a million rows to show fifty."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

#: Rows counted at most; beyond it people search or filter.
COUNTED_ROWS = 5_000


class BoundedPaginator(Paginator):
    """Count up to a bound, so that the time of a page does not grow with the table."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most `COUNTED_ROWS`."""
        rows: Any = self.object_list
        return int(rows[:COUNTED_ROWS].count())

    @property
    def bounded(self) -> bool:
        """Say whether there may be more rows than were counted."""
        return self.count >= COUNTED_ROWS
