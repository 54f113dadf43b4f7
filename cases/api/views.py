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
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases import access
from cases.api import reading
from cases.api.filters import Narrowing, RecordFilters, out_of_sight, refuse_unknown
from cases.api.idempotency import answer_once
from cases.api.pagination import CursorPages
from cases.api.preconditions import etag_of, is_known, refuse_stale, version_to_change
from cases.api.problems import Malformed, problem_of
from cases.api.serializers import (
    BulkSerializer,
    HandlingSerializer,
    OptionSerializer,
    ReasonSerializer,
    RecordSerializer,
    look_up,
    read,
    read_one,
    settle,
)
from cases.models.base import CaseRecord
from cases.models.case import Case
from cases.refusals import Forbidden, Invalid, Refusal, Stale
from cases.services.access_log import log_reads
from cases.services.handling import permission as handling_permission
from cases.services.handling import set_handling
from cases.services.record import change_record, create_record, lock, withdraw_record
from cases.workflow import Workflow

Door = Callable[..., Any]


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
    filterset_class: Any = RecordFilters

    model: ClassVar[Any]
    serializer_class: Any = RecordSerializer
    #: References that are read along, because what may be seen of a record depends on them.
    read_along: ClassVar[tuple[str, ...]] = ()
    #: Columns by which a list may be ordered; each has an index, or few rows.
    orderings: ClassVar[tuple[str, ...]] = ("id",)
    #: Say that a list is ordered by anything but its key within one case only, where an index has the order.
    ordered_in_one_case: ClassVar[bool] = False
    search: ClassVar[Any] = None
    #: What actions are told and answer, where that is not the record itself.
    takes: ClassVar[dict[str, Any]] = {
        "withdraw": ReasonSerializer,
        "transition": ReasonSerializer,
        "handling": HandlingSerializer,
    }
    gives: ClassVar[dict[str, Any]] = {"transitions": OptionSerializer(many=True)}

    # --- which records

    def get_queryset(self) -> Any:
        """Return what the caller sees of this kind."""
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

    def locked(self, permission: str) -> Any:
        """Return the record of the address, locked, at the version that the request names."""
        record, version = self.found(permission)
        refuse_stale(lock(record), version)
        return record

    def answer_with(self, record: Any, status: int = 200) -> Response:
        """Answer with a record that was just written."""
        return self.answer(self.present(record), status)


class Creates(RecordViewSet):
    """Records that are made: one, or up to a thousand of one case."""

    create_door: Door = staticmethod(create_record)
    #: Makes many at once, where the services have such a door: `records` in, the same records out.
    create_many_door: ClassVar[Door | None] = None
    #: What is sent with a new record and is none of its columns, but an argument of its door.
    create_arguments: ClassVar[tuple[str, ...]] = ()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record one."""
        refuse_unknown(request, ())
        self.may_create()
        rows = read([self.get_serializer(data=request.data)])
        [(record, arguments)] = self.prepared(rows)
        made = type(self).create_door(actor=request.user, record=record, **arguments)
        answer = self.answer_with(made, 201)
        answer["Location"] = self.address(made)
        return answer

    @action(detail=False, methods=["post"], url_path="bulk", url_name="bulk", filter_backends=())
    def bulk_create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record up to a thousand of one case, all or none. A refusal says by `index` which record it is about."""
        refuse_unknown(request, ())
        self.may_create()
        sent = read_one(BulkSerializer(data=request.data))["records"]
        rows = read((self.get_serializer(data=one) for one in sent), several=True)
        prepared = self.prepared(rows, several=True)
        if len({getattr(record, "case_id", None) for record, _arguments in prepared}) > 1:
            raise Invalid(
                "bulk.several_cases",
                _("These records belong to several cases."),
                field="case",
                way_forward=_("Send the records of one case at a time."),
            )
        made = self.make_many(prepared)
        rows_made = self.get_queryset().in_bulk([record.pk for record in made])
        answer = Response(
            {"results": self.get_serializer([rows_made[record.pk] for record in made], many=True).data},
            status=201,
        )
        answer.case_id = getattr(made[0], "case_id", None)  # type: ignore[attr-defined]
        return answer

    def may_create(self) -> None:
        """Refuse whoever may record such a thing nowhere, before what they sent is read."""
        permission = self.model.permission("create")
        if not access.may_somewhere(self.request.user, permission):
            access.require(self.request.user, permission)

    def prepared(
        self, rows: list[dict[str, Any]], *, several: bool = False
    ) -> list[tuple[Any, dict[str, Any]]]:
        """Return new records, and what goes to their door beside each."""
        arguments = [{name: row.pop(name) for name in self.create_arguments if name in row} for row in rows]
        look_up(self.model, rows, self.request.user, several=several)
        records = []
        for row in rows:
            record = self.model(**row)
            settle(record, row)
            records.append(record)
        return list(zip(records, arguments, strict=True))

    def make_many(self, prepared: Sequence[tuple[Any, dict[str, Any]]]) -> list[Any]:
        """Write records, all or none."""
        many = type(self).create_many_door
        if many is not None and not any(arguments for _record, arguments in prepared):
            made: list[Any] = many(
                actor=self.request.user, records=[record for record, _arguments in prepared]
            )
            return made
        made = []
        for at, (record, arguments) in enumerate(prepared):
            try:
                made.append(type(self).create_door(actor=self.request.user, record=record, **arguments))
            except Refusal as refusal:
                refusal.row = at
                raise
        return made


