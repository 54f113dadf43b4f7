"""What narrows a list: filters, search and order. The same as the pages of the admin have, and as strict.

What may be withheld from a viewer on any record narrows no list of theirs: a hit would tell what no record shows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar

import django_filters
from django.db import models
from django.db.models import Q
from django.utils.text import smart_split
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from cases import access
from cases.api.problems import Malformed
from cases.indexed_search import unquoted
from cases.models.base import CaseRecord, Handling
from cases.refusals import Forbidden

#: Signs and words of a search at most.
LONGEST_SEARCH = 200
MOST_WORDS = 12
ONLY_DAYS = ["%Y-%m-%d"]


class KeyFilter(django_filters.UUIDFilter):
    """By an identifier. One of a record that is not visible finds what one of no record finds: nothing."""


class RecordFilters(django_filters.FilterSet):
    """What records of a case are narrowed by; each kind adds its own in `Meta.fields` and `days`."""

    #: Fields that are narrowed by `<field>_from` and `<field>_to`, both days included.
    days: ClassVar[tuple[str, ...]] = ()

    case: Any = KeyFilter(field_name="case_id", label="Identifier of a case.")
    handling: Any = django_filters.ChoiceFilter(choices=Handling.choices)
    withdrawn: Any = django_filters.ChoiceFilter(
        choices=[("only", "withdrawn only"), ("with", "with withdrawn")],
        method="as_it_is",
        label="Withdrawn records are left out unless you ask for them.",
    )

    def as_it_is(self, rows: Any, name: str, value: str) -> Any:
        """Narrow to withdrawn records, or leave the rows as they are."""
        return rows.filter(withdrawn_at__isnull=False) if value == "only" else rows

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave withdrawn records out unless they are asked for."""
        if "withdrawn" in self.filters and not self.form.cleaned_data.get("withdrawn"):
            queryset = queryset.filter(withdrawn_at__isnull=True)
        return super().filter_queryset(queryset)

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Add the two ends of each day."""
        found: dict[str, Any] = super().get_filters()
        for name in cls.days:
            for end, lookup in (("from", "gte"), ("to", "lte")):
                found[f"{name}_{end}"] = django_filters.DateFilter(
                    field_name=name, lookup_expr=lookup, input_formats=ONLY_DAYS
                )
        return found

    @classmethod
    def filter_for_field(cls, field: Any, field_name: str, lookup_expr: Any = None) -> Any:
        """Narrow by references with their identifiers, which are not looked up."""
        if isinstance(field, models.ForeignKey):
            kind: Any = (
                KeyFilter if isinstance(field.target_field, models.UUIDField) else django_filters.CharFilter
            )
            return kind(field_name=f"{field_name}_id", label=str(field.verbose_name))
        return super().filter_for_field(field, field_name, lookup_expr)


class SystemFilters(RecordFilters):
    """What records of no case are narrowed by."""

    case = None
    handling = None
    withdrawn = None


def filters_of(model: Any, fields: tuple[str, ...], days: tuple[str, ...]) -> type[RecordFilters]:
    """Return the filters of a kind of record; a field over references (`find__site`) goes by its last name."""
    base = RecordFilters if issubclass(model, CaseRecord) else SystemFilters
    own = [name for name in fields if "__" not in name]
    through = {
        name.rpartition("__")[2]: KeyFilter(field_name=f"{name}_id", label=f"By `{name.replace('__', '.')}`.")
        for name in fields
        if "__" in name
    }
    meta = type("Meta", (), {"model": model, "fields": own})
    return type(f"{model.__name__}Filters", (base,), {"Meta": meta, "days": days, **through})


@dataclass(frozen=True, slots=True)
class SearchAnywhere:
    """Every word stands somewhere in one of the fields, as the admin searches kinds of which a case has few."""

    fields: tuple[str, ...]

    def narrow(self, rows: Any, term: str, *, user: Any, fields: Collection[str]) -> Any:
        """Narrow to records in which every word of the term stands."""
        words = [unquoted(word) for word in smart_split(term)]
        if not fields or not words:
            return rows if not words else rows.none()
        fits = [reduce(or_, (Q(**{f"{path}__icontains": word}) for path in fields)) for word in words]
        return rows.filter(reduce(and_, fits))


class Narrowing(DjangoFilterBackend):
    """Applies the filters and the search of a list, and refuses parameters that it does not have."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Narrow, or refuse the parameter at fault."""
        refuse_unknown(request, view.parameters())
        filterset = self.get_filterset(request, queryset, view)
        if filterset is not None:
            self._refuse_telling(request, filterset)
            if not filterset.is_valid():
                name, said = next(iter(filterset.errors.items()))
                raise Malformed(
                    "request.parameter",
                    " ".join(map(str, said)),
                    field=name,
                    value=request.query_params.get(name),
                )
            queryset = filterset.qs
        return self._searched(request, queryset, view)

    @staticmethod
    def _refuse_telling(request: Request, filterset: Any) -> None:
        for name, narrowed in filterset.filters.items():
            path = narrowed.field_name.removesuffix("_id")
            if name in request.query_params and access.ever_hidden(request.user, filterset._meta.model, path):
                raise out_of_sight(name)

    @staticmethod
    def _searched(request: Request, rows: Any, view: Any) -> Any:
        term = request.query_params.get("search", "").strip()
        if not term:
            return rows
        if len(term) > LONGEST_SEARCH or len(term.split()) > MOST_WORDS or "\x00" in term:
            raise Malformed(
                "request.parameter",
                _("A search has at most %(words)d words and %(signs)d signs.")
                % {"words": MOST_WORDS, "signs": LONGEST_SEARCH},
                field="search",
            )
        search = view.search
        told = [path for path in search.fields if not access.ever_hidden(request.user, rows.model, path)]
        return search.narrow(rows, term, user=request.user, fields=told)


def out_of_sight(name: str) -> Forbidden:
    """Return the refusal of a parameter by which a viewer would learn what is withheld from them."""
    return Forbidden(
        "list.field_out_of_sight",
        _("%(name)s may be withheld from you, so no list of yours is narrowed or ordered by it.")
        % {"name": name},
        field=name,
    )


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that this address does not have, and any that is given twice."""
    for name, values in request.query_params.lists():
        if name not in known:
            raise Malformed(
                "request.unknown_parameter",
                _("There is no such parameter here."),
                field=name,
                rule=", ".join(sorted(known)),
            )
        if len(values) > 1:
            raise Malformed("request.parameter", _("This parameter is given twice."), field=name)
