"""What an administrator does to an account's front door takes its reason."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cases.ledger.context import change
from cases.models import AccessLogEntry, User
from config import codes
from tests.actors import INSTALLER, Cast
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


def test_lifting_a_lock_out_is_logged_as_what_it_is(cast: Cast, settings: Any) -> None:
    settings.AXES_ENABLED = True
    way = reverse("admin:cases_user_way", args=[cast.prosecutor.pk, "unlock"])
    assert signed_in(cast.administrator).post(way).status_code == 302
    line = AccessLogEntry.objects.latest("at")
    assert (line.kind, line.record_id) == ("unlocked", str(cast.prosecutor.pk))


def test_what_is_not_offered_is_not_done_by_its_address(cast: Cast) -> None:
    with change(INSTALLER, "tests.account.marked"):
        demo = User(username="demo", full_name="Demo", agency=cast.agency, is_demonstration=True)
        demo.set_unusable_password()
        demo.save()
    page = reverse("admin:cases_user_way", args=[demo.pk, "password"])
    answer = signed_in(cast.administrator).post(page)
    assert answer["Location"] == reverse("admin:cases_user_change", args=[demo.pk])
    demo.refresh_from_db()
    assert not demo.has_usable_password()
