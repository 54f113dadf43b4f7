"""Links of photographs and documents as the interface shows them."""

from __future__ import annotations

from cases.api.doors import Creates, HasHandling, Withdraws
from evidence.models.file_link import FileLink
from evidence.services import file_link as service


class FileLinkViewSet(HasHandling, Withdraws, Creates):
    """Links: what a photograph shows, and what a document is about. None is edited: it is withdrawn, and made anew."""

    model = FileLink
    narrowed_by = (
        "photograph",
        "document",
        "site",
        "visit",
        "context",
        "find",
        "specimen",
        "injury",
        "exhibit",
        "basis",
    )
    create_door = staticmethod(service.create)
