"""The public page of a case that was told of a hundred times, beside one indexed list of the same database.

Said are its bytes and its questions, which have limits (30 KB, two questions), and its time over that of the first
page of a list of the case's team.
"""

from __future__ import annotations

from http import HTTPStatus

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.actors import make_cast
from tests.bench.ground import Say, alternate, own_database, rounds, size
from tests.cases import public
from tests.signed_in import signed_in

#: As long as a statement of a press office.
TEXT = "Human remains were found in the ground, and the place is guarded. The work goes on. " * 12


def run(say: Say) -> None:
    """Measure the public pages."""
    updates = size("public_updates", 100)
    with own_database("taphos_bench_public"):
        cast = make_cast()
        page = public.public_page(cast)
        for number in range(updates):
            public.publish(cast, page, title=f"Statement {number}", body=TEXT)
        say(f"pages for the public as a multiple of a list in the admin; {updates} updates of one case")
        team, anybody = signed_in(cast.investigator), Client()
        listed = reverse("admin:cases_publicupdate_changelist")

        def open_page(client: Client, url: str) -> int:
            answer = client.get(url, headers={"host": "127.0.0.1"})
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{url} answers {answer.status_code}")
            return len(answer.content)

        for name, url in (
            ("the list", reverse("public_updates")),
            ("page of a case", reverse("public_page", args=[public.SLUG])),
            ("one update", reverse("public_update", args=[public.SLUG, 1])),
            ("Atom feed", reverse("public_page_atom", args=[public.SLUG])),
        ):
            length = open_page(anybody, url)
            with CaptureQueriesContext(connection) as asked:
                open_page(anybody, url)
            shown, beside = alternate(
                lambda url=url: open_page(anybody, url),  # type: ignore[misc]
                lambda: open_page(team, listed),
                rounds(7),
            )
            say(
                f"{name:16} {shown / beside:5.2f}x  {len(asked)} queries, {length / 1000:.1f} KB "
                f"[{shown * 1e3:.1f} ms; the list {beside * 1e3:.1f}]"
            )
