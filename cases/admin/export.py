"""Every list as a file: the rows of the list under its own filters, search and order, with no more than it shows.

The page says how many rows there are. A file is sent while the database gives them, row by row, and the access log of
each case of which it holds records says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Length
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.exporting import places, separated, workbook
from cases.exporting.cells import Cell, of_field, plain
from cases.models.base import CaseRecord
from cases.models.case import Case
from cases.refusals import Refusal
from cases.services.access_log import log_export

#: Rows that the database hands over at once.
CHUNK: Final = 500
#: Bytes that are sent at once.
SENT: Final = 64 * 1024
#: Columns of a list that are no column of a file.
_NO_COLUMN: Final = frozenset({"action_checkbox"})
#: Columns of lists that a file has in other words for every record.
_SAID_BELOW: Final = frozenset({"case", "handling"})


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file."""

    name: str
    label: Any
    kind: str
    note: Any = ""
    of_places: bool = False


FORMS: Final = {
    form.name: form
    for form in (
        Form("csv", "CSV", "text/csv; charset=utf-8", gettext_lazy("for any program; no limit")),
        Form(
            "xlsx",
            "XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            gettext_lazy("for spreadsheets; numbers and days as such"),
        ),
        Form("geojson", "GeoJSON", places.GEOJSON, gettext_lazy("places, for maps"), of_places=True),
        Form("kml", "KML", places.KML, gettext_lazy("places, for maps"), of_places=True),
    )
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and what it gives for a record."""

    heading: str
    cell: Callable[[Any], Cell]
    #: The field whose value it is, where it is one: a value that is kept from the viewer stays out.
    field: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A list as it is exported: its rows, and what is told of each."""

    rows: Any
    columns: list[Column]
    #: Whether something of a record may be kept from the viewer; then the last column says what.
    withheld: bool = False

    @property
    def names(self) -> list[str]:
        """Return the headings of the columns."""
        return [column.heading for column in self.columns]


class ExportMixin:
    """Gives a list the way to its files."""

    model: Any
    opts: Any
    admin_site: Any

    #: Fields that a file has besides the columns of the list.
    export_fields: tuple[str, ...] = ()
    #: Whether the records lie somewhere, so that there is a map of them.
    export_places = False

    def export_columns(self, request: HttpRequest) -> Iterable[Column]:
        """Return columns that no field of the record gives."""
        return ()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Read for the rows of a page what its columns need besides."""
        changelist = super().get_changelist_instance(request)  # type: ignore[misc]
        rows = list(changelist.result_list)
        self.read_along(rows)
        changelist.result_list = rows
        return changelist

    def read_along(self, rows: list[Any]) -> None:
        """Read at one go, for some rows of a page or of a file, what the list's columns need besides."""

    def export_geometry(
        self, request: HttpRequest, record: Any, hidden: frozenset[str]
    ) -> dict[str, Any] | None:
        """Return where a record lies, for a viewer from whom these of its fields are kept."""
        return None

    def export_urls(self) -> list[URLPattern]:
        """Return the address of the page, and of the files."""
        wrap = self.admin_site.admin_view
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("export/", wrap(self.export_view), name=f"{stem}_export"),
            path("export/<slug:form>/", wrap(self.export_file_view), name=f"{stem}_export_file"),
        ]

    def export_forms(self) -> list[Form]:
        """Return the kinds of files that this list has."""
        return [form for form in FORMS.values() if self.export_places or not form.of_places]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Say how many rows the files have, and what is in them."""
        shown = self._exported(request)
        if isinstance(shown, HttpResponse):
            return shown
        return self._export_page(request, shown)

    def export_file_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Send a file."""
        chosen = next((known for known in self.export_forms() if known.name == form), None)
        if chosen is None:
            raise Http404
        shown = self._exported(request)
        if isinstance(shown, HttpResponse):
            return shown
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        counted = _counted(shown.rows, self.model)
        number = sum(counted.values())
        try:
            if chosen.name == "xlsx":
                _refuse_what_no_sheet_holds(shown, number)
        except Refusal as refusal:
            return self._export_page(request, shown, number, refusal)
        log_export(
            request=request,
            table=self.model._meta.db_table,
            counted=counted,
            detail=_("%(form)s; filter: %(filter)s")
            % {"form": chosen.label, "filter": request.GET.urlencode() or _("none")},
        )
        response = StreamingHttpResponse(
            _in_parts(self._file(request, chosen, shown)), content_type=chosen.kind
        )
        name = f"{slugify(self.opts.verbose_name_plural)}-{timezone.localdate():%Y-%m-%d}.{chosen.name}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    # --- what is in it

    def _exported(self, request: HttpRequest) -> Export | HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        # The list's own reading of its address; its page number is none of an export's business.
        asked = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
        asked.pop("p", None)
        request.GET = asked  # type: ignore[assignment]
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            )
        columns = _apart(self._columns(request))
        withheld = self._ever_withheld(request)
        if withheld:
            columns.append(Column(_("Withheld"), lambda record: None))
        return Export(rows, columns, withheld)

    def _ever_withheld(self, request: HttpRequest) -> bool:
        """Say whether some field of some record may be kept from the viewer that the file has a column of."""
        return any(self._tells(name, request) for name in self.export_fields)  # type: ignore[attr-defined]

    def _columns(self, request: HttpRequest) -> Iterator[Column]:
        """Yield the columns of the list, those that say which record it is, and further fields."""
        shown: set[str] = set()
        for name in self.get_list_display(request):  # type: ignore[attr-defined]
            if name in _NO_COLUMN:
                continue
            known = _field(self.model, getattr(name, "__name__", name))
            if callable(name) and known is not None and known.name in _SAID_BELOW:
                continue
            heading = capfirst(str(label_for_field(name, self.model, _page(self))))
            if known is None or callable(name):
                yield Column(heading, self._cell_by(name))
            else:
                shown.add(known.name)
                yield Column(heading, _cell_of(known), known.name)
        if issubclass(self.model, CaseRecord):
            yield Column(_("Case"), lambda record: record.case.number)
            yield Column(_("Handling"), lambda record: record.get_handling_display())
            yield Column(_("Withdrawn at"), lambda record: record.withdrawn_at)
        for name in self.export_fields:
            known = self.model._meta.get_field(name)
            if name not in shown:
                yield Column(capfirst(str(known.verbose_name)), _cell_of(known), name)
        yield from self.export_columns(request)
        if hasattr(self.model, "version"):
            yield Column(_("Version"), lambda record: record.version)
        yield Column("id", lambda record: str(record.pk))

    def _cell_by(self, name: Any) -> Callable[[Any], Cell]:
        """Return what a method of the list, or of the record, gives."""

        def cell(record: Any) -> Cell:
            _known, _attribute, value = lookup_field(name, record, _page(self))
            return plain(value)

        return cell

    # --- files

    def _file(self, request: HttpRequest, form: Form, shown: Export) -> Iterator[bytes]:
        title = capfirst(str(self.opts.verbose_name_plural))
        if form.name == "csv":
            return separated.write(shown.names, self._rows(request, shown))
        if form.name == "xlsx":
            return workbook.write(title, shown.names, self._rows(request, shown))
        if form.name == "geojson":
            return places.geojson(shown.names, self._places(request, shown))
        return places.kml(title, shown.names, self._places(request, shown))

    def _records(self, request: HttpRequest, shown: Export) -> Iterator[tuple[Any, frozenset[str]]]:
        """Yield each record with what is kept of it from the viewer. The database hands them over in parts."""
        rows = iter(shown.rows.iterator(chunk_size=CHUNK))
        while part := list(islice(rows, CHUNK)):
            self.read_along(part)
            for record in part:
                yield record, access.hidden_fields(request.user, record) if shown.withheld else frozenset()

    def _rows(self, request: HttpRequest, shown: Export) -> Iterator[list[Cell]]:
        for record, hidden in self._records(request, shown):
            yield _cells(shown, record, hidden)

    def _places(self, request: HttpRequest, shown: Export) -> Iterator[places.Place]:
        for record, hidden in self._records(request, shown):
            lies = self.export_geometry(request, record, hidden)
            yield places.Place(str(record), lies, _cells(shown, record, hidden))

    # --- the page

    def _export_page(
        self, request: HttpRequest, shown: Export, number: int | None = None, refusal: Refusal | None = None
    ) -> HttpResponse:
        number = sum(_counted(shown.rows, self.model).values()) if number is None else number
        stem = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Export"),
            "subtitle": capfirst(str(self.opts.verbose_name_plural)),
            "number": number,
            "filtered": bool(request.GET),
            "columns": shown.names,
            "refusal": refusal,
            "forms": [
                (form, reverse(f"{stem}_export_file", args=[form.name]) + query)
                for form in self.export_forms()
            ],
            "back": reverse(f"{stem}_changelist") + query,
        }
        status = HTTPStatus.OK if refusal is None else refusal.status
        return TemplateResponse(request, "cases/export.html", context, status=status)


