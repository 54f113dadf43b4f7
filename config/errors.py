"""What is answered when a request is refused or fails: our own pages, or problem+json under `/api/`.

No page shows an exception, a path or a record. A failure carries a reference that stands in the server's log
beside the exception, so that who reports it and who reads the log speak of the same thing.
"""

from __future__ import annotations

import logging
import sys
import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.refusals import Refusal

logger = logging.getLogger("taphos.incident")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that no browser sends by itself (400)."""
    reference = _reference()
    logger.warning("incident %s: bad request to %s", reference, request.path_info, exc_info=exception)
    return _answer(
        request,
        HTTPStatus.BAD_REQUEST,
        code="bad_request",
        title=_("This request could not be read"),
        sentence=_("Something in it is not as a browser sends it, so nothing was done."),
        way_forward=_("Go back, load the page again and repeat what you did."),
        reference=reference,
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may see a record but not do this to it (403)."""
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        code="forbidden",
        title=_("Your role does not allow this"),
        sentence=_(
            "You may see this part of Taphos, but what you asked for is for other roles. Nothing was changed."
        ),
        way_forward=_(
            "If it is your work, ask the prosecutor who directs the case, or your administrator, to give you the role."
        ),
    )


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal of a service in its own words (403, 409, 412, 422)."""
    return _answer(
        request,
        HTTPStatus(refusal.status),
        code=refusal.code,
        title=_("This was refused"),
        sentence=" ".join(part for part in (refusal.message, refusal.rule_in_words) if part),
        way_forward=refusal.way_forward,
    )


def password_to_choose(request: HttpRequest) -> HttpResponse:
    """Answer a program of somebody who works with a password of somebody else's making (403)."""
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        code="auth.password_to_choose",
        title=_("A password of your own is to be chosen first"),
        sentence=_("Somebody else knows the password with which you signed in."),
        way_forward=_("Open Taphos in your browser and choose another one."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token does not fit the session (403)."""
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        code="csrf_failed",
        title=_("This form has expired"),
        sentence=_(
            "It was opened before your last login, or cookies are switched off. What you sent was not saved."
        ),
        way_forward=_("Go back, copy what you typed, load the page again and send it once more."),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what does not exist and for what may not be seen: nobody is told which (404)."""
    return _answer(
        request,
        HTTPStatus.NOT_FOUND,
        code="not_found",
        title=_("Page not found"),
        sentence=_("There is no such page, or it belongs to a case that you do not work on."),
        way_forward=_(
            "Check the address. If a colleague sent it to you, ask to be added to the case's team."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when Taphos itself has failed (500), without a database and, if need be, without a template."""
    reference = _reference()
    logger.error("incident %s: %s %s", reference, request.method, request.path_info, exc_info=sys.exc_info())
    parts = {
        "code": "server_error",
        "title": _("Taphos has failed"),
        "sentence": _(
            "This is our fault, not yours. What you were doing was undone; what was saved before is safe."
        ),
        "way_forward": _(
            "Try again in a moment. If it fails again, send the reference below to your administrator."
        ),
        "reference": reference,
    }
    try:
        return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, **parts)
    except Exception:
        logger.exception("incident %s: the error page failed as well", reference)
        text = "".join(
            f"<p>{escape(parts[part])}</p>" for part in ("title", "sentence", "way_forward", "reference")
        )
        return HttpResponse(
            f"<!DOCTYPE html><title>Taphos</title>{text}", status=HTTPStatus.INTERNAL_SERVER_ERROR
        )


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer for an account that is locked after repeated failures (429), be there such an account or not."""
    cool_off = settings.AXES_COOLOFF_TIME
    minutes = max(1, round(cool_off.total_seconds() / 60))
    response = _answer(
        request,
        HTTPStatus.TOO_MANY_REQUESTS,
        code="locked_out",
        title=_("This account is locked for now"),
        sentence=ngettext(
            "Too many wrong passwords or codes were given for it. It opens again in %(count)d minute.",
            "Too many wrong passwords or codes were given for it. It opens again in %(count)d minutes.",
            minutes,
        )
        % {"count": minutes},
        way_forward=_(
            "Wait, then log in again. Your administrator can open it sooner. If it was not you who tried, "
            "tell your administrator: somebody may know your name here."
        ),
    )
    response["Retry-After"] = str(int(cool_off.total_seconds()))
    return response


def _reference() -> str:
    return str(uuid.uuid4())


def _answer(
    request: HttpRequest,
    status: HTTPStatus,
    *,
    code: str,
    title: str,
    sentence: str,
    way_forward: str,
    reference: str = "",
) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        if status == HTTPStatus.NOT_FOUND:  # the one answer for an address, a record and a secret
            return JsonResponse(
                access.not_visible().as_problem(),
                status=status,
                content_type="application/problem+json",
                json_dumps_params={"separators": (",", ":"), "ensure_ascii": False},
            )
        problem = {
            "type": f"urn:taphos:problem:{code}",
            "title": title,
            "status": status.value,
            "code": code,
            "detail": sentence,
            "way_forward": way_forward,
        }
        if reference:
            problem["instance"] = f"urn:uuid:{reference}"
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    # Rendered without the request: an error page must not fail on a session, a user or a context processor.
    page = loader.select_template([f"{status.value}.html", "error.html"]).render(
        {
            "title": title,
            "sentence": sentence,
            "way_forward": way_forward,
            "reference": reference,
            "status": status.value,
            "stylesheet": _stylesheet(),
        }
    )
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _stylesheet() -> str:
    try:
        return static("taphos/pages.css")
    except ValueError:
        # Static files were never collected; a plain page is better than none.
        return ""
