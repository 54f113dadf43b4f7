"""The numbers of specimens, `<find number>.<serial>`: given once, never again, and kept wherever a specimen goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max, UUIDField, Value
from django.db.models.functions import Coalesce, NullIf

from remains.models.find import Find
from remains.models.specimen import Specimen


def number_specimens(rows: Sequence[Specimen], finds: Mapping[Any, Find]) -> None:
    """Give each specimen the next serial of its find. The finds are locked: whoever else numbers there waits.

    A serial stays taken where it was given, also when its specimen was withdrawn or went to another find.
    """
    last: dict[Any, int] = defaultdict(int)
    last.update(
        Specimen.objects.annotate(origin=Coalesce("numbered_at", "find"))
        .filter(origin__in=list(finds))
        .order_by()
        .values_list("origin")
        .annotate(last=Max("serial"))
    )
    for row in rows:
        find = finds[row.find_id]
        last[find.pk] += 1
        row.numbered_at_id = None
        row.serial = last[find.pk]
        row.number = f"{find.number}.{row.serial:03d}"


def place_specimens(rows: Any, target: Find) -> int:
    """Put specimens with another find and say where each was numbered. Returns how many went."""
    here = Value(target.pk, output_field=UUIDField())
    moved: int = rows.update(numbered_at=NullIf(Coalesce("numbered_at", "find"), here), find=target)
    return moved


def take_along(sources: Sequence[Find], target: Find) -> int:
    """Put the specimens of merged finds with the find they were merged into. Withdrawn ones stay where they were.

    The caller has locked the finds and named the change. Returns how many went.
    """
    return place_specimens(Specimen.objects.current().filter(find__in=[s.pk for s in sources]), target)
