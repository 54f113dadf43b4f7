"""What the commands that serve share: the port, the migrations that are pending, and gunicorn in this process."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication

from config.env import BadEnvironment, read_int

THREADS: Final = 8
#: A sync feed or a large upload takes its time; a worker that says nothing for this long is replaced.
TIMEOUT_S: Final = 120


def chosen_port() -> int:
    """Return PORT, 8000 when it is not set."""
    try:
        return read_int("PORT", 8000, minimum=1, maximum=65535)
    except BadEnvironment as error:
        raise CommandError(str(error)) from error


def refuse_port_in_use(host: str, port: int) -> None:
    """Refuse an address that cannot be had, before anything is started for it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As gunicorn binds: a connection of an earlier run that is still closing is no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    _(
                        "Port %(port)d of %(host)s is in use, perhaps by another Taphos. "
                        "Stop what uses it, or choose another: PORT=%(other)d."
                    )
                    % {"port": port, "host": host, "other": _neighbour(port)}
                ) from error
            raise CommandError(
                _("Taphos cannot listen on %(host)s:%(port)d: %(why)s.")
                % {"host": host, "port": port, "why": error.strerror}
            ) from error


def _neighbour(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def pending_migrations() -> list[str]:
    """Name the migrations that the database has not seen, asked as the application role."""
    try:
        loader = MigrationLoader(connection)
    except DatabaseError as error:
        raise CommandError(_("The database cannot be asked: %(why)s") % {"why": error}) from error
    applied = set(loader.applied_migrations or ())
    return [f"{app}.{name}" for app, name in sorted(loader.disk_migrations) if (app, name) not in applied]


def migrate_as_owner() -> None:
    """Bring the database up to date in a process of its own, which alone is connected as its owner."""
    if os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_OWNER_URL"):
        raise CommandError(
            _(
                "The database is not up to date, and DATABASE_OWNER_URL, as whom it is migrated, is not set. "
                "Set it, or run `manage.py migrate` where it is."
            )
        )
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"]
    environment = {**os.environ, "TAPHOS_DB_ROLE": "owner"}
    if subprocess.run(command, check=False, env=environment, cwd=settings.BASE_DIR).returncode:
        raise CommandError(_("The database could not be brought up to date; what went wrong stands above."))


class Background:
    """The process that does the work of the background, beside a server that is started by hand."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it ends with this process, however that ends."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--with-parent"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=settings.BASE_DIR)

    def stop(self) -> None:
        """End it, and wait for the job in hand."""
        if self.process is None:
            return
        self.process.communicate()  # closes its input
        self.process = None


class Server(BaseApplication):
    """Gunicorn with threads, in this process, serving the application that is already loaded."""

    def __init__(
        self,
        bind: str,
        *,
        workers: int = 1,
        when_ready: Callable[[], None] | None = None,
        on_exit: Callable[[], None] | None = None,
    ) -> None:
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": TIMEOUT_S,
            "preload_app": True,
            "loglevel": "warning",
            "proc_name": "taphos",
            # Workers share no connection with the process that made them.
            "pre_fork": lambda server, worker: connections.close_all(),
        }
        if when_ready is not None:
            self._options["when_ready"] = lambda server: when_ready()
        if on_exit is not None:
            self._options["on_exit"] = lambda server: on_exit()
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn our options; it reads no file and no environment of its own."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application, which refuses an unsafe start while it is imported."""
        from config.wsgi import application

        return application
