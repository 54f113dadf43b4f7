"""How long the minimum number of individuals takes beside the plain SQL that reads and groups the same rows."""

from __future__ import annotations

import math
import random
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
from tests.bench.ground import Say, memory_kb, rounds, size, timed
from tests.owner import connect

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
        server.execute("DROP TABLE bench_specimen")
        for many in (2_000, size("specimens", 1_000_000)):
            recorded(say, server, many)


def large(say: Say, server: psycopg.Connection[Any], many: int) -> None:
    """Group in SQL and count with proof, beside the grouping alone."""
    fill(server, many)
    plain = min(timed(lambda: server.execute(PLAIN).fetchall()) for _ in range(rounds(3)))
    handed = min(timed(lambda: server.execute(GROUPED).fetchall()) for _ in range(rounds(3)))
    found: list[Mni] = []
    groups: list[dict[Signature, list[str]]] = []
    read = timed(lambda: groups.append(read_groups(server)))
    counted = timed(lambda: found.append(minimum_number_from_groups(groups[0])))
    peak = memory_kb() / 1024
    say(
        f"{many:,} specimens, {len(groups[0]):,} of them different: read, grouped and counted with proof (at least"
        f" {found[0].count:,} people) in {(read + counted) / handed:.2f}x the plain GROUP BY that reads the same rows"
        f" (aim 3), of which the counting {counted / handed:.2f}x; beside a GROUP BY that stays in the database"
        f" {(read + counted) / plain:.2f}x; peak memory {peak:,.0f} MB (aim below 1,500)"
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


def recorded(say: Say, server: psycopg.Connection[Any], many: int) -> None:
    """Count a site by its records, with estimates, individuals and both readings, beside one plain GROUP BY of them."""
    from cases.models import Site
    from remains.services.counting import count_scope, scope_of
    from remains.services.counting_rows import View

    site, case = record(server, many)
    plain = min(timed(lambda: server.execute(PLAIN_RECORDS, [site]).fetchall()) for _ in range(rounds(3)))
    view = View(case, ("investigation", "open"))
    scope = scope_of(view, sites=[Site(pk=site)])
    found: list[Any] = []
    taken = min(timed(lambda: found.append(count_scope(view, scope, tables=False))) for _ in range(rounds(2)))
    peak = memory_kb() / 1024
    mni = found[-1].readings["presumed"].mni
    say(
        f"{many:,} recorded specimens of one site: both readings with proof"
        f" (at least {mni.count if mni else '-'} people)"
        f" in {taken:.2f} s, {taken / plain:.2f}x one plain GROUP BY of the same specimens without their estimates;"
        f" peak memory {peak:,.0f} MB"
    )


#: What the same rows cost without any opinion about them.
PLAIN_RECORDS = """SELECT count(*) FROM (
    SELECT s.element_id, s.side, s.zones, s.dna_group, count(*) FROM remains_specimen s
    JOIN remains_find f ON f.id = s.find_id WHERE f.site_id = %s
    GROUP BY s.element_id, s.side, s.zones, s.dna_group) AS alike"""


def record(server: psycopg.Connection[Any], many: int) -> tuple[Any, Any]:
    """Write a site of so many specimens, past the ledger, which is measured elsewhere; return it and its case."""
    from cases.ids import new_id
    from cases.ledger.context import change
    from cases.models import Agency
    from tests.actors import INSTALLER, make_case, make_find, make_site

    with change(INSTALLER, "bench.counting.made"):
        agency = Agency.objects.create(name=f"Bench {many}", short_name=f"B{many}", kind="other")
        site = make_site(make_case(f"C-{many}", agency), "BEN01")
        finds = [make_find(site, serial) for serial in range(1, 101)]
    case = site.case_id

    tables = ("remains_specimen", "remains_estimate", "remains_individual", "remains_individualpart")
    for table in tables:
        server.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    people: dict[str, Any] = {}
    bones: list[Row] = []
    opinions: list[Row] = []
    parts: list[Row] = []
    for number, (key, element, side, zones, low, high, sex, dna, individual) in enumerate(specimens(many)):
        bone = new_id()
        find = finds[number % len(finds)]
        zone_text = "{" + ",".join(zones.split()) + "}"
        bones.append(
            (bone, case, find.pk, f"BEN01-{key}", number + 1, f"element.{element}", side, zone_text, dna)
        )
        if low > 0 or high < math.inf:
            opinions.append((new_id(), case, bone, "age", low, None if math.isinf(high) else high, None))
        if sex:
            opinions.append((new_id(), case, bone, "sex", None, None, "female" if sex == "F" else "male"))
        if individual:
            parts.append((new_id(), case, people.setdefault(individual, new_id()), bone, "bench"))
    rows: dict[str, list[Row]] = {
        "remains_specimen (id, case_id, find_id, number, serial, element_id, side, zones, dna_group)": bones,
        "remains_estimate (id, case_id, specimen_id, kind, age_min_years, age_max_years, sex)": opinions,
        "remains_individual (id, case_id, number, serial)": [
            (pk, case, name, serial) for serial, (name, pk) in enumerate(people.items(), 1)
        ],
        "remains_individualpart (id, case_id, individual_id, specimen_id, reason)": parts,
    }
    with server.cursor() as cursor:
        for target, values in rows.items():
            fill_defaults(cursor, target.split()[0], target)
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
    for table in tables:
        server.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        server.execute(f"ANALYZE {table}")

    return site.pk, case


def fill_defaults(cursor: psycopg.Cursor[Any], table: str, target: str) -> None:
    """Give the columns that are not written and must be there a default; the database is the benchmark's own."""
    written = {name.strip() for name in target[target.index("(") + 1 : -1].split(",")}
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL",
        [table],
    )
    said = {"certainty": "'determined'", "method": "'seen'", "basis": "'seen'", "observer": "'nobody'"}
    plain = {"integer": "1", "smallint": "1", "boolean": "false", "ARRAY": "'{}'"}
    for name, kind in cursor.fetchall():
        if name not in written:
            value = said.get(name) or plain.get(kind, "''")
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {value}")


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
