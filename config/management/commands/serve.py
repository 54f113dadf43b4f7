"""`manage.py serve`: Taphos for real cases, behind a proxy that speaks TLS."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.checks import UnsafeStart, refuse_unsafe_start
from config.serving import Server, chosen_port, pending_migrations, refuse_port_in_use


class Command(BaseCommand):
    """Serve by gunicorn, if everything that must hold does."""

    help = "Serve real cases by gunicorn; refuses an unsafe start. PORT chooses the port."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address to listen on and the number of processes."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on (127.0.0.1).")
        parser.add_argument("--workers", type=int, default=2, help="Processes that serve (2).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and serve until stopped."""
        host, workers, port = options["host"], options["workers"], chosen_port()
        if workers < 1:
            raise CommandError(
                _("--workers is %(number)d, but one process at least must serve.") % {"number": workers}
            )
        refuse_port_in_use(host, port)
        if settings.TAPHOS_DEMO:
            raise CommandError(
                _(
                    "TAPHOS_DEMO is on, and its accounts are public. "
                    "Unset it to serve real cases, or use `make run`."
                )
            )
        if not (settings.STATIC_ROOT / "taphos" / "pages.css").is_file():
            raise CommandError(
                _("There are no static files in %(place)s. Run `manage.py collectstatic` first.")
                % {"place": settings.STATIC_ROOT}
            )
        try:
            refuse_unsafe_start()
        except UnsafeStart as error:
            raise CommandError(str(error)) from error
        if pending := pending_migrations():
            raise CommandError(
                _(
                    "The database is not up to date: %(number)d migrations are pending, the first is %(first)s. "
                    "Run `manage.py migrate` first."
                )
                % {"number": len(pending), "first": pending[0]}
            )
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        Server(
            bind,
            workers=workers,
            when_ready=lambda: self.stdout.write(_("Taphos serves on %(where)s.") % {"where": bind}),
        ).run()