class Changes(RecordViewSet):
    """Records that are changed, from the version that was read."""

    change_door: Door = staticmethod(change_record)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some fields. `If-Match` names the version that you read; what you do not send stays."""
        refuse_unknown(request, ())
        record, version = self.found(self.model.permission("change"))
        [row] = read([self.get_serializer(record, data=request.data, partial=True)])
        look_up(self.model, [row], request.user)
        for name, value in row.items():
            setattr(record, name, value)
        type(self).change_door(actor=request.user, record=record, version=version)
        return self.answer_with(record)


class Withdraws(RecordViewSet):
    """Records that are withdrawn with a reason; nothing that was recorded is deleted."""

    withdraw_door: Door = staticmethod(withdraw_record)

    @action(detail=True, methods=["post"], filter_backends=(), pagination_class=None)
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdraw it: it stays to be read, and no longer counts."""
        refuse_unknown(request, ())
        record = self.locked(self.model.permission("withdraw"))
        reason = read_one(ReasonSerializer(data=request.data)).get("reason", "")
        type(self).withdraw_door(actor=request.user, record=record, reason=reason)
        return self.answer_with(record)


class HasHandling(RecordViewSet):
    """Records of which it is decided who of the case sees them."""

    @action(detail=True, methods=["post"], filter_backends=(), pagination_class=None)
    def handling(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change who sees it, together with what belongs to it."""
        refuse_unknown(request, ())
        record, version = self.found(handling_permission(self.model))
        asked = read_one(HandlingSerializer(data=request.data))
        set_handling(actor=request.user, record=record, version=version, **asked)  # type: ignore[arg-type]
        return self.answer_with(record)


class Moves(RecordViewSet):
    """Records with a workflow, whose status changes by its transitions only."""

    workflow: ClassVar[Workflow]

    @action(detail=True, methods=["get"], url_path="transitions", filter_backends=(), pagination_class=None)
    def transitions(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say which transitions leave its status, and why one that does is blocked for you."""
        refuse_unknown(request, ())
        record = self.get_object()
        options = self.workflow.options(record, request.user)  # type: ignore[arg-type]
        return Response(
            [
                {
                    "name": option.transition.name,
                    "label": str(option.transition.label),
                    "target": option.transition.target,
                    "requires_reason": option.transition.requires_reason,
                    "blocked": None if option.blocked is None else problem_of(option.blocked),
                }
                for option in options
            ]
        )

    @action(
        detail=True,
        methods=["post"],
        url_path="transitions/(?P<name>[a-z_]+)",
        url_name="transition",
        filter_backends=(),
        pagination_class=None,
    )
    def transition(self, request: Request, *args: Any, name: str = "", **kwargs: Any) -> Response:
        """Take a transition."""
        refuse_unknown(request, ())
        known = self.workflow.known(name)
        if known is None:
            raise access.not_visible()
        record = self.locked(known.permission)
        reason = read_one(ReasonSerializer(data=request.data)).get("reason", "")
        self.move(record, name, reason)
        return self.answer_with(record)

    def move(self, record: Any, name: str, reason: str) -> None:
        """Take the transition through its door."""
        self.workflow.apply(actor=self.request.user, record=record, name=name, reason=reason)  # type: ignore[arg-type]


class Recorded(HasHandling, Withdraws, Changes, Creates):
    """What is recorded, changed and withdrawn: most kinds of record."""
