"""What the ledger costs a writer: finds written under it, and the same finds into the same table without triggers.

The twin has every column, index, check and foreign key of the real table: the ratio is the price of triggers alone.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from cases.ledger.context import change
from cases.models import Case, Site
from remains.models import Find
from tests.actors import INSTALLER, make_case, make_site
from tests.bench.ground import Say, alternate, rounds, size
from tests.owner import connect

BATCH = 5_000
TWIN = "bench_find_twin"
_serials = itertools.count(1)


def run(say: Say) -> None:
    """Print every ratio."""
    case, site = make_ground("BENCH-1")
    twin = make_twin()
    many = size("finds", 100_000)
    bulk_create(say, case, site, twin, many)
    insert_select(say, case, site, many)
    single_saves(say, case, site, twin, size("saves", 1_000))
    writers(say, size("writer_seconds", 5))


def make_ground(number: str) -> tuple[Case, Site]:
    """Return a new case with a site."""
    from cases.models import Agency

    with change(INSTALLER, "tests.ground.made"):
        agency, _ = Agency.objects.get_or_create(
            short_name="BEN", defaults={"name": "Benchmark", "kind": "prosecution"}
        )
        case = make_case(number, agency)
        return case, make_site(case, "B01")


def make_twin() -> Any:
    """Make the table without triggers, and return a model of it."""
    with connect(settings.TAPHOS_OWNER_ROLE) as owner:
        owner.execute(f"CREATE TABLE {TWIN} (LIKE remains_find INCLUDING ALL)")
        foreign = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'remains_find'::regclass AND contype = 'f'"
        ).fetchall()
        for (definition,) in foreign:
            owner.execute(f"ALTER TABLE {TWIN} ADD {definition}")
    fields: dict[str, Any] = {field.name: field.clone() for field in Find._meta.local_fields}
    for field in fields.values():
        if field.is_relation:
            field.remote_field.related_name = "+"
    meta = type("Meta", (), {"app_label": "remains", "db_table": TWIN, "managed": False})
    return type("FindTwin", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def finds(model: Any, case: Case, site: Site, many: int) -> list[Any]:
    """Return new finds as they come from a grid or an import, not yet written."""
    return [
        model(
            case_id=case.id,
            site_id=site.id,
            number=f"B01-{serial:07d}",
            serial=serial,
            category="bone",
            status="located",
            description="long bone fragment, lying across the fill, next to the wall of the cut",
            clothing="absent",
            easting_m="104.210",
            northing_m="88.015",
            height_m="212.400",
        )
        for serial in itertools.islice(_serials, many)
    ]


def bulk_create(say: Say, case: Case, site: Site, twin: Any, many: int) -> None:
    """Write many finds from Django, in one transaction."""
    prepared: dict[str, list[Any]] = {}

    def write(model: Any) -> None:
        batch = prepared.pop(model.__name__)
        with change(INSTALLER, "remains.find.imported", reason="benchmark"):
            model.objects.bulk_create(batch, batch_size=BATCH)

    ratios, rates = [], []
    for turn in range(rounds()):
        spent = {}
        for model in (Find, twin) if turn % 2 else (twin, Find):
            prepared[model.__name__] = finds(model, case, site, many)
            begin = time.perf_counter()
            write(model)
            spent[model] = time.perf_counter() - begin
        ratios.append(spent[Find] / spent[twin])
        rates.append(many / spent[Find])
    say(
        f"bulk_create of {many:,}: {statistics.median(ratios):.2f}x the time without the ledger (aim 1.6)"
        f" [{statistics.median(rates):,.0f} rows/s]"
    )


def insert_select(say: Say, case: Case, site: Site, many: int) -> None:
    """Copy rows inside the database, where nothing but the ledger takes time."""
    columns = ", ".join(
        str(f.column) for f in Find._meta.local_fields if f.name not in {"id", "serial", "number", "site"}
    )
    ratios, rates = [], []
    for turn in range(rounds()):
        spent = {}
        for table in ("remains_find", TWIN) if turn % 2 else (TWIN, "remains_find"):
            with change(INSTALLER, "cases.site.created"):
                place = make_site(case, f"S{next(_serials)}")
            with change(INSTALLER, "remains.find.imported"), connection.cursor() as cursor:
                begin = time.perf_counter()
                cursor.execute(
                    f"INSERT INTO {table} (id, site_id, serial, number, {columns}) "
                    f"SELECT gen_random_uuid(), %s, n, %s || n, {columns} FROM (SELECT *, row_number() OVER () AS n "
                    f"FROM {TWIN} LIMIT %s) t",
                    [place.id, f"{place.code}-", many],
                )
                spent[table] = time.perf_counter() - begin
        ratios.append(spent["remains_find"] / spent[TWIN])
        rates.append(many / spent["remains_find"])
    say(
        f"INSERT ... SELECT of {many:,}: {statistics.median(ratios):.2f}x the time without the ledger (aim 3)"
        f" [{statistics.median(rates):,.0f} rows/s]"
    )


def single_saves(say: Say, case: Case, site: Site, twin: Any, many: int) -> None:
    """Change one find per transaction, as a form does."""
    with change(INSTALLER, "remains.find.logged"):
        real = Find.objects.bulk_create(finds(Find, case, site, 1))[0]
        plain = twin.objects.bulk_create(finds(twin, case, site, 1))[0]

    def audited() -> None:
        for turn in range(many):
            real.remarks = f"seen again {turn}"
            with change(INSTALLER, "remains.find.changed"):
                real.save()

    def unaudited() -> None:
        for turn in range(many):
            plain.remarks = f"seen again {turn}"
            with transaction.atomic():
                plain.save()

    with_ledger, without = alternate(audited, unaudited, rounds())
    say(
        f"one find saved, per transaction: {with_ledger / without:.2f}x without the ledger (aim 1.6)"
        f" [{many / with_ledger:,.0f} saves/s]"
    )


WRITER = """
import sys, time, psycopg
dsn, case, site, begin, seconds, first = sys.argv[1:]
c = psycopg.connect(dsn, autocommit=True)
insert = (
    "INSERT INTO remains_find (id, case_id, site_id, number, serial, category, status, handling, withdrawn_reason,"
    " finder_as_named, description, position, bindings_note, blindfold_note, clothing_note, storage_place, remarks)"
    " VALUES (gen_random_uuid(), %s, %s, %s, %s, 'bone', 'located', 'open', '', '', 'fragment', '', '', '', '', '', '')"
)
name = ("SELECT set_config('taphos.actor_name', 'Benchmark', true), set_config('taphos.channel', 'api', true),"
        " set_config('taphos.action', 'remains.find.logged', true)")
