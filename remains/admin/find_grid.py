"""Logging many finds of one context on one page: what is the same is chosen once, what differs stands in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from cases import access
from cases.models.base import Handling
from cases.refusals import Refusal
from remains.admin.choices import (
    ContextChoice,
    contexts_of,
    contexts_source,
    next_numbers,
    people_of,
    person,
    site_named,
)
from remains.models.find import Find, FindCategory, Observed
from remains.services.find import log_many

if TYPE_CHECKING:
    from remains.admin.find import FindAdmin

MOST_ROWS = 200
FIRST_ROWS = 20


class Metres(forms.DecimalField):
    """A length in metres. A comma is as good as a point, for people and for pasted cells."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, decimal_places=3, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read a number written with a point or a comma."""
        if isinstance(value, str) and value.count(",") == 1 and "." not in value:
            value = value.replace(",", ".")
        return super().to_python(value)


def _text(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def _seen(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "-"), *Observed.choices], required=False, empty_value=None
    )


class GridRow(forms.Form):
    """One find of the grid."""

    category = forms.ChoiceField(
        label=gettext_lazy("category"), choices=[("", "-"), *FindCategory.choices], widget=forms.Select
    )
    bindings = _seen(gettext_lazy("bindings"))
    blindfold = _seen(gettext_lazy("blindfold"))
    clothing = _seen(gettext_lazy("clothing"))
    position = forms.CharField(label=gettext_lazy("position"), max_length=200, required=False, widget=_text())
    easting_m = Metres(label=gettext_lazy("east (m)"), max_digits=10)
    northing_m = Metres(label=gettext_lazy("north (m)"), max_digits=10)
    height_m = Metres(label=gettext_lazy("height (m)"), max_digits=8)
    bags = forms.IntegerField(
        label=gettext_lazy("bags"),
        min_value=0,
        max_value=32767,
        required=False,
        widget=_text(inputmode="numeric"),
    )
    description = forms.CharField(label=gettext_lazy("note"), required=False, widget=_text())

    def __init__(self, number: int, data: Any = None) -> None:
        super().__init__(data, prefix=f"row{number}", use_required_attribute=False)
        self.number = number
        for name, field in self.fields.items():
            where = _("Row %(number)d, %(column)s") % {"number": number, "column": field.label}
            field.widget.attrs.update({"data-column": name, "aria-label": where})

    def clean(self) -> dict[str, Any]:
        """Refuse half a point."""
        cleaned: dict[str, Any] = super().clean() or {}
        east, north = cleaned.get("easting_m"), cleaned.get("northing_m")
        if {"easting_m", "northing_m", "height_m"} & set(self.errors):
            return cleaned
        if (east is None) != (north is None):
            self.add_error(
                "easting_m" if east is None else "northing_m", _("A point needs both east and north.")
            )
        elif east is None and cleaned.get("height_m") is not None:
            self.add_error("easting_m", _("A height alone is no point: enter east and north."))
        return cleaned


