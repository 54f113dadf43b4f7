"""Lists and forms in a browser, looked at by axe: nothing serious or critical, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from cases.models import Context, DiscoveryReport, Incident, PublicUpdate, Site, SiteVisit
from evidence.models import Document, Photograph
from tests.actors import make_cast
from tests.browser import LOOKS
from tests.cases import public
from tests.scene import Scene
from tests.signed_in import signed_in
from tests.test_routes import expected_elsewhere, expected_of_kinds, kinds_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRAVE = {"serious", "critical"}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_has_a_grave_fault(
    width: int, scheme: Any, chromium: Any, live_server: Any, settings: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    cast = make_cast()
    made = Scene(cast.case_a).fill(2)
    told = public.public_page(cast)
    public.publish(cast, told, corrects=public.publish(cast, told), reason="Mistaken.")
    made[PublicUpdate].insert(0, public.draft(cast, told))
    session = signed_in(cast.investigator).cookies["sessionid"].value
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    faults: list[str] = []
    hear_errors(page, faults)
    for url in urls(cast, made):
        page.goto(live_server.url + url)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in GRAVE:
                targets = [node["html"][:160] for node in violation["nodes"][:4]]
                faults.append(f"{url}: {violation['id']} x{len(violation['nodes'])} {targets}")
    context.close()
    assert not faults, "\n".join(faults)


def hear_errors(page: Any, faults: list[str]) -> None:
    """Note what breaks a script of a page."""
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))


#: Pages that are the same for every kind of record: looked at once.
ALIKE = ("/export/", "/history/", "/withdraw/", "/handling/", "/transition/", "/delete/")
#: Who looks at a page, of those who may: whoever comes first here.
LOOKING = (
    "prosecutor",
    "investigator",
    "anthropologist",
    "custodian",
    "laboratory",
    "administrator",
    "auditor",
)


@pytest.mark.slow
def test_no_page_of_the_table_of_routes_has_a_grave_fault(
    chromium: Any, live_server: Any, settings: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    cast = make_cast()
    looks = list(pages_of_table(kinds_made(cast)))
    assert len(looks) > 150
    opened: dict[tuple[str, int], Any] = {}
    clients = {person: signed_in(cast.people[person]) for person, _url in looks}
    faults: list[str] = []
    for place, (person, url) in enumerate(looks):
        asked = clients[person].get(url)
        if not asked["Content-Type"].startswith("text/html") or "Content-Disposition" in asked:
            continue  # a file, which no browser shows as a page
        # Every second one on a telephone in the dark.
        width, scheme = ((1280, "light"), (360, "dark"))[place % 2]
        if (person, width) not in opened:
            context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            session = clients[person].cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            opened[person, width] = context.new_page()
            opened[person, width].set_default_timeout(60_000)
            hear_errors(opened[person, width], faults)
        page = opened[person, width]
        answer = page.goto(live_server.url + url)
        assert answer.status == 200, (person, url, answer.status)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in GRAVE:
                targets = [node["html"][:160] for node in violation["nodes"][:4]]
                faults.append(f"{url} ({person}, {width}): {violation['id']} {targets}")
    for page in opened.values():
        page.context.close()
    assert not faults, "\n".join(faults)


def pages_of_table(made: dict[type, list[Any]]) -> Iterator[tuple[str, str]]:
    """Yield every page that the table of routes shows somebody, once, with who looks at it."""
    seen: set[str] = set()
    for _route, method, url, people in [*expected_of_kinds(made), *expected_elsewhere(made)]:
        alike = next((part for part in ALIKE if part in url), url)
        person = next((name for name in LOOKING if people[name] == 200), None)
        if method == "GET" and person and alike not in seen and not url.startswith("/api/"):
            seen.add(alike)
            yield person, url


def urls(cast: Any, made: Any) -> list[str]:
    """Return the pages to look at."""
    lists = [
        "case",
        "site",
        "context",
        "sitevisit",
        "discoveryreport",
        "incident",
        "membership",
        "user",
        "code",
        "publicupdate",
    ]
    forms = ["site", "context", "sitevisit", "discoveryreport", "incident", "sitelink", "publicupdate"]
    shown = [Site, Context, SiteVisit, DiscoveryReport, Incident, PublicUpdate]
    return [
        reverse("admin:index"),
        reverse("admin:cases_site_export"),
        reverse("public_updates"),
        reverse("public_page", args=[public.SLUG]),
        *(reverse(f"admin:cases_{name}_changelist") for name in lists),
        *(reverse(f"admin:cases_{name}_add") for name in forms),
        *(
            reverse(f"admin:cases_{model._meta.model_name}_change", args=[made[model][0].pk])
            for model in shown
        ),
        reverse("admin:cases_case_change", args=[cast.case_a.pk]),
        reverse("admin:cases_site_history", args=[made[Site][0].pk]),
        reverse("admin:cases_site_withdraw", args=[made[Site][0].pk]),
        reverse("admin:cases_site_handling", args=[made[Site][0].pk]),
        reverse("admin:password_change"),
        reverse("admin:remains_find_add"),
        reverse("admin:remains_find_changelist"),
        reverse("admin:evidence_photograph_changelist"),
        reverse("admin:evidence_photograph_add"),
        reverse("admin:evidence_photograph_change", args=[made[Photograph][0].pk]),
        reverse("admin:evidence_document_change", args=[made[Document][0].pk]),
    ]
