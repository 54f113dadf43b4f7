"""Specimens that join an individual by their numbers, typed or scanned, and individuals that are merged."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access
from cases.refusals import Refusal
from remains.admin.choices import person
from remains.admin.find_lineage import ReasonForm
from remains.models import Individual, IndividualPart, Specimen
from remains.services.individual import add_specimens, merge_individuals

#: So many numbers are taken at once.
MOST_NUMBERS = 1_000
NUMBERS_HELP = gettext_lazy(
    "Numbers, typed or scanned, with a comma, a space or a new line between them; the number of a find stands for all"
    " its specimens."
)


class GatherForm(ReasonForm):
    """Which specimens, and why they are this person's."""

    numbers = forms.CharField(
        label=gettext_lazy("specimens"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "remains-input", "autofocus": True}),
        help_text=NUMBERS_HELP,
    )
    field_order = ["numbers", "reason"]


class MergeIndividualsForm(ReasonForm):
    """Which individuals are the same person."""

    numbers = forms.CharField(
        label=gettext_lazy("numbers of the other individuals"),
        widget=forms.TextInput(attrs={"class": "remains-input", "autocomplete": "off"}),
        help_text=gettext_lazy("Such as I-002; with a comma or a space between several."),
    )
    field_order = ["numbers", "reason"]


def named_specimens(
    user: Any, case: UUID, text: str, form: forms.Form | forms.ModelForm[Any]
) -> list[Specimen]:
    """Return the specimens of a case that are named, by their numbers or their find's, and tell the form of others."""
    names = list(dict.fromkeys(re.split(r"[,;\s]+", text.strip())))[:MOST_NUMBERS]
    seen = Specimen.objects.visible_to(user).current().filter(case=case)
    wanted = Q(number__in=names) | Q(find__number__in=names)
    found: list[Specimen] = list(seen.filter(wanted).select_related("find").order_by("number"))
    known = {row.number for row in found} | {row.find.number for row in found}
    missing = [name for name in names if name and name not in known]
    if missing:
        form.add_error(
            "numbers",
            _("There is no specimen %(numbers)s in the case.") % {"numbers": ", ".join(missing[:20])},
        )
    alone = {row.number for row in found if row.number in names}
    inside = set(
        IndividualPart.objects.visible_to(user)
        .current()
        .filter(specimen__in=found, left_at__isnull=True)
        .values_list("specimen_id", flat=True)
    )
    # Of a find, those that are nobody's yet; a specimen named by its own number is told if it is somebody's.
    return [row for row in found if row.number in alone or row.pk not in inside]


def add_view(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Let specimens join an individual by their numbers."""
    obj = _opened(page, request, object_id, IndividualPart.permission("create"))
    form = GatherForm(request.POST if request.method == "POST" else None, initial=dict(request.GET.items()))
    if request.method == "POST" and form.is_valid():
        specimens = named_specimens(request.user, obj.case_id, form.cleaned_data["numbers"], form)
        if not form.errors:
            try:
                parts = add_specimens(
                    actor=person(request),
                    individual=obj,
                    specimens=specimens,
                    reason=form.cleaned_data["reason"],
                )
            except Refusal as refusal:
                _tell(form, refusal)
            else:
                said = ngettext(
                    "%(n)d specimen joined %(individual)s.",
                    "%(n)d specimens joined %(individual)s.",
                    len(parts),
                )
                messages.success(request, said % {"n": len(parts), "individual": obj})
                return _to(obj)
    return _page(page, request, obj, form, title=_("Add specimens"), button=_("Add"))


def merge_view(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Merge other individuals into this one."""
    obj = _opened(page, request, object_id, Individual.permission("withdraw"))
    form = MergeIndividualsForm(
        request.POST if request.method == "POST" else None, initial=dict(request.GET.items())
    )
    if request.method == "POST" and form.is_valid():
        others = _named_individuals(request, obj, form)
        if not form.errors:
            try:
                merge_individuals(
                    actor=person(request), individual=obj, others=others, reason=form.cleaned_data["reason"]
                )
            except Refusal as refusal:
                _tell(form, refusal)
            else:
                numbers = ", ".join(other.number for other in others)
                messages.success(
                    request,
                    _("%(others)s: merged into %(individual)s.") % {"others": numbers, "individual": obj},
                )
                return _to(obj)
    return _page(page, request, obj, form, title=_("Merge individuals"), button=_("Merge"))


def _named_individuals(request: HttpRequest, obj: Any, form: forms.Form) -> list[Individual]:
    found: list[Individual] = []
    seen = Individual.objects.visible_to(request.user).current().filter(case=obj.case_id).exclude(pk=obj.pk)
    for name in dict.fromkeys(re.split(r"[,;\s]+", form.cleaned_data["numbers"].strip())):
        row = seen.filter(Q(number__iexact=name) | Q(number__iexact=f"{obj.case.number}/{name}")).first()
        if row is None:
            form.add_error("numbers", _("%(name)s is no other individual of this case.") % {"name": name})
        else:
            found.append(row)
    return found


def _opened(page: Any, request: HttpRequest, object_id: str, permission: str) -> Any:
    obj = page._visible_or_404(request, object_id)
    if obj.withdrawn_at is not None or not access.may(request.user, permission, obj.case):
        raise PermissionDenied
    return obj


def _tell(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal at its field, or above the form."""
    if refusal.status in (403, 404):
        raise refusal
    field = {"specimens": "numbers", "others": "numbers"}.get(refusal.field or "", refusal.field)
    what = " ".join(word for word in (refusal.message, refusal.way_forward) if word)
    form.add_error(field if field in form.fields else None, what)


def _page(
    page: Any, request: HttpRequest, obj: Any, form: forms.Form, *, title: str, button: str
) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": obj,
        "title": title,
        "subtitle": str(obj),
        "media": page.media,
        "form": form,
        "button": button,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "remains/individual_gather.html", context, status=status)


def _to(obj: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:remains_individual_change", args=[obj.pk]))
