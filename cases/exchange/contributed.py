"""Which kinds of records partners may propose, and by which doors of the case what they propose is taken over.

Each app declares its own, beside the kinds that are shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

#: Makes a record of what was proposed: the person who decides, the record, the contribution.
Makes = Callable[[Any, Any, Any], Any]
#: Changes a record to what was proposed: the person who decides, the record, the version that was looked at.
ChangesTo = Callable[[Any, Any, int], Any]


@dataclass(frozen=True, slots=True)
class Contributed:
    """One kind of record that partners propose."""

    model: Any
    make: Makes
    #: None where records of the kind are never edited.
    change: ChangesTo | None = None

    @property
    def name(self) -> str:
        """Return its name in agreements: `remains.find`."""
        return str(self.model._meta.label_lower)

    @property
    def label(self) -> str:
        """Return what people call it."""
        return str(capfirst(self.model._meta.verbose_name))


_kinds: dict[str, Contributed] = {}


def take(model: Any, make: Makes, change: ChangesTo | None = None) -> None:
    """Declare a kind of record that partners may propose."""
    kind = Contributed(model, make, change)
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is declared twice")
    _kinds[kind.name] = kind


def contributed_kinds() -> dict[str, Contributed]:
    """Return every kind that partners may propose, by its name."""
    return dict(_kinds)


def choices() -> list[tuple[str, str]]:
    """Return them as a form offers them."""
    return [(kind.name, str(capfirst(kind.model._meta.verbose_name_plural))) for kind in _kinds.values()]
