"""Associations between specimens as the interface shows them, the individuals they add up to, and who is in these."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import HasHandling, Recorded, Withdraws, step
from cases.api.serializers import PlainSerializer, ReasonSerializer
from remains.below_search import SearchBelow
from remains.models.association import (
    ASSOCIATION_WORDS,
    INDIVIDUAL_WORDS,
    PART_WORDS,
    Association,
    Individual,
    IndividualPart,
)
from remains.models.specimen import Specimen
from remains.services import association, individual


class AssociationViewSet(Recorded):
    """Associations: why two specimens may belong together, or cannot. They read the same from both ends."""

    model = Association
    narrowed_by = ("first", "second", "kind", "stage", "first__find__site")
    narrowed_by_days = ("observed_on",)
    search = SearchBelow(
        Association, ("first__number", "second__number", "basis", "observer"), ASSOCIATION_WORDS
    )
    create_door = staticmethod(association.record_association)
    change_door = staticmethod(association.change_association)
    withdraw_door = staticmethod(association.withdraw_association)


class GatherSerializer(PlainSerializer):
    """Which specimens are of this individual, and why."""

    specimens = serializers.ListField(child=fields.KeyField(), min_length=1, max_length=1_000)
    reason = fields.TextField(max_length=5_000)


class MergeIndividualsSerializer(PlainSerializer):
    """Which individuals are the same person as this one, and why."""

    individuals = serializers.ListField(child=fields.KeyField(), min_length=1, max_length=100)
    reason = fields.TextField(max_length=5_000)


class IndividualViewSet(Recorded):
    """Individuals: specimens judged to be one person, often from several finds."""

    model = Individual
    narrowed_by = ("number",)
    search = SearchBelow(Individual, ("number", "description"), INDIVIDUAL_WORDS)
    orderings = ("id", "number")
    ordered_in_one_case = True
    create_door = staticmethod(individual.create_individual)
    change_door = staticmethod(individual.change_individual)
    withdraw_door = staticmethod(individual.withdraw_individual)
    takes: ClassVar[dict[str, Any]] = {
        "gather": GatherSerializer,
        "merge": MergeIndividualsSerializer,
    }

    @step()
    def gather(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put specimens into it, all or none. What cannot be one person is refused with what shows it."""
        found = self.locked(IndividualPart.permission("create"))
        told = self.told()
        rows = self.named(Specimen, told["specimens"], "specimens")
        individual.add_specimens(actor=self.caller, individual=found, specimens=rows, reason=told["reason"])
        return self.answer_with(found)

    @step()
    def merge(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Merge others into it: their specimens join it, and they are withdrawn with the reason."""
        found = self.locked(Individual.permission("withdraw"))
        told = self.told()
        others = self.named(Individual, told["individuals"], "individuals")
        individual.merge_individuals(
            actor=self.caller, individual=found, others=others, reason=told["reason"]
        )
        return self.answer_with(found)


class IndividualPartViewSet(HasHandling, Withdraws):
    """Parts of individuals: which specimen is, or was, in which. They are made by `gather`, and left by `leave`."""

    model = IndividualPart
    narrowed_by = ("individual", "specimen")
    search = SearchBelow(IndividualPart, ("specimen__number", "individual__number", "reason"), PART_WORDS)
    takes: ClassVar[dict[str, Any]] = {"leave": ReasonSerializer}

    @step()
    def leave(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let the specimen leave its individual; that it was in it, and why it left, stays."""
        part = self.locked(IndividualPart.permission("change"))
        individual.take_out(actor=self.caller, part=part, reason=self.told().get("reason", ""))
        return self.answer_with(part)
