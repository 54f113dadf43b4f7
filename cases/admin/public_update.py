"""The pages of public updates: written with facts out of records, read whole by who approves, frozen afterwards."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from cases import access
from cases.admin import columns
from cases.admin.base import VERSION, PartAdmin, RecordAdmin, StackedPart, TabularPart, moved
from cases.admin.filters import (
    HandlingFilter,
    StatusFilter,
    VisibleFilter,
    VisibleListFilter,
    WithdrawnFilter,
)
from cases.admin.forms import PartForm
from cases.models.public_update import OUT, PublicFact, PublicText, PublicUpdate, PublicUpdateStatus
from cases.public.facts import in_english, kinds, offered
from cases.public.preview import preview
from cases.public.words import languages
from cases.refusals import Invalid, Refusal
from cases.services import public_update as service
from cases.workflow import Option
from cases.workflows import PUBLIC_UPDATE

STATUS_LABELS = {
    PublicUpdateStatus.DRAFT: "warning",
    PublicUpdateStatus.SUBMITTED: "warning",
    PublicUpdateStatus.PUBLISHED: "success",
    PublicUpdateStatus.RETRACTED: "danger",
    PublicUpdateStatus.DISCARDED: "info",
}


def _own_draft(request: HttpRequest, update: Any) -> bool:
    return update.status == PublicUpdateStatus.DRAFT and update.drafted_by_id == request.user.pk


class _PartOfDraft:
    """Parts that only who drafted an update writes, while it is a draft. Others read them in the preview above."""

    withdraw = staticmethod(service.withdraw_part)

    def _may(self, request: HttpRequest, verb: str, obj: Any) -> bool:
        if isinstance(obj, PublicUpdate) and verb != "view" and not _own_draft(request, obj):
            return False
        return bool(super()._may(request, verb, obj))  # type: ignore[misc]


class PublicTextPart(_PartOfDraft, StackedPart):
    """The texts, one for each language."""

    model = PublicText
    fields = ["language", "title", "body", "reason"]
    create = staticmethod(service.create_text)
    change = staticmethod(service.change_text)
    verbose_name = gettext_lazy("text")
    verbose_name_plural = gettext_lazy("Texts, one for each language")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Begin a new update with one text."""
        return 1 if obj is None else 0


