"""Observations: made by one person for readers whom that person chooses, noted or answered by another."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.casework_workflows import OBSERVATION
from cases.models.base import Handling
from cases.models.observation import Observation, ObservationStatus
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import create_record, lock, refuse_stale, withdraw_record
from cases.services.rules import DatabaseRule, declare_rules
from cases.services.topic import topic_of

declare_rules(
    {
        "cases_observation_said": DatabaseRule(
            "observation.said", gettext_lazy("An observation says something."), "text"
        ),
        "cases_observation_answered_by_another": DatabaseRule(
            "observation.needs_second_person",
            gettext_lazy("An observation is noted or answered by another person than the one who made it."),
            kind=WrongState,
        ),
        "cases_observation_answer_given": DatabaseRule(
            "observation.answer", gettext_lazy("An answer is given in words."), "reason"
        ),
        "cases_observation_words_fixed": DatabaseRule(
            "observation.fixed",
            gettext_lazy("An observation stays as it was made."),
            way_forward=gettext_lazy("Withdraw it, and make another one."),
            kind=WrongState,
        ),
        "cases_observation_own_name": DatabaseRule(
            "observation.own_name",
            gettext_lazy("An observation is noted or answered in one's own name only."),
            kind=Forbidden,
        ),
    }
)


def create(
    *, actor: User, record: Observation, about: Any = None, made_by: User | None = None
) -> Observation:
    """Make an observation, about one of the case's records where one is named. Its handling is chosen, not assumed.

    `made_by` is who made it where that is not the actor: who answers for the partner's program that sent it.

    Raises `observation.handling_missing`, `topic.kind`, and what `create_record` raises.
    """
    if not record.handling:
        raise Invalid(
            "observation.handling_missing",
            _("Say who may read this observation."),
            field="handling",
            rule=", ".join(Handling.values),
            way_forward=_(
                "Open to the team, or for those only who see what is humanitarian or of the investigation."
            ),
        )

    def prepare(new: Observation) -> None:
        new.status = ObservationStatus.MADE
        new.made_by = made_by or actor
        new.made_on = timezone.localdate()
        if about is not None:
            new.about = topic_of(actor=actor, record=about)

    return create_record(actor=actor, record=record, prepare=prepare)


def withdraw(*, actor: User, record: Observation, reason: str) -> Observation:
    """Withdraw an observation of one's own. Raises `observation.not_yours`, and what `withdraw_record` raises."""

    def rule(stored: Observation) -> None:
        if stored.made_by_id != actor.pk:
            raise Forbidden(
                "observation.not_yours",
                _("This observation was made by %(person)s.") % {"person": stored.made_by},
                way_forward=_("Answer it instead."),
            )

    withdrawn: Observation = withdraw_record(actor=actor, record=record, reason=reason, rule=rule)
    return withdrawn


def apply_transition(
    *, actor: User, observation: Observation, name: str, reason: str = "", version: int | None = None
) -> Observation:
    """Note an observation (`note`), or answer it in words (`answer`).

    Raises `observation.needs_second_person`, `record.stale`, and what the workflow raises.
    """
    with transaction.atomic():
        if version is not None:
            stored = lock(observation)
            access.require(actor, OBSERVATION.transition(name).permission, stored)
            refuse_stale(stored, version)
        done: Observation = OBSERVATION.apply(actor=actor, record=observation, name=name, reason=reason)
        return done
