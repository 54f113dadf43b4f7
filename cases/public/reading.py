"""What the public reads, from published words alone: two queries at most, and no row of any other kind of record.

A correction and the text that it corrects are one entry: the newer text with the older one below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from cases.models.public_page import PublicPage, PublicPageStatus, PublicTitle
from cases.models.public_update import OUT, PublicText, PublicUpdate, PublicUpdateStatus
from cases.public.words import Language, languages

#: Letters of published texts on one page at most, counted as they are sent; what does not fit is on older pages.
PAGE_BYTES: Final = 22_000
#: Updates read for one page at most.
READ: Final = 12
#: Cases on one page of the list.
LISTED: Final = 30


@dataclass(frozen=True, slots=True)
class Text:
    """A published text in one language."""

    language: Language
    title: str
    body: str
    reason: str

    @property
    def paragraphs(self) -> list[str]:
        """Return the body's paragraphs."""
        return [part.strip() for part in self.body.replace("\r\n", "\n").split("\n\n") if part.strip()]


@dataclass(frozen=True, slots=True)
class Update:
    """A published update in the reader's language, or in the page's main language where that text is missing."""

    number: int
    dated_on: dt.date
    published_at: dt.datetime
    text: Text
    retracted_at: dt.datetime | None = None
    retracted_reason: str = ""
    #: Number and moment of the update that corrects it.
    corrected: tuple[int, dt.datetime] | None = None
    #: The update that it corrects; a further one is only named.
    earlier: Update | None = None
    still_earlier: int | None = None
    slug: str = ""

    @property
    def changed_at(self) -> dt.datetime:
        """Return when its entry last changed."""
        moments = [self.published_at, self.retracted_at, self.corrected[1] if self.corrected else None]
        return max(moment for moment in moments if moment is not None)

    @property
    def weight(self) -> int:
        """Return the bytes of its texts, with those below it."""
        own = len(f"{self.text.title}{self.text.body}{self.text.reason}{self.retracted_reason}".encode())
        return own + (self.earlier.weight if self.earlier else 0)


@dataclass(frozen=True, slots=True)
class Page:
    """The public page of a case in one language."""

    key: Any
    slug: str
    main: Language
    language: Language
    title: str
    publisher: str
    languages: list[Language]
    closed_at: dt.datetime | None
    changed_at: dt.datetime
    updates: list[Update] = field(default_factory=list)
    #: The number below which the next page goes on, where there are older updates.
    older: int | None = None
    newest_title: str = ""
    newest_at: dt.datetime | None = None


def page_of(slug: str, code: str | None) -> Page | None:
    """Return a public page without its updates, or nothing where there is none in this language."""
    row = _public_pages().filter(slug=slug).first()
    return None if row is None else _page(row, code)


def with_updates(page: Page, *, before: int | None = None) -> Page:
    """Return the page with its newest updates, or with those before a number: as many as fit."""
    heads = _updates(page).filter(~Exists(_corrections("pk")))
    if before is not None:
        heads = heads.filter(number__lt=before)
    return _filled(page, [_update(row, page) for row in heads.order_by("-number")[: READ + 1]])


def with_events(page: Page) -> Page:
    """Return the page with its newest updates one by one, as a feed tells them."""
    return _filled(page, [_update(row, page) for row in _updates(page).order_by("-number")[: READ + 1]])


def one_update(page: Page, number: int) -> Update | None:
    """Return one update of a page."""
    row = _updates(page).filter(number=number).first()
    return None if row is None else _update(row, page)


def listed(language: Language, *, start: int = 0) -> tuple[list[Page], bool]:
    """Return the public pages, those with the newest updates first, and whether there are more."""
    newest = PublicUpdate.objects.filter(page=OuterRef("pk"), status=PublicUpdateStatus.PUBLISHED)
    newest = newest.filter(~Exists(_corrections("pk"))).order_by("-number")
    wanted = PublicText.objects.filter(update=OuterRef("newest"), withdrawn_at__isnull=True)
    rows = (
        _public_pages()
        .annotate(
            newest=Subquery(newest.values("pk")[:1]), newest_at=Subquery(newest.values("published_at")[:1])
        )
        .annotate(newest_texts=ArraySubquery(wanted.values(data=_WORDS)))
        .order_by(F("newest_at").desc(nulls_last=True), "-pk")[start : start + LISTED + 1]
    )
    pages = [_page(row, language.code, fall_back=True) for row in rows]
    return [page for page in pages if page is not None][:LISTED], len(pages) > LISTED


def newest_everywhere(language: Language) -> list[Update]:
    """Return the newest updates of all pages one by one, as a feed tells them."""
    rows = _with_texts(
        PublicUpdate.objects.filter(status__in=OUT, page__status__in=_OPEN).select_related("page"),
        {language.code},
    ).order_by("-published_at", "-pk")[:READ]
    return _fitting(
        [_shown(row, languages()[row.page.language], language, slug=row.page.slug) for row in rows]
    )


