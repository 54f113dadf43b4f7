"""What the public is told, as the interface shows it to the case team: written and decided on the pages, read here."""

from __future__ import annotations

from cases.api.filters import SearchAnywhere
from cases.api.views import RecordViewSet
from cases.models.public_page import PublicPage, PublicTitle
from cases.models.public_update import PublicFact, PublicText, PublicUpdate


class PublicPageViewSet(RecordViewSet):
    """Pages for the public: at most one of a case, and whether it is open."""

    model = PublicPage
    narrowed_by = ("status",)
    search = SearchAnywhere(("slug",))


class PublicTitleViewSet(RecordViewSet):
    """The titles of public pages, one in each language."""

    model = PublicTitle
    narrowed_by = ("page", "language")
    search = SearchAnywhere(("title",))


class PublicUpdateViewSet(RecordViewSet):
    """Public updates: drafted, decided by a second person, published, corrected or withdrawn in sight of the public."""

    model = PublicUpdate
    narrowed_by = ("page", "status", "corrects")
    narrowed_by_days = ("dated_on",)
    orderings = ("id", "dated_on")


class PublicTextViewSet(RecordViewSet):
    """The words of public updates, one text in each language."""

    model = PublicText
    narrowed_by = ("update", "language")
    search = SearchAnywhere(("title", "body"))


class PublicFactViewSet(RecordViewSet):
    """Facts in public updates, each with the record it was taken from and what that said."""

    model = PublicFact
    narrowed_by = ("update",)
