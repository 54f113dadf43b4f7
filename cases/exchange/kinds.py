"""Which kinds of records a partner may be sent, and which of their fields fall under what an agreement withholds.

Each app declares its kinds, so that a new kind is shared only once somebody has said what of it must not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from cases.models.agreement import SharingAgreement, Withheld
from cases.models.base import CaseRecord
from cases.models.membership import Role
from cases.models.user import User


@dataclass(frozen=True, slots=True)
class SharedKind:
    """One kind of record: its model, and its columns by what withholds them."""

    model: Any
    columns: Mapping[Withheld, frozenset[str]]
    #: What withholds the whole record.
    whole: Withheld | None = None

    @property
    def name(self) -> str:
        """Return its name in agreements and lines: `cases.site`."""
        return str(self.model._meta.label_lower)

    @property
    def table(self) -> str:
        """Return its table, which the ledger names."""
        return str(self.model._meta.db_table)

    @property
    def label(self) -> str:
        """Return what people call it."""
        return str(capfirst(self.model._meta.verbose_name_plural))

    def left_out(self, withheld: Iterable[str]) -> list[str]:
        """Return the columns that are left out where all this is withheld."""
        return sorted({column for kind in withheld for column in self.columns.get(Withheld(kind), ())})


_kinds: dict[str, SharedKind] = {}
_kept: dict[Any, str] = {}


def share(model: Any, *, whole: Withheld | None = None, **named: Iterable[str]) -> None:
    """Declare a kind: by each of `Withheld` the fields that it withholds. References to people are names already."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    given = {Withheld(kind): set(names) for kind, names in named.items()}
    people = {field.name for field in fields.values() if field.is_relation and field.related_model is User}
    given[Withheld.NAMES] = given.get(Withheld.NAMES, set()) | people
    if issubclass(model, CaseRecord):  # what may tell the ICRC liaison a place, or who reported one
        told = model.fields_ever_hidden_from(frozenset({Role.LIAISON})) - given.get(
            Withheld.INFORMANTS, set()
        )
        given[Withheld.PLACE] = given.get(Withheld.PLACE, set()) | told
    kind = SharedKind(
        model,
        {what: frozenset(fields[name].column for name in names) for what, names in given.items() if names},
        whole,
    )
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is declared twice")
    _kinds[kind.name] = kind


def keep(why: str, *models: Any) -> None:
    """Declare that records of some kinds are never shared, and why."""
    _kept.update(dict.fromkeys(models, why))


def kept_kinds() -> dict[Any, str]:
    """Return every kind that no agreement may name, with the reason."""
    return dict(_kept)


def shared_kinds() -> dict[str, SharedKind]:
    """Return every kind that an agreement may name, by its name."""
    return dict(_kinds)


def choices() -> list[tuple[str, str]]:
    """Return them as a form offers them."""
    return [(kind.name, kind.label) for kind in _kinds.values()]


def covered(agreement: SharingAgreement) -> list[SharedKind]:
    """Return the kinds whose records are sent under an agreement."""
    return [
        _kinds[name]
        for name in agreement.kinds
        if name in _kinds and (_kinds[name].whole is None or _kinds[name].whole not in agreement.withheld)
    ]