time.sleep(max(0, float(begin) - time.time()))
done, serial = 0, int(first)
while time.time() < float(begin) + float(seconds):
    with c.transaction():
        c.execute(name)
        c.execute(insert, (case, site, f"W-{serial}", serial))
    done += 1
    serial += 1
print(done)
"""


def writers(say: Say, seconds: int) -> None:
    """Write by eight processes, one find per commit: each in its own case, and all in one."""
    ground = [make_ground(f"BENCH-W{n}") for n in range(8)]
    turns = itertools.count(1)

    def throughput(places: list[tuple[Case, Site]]) -> float:
        server = connection.settings_dict
        dsn = f"host={server['HOST']} port={server['PORT']} dbname={server['NAME']} user={settings.TAPHOS_APP_ROLE}"
        if server.get("PASSWORD"):
            dsn += f" password={server['PASSWORD']}"
        begin = time.time() + 2
        running = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    WRITER,
                    dsn,
                    str(case.id),
                    str(site.id),
                    str(begin),
                    str(seconds),
                    str(n * 200_000_000 + next(turns) * 1_000_000),
                ],
                stdout=subprocess.PIPE,
                text=True,
            )
            for n, (case, site) in enumerate(places)
        ]
        return sum(int(process.communicate()[0]) for process in running) / seconds

    apart, together, alone = [], [], []
    for _ in range(rounds(3)):
        apart.append(throughput(ground))
        together.append(throughput([ground[0]] * 8))
        alone.append(throughput(ground[:1]))
    own, one, single = (statistics.median(rates) for rates in (apart, together, alone))
    say(
        f"eight writers in eight cases: {own / one:.2f}x the commits of eight in one case (aim 3)"
        f" [{own:,.0f}/s and {one:,.0f}/s; one writer alone {single:,.0f}/s; {os.cpu_count()} processors]"
    )
