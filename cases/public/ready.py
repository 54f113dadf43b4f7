"""Why an update cannot go out yet: what is missing in its texts, and facts that are no longer what the records say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cases.models.base import Handling
from cases.models.public_update import LONGEST_BODY, OUT, PublicFact, PublicText, PublicUpdate
from cases.public.facts import Fact, as_they_are_now, in_english
from cases.public.words import Language, languages, say
from cases.refusals import Invalid, Refusal, WrongState

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def current(parts: Any) -> list[Any]:
    """Return an update's texts, or facts, that are not withdrawn, in the order in which they were added."""
    return list(parts.filter(withdrawn_at__isnull=True).order_by("id"))


def filled_in(text: str, facts: list[PublicFact], language: Language) -> str:
    """Return a text with its facts in their places."""
    values = {fact.key: say(fact.value, language) for fact in facts}
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def places(text: PublicText) -> set[str]:
    """Name the facts that a text has places for."""
    return set(_PLACE.findall(f"{text.title} {text.body} {text.reason}"))


def changed_facts(facts: list[PublicFact]) -> list[tuple[PublicFact, Fact | None]]:
    """Return the facts that are no longer what their records say, each with what is said now."""
    now = as_they_are_now(facts)
    return [
        (fact, found)
        for fact in facts
        if (found := now[fact.pk]) is None or found.value != fact.value
    ]  # fmt: skip


def why_not(update: PublicUpdate) -> Refusal | None:
    """Return the first reason for which an update cannot be submitted or published, or nothing."""
    texts, facts = current(update.texts), current(update.facts)
    return next(_reasons(update, texts, facts), None)


def _reasons(update: PublicUpdate, texts: list[PublicText], facts: list[PublicFact]) -> Iterator[Refusal]:
    main = languages()[update.page.language]
    titled = set(update.page.titles.filter(withdrawn_at__isnull=True).values_list("language", flat=True))
    if main.code not in {text.language for text in texts}:
        yield Invalid(
            "public_update.no_main_text",
            _("There is no text in %(language)s, the main language of this page.") % {"language": main.name},
            field="texts",
            way_forward=_("Add it: readers of other languages are shown it where theirs is missing."),
        )
    for text in texts:
        yield from _reasons_of_text(update, text, facts, titled)
    if any(part.handling != Handling.OPEN for part in (update, *texts, *facts)):
        yield WrongState(
            "public_update.open",
            _("Not all of this update is open to the case team."),
            field="handling",
            way_forward=_("Open it with its texts and facts first."),
        )
    if update.corrects is not None and _corrected_by_another(update):
        yield WrongState(
            "public_update.corrected_already",
            _("Another update corrects %(update)s by now.") % {"update": update.corrects},
            field="corrects",
            way_forward=_("Let this one correct that newer one."),
        )
    yield from _reasons_of_facts(facts)


def _reasons_of_text(
    update: PublicUpdate, text: PublicText, facts: list[PublicFact], titled: set[str]
) -> Iterator[Refusal]:
    named = {"language": text.get_language_display()}
    unknown = sorted(places(text) - {fact.key for fact in facts})
    if unknown:
        yield Invalid(
            "public_update.unknown_fact",
            _("The text in %(language)s has a place for {%(key)s}, and no such fact is inserted.")
            % {**named, "key": unknown[0]},
            field="texts",
            value=unknown[0],
            way_forward=_("Add the fact below, or write the words out."),
        )
    if text.language not in titled:
        yield Invalid(
            "public_update.page_without_title",
            _("The public page has no title in %(language)s.") % named,
            field="texts",
            way_forward=_("Add one on the page first: a page is read in the languages it has a title in."),
        )
    if update.corrects_id is not None and not text.reason.strip():
        yield Invalid(
            "public_update.correction_without_reason",
            _("The text in %(language)s does not say what is corrected, and why.") % named,
            field="texts",
            way_forward=_("Say it in a sentence; the public reads it with the correction."),
        )
    if len(filled_in(text.body, facts, languages()[text.language])) > LONGEST_BODY:
        yield Invalid(
            "public_update.too_long",
            _("With its facts, the text in %(language)s is longer than %(limit)d letters.")
            % {**named, "limit": LONGEST_BODY},
            field="texts",
            way_forward=_("Shorten it, or make two updates of it."),
        )


def _reasons_of_facts(facts: list[PublicFact]) -> Iterator[Refusal]:
    for fact, now in changed_facts(facts):
        said = {"key": fact.key, "then": in_english(fact.value)}
        yield WrongState(
            "public_update.fact_changed",
            _(
                "{%(key)s} was inserted as \N{LEFT DOUBLE QUOTATION MARK}%(then)s\N{RIGHT DOUBLE QUOTATION MARK}; "
            )
            % said
            + (
                _("the record no longer says it.")
                if now is None
                else _(
                    "the record now says \N{LEFT DOUBLE QUOTATION MARK}%(now)s\N{RIGHT DOUBLE QUOTATION MARK}."
                )
                % {"now": in_english(now.value)}
            ),
            field="facts",
            value=said["then"],
            rule=_("What goes out is what the records say at that moment."),
            way_forward=_(
                "Send it back to its author, who looks at the text again with what the record says."
            ),
        )


def _corrected_by_another(update: PublicUpdate) -> bool:
    others = PublicUpdate.objects.filter(corrects=update.corrects_id, status__in=OUT)
    return others.exclude(pk=update.pk).exists()
