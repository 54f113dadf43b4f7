"""How long the minimum number of individuals takes beside the plain SQL that reads and groups the same rows."""

from __future__ import annotations

import math
import random
import resource
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings

from remains.science.elements import elements
from remains.science.mni import (
    Mni,
    Signature,
    SpecimenRecord,
    minimum_number_from_groups,
    minimum_number_of_individuals,
)
from tests.bench.ground import Say, connect, rounds, size, timed

Row = tuple[Any, ...]

# Estimates come from tables of methods, so that many share an interval: narrow ones of the young, wide of the old.
PHASES = [
    *((age, age + 2) for age in range(18)),
    *((age, age + 5) for age in range(0, 25, 2)),
    *((age, age + 12) for age in range(12, 60, 4)),
    *((age, age + 30) for age in range(15, 60, 5)),
    (18, math.inf),
    (50, math.inf),
]

COLUMNS = "element, side, zones, age_min_years, age_max_years, sex, dna_group, individual"
MAKE = """CREATE TEMP TABLE bench_specimen (key text, element text, side text, zones text, age_min_years float8,
    age_max_years float8, sex text, dna_group text, individual text)"""
PLAIN = f"SELECT count(*) FROM (SELECT {COLUMNS}, count(*) FROM bench_specimen GROUP BY {COLUMNS}) AS alike"
GROUPED = f"SELECT {COLUMNS}, string_agg(key, ',') FROM bench_specimen GROUP BY {COLUMNS}"
ROWS = f"SELECT key, {COLUMNS} FROM bench_specimen"


def run(say: Say) -> None:
    """Print every ratio."""
    with connect(settings.TAPHOS_OWNER_ROLE) as server:
        large(say, server, size("specimens", 1_000_000))
        middle(say, server, 2_000)


def large(say: Say, server: psycopg.Connection[Any], many: int) -> None:
    """Group in SQL and count with proof, beside the grouping alone."""
    fill(server, many)
    plain = min(timed(lambda: server.execute(PLAIN).fetchall()) for _ in range(rounds(3)))
    found: list[Mni] = []
    groups: list[dict[Signature, list[str]]] = []
    read = timed(lambda: groups.append(read_groups(server)))
    counted = timed(lambda: found.append(minimum_number_from_groups(groups[0])))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"{many:,} specimens, {len(groups[0]):,} of them different: read, grouped and counted with proof (at least"
        f" {found[0].count:,} people) in {(read + counted) / plain:.2f}x the plain GROUP BY of the same rows (aim 3), "
        f"of which the counting {counted / plain:.2f}x; peak memory {peak:,.0f} MB (aim below 1,500)"
    )


def middle(say: Say, server: psycopg.Connection[Any], many: int) -> None:
    """Count the specimens of one grave, beside reading them."""
    fill(server, many)
    records: list[SpecimenRecord] = []
    read = min(timed(lambda: records.extend(read_records(server))) for _ in range(rounds()))
    records = records[:many]
    counted = min(timed(lambda: minimum_number_of_individuals(records)) for _ in range(rounds()))
    say(
        f"{many:,} specimens: counted in {counted * 1e3:.0f} ms (aim below 50), {counted / read:.1f}x their reading"
    )


def read_groups(server: psycopg.Connection[Any]) -> dict[Signature, list[str]]:
    """Read specimens that are alike as one row, their keys as one text."""
    sets: dict[str, frozenset[int]] = {}
    groups: dict[Signature, list[str]] = {}
    for element, side, zones, low, high, *known, keys in server.execute(GROUPED):
        zone_set = sets.get(zones)
        if zone_set is None:
            zone_set = sets[zones] = zones_of(zones)
        groups[Signature(element, side, zone_set, low, high, *known)] = keys.split(",")
    return groups


def read_records(server: psycopg.Connection[Any]) -> Iterator[SpecimenRecord]:
    """Read specimens one by one."""
    for key, element, side, zones, *known in server.execute(ROWS):
        yield SpecimenRecord(key, element, side, zones_of(zones), *known)


def zones_of(text: str) -> frozenset[int]:
    """Return the zones that a text names."""
    return frozenset(map(int, text.split()))


def fill(server: psycopg.Connection[Any], many: int) -> None:
    """Put specimens of imagined people into a table of this connection's own."""
    server.execute("DROP TABLE IF EXISTS bench_specimen")
    server.execute(MAKE)
    with server.cursor() as cursor, cursor.copy(f"COPY bench_specimen (key, {COLUMNS}) FROM STDIN") as copy:
        for row in specimens(many):
            copy.write_row(row)
    server.execute("ANALYZE bench_specimen")


def specimens(many: int, seed: int = 1) -> Iterator[Row]:
    """Yield rows, some sixty a person; age, sex, DNA and individual known of a tenth each, free of contradiction."""
    rng = random.Random(seed)
    kinds = [element for element in elements().values() if element.capacity and element.zones]
    portions = {
        e.code: [
            " ".join(map(str, rng.sample(sorted(e.zone_numbers), rng.randint(1, len(e.zones)))))
            for _ in range(6)
        ]
        for e in kinds
    }
    people = [
        (rng.choice("FM"), rng.randint(1, 75), f"mt{rng.randrange(max(3, many // 180))}")
        for _ in range(max(4, many // 60))
    ]
    taken: set[tuple[int, str, str]] = set()
    for number in range(many):
        person = rng.randrange(len(people))
        sex, age, group = people[person]
        kind = rng.choice(kinds)
        side = rng.choice(sorted(kind.sides))
        low, high = 0.0, math.inf
        if rng.random() < 0.1:
            low, high = rng.choice([phase for phase in PHASES if phase[0] <= age <= phase[1]])
        individual = None
        single = kind.capacity == 1 and side != "unsided" and (person, kind.code, side) not in taken
        if single and rng.random() < 0.1:
            taken.add((person, kind.code, side))
            individual = f"P{person}"
        yield (
            f"s{number:07}",
            kind.code,
            side,
            rng.choice(portions[kind.code]),
            low,
            high,
            sex if rng.random() < 0.1 else None,
            group if rng.random() < 0.1 else None,
            individual,
        )
