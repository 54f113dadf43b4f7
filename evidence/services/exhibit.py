"""Exhibits: recorded under numbers that are never used again, changed, withdrawn, and ended by two people."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import (
    change_record,
    create_record,
    lock,
    not_by_hand,
    not_in_future,
    reason_given,
    refuse_stale,
    refuse_withdrawn,
    told_kindly,
    withdraw_record,
)
from evidence.exhibit_workflow import EXHIBIT
from evidence.models import Exhibit, ExhibitStatus, HoldingBasis, Parting
from evidence.models.exhibit import DISPOSALS
from evidence.services import holding as holdings
from evidence.services.custody import not_holder
from evidence.services.holder import Holder, acts_for
from evidence.services.item import held_items, lock_keys, settle

#: What numbering and decisions give, and no form.
_GIVEN = (
    "number",
    "serial",
    "site_id",
    "parent_id",
    "parting",
    "disposal",
    "disposal_reason",
    "disposal_to",
    "disposal_proposed_by_id",
    "disposed_by_id",
)


def create(*, actor: User, record: Exhibit) -> Exhibit:
    """Record an exhibit: give it the next number of its site.

    What it is tied to says the rest: site and context come from the find, the find from the specimen. A part of an item
    in custody is held by whoever holds that item, from now on.
    Raises `exhibit.part_of_nothing`, `exhibit.parting_without_reason`, `exhibit.of_other_site`,
    `exhibit.injury_of_specimen`, `custody.not_holder`, `custody.on_its_way`, `custody.ended`, `record.day_in_future`
    and what `create_record` raises.
    """
    with transaction.atomic():
        created = create_record(actor=actor, record=record, prepare=_prepare, rule=_rule)
        if created.parting:
            _go_on_with_origin(actor, created)
    return created


def change(*, actor: User, record: Exhibit, version: int) -> Exhibit:
    """Change what is recorded about an exhibit. Number, site, origin and status stay. Raises what `create` raises."""

    def prepare(exhibit: Exhibit) -> None:
        not_by_hand(Exhibit.objects.get(pk=exhibit.pk), exhibit, _GIVEN)

    return change_record(actor=actor, record=record, version=version, prepare=prepare, rule=_rule)


def withdraw(*, actor: User, record: Exhibit, reason: str) -> Exhibit:
    """Withdraw an exhibit that was recorded by mistake: not while somebody holds it.

    Raises `exhibit.in_custody` and what `withdraw_record` raises.
    """

    def rule(stored: Exhibit) -> None:
        if stored.status != ExhibitStatus.RECORDED:
            raise WrongState(
                "exhibit.in_custody",
                _("%(exhibit)s is %(status)s: its custody is recorded, and stays.")
                % {"exhibit": stored, "status": stored.get_status_display()},
                field="status",
                value=stored.status,
                way_forward=_("Correct what is recorded about it, or dispose of it with two people."),
            )

    withdrawn: Exhibit = withdraw_record(actor=actor, record=record, reason=reason, rule=rule)
    return withdrawn


def propose_disposal(*, actor: User, exhibit: Exhibit, disposal: str, reason: str, to: str = "") -> Exhibit:
    """Propose that an exhibit was used up, or is released to somebody, or destroyed; somebody else confirms.

    Raises `exhibit.disposal_unknown`, `exhibit.disposal_proposed_already`, `exhibit.released_to_nobody`,
    `custody.not_held`, `record.reason_required`.
    """
    with transaction.atomic():
        stored: Any = lock(exhibit)
        access.require(actor, Exhibit.permission("propose_disposal"), stored)
        reason = reason_given(reason)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        if disposal not in DISPOSALS:
            raise Invalid(
                "exhibit.disposal_unknown",
                _("An exhibit is used up, released or destroyed."),
                field="disposal",
                value=disposal,
            )
        if stored.disposal is not None:
            raise WrongState(
                "exhibit.disposal_proposed_already",
                _("%(person)s proposed already that it be %(disposal)s.")
                % {"person": stored.disposal_proposed_by, "disposal": stored.get_disposal_display()},
                way_forward=_("Confirm that, or take that proposal back first."),
            )
        if stored.status != ExhibitStatus.HELD:
            [held] = held_items([stored])
            raise holdings.not_held(held)
        if disposal == ExhibitStatus.RELEASED and not to.strip():
            raise Invalid(
                "exhibit.released_to_nobody",
                _("A release says to whom."),
                field="disposal_to",
                way_forward=_("Name who receives it: a family, a court, an agency."),
            )
        stored.disposal, stored.disposal_reason, stored.disposal_to = disposal, reason, to.strip()
        stored.disposal_proposed_by = actor
        return _written(actor, stored, "disposal_proposed", reason)


def withdraw_disposal(
    *, actor: User, exhibit: Exhibit, reason: str = "", version: int | None = None
) -> Exhibit:
    """Take a proposal about its end back, or turn it down. Raises `exhibit.not_proposed`, `record.stale`."""
    with transaction.atomic():
        stored: Any = lock(exhibit)
        access.require(actor, Exhibit.permission("propose_disposal"), stored)
        if version is not None:
            refuse_stale(stored, version)
        refuse_closed(stored)
        if stored.disposal is None or stored.status != ExhibitStatus.HELD:
            raise WrongState("exhibit.not_proposed", _("Nothing is proposed."))
        stored.disposal, stored.disposal_reason, stored.disposal_to = None, "", ""
        stored.disposal_proposed_by = None
        return _written(actor, stored, "disposal_proposal_withdrawn", reason.strip())


def apply_transition(
    *, actor: User, exhibit: Exhibit, name: str, reason: str = "", version: int | None = None
) -> Exhibit:
    """Take one transition of the exhibit's workflow, from the version that was read where one is named."""
    with transaction.atomic():
        if version is not None:
            stored = lock(exhibit)
            access.require(actor, EXHIBIT.transition(name).permission, stored)
            refuse_stale(stored, version)
        result: Exhibit = EXHIBIT.apply(actor=actor, record=exhibit, name=name, reason=reason)
        settle()
        return result


