"""The page of what awaits the viewer's decision, and the one on which a decision is taken with all of it in sight.

Whoever reads for an hour decides on what was read: where the record or anything shown has changed meanwhile, the page
says what, and asks again.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases import access, decisions
from cases.decisions import Section, Source
from cases.models.user import User
from cases.refusals import Invalid, Refusal, Stale, WrongState


class DecisionPages:
    """Gives the admin of cases the pages of decisions."""

    admin_site: Any

    def decision_urls(self) -> list[URLPattern]:
        """Return the addresses of the two pages, to stand before those of single cases."""
        wrap = self.admin_site.admin_view
        return [
            path("decisions/", wrap(self.decisions_view), name="cases_case_decisions"),
            path("decisions/<slug:key>/<uuid:pk>/", wrap(self.decide_view), name="cases_case_decide"),
        ]

    def decisions_view(self, request: HttpRequest) -> HttpResponse:
        """List what awaits the viewer's decision, of all kinds or of one."""
        user: User = request.user  # type: ignore[assignment]
        kind = request.GET.get("kind", "")
        found = [(source, rows) for source, rows in decisions.awaiting(user) if kind in ("", source.key)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("What awaits your decision"),
            "kinds": found,
            "bound": decisions.COUNTED,
            "narrowed": bool(kind),
        }
        return TemplateResponse(request, "cases/decision_list.html", context)

    def decide_view(self, request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
        """Show the whole of what is decided, and approve or refuse it as it was read."""
        user: User = request.user  # type: ignore[assignment]
        source = decisions.source_of(key)
        record = None if source is None else source.model.objects.visible_to(user).filter(pk=pk).first()
        if source is None or record is None:
            raise Http404
        if not access.may(user, source.permission, record.case):
            raise PermissionDenied
        page = _Page(source, record, user)
        if request.method == "POST" and not page.awaits:
            page.refusal = WrongState(
                "decision.over", _("This was decided meanwhile, or is no longer asked for; nothing was done.")
            )
        elif request.method == "POST":
            try:
                label = page.decide(request)
            except Refusal as refusal:
                if refusal.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                    raise
                page = _Page(source, source.model.objects.get(pk=pk), user, request, refusal)
            else:
                done = {"record": capfirst(str(record)), "done": label}
                messages.success(request, _("%(record)s: done (%(done)s).") % done)
                return HttpResponseRedirect(reverse("admin:cases_case_decisions"))
        context = {
            **self.admin_site.each_context(request),
            "title": source.title,
            "subtitle": str(record),
            "page": page,
        }
        status = page.refusal.status if page.refusal is not None else HTTPStatus.OK
        return TemplateResponse(request, "cases/decision.html", context, status=status)


class _Page:
    """What the page of one decision shows: everything as it stands now, and what differs from what was read."""

    def __init__(
        self,
        source: Source,
        record: Any,
        user: User,
        request: HttpRequest | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        self.source = source
        self.record = record
        self.user = user
        self.refusal = refusal
        self.awaits = source.awaits(record)
        self.blocked = source.blocked(record, user) if self.awaits else None
        self.sections: list[Section] = list(source.whole(record, user))
        self.marks = [line.mark for section in self.sections for line in section.lines]
        self.read = ",".join(self.marks)
        self.choices = [("approve", source.approve), ("refuse", source.refuse)]
        self.reasons: dict[str, str] = {}
        self.changed: frozenset[str] = frozenset()
        self.differences: list[Any] = []
        if request is not None:
            self.reasons = {name: request.POST.get(f"reason_{name}", "") for name, _choice in self.choices}
        if request is not None and isinstance(refusal, Stale):
            read = set(request.POST.get("read", "").split(","))
            self.changed = frozenset(mark for mark in self.marks if mark not in read)
            version = request.POST.get("version", "")
            self.differences = source.differences(record, user, int(version)) if version.isdecimal() else []
        self.own_address = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"

    @property
    def record_link(self) -> str:
        """Return the address of the record's own page."""
        return reverse(self.own_address, args=[self.record.pk])

    def decide(self, request: HttpRequest) -> str:
        """Take the decision that was sent, if all is as it was read; return what it is called."""
        version, read = request.POST.get("version", ""), request.POST.get("read", "")
        choice = dict(self.choices).get(request.POST.get("decision", ""))
        if choice is None or not version.isdecimal():
            raise Invalid("decision.missing", _("Say how you decide."), field="decision")
        if choice is self.source.approve and self.blocked is not None:
            raise self.blocked
        if int(version) != self.record.version or read != self.read:
            raise Stale(
                "decision.changed",
                _("Something has changed since you opened this page; nothing was decided."),
                way_forward=_("What changed is marked below. Read it, and decide again."),
            )
        reason = request.POST.get(f"reason_{request.POST['decision']}", "")
        if choice.needs_reason and not reason.strip():
            raise Invalid(
                "decision.reason_required",
                _("%(label)s needs a reason.") % {"label": choice.label},
                field="reason",
                way_forward=_("Say why in a sentence; it is kept in the history."),
            )
        choice.door(actor=self.user, record=self.record, reason=reason, version=int(version))
        return str(choice.label)
