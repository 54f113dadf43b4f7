"""A public page of case A, and updates of it at each stage."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.models import PublicFact, PublicPage, PublicText, PublicTitle, PublicUpdate
from cases.services import public_page as pages
from cases.services import public_update as updates
from tests.actors import Cast

DAY = dt.date(2024, 2, 23)
SLUG = "found-at-the-wall"


def public_page(cast: Cast, *, public: bool = True, titles: dict[str, str] | None = None) -> PublicPage:
    """Return the page of case A, read in English and Azerbaijani."""
    page = pages.create(actor=cast.prosecutor, record=PublicPage(case=cast.case_a, slug=SLUG, language="en"))
    for language, title in (titles or {"en": "Found at the wall", "az": "Divar"}).items():
        record = PublicTitle(case=cast.case_a, page=page, language=language, title=title)
        pages.create_title(actor=cast.prosecutor, record=record)
    if public:
        page = pages.apply_transition(actor=cast.prosecutor, page=page, name="open", reason="announced")
    return page


def draft(cast: Cast, page: PublicPage, who: str = "investigator", **fields: Any) -> PublicUpdate:
    """Return a new draft without a text."""
    values = {"case": cast.case_a, "page": page, "dated_on": DAY, **fields}
    return updates.create(actor=cast.people[who], record=PublicUpdate(**values))


def write(cast: Cast, update: PublicUpdate, language: str = "en", **fields: str) -> PublicText:
    """Return a new text of a draft, in the name of who drafted it."""
    values = {"title": "Statement", "body": "Work goes on.", **fields}
    text = PublicText(case=cast.case_a, update=update, language=language, **values)
    return updates.create_text(actor=update.drafted_by, record=text)


def insert(update: PublicUpdate, kind: str, record: Any, key: str = "") -> PublicFact:
    """Insert a fact of a record into a draft."""
    fact = PublicFact(case=update.case, update=update, key=key)
    fact.choice = f"{kind}:{record.pk}"
    return updates.insert_fact(actor=update.drafted_by, record=fact)


def submit(update: PublicUpdate) -> PublicUpdate:
    """Submit a draft."""
    return updates.apply_transition(actor=update.drafted_by, update=update, name="submit")


def publish(cast: Cast, page: PublicPage, **texts: Any) -> PublicUpdate:
    """Return a published update; `texts` are those of one English text, and `corrects`."""
    update = draft(cast, page, corrects=texts.pop("corrects", None))
    write(cast, update, **texts)
    return updates.publish(actor=cast.prosecutor, update=submit(update))
