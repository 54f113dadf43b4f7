"""Observations as the interface shows them. Who may read one is sent with it: nothing is assumed."""

from __future__ import annotations

from typing import Any

from cases.api.about import about_serializer
from cases.api.doors import Creates, HasHandling, Moves, Withdraws
from cases.api.filters import SearchAnywhere
from cases.casework_workflows import OBSERVATION
from cases.models.observation import Observation
from cases.services import observation as service


class ObservationViewSet(Moves, HasHandling, Withdraws, Creates):
    """Observations: what somebody of the case remarks, for readers whom they choose, and what was answered."""

    model = Observation
    serializer_class = about_serializer(Observation)
    read_along = ("about",)
    create_arguments = ("about",)
    narrowed_by = ("status", "made_by")
    narrowed_by_days = ("made_on",)
    search = SearchAnywhere(("text", "answer", "made_by__full_name"))
    workflow = OBSERVATION
    create_door = staticmethod(service.create)
    withdraw_door = staticmethod(service.withdraw)

    def move(self, record: Any, name: str, reason: str) -> None:
        """Note or answer it."""
        service.apply_transition(actor=self.caller, observation=record, name=name, reason=reason)
