"""The same updates as Atom (RFC 4287) and JSON Feed 1.1, for those who follow a case. No entry is silently gone."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from cases.public import reading
from cases.public.pages import address, answer, asked_language, changed_at, page_or_404
from cases.public.words import FIRST, Language, languages

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"


@require_safe
def updates_feed(request: HttpRequest, form: str) -> HttpResponse:
    """Tell the newest updates of all cases."""
    language = asked_language(request)
    newest = reading.newest_everywhere(language)
    feed = {
        "title": language["updates"],
        "author": language["updates"],
        "link": address(request, "public_updates", [], language, languages()[FIRST]),
        "self": address(request, f"public_updates_{form}", [], language, languages()[FIRST]),
        "language": language,
        "entries": [_entry(request, update, update.slug, language) for update in newest],
    }
    return _answer(request, form, feed, [update.changed_at for update in newest])


@require_safe
def page_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Tell the newest updates of one case."""
    page = reading.with_events(page_or_404(request, slug))
    feed = {
        "title": page.title,
        "author": page.publisher or page.title,
        "link": address(request, "public_page", [slug], page.language, page.main),
        "self": address(request, f"public_page_{form}", [slug], page.language, page.main),
        "language": page.language,
        "entries": [_entry(request, update, slug, page.language) for update in page.updates],
    }
    return _answer(request, form, feed, changed_at(page))


def _entry(request: HttpRequest, update: reading.Update, slug: str, language: Language) -> dict[str, Any]:
    """Return one update with what became of it in front of its text."""
    said = language.words
    link = address(request, "public_update", [slug, update.number], language, language)
    notices = []
    if update.retracted_at:
        notices.append(said["retracted"].format(date=language.on(update.retracted_at)))
        notices.append(update.retracted_reason)
    if update.corrected:
        notices.append(said["corrected"].format(date=language.on(update.corrected[1])) + ".")
    if update.earlier:
        notices.append(said["corrects"].format(date=language.on(update.earlier.published_at)))
        notices.append(update.text.reason)
    return {
        "id": link,
        "title": update.text.title,
        "text": "\n\n".join([*notices, *update.text.paragraphs]),
        "published": update.published_at,
        "updated": update.changed_at,
        "language": update.text.language,
    }


def _answer(request: HttpRequest, form: str, feed: dict[str, Any], changed: list[Any]) -> HttpResponse:
    if form == "atom":
        content = render_to_string("cases/public_feed.xml", {**feed, "changed": max(changed, default=None)})
        return answer(request, content, ATOM, feed["language"], changed)
    text = json.dumps(_as_json(feed), ensure_ascii=False, indent=1)
    return answer(request, text, JSON, feed["language"], changed)


def _as_json(feed: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "home_page_url": feed["link"],
        "feed_url": feed["self"],
        "language": feed["language"].code,
        "authors": [{"name": feed["author"]}],
        "items": [
            {
                "id": entry["id"],
                "url": entry["id"],
                "title": entry["title"],
                "content_text": entry["text"],
                "date_published": entry["published"].isoformat(timespec="seconds"),
                "date_modified": entry["updated"].isoformat(timespec="seconds"),
                "language": entry["language"].code,
            }
            for entry in feed["entries"]
        ],
    }