class FactForm(PartForm):
    """A fact is chosen from what the case's open records say."""

    choice = forms.ChoiceField(label=gettext_lazy("fact"), widget=UnfoldAdminSelectWidget, required=True)
    facts: list[tuple[str, str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "choice" in self.fields:
            self.fields["choice"].choices = [("", _("Select value")), *self.facts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Hand the choice on to the service."""
        cleaned = super().clean()
        self.instance.choice = (cleaned or {}).get("choice", "")
        return cleaned


class PublicFactPart(_PartOfDraft, TabularPart):
    """Facts that the texts have places for."""

    model = PublicFact
    form = FactForm
    fields = ["choice", "key"]
    create = staticmethod(service.insert_fact)
    verbose_name = gettext_lazy("fact")
    verbose_name_plural = gettext_lazy("Facts out of the case's open records")

    @display(description=gettext_lazy("fact"))
    def choice(self, record: PublicFact) -> str:
        """Say what was inserted, in a row that is there already: it is withdrawn or looked at again, never edited."""
        return f"{capfirst(str(kinds()[record.kind].label))}: {in_english(record.value)}"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer what the records of this case say."""
        found: list[tuple[str, str]] = []
        if obj is not None:
            english = next(iter(languages().values()))
            found = [(fact.choice, fact.described(english)) for fact in offered(obj.case, request.user)]  # type: ignore[arg-type]
        kwargs["form"] = type("FactForm", (FactForm,), {"facts": found})
        return super().get_formset(request, obj, **kwargs)


@admin.register(PublicUpdate)
class PublicUpdateAdmin(RecordAdmin):
    """Public updates."""

    workflow = PUBLIC_UPDATE
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    case_from = "page"
    change_form_outer_before_template = "cases/public_update_header.html"
    list_display = [
        "dated_on",
        "named",
        "state",
        "number",
        "drafted_by",
        "approved_by",
        "published_at",
        columns.case,
    ]
    list_select_related = ["case", "page", "drafted_by", "approved_by"]
    search_fields = ["page__slug"]
    search_help_text = gettext_lazy("Short address, or words of a text")
    list_filter = [
        ("case", VisibleListFilter),
        ("page", VisibleFilter),
        ("status", StatusFilter),
        ("handling", HandlingFilter),
        WithdrawnFilter,
    ]
    ordering = ["-dated_on", "-id"]
    inlines = [PublicTextPart, PublicFactPart]
    carry_over = ("page",)
    fieldsets = [
        (gettext_lazy("The statement"), {"fields": ["page", "dated_on", "corrects"]}),
        (gettext_lazy("Handling"), {"fields": ["handling"]}),
    ]

    class Media:
        css = {"all": ["cases/public_update.css"]}

    # --- list

    @display(description=gettext_lazy("page"), ordering="page__slug")
    def named(self, record: PublicUpdate) -> str:
        """Name the page by its short address."""
        return str(record.page.slug)

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_LABELS)
    def state(self, record: PublicUpdate) -> tuple[str, str]:
        """Name the status, in its colour."""
        return record.status, record.get_status_display()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by the page, or by words of a text that the viewer may see."""
        texts = PublicText.objects.visible_to(request.user).current()
        fits = Q()
        for word in search_term.split():
            said = texts.filter(Q(title__icontains=word) | Q(body__icontains=word))
            fits &= Q(page__slug__icontains=word) | Q(pk__in=said.values("update"))
        return queryset.filter(fits), False

    # --- who may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only who drafted it changes a draft; what awaits approval or is published stays."""
        if obj is not None and not _own_draft(request, obj):
            return False
        return super().has_change_permission(request, obj)

    # --- form

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for texts at once, for facts as soon as the case is known; who only reads, reads them above."""
        if obj is not None and not self.has_change_permission(request, obj):
            return []
        parts = super().get_inline_instances(request, obj)
        return [part for part in parts if obj is not None or not isinstance(part, PublicFactPart)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave to the head what nobody changes here."""
        if obj is not None and not self.has_change_permission(request, obj):
            return []
        return super().get_fieldsets(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today."""
        return {"dated_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer what is published as that which is corrected, and pages of cases in which the viewer drafts."""
        if db_field.name == "corrects":
            rows = PublicUpdate.objects.visible_to(request.user).filter(status__in=OUT)
            kwargs["queryset"] = rows.select_related("page").order_by("page__slug", "-number")
        if db_field.name == "page":
            cases = access.cases_where(request.user, PublicUpdate.permission("create"))
            rows = db_field.remote_field.model.objects.visible_to(request.user).current()
            kwargs["queryset"] = rows.filter(case__in=cases)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # --- pages

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the update as the public reads it, its facts with what the records say now, and the ways on."""
        head = super().record_head(request, obj)
        correct = obj.status in OUT and access.may(request.user, PublicUpdate.permission("create"), obj.case)
        shown = preview(obj, request.user)
        return {
            **head,
            # Whoever may approve is led to the page on which all of it is read.
            "options": [option for option in head["options"] if option.blocked or not _approves(option)],
            "preview": shown,
            "may_look_again": bool(shown.renewable) and _own_draft(request, obj),
            "public_link": reverse("public_update", args=[obj.page.slug, obj.number]) if obj.number else None,
            "correct_link": f"{reverse('admin:cases_publicupdate_add')}?page={obj.page_id}&corrects={obj.pk}"
            if correct and not obj.corrections.filter(status__in=OUT).exists()
            else None,
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the way to take over what the records say by now."""
        wrap = self.admin_site.admin_view
        again = path(
            "<path:object_id>/look-again/", wrap(self.look_again_view), name="cases_publicupdate_look_again"
        )
        return [again, *super().get_urls()]

    def look_again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Insert what the records say by now into a draft."""
        obj = self._visible_or_404(request, object_id)
        if not access.may(request.user, PublicUpdate.permission("change"), obj.case):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            changed = service.look_again(actor=request.user, update=obj, version=_version(request))  # type: ignore[arg-type]
        except Refusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                raise
            messages.error(request, str(refusal))
        else:
            said = ngettext("%(n)d fact was renewed.", "%(n)d facts were renewed.", len(changed))
            messages.success(request, said % {"n": len(changed)})
        return HttpResponseRedirect(reverse("admin:cases_publicupdate_change", args=[obj.pk]))

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Take a step by the service's door; who approves is shown all of it, and asked again when it changed."""
        obj = self._visible_or_404(request, object_id)
        known = PUBLIC_UPDATE.known(name)
        if known is None:
            return super().transition_view(request, object_id, name)
        if not access.may(request.user, known.permission, obj.case):
            raise PermissionDenied
        if name == "publish":  # all of it is read where it is decided
            return HttpResponseRedirect(reverse("admin:cases_case_decide", args=["update", obj.pk]))
        meaning = moved(obj, known.target)
        if name == "retract":
            main = languages()[obj.page.language].name
            meaning += " " + _(
                "The public no longer reads its text, but when and why it was withdrawn: "
                "write the reason for them, in %(language)s."
            ) % {"language": main}
        return self._with_reason(
            request,
            obj,
            title=str(known.label),
            permission=known.permission,
            needed=known.requires_reason,
            meaning=meaning,
            act=lambda reason: service.apply_transition(
                actor=request.user,  # type: ignore[arg-type]
                update=obj,
                name=name,
                reason=reason,
            ),
        )


def _approves(option: Option) -> bool:
    return option.transition.name == "publish"


def _version(request: HttpRequest) -> int:
    typed = request.POST.get(VERSION, "")
    if not typed.isdecimal():
        raise Invalid("record.version_missing", _("The form does not say which version it was opened with."))
    return int(typed)


class _PartOfDraftAdmin(PartAdmin):
    withdraw = staticmethod(service.withdraw_part)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only who drafted the update changes its parts, on the update's page or here."""
        if obj is not None and not _own_draft(request, obj.update):
            return False
        return super().has_change_permission(request, obj)

    def may_withdraw(self, request: HttpRequest, obj: Any) -> bool:
        """Only who drafted the update, while it is a draft."""
        return _own_draft(request, obj.update) and super().may_withdraw(request, obj)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason only who may give it."""
        if not _own_draft(request, self._visible_or_404(request, object_id).update):
            raise PermissionDenied
        return super().withdraw_view(request, object_id)


@admin.register(PublicText)
class PublicTextAdmin(_PartOfDraftAdmin):
    """Texts of updates, each on its own page."""

    change = staticmethod(service.change_text)
    case_from = "update"
    list_display = ["title", "language", "update", columns.handling, columns.case]
    list_select_related = ["case", "update__page"]
    search_fields = ["title", "body", "update__page__slug"]
    list_filter = [("case", VisibleListFilter), ("language", StatusFilter), WithdrawnFilter]
    fields = [
        "update",
        "language",
        "title",
        "body",
        "reason",
        "published_title",
        "published_body",
        "handling",
    ]
    readonly_fields = ["published_title", "published_body"]


@admin.register(PublicFact)
class PublicFactAdmin(_PartOfDraftAdmin):
    """Facts of updates, each on its own page."""

    case_from = "update"
    list_display = ["key", "said", "update", columns.handling, columns.case]
    list_select_related = ["case", "update__page"]
    search_fields = ["key", "update__page__slug"]
    list_filter = [("case", VisibleListFilter), WithdrawnFilter]
    fields = ["update", "key", "kind", "said", "record_version", "handling"]
    readonly_fields = ["key", "kind", "said", "record_version"]

    @display(description=gettext_lazy("as inserted"))
    def said(self, record: PublicFact) -> str:
        """Say what the record said."""
        return in_english(record.value)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A fact is never edited: it is withdrawn, or looked at again."""
        return False
