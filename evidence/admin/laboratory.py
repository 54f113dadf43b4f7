"""The entrance of laboratories: what was sent to the viewer's laboratory, and nothing of the case it comes from.

No page here is made of a page for the team. Each reads what it shows by `reached_by`, names the referral by its
reference and its items by their positions, and shows no number, place, person or handling of the case.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from cases import access
from cases.models.base import Handling
from cases.models.ledger import AccessKind
from cases.models.user import User
from cases.refusals import Refusal
from cases.services.access_log import log_access
from evidence.admin import laboratory_forms as forms
from evidence.models import Examination, FindingKind, Referral, ReferralItem, ReferralStatus, Result
from evidence.models.referral import AT_LABORATORY, ENDED
from evidence.services import expert_report, stored_file
from evidence.services import referral as referrals
from evidence.services import result as results
from evidence.services.referral_ageing import ages, late
from evidence.workflows import BY_LABORATORY, REFERRAL
from remains.admin.choices import person, uuid_or_none

#: Referrals listed at once; the newest of those that are done, all of those that wait.
SHOWN_DONE = 50
#: Where each state stands on the entrance.
WAITS, OUT, DONE = "waits", "out", "done"


def group_of(status: str) -> str:
    """Say whether a referral waits for the laboratory, for the answer to its report, or for nobody."""
    if status in AT_LABORATORY:
        return WAITS
    return DONE if status in {*ENDED, ReferralStatus.ACCEPTED} else OUT


def reached_referrals(user: User) -> list[Any]:
    """Return what was sent to the viewer's laboratory with its age, what is due first at the front."""
    rows = Referral.objects.reached_by(user).current().select_related("laboratory")
    rows = rows.prefetch_related("examinations__kind", "items").order_by("due_on", "id")
    found: list[Any] = list(rows)
    known = ages(found)
    for row in found:
        row.age, row.late_days, row.group = known[row.pk], late(row), group_of(row.status)
        row.count = len([item for item in row.items.all() if item.withdrawn_at is None])
        row.kinds = _kinds(row)
    return found


def _kinds(referral: Any) -> str:
    kinds = [str(asked.kind) for asked in referral.examinations.all() if asked.withdrawn_at is None]
    return ", ".join(dict.fromkeys(kinds))