_OPEN: Final = (PublicPageStatus.PUBLIC, PublicPageStatus.CLOSED)
_WORDS: Final = JSONObject(
    language="language", title="published_title", body="published_body", reason="reason"
)


def _public_pages() -> QuerySet[Any]:
    titles = PublicTitle.objects.filter(page=OuterRef("pk"), withdrawn_at__isnull=True).order_by("language")
    return PublicPage.objects.filter(status__in=_OPEN).annotate(
        titled=ArraySubquery(
            titles.values(
                data=JSONObject(language="language", title="title", publisher="publisher", at="added_at")
            )
        )
    )


def _page(row: Any, code: str | None, *, fall_back: bool = False) -> Page | None:
    titles = {each["language"]: each for each in row.titled}
    known = [language for language in languages().values() if language.code in titles]
    wanted = code or row.language
    if wanted not in titles:
        if not fall_back:
            return None
        wanted = row.language
    texts = {each["language"]: each for each in getattr(row, "newest_texts", [])}
    newest = texts.get(wanted) or texts.get(row.language)
    moments = [row.changed_at, *(_instant(each["at"]) for each in row.titled)]
    return Page(
        key=row.pk,
        slug=row.slug,
        main=languages()[row.language],
        language=languages()[wanted],
        title=titles[wanted]["title"],
        publisher=titles[wanted]["publisher"],
        languages=known,
        closed_at=row.changed_at if row.status == PublicPageStatus.CLOSED else None,
        changed_at=max(moments),
        newest_title=newest["title"] if newest else "",
        newest_at=getattr(row, "newest_at", None),
    )


def _corrections(of: str) -> QuerySet[Any]:
    return PublicUpdate.objects.filter(corrects=OuterRef(of), status__in=OUT)


def _updates(page: Page) -> QuerySet[Any]:
    rows = PublicUpdate.objects.filter(page=page.key, status__in=OUT)
    return _with_texts(rows.select_related("corrects"), {page.language.code, page.main.code})


def _with_texts(rows: QuerySet[Any], codes: set[str]) -> QuerySet[Any]:
    """Read along, in the same query, the texts of each update and of the one it corrects, and what corrects it."""
    here = Q(language__in=codes) | Q(language=F("update__page__language"))

    def texts(of: str) -> ArraySubquery:
        found = PublicText.objects.filter(here, update=OuterRef(of), withdrawn_at__isnull=True)
        return ArraySubquery(found.values(data=_WORDS))

    correction = JSONObject(number="number", at="published_at")
    return rows.annotate(
        words=texts("pk"),
        words_before=texts("corrects_id"),
        correction=Subquery(_corrections("pk").values(data=correction)[:1]),
        first_number=F("corrects__corrects__number"),
    )


def _update(row: Any, page: Page) -> Update:
    return _shown(row, page.main, page.language)


def _shown(row: Any, main: Language, language: Language, slug: str = "") -> Update:
    earlier = None
    if row.corrects is not None:
        earlier = _one(row.corrects, row.words_before, main, language, (row.number, row.published_at))
    corrected = None
    if row.correction:
        corrected = (row.correction["number"], _instant(row.correction["at"]))
    return _one(row, row.words, main, language, corrected, earlier=earlier, still=row.first_number, slug=slug)


def _instant(text: str) -> dt.datetime:
    """Return an instant as the database wrote it into JSON."""
    return dt.datetime.fromisoformat(text)


def _one(
    row: Any,
    words: Iterable[dict[str, str]],
    main: Language,
    language: Language,
    corrected: tuple[int, dt.datetime] | None,
    *,
    earlier: Update | None = None,
    still: int | None = None,
    slug: str = "",
) -> Update:
    texts = {each["language"]: each for each in words}
    code = language.code if language.code in texts else main.code
    found = texts[code]
    gone = row.status == PublicUpdateStatus.RETRACTED
    return Update(
        number=row.number,
        dated_on=row.dated_on,
        published_at=row.published_at,
        text=Text(languages()[code], found["title"], "" if gone else found["body"], found["reason"]),
        retracted_at=row.retracted_at,
        retracted_reason=row.retracted_reason,
        corrected=corrected,
        earlier=earlier,
        still_earlier=still,
        slug=slug,
    )


def _filled(page: Page, updates: list[Update]) -> Page:
    kept = _fitting(updates[:READ])
    cut = len(kept) < len(updates)
    return replace(page, updates=kept, older=kept[-1].number if kept and cut else None)


def _fitting(updates: list[Update]) -> list[Update]:
    """Return as many of the first as one page has room for, and the first in any case."""
    kept: list[Update] = []
    weight = 0
    for update in updates:
        weight += update.weight
        if kept and weight > PAGE_BYTES:
            break
        kept.append(update)
    return kept
