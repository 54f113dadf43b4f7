"""The admin's common behaviour: narrowed rows, kind refusals, stale forms, history, transitions."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Site, User
from tests.actors import Cast
from tests.forms import as_sent


def browser(user: User, settings: object) -> Client:
    settings.TAPHOS_DEMO = True  # type: ignore[attr-defined]
    settings.SECURE_SSL_REDIRECT = False  # type: ignore[attr-defined]
    client = Client()
    client.force_login(user, backend="config.authentication.TaphosBackend")
    return client


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("admin:cases_site_change", args=[cast.site_a.pk])


def test_a_site_is_changed_at_the_version_that_was_read(cast: Cast, settings: object, url: str) -> None:
    client = browser(cast.investigator, settings)
    form = as_sent(client.get(url), name="Carpet factory")
    assert client.post(url, form).status_code == 302
    site = Site.objects.get(pk=cast.site_a.pk)
    assert (site.name, site.version) == ("Carpet factory", 2)
    answer = client.post(url, {**form, "name": "Other"})
    assert answer.status_code == 200
    assert "changed by somebody else" in answer.content.decode()
    assert Site.objects.get(pk=cast.site_a.pk).name == "Carpet factory"


def test_another_cases_site_is_not_there(cast: Cast, settings: object, url: str) -> None:
    client = browser(cast.outsider, settings)
    assert client.get(url).status_code == 404
    assert "KHJ01" not in client.get(reverse("admin:cases_site_changelist")).content.decode()


def test_a_prosecutor_sees_a_site_and_may_not_change_it(cast: Cast, settings: object, url: str) -> None:
    client = browser(cast.prosecutor, settings)
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Carpet factory", "record_version": "1"}).status_code == 403


def test_a_transition_is_taken_by_its_button(cast: Cast, settings: object, url: str) -> None:
    client = browser(cast.investigator, settings)
    assert "No protection measure" not in client.get(url).content.decode()
    done = client.post(reverse("admin:cases_site_transition", args=[cast.site_a.pk, "verify"]), follow=True)
    assert ": now verified." in done.content.decode()
    assert Site.objects.get(pk=cast.site_a.pk).status == "verified"
    assert "No protection measure" in client.get(url).content.decode()
