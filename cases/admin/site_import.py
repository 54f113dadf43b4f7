"""The pages on which sites are imported: upload, preview of what would become of each row, import, result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.crypto import salted_hmac
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cases import access
from cases.admin import site_import_job as job
from cases.admin.upload_limit import STOPPED
from cases.importing import document, uploads
from cases.importing.mapping_file import load, shipped
from cases.importing.table import LARGEST_BYTES
from cases.importing.uploads import Upload
from cases.models.case import Case
from cases.models.ledger import AccessKind
from cases.models.site import Site
from cases.refusals import Refusal
from cases.services.access_log import log_access
from cases.services.site_import import PERMISSION

if TYPE_CHECKING:
    _Page = Any
else:
    _Page = object

OWN_MAPPING: Final = "own"
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


def _mappings() -> list[tuple[str, Any]]:
    ours = [(name, load(file).title) for name, file in shipped().items()]
    return [
        ("", _("Recognise it by the columns")),
        *ours,
        (OWN_MAPPING, _("A mapping file of our own, chosen below")),
    ]


class UploadForm(forms.Form):
    """Which table, into which case, and what its columns mean."""

    case = forms.ModelChoiceField(
        label=gettext_lazy("Case"), queryset=Case.objects.none(), widget=UnfoldAdminSelectWidget()
    )
    file = forms.FileField(label=gettext_lazy("Table"))
    mapping = forms.ChoiceField(
        label=gettext_lazy("What the columns mean"),
        choices=_mappings,
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    mapping_file = forms.FileField(
        label=gettext_lazy("Mapping file"),
        required=False,
        help_text=gettext_lazy("YAML or TOML; only for a mapping of your own."),
    )
    encoding = forms.CharField(
        label=gettext_lazy("Encoding"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Leave it empty to have it recognised; otherwise utf-8, cp1252 or another."),
    )
    separator = forms.CharField(
        label=gettext_lazy("Separator"),
        required=False,
        max_length=3,
        strip=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Leave it empty to have it recognised; tab stands for the tabulator."),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["case"]
        field.queryset = access.cases_where(user, PERMISSION).order_by("number")
        self.fields["file"].help_text = _("CSV or XLSX, at most %(limit)d MB.") % {
            "limit": LARGEST_BYTES // 1_000_000
        }

    def clean_separator(self) -> str:
        """Read the tabulator, which a form cannot hold."""
        given = self.cleaned_data["separator"]
        return {"tab": "\t", "\\t": "\t"}.get(given, given.strip(" "))

    def clean_mapping_file(self) -> Any:
        """Refuse what is too large or called otherwise than a mapping file is."""
        given = self.cleaned_data["mapping_file"]
        if given and given.size > document.LARGEST_BYTES:
            raise forms.ValidationError(_("A mapping file is a short text."))
        if given and not given.name.lower().endswith((".yaml", ".yml", ".toml")):
            raise forms.ValidationError(_("A mapping file's name ends with .yaml or .toml."))
        return given

    def clean(self) -> dict[str, Any]:
        """A mapping of one's own needs its file, and the other way round."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        own, given = said.get("mapping") == OWN_MAPPING, bool(said.get("mapping_file"))
        if own and not given and "mapping_file" not in self.errors:
            self.add_error("mapping_file", _("Choose the file."))
        if given and said.get("mapping") == "":
            said["mapping"] = OWN_MAPPING
        return said


