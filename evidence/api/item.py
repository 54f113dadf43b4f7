"""Items as the interface names them: finds, specimens and exhibits, each under its own name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from cases.api import fields
from cases.api.serializers import PlainSerializer
from cases.api.views import RecordViewSet
from cases.models.agency import Agency
from cases.models.user import User
from cases.refusals import Invalid
from evidence.models import Exhibit, Item
from evidence.services.holder import Holder
from remains.models import Find, Specimen

#: Items in one act of custody at most.
MOST_ITEMS = 500
#: How each kind of item is named in what is sent.
_KINDS = {"finds": Find, "specimens": Specimen, "exhibits": Exhibit}


class ItemsSerializer(PlainSerializer):
    """Which finds, specimens and exhibits it is about."""

    finds = serializers.ListField(child=fields.KeyField(), required=False, max_length=MOST_ITEMS)
    specimens = serializers.ListField(child=fields.KeyField(), required=False, max_length=MOST_ITEMS)
    exhibits = serializers.ListField(child=fields.KeyField(), required=False, max_length=MOST_ITEMS)


def items_told(view: RecordViewSet, told: dict[str, Any]) -> list[Item]:
    """Return the items that an action is told, in the order of their kinds; what is not seen is not there."""
    return [item for name, kind in _KINDS.items() for item in view.named(kind, told.get(name, []), name)]


def one_item_told(view: RecordViewSet, told: dict[str, Any]) -> Item:
    """Return the one item that an action is told. Raises `custody.one_item`."""
    items = items_told(view, told)
    if len(items) != 1:
        raise Invalid(
            "custody.one_item",
            _("This is about one find, specimen or exhibit; %(number)d are named.") % {"number": len(items)},
            way_forward=_("Name one of them."),
        )
    return items[0]


def holder_told(view: RecordViewSet, told: dict[str, Any], stem: str) -> Holder:
    """Return the holder that an action is told: a person, an agency or a body outside."""
    person, agency = told.get(f"{stem}_person"), told.get(f"{stem}_agency")
    return Holder(
        view.named(User, [person], f"{stem}_person")[0] if person else None,
        view.named(Agency, [agency], f"{stem}_agency")[0] if agency else None,
        told.get(f"{stem}_outside", ""),
    )
