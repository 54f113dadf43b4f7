"""The search box over lists of records that hang on finds, specimens or individuals."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchVector
from django.http import HttpRequest

from remains.below_search import SearchBelow


class SearchedBelow:
    """Searches by what `search_fields` and `search_words` name, as far as the viewer may be told."""

    search_words: SearchVector | None = None

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find the records in which every word fits, or those of a find with such a label."""
        page: Any = self
        search = SearchBelow(page.model, tuple(page.search_fields), self.search_words)
        fields = list(page.get_search_fields(request))
        return search.narrow(queryset, search_term, user=request.user, fields=fields), False
