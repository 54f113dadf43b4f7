"""A list, and the same list as files, asked by somebody in their browser."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.test import Client
from django.urls import reverse


def page(stem: str, name: str, *args: str, query: str = "") -> str:
    """Return an address of a list, such as `page("cases_site", "export_file", "csv", query="status=x")`."""
    return reverse(f"admin:{stem}_{name}", args=args) + (f"?{query}" if query else "")


def listed(client: Client, stem: str, query: str = "") -> list[str]:
    """Return the identifiers of a list's rows, in its order, over all of its pages."""
    found: list[str] = []
    number = 1
    while True:
        answer = client.get(page(stem, "changelist", query="&".join(filter(None, [query, f"p={number}"]))))
        assert answer.status_code == 200, (stem, query, answer.status_code)
        shown = answer.context["cl"]
        found += [str(row.pk) for row in shown.result_list]
        if number >= shown.paginator.num_pages:
            return found
        number += 1


def content(client: Client, stem: str, form: str, query: str = "") -> bytes:
    """Return a file."""
    answer: Any = client.post(page(stem, "export_file", form, query=query))
    assert answer.status_code == 200, (stem, query, answer.status_code)
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


def rows(client: Client, stem: str, query: str = "") -> list[dict[str, str]]:
    """Return the rows of the list's CSV."""
    text = content(client, stem, "csv", query).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))
