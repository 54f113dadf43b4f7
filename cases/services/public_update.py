"""Updates for the public: drafted by one person with facts out of records, approved by another, corrected by new ones.

What goes out is kept as it went out: the words with the facts filled in, and each fact with the version of its record.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.public_page import PublicPage
from cases.models.public_update import PublicFact, PublicText, PublicUpdate, PublicUpdateStatus
from cases.models.user import User
from cases.public.facts import as_they_are_now, chosen
from cases.public.ready import changed_facts, current, filled_in
from cases.public.words import languages
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import (
    change_record,
    create_record,
    lock,
    refuse_stale,
    told_kindly,
    withdraw_record,
)
from cases.workflows import PUBLIC_UPDATE


def create(*, actor: User, record: PublicUpdate) -> PublicUpdate:
    """Draft an update. Raises `public_update.corrects_published`, and what a record's check raises."""
    record.status = PublicUpdateStatus.DRAFT
    record.drafted_by = actor
    return create_record(actor=actor, record=record)


def change(*, actor: User, record: PublicUpdate, version: int) -> PublicUpdate:
    """Change a draft of one's own. Raises `public_update.not_a_draft`, `public_update.not_yours`."""
    with transaction.atomic():
        _own_draft(actor, lock(record), "change")
        return change_record(actor=actor, record=record, version=version)


def create_text(*, actor: User, record: PublicText) -> PublicText:
    """Write an update in one more language. Raises `public_update.text_once`, and what `change` raises."""
    return create_record(actor=actor, record=record, prepare=lambda text: _own_draft(actor, _above(text)))


def change_text(*, actor: User, record: PublicText, version: int) -> PublicText:
    """Change a text of a draft of one's own. Raises what `create_text` raises."""
    with transaction.atomic():
        _own_draft(actor, _above(record))
        return change_record(actor=actor, record=record, version=version)


def insert_fact(*, actor: User, record: PublicFact) -> PublicFact:
    """Insert what an open record says now, as `record.choice` names it.

    Raises `public_update.no_such_fact`, `public_update.fact_once`, and what `change` raises.
    """

    def prepare(fact: PublicFact) -> None:
        _own_draft(actor, _above(fact))
        found = chosen(fact.case, actor, fact.choice)
        if found is None:
            raise Invalid(
                "public_update.no_such_fact",
                _("This fact is none that may be told to the public."),
                field="choice",
                value=fact.choice,
                rule=_("Facts come out of open records of the case, and each record says it at this moment."),
                way_forward=_("Choose one from the list."),
            )
        fact.kind = found.kind.name
        fact.table_name = found.record._meta.db_table
        fact.record_id, fact.record_version = found.record.pk, found.record.version
        fact.value = found.value
        fact.key = fact.key or _free_key(fact, found.kind.key)

    return create_record(actor=actor, record=record, prepare=prepare)


def withdraw_part(*, actor: User, record: Any, reason: str) -> Any:
    """Withdraw a text or a fact of a draft of one's own."""
    with transaction.atomic():
        _own_draft(actor, _above(record))
        return withdraw_record(actor=actor, record=record, reason=reason)


def look_again(*, actor: User, update: PublicUpdate, version: int) -> list[PublicFact]:
    """Insert what the records say by now into a draft of one's own, and return the facts that changed.

    A fact that no record says any longer stays, and keeps the update from going out, until its author withdraws it.
    Raises `public_update.not_a_draft`, `public_update.not_yours`, `record.stale`.
    """
    with transaction.atomic():
        stored: Any = lock(update)
        _own_draft(actor, stored, "change")
        refuse_stale(stored, version)
        refuse_closed(stored)
        renewed = []
        with told_kindly(stored), named(actor, "cases.publicupdate.looked_again"):
            for fact, now in changed_facts(current(stored.facts)):
                if now is None:
                    continue
                fact.value, fact.record_version = now.value, now.record.version
                fact.save(update_fields=["value", "record_version"])
                renewed.append(fact)
        return renewed


def apply_transition(
    *, actor: User, update: PublicUpdate, name: str, reason: str = "", version: int | None = None
) -> PublicUpdate:
    """Take one step. Publishing fills the facts in, and keeps the words as they go out.

    `version` is that of the update that was read. Raises `record.stale`, `public_update.needs_second_person`,
    `public_update.page_not_public`, `public_update.fact_changed`, and what else keeps an update from going out.
    """
    with transaction.atomic():
        if name == "publish":
            # One after the other: each gets the next number of its page.
            PublicPage.objects.select_for_update(no_key=True).filter(pk=update.page_id).first()
        stored: Any = lock(update)
        access.require(actor, PUBLIC_UPDATE.transition(name).permission, stored)
        if version is not None:
            refuse_stale(stored, version)
        if name == "submit":
            _own_draft(actor, stored, "change")
        if name == "publish" and stored.status == PublicUpdateStatus.SUBMITTED:
            _keep_words(actor, stored)
        done: PublicUpdate = PUBLIC_UPDATE.apply(actor=actor, record=update, name=name, reason=reason)
    return done


def publish(*, actor: User, update: PublicUpdate, version: int | None = None) -> PublicUpdate:
    """Approve what somebody else drafted, and publish it."""
    return apply_transition(actor=actor, update=update, name="publish", version=version)


def retract(*, actor: User, update: PublicUpdate, reason: str) -> PublicUpdate:
    """Withdraw a published update: the public is told when and why, and no longer shown its text."""
    return apply_transition(actor=actor, update=update, name="retract", reason=reason)


def _keep_words(actor: User, update: PublicUpdate) -> None:
    """Write the texts as they go out, and the version of each record whose fact goes out with them."""
    for option in PUBLIC_UPDATE.options(update, actor):
        if option.transition.name == "publish" and option.blocked is not None:
            raise option.blocked
    facts = current(update.facts)
    now = as_they_are_now(facts)
    with told_kindly(update), named(actor, "cases.publicupdate.publish"):
        for fact in facts:
            found = now[fact.pk]
            if found is not None and found.record.version != fact.record_version:
                fact.record_version = found.record.version
                fact.save(update_fields=["record_version"])
        for text in current(update.texts):
            language = languages()[text.language]
            text.published_title = filled_in(text.title, facts, language)
            text.published_body = filled_in(text.body, facts, language)
            text.save(update_fields=["published_title", "published_body"])


def _above(part: Any) -> Any:
    """Return the locked update of a text or fact."""
    return lock(part.update)


def _own_draft(actor: User, update: PublicUpdate, verb: str = "view") -> None:
    access.require(actor, PublicUpdate.permission(verb), update)
    if update.status != PublicUpdateStatus.DRAFT:
        raise WrongState(
            "public_update.not_a_draft",
            _("Only a draft is changed."),
            field="status",
            value=update.status,
            way_forward=_(
                "Send it back to its author while it awaits approval; what is published is corrected by a new update."
            ),
        )
    if update.drafted_by_id != actor.pk:
        raise Forbidden(
            "public_update.not_yours",
            _("A draft is changed by who drafted it: whoever changed it could approve their own words."),
            way_forward=_("Ask them to change it, or discard it with a reason and draft your own."),
        )


def _free_key(fact: PublicFact, wanted: str) -> str:
    taken = set(fact.update.facts.filter(withdrawn_at__isnull=True).values_list("key", flat=True))
    keys = (wanted if count == 1 else f"{wanted}_{count}" for count in range(1, len(taken) + 2))
    return next(key for key in keys if key not in taken)
