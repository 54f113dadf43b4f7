"""Code lists as the interface shows them."""

from __future__ import annotations

from typing import Any

from cases.api.doors import Changes, Creates
from cases.api.filters import SearchAnywhere
from cases.api.serializers import RecordSerializer
from cases.models.code import Code
from cases.services import code as service


class CodeSerializer(RecordSerializer):
    """One word of one code list. Records name it by its identifier: `element.femur`."""

    class Meta:
        model = Code
        read_only_fields = ("verification",)


class CodeViewSet(Changes, Creates):
    """Codes: the agreed words of lists, each with its source."""

    model = Code
    serializer_class: Any = CodeSerializer
    narrowed_by = ("scheme", "verification")
    search = SearchAnywhere(("label", "gloss", "id"))
    orderings = ("id",)
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
