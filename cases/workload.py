"""Who has how much to do: apps add what one person works on, start pages of those who oversee put it side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from cases import access
from cases.models.user import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: People named; those with most come first.
NAMED = 12


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of work: its open records, the field that names whose it is, and the list that shows one person's."""

    label: StrOrPromise
    rows: Callable[[], Any]
    person: str
    query: dict[str, str]
    person_parameter: str


_loads: list[Load] = []


def contribute(load: Load) -> None:
    """Add a kind of work."""
    if load not in _loads:
        _loads.append(load)


@dataclass(frozen=True, slots=True)
class Row:
    """One person and how many of each kind of work are theirs, each with its list."""

    person: User
    numbers: list[tuple[int, str]]

    @property
    def whole(self) -> int:
        """Return all of it."""
        return sum(number for number, _link in self.numbers)


def workload(scope: access.Scope, roles: Iterable[str]) -> tuple[list[StrOrPromise], list[Row]]:
    """Return the kinds of work, and who has how much of each, in one question per kind and one for the names."""
    overseen = scope.among(roles)
    by_person: dict[UUID, list[int]] = {}
    for place, load in enumerate(_loads):
        rows = overseen.rows(load.rows()).order_by().exclude(**{load.person: None})
        for person, number in (
            rows.values_list(load.person).annotate(n=Count("pk")).order_by("-n")[: NAMED * 4]
        ):
            by_person.setdefault(person, [0] * len(_loads))[place] = number
    most = sorted(by_person, key=lambda person: (-sum(by_person[person]), str(person)))[:NAMED]
    people = User.objects.in_bulk(most)
    return [load.label for load in _loads], [
        Row(
            people[person],
            [(n, _link(load, person)) for n, load in zip(by_person[person], _loads, strict=True)],
        )
        for person in most
    ]


def _link(load: Load, person: UUID) -> str:
    model = load.rows().model
    stem = f"{model._meta.app_label}_{model._meta.model_name}"
    query = {**load.query, load.person_parameter: str(person)}
    return f"{reverse(f'admin:{stem}_changelist')}?{urlencode(query)}"
