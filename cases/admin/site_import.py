"""The import of sites, on the pages of sites."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from cases.admin.table_import import TableImportPages, TableKind, UploadForm
from cases.importing.mapping_file import load, shipped
from cases.models.site import Site
from cases.services.site_import import PERMISSION, ImportResult, import_sites

COLUMNS: Final = (
    ("row", gettext_lazy("Row")),
    ("code", gettext_lazy("Code")),
    ("name", gettext_lazy("Name")),
    ("place", gettext_lazy("Place")),
    ("position", gettext_lazy("Latitude, longitude")),
    ("burial", gettext_lazy("Burial")),
    ("status_as_stated", gettext_lazy("Status as stated")),
    ("figures", gettext_lazy("Figures as stated")),
    ("contradictions", gettext_lazy("Contradictions")),
)
_FURTHER = gettext_lazy("further rows, kept with their site")
_THERE, _REFUSED = gettext_lazy("there already"), gettext_lazy("refused")
_WITHDRAWN = gettext_lazy("of these, of withdrawn sites")
_REPEATED, _FIGURES = gettext_lazy("repeated word for word"), gettext_lazy("figures as stated")
COUNTS: Final = (
    ("created", gettext_lazy("new sites"), gettext_lazy("sites imported"), True),
    ("appended", _FURTHER, _FURTHER, False),
    ("already_there", _THERE, _THERE, True),
    ("withdrawn", _WITHDRAWN, _WITHDRAWN, False),
    ("repeated", _REPEATED, _REPEATED, False),
    ("refused", _REFUSED, _REFUSED, True),
    ("figures", _FIGURES, _FIGURES, False),
)


def _mappings() -> list[tuple[str, str]]:
    return [(name, load(file).title) for name, file in shipped().items()]


def _import(**asked: Any) -> ImportResult:
    return import_sites(**asked)


SITES: Final = TableKind(
    stem="cases_site",
    permission=PERMISSION,
    importer=_import,
    mappings=_mappings,
    columns=COLUMNS,
    counts=COUNTS,
    form=UploadForm,
    words={
        "title": gettext_lazy("Import sites"),
        "running": gettext_lazy("Importing sites"),
        "done": gettext_lazy("Import of sites"),
        "being_imported": gettext_lazy("The sites are being imported."),
        "to_list": gettext_lazy("To the sites of the case"),
        "first": gettext_lazy("The first sites"),
        "first_as_they_would_become": gettext_lazy("The first sites, as they would become"),
    },
)


class SiteImportPages(TableImportPages):
    """Adds the import to the pages of sites."""

    table_kind = SITES

    class Media:
        css = {"all": ["cases/table_import.css"]}

    @action(
        description=gettext_lazy("Import sites"),
        url_path="import",
        permissions=["import_table"],
        icon="upload_file",
    )
    def import_table(self, request: HttpRequest) -> HttpResponse:
        """Take a table, look at it, and lead to the preview."""
        return self.take_table(request)

    # --- the row of the source, on the page of a site

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the row of the source in words, where the viewer may see it at all."""
        shown = []
        for title, options in super().get_fieldsets(request, obj):
            fields = ["row_of_source" if name == "source_row" else name for name in options["fields"]]
            shown.append((title, {**options, "fields": fields}))
        return shown

    @display(description=gettext_lazy("row of the source"))
    def row_of_source(self, site: Site) -> str:
        """Return what no field keeps word for word, column by column, and what further rows say."""
        row = site.source_row or {}
        return format_html_join(
            "",
            '<p class="taphos-import-hint">{}</p><dl class="taphos-import-cells">{}</dl>',
            (
                (
                    _("Row %(number)s of the table") % {"number": each.get("row", "-")},
                    format_html_join("", "<dt>{}</dt><dd>{}</dd>", sorted(each.get("cells", {}).items())),
                )
                for each in (row, *row.get("further", []))
            ),
        )
