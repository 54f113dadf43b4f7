"""The pages of sharing agreements: what a partner is sent, ticked off one by one, and what was sent under it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cases import access, selections
from cases.admin import columns
from cases.admin.base import RecordAdmin, RecordForm
from cases.admin.filters import HandlingFilter, SelectionFilter, StatusFilter, VisibleListFilter
from cases.admin.related import Related
from cases.exchange import contributed
from cases.exchange.kinds import choices
from cases.exchange_workflows import AGREEMENT
from cases.models.agreement import (
    AgreementStatus,
    Delivery,
    SharingAgreement,
    Withheld,
    everything_withheld,
)
from cases.services import agreement as service

STATUS_LABELS = columns.Colours(
    {
        AgreementStatus.DRAFT: "warning",
        AgreementStatus.SIGNED: "success",
        AgreementStatus.ENDED: "info",
        AgreementStatus.DISCARDED: "info",
    }
)
#: Deliveries named on the page of their agreement.
NAMED = 12


def _ticked(label: Any, help_text: Any, *, required: bool = False, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        required=required,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        **more,
    )


class AgreementForm(RecordForm):
    """An agreement as it is entered: everything that is sent, and everything that is kept back, has a box."""

    kinds = _ticked(
        gettext_lazy("Kinds of records"),
        gettext_lazy("What is not ticked is not sent."),
        required=True,
        choices=choices,
    )
    withheld = _ticked(
        gettext_lazy("Withheld"),
        gettext_lazy(
            "Left out of every record. Who changed a record, and the reason given, is part of the ledger and is sent."
        ),
        choices=Withheld.choices,
        initial=everything_withheld,
    )
    contributes = _ticked(
        gettext_lazy("May contribute"),
        gettext_lazy("Kinds of records that the partner may propose; somebody of the case accepts each."),
        choices=contributed.choices,
    )


class WaitingFilter(SelectionFilter):
    """By what an agreement waits for."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"
    selections: ClassVar = {
        "me": (gettext_lazy("for my signature"), selections.agreements_to_sign),
        "ending": (gettext_lazy("ends within 30 days"), selections.agreements_ending),
    }


@admin.register(SharingAgreement)
class SharingAgreementAdmin(RecordAdmin):
    """Sharing agreements."""

    form = AgreementForm
    workflow = AGREEMENT
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = [
        "__str__",
        "partner",
        "state",
        "handling_at_most",
        "signed_by",
        columns.handling,
        columns.case,
    ]
    list_select_related = ["case", "partner", "signed_by"]
    search_fields = ["partner__name", "partner__short_name", "purpose", "legal_basis"]
    list_filter = [
        ("case", VisibleListFilter),
        ("status", StatusFilter),
        WaitingFilter,
        ("handling", HandlingFilter),
    ]
    autocomplete_fields = ["partner"]
    radio_fields = {"handling_at_most": admin.VERTICAL}
    readonly_fields = ["epoch", "drafted_by", "signed_by", "signed_at", "end_reason"]
    fieldsets = [
        (gettext_lazy("With whom, and why"), {"fields": ["case", "partner", "purpose", "legal_basis"]}),
        (gettext_lazy("What is sent"), {"fields": ["kinds", "handling_at_most", "withheld"]}),
        (gettext_lazy("What may come back"), {"fields": ["contributes"]}),
        (gettext_lazy("In which days"), {"fields": [("from_on", "until_on"), "handling"]}),
        (
            gettext_lazy("By whom"),
            {"fields": ["drafted_by", ("signed_by", "signed_at"), "epoch", "end_reason"]},
        ),
    ]

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Lead whoever signs to the page on which all of it is read."""
        obj = self._visible_or_404(request, object_id)
        if name == "sign" and access.may(request.user, obj.permission("sign"), obj.case):
            return HttpResponseRedirect(reverse("admin:cases_case_decide", args=["agreement", obj.pk]))
        return super().transition_view(request, object_id, name)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was signed stays as it was signed."""
        return super().has_change_permission(request, obj) and (
            obj is None or obj.status == AgreementStatus.DRAFT
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what nobody has done yet."""
        return super().get_fieldsets(request, obj)[: 4 if obj is None else 5]

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: SharingAgreement) -> tuple[str, str]:
        """Say where it stands."""
        return row.status, row.get_status_display()

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Say what was sent, to whoever may know."""
        groups = super().related(request, obj)
        if not access.may(request.user, "cases.delivery:view", obj.case):
            return groups
        rows = list(Delivery.objects.filter(agreement=obj).select_related("client")[: NAMED + 1])
        return [
            *groups,
            Related(
                title=_("Sent to the partner"),
                rows=[(_in_words(row), None) for row in rows[:NAMED]] or [(_("Nothing yet."), None)],
                more=len(rows) > NAMED,
            ),
        ]


def _in_words(row: Delivery) -> str:
    if row.number is None:
        what = _("begun, and nobody wrote how far it went")
    else:
        what = ngettext("%(number)d entry", "%(number)d entries", row.number) % {"number": row.number}
    said = _("%(at)s, %(client)s: %(kind)s, %(what)s up to %(upto)d") % {
        "at": f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}",
        "client": row.client,
        "kind": row.get_kind_display(),
        "what": what,
        "upto": row.upto_seq,
    }
    return _("%(said)s (broken off)") % {"said": said} if row.complete is False else said
