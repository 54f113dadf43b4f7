"""Custody as the interface shows it: consignments, the hand-over of each item, and who held what and when."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import HasHandling, joint_step, step
from cases.api.filters import SearchAnywhere, filters_of
from cases.api.serializers import PlainSerializer
from cases.api.views import RecordViewSet
from cases.models.base import Handling
from cases.refusals import Invalid
from evidence.api.item import MOST_ITEMS, ItemsSerializer, holder_told, items_told, one_item_told
from evidence.models import Consignment, CustodyEvent, EventStatus, Holding, StoragePlace
from evidence.services import custody, custody_answer
from evidence.services.custody_answer import Arrival
from evidence.services.custody_late import enter_late
from evidence.services.holder import Holder

_ITEM = ("find__number", "specimen__number", "exhibit__number")


class ConditionSerializer(PlainSerializer):
    """In what condition one item goes."""

    item = fields.KeyField(help_text="The find, specimen or exhibit.")
    condition = fields.TextField(max_length=300)


class ReleaseSerializer(ItemsSerializer):
    """What goes to whom - to exactly one of a person, an agency and a body outside - and why."""

    to_person = fields.KeyField(required=False)
    to_agency = fields.KeyField(required=False)
    to_outside = fields.TextField(required=False, allow_blank=True, max_length=200)
    purpose = fields.TextField(max_length=5_000)
    at = fields.InstantField(required=False, help_text="When it was handed over; without it, now.")
    where = fields.TextField(required=False, allow_blank=True, max_length=200)
    carried_by = fields.TextField(required=False, allow_blank=True, max_length=200)
    conditions = ConditionSerializer(many=True, required=False)
    handling = fields.OneOfField(choices=Handling.choices, required=False)


class ArrivalSerializer(PlainSerializer):
    """One item as it arrived."""

    event = fields.KeyField(help_text="Its custody event.")
    seal = fields.TextField(
        required=False,
        allow_blank=True,
        max_length=80,
        help_text="The number that was read on it, empty where there was none. Without it: as it was sent.",
    )
    condition = fields.TextField(required=False, allow_blank=True, max_length=300)
    remark = fields.TextField(
        required=False,
        allow_blank=True,
        max_length=5_000,
        help_text="What was found, where the seal differs.",
    )


class AcceptSerializer(PlainSerializer):
    """What arrived, when, and where it lies from now on."""

    arrivals = ArrivalSerializer(
        many=True, required=False, help_text="Without it: all that is open, as it was sent."
    )
    at = fields.InstantField(required=False)
    place = fields.KeyField(required=False)
    signed_by = fields.TextField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="For a body outside: the name under the receipt.",
    )


class TurnDownSerializer(PlainSerializer):
    """What is not accepted, and why."""

    events = serializers.ListField(
        child=fields.KeyField(),
        required=False,
        max_length=MOST_ITEMS,
        help_text="Without it: all that is open.",
    )
    reason = fields.TextField(max_length=5_000)


class RefuseSerializer(TurnDownSerializer):
    """What is refused, and why."""

    signed_by = fields.TextField(required=False, allow_blank=True, max_length=200)


class ConsignmentViewSet(HasHandling, RecordViewSet):
    """Consignments: one act of handing over, of one item or many, each with a custody event of its own."""

    model = Consignment
    narrowed_by = ("number", "from_person", "from_agency", "to_person", "to_agency")
    search = SearchAnywhere(("number", "purpose", "to_outside", "carried_by"))
    answers_created = frozenset({"release"})
    takes: ClassVar[dict[str, Any]] = {
        "release": ReleaseSerializer,
        "accept": AcceptSerializer,
        "refuse": RefuseSerializer,
        "call_back": TurnDownSerializer,
    }

    @joint_step()
    def release(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hand items over, all or none. Until its receiver answers, each is held by whoever handed it over."""
        self.may_somewhere(CustodyEvent.permission("create"))
        told = self.told()
        consignment = custody.release(
            actor=self.caller,
            items=items_told(self, told),
            to=holder_told(self, told, "to"),
            purpose=told["purpose"],
            at=told.get("at"),
            where=told.get("where", ""),
            carried_by=told.get("carried_by", ""),
            conditions={said["item"]: said["condition"] for said in told.get("conditions", [])},
            handling=told.get("handling"),
        )
        answer = self.answer_with(consignment, 201)
        answer["Location"] = self.address(consignment)
        return answer

    @step()
    def accept(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Accept what arrived: from then on its receiver holds it. Another seal is accepted only when it is said."""
        consignment = self.locked(CustodyEvent.permission("accept"))
        told = self.told()
        named = told.get("arrivals")
        if named is None:
            arrivals = [Arrival(event) for event in self.open_events(consignment)]
        else:
            events = self.events_named(consignment, [said["event"] for said in named], "arrivals")
            arrivals = [
                Arrival(event, said.get("seal"), said.get("condition", ""), said.get("remark", ""))
                for event, said in zip(events, named, strict=True)
            ]
        place = self.named(StoragePlace, [told["place"]], "place")[0] if told.get("place") else None
        custody_answer.accept(
            actor=self.caller,
            arrivals=arrivals,
            at=told.get("at"),
            place=place,
            signed_by=told.get("signed_by", ""),
        )
        return self.answer_with(consignment)

    @step()
    def refuse(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Refuse what arrived, with a reason: whoever handed it over holds it still."""
        consignment = self.locked(CustodyEvent.permission("accept"))
        told = self.told()
        custody_answer.refuse(
            actor=self.caller,
            events=self.events_told(consignment, told),
            reason=told["reason"],
            signed_by=told.get("signed_by", ""),
        )
        return self.answer_with(consignment)

    @step(url_path="call-back")
    def call_back(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take back what nobody has answered, with a reason."""
        consignment = self.locked(CustodyEvent.permission("create"))
        told = self.told()
        custody_answer.call_back(
            actor=self.caller, events=self.events_told(consignment, told), reason=told["reason"]
        )
        return self.answer_with(consignment)

    def events_told(self, consignment: Consignment, told: dict[str, Any]) -> list[CustodyEvent]:
        """Return the hand-overs that are named, or all that are open."""
        if "events" in told:
            return self.events_named(consignment, told["events"], "events")
        return self.open_events(consignment)

    def open_events(self, consignment: Consignment) -> list[CustodyEvent]:
        """Return what of a consignment is open, as far as the caller sees it."""
        rows = CustodyEvent.objects.visible_to(self.caller).filter(consignment=consignment)
        return list(rows.filter(status=EventStatus.OPEN).select_related("consignment").order_by("id"))

    def events_named(self, consignment: Consignment, keys: list[Any], field: str) -> list[CustodyEvent]:
        """Return hand-overs of this consignment by their keys; one of another is not there."""
        events = list(self.named(CustodyEvent, keys, field))
        for event in events:
            if event.consignment_id != consignment.pk:
                raise Invalid(
                    "record.reference_unknown", _("There is no such record."), field=field, value=event.pk
                )
        return events


class CustodyEventViewSet(HasHandling, RecordViewSet):
    """Custody events: the hand-over of one item, its seal and condition before and after, and the answer."""

    model = CustodyEvent
    narrowed_by = ("consignment", "find", "specimen", "exhibit", "status")
    search = SearchAnywhere((*_ITEM, "consignment__number"))


_Narrowed: Any = filters_of(
    Holding, ("find", "specimen", "exhibit", "holder_person", "holder_agency", "basis", "ending"), ()
)


class HoldingFilters(_Narrowed):
    """What holdings are narrowed by."""

    at = django_filters.IsoDateTimeFilter(
        method="as_it_was", label="An instant: who held what then. Without it, holdings of all times."
    )
    superseded = django_filters.ChoiceFilter(
        choices=[("only", "superseded only"), ("also", "superseded ones too")],
        method="as_it_is_superseded",
        label="Superseded entries are left out unless you ask for them.",
    )

    def as_it_was(self, rows: Any, name: str, value: dt.datetime) -> Any:
        """Narrow to what was held at an instant."""
        return rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=value), from_at__lte=value)

    def as_it_is_superseded(self, rows: Any, name: str, value: str) -> Any:
        """Narrow to superseded entries, or leave the rows as they are."""
        return rows.filter(superseded_at__isnull=False) if value == "only" else rows

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave superseded entries out unless they are asked for."""
        if not self.form.cleaned_data.get("superseded"):
            queryset = queryset.filter(superseded_at__isnull=True)
        return super().filter_queryset(queryset)


class TakeInSerializer(ItemsSerializer):
    """Which items somebody has from when on: the caller, unless another holder is named."""

    holder_person = fields.KeyField(required=False)
    holder_agency = fields.KeyField(required=False)
    holder_outside = fields.TextField(required=False, allow_blank=True, max_length=200)
    at = fields.InstantField(required=False)
    note = fields.TextField(required=False, allow_blank=True, max_length=5_000)


class EnterLateSerializer(ItemsSerializer):
    """Who had one item from an instant of the past until another, and why it is entered only now."""

    holder_person = fields.KeyField(required=False)
    holder_agency = fields.KeyField(required=False)
    holder_outside = fields.TextField(required=False, allow_blank=True, max_length=200)
    from_at = fields.InstantField()
    until_at = fields.InstantField()
    reason = fields.TextField(max_length=5_000)


class HoldingViewSet(HasHandling, RecordViewSet):
    """Holdings: one holder had one item from an instant until another, or has it still."""

    model = Holding
    filterset_class: Any = HoldingFilters
    search = SearchAnywhere((*_ITEM, "holder_outside"))
    answers_several = frozenset({"take_in"})
    answers_created = frozenset({"take_in", "enter_late"})
    takes: ClassVar[dict[str, Any]] = {"take_in": TakeInSerializer, "enter_late": EnterLateSerializer}

    @joint_step(url_path="take-in")
    def take_in(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin the custody of items, all or none."""
        self.may_somewhere(Holding.permission("create"))
        told = self.told()
        named = holder_told(self, told, "holder")
        begun = custody.take_in(
            actor=self.caller,
            items=items_told(self, told),
            holder=None if named == Holder() else named,
            at=told.get("at"),
            note=told.get("note", ""),
        )
        return self.answer_many(begun, 201)

    @joint_step(url_path="enter-late")
    def enter_late(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter what happened before; the holder of now stays. What was entered until now is superseded, not edited."""
        self.may_somewhere(Holding.permission("correct"))
        told = self.told()
        late = enter_late(
            actor=self.caller,
            item=one_item_told(self, told),
            holder=holder_told(self, told, "holder"),
            from_at=told["from_at"],
            until_at=told["until_at"],
            reason=told["reason"],
        )
        answer = self.answer_with(late, 201)
        answer["Location"] = self.address(late)
        return answer
