"""Photographs as the interface shows them: what is recorded of each. The pictures themselves come in on the pages."""

from __future__ import annotations

from cases.api.doors import Changes, HasHandling, Withdraws
from cases.api.filters import SearchAnywhere
from evidence.models.photograph import Photograph
from evidence.services import photograph as service


class PhotographViewSet(HasHandling, Withdraws, Changes):
    """Photographs: who took them, when and of what, and the hash of the picture as it came in."""

    model = Photograph
    narrowed_by = ("number", "subject", "taken_by", "uploaded_by", "sha256")
    narrowed_by_days = ("taken_on",)
    search = SearchAnywhere(("number", "caption", "taken_by_as_named"))
    orderings = ("id", "taken_on")
    ordered_in_one_case = True
    change_door = staticmethod(service.change)
