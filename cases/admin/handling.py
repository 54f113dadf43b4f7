"""The page on which a record's handling is changed: it says what will change with it, and asks for the reason."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from cases import access
from cases.models.base import CaseRecord, Handling
from cases.refusals import Invalid, Refusal
from cases.services import handling as service

#: Added to the name of a handling in the form where what hangs on the record is opened too.
WITH_PARTS = "+parts"


class HandlingMixin:
    """Gives the page of a kind of record the way to change who sees it."""

    model: Any
    opts: Any
    admin_site: Any

    #: Whether there is anything to choose: a member of the team is known to all of it.
    chooses_handling = True

    def _stem(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def _has_handling(self) -> bool:
        return self.chooses_handling and issubclass(self.model, CaseRecord)

    def handling_ways(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return the way to the page, for those who may take it."""
        if not self._has_handling() or not access.may(request.user, service.permission(self.model), obj.case):
            return []
        return [
            {
                "label": _("Change the handling"),
                "link": reverse(f"admin:{self._stem()}_handling", args=[obj.pk]),
            },
        ]

    def handling_urls(self) -> list[URLPattern]:
        """Return the address of the page, for kinds of records that have a handling."""
        if not self._has_handling():
            return []
        view = self.admin_site.admin_view(self.handling_view)
        return [path("<path:object_id>/handling/", view, name=f"{self._stem()}_handling")]

    def handling_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what each handling would change, ask for the reason, and change it."""
        obj = self._visible_or_404(request, object_id)  # type: ignore[attr-defined]
        access.require(request.user, service.permission(self.model), obj)
        refusal: Refusal | None = None
        status = 200
        if request.method == "POST":
            try:
                changed = self._set_handling(request, obj)
            except Refusal as caught:
                if caught.status == HTTPStatus.NOT_FOUND:
                    raise
                refusal, status = caught, caught.status
            else:
                done = {"record": changed, "handling": changed.get_handling_display()}
                messages.success(request, _("%(record)s is now %(handling)s.") % done)
                return HttpResponseRedirect(reverse(f"admin:{self._stem()}_change", args=[obj.pk]))
        choices = service.prospects(actor=request.user, record=obj)  # type: ignore[arg-type]
        chosen = request.POST.get("handling", "")
        possible = [self._value(choice) for choice in choices if choice.refusal is None]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": _("Handling"),
            "subtitle": str(obj),
            "choices": [(self._value(choice), choice) for choice in choices],
            "chosen": chosen or (possible[0] if len(possible) == 1 else ""),
            "possible": bool(possible),
            "version": request.POST.get("version", obj.version),
            "reason": request.POST.get("reason", ""),
            "refusal": refusal,
        }
        return TemplateResponse(request, "cases/record_handling.html", context, status=status)

    @staticmethod
    def _value(choice: service.Prospect) -> str:
        return choice.handling.value + (WITH_PARTS if choice.with_parts else "")

    def _set_handling(self, request: HttpRequest, obj: Any) -> Any:
        version = request.POST.get("version", "")
        if not version.isdecimal():
            raise Invalid(
                "record.version_missing", _("The form does not say which version it was opened with.")
            )
        chosen = request.POST.get("handling", "")
        return service.set_handling(
            actor=request.user,  # type: ignore[arg-type]
            record=obj,
            handling=chosen.removesuffix(WITH_PARTS),
            reason=request.POST.get("reason", ""),
            version=int(version),
            with_parts=chosen == Handling.OPEN + WITH_PARTS,
        )
