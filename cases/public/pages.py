"""The public pages: for everybody, without a login, a cookie or a script, in the language that the address names."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from csp.constants import NONE, SELF
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from cases.public import reading
from cases.public.words import FIRST, Language, languages

#: How long others may keep a page: as long as a withdrawn text may still be shown.
MAX_AGE_S: Final = 60
#: Nothing but our own style sheet and icon.
POLICY: Final = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
}
LONGEST_NUMBER: Final = 6
HTML: Final = "text/html; charset=utf-8"


@require_safe
def updates(request: HttpRequest) -> HttpResponse:
    """Show the public pages of all cases."""
    language = asked_language(request)
    start = asked_number(request, "from") or 0
    pages, more = reading.listed(language, start=start)
    context = {
        "language": language,
        "pages": pages,
        "more": start + reading.LISTED if more else None,
        "start": start,
        **_links(request, ("public_updates", []), language, languages()[FIRST], list(languages().values())),
        "feeds": _feeds(request, "public_updates", [], language, languages()[FIRST]),
    }
    changed = [moment for page in pages for moment in (page.changed_at, page.newest_at) if moment]
    return answer(request, _rendered("cases/public_updates.html", context), HTML, language, changed)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the updates of one case, the newest first."""
    found = page_or_404(request, slug)
    before = asked_number(request, "before")
    shown = reading.with_updates(found, before=before)
    context = {
        "language": found.language,
        "page": shown,
        "before": before,
        **_links(request, ("public_page", [slug]), found.language, found.main, found.languages),
        "feeds": _feeds(request, "public_page", [slug], found.language, found.main),
    }
    content = _rendered("cases/public_page.html", context)
    return answer(request, content, HTML, found.language, changed_at(shown))


@require_safe
def update(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one update, with the text that it corrects."""
    found = page_or_404(request, slug)
    one = reading.one_update(found, number)
    if one is None:
        raise Http404
    context = {
        "language": found.language,
        "page": found,
        "update": one,
        **_links(request, ("public_update", [slug, number]), found.language, found.main, found.languages),
        "feeds": _feeds(request, "public_page", [slug], found.language, found.main),
    }
    content = _rendered("cases/public_update.html", context)
    return answer(request, content, HTML, found.language, [found.changed_at, one.changed_at])


def to_updates(request: HttpRequest) -> HttpResponse:
    """Lead to the list."""
    return HttpResponseRedirect(reverse("public_updates"))


def missing(request: HttpRequest) -> HttpResponse:
    """Answer for what the public has no page of, whatever there may be behind the login."""
    code = request.GET.get("lang", FIRST)
    language = languages().get(code, languages()[FIRST])
    content = _rendered(
        "cases/public_missing.html", {"language": language, "query": _query(language, languages()[FIRST])}
    )
    response = HttpResponse(content, content_type=HTML, status=HTTPStatus.NOT_FOUND)
    return with_headers(response, language)


def asked_language(request: HttpRequest) -> Language:
    """Return the language that the address names; one that there is not has no page."""
    code = request.GET.get("lang", FIRST)
    if code not in languages():
        raise Http404
    return languages()[code]


def asked_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the address; what is none has no page."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Http404
    return int(text)


def page_or_404(request: HttpRequest, slug: str) -> reading.Page:
    """Return the public page in the language that the address names."""
    found = reading.page_of(slug, request.GET.get("lang"))
    if found is None:
        raise Http404
    return found


def changed_at(shown: reading.Page) -> list[dt.datetime]:
    """Return the moments at which what a page shows has changed."""
    return [shown.changed_at, *(update.changed_at for update in shown.updates)]


def answer(
    request: HttpRequest, content: str, kind: str, language: Language, changed: list[dt.datetime]
) -> HttpResponse:
    """Return the page, or that it has not changed since the reader had it."""
    etag = quote_etag(sha256(content.encode()).hexdigest()[:32])
    response = with_headers(HttpResponse(content, content_type=kind), language)
    response["ETag"] = etag
    newest = max(changed, default=None)
    stamp = None if newest is None else int(newest.timestamp())
    if stamp is not None:
        response["Last-Modified"] = http_date(stamp)
    # A reader who has the very page is told so; a date alone would miss a second change within its second.
    only = etag if "If-None-Match" in request.headers else None
    conditional = get_conditional_response(
        request, etag=only, last_modified=stamp if only else None, response=response
    )
    return conditional or response


def with_headers(response: HttpResponse, language: Language) -> HttpResponse:
    """Add what every public answer says: its language, that it may be kept a moment, and that it needs nothing else."""
    response["Content-Language"] = language.code
    response["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    response["X-Frame-Options"] = "DENY"
    response._csp_replace = POLICY  # type: ignore[attr-defined]
    return response


def _query(language: Language, first: Language) -> str:
    return "" if language == first else f"?lang={language.code}"


def address(request: HttpRequest, route: str, args: list[Any], language: Language, first: Language) -> str:
    """Return the whole address of a page in a language; its first language needs no mark."""
    return request.build_absolute_uri(reverse(route, args=args)) + _query(language, first)


def _links(
    request: HttpRequest,
    place: tuple[str, list[Any]],
    language: Language,
    first: Language,
    known: list[Language],
) -> dict[str, Any]:
    """Return the page's own address, and that of each language it can be read in."""
    return {
        "canonical": address(request, *place, language, first),
        "alternates": [(other, address(request, *place, other, first)) for other in known],
        "query": _query(language, first),
        "list_query": _query(language, languages()[FIRST]),
    }


def _feeds(
    request: HttpRequest, route: str, args: list[Any], language: Language, first: Language
) -> dict[str, str]:
    return {kind: address(request, f"{route}_{kind}", args, language, first) for kind in ("atom", "json")}


def _rendered(template: str, context: dict[str, Any]) -> str:
    """Render without the request: no user, no session, no token gets into it."""
    return render_to_string(template, {**context, "words": context["language"].words})
