"""The sharing log as the interface shows it. Fields are chosen and released on the pages."""

from __future__ import annotations

from cases.api.about import ReadAboutSerializer, about_serializer
from cases.api.filters import SearchAnywhere
from cases.api.views import RecordViewSet
from cases.models.sharing import Sharing, SharingSource


class SharingViewSet(RecordViewSet):
    """Entries of the sharing log: the words of a record as they were released, to whom and on what basis."""

    model = Sharing
    narrowed_by = ("recipient",)
    search = SearchAnywhere(("title", "body", "basis"))


class SharingSourceViewSet(RecordViewSet):
    """From which record, at which version, the words of an entry were taken; told to those who see that record."""

    model = SharingSource
    serializer_class = about_serializer(SharingSource, ReadAboutSerializer)
    read_along = ("about",)
    narrowed_by = ("sharing",)
