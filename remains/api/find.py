"""Finds as the interface shows them, with their other labels, and what became of them by splitting and merging."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import fields
from cases.api.doors import Moves, Recorded, joint_step, step
from cases.api.serializers import PlainSerializer, RecordSerializer
from cases.api.views import RecordViewSet
from cases.models.base import Handling
from cases.models.context import Context
from cases.models.site import Site
from remains.below_search import SearchBelow
from remains.find_search import search_finds
from remains.models.find import Find, FindAlias, FindCategory, Lineage
from remains.models.specimen import Specimen
from remains.services import find as service
from remains.workflows import FIND

#: Parts into which a find is split at once, and finds that are merged, at most.
MOST_PARTS = 100


class FindSerializer(RecordSerializer):
    """What was lifted, or seen in place, under one number."""

    label = fields.TextField(  # type: ignore[assignment]
        write_only=True,
        required=False,
        max_length=80,
        help_text="A number that was given by hand: it is kept as another label of the find.",
    )
    first_status = fields.OneOfField(
        choices=FIND.initial,
        write_only=True,
        required=False,
        help_text="How a new find begins. Without it: lifted with a day of lifting, recorded without one.",
    )

    class Meta:
        model = Find


class PartSerializer(PlainSerializer):
    """What is taken out of a find: a find of its own, at the same site and in the same state."""

    category = fields.OneOfField(choices=FindCategory.choices)
    description = fields.TextField(required=False, allow_blank=True, max_length=20_000)
    handling = fields.OneOfField(choices=Handling.choices, required=False)
    specimens = serializers.ListField(
        child=fields.KeyField(),
        required=False,
        max_length=1_000,
        help_text="Specimens that go along with it.",
    )


class SplitSerializer(PlainSerializer):
    """What is taken out of a find, and why."""

    parts = serializers.ListField(child=PartSerializer(), min_length=1, max_length=MOST_PARTS)
    reason = fields.TextField(max_length=5_000)


class MergeSerializer(PlainSerializer):
    """Which finds are merged into this one, and why."""

    finds = serializers.ListField(child=fields.KeyField(), min_length=1, max_length=MOST_PARTS)
    reason = fields.TextField(max_length=5_000)


class MergeIntoNewSerializer(MergeSerializer):
    """Which finds are merged into a new one, of what it is, and why."""

    category = fields.OneOfField(choices=FindCategory.choices)
    description = fields.TextField(required=False, allow_blank=True, max_length=20_000)


class MoveSerializer(PlainSerializer):
    """Where the find belongs, and why."""

    site = fields.KeyField(
        required=False, help_text="Another site of the case; without it the find stays at its own."
    )
    context = fields.KeyField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="A context of that site; null for none."
    )
    reason = fields.TextField(max_length=5_000)


class SearchFinds:
    """By the beginning of the number or of another label, by the serial, and by words of the description."""

    fields = ("number", "description")

    @staticmethod
    def narrow(rows: Any, term: str, *, user: Any, fields: Collection[str]) -> Any:
        """Narrow to finds in which every word fits."""
        return search_finds(rows, term, user=user, fields=fields)


def _log(*, actor: Any, record: Find, first_status: str | None = None, label: str = "") -> Find:
    return service.log_find(actor=actor, record=record, status=first_status, label=label)


class FindViewSet(Moves, Recorded):
    """Finds: what was lifted in the field, under numbers that are never used again."""

    model = Find
    serializer_class: Any = FindSerializer
    narrowed_by = ("site", "context", "number", "status", "category", "bindings", "blindfold", "clothing")
    narrowed_by_days = ("found_on",)
    read_along = ("site",)
    search = SearchFinds()
    orderings = ("id", "number", "status", "category", "found_on")
    ordered_in_one_case = True
    workflow = FIND
    create_door = staticmethod(_log)
    create_many_door = staticmethod(service.log_many)
    create_arguments = ("label", "first_status")
    change_door = staticmethod(service.change)
    withdraw_door = staticmethod(service.withdraw)
    answers_created = frozenset({"create", "bulk_create", "split", "merge_into_new"})
    answers_several = frozenset({"split"})
    takes: ClassVar[dict[str, Any]] = {
        "split": SplitSerializer,
        "merge": MergeSerializer,
        "merge_into_new": MergeIntoNewSerializer,
        "move_to": MoveSerializer,
    }

    @step()
    def split(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take parts out of it: each is a new find, and lineage says where it came from. All or nothing."""
        find = self.locked("remains.find:divide")
        told = self.told()
        going = [
            self.named(Specimen, part.pop("specimens", []), f"parts.{at}.specimens")
            for at, part in enumerate(told["parts"])
        ]
        parts = [Find(**part) for part in told["parts"]]
        new = service.split_find(
            actor=self.caller, find=find, parts=parts, reason=told["reason"], specimens=going
        )
        return self.answer_many(new, 201)

    @step()
    def merge(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Merge other finds of its site into it. They stay as they were recorded, and go no further."""
        find = self.locked("remains.find:divide")
        told = self.told()
        others = self.named(Find, told["finds"], "finds")
        service.merge_finds(actor=self.caller, finds=others, record=find, reason=told["reason"])
        return self.answer_with(find)

    @joint_step(url_path="merge", url_name="merge-into-new")
    def merge_into_new(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Merge finds of one site into a new one, which has what all of them share."""
        self.may_somewhere("remains.find:divide")
        told = self.told()
        others = self.named(Find, told["finds"], "finds")
        record = Find(category=told["category"], description=told.get("description", ""))
        new = service.merge_finds(actor=self.caller, finds=others, record=record, reason=told["reason"])
        answer = self.answer_with(new, 201)
        answer["Location"] = self.address(new)
        return answer

    @step(url_path="move", url_name="move")
    def move_to(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Attribute it to another context of its site, or to another site. It keeps its number."""
        find = self.locked(Find.permission("change"))
        told = self.told()
        to = self.named(Site, [told["site"]], "site")[0] if told.get("site") else None
        context = self.named(Context, [told["context"]], "context")[0] if told.get("context") else None
        service.move_find(actor=self.caller, find=find, to=to, context=context, reason=told["reason"])
        return self.answer_with(find)


def _label(*, actor: Any, record: FindAlias) -> FindAlias:
    return service.add_alias(actor=actor, find=record.find, label=record.label, origin=record.origin)


class FindAliasViewSet(Recorded):
    """Other labels under which finds are known: an older system's, a laboratory's, a mistake on a bag."""

    model = FindAlias
    narrowed_by = ("find", "label", "find__site")
    search = SearchBelow(FindAlias, ("label", "find__number"))
    create_door = staticmethod(_label)


class LineageViewSet(RecordViewSet):
    """Lineage: which find came out of which, by a split or a merge."""

    model = Lineage
    narrowed_by = ("parent", "child", "kind")
