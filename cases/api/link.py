"""Links between sites as the interface shows them, and what proves them."""

from __future__ import annotations

from cases.api.doors import Recorded
from cases.api.filters import SearchAnywhere
from cases.models.site import LinkProof, SiteLink


class SiteLinkViewSet(Recorded):
    """Links between two sites of a case, whose remains are counted together."""

    model = SiteLink
    read_along = ("first", "second")
    narrowed_by = ("first", "second", "kind")
    search = SearchAnywhere(("first__code", "first__name", "second__code", "second__name", "basis"))


class LinkProofViewSet(Recorded):
    """Proofs of links between sites, each of one kind."""

    model = LinkProof
    read_along = ("link__first", "link__second")
    narrowed_by = ("link", "kind")
    search = SearchAnywhere(("note", "link__basis", "link__first__code", "link__second__code"))
