"""A partner's program shows its secret, gets a token, calls with it, and is shut out by the next call once revoked."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cases.ledger.context import change
from cases.models import AccessLogEntry, Client, ClientSecret, ClientToken, ClientUse
from cases.services import client as service
from tests.actors import INSTALLER, Cast
from tests.calling import Caller, problem
from tests.cases.test_client_service import new_client
from tests.signed_in import signed_in

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def client(cast: Cast) -> Client:
    return new_client(cast, scopes=["read", "contribute"])


@pytest.fixture
def secret(cast: Cast, client: Client) -> str:
    return service.issue_secret(actor=cast.administrator, client=client)


def ask(client: Client | str, secret: str, body: str = "grant_type=client_credentials", **more: Any) -> Any:
    named = client if isinstance(client, str) else str(client.pk)
    basic = base64.b64encode(f"{named}:{secret}".encode()).decode()
    return Browser().post(
        reverse("api:token"), body, content_type=FORM, headers={"Authorization": f"Basic {basic}"}, **more
    )


class Program(Caller):
    """A client that calls with a token."""

    def __init__(self, token: str) -> None:
        super().__init__(client=Browser(headers={"Authorization": f"Bearer {token}"}))


def test_a_secret_gives_a_token_and_a_token_opens(client: Client, secret: str) -> None:
    answer = ask(client, secret)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    said = answer.json()
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", 900, "read contribute")
    assert "refresh_token" not in said
    program = Program(said["access_token"])
    about = program.get("/").json()["you"]
    assert about == {"id": str(client.pk), "name": "Registry", "agency": "POA"}
    assert program.get("/finds").json()["results"] == []
    assert program.get("/codes", limit=1).status_code == 200
    problem(program.get("/people"), 403, "access.forbidden")
    problem(program.post("/finds", {}), 403, "access.forbidden")
    assert ClientUse.objects.get(client=client).address == "127.0.0.1"
    assert secret not in str(ClientSecret.objects.values())
    assert said["access_token"] not in str(ClientToken.objects.values())


def test_a_secret_may_come_in_the_body_and_never_in_the_address(client: Client, secret: str) -> None:
    body = f"grant_type=client_credentials&client_id={client.pk}&client_secret={secret}&scope=read"
    answer = Browser().post(reverse("api:token"), body, content_type=FORM)
    assert answer.json()["scope"] == "read"
    program = Program(answer.json()["access_token"])
    assert program.get("/codes", limit=1).status_code == 200
    problem(program.post("/finds", {}), 403, "auth.scope")
    answer = Browser().post(f"{reverse('api:token')}?{body}", "", content_type=FORM)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_what_is_taken_from_a_client_its_tokens_lose_at_once(client: Client, secret: str) -> None:
    program = Program(ask(client, secret).json()["access_token"])
    assert program.get("/contributions").status_code == 200
    with change(INSTALLER, "tests.client.narrowed"):
        Client.objects.filter(pk=client.pk).update(scopes=["contribute"])
    problem(program.get("/contributions"), 403, "auth.scope")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("grant_type=client_credentials&scope=read+everything", 400, "invalid_scope"),
        ("grant_type=password&username=a&password=b", 400, "unsupported_grant_type"),
        ("", 400, "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
        ("x" * 9_000, 413, "invalid_request"),
    ],
)
def test_other_requests_for_tokens_are_refused(
    client: Client, secret: str, body: str, status: int, error: str
) -> None:
    answer = ask(client, secret, body)
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.content


def test_a_wrong_secret_is_refused_logged_and_counted(client: Client, secret: str, settings: Any) -> None:
    settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE = 3
    for named, shown in ((client, "wrong"), ("nobody", secret), (client, "")):
        answer = ask(named, shown)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    line = AccessLogEntry.objects.filter(kind="refused").first()
    assert line is not None
    assert (line.user_id, line.user_name, line.detail) == (client.pk, "Registry", "client's secret")
    answer = ask(client, secret)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_wrong_tokens_are_refused_and_counted(cast: Cast, settings: Any) -> None:
    settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE = 2
    program = Program("taphos_t_wrong")
    answer = program.get("/finds")
    problem(answer, 401, "auth.token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Taphos"'
    assert [program.get("/finds").status_code for _call in range(2)] == [401, 429]


def test_a_revoked_secret_shuts_out_with_the_next_call(cast: Cast, client: Client, secret: str) -> None:
    program = Program(ask(client, secret).json()["access_token"])
    assert program.get("/finds").status_code == 200
    service.revoke_secret(
        actor=cast.administrator, secret=ClientSecret.objects.get(client=client), reason="Lost."
    )
    problem(program.get("/finds"), 401, "auth.token")
    assert ask(client, secret).status_code == 401


def test_a_client_is_let_in_from_its_addresses_only(cast: Cast, client: Client, secret: str) -> None:
    program = Program(ask(client, secret).json()["access_token"])
    client.refresh_from_db()
    client.addresses = ["192.0.2.0/24"]
    service.change(actor=cast.administrator, record=client, version=client.version)
    problem(program.get("/finds"), 401, "auth.token")
    assert ask(client, secret).status_code == 401
    assert ask(client, secret, REMOTE_ADDR="192.0.2.7").status_code == 200


# --- people


def test_a_session_needs_its_second_factor_and_its_own_password(cast: Cast, settings: Any) -> None:
    settings.TAPHOS_DEMO = False
    half = Browser()
    half.force_login(cast.investigator)
    problem(half.get("/api/v1/finds"), 401, "auth.required")
    assert signed_in(cast.investigator).get("/api/v1/finds").status_code == 200
    with change(INSTALLER, "tests.password.given"):
        type(cast.investigator).objects.filter(pk=cast.investigator.pk).update(must_change_password=True)
    problem(signed_in(cast.investigator).get("/api/v1/finds"), 403, "auth.password_to_choose")


def test_a_session_that_ended_is_told_so_and_one_without_its_token_is_refused(
    cast: Cast, settings: Any
) -> None:
    settings.SESSION_IDLE_SECONDS = 0
    browser = signed_in(cast.investigator)
    browser.get("/api/v1/")
    problem(browser.get("/api/v1/"), 401, "auth.required")
    settings.SESSION_IDLE_SECONDS = 900
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = signed_in(cast.investigator).cookies
    answer = strict.post(
        "/api/v1/finds", "{}", content_type="application/json", headers={"Idempotency-Key": "k"}
    )
    problem(answer, 403, "auth.csrf")


# --- pages


def test_an_administrator_is_shown_a_secret_once_and_revokes_it(cast: Cast, client: Client) -> None:
    browser = signed_in(cast.administrator)
    page = reverse("admin:cases_client_change", args=[client.pk])
    assert "the client cannot call" in browser.get(page).content.decode()
    shown = browser.post(reverse("admin:cases_client_way", args=[client.pk, "secret"]))
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert secret not in browser.get(page).content.decode()
    assert ask(client, secret).status_code == 200
    row = ClientSecret.objects.get(client=client)
    revoke = reverse("admin:cases_client_revoke_secret", args=[client.pk, row.pk])
    assert browser.post(revoke, {"reason": "Lost."}).status_code == 302
    assert "Lost." in browser.get(page).content.decode()
    assert ask(client, secret).status_code == 401


def test_a_client_is_entered_with_its_networks_in_a_line(cast: Cast) -> None:
    browser = signed_in(cast.administrator)
    entered = {
        "name": "Registry",
        "agency": cast.agency.pk,
        "responsible": cast.investigator.pk,
        "scopes": ["read"],
        "addresses": "192.0.2.0/24, 2001:db8::/32",
    }
    answer = browser.post(reverse("admin:cases_client_add"), entered)
    assert answer.status_code == 302, answer.context["errors"]
    made = Client.objects.get()
    assert made.addresses == ["192.0.2.0/24", "2001:db8::/32"]
    page = browser.get(reverse("admin:cases_client_change", args=[made.pk])).content.decode()
    assert "192.0.2.0/24, 2001:db8::/32" in page
