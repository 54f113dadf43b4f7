"""One way of pointing to an item: a find, a specimen or an exhibit. Whatever is about "a thing in hand" uses it.

An item is not a table of its own: a find is a find, and its page, number, handling and history are the find's. So a
record about an item has three references, of which exactly one is set, each held inside the case and under the item's
handling like any other. `ITEM_KEY` is the one key of the three, for constraints and indexes; keys of records are unique
over all kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey
from remains.models.find import Find
from remains.models.specimen import Specimen

if TYPE_CHECKING:
    from uuid import UUID

    from evidence.models.exhibit import Exhibit

Item: TypeAlias = "Find | Specimen | Exhibit"

#: The references of which exactly one is set.
ITEMS = ("find", "specimen", "exhibit")
#: The key of the item, whichever of the three it is.
ITEM_KEY = Coalesce("find", "specimen", "exhibit")


def one_item() -> models.CheckConstraint:
    """Return the constraint that a record is about exactly one item."""
    condition = Q()
    for name in ITEMS:
        condition |= Q(**{f"{other}__isnull": other != name for other in ITEMS})
    return models.CheckConstraint(name="%(app_label)s_%(class)s_one_item", condition=condition)


class ItemReference(models.Model):
    """What every record about one item has: exactly one of `find`, `specimen` and `exhibit`."""

    find = CaseForeignKey(Find, null=True, blank=True, verbose_name=_("find"))
    specimen = CaseForeignKey(Specimen, null=True, blank=True, verbose_name=_("specimen"))
    exhibit = CaseForeignKey("evidence.Exhibit", null=True, blank=True, verbose_name=_("exhibit"))

    class Meta:
        abstract = True

    @property
    def item(self) -> Item:
        """Return the find, specimen or exhibit that the record is about."""
        return self.find or self.specimen or self.exhibit  # type: ignore[return-value]

    @item.setter
    def item(self, item: Item) -> None:
        for name, value in of_item(item).items():
            setattr(self, name, value)

    @property
    def item_key(self) -> UUID:
        """Return the item's key without reading the item."""
        return self.find_id or self.specimen_id or self.exhibit_id  # type: ignore[return-value]


def stem_of(item: Item) -> str:
    """Return which of the references points to an item: find, specimen or exhibit."""
    return str(item._meta.model_name)


def of_item(item: Item) -> dict[str, Any]:
    """Return the values of the three references for an item."""
    return {name: item if name == stem_of(item) else None for name in ITEMS}
