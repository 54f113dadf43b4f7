"""A browser for the tests that need one, started once and asked to report whatever its console complains of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cases.models import User
from tests.signed_in import signed_in

#: How pages are looked at, by width and theme: at every change where it is hardest, the rest in the long runs.
LOOKS = [
    (360, "dark"),
    *(
        pytest.param(*look, marks=pytest.mark.slow)
        for look in ((1280, "light"), (1280, "dark"), (360, "light"))
    ),
]
WIDTHS = [360, pytest.param(1280, marks=pytest.mark.slow)]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return the one browser of this run, or skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        missing = f"no Chromium at {CHROMIUM}; CHROMIUM names another place"
        if os.environ.get("CI"):  # where it is installed beforehand, its absence is a fault
            pytest.fail(missing)
        pytest.skip(missing)
    # Playwright keeps an event loop in this thread, in which Django would refuse to ask the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Desk:
    """Opens pages for somebody who has signed in, and keeps what the browser complains of."""

    browser: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, user: User, path: str, width: int = 1280, height: int = 900) -> Any:
        """Return a page of this person, at this path."""
        context = self.browser.new_context(viewport={"width": width, "height": height})
        session = signed_in(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address + path)
        return page

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not message.location.get("url", "").endswith("/favicon.ico"):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")


@pytest.fixture
def desk(live_server: Any, chromium: Any, settings: Any) -> Iterator[Desk]:
    """Return a desk, and fail when a page broke the content policy or a script failed."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = (
        False  # the test's server speaks plain HTTP
    )
    opened = Desk(chromium, live_server.url)
    yield opened
    for context in chromium.contexts:
        context.close()
    if opened.complaints:
        pytest.fail("\n".join(opened.complaints))
