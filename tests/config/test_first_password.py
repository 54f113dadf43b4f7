"""Whoever was given a password by somebody else chooses their own before anything else works."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cases.ledger.context import Actor, change
from cases.models import LedgerEntry, User
from cases.services import person as door
from tests.actors import Cast
from tests.config.accounts import code_of, enrolled, log_in, make_account
from tests.refused import database_refuses, refused, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "unthrottled")]

NEW = "a passphrase of my own"
CHOOSE = "admin:password_change"


def given(cast: Cast, username: str = "examiner") -> tuple[User, str]:
    """Return an account with a password that an administrator has given it."""
    account = make_account(username)
    return account, door.issue_password(actor=cast.administrator, person=account)


def inside(client: Client, account: User, password: str) -> None:
    device, _recovery = enrolled(account)
    assert log_in(client, account.username, password, code=code_of(device)).status_code == 302


def chosen(client: Client, old: str, new: str = NEW) -> Any:
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse(CHOOSE), fields)


def test_nothing_works_before_a_password_is_chosen(client: Client, cast: Cast) -> None:
    account, password = given(cast)
    inside(client, account, password)
    for name in ("index", "cases_case_changelist", "cases_user_changelist", "second_factor", "autocomplete"):
        answer = client.get(reverse(f"admin:{name}"))
        assert (answer.status_code, answer["Location"]) == (302, reverse(CHOOSE)), name
    add = client.post(reverse("admin:cases_agency_add"), {"name": "x"})
    assert add["Location"] == reverse(CHOOSE)
    page = client.get(reverse(CHOOSE))
    assert page.status_code == 200
    assert "Somebody else knows it" in page.content.decode()


def test_after_it_everything_works_and_one_entry_has_both(client: Client, cast: Cast) -> None:
    account, password = given(cast)
    inside(client, account, password)
    assert chosen(client, password).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert not account.must_change_password
    entry = LedgerEntry.objects.filter(record_id=str(account.pk)).order_by("-seq").first()
    assert entry is not None
    assert (entry.action, entry.actor_id) == ("cases.user.password_changed", account.pk)
    assert '"must_change_password": false' in entry.payload


def test_the_given_password_is_not_chosen_again(client: Client, cast: Cast) -> None:
    account, password = given(cast)
    inside(client, account, password)
    assert "somebody else knows it" in chosen(client, password, password).content.decode()
    assert client.get(reverse("admin:index"))["Location"] == reverse(CHOOSE)
    with refused("user.password_same", "password"):
        door.set_password(actor=account, person=User.objects.get(pk=account.pk), password=password)


def test_the_second_factor_comes_first(client: Client, cast: Cast) -> None:
    account, password = given(cast)
    assert log_in(client, account.username, password)["Location"] == reverse("admin:second_factor_enrol")
    assert client.get(reverse("admin:second_factor_enrol")).status_code == 200
    assert client.get(reverse(CHOOSE))["Location"].startswith(reverse("admin:login"))


def test_one_may_leave_instead(client: Client, cast: Cast) -> None:
    account, password = given(cast)
    inside(client, account, password)
    assert client.post(reverse("admin:logout")).status_code == 200


def test_a_password_given_during_a_session_ends_the_session(client: Client, cast: Cast) -> None:
    account, password = given(cast)
    inside(client, account, password)
    chosen(client, password)
    door.issue_password(actor=cast.administrator, person=account)
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("admin:login"))


def test_who_sets_their_own_password_need_not_choose_again(cast: Cast) -> None:
    account, _password = given(cast)
    assert User.objects.get(pk=account.pk).must_change_password
    door.set_password(actor=account, person=account, password=NEW)
    assert not User.objects.get(pk=account.pk).must_change_password


def test_demonstration_accounts_keep_their_public_password(client: Client, cast: Cast, settings: Any) -> None:
    settings.TAPHOS_DEMO = True
    account = make_account(is_demonstration=True)
    password = door.issue_password(actor=cast.administrator, person=account)
    log_in(client, account.username, password)
    assert client.get(reverse("admin:index")).status_code == 200
    with database_refuses("cases_user_demonstration_keeps_password"):
        run("UPDATE cases_user SET must_change_password = true WHERE id = %s", account.pk)


def test_an_account_of_a_person_chooses_in_a_demonstration_too(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.TAPHOS_DEMO = True
    account, password = given(cast)
    log_in(client, account.username, password)
    assert client.get(reverse("admin:index"))["Location"] == reverse(CHOOSE)


def test_the_mark_goes_only_with_a_password_of_ones_own(cast: Cast) -> None:
    account, _password = given(cast)
    with database_refuses("cases_user_password_chosen", account):
        run("UPDATE cases_user SET must_change_password = false WHERE id = %s", account.pk)
    with database_refuses("cases_user_password_chosen", cast.administrator):
        run("UPDATE cases_user SET must_change_password = false, password = 'x' WHERE id = %s", account.pk)
    with database_refuses("cases_user_password_of_another", cast.administrator):
        run("UPDATE cases_user SET password = 'x' WHERE id = %s", cast.nobody.pk)
    account.must_change_password = False
    with refused("record.not_by_hand", "must_change_password"):
        door.change(actor=cast.administrator, record=account, version=account.version)


def test_a_password_made_on_the_command_line_is_changed_too(db: None) -> None:
    options = {"name": "First", "agency": "Office", "short_name": "OF", "kind": "police", "generate": True}
    call_command("create_administrator", "first", **options)
    assert User.objects.get(username="first").must_change_password


def test_a_hash_renewed_at_the_login_leaves_the_mark(cast: Cast, settings: Any) -> None:
    account, password = given(cast)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    stored = User.objects.get(pk=account.pk)
    assert stored.check_password(password)
    stored.refresh_from_db()
    assert stored.password.startswith("pbkdf2")
    assert stored.must_change_password
    with change(Actor.system("tests"), "tests.account.looked_at"):
        assert User.objects.filter(must_change_password=True).count() == 1
