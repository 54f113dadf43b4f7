"""Documents as the interface shows them: what is recorded of each. The files themselves come in on the pages."""

from __future__ import annotations

from cases.api.doors import Changes, HasHandling, Withdraws
from cases.api.filters import SearchAnywhere
from evidence.models.document import Document
from evidence.services import document as service


class DocumentViewSet(HasHandling, Withdraws, Changes):
    """Documents: what they are, by whom and of when, and the hash of the file as it came in."""

    model = Document
    narrowed_by = ("number", "kind", "uploaded_by", "sha256")
    narrowed_by_days = ("dated_earliest_on",)
    search = SearchAnywhere(("number", "title", "author"))
    change_door = staticmethod(service.change)
