"""Forms and lists of what is about a record of the case.

The record is found by its page or by its number, and the records of a list are named at one go.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from cases import topics
from cases.admin.forms import RecordForm
from cases.admin.related import Related, address, related

#: The parameter by which a record's page opens the form of something about the record.
RECORD = "record"


class AboutForm(RecordForm):
    """A form that also asks which record of the case it is about."""

    record = forms.CharField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        label=gettext_lazy("About which record"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "Its number or code, such as that of a site or a find; empty when it is about the case as a whole. "
            "Any record's page leads here, too."
        ),
    )
    #: Who fills in the form.
    viewer: Any = None
    about: Any = None

    def clean(self) -> dict[str, Any] | None:
        """Find the record, among those that the viewer sees."""
        cleaned = super().clean() or {}
        if cleaned.get("record"):
            self.about = topics.at_address(self.viewer, cleaned["record"])
            if self.about is None:
                self.add_error("number", _("There is no such record."))
            else:
                cleaned["case"] = self.instance.case = self.about.case
                self.errors.pop("case", None)
        elif cleaned.get("number") and cleaned.get("case"):
            found = topics.numbered(self.viewer, cleaned["case"], cleaned["number"])
            if len(found) == 1:
                self.about = found[0]
            else:
                self.add_error(
                    "number",
                    _(
                        "Several records of the case have this number; open it from the page of the one you mean."
                    )
                    if found
                    else _("No record of this case has this number or code."),
                )
        return cleaned


class AboutFilter(DropdownFilter):
    """By the record that something is about, as the record's page leads here."""

    title = gettext_lazy("about")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer only what was asked for: records are found on their own lists."""
        value = self.value()
        if not value:
            return []
        record = topics.at_address(request.user, value)
        return [(value, topics.name_of(record) if record is not None else _("no such record"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to what is about that record; about one that is not visible there is nothing."""
        value = self.value()
        if not value:
            return queryset
        record = topics.at_address(request.user, value)
        if record is None:
            return queryset.none()
        return queryset.filter(about__table_name=record._meta.db_table, about__record_id=record.pk)


class AboutMixin:
    """Pages of a kind of record that has a topic, `about`."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the topic along."""
        return super().get_queryset(request).select_related("about")  # type: ignore[misc]

    def read_along(self, rows: list[Any]) -> None:
        """Read the records of the topics of some rows at once."""
        topics.read_along(row.about for row in rows)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Leave the record to the form, which takes it only where the viewer sees it."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)  # type: ignore[misc]
        return {name: value for name, value in initial.items() if name != RECORD}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Begin with the record whose page led here."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if obj is not None:
            return form
        asked: Any = type(form.__name__, (form,), {"viewer": request.user})
        record = topics.at_address(request.user, request.POST.get(RECORD) or request.GET.get(RECORD) or "")
        if record is None:
            return asked
        # Fields that a form declares are shared by all forms of its kind: they are replaced, not changed.
        asked.base_fields["record"] = forms.CharField(
            initial=topics.address_of(record), widget=forms.HiddenInput
        )
        asked.base_fields["number"] = forms.CharField(
            label=AboutForm.base_fields["number"].label,
            required=False,
            disabled=True,
            initial=topics.name_of(record),
            widget=UnfoldAdminTextInputWidget,
        )
        if "case" in asked.base_fields:
            asked.base_fields["case"].initial = record.case_id
            asked.base_fields["case"].required = False
            asked.base_fields["case"].disabled = True
        return asked

    @admin.display(description=gettext_lazy("about"))
    def about_link(self, row: Any) -> str:
        """Name the record that it is about, with the way to its page."""
        if row.about is None:
            return str(_("the case as a whole"))
        if not row.about.link:
            return str(row.about)
        return format_html('<a class="text-link" href="{}">{}</a>', row.about.link, row.about)

    @display(description=gettext_lazy("about"))
    def about_name(self, row: Any) -> str:
        """Name the record that it is about."""
        return "-" if row.about is None else str(row.about)


def about_record(
    request: HttpRequest, record: Any, kind: Any, *, title: Any, add_label: Any, label: Any = str
) -> Related | None:
    """Return what of a kind is about a record, for its page; nothing where there is none and none may be added."""
    if not topics.may_be_topic(type(record)):
        return None
    rows = kind.objects.filter(
        about__table_name=record._meta.db_table, about__record_id=record.pk
    ).select_related("case")
    group = related(request, record, rows, by="about", title=title, add_label=add_label, label=label)
    if not group.rows and group.add_link is None:
        return None
    stem = f"{kind._meta.app_label}_{kind._meta.model_name}"
    return Related(
        title=title,
        rows=group.rows,
        all_link=None if not group.rows else address(f"{stem}_changelist", about=topics.address_of(record)),
        add_link=address(f"{stem}_add", **{RECORD: topics.address_of(record)}) if group.add_link else None,
        add_label=add_label,
        more=group.more,
    )
