"""One data directory of PostgreSQL and the server on it: made by initdb, started and stopped by pg_ctl.

Many processes may ask for the server at once; a file lock orders them. Whether it runs is asked of its socket
and of the kernel, never believed of a pid file: after a crash its number may be another process's.
"""

import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

from config.postgres.places import (
    Account,
    PostgresUnavailable,
    account_name,
    data_directory,
    make_enterable,
    programs_directory,
    var_directory,
)
from config.postgres.roles import APPLICATION_ROLE, DATABASE, PREPARATION, SUPERUSER, prepare

PORT: Final = 5432
TIMEOUT_S: Final = 120
LOG_LIMIT_BYTES: Final = 16 * 2**20
# An AF_UNIX address holds 107 bytes; libpq and PostgreSQL split lists of directories at commas.
SOCKET_DIRECTORY: Final = re.compile(r"[A-Za-z0-9_./+-]{1,90}")
SHORT_SOCKETS: Final = Path("/tmp")  # noqa: S108 - the directory made in it is 0700 and its owner is checked
# pg_ctl hands its paths to a shell between double quotes.
UNQUOTABLE: Final = re.compile(r'["$`\\\n]')
# Nothing of Taphos's own environment, where secrets are, is handed to the server.
ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
# Given at every start, so that nobody has to edit postgresql.conf.
OPTIONS: Final = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "log_min_duration_statement": "1000",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class ServerAddress:
    """Where clients find the server: `host` is the directory of its socket."""

    host: Path
    port: int = PORT

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.host / f".s.PGSQL.{self.port}"

    def url(self, database: str = DATABASE, role: str = APPLICATION_ROLE) -> str:
        """Return the address in the form that DATABASE_URL and psql take."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.host), safe='')}&port={self.port}"


@dataclass(frozen=True)
class Cluster:
    """A data directory; `lock_file` orders those who would start or stop its server."""

    data: Path
    lock_file: Path

    @classmethod
    def of_environment(cls) -> "Cluster":
        """Return the cluster of TAPHOS_VAR."""
        return cls(data=data_directory(), lock_file=var_directory() / "postgres.lock")

    @cached_property
    def account(self) -> Account | None:
        """The account the server runs as, None for our own."""
        return Account.serving(self.data)

    @cached_property
    def programs(self) -> Path:
        """The directory of PostgreSQL's programs."""
        return programs_directory(self.account)

    @cached_property
    def address(self) -> ServerAddress:
        """Where the socket is: in the data directory, or in a short one when that path will not do."""
        if SOCKET_DIRECTORY.fullmatch(str(self.data)):
            return ServerAddress(self.data)
        return ServerAddress(
            SHORT_SOCKETS / f"taphos-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]}"
        )

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data / "server.log"

    @property
    def prepared(self) -> Path:
        """The mark left by a finished preparation: its text."""
        return self.data / "taphos.prepared"

    def is_ready(self) -> bool:
        """Tell whether the server accepts connections and holds Taphos's roles and database."""
        try:
            state = (self.data / "postmaster.pid").read_text().splitlines()[7].strip()
            if state != "ready" or self.prepared.read_text() != PREPARATION:
                return False
        except (OSError, IndexError):
            return False
        return self._accepts() and self.postmaster_pid() is not None

    def postmaster_pid(self) -> int | None:
        """Return the process that serves this directory; None when there is none, or only a leftover file."""
        return self._live_pid(self.data / "postmaster.pid")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one right to start or stop this server."""
        if os.geteuid() != 0 and self.data.exists() and (uid := self.data.stat().st_uid) != os.geteuid():
            raise PostgresUnavailable(
                f"{self.data} belongs to {account_name(uid)}. Run as {account_name(uid)} or as root, "
                "or set TAPHOS_VAR to a directory of your own."
            )
        make_enterable(self.lock_file.parent)
        try:
            lock = self.lock_file.open("a")
        except OSError as error:
            raise PostgresUnavailable(
                f"{self.lock_file} cannot be written ({error.strerror}). "
                "Set TAPHOS_VAR to a directory of your own."
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def bring_up(self) -> None:
        """Make the data directory if there is none, start its server and prepare it; the lock is held."""
        for path in (self.data, self.programs):
            if UNQUOTABLE.search(str(path)):
                raise PostgresUnavailable(
                    f'PostgreSQL cannot start from {str(path)!r}: the path has one of " $ ` \\ or a newline. '
                    "Choose another TAPHOS_VAR, or another place for the project."
                )
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._refuse_what_cannot_serve()
        deadline = time.monotonic() + TIMEOUT_S
        while self.postmaster_pid() and not self._accepts():  # a start or a stop that was left half-way
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"The server on {self.data} does not answer. See {self.log}.")
            time.sleep(0.05)
        if not self.postmaster_pid():
            self._launch()
        prepare(str(self.address.host), self.address.port)
        self.prepared.write_text(PREPARATION)

    def shut_down(self) -> bool:
        """Stop the server if one runs, and tell; the lock is held."""
        if not self.postmaster_pid():
            return False
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", str(TIMEOUT_S), "-m", "fast", "stop")
        return True

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.address.socket))
            except OSError:
                return False
        return True

    def _live_pid(self, pid_file: Path) -> int | None:
        try:
            pid = int(pid_file.read_text().split()[0])
            if Path("/proc/self/cwd").exists():
                # A postmaster works in its data directory; a stranger elsewhere, and a zombie nowhere.
                return pid if Path(f"/proc/{pid}/cwd").samefile(self.data) else None
            os.kill(pid, 0)
        except (OSError, IndexError, ValueError):
            return None
        return pid

    def _run(self, program: str, *arguments: str) -> None:
        account = self.account
        with (
            tempfile.TemporaryFile() as output
        ):  # the server that pg_ctl leaves behind would hold a pipe open
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=ENVIRONMENT,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode:
            raise PostgresUnavailable(f"{program} ended with {done.returncode}: {said[-1500:]}")

    def _make(self) -> None:
        """Run initdb aside and rename, so that a half-made directory never looks finished."""
        make_enterable(self.data.parent)
        new = self.data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        self._make_private(new)
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        if self._version() >= 17:  # from then on a locale that does not change with the operating system
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["--username", SUPERUSER, "--auth-local=trust", "--auth-host=reject"]
        self._run("initdb", "-D", str(new), "--data-checksums", *access, *locale)
        new.rename(self.data)

    def _make_private(self, directory: Path) -> None:
        directory.mkdir(mode=0o700)
        if self.account:
            os.chown(directory, self.account.uid, self.account.gid)

    def _version(self) -> int:
        asked = [str(self.programs / "postgres"), "--version"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout
        return int(re.findall(r"[0-9]+", said)[0])

    def _refuse_what_cannot_serve(self) -> None:
        if self.account and not self.account.may_use(self.data):
            raise PostgresUnavailable(
                f"{account_name(self.account.uid)}, as whom the server runs, may not enter {self.data}, or a "
                "directory above it. Move the data to an open place and set TAPHOS_VAR to it."
            )
        made_by, installed = int((self.data / "PG_VERSION").read_text()), self._version()
        if made_by != installed:
            raise PostgresUnavailable(
                f"{self.data} was made by PostgreSQL {made_by}, and PostgreSQL {installed} is installed. "
                f"Dump it with {made_by}, and restore the dump into a new TAPHOS_VAR with {installed}."
            )

    def _launch(self) -> None:
        sockets = self.address.host
        if sockets != self.data:
            self._claim(sockets)
        for leftover in (self.data / "postmaster.pid", sockets / f"{self.address.socket.name}.lock"):
            if not self._live_pid(
                leftover
            ):  # PostgreSQL would believe a number that now is another process's
                leftover.unlink(missing_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        settings = {**OPTIONS, "unix_socket_directories": str(sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        where = ["-D", str(self.data), "-l", str(self.log), "-o", options]
        for tries_left in reversed(range(50)):
            already_said = self.log.stat().st_size if self.log.exists() else 0
            try:
                self._run("pg_ctl", *where, "-w", "-t", str(TIMEOUT_S), "start")
            except PostgresUnavailable as error:
                said = (
                    self.log.read_bytes()[already_said:].decode(errors="replace") if self.log.exists() else ""
                )
                # After a kill the server's children hold its shared memory for a moment longer.
                if "still in use" not in said or not tries_left:
                    raise PostgresUnavailable(f"{error}\n{said[-1500:]}\nSee {self.log}.") from None
                time.sleep(0.2)
            else:
                return

    def _claim(self, sockets: Path) -> None:
        """Make the short directory for the socket, or see that the one there is the server's alone."""
        if not os.path.lexists(sockets):
            self._make_private(sockets)
        found = sockets.lstat()
        owner = self.account.uid if self.account else os.geteuid()
        if sockets.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
            raise PostgresUnavailable(
                f"{sockets} is not the server's alone. Remove it, or set TAPHOS_VAR to a shorter path."
            )
