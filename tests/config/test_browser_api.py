"""The description of the interface is read and tried out in a browser, without a network and within the policy."""

from __future__ import annotations

import pytest

from tests.actors import Cast
from tests.browser import Desk

pytestmark = pytest.mark.browser


def test_the_description_is_read_and_tried_out(desk: Desk, cast: Cast) -> None:
    page = desk.open(cast.investigator, "/api/v1/docs")
    page.set_default_timeout(60_000)  # a long description
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.click("#operations-tag-finds")
    page.wait_for_selector("#operations-finds-finds_list")
    page.click("#operations-finds-finds_list .opblock-summary-control")
    page.click("#operations-finds-finds_list button.try-out__btn")
    page.click("#operations-finds-finds_list button.execute")
    answer = page.wait_for_selector(
        "#operations-finds-finds_list .live-responses-table tr.response .response-col_status"
    )
    assert answer.inner_text().startswith("200")
    page.goto(desk.address + "/api/v1/redoc")
    page.wait_for_selector("li[data-item-id='tag/site-links']")
    page.wait_for_selector("img[src$='/favicon.svg']")  # in the place of its maker's mark, which is elsewhere
    assert {url for url in asked if not url.startswith((desk.address, "data:", "blob:"))} == set()
