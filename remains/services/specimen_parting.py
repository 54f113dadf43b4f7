"""Which specimens go along with the parts of a find that is split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import access
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import refuse_withdrawn
from remains.models.find import Find
from remains.models.specimen import Specimen


def going_along(actor: User, source: Find, specimens: Sequence[Sequence[Specimen]]) -> list[list[Any]]:
    """Return the specimens that go with each part as they are stored, locked in one order.

    The find is locked already: finds before specimens, everywhere.
    Raises `specimen.in_two_parts`, `specimen.not_of_find`, `record.withdrawn`, `NotVisible`, `Forbidden`.
    """
    part_of: dict[UUID, int] = {}
    for part, chosen in enumerate(specimens):
        for specimen in chosen:
            if part_of.setdefault(specimen.pk, part) != part:
                raise Invalid(
                    "specimen.in_two_parts",
                    _("%(specimen)s cannot go with two parts.") % {"specimen": specimen},
                    field="specimens",
                    value=specimen,
                    way_forward=_("Choose one of them."),
                )
    going: list[list[Any]] = [[] for _part in specimens]
    rows = (
        Specimen.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case")
        .filter(pk__in=part_of)
        .order_by("pk")
    )
    for row in rows:
        access.require(actor, Specimen.permission("change"), row)
        refuse_withdrawn(row)
        if row.find_id != source.pk:
            raise Invalid(
                "specimen.not_of_find",
                _("%(specimen)s is not in %(find)s.") % {"specimen": row, "find": source},
                field="specimens",
                value=row,
                way_forward=_("Somebody may have moved it meanwhile: open the page again."),
            )
        going[part_of[row.pk]].append(row)
    if sum(map(len, going)) < len(part_of):
        raise access.not_visible()
    return going