def _apart(columns: Iterable[Column]) -> list[Column]:
    """Return columns under headings of their own: a field beside what the list says of it goes by its name too."""
    taken: set[str] = set()
    found = []
    for column in columns:
        heading = column.heading if column.heading not in taken else f"{column.heading} ({column.field})"
        taken.add(heading)
        found.append(replace(column, heading=heading))
    return found


def _page(mixin: ExportMixin) -> Any:
    """Return the page of the admin that a mixin is part of."""
    return mixin


def _cells(shown: Export, record: Any, hidden: frozenset[str]) -> list[Cell]:
    cells: list[Cell] = [None if column.field in hidden else column.cell(record) for column in shown.columns]
    if hidden:
        kept = [column.heading for column in shown.columns if column.field in hidden]
        cells[-1] = ", ".join(kept) or None
    return cells


def _field(model: Any, name: Any) -> Any:
    """Return the model's field of this name, or nothing for a method."""
    return next((known for known in model._meta.concrete_fields if known.name == name), None)


def _cell_of(known: Any) -> Callable[[Any], Cell]:
    return lambda record: of_field(known, record)


def _counted(rows: Any, model: Any) -> dict[UUID | None, int]:
    """Return the number of rows by case; of rows that belong to no case, all together."""
    name = "case_id" if issubclass(model, CaseRecord) else "pk" if model is Case else None
    if rows.query.distinct or rows.query.group_by is not None:
        # Rows of the list, not of what is joined to it.
        rows = model._base_manager.filter(pk__in=rows.order_by().values("pk"))
    if name is None:
        return {None: rows.order_by().count()}
    return dict(rows.order_by().values_list(name).annotate(n=Count("*")))


