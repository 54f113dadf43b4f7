"""People as the interface shows them: by name and agency, as far as a record that names them needs it."""

from __future__ import annotations

from typing import Any

from cases.api.filters import SearchAnywhere
from cases.api.serializers import RecordSerializer
from cases.api.views import RecordViewSet
from cases.models.user import User


class PersonSerializer(RecordSerializer):
    """A person whom records name. Accounts are the administrator's, and are kept in the admin only."""

    class Meta:
        model = User
        left_out = (
            "username",
            "password",
            "email",
            "language",
            "is_active",
            "is_demonstration",
            "must_change_password",
            "created_at",
        )


class PersonViewSet(RecordViewSet):
    """People whom records name."""

    model = User
    serializer_class: Any = PersonSerializer
    narrowed_by = ("agency",)
    search = SearchAnywhere(("full_name", "job_title", "agency__name", "agency__short_name"))
    orderings = ("id", "full_name")
