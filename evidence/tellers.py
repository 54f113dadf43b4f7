"""How evidence is told in the timeline of its case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases.timeline import Teller, tell
from evidence.models import Document, Referral


def _referral(referral: Referral, status: str) -> str:
    labels = dict(referral._meta.get_field("status").flatchoices)
    return _("Referral %(number)s to %(laboratory)s is now: %(status)s") % {
        "number": referral.number,
        "laboratory": referral.laboratory.short_name,
        "status": labels[status],
    }


def _document(document: Any) -> str:
    return _("Document filed: %(document)s") % {"document": document}


tell(
    Teller(
        Referral,
        lambda referral: (
            _("Referral %(number)s to %(laboratory)s drafted")
            % {"number": referral.number, "laboratory": referral.laboratory.short_name}
        ),
        status=_referral,
    ),
    Teller(Document, _document),
)
