"""Asks the process that opens files. A file that breaks it is refused, and the next one gets a fresh process."""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from evidence.decoding import limits
from evidence.decoding.kinds import Kind

ROOT: Final = Path(__file__).resolve().parents[2]
#: Files opened at once by one process of the server.
AT_ONCE: Final = 2
#: Beyond the bound that the process has itself, it is not waited for.
PATIENCE_S: Final = limits.SECONDS + 15
#: One thread of each numerical library: threads cost address space, and the server has others to serve.
_ENVIRONMENT: Final = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a file: its kind, why it could not be opened whole, and what it says of itself."""

    kind: Kind
    refused: str = ""
    detail: str = ""
    pages: int | None = None
    labels: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)


class _Process:
    def __init__(self) -> None:
        self.turns = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "evidence.decoding.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=_ENVIRONMENT,
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer, or None where the process died of the file or took too long over it."""
        self.turns += 1
        into: IO[bytes] = self.process.stdin  # type: ignore[assignment]
        out: IO[bytes] = self.process.stdout  # type: ignore[assignment]
        try:
            into.write(json.dumps(question).encode() + b"\n")
            into.flush()
        except OSError:
            return None
        ready, _w, _x = select.select([out], [], [], PATIENCE_S)
        line = out.readline() if ready else b""
        if not line.endswith(b"\n"):
            return None
        answered: dict[str, Any] = json.loads(line)
        return answered

    @property
    def is_spent(self) -> bool:
        return self.turns >= limits.JOBS or self.process.poll() is not None

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


class Decoders:
    """A few of these processes, made when they are needed."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask the next process that is free. Its death is an answer too."""
        with self._turns:
            process = self._take()
            answered = process.ask(question)
            if answered is None or process.is_spent:
                process.end()
            else:
                with self._lock:
                    self._idle.append(process)
        return answered if answered is not None else {"kind": Kind.OTHER, "refused": "broke_the_decoder"}

    def _take(self) -> _Process:
        with self._lock:
            if self._owner != os.getpid():  # those of the process that this one was forked from are not ours
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                process = self._idle.pop()
                if not process.is_spent:
                    return process
                process.end()
        return _Process()

    def end(self) -> None:
        """End the processes that wait; those at work end with their file."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()


_decoders = Decoders()
atexit.register(_decoders.end)


def look(path: Path, name: str, copies: Path) -> Seen:
    """Open a file whole; of a picture or a PDF, put `screen` and `thumbnail` (JPEG) into the folder `copies`."""
    return _seen(_decoders.ask({"task": "look", "path": str(path), "name": name, "copies": str(copies)}))


def labels(path: Path, name: str) -> Seen:
    """Read the QR codes that a picture shows."""
    return _seen(_decoders.ask({"task": "labels", "path": str(path), "name": name, "copies": ""}))


def _seen(answered: dict[str, Any]) -> Seen:
    apart = {"kind", "refused", "detail", "pages", "labels"}
    return Seen(
        kind=Kind(answered["kind"]),
        refused=answered.get("refused", ""),
        detail=answered.get("detail", ""),
        pages=answered.get("pages"),
        labels=answered.get("labels", []),
        said={name: value for name, value in answered.items() if name not in apart},
    )
