"""The disclosure log: entered with what was disclosed, read for ever, put right by another entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from cases import access, topics
from cases.admin import columns
from cases.admin.about import RECORD
from cases.admin.base import RecordAdmin, RecordForm
from cases.admin.filters import HandlingFilter, StatusFilter, VisibleFilter, VisibleListFilter
from cases.admin.related import NAMED_ROWS, Related, address, contribute
from cases.models.base import Handling
from cases.models.disclosure import DisclosedItem, Disclosure
from cases.services import disclosure as service


class DisclosureEntryForm(RecordForm):
    """An entry, and what was disclosed."""

    numbers = forms.CharField(
        label=gettext_lazy("Records"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("One number or code a line, such as those of sites and finds."),
    )
    described = forms.CharField(
        label=gettext_lazy("And in words"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("One thing a line: files, documents and whatever has no number here."),
    )
    record = forms.CharField(required=False, widget=forms.HiddenInput)
    viewer: Any = None

    def clean(self) -> dict[str, Any] | None:
        """Find the records, among those that the viewer sees in the case."""
        cleaned = super().clean() or {}
        self.records: list[Any] = []
        case = cleaned.get("case")
        if cleaned.get("record"):
            begun_with = topics.at_address(self.viewer, cleaned["record"])
            if begun_with is not None and begun_with.case == case:
                self.records.append(begun_with)
            else:
                self.add_error("numbers", _("The record that led here is not of this case."))
        for number in filter(None, map(str.strip, cleaned.get("numbers", "").splitlines())):
            found = topics.numbered(self.viewer, case, number) if case else []
            if len(found) != 1:
                self.add_error(
                    "numbers",
                    _("%(number)s: no record of the case, or more than one, has this number.")
                    % {"number": number},
                )
            elif found[0] not in self.records:
                self.records.append(found[0])
        return cleaned


@admin.register(Disclosure)
class DisclosureAdmin(RecordAdmin):
    """The disclosure log."""

    form = DisclosureEntryForm
    create = staticmethod(service.create)
    list_display = ["disclosed_on", "recipient", "party", "form_of", "proceeding", "place", columns.case]
    list_select_related = ["case", "proceeding"]
    search_fields = ["recipient", "basis"]
    list_filter = [
        ("case", VisibleListFilter),
        ("proceeding", VisibleFilter),
        ("party", StatusFilter),
        ("form", StatusFilter),
        ("disclosed_on", RangeDateFilter),
        ("handling", HandlingFilter),
    ]
    carry_over = ("case", "proceeding", "party", "recipient")
    readonly_fields = ["what", "correction_of", "recorded_by"]

    @display(description=gettext_lazy("form"), ordering="form")
    def form_of(self, row: Disclosure) -> str:
        """Return the form; `form` itself is the admin's own."""
        return row.get_form_display()

    @display(description=gettext_lazy("stands"), label={"superseded": "warning"})
    def place(self, row: Disclosure) -> tuple[str, str] | None:
        """Say that another entry has taken its place."""
        return ("superseded", _("put right by another")) if row.put_right else None  # type: ignore[attr-defined]

    @display(description=gettext_lazy("what was disclosed"))
    def what(self, row: Disclosure) -> str:
        """Name the items that the viewer sees, with the way to each record at its version."""
        viewer = row.viewer  # type: ignore[attr-defined]
        rows = list(DisclosedItem.objects.visible_to(viewer).filter(disclosure=row).select_related("about"))
        topics.read_along(item.about for item in rows)
        return format_html_join("", "<p>{}</p>", ((_item(item),) for item in rows)) or "-"

    @display(description=gettext_lazy("takes the place of"))
    def correction_of(self, row: Disclosure) -> str:
        """Name the entry that was wrong, and what was wrong in it."""
        if row.corrects is None:
            return "-"
        link = reverse("admin:cases_disclosure_change", args=[row.corrects_id])
        return format_html('<a class="text-link" href="{}">{}</a>: {}', link, row.corrects, row.correction)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along whether an entry was put right, for the eyes that look."""
        later = Disclosure.objects.visible_to(request.user).filter(corrects=OuterRef("pk"))
        return super().get_queryset(request).annotate(put_right=Exists(later))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Remember with the entry who reads it: its items are narrowed to them."""
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.viewer = request.user
        return entry

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An entry stays as it was written."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Begin with the record, or with the wrong entry, whose page led here."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None:
            return form
        asked: Any = type(form.__name__, (form,), {"viewer": request.user})
        record = topics.at_address(request.user, request.POST.get(RECORD) or request.GET.get(RECORD) or "")
        if record is not None:
            asked.base_fields["record"] = forms.CharField(
                initial=topics.address_of(record), widget=forms.HiddenInput
            )
            asked.base_fields["numbers"] = forms.CharField(
                label=DisclosureEntryForm.base_fields["numbers"].label,
                required=False,
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
                help_text=_("%(record)s is named already. Of more records, one number or code a line.")
                % {"record": topics.name_of(record)},
            )
            asked.base_fields["case"].initial = record.case_id
        return asked

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin inside the investigation; and where an entry is put right, with what stood in it."""
        initial = {"handling": Handling.INVESTIGATION, **super().get_changeform_initial_data(request)}
        initial.pop(RECORD, None)
        wrong = self._wrong(request, initial)
        if wrong is not None:
            for name in (
                "case",
                "proceeding",
                "party",
                "recipient",
                "disclosed_on",
                "basis",
                "form",
                "handling",
            ):
                initial.setdefault(name, wrong.serializable_value(name))
            initial["handling"] = wrong.handling
        return initial

    @staticmethod
    def _wrong(request: HttpRequest, initial: dict[str, Any]) -> Disclosure | None:
        if "corrects" not in initial:
            return None
        found: Disclosure | None = (
            Disclosure.objects.visible_to(request.user).filter(pk=initial["corrects"]).first()
        )
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask to whom, what, on what basis; of an entry that puts another right, what was wrong."""
        whom = ["case", "proceeding", ("party", "recipient"), ("disclosed_on", "form"), "basis"]
        if obj is not None:
            corrects = ["correction_of"] if obj.corrects_id else []
            return [
                (gettext_lazy("To whom and on what basis"), {"fields": [*whom, *corrects]}),
                (gettext_lazy("What was disclosed"), {"fields": ["what"]}),
                (gettext_lazy("Recorded"), {"fields": [("recorded_by", "handling")]}),
            ]
        put_right = "corrects" in request.GET or "corrects" in request.POST
        return [
            (gettext_lazy("To whom and on what basis"), {"fields": whom}),
            (gettext_lazy("What was disclosed"), {"fields": ["numbers", "described", "record"]}),
            *(
                [(gettext_lazy("What it puts right"), {"fields": ["corrects", "correction"]})]
                if put_right
                else []
            ),
            (gettext_lazy("Who sees it"), {"fields": ["handling"]}),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the entry with what was disclosed."""
        service.create(
            actor=request.user,  # type: ignore[arg-type]
            record=obj,
            records=form.records,
            described=form.cleaned_data.get("described", "").splitlines(),
        )

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Lead to the form that puts an entry right."""
        head = super().record_head(request, obj)
        if self.has_add_permission(request) and not obj.put_right:
            link = f"{reverse('admin:cases_disclosure_add')}?corrects={obj.pk}"
            head["ways"] = [{"label": _("Put it right by another entry"), "link": link}, *head["ways"]]
        return head


def _item(item: DisclosedItem) -> str:
    if item.about is None:
        return item.description
    version = _("version %(number)s") % {"number": item.record_version}
    if not item.about.link:
        return f"{item.about} ({version})"
    return format_html('<a class="text-link" href="{}">{}</a> ({})', item.about.link, item.about, version)


def about(request: HttpRequest, record: Any) -> Iterator[Related]:
    """Yield to whom a record was disclosed, for its page."""
    may_record = access.may(request.user, Disclosure.permission("create"), record.case)
    if not topics.may_be_topic(type(record)) or isinstance(record, Disclosure):
        return
    items = DisclosedItem.objects.visible_to(request.user).filter(
        about__table_name=record._meta.db_table, about__record_id=record.pk
    )
    found = list(items.select_related("disclosure").order_by("-id")[: NAMED_ROWS + 1])
    if not found and not may_record:
        return
    yield Related(
        title=gettext_lazy("Disclosed to"),
        rows=[
            (str(item.disclosure), address("cases_disclosure_change", item.disclosure_id))
            for item in found[:NAMED_ROWS]
        ],
        add_link=address("cases_disclosure_add", **{RECORD: topics.address_of(record)})
        if may_record
        else None,
        add_label=gettext_lazy("Record a disclosure"),
        more=len(found) > NAMED_ROWS,
    )


contribute(about)
