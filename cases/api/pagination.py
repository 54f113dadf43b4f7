"""Lists page by page, from where the last one ended: a total order, no count, nothing twice and nothing left out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from cases.api.problems import Gone, Malformed

SALT: Final = "taphos.api.cursor"
DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 500
#: Parameters of the list that do not say what is in it.
_OF_PAGE: Final = frozenset({"cursor", "limit", "fields"})


class CursorPages(BasePagination):
    """Rows after the last row of the page before, in the order of one column and then of the key."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page of rows."""
        self.request = request
        self.name, self.descends = view.chosen_order(request)
        self.limit = _limit(request.query_params.get("limit"))
        self.digest = _digest(request)
        after = self._after(request.query_params.get("cursor"), queryset.model)
        rows: list[Any] = []
        for part in self._parts(queryset.order_by(), after):
            rows += part[: self.limit + 1 - len(rows)]
            if len(rows) > self.limit:
                break
        self.more = len(rows) > self.limit
        self.rows = rows[: self.limit]
        return self.rows

    def _parts(self, rows: Any, after: tuple[Any, Any] | None) -> Any:
        """Yield the rest of the list in the parts that an index has each in order: rows with a value, rows without."""
        sign, beyond = ("-", "lt") if self.descends else ("", "gt")
        key = Q(**{f"id__{beyond}": after[1]}) if after else Q()
        if self.name == "id":
            yield rows.filter(key).order_by(f"{sign}id")
            return
        nullable = rows.model._meta.get_field(self.name).null
        order = (f"{sign}{self.name}", f"{sign}id")
        empty = rows.filter(**{f"{self.name}__isnull": True}).order_by(f"{sign}id")
        valued = rows.filter(**{f"{self.name}__isnull": False}) if nullable else rows
        if after is None:
            yield valued.order_by(*order)
        elif after[0] is not None:
            # The first condition is the one that an index begins at; it follows from the second.
            yield (
                valued.filter(**{f"{self.name}__{beyond}e": after[0]})
                .filter(Q(**{f"{self.name}__{beyond}": after[0]}) | Q(**{self.name: after[0]}) & key)
                .order_by(*order)
            )
        if nullable:
            yield empty.filter(key) if after is not None and after[0] is None else empty

    def _after(self, cursor: str | None, model: Any) -> tuple[Any, Any] | None:
        if cursor is None:
            return None
        try:
            order, digest, value, key = signing.loads(
                cursor, salt=SALT, max_age=settings.TAPHOS_API_CURSOR_SECONDS
            )
        except signing.SignatureExpired as error:
            raise Gone(
                "cursor.expired",
                _("This cursor is too old."),
                field="cursor",
                way_forward=_("Begin the list anew, without a cursor."),
            ) from error
        except signing.BadSignature as error:
            raise Malformed(
                "cursor.unknown",
                _("This is no cursor of ours."),
                field="cursor",
                way_forward=_("Follow `next` as it was given, or begin the list anew."),
            ) from error
        if [order, digest] != [self._order(), self.digest]:
            raise Malformed(
                "cursor.of_another_list",
                _("This cursor belongs to another list."),
                field="cursor",
                way_forward=_("Keep filters, search and ordering as they were on the first page."),
            )
        return model._meta.get_field(self.name).to_python(value), model._meta.pk.to_python(key)

    def _order(self) -> str:
        return f"-{self.name}" if self.descends else self.name

    def next_cursor(self) -> str | None:
        """Return what the next page begins after, or None at the end of the list."""
        if not self.more:
            return None
        last = self.rows[-1]
        field = last._meta.get_field(self.name)
        value = getattr(last, field.attname)
        written = None if value is None else field.value_to_string(last)
        return signing.dumps([self._order(), self.digest, written, str(last.pk)], salt=SALT)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the way to the next one."""
        cursor = self.next_cursor()
        url = self.request.build_absolute_uri()
        return Response(
            {
                "results": data,
                "next": replace_query_param(url, "cursor", cursor) if cursor else None,
                "next_cursor": cursor,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        return {
            "type": "object",
            "required": ["results", "next", "next_cursor"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last one.",
                },
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "The cursor of the next page, for clients that put addresses together.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters of a page."""
        return [
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "Where the page before ended, from its `next_cursor`. Keep the other parameters.",
            },
            {
                "name": "limit",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                "description": "Records on a page at most.",
            },
        ]


def _limit(given: str | None) -> int:
    if given is None:
        return DEFAULT_LIMIT
    if not (given.isascii() and given.isdecimal() and len(given) < 5 and 1 <= int(given) <= MAX_LIMIT):
        raise Malformed(
            "request.parameter",
            _("A page has 1 to %(most)d records.") % {"most": MAX_LIMIT},
            field="limit",
            value=given,
        )
    return int(given)


def _digest(request: Request) -> str:
    """Return a short form of which list it is: its address and what narrows it."""
    narrowing: Sequence[Any] = sorted(
        (name, values) for name, values in request.query_params.lists() if name not in _OF_PAGE
    )
    return hashlib.sha256(repr((request.path, narrowing)).encode()).hexdigest()[:16]