class Entrance:
    """The pages, under the address of the page of referrals."""

    def __init__(self, page: Any) -> None:
        self.site = page.admin_site
        self.media = page.media

    def urls(self) -> list[URLPattern]:
        """Return the addresses of the pages."""
        wrap = self.site.admin_view
        return [
            path("laboratory/", wrap(self.entrance), name="evidence_laboratory"),
            path("laboratory/<uuid:key>/", wrap(self.referral), name="evidence_laboratory_referral"),
            path("laboratory/<uuid:key>/receipt/", wrap(self.receipt), name="evidence_laboratory_receipt"),
            path("laboratory/<uuid:key>/step/<slug:name>/", wrap(self.step), name="evidence_laboratory_step"),
            path("laboratory/<uuid:key>/result/", wrap(self.result), name="evidence_laboratory_result"),
            path("laboratory/<uuid:key>/report/", wrap(self.report), name="evidence_laboratory_report"),
            path("laboratory/<uuid:key>/finding/", wrap(self.finding), name="evidence_laboratory_finding"),
        ]

    # --- reading

    def _reached(self, request: HttpRequest, key: UUID) -> Any:
        referral = (
            Referral.objects.reached_by(person(request)).filter(pk=key).select_related("laboratory").first()
        )
        if referral is None:
            raise Http404
        if request.method == "GET" and referral.handling != Handling.OPEN:
            log_access(AccessKind.READ, request.user, request=request, record=referral)
        return referral

    def _items(self, referral: Any) -> list[Any]:
        rows = ReferralItem.objects.filter(referral=referral).current().order_by("position")
        items = list(rows)
        for item in items:
            item.referral = referral
        return items

    def _questions(self, referral: Any) -> list[Any]:
        return list(Examination.objects.filter(referral=referral).current().select_related("kind"))

    def _page(
        self, request: HttpRequest, template: str, title: str, status: int = 200, **shown: Any
    ) -> HttpResponse:
        context = {**self.site.each_context(request), "title": title, "media": self.media, **shown}
        return TemplateResponse(request, f"evidence/{template}.html", context, status=status)

    # --- pages

    def entrance(self, request: HttpRequest) -> HttpResponse:
        """Show what was sent here, by what waits for whom, with its age."""
        found = reached_referrals(person(request))
        groups = [
            (title, [row for row in found if row.group == group])
            for group, title in (
                (WAITS, _("Wait for you")),
                (OUT, _("Reported, not decided on")),
                (DONE, _("Done")),
            )
        ]
        shown = [
            (title, rows if rows and rows[0].group != DONE else rows[-SHOWN_DONE:]) for title, rows in groups
        ]
        return self._page(
            request, "laboratory", _("Referrals to your laboratory"), groups=shown, any=bool(found)
        )

    def referral(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Show one referral: what is asked, the items, and the answers so far."""
        referral = self._reached(request, key)
        user = person(request)
        questions, items = self._questions(referral), self._items(referral)
        age = ages([referral])[referral.pk]
        return self._page(
            request,
            "laboratory_referral",
            _("Referral %(reference)s") % {"reference": referral.reference},
            referral=referral,
            questions=questions,
            items=items,
            rows=self._answers(referral, items, questions),
            options=[o for o in REFERRAL.options(referral, user) if o.transition.name in BY_LABORATORY],
            examining=referral.status == ReferralStatus.EXAMINATION,
            arriving=referral.status == ReferralStatus.DISPATCHED
            and any(item.received_at is None for item in items),
            reports=expert_report.filed_with(user, referral),
            age=age,
            late_days=late(referral),
        )

    def _answers(self, referral: Any, items: list[Any], questions: list[Any]) -> list[dict[str, Any]]:
        """Return one row for each item and question, with the answer that stands and those before it."""
        given: dict[tuple[Any, Any], list[Any]] = {}
        rows = Result.objects.filter(item__referral=referral).select_related("recorded_by")
        for result in rows.prefetch_related("findings__mechanism").order_by("id"):
            given.setdefault((result.item_id, result.examination_id), []).append(result)
        found = []
        for item in (item for item in items if item.not_accepted is None):
            for asked in questions:
                answers = given.get((item.pk, asked.pk), [])
                found.append(
                    {
                        "item": item,
                        "question": asked,
                        "result": answers[-1] if answers else None,
                        "before": answers[:-1],
                    }
                )
        return found

    def receipt(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Ask how each item arrived that was not acknowledged yet."""
        referral = self._reached(request, key)
        waiting = [item for item in self._items(referral) if item.received_at is None]
        made = forms.receipts(waiting, request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST" and all([form.is_valid() for _item, form in made]):  # noqa: C419 - all are asked
            said = [form.receipt(item) for item, form in made if form.has_said()]
            try:
                results.acknowledge(actor=person(request), referral=referral, receipts=said)
            except Refusal as refusal:
                status = self._told(request, refusal)
            else:
                messages.success(request, _("The receipt is recorded."))
                return self._to(referral)
        if any(form.errors for _item, form in made):
            status = 422
        return self._page(
            request, "laboratory_receipt", _("How the items arrived"), status, referral=referral, rows=made
        )

    def step(self, request: HttpRequest, key: UUID, name: str) -> HttpResponse:
        """Take a step of the laboratory; one that needs a reason asks for it."""
        referral = self._reached(request, key)
        if name not in BY_LABORATORY:
            raise Http404
        transition = REFERRAL.transition(name)
        status = 200
        if request.method == "POST":
            try:
                referrals.apply_transition(
                    actor=person(request),
                    referral=referral,
                    name=name,
                    reason=request.POST.get("reason", ""),
                )
            except Refusal as refusal:
                status = self._told(request, refusal)
            else:
                messages.success(
                    request,
                    _("%(reference)s: %(done)s.")
                    % {"reference": referral.reference, "done": transition.label},
                )
                return self._to(referral)
        return self._page(
            request,
            "laboratory_step",
            str(transition.label),
            status,
            referral=referral,
            transition=transition,
        )

    def result(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Record the answer to one question about one item, or correct the one that stands."""
        referral = self._reached(request, key)
        item = self._one(self._items(referral), request, "item")
        asked = self._one(self._questions(referral), request, "examination")
        before = (
            Result.objects.filter(item=item, examination=asked, superseded_by__isnull=True)
            .select_related("recorded_by")
            .first()
        )
        record = Result(item=item, examination=asked)
        if before is not None:
            for name in ("outcome", "answer", "method", "analyst", "examined_on"):
                setattr(record, name, getattr(before, name))
        form = forms.result_form(person(request), record, before, request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                made = results.record_result(
                    actor=person(request),
                    record=form.save(commit=False),
                    supersedes=before,
                    correction=form.cleaned_data.get("correction", ""),
                )
            except Refusal as refusal:
                status = forms.tell(form, refusal)
            else:
                messages.success(request, _("The answer about %(item)s is recorded.") % {"item": item.label})
                if "_finding" in request.POST:
                    return HttpResponseRedirect(f"{self._address('finding', referral)}?result={made.pk}")
                return self._to(referral)
        return self._page(
            request,
            "laboratory_result",
            _("Correct the answer") if before else _("Record an answer"),
            422 if form.errors and status == HTTPStatus.OK else status,
            referral=referral,
            item=item,
            question=asked,
            before=before,
            form=form,
        )

    def finding(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Propose a finding of one kind that a result rests on."""
        referral = self._reached(request, key)
        rows = Result.objects.filter(item__referral=referral).select_related("item", "examination__kind")
        result = self._one(list(rows), request, "result")
        result.item.referral = referral
        kind = request.GET.get("kind", "")
        shown = {
            "referral": referral,
            "result": result,
            "kinds": FindingKind.choices,
            "kind": kind,
            "proposed": list(result.findings.select_related("mechanism")),
        }
        if kind not in FindingKind.values:
            return self._page(request, "laboratory_finding", _("Propose a finding"), **shown)
        form = forms.finding_form(result, kind, request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                made = results.propose(actor=person(request), record=form.save(commit=False))
            except Refusal as refusal:
                status = forms.tell(form, refusal)
            else:
                messages.success(request, _("Proposed: %(finding)s.") % {"finding": made})
                return self._to(referral)
        status = 422 if form.errors and status == HTTPStatus.OK else status
        return self._page(request, "laboratory_finding", _("Propose a finding"), status, form=form, **shown)

    def report(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """File an expert report as it was written."""
        referral = self._reached(request, key)
        form = forms.ReportForm(request.POST or None, request.FILES or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                with stored_file.received(Path(file.temporary_file_path()), file.name) as received:
                    expert_report.file_report(
                        actor=person(request),
                        referral=referral,
                        received=received,
                        title=form.cleaned_data["title"],
                    )
            except Refusal as refusal:
                status = forms.tell(form, refusal)
            else:
                messages.success(request, _("The report is filed, and sealed as it came."))
                return self._to(referral)
        status = 422 if form.errors and status == HTTPStatus.OK else status
        return self._page(
            request, "laboratory_report", _("File an expert report"), status, referral=referral, form=form
        )

    # --- ways

    def _one(self, rows: list[Any], request: HttpRequest, name: str) -> Any:
        wanted = uuid_or_none(request.GET.get(name))
        found = next((row for row in rows if row.pk == wanted), None)
        if found is None:
            raise Http404
        return found

    def _told(self, request: HttpRequest, refusal: Refusal) -> int:
        if refusal.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            raise refusal
        messages.error(request, str(refusal))
        return refusal.status

    def _address(self, name: str, referral: Any) -> str:
        return reverse(f"admin:evidence_laboratory_{name}", args=[referral.pk])

    def _to(self, referral: Any) -> HttpResponse:
        return HttpResponseRedirect(self._address("referral", referral))


def urls(page: Any) -> list[URLPattern]:
    """Return the addresses of the entrance."""
    return Entrance(page).urls()


def waiting_for(user: User) -> list[tuple[str, str]]:
    """Return what waits for an analyst on the start page: what it is, and where it is done."""
    if not access.may_somewhere(user, "evidence.referral:examine"):
        return []
    return [
        (_in_words(row), reverse("admin:evidence_laboratory_referral", args=[row.pk]))
        for row in reached_referrals(user)
        if row.group == WAITS
    ]


def _in_words(row: Any) -> str:
    said = _("Referral %(reference)s (%(kinds)s): %(status)s, due %(day)s") % {
        "reference": row.reference,
        "kinds": row.kinds,
        "status": row.get_status_display(),
        "day": row.due_on.isoformat(),
    }
    return _("%(said)s, %(n)d days late") % {"said": said, "n": row.late_days} if row.late_days else said
