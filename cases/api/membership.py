"""The teams of cases as the interface shows them."""

from __future__ import annotations

from typing import Any

from cases.api.doors import Changes, Creates, Withdraws
from cases.api.filters import SearchAnywhere
from cases.api.serializers import RecordSerializer
from cases.models.membership import Membership
from cases.services import membership as service


class MembershipSerializer(RecordSerializer):
    """One person's part in one case. The team is known to all of it, so it has no handling."""

    class Meta:
        model = Membership
        left_out = ("handling",)


class MembershipViewSet(Withdraws, Changes, Creates):
    """Memberships: who works on a case, in which role, from when until when."""

    model = Membership
    serializer_class: Any = MembershipSerializer
    narrowed_by = ("user", "role")
    narrowed_by_days = ("from_on",)
    search = SearchAnywhere(("user__full_name", "basis", "case__number"))
    create_door = staticmethod(service.create)
    change_door = staticmethod(service.change)
    withdraw_door = staticmethod(service.withdraw)
