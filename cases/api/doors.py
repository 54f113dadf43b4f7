"""What is done with records through the interface: they are made, changed, withdrawn, moved on; each by its own door.

A kind of record has of these what it has doors for; its address has nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases import access
from cases.api.filters import refuse_unknown
from cases.api.problems import problem_of
from cases.api.serializers import (
    BulkSerializer,
    HandlingSerializer,
    OptionSerializer,
    ReasonSerializer,
    look_up,
    read,
    read_one,
    settle,
)
from cases.api.views import RecordViewSet
from cases.refusals import Invalid, Refusal
from cases.services.handling import permission as handling_permission
from cases.services.handling import set_handling
from cases.services.record import change_record, create_record, withdraw_record
from cases.workflow import Workflow

Door = Callable[..., Any]
#: Something that is done with one record, at an address below it.
step = partial(action, detail=True, methods=["post"], filter_backends=(), pagination_class=None)
#: Something that is done with several records at once.
joint_step = partial(action, detail=False, methods=["post"], filter_backends=(), pagination_class=None)


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
        self.may_somewhere(self.model.permission("create"))
        rows = read([self.get_serializer(data=request.data)])
        [(record, arguments)] = self.prepared(rows)
        made = type(self).create_door(actor=request.user, record=record, **arguments)
        answer = self.answer_with(made, 201)
        answer["Location"] = self.address(made)
        return answer

    @joint_step(url_path="bulk", url_name="bulk")
    def bulk_create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record up to a thousand of one case, all or none. A refusal says by `index` which record it is about."""
        refuse_unknown(request, ())
        self.may_somewhere(self.model.permission("create"))
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
        return self.answer_many(self.make_many(prepared), 201)

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
            made: list[Any] = many(actor=self.caller, records=[record for record, _arguments in prepared])
            return made
        made = []
        for at, (record, arguments) in enumerate(prepared):
            try:
                made.append(type(self).create_door(actor=self.caller, record=record, **arguments))
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

    takes: ClassVar[dict[str, Any]] = {"withdraw": ReasonSerializer}
    withdraw_door: Door = staticmethod(withdraw_record)

    @step()
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdraw it: it stays to be read, and no longer counts."""
        record = self.locked(self.model.permission("withdraw"))
        reason = self.told().get("reason", "")
        type(self).withdraw_door(actor=request.user, record=record, reason=reason)
        return self.answer_with(record)


class HasHandling(RecordViewSet):
    """Records of which it is decided who of the case sees them."""

    takes: ClassVar[dict[str, Any]] = {"handling": HandlingSerializer}

    @step()
    def handling(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change who sees it, together with what belongs to it."""
        record, version = self.found(handling_permission(self.model))
        asked: Any = self.told()
        set_handling(actor=self.caller, record=record, version=version, **asked)
        return self.answer_with(record)


class Moves(RecordViewSet):
    """Records with a workflow, whose status changes by its transitions only; parts of other acts are none of them."""

    takes: ClassVar[dict[str, Any]] = {"transition": ReasonSerializer}
    gives: ClassVar[dict[str, Any]] = {"transitions": OptionSerializer(many=True)}
    workflow: ClassVar[Workflow]
    #: Transitions that ask for more than a reason, and have an address of their own.
    by_other_doors: ClassVar[frozenset[str]] = frozenset()

    @action(detail=True, methods=["get"], url_path="transitions", filter_backends=(), pagination_class=None)
    def transitions(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say which transitions leave its status, and why one that does is blocked for you."""
        refuse_unknown(request, ())
        record = self.get_object()
        options = self.workflow.options(record, self.caller)
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

    @step(url_path="transitions/(?P<name>[a-z_]+)", url_name="transition")
    def transition(self, request: Request, *args: Any, name: str = "", **kwargs: Any) -> Response:
        """Take a transition."""
        known = self.workflow.known(name)
        if known is None or not known.offered or name in self.by_other_doors:
            raise access.not_visible()
        record = self.locked(known.permission)
        reason = self.told().get("reason", "")
        self.move(record, name, reason)
        return self.answer_with(record)

    def move(self, record: Any, name: str, reason: str) -> None:
        """Take the transition through its door."""
        self.workflow.apply(actor=self.caller, record=record, name=name, reason=reason)


class Recorded(HasHandling, Withdraws, Changes, Creates):
    """What is recorded, changed and withdrawn: most kinds of record."""
