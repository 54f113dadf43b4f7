"""The page on which labels are chosen and printed, the way to it from lists and records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.models.ledger import AccessKind
from cases.models.user import User
from cases.papers import PaperLink
from cases.refusals import Refusal
from cases.services.access_log import log_access
from evidence.labels.sheets import FORMATS, KINDS, LabelKind, kind_of, label_sheet, labels_of
from evidence.reports.views import pdf_response

PERMISSION = "evidence.label:print"


def labels_view(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask on which sheet the labels of chosen records are printed, and print them."""
    chosen = next((one for one in KINDS if one.name == kind), None)
    if chosen is None:
        raise Http404
    return label_page(request, chosen, request.POST.getlist("id") or request.GET.getlist("id"))


def label_page(request: HttpRequest, kind: LabelKind, keys: list[str]) -> HttpResponse:
    """Answer with the page, or with the PDF when a sheet was chosen on it."""
    user: Any = request.user
    rows = kind.model.objects.visible_to(user).current().filter(pk__in=list(filter(None, map(_uuid, keys))))
    records = list(
        rows.select_related(*kind.related).order_by("number" if hasattr(kind.model, "number") else "name")
    )
    if not records:
        raise Http404
    for case in {record.case for record in records}:
        access.require(user, PERMISSION, case)
    form = next((one for one in FORMATS if one.name == request.POST.get("format")), None)
    refusal = None
    if request.method == "POST" and form is not None:
        first = request.POST.get("first", "")
        try:
            labels = labels_of(kind, records, each_bag="each_bag" in request.POST)
            pdf = label_sheet(labels, form, first=int(first) if first.isdecimal() and len(first) < 5 else 0)
        except Refusal as caught:
            refusal = caught
        else:
            for record in records[:1] if len(records) > 1 else records:
                detail = _("labels, %(n)d") % {"n": len(labels)}
                log_access(AccessKind.EXPORTED, user, request=request, record=record, detail=detail)
            return pdf_response(pdf, f"labels-{kind.name}.pdf")
    context = {
        **admin.site.each_context(request),
        "opts": kind.model._meta,
        "title": _("Print labels"),
        "kind": kind.name,
        "records": records,
        "named": records[:12],
        "more": max(len(records) - 12, 0),
        "formats": FORMATS,
        "chosen": request.POST.get("format") or FORMATS[0].name,
        "first": request.POST.get("first", "1"),
        "bags": any((kind.bags(record) or 1) > 1 for record in records),
        "refusal": refusal,
        "back": reverse(f"admin:{kind.model._meta.app_label}_{kind.model._meta.model_name}_changelist"),
    }
    return TemplateResponse(
        request, "evidence/labels.html", context, status=refusal.status if refusal else 200
    )


def label_links(record: Any, user: User) -> list[PaperLink]:
    """Return the way to the label of a record."""
    kind = kind_of(record)
    if kind is None or record.withdrawn_at is not None or not access.may(user, PERMISSION, record.case):
        return []
    return [PaperLink(_("Label"), f"{reverse('admin:labels', args=[kind.name])}?id={record.pk}")]


@admin.action(description=gettext_lazy("Print labels"))
def print_labels(page: admin.ModelAdmin, request: HttpRequest, rows: Any) -> HttpResponse:
    """Go on with the chosen rows to the page on which their labels are printed."""
    kind = next(one for one in KINDS if one.model is page.model)
    return label_page(request, kind, [str(key) for key in rows.values_list("pk", flat=True)])


def label_actions(page: admin.ModelAdmin) -> Iterable[Callable[..., Any]]:
    """Return what a list prints."""
    return [print_labels] if kind_of(page.model) else []


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
