"""Enquiries: asked of the case's team, answered by it, and closed; the answer is never kept from who asked."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.casework_workflows import ENQUIRY
from cases.models.base import Handling
from cases.models.enquiry import Enquiry, EnquiryStatus
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import create_record, lock, refuse_stale
from cases.services.rules import DatabaseRule, declare_rules
from cases.services.topic import topic_of

declare_rules(
    {
        "cases_enquiry_said": DatabaseRule(
            "enquiry.said", gettext_lazy("An enquiry asks something."), "question"
        ),
        "cases_enquiry_due_ordered": DatabaseRule(
            "enquiry.due_before_asked",
            gettext_lazy("An answer is not wished for before the day of the question."),
            "due_on",
            gettext_lazy("Choose a later day, or leave it empty."),
        ),
        "cases_enquiry_answered_by_another": DatabaseRule(
            "enquiry.needs_second_person",
            gettext_lazy("An enquiry is answered, in words, by another person than the one who asked."),
            kind=WrongState,
        ),
        "cases_enquiry_answer_given": DatabaseRule(
            "enquiry.answer", gettext_lazy("An answer is given in words."), "reason"
        ),
        "cases_enquiry_begins_open": DatabaseRule(
            "enquiry.open",
            gettext_lazy("An enquiry to the team is open, so that those read it who answer."),
            "handling",
            gettext_lazy("What is confidential is no part of the question; make an observation of it."),
        ),
        "cases_enquiry_answer_open": DatabaseRule(
            "enquiry.out_of_askers_sight",
            gettext_lazy("Who asked does not see this enquiry any more, and would not read the answer."),
            kind=WrongState,
        ),
        "cases_enquiry_words_fixed": DatabaseRule(
            "enquiry.fixed",
            gettext_lazy("A question stays as it was asked."),
            way_forward=gettext_lazy("Close it, and ask anew."),
            kind=WrongState,
        ),
        "cases_enquiry_own_name": DatabaseRule(
            "enquiry.own_name", gettext_lazy("An enquiry is answered in one's own name only."), kind=Forbidden
        ),
    }
)


def create(*, actor: User, record: Enquiry, about: Any = None) -> Enquiry:
    """Ask the team of a case, about one of its records where one is named.

    Raises `enquiry.open`, `enquiry.due_before_asked`, `topic.kind`, and what `create_record` raises.
    """
    access.require(actor, Enquiry.permission("create"), record.case)
    if record.handling != Handling.OPEN:
        raise Invalid(
            "enquiry.open",
            _("An enquiry to the team is open, so that those read it who answer."),
            field="handling",
            value=record.handling,
            way_forward=_("What is confidential is no part of the question; make an observation of it."),
        )

    def prepare(new: Enquiry) -> None:
        new.status = EnquiryStatus.ASKED
        new.asked_by = actor
        new.asked_on = timezone.localdate()
        if about is not None:
            new.about = topic_of(actor=actor, record=about)

    return create_record(actor=actor, record=record, prepare=prepare)


def apply_transition(
    *, actor: User, enquiry: Enquiry, name: str, reason: str = "", version: int | None = None
) -> Enquiry:
    """Take one step: `answer`, `ask_again`, `close` what was answered, `drop` what was not.

    Raises `enquiry.needs_second_person`, `enquiry.not_yours`, `enquiry.out_of_askers_sight`, `record.stale`, and what
    the workflow raises.
    """
    with transaction.atomic():
        if version is not None:
            stored = lock(enquiry)
            access.require(actor, ENQUIRY.transition(name).permission, stored)
            refuse_stale(stored, version)
        done: Enquiry = ENQUIRY.apply(actor=actor, record=enquiry, name=name, reason=reason)
        return done
