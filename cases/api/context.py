"""Stratigraphic contexts as the interface shows them, and their order."""

from __future__ import annotations

from typing import Any

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from cases.models.context import Context, ContextRelation
from cases.services import context as service


class ContextViewSet(Recorded):
    """Contexts: the stratigraphic units of a site."""

    model = Context
    narrowed_by = ("site", "kind", "number")
    search = SearchAnywhere(("number", "description", "site__code", "site__name"))


def _withdraw(*, actor: Any, record: ContextRelation, reason: str) -> ContextRelation:
    return service.withdraw_relation(actor=actor, relation=record, reason=reason)


class ContextRelationViewSet(Recorded):
    """Relations of contexts: which lies above which. They never form a circle."""

    model = ContextRelation
    narrowed_by = ("upper", "lower", "kind")
    search = SearchAnywhere(("upper__number", "lower__number", "upper__site__code", "upper__site__name"))
    create_door = staticmethod(service.create_relation)
    change_door = staticmethod(service.change_relation)
    withdraw_door = staticmethod(_withdraw)
