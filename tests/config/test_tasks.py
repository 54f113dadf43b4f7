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
    assert Counter(task.walker for task in every) == dict.fromkeys((role.value for role in Role), 10)
    assert all(1 <= len(task.clicks) <= 2 for task in every)


def way_of(client: Client, task: Task) -> tuple[list[str], str]:
    """Return the links that lead from the start page to the place, or what went wrong."""
    return _from(client, task, START, task.clicks)


def _from(client: Client, task: Task, url: str, clicks: tuple[str, ...]) -> tuple[list[str], str]:
    page = client.get(url)
    if page.status_code != 200:
        return [], f"{task}: {url} answers {page.status_code}"
    if not clicks:
        title = str(page.context["title"]) if page.context else ""
        there = re.sub(r"^(Change|View|Select) ", "", title).lower().startswith(task.place.lower())
        return [], "" if there else f"{task}: {url} is called {title!r}"
    html = page.content.decode()
    content = html[html.index('id="content"') :]
    said = [link.href for part in (content, html) for link in links(part) if fits(link, clicks[0])]
    wrong = f"{task}: no link {clicks[0]!r} on {url}"
    # Of several of a kind, people take the one with which it can be done.
    for href in list(dict.fromkeys(said))[:8]:
        way, wrong = _from(client, task, urljoin(url, href), clicks[1:])
        if not wrong:
            return [href, *way], ""
    return [], wrong


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_every_task_is_where_the_page_says(cast: Cast, settings: Any, every: int) -> None:
    world(cast)
    clients = {role.value: browser(cast.people[role.value], settings) for role in Role}
    wrong = [failed for task in tasks()[::every] if (failed := way_of(clients[task.walker], task)[1])]
    assert not wrong, "\n".join(wrong)


#: What is always walked in a browser: a button, a number with a list behind it, and the menu. The rest takes minutes.
BY_KEYBOARD = {
    "investigator": "log a find",
    "anthropologist": "begin the examination of a find",
    "prosecutor": "add somebody to the team",
}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_task_is_reached_by_the_keyboard_alone(desk: Any, settings: Any) -> None:
    walk_by_keyboard(desk, settings, [task for task in tasks() if BY_KEYBOARD.get(task.walker) == task.what])


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_task_is_reached_by_the_keyboard_alone(desk: Any, settings: Any) -> None:
    walk_by_keyboard(desk, settings, tasks())


def walk_by_keyboard(desk: Any, settings: Any, chosen: list[Task]) -> None:
    """Walk tasks in a browser: Tab until the link has the focus, Enter, and so on to the place."""
    assert chosen
    cast = make_cast()
    world(cast)
    clients = {task.walker: browser(cast.people[task.walker], settings) for task in chosen}
    pages = {role: desk.open(cast.people[role], START) for role in clients}
    for task in chosen:
        way, wrong = way_of(clients[task.walker], task)
        assert not wrong, wrong
        page = pages[task.walker]
        page.goto(urljoin(page.url, START))
        for href in way:
            reach(page, href)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert task.place.lower() in page.title().lower(), (str(task), page.title())


def reach(page: Any, href: str) -> None:
    """Press Tab until the link has the focus, and see that the focus can be seen."""
    for _press in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {href} has the focus"
            return
    raise AssertionError(f"{href} is not reached by the keyboard on {page.url}")
