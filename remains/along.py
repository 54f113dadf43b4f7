"""What goes along with acts on finds and specimens. Apps above say what they keep of them; remains knows no custody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cases.models.user import User
    from cases.refusals import Refusal
    from remains.models.find import Find
    from remains.models.specimen import Specimen


class Companion:
    """What an app above does along with an act, in the same transaction, and what it refuses. By itself, nothing."""

    def split(self, *, actor: User, source: Find, parts: Sequence[Find], reason: str) -> None:
        """Go along with the parts that were taken out of a find, which are written already."""

    def merge(self, *, actor: User, sources: Sequence[Find], target: Find, reason: str) -> None:
        """Go along with finds that are being merged into another, which is written already."""

    def move(self, *, actor: User, specimens: Sequence[Specimen], target: Find, reason: str) -> None:
        """Go along with specimens that are about to be put with another find."""

    def blocks(self, *, find: Find, actor: User, step: str) -> Refusal | None:
        """Return why a step of a find is not taken by itself."""
        return None

    def leave(self, *, actor: User, find: Find, step: str, reason: str) -> None:
        """Go along with a find that leaves for good."""


_companions: list[Companion] = []


def accompany(companion: Companion) -> None:
    """Add a companion to every act from now on."""
    if companion not in _companions:
        _companions.append(companion)


def companions() -> tuple[Companion, ...]:
    """Return who goes along, in the order in which they were added."""
    return tuple(_companions)


def asked(step: str) -> Callable[[Any, User], Refusal | None]:
    """Return the guard of a find's step that asks every companion."""

    def guard(find: Any, actor: User) -> Refusal | None:
        answers = (companion.blocks(find=find, actor=actor, step=step) for companion in _companions)
        return next((refusal for refusal in answers if refusal is not None), None)

    return guard


def leaving(step: str) -> Callable[[Any, User, str], None]:
    """Return the effect of a find's step by which it leaves for good."""

    def effect(find: Any, actor: User, reason: str) -> None:
        for companion in _companions:
            companion.leave(actor=actor, find=find, step=step, reason=reason)

    return effect
