"""Enquiries as the interface shows them."""

from __future__ import annotations

from typing import Any

from cases.api.about import about_serializer
from cases.api.doors import Creates, Moves
from cases.api.filters import SearchAnywhere
from cases.casework_workflows import ENQUIRY
from cases.models.enquiry import Enquiry
from cases.services import enquiry as service


class EnquiryViewSet(Moves, Creates):
    """Enquiries: what an ICRC liaison asks the team of a case, and the answer."""

    model = Enquiry
    serializer_class = about_serializer(Enquiry)
    read_along = ("about",)
    create_arguments = ("about",)
    narrowed_by = ("status", "asked_by")
    narrowed_by_days = ("due_on", "asked_on")
    search = SearchAnywhere(("question", "answer", "asked_by__full_name"))
    orderings = ("id", "due_on")
    workflow = ENQUIRY
    create_door = staticmethod(service.create)

    def move(self, record: Any, name: str, reason: str) -> None:
        """Take one step of an enquiry's workflow."""
        service.apply_transition(actor=self.caller, enquiry=record, name=name, reason=reason)
