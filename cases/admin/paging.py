"""Lists that never count or sort a million rows to show fifty."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

#: Rows counted at most; beyond it people search or filter.
COUNTED_ROWS = 5_000


class BoundedPaginator(Paginator):
    """Count up to a bound, so that the time of a page does not grow with the table."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most `COUNTED_ROWS`."""
        rows: Any = self.object_list
        if isinstance(rows, QuerySet) and not rows.query.is_sliced:
            rows = rows.order_by()  # whichever come first: sorted, all would have to be read
        return int(rows[:COUNTED_ROWS].count())

    @property
    def bounded(self) -> bool:
        """Say whether there may be more rows than were counted."""
        return self.count >= COUNTED_ROWS


class IndexedChangeList(ChangeList):
    """A list in the order of one index: by one column, rows alike in it by age and in the same direction."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """Sort by no other column than those of `sortable_by`, whatever the address says."""
        if self.sortable_by is not None and field_name not in self.sortable_by:
            return None
        return super().get_ordering_field(field_name)

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the first column asked for, and the key."""
        first, *_others = super().get_ordering(request, queryset)
        if _is_key(first):
            return [first]
        return [first, "-pk" if _descends(first) else "pk"]


def _is_key(order: Any) -> bool:
    return isinstance(order, str) and order.lstrip("-") in {"pk", "id"}


def _descends(order: Any) -> bool:
    return (
        order.startswith("-") if isinstance(order, str) else isinstance(order, OrderBy) and order.descending
    )
