"""What each step of a referral asks for, said kindly; the database asks for the same."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Refusal, WrongState
from evidence.blindness import telling
from evidence.models import Examination, Finding, FindingStatus, ReferralItem, ReferralStatus, Result
from evidence.models.custody import EventStatus
from evidence.models.referral import UNDERWAY
from evidence.services.holder import Holder, acts_for
from evidence.services.item import held_items, keyed

#: What an item's name is made of.
WITH_ITEMS = ("find__case", "specimen__element", "exhibit__kind", "exhibit__material")
#: So many of what stands in the way are named.
NAMED = 5


def named(rows: list[Any]) -> str:
    """Name some of the records that stand in the way."""
    words = ", ".join(str(row) for row in rows[:NAMED])
    return words if len(rows) <= NAMED else _("%(some)s and others") % {"some": words}


def items_of(referral: Any) -> list[Any]:
    """Return the current items of a referral in their order, with what they are."""
    rows = ReferralItem.objects.filter(referral=referral).current()
    return list(rows.select_related("referral", *WITH_ITEMS).order_by("position"))


def due(referral: Any) -> Refusal | None:
    """Return the refusal of a day that has passed."""
    if referral.due_on >= timezone.localdate():
        return None
    return Invalid(
        "referral.due_in_past",
        _("The day on which the report is due, %(day)s, has passed.") % {"day": referral.due_on.isoformat()},
        field="due_on",
        value=referral.due_on.isoformat(),
        way_forward=_("Choose a day to come."),
    )


def may_be_requested(referral: Any, actor: User) -> Refusal | None:
    """Return why a draft cannot be submitted yet."""
    items = items_of(referral)
    examinations = list(Examination.objects.filter(referral=referral).current())
    if not items:
        return WrongState(
            "referral.without_items",
            _("Nothing is to be sent yet."),
            rule=_("A referral has at least one item."),
            way_forward=_("Add the finds or specimens to be examined."),
        )
    if not examinations:
        return WrongState(
            "referral.without_examinations",
            _("No examination is asked for yet."),
            rule=_("A referral asks for at least one examination, with a question."),
            way_forward=_("Add what is to be examined, and the question to the expert."),
        )
    passed = due(referral)
    if passed is not None:
        return WrongState(passed.code, passed.message, field="due_on", way_forward=passed.way_forward)
    withdrawn = [item.item for item in items if item.item.withdrawn_at is not None]
    if withdrawn:
        return WrongState(
            "referral.item_withdrawn",
            _("%(items)s: withdrawn since.") % {"items": named(withdrawn)},
            way_forward=_("Take it out of the referral."),
        )
    return elsewhere(referral, items) or telling(referral, items, examinations, actor)


def elsewhere(referral: Any, items: list[Any]) -> Refusal | None:
    """Return the refusal of items that are in another referral under way, naming both."""
    others = keyed(ReferralItem.objects.current(), [item.item_key for item in items])
    others = others.exclude(referral=referral).filter(referral__status__in=UNDERWAY)
    met = list(others.select_related("referral", *WITH_ITEMS)[: NAMED + 1])
    if not met:
        return None
    words = ", ".join(f"{item.item} ({item.referral}, {item.referral.get_status_display()})" for item in met)
    return WrongState(
        "referral.item_elsewhere",
        _("In another referral that is under way: %(items)s.") % {"items": words},
        rule=_("A thing goes to one laboratory at a time."),
        way_forward=_("Wait until that one has been decided on, or take the item out of this one."),
    )


def approved_by_another(referral: Any, actor: User) -> Refusal | None:
    """Return why who asked, or drafted, does not approve."""
    if actor.pk not in {referral.requested_by_id, referral.drafted_by_id}:
        return None
    return WrongState(
        "referral.needs_second_person",
        _("You asked for this referral yourself."),
        rule=_("A referral is asked for by one person and approved by another, who is a prosecutor."),
        way_forward=_("Ask another prosecutor of the case to approve it."),
    )


def may_be_dispatched(referral: Any, actor: User) -> Refusal | None:
    """Return why the items cannot be sent."""
    withdrawn = [item.item for item in items_of(referral) if item.item.withdrawn_at is not None]
    if withdrawn:
        return WrongState(
            "referral.item_withdrawn",
            _("%(items)s: withdrawn since.") % {"items": named(withdrawn)},
            way_forward=_("Let the prosecutor cancel the referral, and draft it anew."),
        )
    return in_other_hands(referral, actor)


def in_other_hands(referral: Any, actor: User) -> Refusal | None:
    """Return why the items cannot be handed over by this person: nobody holds them, or somebody else does."""
    loose, elsewhere_held, travelling = [], [], []
    for held in held_items([item.item for item in items_of(referral)]):
        current = held.effective
        if held.event is not None:
            travelling.append(held.item)
        elif current is None or current.until_at is not None:
            loose.append(held.item)
        elif not acts_for(actor, Holder.of(current, "holder"), referral.case):
            elsewhere_held.append(_("%(item)s: %(holder)s") % {"item": held.item, "holder": current.holder})
    if travelling:
        return WrongState(
            "custody.on_its_way",
            _("On its way already: %(items)s.") % {"items": named(travelling)},
            way_forward=_("Wait until the receiver has answered."),
        )
    if loose:
        return WrongState(
            "custody.not_held",
            _("In nobody's custody: %(items)s.") % {"items": named(loose)},
            way_forward=_("Take it into custody first: say who has it, and since when."),
        )
    if elsewhere_held:
        return WrongState(
            "referral.item_held_elsewhere",
            _("Held by somebody else: %(items)s.") % {"items": named(elsewhere_held)},
            rule=_("Things are handed over to the laboratory by whoever holds them."),
            way_forward=_("Let them be handed over to you first."),
        )
    return None


def nothing_is_there(referral: Any, actor: User) -> Refusal | None:
    """Return why a referral that was dispatched is not cancelled: something is on its way, or at the laboratory."""
    if referral.status != ReferralStatus.DISPATCHED or referral.consignment is None:
        return None
    open_or_there = referral.consignment.events.filter(status__in=[EventStatus.OPEN, EventStatus.ACCEPTED])
    if not open_or_there.exists():
        return None
    return WrongState(
        "referral.dispatched",
        _("Items of %(referral)s are on their way to the laboratory, or there.") % {"referral": referral},
        rule=_("A referral is cancelled before its dispatch, or when nothing of it was accepted."),
        way_forward=_("Call the items back first, while they are on their way."),
    )


def by_its_laboratory(referral: Any, actor: User) -> Refusal | None:
    """Return why somebody who is not of the laboratory that it went to takes no step of it."""
    if access.roles_reaching(actor, referral):
        return None
    return Forbidden(
        "referral.other_laboratory",
        _("This referral went to %(laboratory)s.") % {"laboratory": referral.laboratory},
        way_forward=_("It is examined there."),
    )


def every_item_acknowledged(referral: Any, actor: User) -> Refusal | None:
    """Return why the receipt is not whole yet."""
    items = items_of(referral)
    missing = [item.label for item in items if item.received_at is None]
    if items and all(item.not_accepted is not None for item in items):
        return by_its_laboratory(referral, actor) or WrongState(
            "referral.nothing_accepted",
            _("None of the items was accepted."),
            way_forward=_("Who sent them cancels the referral."),
        )
    if not missing:
        return by_its_laboratory(referral, actor)
    return by_its_laboratory(referral, actor) or WrongState(
        "referral.item_not_acknowledged",
        _("Not acknowledged yet: %(items)s.") % {"items": named(missing)},
        rule=_("Every item is looked at on arrival, with its seal and condition."),
        way_forward=_("Say how each item arrived."),
    )


def every_question_answered(referral: Any, actor: User) -> Refusal | None:
    """Return why a report is not complete."""
    given = list(
        Result.objects.filter(item__referral=referral).values_list("item_id", "examination_id").distinct()
    )
    answered = {key for key, _other in given}
    items = [
        item.label for item in items_of(referral) if item.not_accepted is None and item.pk not in answered
    ]
    asked = Examination.objects.filter(referral=referral).current().select_related("kind")
    open_ones = [row.kind for row in asked if row.pk not in {key for _other, key in given}]
    missing = [*items, *dict.fromkeys(open_ones)]
    if not missing:
        return by_its_laboratory(referral, actor)
    return by_its_laboratory(referral, actor) or WrongState(
        "referral.not_answered",
        _("Nothing is answered yet of: %(what)s.") % {"what": named(missing)},
        rule=_("A report answers every question, and says something of every item."),
        way_forward=_("Record a result, if only that it could not be examined."),
    )


def undecided(referral: Any) -> Any:
    """Return the findings of a referral that nobody has decided on and whose result stands."""
    return Finding.objects.filter(
        result__item__referral=referral, status=FindingStatus.PROPOSED, result__superseded_by__isnull=True
    )


def undecided_of(user: User, case: Any) -> dict[Any, int]:
    """Return how many findings wait for a decision, by referral, of those that the viewer sees in a case."""
    rows = Finding.objects.visible_to(user).filter(
        case=case, status=FindingStatus.PROPOSED, result__superseded_by__isnull=True
    )
    counted = rows.order_by().values_list("result__item__referral").annotate(n=Count("pk"))
    return dict(counted)


def every_finding_decided(referral: Any, actor: User) -> Refusal | None:
    """Return why a report is not accepted yet."""
    number = undecided(referral).count()
    if not number:
        return None
    return WrongState(
        "referral.findings_undecided",
        ngettext(
            "%(n)d proposed finding is neither accepted nor declined.",
            "%(n)d proposed findings are neither accepted nor declined.",
            number,
        )
        % {"n": number},
        way_forward=_("Decide on each of them first."),
    )


def may_be_decided(finding: Any, actor: User) -> Refusal | None:
    """Return why nobody, or not this person, decides on a finding now."""
    referral = finding.result.item.referral
    if finding.proposed_by_id == actor.pk:
        return WrongState(
            "finding.needs_second_person",
            _("You proposed this finding yourself."),
            way_forward=_("Ask another anthropologist of the case to decide on it."),
        )
    if Result.objects.filter(supersedes=finding.result_id).exists():
        return WrongState(
            "finding.superseded",
            _("The laboratory has corrected the result that this finding came with."),
            way_forward=_("Decide on what the corrected result proposes."),
        )
    if referral.status not in {ReferralStatus.REPORTED, ReferralStatus.DISPUTED}:
        return WrongState(
            "finding.not_reported",
            _("%(referral)s is %(status)s.")
            % {"referral": referral, "status": referral.get_status_display()},
            rule=_("Findings are decided on once they are reported, and before the report is accepted."),
        )
    return None
