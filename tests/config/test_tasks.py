"""Every task of `docs/tasks.md` is reached from the start page as the page says, by somebody of its role."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Role
from tests.actors import Cast, make_cast
from tests.cases.test_admin_base import browser
from tests.config.tasks import Task, fits, links, tasks, world

START = reverse("admin:index")


def test_every_role_has_ten_tasks_of_at_most_two_clicks() -> None:
    every = tasks()
    assert all(Counter(task.walker for task in every)[role.value] for role in Role)
    assert all(1 <= len(task.clicks) <= 2 for task in every)


def walked(client: Client, task: Task) -> str:
    """Return what went wrong on the way, empty when the place was reached."""
    url = START
    for click in task.clicks:
        page = client.get(url)
        if page.status_code != 200:
            return f"{task}: {url} answers {page.status_code}"
        html = page.content.decode()
        content = html[html.index('id="content"') :]
        found = [link for link in links(content) if fits(link, click)] or [
            link for link in links(html) if fits(link, click)
        ]
        if not found:
            return f"{task}: no link {click!r} on {url}"
        url = urljoin(url, found[0].href)
    page = client.get(url)
    title = str(page.context["title"]) if page.context else ""
    place = re.sub(r"^(Change|View|Select) ", "", title).lower()
    if page.status_code != 200 or not place.startswith(task.place.lower()):
        return f"{task}: {url} answers {page.status_code} and is called {title!r}"
    return ""


def test_every_task_is_where_the_page_says(cast: Cast, settings: Any) -> None:
    world(cast)
    clients = {role.value: browser(cast.people[role.value], settings) for role in Role}
    wrong = [failed for task in tasks() if (failed := walked(clients[task.walker], task))]
    assert not wrong, "\n".join(wrong)


#: What is walked in a browser, by the keyboard alone: a button, a number with a list behind it, and the menu.
BY_KEYBOARD = {
    "investigator": "log a find",
    "anthropologist": "begin the examination of a find",
    "prosecutor": "give somebody a direction",
}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", sorted(BY_KEYBOARD))
def test_a_task_is_reached_by_the_keyboard_alone(role: str, desk: Any) -> None:
    cast = make_cast()
    world(cast)
    task = next(task for task in tasks() if task.walker == role and task.what == BY_KEYBOARD[role])
    page = desk.open(cast.people[role], START)
    for click in task.clicks:
        html = page.content()
        wanted = next(link for link in links(html) if fits(link, click))
        reach(page, wanted.href)
        page.keyboard.press("Enter")
        page.wait_for_load_state("load")
    assert task.place.lower() in page.title().lower(), page.title()


def reach(page: Any, href: str) -> None:
    """Press Tab until the link has the focus, and see that the focus can be seen."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {href} has the focus"
            return
    raise AssertionError(f"{href} is not reached by the keyboard")
