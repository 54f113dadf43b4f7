"""A server in processes of its own, on the test's database, of which a process dies when a request tells it to.

`X-Die: before` dies with the effect written and nothing committed, `X-Die: after` with all committed, nothing answered.
Run as a program, it serves; imported, it starts itself.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

DATABASE = "TAPHOS_TESTED_DATABASE"
#: Seconds to wait for a server to answer its first request.
PATIENCE = 120


def on_database(name: str | None = None) -> dict[str, str]:
    """Return the environment of a program that works on the test's database, or on another of its server."""
    from django.db import connection

    server = connection.settings_dict
    database = {key: str(server[key]) for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    return {
        **os.environ,
        DATABASE: json.dumps({**database, "NAME": name or database["NAME"]}),
        "TAPHOS_API_CALLS_PER_MINUTE": "1000000",
    }


@contextmanager
def serving() -> Iterator[str]:
    """Start the server and give its address; end it afterwards."""
    with served() as (address, _process):
        yield address


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Start the server and give its address and the process whose children answer; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.mortal_server", str(port)], env=on_database())
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: Any) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as asking:
                asking.sendall(b"GET /api/v1/openapi.json HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                if asking.recv(1):
                    return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
        time.sleep(0.05)


class _Mortal:
    """The application, whose process a request may end."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.doomed = threading.local()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer, or die."""
        moment = environ.get("HTTP_X_DIE")
        self.doomed.before = moment == "before"
        answer = self.application(environ, start_response)
        if moment != "after":
            return answer
        b"".join(answer)
        os._exit(9)

    def die_if_doomed(self, *_arguments: Any) -> None:
        """Die before the transaction is committed."""
        if getattr(self.doomed, "before", False):
            os._exit(9)


def use_database() -> None:
    """Let this program's settings name the database that its environment does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    settings.DATABASES["default"].update(json.loads(os.environ[DATABASE]))


def serve(port: int) -> None:
    """Serve the test's database in two processes."""
    use_database()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SECURE_SSL_REDIRECT = False
    from django.core.wsgi import get_wsgi_application

    from config.serving import Server

    class MortalServer(Server):
        def load(self) -> Any:
            mortal = _Mortal(get_wsgi_application())
            from cases.api import idempotency

            # Called in the transaction of an effect, once its answer is written.
            idempotency.sweep = mortal.die_if_doomed  # type: ignore[assignment]
            return mortal

    MortalServer(f"127.0.0.1:{port}", workers=2).run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
