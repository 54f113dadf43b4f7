"""Expert reports as the interface shows them to the team. Laboratories file them on their own pages."""

from __future__ import annotations

from cases.api.filters import SearchAnywhere
from cases.api.views import RecordViewSet
from evidence.models.expert_report import ExpertReport


class ExpertReportViewSet(RecordViewSet):
    """Expert reports: which document a laboratory filed with which referral, and who filed it."""

    model = ExpertReport
    narrowed_by = ("referral", "document")
    search = SearchAnywhere(("document__title", "referral__number"))
