"""The page on which an approved referral is dispatched: by whom it travels, and what that means."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.refusals import Refusal
from evidence.referral_guards import items_of
from evidence.services import referral as referrals
from evidence.services.item import held_items
from evidence.workflows import REFERRAL
from remains.admin.choices import person


class DispatchForm(forms.Form):
    """How the items travel."""

    carried_by = forms.CharField(
        label=gettext_lazy("carried by"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "remains-input"}),
        help_text=gettext_lazy("Courier or vehicle, if it travels."),
    )
    where = forms.CharField(
        label=gettext_lazy("where"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "remains-input"}),
        help_text=gettext_lazy("Where it is handed over."),
    )


def dispatch_view(page: Any, request: HttpRequest, obj: Any) -> HttpResponse:
    """Say what goes and under which seals, ask how it travels, and hand it over."""
    if not access.may(request.user, "evidence.referral:dispatch", obj.case):
        raise PermissionDenied
    user = person(request)
    form = DispatchForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            referrals.dispatch(actor=user, referral=obj, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            form.add_error(None, " ".join(word for word in (refusal.message, refusal.way_forward) if word))
            status = refusal.status
        else:
            said = {"referral": obj, "laboratory": obj.laboratory}
            messages.success(request, _("%(referral)s: handed over to %(laboratory)s.") % said)
            return HttpResponseRedirect(reverse("admin:evidence_referral_change", args=[obj.pk]))
    items = items_of(obj)
    held = held_items([item.item for item in items]).held
    options = [o for o in REFERRAL.options(obj, user) if o.transition.name == "dispatch"]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": obj,
        "title": _("Dispatch"),
        "subtitle": str(obj),
        "media": page.media,
        "form": form,
        "rows": [(item, held[item.item_key]) for item in items],
        "blocked": options[0].blocked if options and form.is_bound is False else None,
    }
    return TemplateResponse(request, "evidence/referral_dispatch.html", context, status=status)
