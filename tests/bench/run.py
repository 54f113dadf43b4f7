"""Runs every `bench_*.py` beside it, or those named: `python tests/bench/run.py ledger`.

A figure is a ratio of things measured in the same run; nothing here asserts a time. `BENCH_DIVIDE=20 BENCH_ROUNDS=1`
gives a quick run.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))


def main(wanted: list[str]) -> int:
    """Run each benchmark in a database of its own; return 2 for a name that is none."""
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    chosen = [name for name in names if not wanted or name.removeprefix("bench_") in wanted]
    if not chosen:
        print(f"No such benchmark. There are: {', '.join(n.removeprefix('bench_') for n in names)}.")
        return 2
    if len(chosen) > 1:  # each in a process of its own, so that none has the memory of those before it
        ended = [_alone(name.removeprefix("bench_")) for name in chosen]
        return int(any(ended))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("TAPHOS_DEMO", "1")
    if "DATABASE_URL" not in os.environ:
        from config import postgres

        postgres.start()
    import django

    django.setup()
    from tests.bench.ground import own_database

    [name] = chosen
    print(f"\n{name.removeprefix('bench_')}", flush=True)
    with own_database():
        importlib.import_module(f"tests.bench.{name}").run(lambda line: print(f"  {line}", flush=True))
    return 0


def _alone(name: str) -> int:
    return subprocess.run([sys.executable, __file__, name], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
