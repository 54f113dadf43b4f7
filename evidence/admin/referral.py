"""The pages of referrals for the team of the case. The laboratory has pages of its own (`laboratory`)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from cases import access
from cases.admin.base import RecordAdmin
from cases.admin.filters import (
    CaseFilter,
    HandlingFilter,
    SelectionFilter,
    StatusFilter,
    StillFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.models.agency import Agency
from evidence import selections
from evidence.admin import laboratory
from evidence.admin.referral_ageing import ageing_view
from evidence.admin.referral_dispatch import dispatch_view
from evidence.admin.referral_item import ExaminationPart, ReferralItemPart, add_items_view
from evidence.admin.result import answers_to
from evidence.models import Referral, ReferralItem, ReferralStatus
from evidence.models.referral import EXAMINING
from evidence.services import referral as referrals
from evidence.services.referral_ageing import ages, late
from evidence.workflows import BY_LABORATORY, REFERRAL
from remains.admin.below import Leaner
from remains.admin.choices import person

#: Colours of the statuses in lists: what waits here, what waits for the laboratory, what is done.
STATUS_LABELS = {
    ReferralStatus.REQUESTED: "warning",
    ReferralStatus.APPROVED: "warning",
    ReferralStatus.DISPATCHED: "info",
    ReferralStatus.RECEIVED: "info",
    ReferralStatus.EXAMINATION: "info",
    ReferralStatus.RETURNED: "info",
    ReferralStatus.REPORTED: "primary",
    ReferralStatus.DISPUTED: "danger",
    ReferralStatus.ACCEPTED: "success",
}


class LaboratoryFilter(VisibleListFilter):
    """By the laboratory, of those that things are sent to."""

    def rows(self) -> Any:
        """Return laboratories and forensic institutes."""
        return Agency.objects.filter(kind__in=EXAMINING)


class WaitingFilter(SelectionFilter):
    """By what the referral waits for."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"
    selections: ClassVar = {
        "late": (gettext_lazy("its report is late"), selections.late),
        "laboratory": (gettext_lazy("for its laboratory"), selections.at_laboratory),
        "open": (gettext_lazy("not ended"), selections.not_ended),
    }


