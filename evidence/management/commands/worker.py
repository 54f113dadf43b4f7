"""Do the work of the background: `manage.py worker`, for as long as it is not stopped."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app


class Command(BaseCommand):
    """`manage.py worker`: takes jobs out of the database as they come. Stopped by SIGTERM, it ends the one in hand."""

    help = "Do the work of the background until stopped; --until-done ends when there is none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-done", action="store_true", help="end when nothing waits")
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="end when whoever started it, and holds its input, has ended",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        if options["with_parent"]:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        else:
            self.stdout.write(_("Working in the background. Ctrl-C stops it."))
        connector: Any = app.connector
        with app.replace_connector(connector.get_worker_connector()) as at_work:
            at_work.run_worker(wait=not options["until_done"])


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # returns when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)
