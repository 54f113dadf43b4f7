"""What a referral sends and asks: parts of its page, and the page on which items are added by their numbers."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access
from cases.admin.base import PartAdmin, StackedPart
from cases.admin.filters import CodeFilter, HandlingFilter, WithdrawnFilter
from cases.refusals import Refusal
from evidence.labels.tokens import read_token
from evidence.models import Examination, Exhibit, ReferralItem, ReferralStatus
from evidence.referral_guards import WITH_ITEMS
from evidence.services import referral_item as items
from remains.admin.below import Leaner
from remains.admin.choices import person
from remains.models import Find, Specimen

#: So many numbers are taken at once.
MOST_NUMBERS = 500


def _is_draft(referral: Any) -> bool:
    return referral is None or referral.status == ReferralStatus.DRAFT


class _WhileDraft:
    """Parts of a referral are written while it is a draft."""

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        """As the permissions say, while it is a draft."""
        return _is_draft(obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the permissions say, while it is a draft."""
        return _is_draft(obj) and super().has_change_permission(request, obj)  # type: ignore[misc]


class ExaminationPart(_WhileDraft, Leaner, StackedPart):
    """What is asked."""

    model = Examination
    create = staticmethod(items.add_examination)
    change = staticmethod(items.change_examination)
    fields = ["kind", "question"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer a first question on a new referral."""
        return 1 if obj is None else 0


class ReferralItemPart(_WhileDraft, Leaner, StackedPart):
    """What is sent."""

    model = ReferralItem
    change = staticmethod(items.change_item)
    fields = ["described_as", "asked"]
    verbose_name_plural = gettext_lazy("items")

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        """Items are added by their numbers, on a page of its own."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Keep the order of the positions."""
        return super().get_queryset(request).order_by("position")


class ItemsForm(forms.Form):
    """Which things are sent, and what is asked of them."""

    numbers = forms.CharField(
        label=gettext_lazy("numbers"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "remains-input", "autofocus": True}),
        help_text=gettext_lazy(
            "Numbers of finds, specimens or exhibits, or labels scanned, with a comma, a space or a new line between."
        ),
    )
    asked = forms.CharField(
        label=gettext_lazy("what is asked of them"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "remains-input"}),
        help_text=gettext_lazy("The laboratory reads this: do not name the case, its sites or its numbers."),
    )


def _scanned(name: str) -> UUID | None:
    """Return the record that a scanned label names: a hand scanner types the whole address of its code."""
    named = read_token(name.rstrip("/").rsplit("/", 1)[-1])
    return None if named is None else named[1]


def named_subjects(user: Any, referral: Any, text: str, form: forms.Form) -> list[Any]:
    """Return the things of the case that are named, in the order of the names, and tell the form of others."""
    names = [name for name in dict.fromkeys(re.split(r"[,;\s]+", text.strip())) if name][:MOST_NUMBERS]
    found: dict[str, Any] = {}
    scanned = {key: name for name in names if (key := _scanned(name)) is not None}
    for model, related in ((Find, ("site",)), (Specimen, ("element",)), (Exhibit, ("kind", "material"))):
        rows = model.objects.visible_to(user).current().filter(case=referral.case_id)
        rows = rows.filter(Q(number__in=names) | Q(pk__in=list(scanned)))
        found |= {scanned.get(row.pk, row.number): row for row in rows.select_related("case", *related)}
    missing = [name for name in names if name not in found]
    if missing:
        form.add_error(
            "numbers",
            _("There is no find, specimen or exhibit %(numbers)s in the case.")
            % {"numbers": ", ".join(missing[:20])},
        )
    return [found[name] for name in names if name in found]


def add_items_view(page: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Add items to a draft by their numbers."""
    obj = page._visible_or_404(request, object_id)
    if not access.may(request.user, ReferralItem.permission("create"), obj.case):
        raise PermissionDenied
    form = ItemsForm(request.POST if request.method == "POST" else None, initial=dict(request.GET.items()))
    status = 200
    if request.method == "POST" and form.is_valid():
        subjects = named_subjects(request.user, obj, form.cleaned_data["numbers"], form)
        if not form.errors:
            try:
                made = items.add_items(
                    actor=person(request), referral=obj, subjects=subjects, asked=form.cleaned_data["asked"]
                )
            except Refusal as refusal:
                if refusal.status in (403, 404):
                    raise
                said = " ".join(word for word in (refusal.message, refusal.way_forward) if word)
                form.add_error(refusal.field if refusal.field in form.fields else None, said)
                status = refusal.status
            else:
                words = ngettext("%(n)d item added.", "%(n)d items added.", len(made))
                messages.success(request, words % {"n": len(made)})
                return HttpResponseRedirect(reverse("admin:evidence_referral_change", args=[obj.pk]))
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": obj,
        "title": _("Add items"),
        "subtitle": str(obj),
        "media": page.media,
        "form": form,
        "button": _("Add"),
    }
    if form.errors and status == 200:
        status = 422
    return TemplateResponse(request, "evidence/referral_items.html", context, status=status)


@admin.register(ReferralItem)
class ReferralItemAdmin(PartAdmin):
    """One item: for its history, and to take it out of a draft."""

    case_from = "referral"
    withdraw = staticmethod(items.withdraw_item)
    change = staticmethod(items.change_item)
    list_display = ["subject_number", "described_as", "referral", "asked", "received_at", "seal_seen"]
    list_select_related = ["referral", *WITH_ITEMS]
    list_filter = [("handling", HandlingFilter), WithdrawnFilter]
    search_fields = [
        "find__number",
        "specimen__number",
        "exhibit__number",
        "referral__number",
        "referral__reference",
    ]
    search_help_text = gettext_lazy("Number of the item or referral, or the laboratory's reference")
    fieldsets = [
        (None, {"fields": ("referral", ("find", "specimen", "exhibit"), "described_as", "asked")}),
        (
            gettext_lazy("As it arrived"),
            {
                "fields": (
                    ("received_at", "received_by"),
                    ("seal_seen", "seal_intact"),
                    "condition_seen",
                    "not_accepted",
                )
            },
        ),
        (gettext_lazy("Handling"), {"fields": ("handling",)}),
    ]
    readonly_fields = [
        "referral",
        "find",
        "specimen",
        "exhibit",
        "received_at",
        "received_by",
        "seal_seen",
        "seal_intact",
        "condition_seen",
        "not_accepted",
    ]

    @admin.display(description=gettext_lazy("item"))
    def subject_number(self, row: ReferralItem) -> str:
        """Name the find or specimen."""
        return str(row.item)


@admin.register(Examination)
class ExaminationAdmin(PartAdmin):
    """One question: for its history, and to withdraw it from a draft."""

    case_from = "referral"
    withdraw = staticmethod(items.withdraw_examination)
    change = staticmethod(items.change_examination)
    list_display = ["kind", "question", "referral"]
    list_select_related = ["kind", "referral"]
    list_filter = [("kind", CodeFilter), ("handling", HandlingFilter), WithdrawnFilter]
    search_fields = ["question", "referral__number"]
    search_help_text = gettext_lazy("Words of the question, or number of the referral")
    fields = ["referral", "kind", "question", "handling"]
