"""Taphos's own PostgreSQL, made, started and stopped for whoever has not set DATABASE_URL.

A server outlives the process that started it, for reloads, workers and test runs share it; it is stopped
by `python -m config.postgres stop`. It listens on a socket in a directory of mode 0700 and nowhere else,
which is what makes trust authentication safe. Nothing here needs Django's settings.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.postgres.cluster import Cluster, ServerAddress
from config.postgres.places import PostgresUnavailable
from config.postgres.roles import APPLICATION_ROLE, DATABASE, OWNER_ROLE, SUPERUSER

__all__ = [
    "APPLICATION_ROLE",
    "DATABASE",
    "OWNER_ROLE",
    "SUPERUSER",
    "PostgresUnavailable",
    "ServerAddress",
    "Status",
    "connection_settings",
    "start",
    "status",
    "stop",
]


@dataclass(frozen=True)
class Status:
    """What `status` found; `pid` is None when no server runs on the data directory."""

    pid: int | None
    data: Path
    address: ServerAddress

    @property
    def running(self) -> bool:
        """Whether a server runs on the data directory."""
        return self.pid is not None


def start() -> ServerAddress:
    """Start the server unless it runs, make what is missing, and return its address."""
    cluster = Cluster.of_environment()
    if not cluster.is_ready():
        with cluster.locked():
            if not cluster.is_ready():
                cluster.bring_up()
    return cluster.address


def stop() -> bool:
    """Stop the server, disconnecting its clients; return whether one ran."""
    cluster = Cluster.of_environment()
    if not cluster.data.exists():
        return False
    with cluster.locked():
        return cluster.shut_down()


def status() -> Status:
    """Look at the server without changing anything."""
    cluster = Cluster.of_environment()
    return Status(pid=cluster.postmaster_pid(), data=cluster.data, address=cluster.address)


def connection_settings(database: str = DATABASE, role: str = APPLICATION_ROLE) -> dict[str, Any]:
    """Return an entry for Django's DATABASES; starts nothing."""
    address = Cluster.of_environment().address
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": role,
        "PASSWORD": "",
        "HOST": str(address.host),
        "PORT": str(address.port),
    }