def _written(actor: User, stored: Exhibit, done: str, reason: str) -> Exhibit:
    with told_kindly(stored), named(actor, f"evidence.exhibit.{done}", reason=reason):
        stored.save(update_fields=["disposal", "disposal_reason", "disposal_to", "disposal_proposed_by"])
    stored.version += 1
    return stored


def tie(exhibit: Exhibit) -> None:
    """Fill in what follows from what the exhibit is tied to: the specimen's find, the find's site and context."""
    if exhibit.injury is not None and exhibit.specimen is None:
        exhibit.specimen = exhibit.injury.specimen
    if exhibit.specimen is not None and exhibit.find is None:
        exhibit.find = exhibit.specimen.find
    if getattr(exhibit, "site_id", None) is None:
        of = exhibit.find or exhibit.parent or exhibit.context
        if of is not None:
            exhibit.site = of.site
    if exhibit.context is None and exhibit.find is not None and exhibit.find.site_id == exhibit.site_id:
        exhibit.context = exhibit.find.context


def _prepare(exhibit: Exhibit) -> None:
    tie(exhibit)
    exhibit.status = ExhibitStatus.RECORDED
    exhibit.parting = exhibit.parting or None
    if exhibit.parent_id is not None and exhibit.parting is None:
        raise Invalid(
            "exhibit.part_of_nothing",
            _("Say how it came out of %(parent)s.") % {"parent": exhibit.parent},
            field="parting",
            way_forward=_("Choose cut, taken out or taken off; and why."),
        )
    if exhibit.parting is not None and exhibit.origin is None:
        raise Invalid(
            "exhibit.part_of_nothing",
            _("It came out of nothing: no exhibit, specimen or find is named."),
            field="parting",
            way_forward=_("Name what it was taken out of, or leave this empty."),
        )
    if exhibit.site_id is not None:
        _number(exhibit)


def _rule(exhibit: Exhibit) -> None:
    not_in_future(exhibit, "found_on")


def _number(exhibit: Exhibit) -> None:
    """Give the exhibit the next serial and number of its site; whoever numbers one there waits for the other."""
    site = Site.objects.select_for_update(no_key=True).get(pk=exhibit.site_id)
    last = Exhibit.objects.filter(site=site).aggregate(last=Max("serial"))["last"] or 0
    exhibit.serial = last + 1
    exhibit.number = number_of(site, exhibit.serial)


def number_of(site: Site, serial: int) -> str:
    """Return the number of an exhibit: the site's code, E for exhibit, and its serial at the site."""
    return f"{site.code}-E{serial:04d}"


def _go_on_with_origin(actor: User, exhibit: Exhibit) -> None:
    """Let whoever holds what a part came out of hold the part."""
    origin: Any = exhibit.origin
    locked = lock_keys({str(origin._meta.model_name): [origin.pk]})
    [held] = held_items(list(locked.values()))
    if held.event is not None:
        raise holdings.on_its_way(held)
    current = held.effective
    if current is None:
        return
    if current.until_at is not None:
        raise holdings.not_held(held)
    holder = Holder.of(current, "holder")
    if not acts_for(actor, holder, exhibit.case):
        raise not_holder(held.item, holder)
    now = timezone.now()
    with told_kindly(exhibit), named(actor, "evidence.custody.begun", reason=exhibit.parting_reason):
        holdings.write(
            [
                holdings.begin(
                    actor=actor,
                    item=exhibit,
                    holder=holder,
                    at=now,
                    now=now,
                    basis=HoldingBasis.PARTING,
                    note=_("%(how)s: %(origin)s.")
                    % {"how": Parting(str(exhibit.parting)).label, "origin": origin},
                )
            ]
        )
        Exhibit.objects.filter(pk=exhibit.pk).update(status=ExhibitStatus.HELD)
        settle()
    exhibit.status = ExhibitStatus.HELD
    exhibit.version += 1
