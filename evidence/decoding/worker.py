"""The process that opens files: one line of JSON asks, one line answers. `python -m evidence.decoding.worker`.

It has no settings, no database and no secret. It bounds its own memory, time and output, and ends with its caller.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from evidence.decoding import limits
from evidence.decoding.kinds import HEAD, PICTURES, Kind, kind_of


def main() -> None:
    """Answer until the caller goes away or asked for enough."""
    _bound()
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    for _turn in range(limits.JOBS):
        line = sys.stdin.readline()
        if not line:
            return
        spent = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(spent.ru_utime + spent.ru_stime) + limits.SECONDS
        _soften(resource.RLIMIT_CPU, seconds)
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was found, or `refused` with how the bytes fail. Whatever goes wrong inside is an answer."""
    from evidence.decoding.picture import Refused

    path, name = Path(asked["path"]), asked.get("name", "")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return {"kind": Kind.OTHER, "refused": "empty"}
    kind = kind_of(head, name)
    try:
        return _done(asked["task"], path, kind, Path(asked["copies"]))
    except Refused as refused:
        return {"kind": kind, "refused": refused.code, "detail": refused.detail[:200]}
    except MemoryError:
        return {"kind": kind, "refused": "too_large_to_open"}
    except Exception as error:  # noqa: BLE001 - bytes made to break a decoder are an answer, not a crash
        bomb = type(error).__name__.startswith("DecompressionBomb")
        code = "too_many_pixels" if bomb else "damaged"
        return {"kind": kind, "refused": code, "detail": f"{type(error).__name__}: {error}"[:200]}


def _done(task: str, path: Path, kind: Kind, copies: Path) -> dict[str, Any]:
    if task == "labels":
        from evidence.decoding.labels import read_labels

        return {"kind": kind, "labels": read_labels(path, kind) if kind in PICTURES else []}
    if kind in PICTURES:
        from evidence.decoding.picture import look_at

        return look_at(path, kind, copies)
    if kind == Kind.PDF:
        from evidence.decoding.page import look_at_pages

        return look_at_pages(path, copies)
    return {"kind": kind}


def _bound() -> None:
    _soften(resource.RLIMIT_AS, limits.MEMORY)
    _soften(resource.RLIMIT_FSIZE, limits.LARGEST_COPY)
    _soften(resource.RLIMIT_CORE, 0)


def _soften(what: int, bound: int) -> None:
    _soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


if __name__ == "__main__":
    main()
