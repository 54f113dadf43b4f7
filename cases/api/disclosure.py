"""The disclosure log as the interface shows it. Entries are written on the pages, with what was disclosed in sight."""

from __future__ import annotations

from cases.api.about import ReadAboutSerializer, about_serializer
from cases.api.doors import HasHandling
from cases.api.filters import SearchAnywhere
from cases.api.views import RecordViewSet
from cases.models.disclosure import DisclosedItem, Disclosure


class DisclosureViewSet(HasHandling):
    """Disclosures: to whom, when, on what basis and in which form. An entry is never edited."""

    model = Disclosure
    read_along = ("proceeding",)
    narrowed_by = ("proceeding", "party", "form", "corrects")
    narrowed_by_days = ("disclosed_on",)
    search = SearchAnywhere(("recipient", "basis"))


class DisclosedItemViewSet(RecordViewSet):
    """What an entry says was disclosed: a record at its version, or something described in words."""

    model = DisclosedItem
    serializer_class = about_serializer(DisclosedItem, ReadAboutSerializer)
    read_along = ("about",)
    narrowed_by = ("disclosure",)
