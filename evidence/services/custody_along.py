"""Custody goes along with what is done to finds and specimens: split, merged, moved, sent, returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ledger.context import change as named
from cases.models.user import User
from cases.refusals import Invalid, Refusal, WrongState
from cases.services.record import told_kindly
from evidence.models import HoldingBasis, HoldingEnd
from evidence.services import holding as holdings
from evidence.services.custody_end import end_custody
from evidence.services.holder import Holder
from evidence.services.item import Held, held_items, last_holdings, said_to_be, settle
from remains.along import Companion
from remains.models import Find, Specimen

#: How custody ends by a step of a find.
_ENDS = {"return": HoldingEnd.RETURNED, "rebury": HoldingEnd.REBURIED}


class Custody(Companion):
    """The holders of finds and specimens, carried along."""

    def split(self, *, actor: User, source: Find, parts: Sequence[Find], reason: str) -> None:
        """Let the holder of a find hold its parts."""
        current = last_holdings([source.pk]).get(source.pk)
        if current is None or current.until_at is not None:
            return
        self._begin(actor, parts, Holder.of(current, "holder"), HoldingBasis.SPLIT, reason)
        settle()

    def merge(self, *, actor: User, sources: Sequence[Find], target: Find, reason: str) -> None:
        """Let what finds were merged into be held by their common holder; custody of the finds themselves ends."""
        states = list(held_items([*sources, target]))
        open_ones = [held for held in states if held.open_holding is not None]
        holder = self._common(open_ones)
        if holder is None:
            return
        if states[-1].open_holding is None:
            self._begin(actor, [target], holder, HoldingBasis.MERGE, reason)
        end_custody(actor=actor, items=sources, ending=HoldingEnd.MERGED, reason=reason)
        settle()

    def move(self, *, actor: User, specimens: Sequence[Specimen], target: Find, reason: str) -> None:
        """Refuse to put a specimen that is held with its find into a find that somebody else holds."""
        there = last_holdings([target.pk]).get(target.pk)
        for held in held_items(specimens):
            if held.holding is not None:
                continue  # it has a custody of its own, which goes on
            here = held.with_find
            if (here is None and there is None) or (
                here is not None
                and there is not None
                and Holder.of(here, "holder") == Holder.of(there, "holder")
            ):
                continue
            raise Invalid(
                "custody.two_holders",
                _("%(item)s is held by %(here)s, and %(find)s by %(there)s.")
                % {
                    "item": said_to_be(held.item),
                    "here": here.holder if here else _("nobody yet"),
                    "find": target,
                    "there": there.holder if there else _("nobody yet"),
                },
                field="find",
                value=target,
                way_forward=_("Hand the specimen over first; then it can be put with that find."),
            )

    def blocks(self, *, find: Find, actor: User, step: str) -> Refusal | None:
        """Refuse to send or receive a find in custody by anything but a hand-over."""
        if step == "release" or step in _ENDS:
            return None
        current = last_holdings([find.pk]).get(find.pk)
        if current is None:
            return None
        return WrongState(
            "find.in_custody",
            _("%(find)s is in custody: %(holder)s.") % {"find": find, "holder": current.holder},
            rule=_("A find in custody is sent and received by handing it over."),
            way_forward=_("Hand it over; its receiver accepts it."),
        )

    def leave(self, *, actor: User, find: Find, step: str, reason: str) -> None:
        """End the custody of a find that is returned or reburied."""
        end_custody(actor=actor, items=[find], ending=_ENDS[step], reason=reason)

    def _begin(
        self, actor: User, finds: Sequence[Find], holder: Holder, basis: HoldingBasis, reason: str
    ) -> None:
        now = timezone.now()
        with told_kindly(finds[0]), named(actor, "evidence.custody.begun", reason=reason):
            holdings.write(
                holdings.begin(
                    actor=actor, item=find, holder=holder, at=now, now=now, basis=basis, note=reason
                )
                for find in finds
            )

    def _common(self, held: Sequence[Held]) -> Holder | None:
        """Return the one holder of several finds, none when nobody holds any of them."""
        of_finds: dict[Holder, Any] = {}
        for one in held:
            of_finds.setdefault(Holder.of(one.open_holding, "holder"), one.item)  # type: ignore[arg-type]
        if len(of_finds) > 1:
            raise Invalid(
                "custody.two_holders",
                _("These finds have several holders: %(holders)s.")
                % {"holders": "; ".join(f"{item}: {holder}" for holder, item in of_finds.items())},
                field="finds",
                way_forward=_("Bring them to one holder first."),
            )
        return next(iter(of_finds), None)