class GridHead(forms.Form):
    """What all the finds of a grid have in common."""

    site: Any = forms.ModelChoiceField(label=gettext_lazy("site"), queryset=None)
    context = ContextChoice(
        label=gettext_lazy("context"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("no context yet"),
        widget=UnfoldAdminSelectWidget,
    )
    found_on = forms.DateField(label=gettext_lazy("found on"), required=False, widget=UnfoldAdminDateWidget)
    finder: Any = forms.ModelChoiceField(
        label=gettext_lazy("found by"), queryset=None, required=False, widget=UnfoldAdminSelectWidget
    )
    finder_as_named = forms.CharField(
        label=gettext_lazy("found by (no account)"),
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    handling = forms.ChoiceField(label=gettext_lazy("handling"), widget=UnfoldAdminSelectWidget)

    def __init__(self, page: FindAdmin, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        viewer = request.user
        fields: dict[str, Any] = self.fields
        fields["site"] = page.formfield_for_dbfield(Find._meta.get_field("site"), request)
        self.chosen = site_named(viewer, self["site"].value())
        fields["context"].queryset = contexts_of(viewer, self.chosen)
        fields["context"].widget.attrs.update(contexts_source())
        fields["finder"].queryset = people_of(viewer)
        seen = access.handlings_seen(access.standing(viewer).every_role())
        fields["handling"].choices = [choice for choice in Handling.choices if choice[0] in seen]


def _is_empty(row: GridRow) -> bool:
    return not any(str(row[name].value() or "").strip() for name in row.fields)


def _rows(request: HttpRequest) -> list[GridRow]:
    """Return the rows as they were sent, or empty ones."""
    sent = request.POST.get("rows", "")
    count = min(int(sent), MOST_ROWS) if sent.isdigit() else FIRST_ROWS
    data = request.POST if request.method == "POST" else None
    return [GridRow(number, data) for number in range(1, max(count, 1) + 1)]


def grid_view(page: FindAdmin, request: HttpRequest) -> HttpResponse:
    """Show the grid, or log its filled rows: all of them or none."""
    head = _head(page, request)
    rows = _rows(request)
    faults: list[dict[str, str]] = []
    logged: list[Find] = []
    if request.method == "POST":
        filled = [row for row in rows if not _is_empty(row)]
        faults = _faults(head, filled, request)
        if not faults:
            logged, faults = _log(request, head, filled)
        if logged:
            head = _head(page, request, after=logged[0])
            rows = [GridRow(number) for number in range(1, FIRST_ROWS + 1)]
    site = head.chosen
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Log many finds"),
        "is_fullwidth": "1",
        "head": head,
        "rows": [GridRow(row.number) if _is_empty(row) else row for row in rows],
        "blank": GridRow(0),
        "columns": [str(field.label) for field in GridRow.base_fields.values()],
        "most_rows": MOST_ROWS,
        "faults": faults,
        "logged": logged,
        "site": site,
        "number_to_come": next_numbers(site, 1)[0] if site else "",
        "media": page.media + head.media,
    }
    return TemplateResponse(
        request, "remains/find_grid.html", context, status=422 if faults else 201 if logged else 200
    )


def _head(page: FindAdmin, request: HttpRequest, after: Find | None = None) -> GridHead:
    if after is not None:
        same = {name: after.serializable_value(name) for name in GridHead.base_fields}
        return GridHead(page, request, initial=same)
    if request.method == "POST":
        return GridHead(page, request, request.POST)
    return GridHead(
        page, request, initial={"handling": Handling.OPEN, **page.get_changeform_initial_data(request)}
    )


def _faults(head: GridHead, filled: list[GridRow], request: HttpRequest) -> list[dict[str, str]]:
    """Return every fault with its place, in the order of the page."""
    faults = [_fault(head[name], error) for name, errors in head.errors.items() for error in errors]
    if not filled:
        faults.append({"at": "", "where": "", "what": _("No row is filled.")})
    sent = request.POST.get("rows", "")
    if sent.isdigit() and int(sent) > MOST_ROWS:
        most = _("At most %(most)d rows are logged at once; send the others afterwards.") % {
            "most": MOST_ROWS
        }
        faults.append({"at": "", "where": "", "what": most})
    for row in filled:
        for name, errors in row.errors.items():
            faults += [_fault(row[name], error, row.number) for error in errors]
    return faults


def _fault(field: Any, error: Any, number: int | None = None) -> dict[str, str]:
    where = str(field.label)
    if number is not None:
        where = _("Row %(number)d, %(column)s") % {"number": number, "column": where}
    return {"at": field.id_for_label, "where": where, "what": str(error)}


def _log(
    request: HttpRequest, head: GridHead, filled: list[GridRow]
) -> tuple[list[Find], list[dict[str, str]]]:
    """Log the rows through the service; a refusal is put at its row and cell."""
    common = head.cleaned_data
    finds = [Find(case=common["site"].case, **common, **row.cleaned_data) for row in filled]
    try:
        return log_many(actor=person(request), records=finds), []
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return [], [_place(refusal, head, filled)]


def _place(refusal: Refusal, head: GridHead, filled: list[GridRow]) -> dict[str, str]:
    what = " ".join(word for word in (refusal.message, refusal.rule_in_words, refusal.way_forward) if word)
    index = getattr(refusal, "row", None)
    if index is not None and refusal.field not in head.fields:
        row = filled[index]  # the service counts the filled rows, people count all
        name = refusal.field if refusal.field in row.fields else "category"
        row.add_error(name, what)
        return _fault(row[name], what, row.number)
    if refusal.field in head.fields:
        head.add_error(refusal.field, what)
        return _fault(head[refusal.field], what)
    return {"at": "", "where": "", "what": what}
