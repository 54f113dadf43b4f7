"""Moving chosen specimens to another find of their case, with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access
from cases.refusals import Refusal
from remains.admin.choices import person, uuid_or_none
from remains.admin.find_lineage import ReasonForm
from remains.models import Find, FindAlias, Specimen
from remains.services.specimen_move import move_specimens


class SpecimenMoveForm(ReasonForm):
    """To which find, and why."""

    number = forms.CharField(
        label=gettext_lazy("number of the find they belong to"),
        widget=forms.TextInput(attrs={"class": "remains-input", "autocomplete": "off"}),
        help_text=gettext_lazy("Its number or another label. The specimens keep their own numbers."),
    )
    field_order = ["number", "reason"]


def move_specimens_view(page: Any, request: HttpRequest) -> HttpResponse:
    """Ask where chosen specimens belong, and move them, all or none."""
    chosen = _chosen(request)
    form = SpecimenMoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        target = _named(request, chosen[0], form)
        if target is not None:
            try:
                moved = move_specimens(
                    actor=person(request), specimens=chosen, to=target, reason=form.cleaned_data["reason"]
                )
            except Refusal as refusal:
                if refusal.status in (403, 404):
                    raise
                what = " ".join(word for word in (refusal.message, refusal.way_forward) if word)
                form.add_error("reason" if refusal.field == "reason" else None, what)
            else:
                said = ngettext(
                    "%(n)d specimen is with %(find)s now.",
                    "%(n)d specimens are with %(find)s now.",
                    len(moved),
                )
                messages.success(request, said % {"n": len(moved), "find": target})
                return HttpResponseRedirect(reverse("admin:remains_find_change", args=[target.pk]))
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Move specimens"),
        "form": form,
        "chosen": chosen,
        "media": page.media,
    }
    return TemplateResponse(
        request, "remains/specimen_move.html", context, status=422 if form.errors else 200
    )


def _chosen(request: HttpRequest) -> list[Specimen]:
    """Return the visible specimens that the address names; none, or of several cases, is no such page."""
    keys = [uuid_or_none(text) for text in request.GET.getlist("id")]
    rows = Specimen.objects.visible_to(request.user).current().select_related("case", "find", "element")
    chosen = list(rows.filter(pk__in=[key for key in keys if key]).order_by("number"))
    if not chosen or len({row.case_id for row in chosen}) > 1:
        raise Http404
    if not all(access.may(request.user, Specimen.permission("change"), row.case) for row in chosen[:1]):
        raise PermissionDenied
    return chosen


def _named(request: HttpRequest, first: Specimen, form: SpecimenMoveForm) -> Find | None:
    name = form.cleaned_data["number"].strip()
    labelled = FindAlias.objects.visible_to(request.user).current().filter(label__iexact=name)
    finds = Find.objects.visible_to(request.user).current().filter(case=first.case_id)
    matches = list(finds.filter(Q(number__iexact=name) | Q(pk__in=labelled.values("find")))[:2])
    if len(matches) != 1:
        form.add_error(
            "number",
            _("%(name)s is a label of several finds: give the number.") % {"name": name}
            if matches
            else _("%(name)s is no find of this case.") % {"name": name},
        )
        return None
    found: Find = matches[0]
    return found
