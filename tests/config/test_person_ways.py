"""What an administrator does to an account's front door takes its reason."""

from __future__ import annotations

from django.urls import reverse

from cases.models import AccessLogEntry
from config import codes
from tests.actors import Cast
from tests.signed_in import signed_in


def test_a_second_factor_is_forgotten_only_with_a_reason(cast: Cast) -> None:
    signed_in(cast.prosecutor)
    administrator = signed_in(cast.administrator)
    way = reverse("admin:cases_user_way", args=[cast.prosecutor.pk, "forget_second_factor"])
    assert administrator.post(way, {"reason": " "}).status_code == 422
    assert codes.has_device(cast.prosecutor)
    assert administrator.post(way, {"reason": "lost the phone"}).status_code == 302
    assert not codes.has_device(cast.prosecutor)
    line = AccessLogEntry.objects.filter(kind="second_factor").latest("at")
    assert line.record_id == str(cast.prosecutor.pk)
    assert "lost the phone" in line.detail
