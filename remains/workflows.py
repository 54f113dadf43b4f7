"""The workflow of a find: from the grave to the return."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.user import User
from cases.refusals import Refusal, WrongState
from cases.workflow import Transition, Workflow
from remains.along import asked, leaving
from remains.models.assessment import AssessmentStatus as A
from remains.models.find import FindStatus as S
from remains.models.find import LineageKind


def _lifting_recorded(find: Any, actor: User) -> Refusal | None:
    if find.lifted_on is not None:
        return None
    return WrongState(
        "find.lifting_not_recorded",
        _("The day of lifting is not recorded."),
        field="lifted_on",
        way_forward=_("Enter on which day and by whom the find was lifted."),
    )


def merged(find: Any, actor: User | None = None) -> Refusal | None:
    """Return why a find that was merged into another goes no further."""
    lineage = find.lineage_down.filter(kind=LineageKind.MERGE).select_related("child").first()
    if lineage is None:
        return None
    return WrongState(
        "find.merged",
        _("%(find)s was merged into %(other)s.") % {"find": find, "other": lineage.child},
        way_forward=_("Go on with %(other)s.") % {"other": lineage.child},
    )


FIND = Workflow(
    "remains.find",
    initial=(S.LOCATED, S.RECORDED, S.LIFTED),
    resting=(S.RETURNED, S.REBURIED, S.RETAINED),
    guard=merged,
    transitions=(
        Transition("record", gettext_lazy("Mark as recorded"), (S.LOCATED,), S.RECORDED, "remains.find:lift"),
        Transition(
            "lift",
            gettext_lazy("Mark as lifted"),
            (S.LOCATED, S.RECORDED),
            S.LIFTED,
            "remains.find:lift",
            guard=_lifting_recorded,
        ),
        Transition(
            "send",
            gettext_lazy("Send off"),
            (S.LIFTED, S.RECEIVED, S.EXAMINED, S.RETAINED),
            S.IN_TRANSIT,
            "remains.find:move",
            guard=asked("send"),
        ),
        Transition(
            "receive",
            gettext_lazy("Receive"),
            (S.LIFTED, S.IN_TRANSIT),
            S.RECEIVED,
            "remains.find:move",
            guard=asked("receive"),
        ),
        *(
            Transition(
                name,
                gettext_lazy("Take back"),
                (S.IN_TRANSIT,),
                target,
                "remains.find:move",
                requires_reason=True,
                guard=asked(name),
                offered=False,
            )
            for name, target in (
                ("taken_back", S.RECEIVED),
                ("taken_back_lifted", S.LIFTED),
                ("taken_back_examined", S.EXAMINED),
                ("taken_back_retained", S.RETAINED),
            )
        ),
        Transition(
            "examine",
            gettext_lazy("Begin examination"),
            (S.RECEIVED, S.EXAMINED, S.RETAINED),
            S.EXAMINATION,
            "remains.find:examine",
        ),
        Transition(
            "examined", gettext_lazy("End examination"), (S.EXAMINATION,), S.EXAMINED, "remains.find:examine"
        ),
        Transition(
            "release",
            gettext_lazy("Release"),
            (S.EXAMINED, S.RETAINED),
            S.RELEASED,
            "remains.find:release",
            requires_reason=True,
        ),
        Transition(
            "return",
            gettext_lazy("Return to the family"),
            (S.RELEASED,),
            S.RETURNED,
            "remains.find:release",
            requires_reason=True,
            effect=leaving("return"),
        ),
        Transition(
            "rebury",
            gettext_lazy("Rebury"),
            (S.RELEASED,),
            S.REBURIED,
            "remains.find:release",
            requires_reason=True,
            effect=leaving("rebury"),
        ),
        Transition(
            "retain",
            gettext_lazy("Retain by court order"),
            (S.RECEIVED, S.EXAMINED, S.RELEASED),
            S.RETAINED,
            "remains.find:release",
            requires_reason=True,
        ),
    ),
)


def _signed_by_another(assessment: Any, actor: User) -> Refusal | None:
    if assessment.drafted_by_id != actor.pk:
        return None
    return WrongState(
        "assessment.needs_second_person",
        _("You drafted this assessment yourself."),
        rule=_("An assessment is drafted by one anthropologist and signed by another."),
        way_forward=_("Ask another anthropologist of the case to sign it."),
    )


def _record_signature(assessment: Any, actor: User, reason: str) -> None:
    assessment.signed_by = actor
    assessment.signed_at = timezone.now()


ASSESSMENT = Workflow(
    "remains.assessment",
    initial=(A.DRAFT,),
    resting=(A.SIGNED, A.DISCARDED),
    transitions=(
        Transition(
            "sign",
            gettext_lazy("Sign"),
            (A.DRAFT,),
            A.SIGNED,
            "remains.assessment:sign",
            guard=_signed_by_another,
            effect=_record_signature,
        ),
        Transition(
            "discard",
            gettext_lazy("Discard the draft"),
            (A.DRAFT,),
            A.DISCARDED,
            "remains.assessment:discard",
            requires_reason=True,
        ),
    ),
)
