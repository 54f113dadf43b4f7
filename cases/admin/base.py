"""What every page of the admin does the same way: rows narrowed to the viewer, writes through services, history from
the ledger, workflow buttons with the reason a blocked one is blocked, withdrawal instead of deletion.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.forms import BaseModelFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from cases import access, decisions, time_in_status
from cases.admin.choices import NarrowedFields
from cases.admin.export import ExportMixin
from cases.admin.filters import PartFilter
from cases.admin.forms import PlainJSONField, RecordForm, without
from cases.admin.handling import HandlingMixin
from cases.admin.paging import BoundedPaginator
from cases.admin.parts import PartMixin, StackedPart, TabularPart
from cases.admin.related import Related, on_every_page
from cases.languages import paper_languages
from cases.models.base import CaseRecord, Handling
from cases.models.case import Case
from cases.models.ledger import AccessKind
from cases.papers import papers_of, printed_from_list
from cases.record_page import panels_of, ways_of
from cases.refusals import Invalid, Refusal
from cases.services.access_log import log_access
from cases.services.record import change_record, create_record, withdraw_record
from cases.workflow import Workflow

__all__ = [
    "VERSION",
    "PartAdmin",
    "RecordAdmin",
    "RecordForm",
    "StackedPart",
    "SystemRecordAdmin",
    "TabularPart",
]

#: Name of the field of every change form that carries the version which was read.
VERSION = "record_version"
#: Digits of the highest number that an entry of the ledger can have, less one.
LONGEST_SEQ = 18
#: What a list's filter may add to the name of its field in an address.
FILTER_SUFFIXES = ("", "__exact", "__id__exact", "__isnull", "__in", "__id__in", "_from", "_to")


def moved(record: Any, target: str) -> str:
    """Say from which status to which a transition leads."""
    labels = dict(type(record)._meta.get_field("status").flatchoices)
    return _(
        "%(record)s goes from \N{LEFT DOUBLE QUOTATION MARK}%(now)s\N{RIGHT DOUBLE QUOTATION MARK} "
        "to \N{LEFT DOUBLE QUOTATION MARK}%(then)s\N{RIGHT DOUBLE QUOTATION MARK}."
    ) % {
        "record": record,
        "now": record.get_status_display(),
        "then": labels.get(target, target),
    }


class RecordAdmin(ExportMixin, HandlingMixin, NarrowedFields, ModelAdmin):
    """The page of one kind of record."""

    form = RecordForm
    formfield_overrides = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})},
        models.JSONField: {
            "form_class": PlainJSONField,
            "widget": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        },
    }
    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True
    compressed_fields = True
    save_on_top = False
    change_form_outer_before_template = "cases/record_header.html"
    change_form_before_template = "cases/record_version.html"
    change_form_outer_after_template = "cases/record_related.html"

    #: The workflow whose transitions this page offers.
    workflow: Workflow | None = None
    #: Transitions whose page asks for more than a reason, and so is opened first.
    asks_first: frozenset[str] = frozenset()
    #: Fields that "save and add another" carries over to the next form.
    carry_over: tuple[str, ...] = ()
    #: The reference through which a record gets its case when the form does not ask for it.
    case_from: str | None = None
    #: The doors of this kind of record.
    create: Callable[..., Any] = staticmethod(create_record)
    change: Callable[..., Any] = staticmethod(change_record)
    withdraw: Callable[..., Any] = staticmethod(withdraw_record)

    # --- who may

    def get_queryset(self, request: HttpRequest) -> Any:
        """Narrow to the viewer, here and so in lists, details, counts, searches and autocompletes."""
        rows = self.model._default_manager.visible_to(request.user)
        named = self.list_select_related if isinstance(self.list_select_related, (list, tuple)) else ()
        if issubclass(self.model, CaseRecord):
            named = ("case", *named)  # every question of access asks for it
        if named:
            rows = rows.select_related(*named)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section to whoever is signed in; its lists narrow themselves."""
        return request.user.is_authenticated

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let anyone open the list, which may be empty for them, and a record only if it is visible to them."""
        if obj is None:
            return request.user.is_authenticated
        return access.sees(request.user, obj) and access.may(
            request.user, self.model.permission("view"), obj.case
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those add who may do so in some case."""
        return access.may_somewhere(request.user, self.model.permission("create"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those change who may in the record's case, unless it is withdrawn."""
        if obj is None:
            return access.may_somewhere(request.user, self.model.permission("change"))
        return (
            access.sees(request.user, obj)
            and access.may(request.user, self.model.permission("change"), obj.case)
            and getattr(obj, "withdrawn_at", None) is None
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that was recorded is deleted."""
        return False

    def may_withdraw(self, request: HttpRequest, obj: Any) -> bool:
        """Say whether the viewer may withdraw this record."""
        return (
            isinstance(obj, CaseRecord)
            and obj.withdrawn_at is None
            and self.model.permission("withdraw") in access.declared()
            and access.may(request.user, self.model.permission("withdraw"), obj.case)
        )

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Not existing and not visible are one answer.
        raise Http404

    def _visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(
            request, unquote(object_id)
        )  # the identifier of a code has signs that are quoted
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        return obj

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse; and what is not visible does not exist here either."""
        self._visible_or_404(request, object_id)
        raise PermissionDenied

    @property
    def of_cases(self) -> bool:
        """Say whether the records belong to cases, or are cases."""
        return issubclass(self.model, (Case, CaseRecord))

    def get_actions(self, request: HttpRequest) -> Any:
        """Add what lists print of chosen rows."""
        actions = super().get_actions(request)
        if actions or not request.GET.get("_popup"):
            for function in printed_from_list(self):
                name = function.__name__
                actions[name] = (function, name, function.short_description)  # type: ignore[attr-defined]
        return actions

    # --- lists: a hit, an order or a count never tells what a page does not show

    def _tells(self, path: str, request: HttpRequest) -> bool:
        """Say whether this field, reached over references, may be withheld from the viewer on some record."""
        return access.ever_hidden(request.user, self.model, path)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Search only what the viewer may see on every record."""
        return [path for path in super().get_search_fields(request) if not self._tells(path, request)]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show only columns that the viewer may see on every record."""
        return [
            column
            for column in super().get_list_display(request)
            if not (isinstance(column, str) and self._tells(column, request))
        ]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter only by what the viewer may see on every record."""
        offered = [
            entry
            for entry in super().get_list_filter(request)
            if not self._tells(_filtered_path(entry), request)
        ]
        return [*offered, PartFilter] if self.of_cases else offered

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Accept in an address the list's filters, and the record's own fields that the viewer always sees.

        Django accepts any field of the record: `?longitude__gte=` would find a place that no page shows.
        """
        names = [_filtered_path(entry) for entry in self.get_list_filter(request)]
        names += [field.name for field in self.opts.concrete_fields if not self._tells(field.name, request)]
        return any(lookup == name + suffix for name in names for suffix in FILTER_SUFFIXES)

    # --- forms

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what the viewer may not see of this record."""
        fieldsets = super().get_fieldsets(request, obj)
        hidden = access.hidden_fields(request.user, obj) if isinstance(obj, CaseRecord) else frozenset()
        if obj is not None and not self.has_change_permission(request, obj):
            # A reader is not shown the word "null" where no outline was drawn.
            hidden |= {
                field.name
                for field in self.opts.local_fields
                if isinstance(field, models.JSONField) and getattr(obj, field.attname) is None
            }
        return [
            (title, {**options, "fields": without(options["fields"], hidden)}) for title, options in fieldsets
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what follows from the record it belongs to."""
        fields = super().get_fields(request, obj)
        return [name for name in fields if not (name == "case" and self.case_from)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A record stays in its case."""
        readonly = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            readonly += [name for name in ("case", self.case_from) if name and name not in readonly]
        return readonly

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Give the form the refusal of the first try, if there was one."""
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "_taphos_refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal is not None else form

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only the handlings that the viewer's roles see."""
        if db_field.name == "handling":
            seen = access.handlings_seen(access.standing(request.user).every_role())
            kwargs["choices"] = [choice for choice in Handling.choices if choice[0] in seen]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the address says, and the only case in which the viewer may create, when there is one."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        initial = {name: value for name, value in given.items() if self._may_refer(name, value)}
        if "case" not in initial and "case" in self.get_fields(request):
            only = list(access.cases_where(request.user, self.model.permission("create"))[:2])
            if len(only) == 1:
                initial["case"] = only[0].pk
        return initial

    def _may_refer(self, name: str, value: Any) -> bool:
        """Say whether a reference in an address has the form of one; what is no reference is the form's business."""
        fields: dict[str, Any] = {field.name: field for field in self.opts.concrete_fields}
        if name not in fields or not fields[name].is_relation:
            return True
        try:
            fields[name].target_field.to_python(value)
        except ValidationError:
            return False
        return True

    # --- writes

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a refusal of the service in the form that was sent, with everything typed still there."""
        if request.method == "POST" and object_id is not None and self.get_object(request, object_id) is None:
            raise Http404  # Django asks for the permission first, and would say 403 of what is not visible
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            if request.method != "POST" or refusal.status == 404:
                raise
            request._taphos_refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write through the service."""
        if change:
            self.change_service(request, obj)
            return
        if self.case_from and getattr(obj, f"{self.case_from}_id", None):
            obj.case = getattr(obj, self.case_from).case
        type(self).create(actor=request.user, record=obj)

    def change_service(self, request: HttpRequest, obj: Any) -> None:
        """Write a changed record at the version that the form was opened with."""
        typed = request.POST.get(VERSION, "")
        if not typed.isdigit():
            raise _version_missing()
        type(self).change(actor=request.user, record=obj, version=int(typed))

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        """Write the parts of a record through the service, in their parent's case and handling."""
        formset.save(commit=False)
        door: Any = getattr(formset, "part", PartMixin)
        kind: Any = formset.model
        read = {form.instance.pk: form.cleaned_data.get("read_version") for form in formset.initial_forms}
        try:
            for part in formset.new_objects:
                part.case = form.instance.case
                part.handling = form.instance.handling
                door.create(actor=request.user, record=part)
            for part, _changed in formset.changed_objects:
                version = read.get(part.pk)
                if version is None:
                    raise _version_missing()
                door.change(actor=request.user, record=part, version=version)
        except Refusal as refusal:
            # The form that shows it is the parent's, so the sentence says which part it is about.
            refusal.message = f"{capfirst(str(kind._meta.verbose_name))}: {refusal.message}"
            refusal.field = None
            raise

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Carry the fields over that stay the same from one record to the next."""
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            kept = {name: obj.serializable_value(name) for name in self.carry_over}
            query = urlencode({name: value for name, value in kept.items() if value not in (None, "")})
            response["Location"] = f"{request.path}?{query}"
        return response

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The ledger has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The ledger has it."""

    # --- pages

    def render_change_form(  # noqa: PLR0917 - Django's own signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """Add what the head of a record's page shows."""
        if obj is not None:
            context["record_head"] = self.record_head(request, obj)
            groups = on_every_page(request, obj) if isinstance(obj, CaseRecord) else []
            context["related_groups"] = [*self.related(request, obj), *groups]
            context["panels_below"] = panels_of(obj, request.user)  # type: ignore[arg-type]
            context["panels_above"] = panels_of(obj, request.user, above=True)  # type: ignore[arg-type]
            context["posted_version"] = request.POST.get(VERSION, "")
            if request.method == "GET" and getattr(obj, "handling", Handling.OPEN) != Handling.OPEN:
                log_access(AccessKind.READ, request.user, request=request, record=obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return status, ways out of it and what else stands above a record's form."""
        options = self.workflow.options(obj, request.user) if self.workflow else []  # type: ignore[arg-type]
        for_others = [
            option for option in options if option.blocked and option.blocked.status == HTTPStatus.FORBIDDEN
        ]
        return {
            "record": obj,
            "version": obj.version,
            "status": obj.get_status_display() if self.workflow else None,
            "since": self.since(obj),
            "options": [option for option in options if option not in for_others],
            "for_others": for_others,
            "asks_first": self.asks_first,
            "may_withdraw": self.may_withdraw(request, obj),
            "ways": [
                *(
                    {"label": _("Decide: %(what)s") % {"what": source.title}, "link": source.link(obj)}
                    for source in decisions.of_record(obj, request.user)  # type: ignore[arg-type]
                ),
                *ways_of(obj, request.user),  # type: ignore[arg-type]
                *self.handling_ways(request, obj),
            ],
            "papers": papers_of(obj, request.user),  # type: ignore[arg-type]
            "languages": paper_languages(),
            "url_stem": f"admin:{self.opts.app_label}_{self.opts.model_name}",
        }

    @staticmethod
    def since(obj: Any) -> str:
        """Say since when a record is in its status, where the database tells that."""
        at = getattr(obj, "status_since", None)
        if at is None:
            return ""
        day = timezone.localtime(at).date().isoformat()
        if time_in_status.days_since(at) <= 0:
            return _("since today")
        return _("since %(day)s, %(days)s") % {"day": day, "days": time_in_status.in_words(at)}

    def related(self, request: HttpRequest, obj: Any) -> list[Related]:
        """Return what hangs on the record, to be listed below its form."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """Add the pages for transitions, withdrawal and handling."""
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/transition/<slug:name>/",
                wrap(self.transition_view),
                name=f"{stem}_transition",
            ),
            path("<path:object_id>/withdraw/", wrap(self.withdraw_view), name=f"{stem}_withdraw"),
            *self.handling_urls(),
            *self.export_urls(),
            *super().get_urls(),
        ]

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for the reason of a transition and take it."""
        obj = self._visible_or_404(request, object_id)
        workflow = self.workflow
        if workflow is None or name not in {way.name for way in workflow.transitions if way.offered}:
            raise Http404
        transition = workflow.transition(name)
        return self._with_reason(
            request,
            obj,
            title=str(transition.label),
            permission=transition.permission,
            needed=transition.requires_reason,
            meaning=moved(obj, transition.target),
            reason_name=str(transition.reason_name),
            act=lambda reason: workflow.apply(actor=request.user, record=obj, name=name, reason=reason),  # type: ignore[arg-type]
        )

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason of a withdrawal and withdraw."""
        obj = self._visible_or_404(request, object_id)
        permission = self.model.permission("withdraw")
        if permission not in access.declared():
            raise Http404
        return self._with_reason(
            request,
            obj,
            title=_("Withdraw"),
            permission=permission,
            needed=True,
            meaning=_(
                "What was recorded by mistake is withdrawn: it no longer counts and is no longer changed, "
                "but stays to be read, with its history."
            ),
            act=lambda reason: type(self).withdraw(actor=request.user, record=obj, reason=reason),
        )

    def _with_reason(
        self,
        request: HttpRequest,
        obj: Any,
        *,
        title: str,
        permission: str | None,
        needed: bool,
        act: Callable[[str], Any],
        asked: bool = True,
        meaning: str = "",
        choice: dict[str, Any] | None = None,
        reason_name: str = "",
    ) -> HttpResponse:
        """Ask for the reason of what is done, and for one `choice` besides where there is one, and do it.

        `meaning` says on the page what follows from it. Without a `permission`, whoever calls has asked already.
        """
        if permission is not None and not access.may(request.user, permission, getattr(obj, "case", None)):
            raise PermissionDenied
        refusal: Refusal | None = None
        status = 200
        if request.method == "POST":
            before = getattr(obj, "status", None)
            try:
                act(request.POST.get("reason", ""))
            except Refusal as caught:
                if caught.status in (403, 404):
                    raise
                refusal, status = caught, caught.status
            else:
                if before is not None:
                    obj.refresh_from_db(fields=["status"])
                now = {"record": capfirst(str(obj)), "done": title}
                if before != getattr(obj, "status", None):
                    now["status"] = obj.get_status_display()
                    messages.success(request, _("%(record)s: now %(status)s.") % now)
                else:
                    messages.success(request, _("%(record)s: done (%(done)s).") % now)
                return HttpResponseRedirect(
                    reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
                )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": title,
            "subtitle": str(obj),
            "needed": needed,
            "asked": asked,
            "meaning": meaning,
            "choice": choice,
            "reason_name": reason_name or _("Reason"),
            "refusal": refusal,
            "reason": request.POST.get("reason", ""),
        }
        return TemplateResponse(request, "cases/record_reason.html", context, status=status)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the record's history from the ledger, page by page."""
        from cases.ledger.history import history_page, stays_in_words

        obj = self._visible_or_404(request, object_id)
        before = request.GET.get("before", "")
        if before and not (before.isascii() and before.isdecimal() and len(before) <= LONGEST_SEQ):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": _("History"),
            "subtitle": str(obj),
            "page": history_page(obj, request.user, before=int(before) if before else None),
            "stays": stays_in_words(obj, request.user) if not before and self.workflow else [],
        }
        return TemplateResponse(request, "cases/record_history.html", context)


class SystemRecordAdmin(RecordAdmin):
    """The page of records that belong to no case: people, agencies, code lists."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those look who have any role anywhere."""
        return access.may_somewhere(request.user, self.model.permission("view"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As the agency's appointments say."""
        return access.may(request.user, self.model.permission("create"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the agency's appointments say."""
        return access.may(request.user, self.model.permission("change"))


class PartAdmin(RecordAdmin):
    """The own page of a part: for its history and its withdrawal. It is entered on its parent's page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Parts are added where they belong."""
        return False


def _version_missing() -> Invalid:
    return Invalid("record.version_missing", _("The form does not say which version it was opened with."))


def _filtered_path(entry: Any) -> str:
    """Return the field, or the parameter, that an entry of `list_filter` is about."""
    if isinstance(entry, (list, tuple)):
        return str(entry[0])
    return str(getattr(entry, "parameter_name", entry))
