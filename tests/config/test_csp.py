"""What the browser is told that our pages may do."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def policy(client: Client, path: str) -> dict[str, list[str]]:
    header = client.get(path).headers["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in header.split(";"))}


def test_pages_outside_the_admin_run_no_inline_script_style_or_eval(client: Client) -> None:
    told = policy(client, "/no-such-page/")
    assert told["default-src"] == told["script-src"] == told["style-src"] == told["form-action"] == ["'self'"]
    assert told["object-src"] == told["base-uri"] == told["frame-ancestors"] == ["'none'"]


def test_admin_gets_what_unfold_needs_and_no_inline_script(client: Client) -> None:
    told = policy(client, reverse("admin:login"))
    assert told["script-src"] == ["'self'", "'unsafe-eval'"]
    assert told["style-src"] == ["'self'", "'unsafe-inline'"]
    assert told["object-src"] == told["base-uri"] == told["frame-ancestors"] == ["'none'"]


def test_path_that_only_begins_like_the_admin_gets_no_exception(client: Client) -> None:
    assert policy(client, "/administration")["script-src"] == ["'self'"]


@pytest.mark.parametrize("name", ["admin:login", "admin:logout"])
def test_pages_before_the_admin_have_no_inline_script(client: Client, name: str) -> None:
    page = client.get(reverse(name), follow=True).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S", page)
    assert not re.search(r"\son[a-z]+\s*=", page)


def test_nothing_is_loaded_from_elsewhere(client: Client) -> None:
    page = client.get(reverse("admin:login")).content.decode()
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_every_answer_carries_the_other_headers(client: Client) -> None:
    for path in (reverse("admin:login"), "/no-such-page/"):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_login_page_is_not_kept_by_the_browser(client: Client) -> None:
    assert "no-store" in client.get(reverse("admin:login")).headers["Cache-Control"]
