"""The pages on which files come in: many at once in pieces that go on after a break, or as a plain form.

The words are those of tus (an upload has an offset; a piece is sent by PATCH from there), the answers are our own.
A page without scripts sends all files in one form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.request import UnreadablePostError
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.admin.upload_limit import NO_ROOM, STOPPED
from cases.refusals import Invalid, Refusal
from evidence import incoming, names
from evidence.admin.upload_form import UploadForm
from evidence.incoming import Incoming
from evidence.models import SealedFile
from evidence.services import stored_file

if TYPE_CHECKING:
    _Page = Any
else:
    _Page = object

#: Bytes of one piece that the page sends; of a request, bytes read at once.
PIECE = 8_000_000
READ = 256 * 1024
#: Files of one plain form.
MOST_AT_ONCE = 100


class UploadPages(_Page):
    """Adds the taking-in of files to the pages of one kind of record. It stands where other kinds have their form."""

    upload_form: ClassVar[type[UploadForm]]
    #: What the page says, by the places in its template.
    upload_words: ClassVar[dict[str, Any]] = {}
    #: What the page's chooser of files offers first.
    accepted = ""

    def take_in(self, user: Any, form: UploadForm, received: stored_file.Received) -> SealedFile:
        """Write the record of one file that has arrived."""
        raise NotImplementedError

    # --- the page, and the plain form

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form; a page without scripts sends it with its files."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        refusals: list[Refusal] = []
        form = self.upload_form(request.user, begin=request.GET)  # type: ignore[arg-type]
        if request.method == "POST":
            if getattr(request, NO_ROOM, False):
                refusals = [stored_file.no_room()]
            elif getattr(request, STOPPED, False):
                refusals = [stored_file.too_large(_("What was sent"))]
            else:
                form = self.upload_form(request.user, request.POST)  # type: ignore[arg-type]
                files = request.FILES.getlist("files")[:MOST_AT_ONCE]
                if form.is_valid() and files:
                    made, refusals = self._plain(request, form, files)
                    if made:
                        messages.success(request, _taken_in(len(made)))
                    if not refusals:
                        return HttpResponseRedirect(self._list_of(form))
                elif not files:
                    refusals = [Invalid("file.none", _("Choose the files."), field="files")]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.upload_words["title"],
            "words": self.upload_words,
            "form": form,
            "refusals": refusals,
            "accepted": self.accepted,
            "shown": list(form.preset.items()),
            "begin_link": reverse(f"{self._named}_upload"),
            "list_link": reverse(f"{self._named}_changelist"),
            "piece_bytes": PIECE,
            "largest_bytes": stored_file.largest_bytes(),
            "largest_mb": stored_file.largest_bytes() // 1_000_000,
        }
        return TemplateResponse(request, "evidence/upload.html", context)

    def _plain(
        self, request: HttpRequest, form: UploadForm, files: list[Any]
    ) -> tuple[list[SealedFile], list[Refusal]]:
        made: list[SealedFile] = []
        refusals: list[Refusal] = []
        for file in files:
            try:
                with stored_file.received(Path(file.temporary_file_path()), file.name) as received:
                    made.append(self.take_in(request.user, form, received))
            except Refusal as refusal:
                refusals.append(refusal)
        return made, refusals

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        """Offer no "save and add another": another one is uploaded."""
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **more)

    # --- pieces

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Begin an upload, or go on with the same one; say where it stands."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.upload_form(request.user, request.POST)  # type: ignore[arg-type]
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=422)
        try:
            return self._begun(request, form)
        except Refusal as refusal:
            return problem(refusal)

    def _begun(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        sent = request.POST
        case, name = form.cleaned_data["case"], sent.get("name", "")
        size = int(sent["size"]) if sent.get("size", "").isdecimal() and len(sent["size"]) < 16 else 0
        fingerprint = sent.get("fingerprint", "")
        if len(fingerprint) == 64:
            same = stored_file.same_file(request.user, self.model, case, fingerprint)  # type: ignore[arg-type]
            if same is not None:
                return self._already(same)
        upload = incoming.begin(
            person=str(request.user.pk),
            case=str(case.pk),
            name=names.as_stated(name),
            size=size,
            fingerprint=fingerprint,
            said={"kind": self._named, "form": request.POST.dict()},
        )
        link = reverse(f"{self._named}_piece", args=[upload.token])
        answer = JsonResponse({"link": link, "offset": upload.offset}, status=201)
        answer["Location"] = link
        return answer

    def piece_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """HEAD says how much has arrived, PATCH adds a piece, POST makes the record of it, DELETE gives it up."""
        if request.method not in {"HEAD", "PATCH", "POST", "DELETE"}:
            return HttpResponseNotAllowed(["HEAD", "PATCH", "POST", "DELETE"])
        try:
            upload = incoming.find(token, str(request.user.pk))
            if request.method == "PATCH":
                upload.append(_offset(request), _pieces(request))
            elif request.method == "POST":
                return self._finished(request, upload)
            elif request.method == "DELETE":
                upload.discard()
                return HttpResponse(status=204)
        except Refusal as refusal:
            return problem(refusal)
        answer = HttpResponse(status=204 if request.method == "PATCH" else 200)
        answer["Upload-Offset"] = str(upload.offset)
        answer["Cache-Control"] = "no-store"
        return answer

    def _finished(self, request: HttpRequest, upload: Incoming) -> HttpResponse:
        form = self.upload_form(request.user, upload.ticket["said"]["form"])  # type: ignore[arg-type]
        if upload.ticket["said"]["kind"] != self._named or not form.is_valid():
            raise Invalid("upload.changed", _("What was said of this upload no longer holds. Begin again."))
        if not upload.is_whole:
            raise Invalid("upload.cut_off", _("Not all of the file has arrived."), value=upload.offset)
        try:
            with stored_file.received(upload.path, upload.ticket["name"]) as received:
                if len(upload.ticket["fingerprint"]) == 64 and (
                    received.sha256 != upload.ticket["fingerprint"]
                ):
                    raise Invalid("upload.changed", _("The file changed on its way. Upload it again."))
                same = stored_file.same_file(
                    request.user,  # type: ignore[arg-type]
                    self.model,
                    form.cleaned_data["case"],
                    received.sha256,
                )
                if same is not None:
                    upload.discard()
                    return self._already(same)
                record = self.take_in(request.user, form, received)
        except Refusal as refusal:
            if refusal.status != 507:  # when there is room again, it need not be sent again
                upload.discard()
            raise
        upload.discard()
        return JsonResponse(
            {"number": record.number, "link": self._page(record), "note": self.note_on(record)}, status=201
        )

    def note_on(self, record: SealedFile) -> str:
        """Return what whoever uploads is told of a file that was taken in all the same."""
        return ""

    def _already(self, record: SealedFile) -> HttpResponse:
        return JsonResponse({"number": record.number, "link": self._page(record), "already": True})

    def _page(self, record: SealedFile) -> str:
        return reverse(f"{self._named}_change", args=[record.pk])

    @property
    def _named(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}"

    def _list_of(self, form: UploadForm) -> str:
        return f"{reverse(f'{self._named}_changelist')}?case__id__exact={form.cleaned_data['case'].pk}"

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of uploads."""
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("upload/", wrap(self.upload_view), name=f"{stem}_upload"),
            path("upload/<slug:token>/", wrap(self.piece_view), name=f"{stem}_piece"),
            *super().get_urls(),
        ]


def may_take_in(user: Any, model: Any, case: Any) -> bool:
    """Say whether this person may add files of a kind to a case; for buttons on other pages."""
    return access.may(user, model.permission("create"), case)


def _offset(request: HttpRequest) -> int:
    said = request.headers.get("Upload-Offset", "")
    if not (said.isdecimal() and len(said) < 16):
        raise Invalid("upload.offset", _("The piece does not say where it begins."), value=said)
    return int(said)


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield what arrives; a connection that breaks ends it, and what came before stays."""
    try:
        while piece := request.read(READ):
            yield piece
    except UnreadablePostError:
        return


def problem(refusal: Refusal) -> HttpResponse:
    """Return a refusal as the page's script reads it."""
    said = {**refusal.as_problem(), "sentence": str(refusal)}
    return HttpResponse(json.dumps(said), status=refusal.status, content_type="application/problem+json")


def _taken_in(count: int) -> str:
    return ngettext("%(count)d file taken in.", "%(count)d files taken in.", count) % {"count": count}
