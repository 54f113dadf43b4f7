"""Numbers of start pages, each with the list that has exactly so many rows. Apps declare them, `config/start/` chooses.

A number is counted up to where lists stop counting, so that it costs the same however many records there are; and all
numbers of a page are one question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Value
from django.urls import reverse
from django.utils.http import urlencode

from cases import access
from cases.workflow import workflow_of

if TYPE_CHECKING:
    from cases.models.user import User

#: What a count is of: "sites reported and not verified yet", for so many.
Label = Callable[[int], str]
#: Narrows other records to those that the viewer sees: nothing is counted by what they may not know of.
Seen: TypeAlias = Callable[[models.QuerySet[Any]], Any]
#: Narrows records to those that are counted; the list's filter calls the same function.
Selection = Callable[[Any, "User", Seen], Any]

#: Numbers are counted up to here, as lists are.
COUNTED: int = 5_000
#: Of what is to be done one by one, so many are named.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Count:
    """One number: of which records, for which roles, and by which filters the list shows the same."""

    name: str
    model: type[models.Model]
    roles: frozenset[str]
    label: Label
    query: Mapping[str, str]
    select: Selection
    #: Whether it says that something is wrong, and not only that something waits.
    alarm: bool = False
    #: Says of one of the records what to do next, and where: the first few stand on the page themselves.
    each: Callable[[Any], tuple[str, str]] | None = None

    @property
    def of_cases(self) -> bool:
        """Say whether the records belong to cases, or are cases."""
        return any(field.name == "case" for field in self.model._meta.fields) or hasattr(self.model, "case")

    def is_for(self, user: User, scope: access.Scope) -> bool:
        """Say whether this person has one of the roles for which it is counted."""
        if self.of_cases:
            return bool(scope.among(self.roles).roles)
        return bool(access.standing(user).every_role() & self.roles)

    def rows(self, user: User, scope: access.Scope) -> Any:
        """Return the records that are counted, for a viewer who reaches so far."""
        manager: Any = self.model._default_manager
        if not self.of_cases:
            return self.select(manager.visible_to(user), user, scope.rows)
        rows: Any = scope.among(self.roles).rows(manager.all())
        if any(column.name == "withdrawn_at" for column in self.model._meta.local_fields):
            rows = rows.filter(withdrawn_at__isnull=True)
        return self.select(rows, user, scope.rows)

    def link(self, scope: access.Scope) -> str:
        """Return the address of the list that has exactly these rows.

        Where the viewer also sees cases in another role, the list is narrowed to those in which this one is held.
        """
        query = dict(self.query)
        if self.of_cases and len(scope.among(self.roles).roles) < len(scope.roles):
            query[PART] = ",".join(sorted(self.roles))
        stem = f"{self.model._meta.app_label}_{self.model._meta.model_name}"
        return f"{reverse(f'admin:{stem}_changelist')}?{urlencode(query)}"


#: What narrows a list to the cases in which one of these roles is held.
PART = "part"

_declared: dict[str, Count] = {}


def declare(*counts: Count) -> None:
    """Add an app's counts."""
    for count in counts:
        if count.name in _declared:
            raise ValueError(f"the count {count.name} is declared twice")
        _declared[count.name] = count


def declared() -> dict[str, Count]:
    """Return every count by its name."""
    return dict(_declared)


def chosen(names: Iterable[str]) -> list[Count]:
    """Return the counts of these names."""
    return [_declared[name] for name in names]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a page shows it."""

    value: int
    label: str
    link: str
    alarm: bool = False
    name: str = field(default="", compare=False)
    #: The number from which on its list says only that there are as many or more.
    bound: int | None = None

    @property
    def shown(self) -> str:
        """Return the number, or that there are more than are counted."""
        if self.bound is not None and self.value >= self.bound:
            return f"{self.bound:,}+"
        return shown(self.value)


def shown(number: int) -> str:
    """Return a number as pages write it: exactly, or as "5,000+"."""
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"


def by_status(model: type[models.Model], roles: Iterable[str]) -> list[Count]:
    """Return a count for each status of a kind of record, in the order of its workflow."""
    workflow = workflow_of(model._meta.label_lower)
    states = workflow.states() if workflow else []
    labels = dict(model._meta.get_field("status").flatchoices)  # type: ignore[union-attr]
    return [
        Count(
            f"{model._meta.label_lower}.{state}",
            model,
            frozenset(str(role) for role in roles),
            lambda _number, state=state: str(labels[state]),  # type: ignore[misc]
            {"status__exact": state},
            lambda rows, _user, _seen, state=state: rows.filter(status=state),  # type: ignore[misc]
        )
        for state in states
    ]


def numbers_of(counts: Iterable[Count], user: User, scope: access.Scope) -> list[Number]:
    """Return these counts for a viewer, in one question to the database."""
    shown_here = [count for count in counts if count.is_for(user, scope)]
    values = count_together({count.name: count.rows(user, scope) for count in shown_here})
    return [
        Number(
            values[count.name], count.label(values[count.name]), count.link(scope), count.alarm, count.name
        )
        for count in shown_here
    ]


def first_of(counts: Iterable[Count], user: User, scope: access.Scope) -> list[tuple[str, str]]:
    """Return what to do next, and where, for what has waited longest: one question for each count that says it."""
    found: list[tuple[str, str]] = []
    for count in counts:
        if count.each is not None and count.is_for(user, scope):
            rows = count.rows(user, scope).order_by("status_since", "id")[:NAMED]
            found += [count.each(row) for row in rows]
    return found


def count_together(queries: Mapping[str, Any], upto: int | None = None) -> dict[str, int]:
    """Return how many rows each of several queries has, up to a bound and one more, in one question."""
    most = (COUNTED if upto is None else upto) + 1
    parts: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for name, rows in queries.items():
        one = rows.order_by().annotate(_one=Value(1)).values_list("_one", flat=True)[:most]
        try:
            parts[name] = one.query.get_compiler("default").as_sql()
        except EmptyResultSet:
            continue
    found = dict.fromkeys(queries, 0)
    if parts:
        asked = ", ".join(
            f"(SELECT count(*) FROM ({sql}) c{place})"  # noqa: S608 - Django's own SQL, values are parameters
            for place, (sql, _) in enumerate(parts.values())
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {asked}", [value for _, values in parts.values() for value in values])
            found |= dict(zip(parts, cursor.fetchone() or (), strict=True))
    return found