class SiteImportPages(_Page):
    """Adds the import to the pages of sites."""

    class Media:
        css = {"all": ["cases/site_import.css"]}

    def has_import_table_permission(self, request: HttpRequest) -> bool:
        """Offer the import to those who may in some case."""
        return access.may_somewhere(request.user, PERMISSION)

    @action(
        description=gettext_lazy("Import sites"),
        url_path="import",
        permissions=["import_table"],
        icon="upload_file",
    )
    def import_table(self, request: HttpRequest) -> HttpResponse:
        """Take a table, look at it, and lead to the preview."""
        if not self.has_import_table_permission(request):
            raise PermissionDenied
        form = UploadForm(request.user, initial={"case": self._first_case(request)})
        refusal: Refusal | None = None
        if request.method == "POST":
            form = UploadForm(request.user, request.POST, request.FILES)
            if getattr(request, STOPPED, False):
                refusal = uploads.too_large(_("The file"))
            elif form.is_valid():
                try:
                    upload = _kept(request, form.cleaned_data)
                except Refusal as caught:
                    refusal = caught
                else:
                    job.start(upload, job.LOOK, request.user)  # type: ignore[arg-type]
                    return _to(upload)
        context = {"form": form, "refusal": refusal, "title": _("Import sites")}
        failed = refusal is not None or bool(form.errors)
        return self._page(request, "cases/site_import.html", context, status=422 if failed else 200)

    def import_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show where an upload stands: being looked at, preview, being imported, result. POST imports or discards."""
        upload, case = self._upload_or_404(request, token)
        if request.method == "POST":
            if "discard" in request.POST:
                return self._discard(upload)
            self._confirm(request, upload)
            return _to(upload)
        context: dict[str, Any] = {"upload": upload, "case": case, "columns": COLUMNS}
        for stage in (job.IMPORT, job.LOOK):
            status, said = job.state(upload, stage)
            if status != "none":
                break
        else:
            status, said, stage = "broken", {}, job.LOOK
        context |= {"stage": stage, "status": status, "is_import": stage == job.IMPORT}
        if status == "done":
            context |= said
            result = said.get("result")
            if result is not None:
                context["samples"] = [[row[name] for name, _label in COLUMNS] for row in result["samples"]]
                context["flags"] = [
                    (count, rule.replace("_", " "), result["flag_examples"][rule])
                    for rule, count in result["flags"].items()
                ]
                context["new_rows"] = result["created"] + result["appended"]
        else:
            context |= said
        titles = {
            (job.LOOK, "done"): _("Preview of the import"),
            (job.IMPORT, "done"): _("Import of sites"),
            (job.IMPORT, "running"): _("Importing sites"),
        }
        context["title"] = titles.get((stage, status), _("Looking at the table"))
        return self._page(request, "cases/site_import_preview.html", context)

    def import_refused_view(self, request: HttpRequest, token: str) -> HttpResponse | FileResponse:
        """Hand the refused rows back to who uploaded them, to be saved and never to be shown by the browser."""
        upload, case = self._upload_or_404(request, token)
        stage = job.IMPORT if upload.read(job.IMPORT) else job.LOOK
        path_ = upload.folder / f"{stage}.refused.csv"
        if request.method != "GET" or not path_.is_file():
            raise Http404
        name = f"{upload.table.stem.partition('.refused')[0]}.refused.csv"
        log_access(AccessKind.DOWNLOADED, request.user, request=request, record=case, detail=name)
        response = FileResponse(path_.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
        response["Cache-Control"] = "private, no-store"
        return response

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of one upload."""
        wrap = self.admin_site.admin_view
        return [
            path("import/<slug:token>/", wrap(self.import_view), name="cases_site_import"),
            path(
                "import/<slug:token>/refused/",
                wrap(self.import_refused_view),
                name="cases_site_import_refused",
            ),
            *super().get_urls(),
        ]

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

    # --- steps

    def _confirm(self, request: HttpRequest, upload: Upload) -> None:
        """Start what comes next; what is going on or done is left alone, a refused import may be tried again."""
        looked = upload.read(job.LOOK)
        if looked is None:
            job.start(upload, job.LOOK, request.user)  # type: ignore[arg-type]
        elif "result" in looked:
            done = upload.read(job.IMPORT)
            if done is not None and "refusal" in done:
                upload.forget(job.IMPORT)
            job.start(upload, job.IMPORT, request.user)  # type: ignore[arg-type]

    def _discard(self, upload: Upload) -> HttpResponse:
        if not upload.is_held(job.IMPORT) and not upload.is_held(job.LOOK):
            upload.discard()
            return HttpResponseRedirect(reverse("admin:cases_site_import_table"))
        return _to(upload)

    def _upload_or_404(self, request: HttpRequest, token: str) -> tuple[Upload, Case]:
        """Return the viewer's own upload of this session, if they may still import into its case."""
        upload = uploads.find(token, _owner(request))
        if upload is None:
            raise Http404
        case: Case | None = Case.objects.visible_to(request.user).filter(pk=upload.ticket["case"]).first()
        if case is None:
            raise Http404
        access.require(request.user, PERMISSION, case)
        return upload, case

    def _first_case(self, request: HttpRequest) -> Any:
        asked = request.GET.get("case", "")
        cases = list(access.cases_where(request.user, PERMISSION).order_by("number")[:2])
        return asked or (cases[0].pk if len(cases) == 1 else None)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context}, status=status)


def _owner(request: HttpRequest) -> str:
    """Return what tells this person in this session from everybody else, and tells nobody the session."""
    return salted_hmac("taphos.upload", f"{request.user.pk}:{request.session.session_key}").hexdigest()


def _kept(request: HttpRequest, said: dict[str, Any]) -> Upload:
    table, mapping = said["file"], said["mapping_file"]
    own = said["mapping"] == OWN_MAPPING
    return uploads.keep(
        owner=_owner(request),
        person=str(request.user.pk),
        name=table.name,
        chunks=_chunks(table),
        mapping="" if own else said["mapping"],
        mapping_file=(mapping.name, mapping.read()) if own else None,
        case=str(said["case"].pk),
        encoding=said["encoding"],
        separator=said["separator"],
    )


def _chunks(table: Any) -> Iterator[bytes]:
    yield from table.chunks()


def _to(upload: Upload) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:cases_site_import", args=[upload.token]))
