"""What every address of the interface does: reads within sight, writes through the services, in one transaction each.

A concept's own file names its model, its doors and what narrows its list; nothing else is decided there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases import access
from cases.api import reading
from cases.api.filters import Narrowing, filters_of, out_of_sight, refuse_unknown
from cases.api.idempotency import answer_once
from cases.api.pagination import CursorPages
from cases.api.preconditions import etag_of, is_known, refuse_stale, version_to_change
from cases.api.problems import Malformed
from cases.api.serializers import (
    read_one,
    serializer_of,
)
from cases.models.base import CaseRecord
from cases.models.case import Case
from cases.refusals import Forbidden, Invalid, Stale
from cases.services.access_log import log_reads
from cases.services.record import lock


class ApiViewSet(GenericViewSet):
    """One address: what a request may look like, and that whatever writes writes in one transaction."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is no request of ours before anybody is asked who sent it."""
        reading.refuse_secrets_in_address(request)
        reading.read_body(request)
        super().initial(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Carry a request that changes something out as one transaction, and a POST once for each of its keys."""
        method = (request.method or "").lower()
        handler = getattr(self, method, None)
        if handler is not None and method in {"post", "patch"}:
            setattr(self, method, self._once(handler) if method == "post" else _in_one_transaction(handler))
        return super().dispatch(request, *args, **kwargs)

    def _once(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handled(request: Request, *args: Any, **kwargs: Any) -> Any:
            return answer_once(request, lambda: handler(request, *args, **kwargs), visible=self.refuse_unseen)

        return handled

    def refuse_unseen(self) -> None:
        """Refuse, as if it did not exist, what the address is about and the caller may not see."""

    def parameters(self) -> Collection[str]:
        """Name the parameters that this address takes."""
        return frozenset()

    @property
    def caller(self) -> Any:
        """Return who calls: a person, or whoever else may be named in the ledger."""
        return self.request.user


def _in_one_transaction(handler: Callable[..., Any]) -> Callable[..., Any]:
    def handled(request: Request, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return handler(request, *args, **kwargs)

    return handled


class RecordViewSet(ApiViewSet):
    """Reads one kind of record: the list and each by itself. What else is done with it, the classes below add."""

    lookup_url_kwarg = "id"
    lookup_value_regex = "[^/]+"
    pagination_class = CursorPages
    filter_backends = (Narrowing,)
    filterset_class: Any = None

    model: ClassVar[Any]
    serializer_class: Any = None
    #: What the list is narrowed by: fields, and days from which and until which.
    narrowed_by: ClassVar[tuple[str, ...]] = ()
    narrowed_by_days: ClassVar[tuple[str, ...]] = ()
    #: References that are read along, because what may be seen of a record depends on them.
    read_along: ClassVar[tuple[str, ...]] = ()
    #: Columns by which a list may be ordered; each has an index, or few rows.
    orderings: ClassVar[tuple[str, ...]] = ("id",)
    #: Say that a list is ordered by anything but its key within one case only, where an index has the order.
    ordered_in_one_case: ClassVar[bool] = False
    search: ClassVar[Any] = None
    #: What actions are told and answer, where that is not the record itself.
    takes: ClassVar[dict[str, Any]] = {}
    gives: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Join what the classes above take and give; make serializer and filters of a kind that has none of its own."""
        super().__init_subclass__(**kwargs)
        for told in ("takes", "gives"):
            setattr(
                cls,
                told,
                {k: v for one in reversed(cls.__mro__) for k, v in one.__dict__.get(told, {}).items()},
            )
        model: Any = cls.__dict__.get("model")
        if model is None:
            return
        if cls.serializer_class is None:
            cls.serializer_class = serializer_of(model)
        if cls.filterset_class is None:
            cls.filterset_class = filters_of(model, cls.narrowed_by, cls.narrowed_by_days)

    # --- which records

    def get_queryset(self) -> Any:
        """Return what the caller sees of this kind."""
        if getattr(self, "swagger_fake_view", False):  # it is being described, and nobody calls
            return self.model._default_manager.none()
        rows = self.model._default_manager.visible_to(self.request.user)
        if issubclass(self.model, CaseRecord):
            rows = self._that_may_be_viewed(rows).select_related("case", *self.read_along)
        elif self.model is not Case and not access.may_somewhere(
            self.request.user, self.model.permission("view")
        ):
            raise Forbidden("access.forbidden", _("This is for another role."))
        elif self.read_along:
            rows = rows.select_related(*self.read_along)
        return rows.order_by()

    def _that_may_be_viewed(self, rows: Any) -> Any:
        """Leave out cases in which the caller has a part, but none to which this kind of record is shown."""
        allowed = access.roles_with(self.model.permission("view"))
        if access.standing(self.request.user).every_role() <= allowed:
            return rows
        return rows.filter(case__in=access.cases_where(self.request.user, self.model.permission("view")))

    def get_object(self) -> Any:
        """Return the record of the address, or refuse it as not existing."""
        key = self.kwargs["id"]
        try:
            key = self.model._meta.pk.to_python(key)
        except ValidationError as error:
            raise access.not_visible() from error
        found = None if "\x00" in str(key) else self.get_queryset().filter(pk=key).first()
        if found is None:
            raise access.not_visible()
        return found

    def refuse_unseen(self) -> None:
        """Refuse an address below a record that is not visible."""
        if "id" in self.kwargs:
            self.get_object()

    # --- reading

    def parameters(self) -> Collection[str]:
        """Name the parameters of the list, or of one record."""
        if self.action != "list":
            return {"fields"}
        named = {*self.filterset_class.get_filters(), "cursor", "limit", "fields", "ordering"}
        return named | {"search"} if self.search is not None else named

    def chosen_order(self, request: Request) -> tuple[str, bool]:
        """Return the column by which the list is ordered, and whether it descends."""
        given = request.query_params.get("ordering", "id")
        name = given.removeprefix("-")
        if name not in self.orderings:
            raise Malformed(
                "request.parameter",
                _("A list of these is not ordered by %(name)s.") % {"name": name},
                field="ordering",
                rule=", ".join(self.orderings),
            )
        if access.ever_hidden(request.user, self.model, name):
            raise out_of_sight("ordering")
        if (
            self.ordered_in_one_case
            and name != "id"
            and not {"case", "site"} & request.query_params.keys()
            and not access.sees_one_case(request.user)
        ):
            raise Malformed(
                "list.order_needs_case",
                _("A list over several cases is in the order of its identifiers only."),
                field="ordering",
                way_forward=_("Name one case by `case`."),
            )
        return name, given.startswith("-")

    def get_serializer_context(self) -> dict[str, Any]:
        """Say which fields are asked for."""
        context = dict(super().get_serializer_context())
        reads = getattr(self, "request", None) is not None and self.request.method == "GET"
        given = self.request.query_params.get("fields") if reads else None
        if given is not None:
            wanted = frozenset(name.strip() for name in given.split(","))
            known = {*self.serializer_class().fields}
            for name in sorted(wanted - known):
                raise Malformed(
                    "request.parameter",
                    _("There is no field %(name)s.") % {"name": name},
                    field="fields",
                    rule=", ".join(sorted(known)),
                )
            context["wanted"] = wanted | {"id"}
        return context

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what you see, page by page."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        log_reads(request.user, rows or [], request=request._request)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one record."""
        refuse_unknown(request, self.parameters())
        record = self.get_object()
        answer = self.answer(record)
        if is_known(request, answer["ETag"]):
            return Response(status=304, headers={"ETag": answer["ETag"]})
        log_reads(request.user, [record], request=request._request)
        return answer

    def answer(self, record: Any, status: int = 200) -> Response:
        """Answer with a record as it is."""
        data = self.get_serializer(record).data
        answer = Response(
            data, status=status, headers={"ETag": etag_of(record.version, data.get("withheld"))}
        )
        answer.case_id = getattr(record, "case_id", None)  # type: ignore[attr-defined]
        return answer

    def present(self, record: Any) -> Any:
        """Return a record as it was just written."""
        return self.get_queryset().get(pk=record.pk)

    def address(self, record: Any) -> str:
        """Return where a record is read."""
        route = f"api:{self.basename}-detail"
        return self.request.build_absolute_uri(reverse(route, args=[record.pk]))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let nobody on the way keep an answer."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def handle_exception(self, exc: Exception) -> Response:
        """Show with a change that came too late what is there now."""
        answer = super().handle_exception(exc)
        if isinstance(exc, Stale) and "id" in self.kwargs:
            current = self.answer(self.get_object())
            answer.data["current"] = current.data
            answer["ETag"] = current["ETag"]
        return answer

    # --- what the classes below have in common

    def found(self, permission: str) -> tuple[Any, int]:
        """Return the record of the address and the version from which it is to be changed, if the caller may."""
        record = self.get_object()
        owner = record if getattr(record, "case_id", None) is not None else None
        access.require(self.request.user, permission, owner)
        return record, version_to_change(self.request, record.version)

    def may_somewhere(self, permission: str) -> None:
        """Refuse whoever has the permission nowhere, before what they sent is read."""
        in_a_case = issubclass(self.model, CaseRecord)
        if not in_a_case or not access.may_somewhere(self.caller, permission):
            access.require(self.caller, permission)

    def locked(self, permission: str) -> Any:
        """Return the record of the address, locked, at the version that the request names."""
        record, version = self.found(permission)
        refuse_stale(lock(record), version)
        return record

    def told(self) -> dict[str, Any]:
        """Return what the action was told, as `takes` describes it."""
        refuse_unknown(self.request, ())
        return read_one(self.takes[str(self.action)](data=self.request.data))

    def named(self, model: Any, keys: Sequence[Any], field: str) -> Sequence[Any]:
        """Return the records that an action is told by their identifiers, or refuse what is not seen as not there."""
        seen = model._default_manager.visible_to(self.caller)
        rows = (seen.select_related("case") if issubclass(model, CaseRecord) else seen).in_bulk(keys)
        missing = next((key for key in keys if key not in rows), None)
        if missing is not None:
            raise Invalid(
                "record.reference_unknown", _("There is no such record."), field=field, value=missing
            )
        return [rows[key] for key in keys]

    def answer_many(self, records: Sequence[Any], status: int = 200) -> Response:
        """Answer with several records that were just written, in this order."""
        rows = self.get_queryset().in_bulk([record.pk for record in records])
        answer = Response(
            {"results": self.get_serializer([rows[record.pk] for record in records], many=True).data},
            status=status,
        )
        answer.case_id = getattr(records[0], "case_id", None)  # type: ignore[attr-defined]
        return answer

    def answer_with(self, record: Any, status: int = 200) -> Response:
        """Answer with a record that was just written."""
        return self.answer(self.present(record), status)
