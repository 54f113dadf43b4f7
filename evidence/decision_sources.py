"""The decisions of evidence: whether a referral is approved, an exhibit released or destroyed, a legal hold lifted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.decision_sources import line, step_blocked
from cases.decisions import Choice, Line, Section, Source, contribute
from cases.models.user import User
from cases.services.record import reason_given
from evidence.exhibit_workflow import EXHIBIT
from evidence.hold_workflow import LEGAL_HOLD
from evidence.models import (
    Examination,
    Exhibit,
    ExhibitStatus,
    HoldStatus,
    LegalHold,
    Referral,
    ReferralItem,
    ReferralStatus,
)
from evidence.services import exhibit as exhibit_service
from evidence.services import hold as hold_service
from evidence.services import referral as service
from evidence.services.custody_story import story_of
from evidence.workflows import REFERRAL


def _requested(user: User) -> Any:
    approved = access.cases_where(user, Referral.permission("approve")).values("pk")
    rows = Referral.objects.visible_to(user).current().filter(case__in=approved)
    rows = rows.filter(status=ReferralStatus.REQUESTED).exclude(requested_by=user)
    return rows.select_related("case", "laboratory", "requested_by")


def _what_is_asked_for(referral: Referral, user: User) -> Iterator[Section]:
    yield Section(
        _("The referral"),
        [
            Line(_("Case"), str(referral.case), reverse("admin:cases_case_change", args=[referral.case_id])),
            line(
                referral,
                "number",
                referral.number,
                reverse("admin:evidence_referral_change", args=[referral.pk]),
            ),
            line(referral, "laboratory"),
            line(referral, "urgency"),
            line(referral, "due_on", referral.due_on.isoformat()),
            line(referral, "requested_by"),
            line(referral, "background"),
        ],
    )
    examinations = Examination.objects.visible_to(user).current().filter(referral=referral)
    yield Section(
        _("What is examined"),
        [
            Line(str(asked.kind), asked.question)
            for asked in examinations.select_related("kind").order_by("id")
        ],
    )
    items = ReferralItem.objects.visible_to(user).current().filter(referral=referral)
    yield Section(
        _("What is sent"),
        [
            Line(
                str(item.find or item.specimen),
                _("%(name)s: %(asked)s") % {"name": item.described_as, "asked": item.asked},
            )
            for item in items.select_related("find", "specimen").order_by("position")
        ],
    )


def _step(name: str) -> Any:
    def door(*, actor: User, record: Referral, reason: str, version: int) -> Referral:
        return service.apply_transition(
            actor=actor, referral=record, name=name, reason=reason, version=version
        )

    return door


contribute(
    Source(
        key="referral",
        title=gettext_lazy("Approving a laboratory referral"),
        model=Referral,
        permission=Referral.permission("approve"),
        waiting=_requested,
        awaits=lambda row: row.status == ReferralStatus.REQUESTED and row.withdrawn_at is None,
        sentence=lambda row: (
            _("%(case)s: %(person)s asks to send %(number)s to %(laboratory)s.")
            % {
                "case": row.case.number,
                "person": row.requested_by,
                "number": row.number,
                "laboratory": row.laboratory,
            }
        ),
        whole=_what_is_asked_for,
        approve=Choice(
            REFERRAL.transition("approve").label,
            _step("approve"),
            needs_reason=False,
            meaning=gettext_lazy("It may then be dispatched, exactly as it stands here."),
        ),
        refuse=Choice(REFERRAL.transition("refuse").label, _step("refuse"), needs_reason=True),
        blocked=lambda row, user: step_blocked(REFERRAL, "approve", row, user),
    )
)

#: The step by which what was proposed about an exhibit is confirmed. That it was used up is said by those who work with
#: it, and confirmed on its own page.
_CONFIRMED_BY = {ExhibitStatus.RELEASED.value: "release", ExhibitStatus.DESTROYED.value: "destroy"}


def _page(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def _custody_of(item: Any, user: User) -> Section:
    """Return who had an item, from the first day on, in lines."""
    entries = story_of(item, user).entries
    return Section(
        _("Its custody"),
        [Line(entry.at.date().isoformat(), entry.what) for entry in entries]
        or [Line(_("Custody"), _("nobody yet"))],
    )


def _proposed(user: User) -> Any:
    decided = access.cases_where(user, Exhibit.permission("dispose")).values("pk")
    rows = Exhibit.objects.visible_to(user).current().filter(case__in=decided, status=ExhibitStatus.HELD)
    rows = rows.filter(disposal__in=list(_CONFIRMED_BY)).exclude(disposal_proposed_by=user)
    return rows.select_related("case", "disposal_proposed_by", "kind")


def _what_is_ended(exhibit: Exhibit, user: User) -> Iterator[Section]:
    yield Section(
        _("The exhibit"),
        [
            Line(_("Case"), str(exhibit.case), _page(exhibit.case)),
            line(exhibit, "number", exhibit.number, _page(exhibit)),
            line(exhibit, "kind"),
            line(exhibit, "description"),
            line(exhibit, "find", exhibit.find, _page(exhibit.find) if exhibit.find else ""),
        ],
    )
    yield Section(
        _("What is proposed"),
        [
            line(exhibit, "disposal"),
            line(exhibit, "disposal_to"),
            line(exhibit, "disposal_reason"),
            line(exhibit, "disposal_proposed_by"),
        ],
    )
    hold = hold_service.standing_for(exhibit)
    if hold is not None:
        seen = access.sees(user, hold)
        yield Section(
            _("A legal hold stands"),
            _hold_lines(hold) if seen else [line(hold, "from_on", hold.from_on.isoformat())],
        )
    parts = Exhibit.objects.visible_to(user).current().filter(parent=exhibit).order_by("id")
    if parts:
        yield Section(
            _("What was taken out of it"),
            [Line(part.number, f"{part.description} ({part.get_status_display()})") for part in parts],
        )
    yield _custody_of(exhibit, user)


def _confirm(*, actor: User, record: Exhibit, reason: str, version: int) -> Exhibit:
    return exhibit_service.apply_transition(
        actor=actor,
        exhibit=record,
        name=_CONFIRMED_BY.get(str(record.disposal), "release"),
        reason=reason,
        version=version,
    )


def _turn_down(*, actor: User, record: Exhibit, reason: str, version: int) -> Exhibit:
    return exhibit_service.withdraw_disposal(
        actor=actor, exhibit=record, reason=reason_given(reason), version=version
    )


contribute(
    Source(
        key="exhibit",
        title=gettext_lazy("Releasing or destroying an exhibit"),
        model=Exhibit,
        permission=Exhibit.permission("dispose"),
        waiting=_proposed,
        awaits=lambda row: (
            row.disposal in _CONFIRMED_BY and row.status == ExhibitStatus.HELD and row.withdrawn_at is None
        ),
        sentence=lambda row: (
            _("%(case)s: %(person)s proposes that %(exhibit)s be %(disposal)s.")
            % {
                "case": row.case.number,
                "person": row.disposal_proposed_by,
                "exhibit": row,
                "disposal": row.get_disposal_display(),
            }
        ),
        whole=_what_is_ended,
        approve=Choice(
            gettext_lazy("Confirm it"),
            _confirm,
            needs_reason=True,
            meaning=gettext_lazy("Its custody ends with this. It cannot be undone."),
        ),
        refuse=Choice(
            gettext_lazy("Turn it down"),
            _turn_down,
            needs_reason=True,
            meaning=gettext_lazy("The exhibit stays in custody; its end can be proposed again."),
        ),
        blocked=lambda row, user: step_blocked(
            EXHIBIT, _CONFIRMED_BY.get(str(row.disposal), "release"), row, user
        ),
    )
)


def _lifts(user: User) -> Any:
    decided = access.cases_where(user, LegalHold.permission("lift")).values("pk")
    rows = LegalHold.objects.visible_to(user).current().filter(case__in=decided, status=HoldStatus.STANDING)
    rows = rows.filter(lift_asked_by__isnull=False).exclude(placed_by=user).exclude(lift_asked_by=user)
    return rows.select_related("case", "placed_by", "lift_asked_by", "find", "specimen", "exhibit")


def _hold_lines(hold: LegalHold) -> list[Line]:
    return [
        Line(_("On"), str(hold.item), _page(hold.item)),
        line(hold, "reason"),
        line(hold, "court_order"),
        line(hold, "placed_by"),
        line(hold, "from_on", hold.from_on.isoformat()),
    ]


def _what_is_lifted(hold: LegalHold, user: User) -> Iterator[Section]:
    yield Section(_("The hold"), [Line(_("Case"), str(hold.case), _page(hold.case)), *_hold_lines(hold)])
    yield Section(_("What is asked for"), [line(hold, "lift_asked_by"), line(hold, "lift_asked_reason")])
    yield _custody_of(hold.item, user)


contribute(
    Source(
        key="hold",
        title=gettext_lazy("Lifting a legal hold"),
        model=LegalHold,
        permission=LegalHold.permission("lift"),
        waiting=_lifts,
        awaits=lambda row: row.lift_asked_by_id is not None and row.status == HoldStatus.STANDING,
        sentence=lambda row: (
            _("%(case)s: %(person)s asks to lift the legal hold on %(item)s.")
            % {"case": row.case.number, "person": row.lift_asked_by, "item": row.item}
        ),
        whole=_what_is_lifted,
        approve=Choice(
            LEGAL_HOLD.transition("lift").label,
            lambda *, actor, record, reason, version: hold_service.lift(
                actor=actor, hold=record, reason=reason, version=version
            ),
            needs_reason=True,
            meaning=gettext_lazy("From then on the item may be released, returned or used up again."),
        ),
        refuse=Choice(
            gettext_lazy("Let it stand"),
            lambda *, actor, record, reason, version: hold_service.decline_lift(
                actor=actor, hold=record, reason=reason, version=version
            ),
            needs_reason=True,
        ),
        blocked=lambda row, user: step_blocked(LEGAL_HOLD, "lift", row, user),
    )
)