@admin.register(Referral)
class ReferralAdmin(Leaner, RecordAdmin):
    """Referrals."""

    workflow = REFERRAL
    asks_first = frozenset({"dispatch"})
    create = staticmethod(referrals.draft)
    change = staticmethod(referrals.change)
    change_form_outer_before_template = "evidence/referral_header.html"
    change_form_outer_after_template = "evidence/referral_after.html"
    carry_over = ("case", "laboratory", "urgency", "due_on")
    list_display = ["number", "laboratory_name", "state", "in_state", "due", "urgency", "reference"]
    list_select_related = ["laboratory", "consignment"]
    list_filter = [
        ("case", CaseFilter),
        ("laboratory", LaboratoryFilter),
        ("status", StatusFilter),
        ("urgency", StatusFilter),
        ("due_on", RangeDateFilter),
        ("handling", HandlingFilter),
        WaitingFilter,
        StillFilter,
        WithdrawnFilter,
    ]
    search_fields = ["number", "reference", "laboratory__name"]
    search_help_text = gettext_lazy("Number, the laboratory's reference, or laboratory")
    actions_list = ["ageing"]
    inlines = [ExaminationPart, ReferralItemPart]
    fieldsets = [
        (gettext_lazy("To whom, and by when"), {"fields": ("case", "laboratory", ("urgency", "due_on"))}),
        (gettext_lazy("What the laboratory is told"), {"fields": ("background",)}),
        (gettext_lazy("Handling"), {"fields": ("handling",)}),
    ]

    class Media:
        css = {"all": ["remains/remains.css", "evidence/referral.css"]}

    # --- list

    @display(description=gettext_lazy("laboratory"), ordering="laboratory__name")
    def laboratory_name(self, row: Referral) -> str:
        """Name the laboratory shortly."""
        return str(row.laboratory.short_name)

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, row: Referral) -> tuple[str, str]:
        """Name the status, in its colour."""
        return row.status, row.get_status_display()

    @display(description=gettext_lazy("days in it"))
    def in_state(self, row: Any) -> str:
        """Say for how many days it has been in this state."""
        return str(row.age.days_now)

    @display(description=gettext_lazy("due on"), ordering="due_on")
    def due(self, row: Any) -> str:
        """Say by when, and how late it is."""
        days = late(row)
        day = row.due_on.isoformat()
        return _("%(day)s, %(n)d days late") % {"day": day, "n": days} if days else day

    def read_along(self, rows: list[Any]) -> None:
        """Read the ages of the rows at once."""
        known = ages(rows)
        for row in rows:
            row.age = known[row.pk]

    @action(description=gettext_lazy("Ageing"), url_path="ageing", icon="hourglass_top")
    def ageing(self, request: HttpRequest) -> HttpResponse:
        """Show the days in each state by laboratory."""
        return ageing_view(self, request)

    # --- form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer laboratories and forensic institutes."""
        if db_field.name == "laboratory":
            kwargs["queryset"] = Agency.objects.filter(kind__in=EXAMINING)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was submitted stands."""
        if obj is not None and obj.status != ReferralStatus.DRAFT:
            return False
        return super().has_change_permission(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead on to the items, which are the next thing to say."""
        response = super().response_add(request, obj, post_url_continue)
        if "_save" in request.POST and isinstance(response, HttpResponseRedirect):
            response["Location"] = reverse("admin:evidence_referral_items", args=[obj.pk])
        return response

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Ask a new referral for its questions; items follow on a page of their own, and once sent, in a table."""
        drafted = obj is not None and obj.status == ReferralStatus.DRAFT
        return self.inlines if drafted else [ExaminationPart]

    # --- page

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what was asked and answered, who signed, and how long it stood in each state."""
        head = super().record_head(request, obj)
        draft = obj.status == ReferralStatus.DRAFT
        mine = draft and access.may(request.user, ReferralItem.permission("create"), obj.case)
        age = ages([obj])[obj.pk]
        labels = dict(ReferralStatus.choices)
        # The laboratory's steps are taken on its own pages; here they say whom the referral waits for.
        head["options"] = [o for o in head["options"] if o.transition.name not in BY_LABORATORY]
        return {
            **head,
            "age": age,
            "stays": [(labels[status], round(days, 1)) for status, days in age.days.items()],
            "late_days": late(obj),
            "may_add": mine,
            **answers_to(person(request), obj),
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that referrals have and other records have not."""
        wrap = self.admin_site.admin_view
        return [
            *laboratory.urls(self),
            path(
                "<path:object_id>/items/",
                wrap(lambda request, object_id: add_items_view(self, request, object_id)),
                name="evidence_referral_items",
            ),
            *super().get_urls(),
        ]

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Take a step through the service, which knows what goes along with it."""
        obj = self._visible_or_404(request, object_id)
        known = REFERRAL.known(name)
        if known is None:
            return super().transition_view(request, object_id, name)
        if name == "dispatch":
            return dispatch_view(self, request, obj)
        return self._with_reason(
            request,
            obj,
            title=str(known.label),
            permission=known.permission,
            needed=known.requires_reason,
            meaning=_meaning(obj, name),
            act=lambda reason: referrals.apply_transition(
                actor=person(request), referral=obj, name=name, reason=reason
            ),
        )


def _meaning(referral: Referral, name: str) -> str:
    """Say what follows from a step."""
    from cases.admin.base import moved

    said = moved(referral, REFERRAL.transition(name).target)
    if name == "return":
        return (
            f"{said} {_('The laboratory reads the reason: do not name the case, its sites or its numbers.')}"
        )
    return said
