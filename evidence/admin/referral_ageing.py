"""How long referrals have been where they are, laboratory by laboratory, and what is pending at each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from evidence.models import Referral
from evidence.services.referral_ageing import by_laboratory


def ageing_view(page: Any, request: HttpRequest) -> HttpResponse:
    """Show the days in each state by laboratory, of the referrals that the viewer sees."""
    laboratories = by_laboratory(Referral.objects.visible_to(request.user).current())
    longest = max((stay.median_days for one in laboratories for stay in one.stays), default=0) or 1
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Ageing of referrals"),
        "media": page.media,
        "laboratories": laboratories,
        "longest": longest,
    }
    return TemplateResponse(request, "evidence/referral_ageing.html", context)