def _refuse_what_no_sheet_holds(shown: Export, number: int) -> None:
    """Refuse beforehand what would have to be cut: nothing is sent before that is known."""
    if number + 1 > workbook.LARGEST_ROWS:
        raise workbook.too_many_rows(number + 1)
    texts = [column.field for column in shown.columns if column.field]
    long = [
        name
        for name in texts
        if isinstance(shown.rows.model._meta.get_field(name), (models.TextField, models.JSONField))
    ]
    for name in long:
        text = models.functions.Cast(name, models.TextField())
        # A letter outside the first plane counts as two; so half as many may be too many.
        suspect = (
            shown.rows.order_by()
            .annotate(letters=Length(text))
            .filter(Q(letters__gt=workbook.LONGEST_CELL // 2))
        )
        for value in suspect.values_list(name, flat=True).iterator(chunk_size=CHUNK):
            units = len(str(value).encode("utf-16-le")) // 2
            if units >= workbook.LONGEST_CELL:  # one more for the mark of what looks like a formula
                raise workbook.cell_too_long(units)


def _in_parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join small pieces: the first is sent at once, so that a download begins, then as many as a packet is worth."""
    waiting: list[bytes] = []
    size = 0
    first = True
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if first or size >= SENT:
            yield b"".join(waiting)
            waiting, size, first = [], 0, False
    if waiting:
        yield b"".join(waiting)
