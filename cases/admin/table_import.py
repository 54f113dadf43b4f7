"""The pages on which a table is imported: upload, preview of what would become of each row, import, result.

What is particular to one kind of record stands in its `TableKind`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cases import access
from cases.admin import table_import_job as job
from cases.admin.upload_limit import STOPPED
from cases.importing import document, uploads
from cases.importing.table import LARGEST_BYTES
from cases.importing.uploads import Upload
from cases.models.case import Case
from cases.models.ledger import AccessKind
from cases.refusals import Refusal
from cases.services.access_log import log_access

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    _Page = Any
else:
    _Page = object

OWN_MAPPING: Final = "own"


@dataclass(frozen=True)
class TableKind:
    """What is imported: by which permission and importer, shown in which columns, and how the pages call it."""

    #: Stem of the addresses: `cases_site` has `cases_site_import_table`, `cases_site_import` and so on.
    stem: str
    permission: str
    importer: job.Importer
    #: The shipped mappings with their titles.
    mappings: Callable[[], list[tuple[str, str]]]
    columns: tuple[tuple[str, Any], ...]
    #: What becomes of rows, in the order shown: name in the result, words before and after, shown if zero.
    counts: tuple[tuple[str, Any, Any, bool], ...]
    form: type[UploadForm]
    words: dict[str, StrOrPromise] = field(default_factory=dict)


class UploadForm(forms.Form):
    """Which table, into which case, and what its columns mean."""

    case = forms.ModelChoiceField(
        label=gettext_lazy("Case"), queryset=Case.objects.none(), widget=UnfoldAdminSelectWidget()
    )
    file = forms.FileField(label=gettext_lazy("Table"))
    mapping = forms.ChoiceField(
        label=gettext_lazy("What the columns mean"),
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
    #: Fields that only this kind of table has; what they hold goes to the importer under the same names.
    asks: tuple[str, ...] = ()

    def __init__(self, user: Any, kind: TableKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.kind = user, kind
        fields: dict[str, Any] = self.fields
        fields["case"].queryset = access.cases_where(user, kind.permission).order_by("number")
        fields["file"].help_text = _("CSV or XLSX, at most %(limit)d MB.") % {
            "limit": LARGEST_BYTES // 1_000_000
        }
        fields["mapping"].choices = [
            ("", _("Recognise it by the columns")),
            *kind.mappings(),
            (OWN_MAPPING, _("A mapping file of our own, chosen below")),
        ]

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


class TableImportPages(_Page):
    """Adds the import of a table to the pages of one kind of record. A list offers `import_table` as an action."""

    table_kind: TableKind

    def has_import_table_permission(self, request: HttpRequest) -> bool:
        """Offer the import to those who may in some case."""
        return access.may_somewhere(request.user, self.table_kind.permission)

    def take_table(self, request: HttpRequest) -> HttpResponse:
        """Take a table, look at it, and lead to the preview."""
        kind = self.table_kind
        if not self.has_import_table_permission(request):
            raise PermissionDenied
        begin = {name: request.GET[name] for name in kind.form.asks if name in request.GET}
        form = kind.form(request.user, kind, initial={"case": self._first_case(request), **begin})
        refusal: Refusal | None = None
        if request.method == "POST":
            form = kind.form(request.user, kind, request.POST, request.FILES)
            if getattr(request, STOPPED, False):
                refusal = uploads.too_large(_("The file"))
            elif form.is_valid():
                try:
                    upload = _kept(request, form)
                except Refusal as caught:
                    refusal = caught
                else:
                    job.start(upload, job.LOOK, request.user, kind.importer)  # type: ignore[arg-type]
                    return self._to(upload)
        context = {"form": form, "refusal": refusal, "title": kind.words["title"]}
        failed = refusal is not None or bool(form.errors)
        return self._page(request, "cases/table_import.html", context, status=422 if failed else 200)

    def import_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show where an upload stands: being looked at, preview, being imported, result. POST imports or discards."""
        upload, case = self._upload_or_404(request, token)
        kind = self.table_kind
        if request.method == "POST":
            if "discard" in request.POST:
                return self._discard(upload)
            self._confirm(request, upload)
            return self._to(upload)
        context: dict[str, Any] = {"upload": upload, "case": case, "columns": kind.columns}
        for stage in (job.IMPORT, job.LOOK):
            status, said = job.state(upload, stage)
            if status != "none":
                break
        else:
            status, said, stage = "broken", {}, job.LOOK
        context |= {"stage": stage, "status": status, "is_import": stage == job.IMPORT, **said}
        if status == "done" and said.get("result") is not None:
            context |= self._shown(said["result"], is_import=stage == job.IMPORT)
        titles = {
            (job.LOOK, "done"): _("Preview of the import"),
            (job.IMPORT, "done"): kind.words["done"],
            (job.IMPORT, "running"): kind.words["running"],
        }
        context["title"] = titles.get((stage, status), _("Looking at the table"))
        context["refused_link"] = reverse(f"admin:{kind.stem}_import_refused", args=[upload.token])
        return self._page(request, "cases/table_import_preview.html", context)

    def _shown(self, result: dict[str, Any], *, is_import: bool) -> dict[str, Any]:
        """Return what the page shows of a result."""
        flags = result.get("flags", {})
        return {
            "samples": [[row[name] for name, _label in self.table_kind.columns] for row in result["samples"]],
            "flags": [
                (count, rule.replace("_", " "), result["flag_examples"][rule])
                for rule, count in flags.items()
            ],
            "new_rows": result["created"] + result.get("appended", 0),
            "counts": [
                (after if is_import else before, result[name], name)
                for name, before, after, always in self.table_kind.counts
                if always or result[name]
            ],
        }

    def import_refused_view(self, request: HttpRequest, token: str) -> HttpResponse | FileResponse:
        """Hand the refused rows back to who uploaded them, to be saved and never to be shown by the browser."""
        upload, case = self._upload_or_404(request, token)
        stage = job.IMPORT if upload.read(job.IMPORT) else job.LOOK
        path_: Path = upload.folder / f"{stage}.refused.csv"
        if request.method != "GET" or not path_.is_file():
            raise Http404
        name = f"{upload.table.stem.partition('.refused')[0]}.refused.csv"
        log_access(AccessKind.DOWNLOADED, request.user, request=request, record=case, detail=name)
        response = FileResponse(path_.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
        response["Cache-Control"] = "private, no-store"
        return response

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of one upload."""
        wrap, stem = self.admin_site.admin_view, self.table_kind.stem
        return [
            path("import/<slug:token>/", wrap(self.import_view), name=f"{stem}_import"),
            path(
                "import/<slug:token>/refused/",
                wrap(self.import_refused_view),
                name=f"{stem}_import_refused",
            ),
            *super().get_urls(),
        ]

    # --- steps

    def _confirm(self, request: HttpRequest, upload: Upload) -> None:
        """Start what comes next; what is going on or done is left alone, a refused import may be tried again."""
        looked = upload.read(job.LOOK)
        importer = self.table_kind.importer
        if looked is None:
            job.start(upload, job.LOOK, request.user, importer)  # type: ignore[arg-type]
        elif "result" in looked:
            done = upload.read(job.IMPORT)
            if done is not None and "refusal" in done:
                upload.forget(job.IMPORT)
            job.start(upload, job.IMPORT, request.user, importer)  # type: ignore[arg-type]

    def _discard(self, upload: Upload) -> HttpResponse:
        if not upload.is_held(job.IMPORT) and not upload.is_held(job.LOOK):
            upload.discard()
            return HttpResponseRedirect(reverse(f"admin:{self.table_kind.stem}_import_table"))
        return self._to(upload)

    def _upload_or_404(self, request: HttpRequest, token: str) -> tuple[Upload, Case]:
        """Return the viewer's own upload of this session and kind, if they may still import into its case."""
        upload = uploads.find(token, _owner(request, self.table_kind))
        if upload is None:
            raise Http404
        case: Case | None = Case.objects.visible_to(request.user).filter(pk=upload.ticket["case"]).first()
        if case is None:
            raise Http404
        access.require(request.user, self.table_kind.permission, case)
        return upload, case

    def _first_case(self, request: HttpRequest) -> Any:
        asked = request.GET.get("case", "")
        cases = list(access.cases_where(request.user, self.table_kind.permission).order_by("number")[:2])
        return asked or (cases[0].pk if len(cases) == 1 else None)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "words": self.table_kind.words}
        return TemplateResponse(request, template, {**shared, **context}, status=status)

    def _to(self, upload: Upload) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:{self.table_kind.stem}_import", args=[upload.token]))


def _owner(request: HttpRequest, kind: TableKind) -> str:
    """Return what tells this person in this session from everybody else, and tells nobody the session."""
    text = f"{kind.stem}:{request.user.pk}:{request.session.session_key}"
    return salted_hmac("taphos.upload", text).hexdigest()


def _kept(request: HttpRequest, form: UploadForm) -> Upload:
    said = form.cleaned_data
    table, mapping = said["file"], said["mapping_file"]
    own = said["mapping"] == OWN_MAPPING
    return uploads.keep(
        owner=_owner(request, form.kind),
        person=str(request.user.pk),
        name=table.name,
        chunks=_chunks(table),
        mapping="" if own else said["mapping"],
        mapping_file=(mapping.name, mapping.read()) if own else None,
        case=str(said["case"].pk),
        encoding=said["encoding"],
        separator=said["separator"],
        asked={name: said[name] for name in form.asks},
    )


def _chunks(table: Any) -> Iterator[bytes]:
    yield from table.chunks()
