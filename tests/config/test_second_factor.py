"""Logging in with password and code, enrolment, recovery codes, and what a password alone opens: nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.codes import RECOVERY_CODES, device_to_confirm, has_device, recovery_codes_left
from config.second_factor import is_verified
from tests.config.accounts import PASSWORD, code_of, enrolled, log_in, make_account
from tests.signed_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "unthrottled")]


def opens(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def test_password_of_a_new_account_leads_to_enrolment(client: Client) -> None:
    make_account()
    assert log_in(client).headers["Location"] == reverse("admin:second_factor_enrol")
    assert not opens(client)


def test_half_a_login_is_led_back_to_enrolment_with_the_page_it_asked_for(client: Client) -> None:
    make_account()
    log_in(client)
    page = reverse("admin:password_change")
    response = client.get(page, follow=True)
    assert (
        response.redirect_chain[-1][0]
        == f"{reverse('admin:second_factor_enrol')}?next=%2Fadmin%2Fpassword_change%2F"
    )


def test_enrolment_opens_the_admin_and_shows_recovery_codes_once(client: Client) -> None:
    user = make_account()
    log_in(client)
    enrol = reverse("admin:second_factor_enrol")
    page = client.get(enrol)
    assert page.context["qr_code"].startswith("data:image/svg+xml")
    assert page.context["secret"].replace(" ", "") in device_to_confirm(user).config_url
    finished = client.post(enrol, {"code": code_of(device_to_confirm(user))})
    assert len(finished.context["codes"]) == RECOVERY_CODES
    assert opens(client)
    assert client.get(enrol).status_code == 302
    assert client.post(enrol, {"code": "000000"}).status_code == 302


def test_the_secret_of_another_session_is_not_offered_again(client: Client) -> None:
    make_account()
    enrol = reverse("admin:second_factor_enrol")
    shown = []
    for session in (Client(), client):
        log_in(session)
        page = session.get(enrol)
        shown.append(page.context["secret"])
        assert session.get(enrol).context["secret"] == shown[-1]
    assert shown[0] != shown[1]
    third = Client()
    log_in(third)
    assert third.post(enrol, {"code": "000000"}).context["secret"] not in shown


def test_enrolment_starts_a_new_session_key(client: Client) -> None:
    user = make_account()
    log_in(client)
    before = client.session.session_key
    client.get(reverse("admin:second_factor_enrol"))
    client.post(reverse("admin:second_factor_enrol"), {"code": code_of(device_to_confirm(user))})
    assert client.session.session_key != before


@pytest.mark.parametrize("typed", ["", "000000", "12 34", "abcdef", "१२३४५६", "9" * 40])
def test_enrolment_refuses_a_wrong_code(client: Client, typed: str) -> None:
    user = make_account()
    log_in(client)
    response = client.post(reverse("admin:second_factor_enrol"), {"code": typed})
    assert response.context["wrong_code"]
    assert not has_device(user)


def test_secret_stays_the_same_when_the_enrolment_page_is_loaded_again(client: Client) -> None:
    make_account()
    log_in(client)
    secrets = {client.get(reverse("admin:second_factor_enrol")).context["secret"] for _ in range(2)}
    assert len(secrets) == 1


def test_password_alone_is_refused_once_enrolled(client: Client) -> None:
    enrolled(make_account())
    assert log_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_session_that_gave_only_a_password_cannot_enrol_over_a_device(client: Client) -> None:
    user = make_account()
    log_in(client)
    device, _ = enrolled(user)
    enrol = reverse("admin:second_factor_enrol")
    assert client.get(enrol).headers["Location"] == reverse("admin:login")
    assert client.post(enrol, {"code": code_of(device)}).headers["Location"] == reverse("admin:login")
    assert not opens(client)


def test_password_and_code_open_the_admin(client: Client) -> None:
    device, _ = enrolled(make_account())
    assert log_in(client, code=code_of(device)).headers["Location"] == reverse("admin:index")
    assert opens(client)


def test_code_may_be_typed_in_groups(client: Client) -> None:
    device, _ = enrolled(make_account())
    code = code_of(device)
    assert log_in(client, code=f" {code[:3]} {code[3:]} ").status_code == 302


def test_code_counts_once(client: Client) -> None:
    device, _ = enrolled(make_account())
    code = code_of(device)
    log_in(client, code=code)
    assert log_in(Client(), code=code).status_code == 200


def test_code_of_another_person_is_refused(client: Client) -> None:
    enrolled(make_account())
    other, _ = enrolled(make_account("other"))
    assert log_in(client, code=code_of(other)).status_code == 200


def test_recovery_code_opens_the_admin_once(client: Client) -> None:
    user = make_account()
    _, recovery = enrolled(user)
    assert log_in(client, code=recovery[3]).status_code == 302
    assert opens(client)
    assert log_in(Client(), code=recovery[3]).status_code == 200
    assert recovery_codes_left(user) == RECOVERY_CODES - 1


def test_code_follows_a_wrong_one_only_after_a_pause(client: Client, settings: Any) -> None:
    settings.OTP_TOTP_THROTTLE_FACTOR = 60
    device, _ = enrolled(make_account())
    log_in(client, code="000000")
    assert log_in(client, code=code_of(device)).status_code == 200


def test_wrong_code_and_wrong_password_get_the_same_answer(client: Client) -> None:
    enrolled(make_account())
    attempts = ({"code": "000000"}, {"password": "wrong"}, {"username": "nobody"})
    answers = [log_in(client, **attempt).context["form"].non_field_errors() for attempt in attempts]
    assert len({tuple(answer) for answer in answers}) == 1
    assert answers[0]


def test_new_recovery_codes_replace_the_old(client: Client) -> None:
    user = make_account()
    device, old = enrolled(user)
    log_in(client, code=old[0])
    page = client.post(reverse("admin:second_factor"), {"action": "renew", "code": code_of(device)})
    assert len(page.context["codes"]) == RECOVERY_CODES
    assert not StaticToken.objects.filter(token=old[1].replace(" ", "")).exists()


def test_moving_to_another_phone_needs_a_code_and_then_an_enrolment(client: Client) -> None:
    user = make_account()
    device, recovery = enrolled(user)
    log_in(client, code=code_of(device))
    renew = reverse("admin:second_factor")
    assert client.post(renew, {"action": "replace", "code": "000000"}).status_code == 200
    assert has_device(user)
    response = client.post(renew, {"action": "replace", "code": recovery[0]})
    assert response.headers["Location"] == reverse("admin:second_factor_enrol")
    assert not TOTPDevice.objects.filter(user=user).exists()
    assert not opens(client)


def test_half_a_login_can_log_out(client: Client) -> None:
    make_account()
    log_in(client)
    client.post(reverse("admin:logout"))
    assert "_auth_user_id" not in client.session


def test_login_returns_to_the_page_asked_for(client: Client) -> None:
    device, _ = enrolled(make_account())
    page = reverse("admin:password_change")
    assert log_in(client, code=code_of(device), next=page).headers["Location"] == page


def test_login_leads_to_no_other_site(client: Client) -> None:
    make_account()
    response = log_in(client, next="https://elsewhere.example/")
    assert response.headers["Location"] == reverse("admin:second_factor_enrol")


def test_changing_the_password_ends_the_other_sessions_only(client: Client) -> None:
    device, recovery = enrolled(make_account())
    log_in(client, code=code_of(device))
    other = Client()
    log_in(other, code=recovery[0])
    new = "another long passphrase"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("admin:password_change"), fields).status_code == 302
    assert opens(client)
    assert not opens(other)


def test_page_of_the_login_form_says_what_each_field_takes(client: Client) -> None:
    page = client.get(reverse("admin:login")).content.decode()
    for hint in ("username", "current-password", "one-time-code"):
        assert f'autocomplete="{hint}"' in page


def test_is_verified_asks_for_both_factors(client: Client, rf: RequestFactory, settings: Any) -> None:
    user = make_account()
    request = rf.get("/")
    request.user = AnonymousUser()
    assert not is_verified(request)
    request.user = user
    assert not is_verified(request)
    settings.TAPHOS_DEMO = True
    assert is_verified(request)
    settings.TAPHOS_DEMO = False
    assert opens(signed_in(user))
