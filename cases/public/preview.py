"""An update as the public will read it, or reads it, beside what its facts' records say now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, reverse

from cases.access import Person
from cases.models.case import Case
from cases.models.public_update import OUT, PublicFact, PublicText, PublicUpdate, PublicUpdateStatus
from cases.public.facts import Fact, as_they_are_now, in_english, kinds
from cases.public.reading import Text
from cases.public.ready import changed_facts, current, filled_in
from cases.public.words import languages


@dataclass(frozen=True, slots=True)
class InsertedFact:
    """A fact as it was inserted, and what its record says now."""

    key: str
    label: str
    said: str
    now: str | None
    changed: bool
    link: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The texts with their facts in their places."""

    texts: list[Text]
    facts: list[InsertedFact]
    published: bool

    @property
    def changed(self) -> list[InsertedFact]:
        """Return the facts that are no longer what the records say."""
        return [fact for fact in self.facts if fact.changed]

    @property
    def renewable(self) -> list[InsertedFact]:
        """Return those of them of which the records say something else."""
        return [fact for fact in self.changed if fact.now is not None]


def preview(update: PublicUpdate, user: Person) -> Preview:
    """Return an update as it is, or would be, read, as far as this person sees it.

    It asks once for each kind of fact in it.
    """
    texts = current(PublicText.objects.visible_to(user).filter(update=update))
    facts = current(PublicFact.objects.visible_to(user).filter(update=update))
    out = update.status in OUT
    now = as_they_are_now(facts)
    return Preview(
        texts=[_text(text, facts, out) for text in texts],
        facts=[_fact(fact, now[fact.pk]) for fact in facts],
        published=out,
    )


def outdated_updates(case: Case, user: Person) -> list[UUID]:
    """Return the published updates of a case, not corrected since, whose facts the records no longer say."""
    corrected = PublicUpdate.objects.filter(corrects=OuterRef("update"), status__in=OUT)
    standing = PublicFact.objects.visible_to(user).filter(
        ~Exists(corrected), case=case, update__status=PublicUpdateStatus.PUBLISHED, withdrawn_at__isnull=True
    )
    return sorted({fact.update_id for fact, _now in changed_facts(list(standing))})


def _text(text: PublicText, facts: list[PublicFact], out: bool) -> Text:
    language = languages()[text.language]
    if out:
        return Text(language, text.published_title, text.published_body, text.reason)
    title, body = (filled_in(words, facts, language) for words in (text.title, text.body))
    return Text(language, title, body, filled_in(text.reason, facts, language))


def _fact(fact: PublicFact, found: Fact | None) -> InsertedFact:
    kind = kinds().get(fact.kind)
    return InsertedFact(
        key=fact.key,
        label=str(kind.label) if kind else fact.kind,
        said=in_english(fact.value),
        now=None if found is None else in_english(found.value),
        changed=found is None or found.value != fact.value,
        link=_link(kind.model, fact) if kind and found else "",
    )


def _link(model: type, fact: PublicFact) -> str:
    options = model._meta  # type: ignore[attr-defined]
    try:
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[fact.record_id])
    except NoReverseMatch:
        return ""
