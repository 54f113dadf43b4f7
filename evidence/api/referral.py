"""Referrals to laboratories as the interface shows them to the case's team, with what is sent and what is asked."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Changes, Creates, HasHandling, Moves, Recorded, Withdraws, step
from cases.api.filters import SearchAnywhere
from cases.api.serializers import PlainSerializer
from evidence.models.referral import Examination, Referral, ReferralItem
from evidence.services import referral, referral_item
from evidence.workflows import REFERRAL
from remains.models import Find, Specimen


class AddItemsSerializer(PlainSerializer):
    """Which finds and specimens are sent, and what is asked of each."""

    finds = serializers.ListField(child=fields.KeyField(), required=False, max_length=500)
    specimens = serializers.ListField(child=fields.KeyField(), required=False, max_length=500)
    asked = fields.TextField(max_length=5_000)


class ReferralViewSet(Moves, HasHandling, Changes, Creates):
    """Referrals: what is sent to a laboratory, which examinations are asked for, and how far it is."""

    model = Referral
    narrowed_by = ("number", "laboratory", "status", "urgency")
    narrowed_by_days = ("due_on",)
    search = SearchAnywhere(("number", "reference", "laboratory__name"))
    orderings = ("id", "due_on")
    workflow = REFERRAL
    create_door = staticmethod(referral.draft)
    change_door = staticmethod(referral.change)
    takes: ClassVar[dict[str, Any]] = {"add_items": AddItemsSerializer}

    def move(self, record: Any, name: str, reason: str) -> None:
        """Take a referral one step further."""
        referral.apply_transition(actor=self.caller, referral=record, name=name, reason=reason)

    @step(url_path="add-items")
    def add_items(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put finds and specimens into a draft, all or none; each is called what it is, and not by its number."""
        draft = self.locked(ReferralItem.permission("create"))
        told = self.told()
        subjects = [
            *self.named(Find, told.get("finds", []), "finds"),
            *self.named(Specimen, told.get("specimens", []), "specimens"),
        ]
        referral_item.add_items(actor=self.caller, referral=draft, subjects=subjects, asked=told["asked"])
        return self.answer_with(draft)


class ReferralItemViewSet(HasHandling, Withdraws, Changes):
    """Items of referrals: finds and specimens that are sent, and how they arrived. `add-items` puts them there."""

    model = ReferralItem
    narrowed_by = ("referral", "find", "specimen")
    search = SearchAnywhere(("find__number", "specimen__number", "referral__number", "referral__reference"))
    change_door = staticmethod(referral_item.change_item)
    withdraw_door = staticmethod(referral_item.withdraw_item)


class ExaminationViewSet(Recorded):
    """Examinations that are asked for, each with the question to the expert."""

    model = Examination
    narrowed_by = ("referral", "kind")
    search = SearchAnywhere(("question", "referral__number"))
    create_door = staticmethod(referral_item.add_examination)
    change_door = staticmethod(referral_item.change_examination)
    withdraw_door = staticmethod(referral_item.withdraw_examination)
