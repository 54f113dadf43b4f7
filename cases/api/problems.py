"""Every refusal of the interface in one form: problem+json (RFC 9457) with a stable code and the field it is about."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from cases import access
from cases.refusals import Forbidden, Invalid, Refusal, WrongState
from cases.services.rules import DEADLOCK

MEDIA_TYPE: Final = "application/problem+json"
logger = logging.getLogger("taphos.api")


class Malformed(Refusal):
    """A request that cannot be read."""

    status = HTTPStatus.BAD_REQUEST


class TooLarge(Refusal):
    """A body larger than any that is taken."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit: int) -> None:
        super().__init__(
            "request.too_large",
            _("The body is larger than %(limit)d bytes.") % {"limit": limit},
            way_forward=_("Send fewer records at a time."),
        )


class Gone(Refusal):
    """Was there once, and is not kept any longer."""

    status = HTTPStatus.GONE


class PreconditionRequired(Refusal):
    """A change that does not say which version it was made from."""

    status = HTTPStatus.PRECONDITION_REQUIRED


class SeveralInvalid(Invalid):
    """Several faults at once: the first as the problem itself, all of them in `errors`."""

    def __init__(self, faults: list[Refusal]) -> None:
        first = faults[0]
        super().__init__(
            first.code,
            first.message,
            field=first.field,
            value=first.value,
            rule=first.rule,
            way_forward=first.way_forward,
        )
        self.row = first.row
        self.faults = faults


#: Refusals of the framework, by their own words for them: code, and what to do.
_OF_FRAMEWORK: Final[dict[type[exceptions.APIException], str]] = {
    exceptions.ParseError: "request.malformed",
    exceptions.NotAuthenticated: "auth.required",
    exceptions.AuthenticationFailed: "auth.failed",
    exceptions.PermissionDenied: "access.forbidden",
    exceptions.MethodNotAllowed: "request.method",
    exceptions.NotAcceptable: "request.not_acceptable",
    exceptions.UnsupportedMediaType: "request.media_type",
    exceptions.Throttled: "request.too_many",
}


def answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return what is answered to a refusal; nothing for a failure of ours, which Django answers."""
    refusal = as_refusal(exception)
    if refusal is None:
        return None
    headers = {}
    if isinstance(exception, exceptions.APIException):
        if getattr(exception, "auth_header", None):
            headers["WWW-Authenticate"] = exception.auth_header  # type: ignore[attr-defined]
        if getattr(exception, "wait", None):
            headers["Retry-After"] = str(int(exception.wait) + 1)  # type: ignore[attr-defined]
    return Response(problem_of(refusal), status=refusal.status, headers=headers, content_type=MEDIA_TYPE)


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """Return the body of the answer: the first fault, and where there are several, each with its place."""
    problem = refusal.as_problem()
    if refusal.row is not None:
        problem["index"] = refusal.row
    faults = getattr(refusal, "faults", [refusal] if refusal.row is not None else [])
    if faults:
        problem["errors"] = [_fault(fault) for fault in faults]
    return problem


def _fault(fault: Refusal) -> dict[str, Any]:
    problem = fault.as_problem()
    said: dict[str, Any] = {
        name: problem[name] for name in ("code", "title", "field", "value", "rule") if name in problem
    }
    return said if fault.row is None else {"index": fault.row, **said}


def as_refusal(exception: Exception) -> Refusal | None:
    """Return an exception as a refusal, or nothing where it is a failure."""
    if isinstance(exception, Refusal):
        # What does not exist and what may not be seen is one answer, byte for byte, whoever says it.
        return access.not_visible() if exception.status == HTTPStatus.NOT_FOUND else exception
    if isinstance(exception, (Http404, exceptions.NotFound)):
        return access.not_visible()
    if isinstance(exception, PermissionDenied):
        return Forbidden("access.forbidden", _("This is for another role."))
    if isinstance(exception, RequestDataTooBig):
        return Malformed("request.too_large", _("The body is too large."))
    if isinstance(exception, OperationalError) and getattr(exception.__cause__, "sqlstate", None) == DEADLOCK:
        return WrongState(
            "record.busy",
            _("Somebody else was writing to the same records at the same moment, and came first."),
            way_forward=_("Try again."),
        )
    if isinstance(exception, exceptions.APIException):
        return _of_framework(exception)
    return None


def _of_framework(exception: exceptions.APIException) -> Refusal:
    detail = exception.detail
    said = str(getattr(detail, "code", ""))
    code = getattr(exception, "problem_code", None) or (
        said
        if "." in said  # a permission that says its own
        else next(
            (code for kind, code in _OF_FRAMEWORK.items() if isinstance(exception, kind)), "request.refused"
        )
    )
    refusal = Refusal(code, str(detail) if isinstance(detail, str) else _("The request was refused."))
    refusal.status = exception.status_code
    return refusal
