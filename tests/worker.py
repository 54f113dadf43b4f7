"""The worker, run in a thread of its own: where a browser was started, this one has an event loop already."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

from django.core.management import call_command
from django.db import connections


def work_until_done() -> None:
    """Do all that waits for the worker, and raise what it raises."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_work).result()


def _work() -> None:
    try:
        call_command("worker", until_done=True, stdout=io.StringIO())
    finally:
        connections.close_all()
