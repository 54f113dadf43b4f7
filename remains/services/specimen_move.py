"""Chosen specimens go to another find of their case. They keep their numbers, and what hangs on them goes along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import reason_given, refuse_withdrawn
from cases.services.rules import told_kindly
from remains.along import companions
from remains.models.find import Find
from remains.models.specimen import Specimen
from remains.services.specimen import in_row, lock_finds, lock_specimens
from remains.services.specimen_number import place_specimens


def move_specimens(*, actor: User, specimens: Sequence[Specimen], to: Find, reason: str) -> list[Specimen]:
    """Put specimens with another find of their case, with a reason, all or none.

    Raises `specimen.none_chosen`, `specimen.there_already`, `record.other_case`, `record.withdrawn`, `find.merged`,
    `record.reason_required`, `record.handling_of_parent`.
    """
    if not specimens:
        raise Invalid("specimen.none_chosen", _("No specimen was chosen."), field="specimens")
    with transaction.atomic():
        reason = reason_given(reason)
        # Finds before specimens, everywhere: two that lock in one order do not wait for each other.
        [target] = lock_finds(actor, [to.pk], Specimen.permission("change")).values()
        stored = lock_specimens(actor, specimens, "change")
        moving = [stored[specimen.pk] for specimen in specimens]
        for at, specimen in enumerate(moving):
            with in_row(at):
                _refuse_move(specimen, target)
        for companion in companions():
            companion.move(actor=actor, specimens=moving, target=target, reason=reason)
        with told_kindly(moving[0]), named(actor, "remains.specimen.moved", reason=reason):
            place_specimens(Specimen.objects.filter(pk__in=list(stored)), target)
    return list(Specimen.objects.filter(pk__in=list(stored)).select_related("find").order_by("number"))


def _refuse_move(specimen: Any, target: Find) -> None:
    refuse_withdrawn(specimen)
    if specimen.case_id != target.case_id:
        raise Invalid(
            "record.other_case",
            _("%(parent)s belongs to another case.") % {"parent": target},
            field="find",
            value=target,
            way_forward=_("Choose one of the same case."),
        )
    if specimen.find_id == target.pk:
        raise WrongState(
            "specimen.there_already",
            _("%(specimen)s is recorded there already.") % {"specimen": specimen},
            field="find",
        )
