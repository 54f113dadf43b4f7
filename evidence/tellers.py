"""How evidence is told in the timeline of its case."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.timeline import Teller, plain_day, tell
from evidence.models import Consignment, Document, Exhibit, Referral


def _referral(referral: Referral, status: str) -> str:
    labels = dict(referral._meta.get_field("status").flatchoices)
    return _("Referral %(number)s to %(laboratory)s is now: %(status)s") % {
        "number": referral.number,
        "laboratory": referral.laboratory.short_name,
        "status": labels[status],
    }


def _document(document: Any) -> str:
    return _("Document filed: %(document)s") % {"document": document}


def _holder(consignment: Consignment, stem: str) -> str:
    person, agency = getattr(consignment, f"{stem}_person"), getattr(consignment, f"{stem}_agency")
    if person is not None:
        return str(person.full_name)
    return str(agency.short_name if agency is not None else getattr(consignment, f"{stem}_outside"))


def _handed_over(consignment: Any) -> str:
    return _("Handed over by %(giver)s to %(taker)s: %(number)s") % {
        "giver": _holder(consignment, "from"),
        "taker": _holder(consignment, "to"),
        "number": consignment.number,
    }


def _exhibit(exhibit: Any, status: str) -> str:
    return _("Exhibit %(number)s is now: %(status)s") % {
        "number": exhibit.number,
        "status": dict(exhibit._meta.get_field("status").flatchoices)[status],
    }


tell(
    Teller(
        Consignment,
        _handed_over,
        lambda consignment: plain_day(timezone.localdate(consignment.released_at)),
    ),
    Teller(
        Exhibit,
        lambda exhibit: _("Exhibit %(number)s recorded") % {"number": exhibit.number},
        lambda exhibit: plain_day(exhibit.found_on),
        _exhibit,
    ),
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
