"""The import of bones, on the pages of specimens."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from cases.admin.table_import import TableImportPages, TableKind, UploadForm
from remains.importing.bone_mapping_file import load, shipped
from remains.services.specimen_import import PERMISSION, BonesResult, import_specimens

_THERE, _REFUSED = gettext_lazy("rows of bones that are there already"), gettext_lazy("rows refused")
_WITHDRAWN = gettext_lazy("of these, of withdrawn specimens")
_MEASURED = gettext_lazy("measurements")


class BonesForm(UploadForm):
    """Which table, into which case, and of which find its bones are."""

    find = forms.CharField(
        label=gettext_lazy("Find of the bones whose row names none"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy(
            "Number of the find, or another label; leave it empty if each row names its find."
        ),
    )
    asks = ("find",)
    field_order = ["case", "find", "file", "mapping", "mapping_file", "encoding", "separator"]


def _mappings() -> list[tuple[str, str]]:
    return [(name, load(file).title) for name, file in shipped().items()]


def _import(**asked: Any) -> BonesResult:
    return import_specimens(**asked)


BONES: Final = TableKind(
    stem="remains_specimen",
    permission=PERMISSION,
    importer=_import,
    mappings=_mappings,
    columns=(
        ("row", gettext_lazy("Row")),
        ("key", gettext_lazy("Key")),
        ("find", gettext_lazy("Find")),
        ("element", gettext_lazy("Element")),
        ("side", gettext_lazy("Side")),
        ("zones", gettext_lazy("Zones")),
        ("measurements", gettext_lazy("Measurements")),
    ),
    counts=(
        ("bones", gettext_lazy("new specimens"), gettext_lazy("specimens imported"), True),
        ("measurements", _MEASURED, _MEASURED, True),
        ("already_there", _THERE, _THERE, True),
        ("withdrawn", _WITHDRAWN, _WITHDRAWN, False),
        ("refused", _REFUSED, _REFUSED, True),
    ),
    form=BonesForm,
    words={
        "title": gettext_lazy("Import bones"),
        "running": gettext_lazy("Importing bones"),
        "done": gettext_lazy("Import of bones"),
        "being_imported": gettext_lazy("The bones are being imported."),
        "to_list": gettext_lazy("To the specimens of the case"),
        "first": gettext_lazy("The first bones"),
        "first_as_they_would_become": gettext_lazy("The first bones, as they would become"),
    },
)


class SpecimenImportPages(TableImportPages):
    """Adds the import to the pages of specimens."""

    table_kind = BONES

    class Media:
        css = {"all": ["cases/table_import.css"]}

    @action(
        description=gettext_lazy("Import bones"),
        url_path="import",
        permissions=["import_table"],
        icon="upload_file",
    )
    def import_table(self, request: HttpRequest) -> HttpResponse:
        """Take a table, look at it, and lead to the preview."""
        return self.take_table(request)
