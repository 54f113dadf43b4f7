"""Each role's start page beside one indexed list of its database: 200 cases, a million finds, five million entries.

The person of each role takes part in as many cases as such a person would; supervisor and auditor see all of the
agency's. A ratio is the time of the whole start page over that of the person's own list of finds, opened in turn;
the milliseconds in brackets are the page's questions to the database alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.ledger.context import change
from cases.models import AccessLogEntry, Agency, Appointment, Case, Membership, User
from tests.actors import INSTALLER, SINCE, make_case, make_site, make_user
from tests.bench.ground import Say, alternate, own_database, rounds, size
from tests.owner import connect
from tests.signed_in import signed_in

CASES = 200
#: In how many of the cases the person of a role takes part.
PART = {
    "investigator": 10,
    "anthropologist": 20,
    "custodian": 40,
    "prosecutor": 50,
    "liaison": 20,
}
OVERSEE = ("supervisor", "auditor")
#: Few finds are on their way or on a table at any time; most were examined, or still wait in the ground.
FINDS = """
INSERT INTO remains_find (id, case_id, site_id, number, serial, category, status, status_since, handling, found_on,
    lifted_on, withdrawn_reason, finder_as_named, description, position, bindings_note, blindfold_note, clothing_note,
    storage_place, remarks)
SELECT (lpad(to_hex(1650000000000 + n), 12, '0') || '70008000' || right(md5(n::text), 12))::uuid, s.case_id, s.id,
    s.code || '-' || lpad(n::text, 7, '0'), n,
    (ARRAY['bone', 'bone', 'bone', 'body', 'body_part', 'fragments', 'commingled', 'unknown', 'bone'])[n %% 9 + 1],
    CASE WHEN n %% 200 = 0 THEN 'examination' WHEN n %% 100 = 1 THEN 'received' WHEN n %% 100 = 2 THEN 'in_transit'
         ELSE (ARRAY['located', 'recorded', 'lifted', 'examined', 'examined', 'returned'])[n %% 6 + 1] END,
    now() - (n %% 700) * interval '1 day', CASE WHEN n %% 20 = 0 THEN 'investigation' ELSE 'open' END,
    date '2020-01-01' + n %% 2000, date '2025-07-01', '', '', 'long bone fragment', '', '', '', '', '', ''
FROM generate_series(0, %(finds)s::int - 1) AS n,
    LATERAL (SELECT (%(sites)s::uuid[])[n %% %(round)s + 1] AS id) chosen JOIN cases_site s USING (id)
"""
#: Entries as the triggers write them, but for the hashes, which nothing here looks at.
ENTRIES = """
INSERT INTO ledger_entry (chain, seq, form, at_us, actor_id, actor_name, agency, channel, action, reason, table_name,
    record_id, operation, db_user, payload, salt, payload_hash, previous, hash)
SELECT f.case_id, head.seq + row_number() OVER (PARTITION BY f.case_id ORDER BY e.n, f.id), 1,
    (extract(epoch FROM now() - (5 - e.n) * interval '30 days') * 1000000)::bigint + f.serial, %(actor)s, 'Somebody',
    'BEN', 'admin', CASE e.n WHEN 1 THEN 'remains.find.logged' ELSE 'remains.find.changed' END, '', 'remains_find',
    f.id::text, CASE e.n WHEN 1 THEN 'I' ELSE 'U' END, 'taphos_app',
    '{"id":"' || f.id || '","handling":"' || f.handling || '","version":' || e.n || ',"status":"' || f.status
        || '","status_since":"2026-01-01T00:00:00+00:00","number":"' || f.number || '","description":"bone"}',
    '\\x00', '\\x00', '\\x00', '\\x00'
FROM remains_find f CROSS JOIN generate_series(1, 5) e(n)
JOIN (SELECT chain, max(seq) AS seq FROM ledger_entry GROUP BY chain) head ON head.chain = f.case_id
"""
BONES = """
INSERT INTO remains_specimen (id, case_id, find_id, number, serial, element_id, side, handling, withdrawn_reason,
    zones, notes, import_source, import_key)
SELECT gen_random_uuid(), case_id, id, number || '.1', 1, 'element.femur', 'left', handling, '', '{}', '', '', ''
FROM remains_find WHERE status IN ('examination', 'examined') AND serial %% 4 <> 0
"""


@dataclass(frozen=True)
class Look:
    """One person's start page and list of finds."""

    role: str
    person: User


def run(say: Say) -> None:
    """Measure every role's start page beside its list of finds."""
    finds = size("finds_overseen", 1_000_000)
    with own_database("taphos_bench_start"):
        looks = ground(finds)
        fill(looks, finds)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry")
            (entries,) = cursor.fetchone() or (0,)
        say(
            f"the start page as a multiple of the first page of the list of finds (aim 3); {CASES} cases, "
            f"{finds:,} finds, {entries:,} ledger entries"
        )
        for look in looks:
            say(measured(look))


def measured(look: Look) -> str:
    """Return the line of one role."""
    client = signed_in(look.person)
    start, listed = reverse("admin:index"), reverse("admin:remains_find_changelist")

    def open_page(url: str) -> None:
        answer = client.get(url, headers={"host": "127.0.0.1"})
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{url} answers {answer.status_code}")

    for url in (start, listed):
        open_page(url)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            open_page(start)
        counted.append((len(asked), sum(float(query["time"]) for query in asked.captured_queries)))
    queries, asking = min(counted)
    page, one_list = alternate(lambda: open_page(start), lambda: open_page(listed), rounds(7))
    return (
        f"{look.role:16} {page / one_list:5.2f}x  {queries:3} queries [{asking * 1e3:6.1f} ms of {page * 1e3:6.1f}; "
        f"the list {one_list * 1e3:6.1f}]"
    )


def ground(finds: int) -> list[Look]:
    """Make the cases, a site in each, and a person for every role who came here twice."""
    with change(INSTALLER, "tests.ground.made"):
        agency = Agency.objects.create(name="Benchmark", short_name="BEN", kind="prosecution")
        cases: list[Case] = [make_case(f"BEN-{n:03d}", agency) for n in range(CASES)]
        for case in cases:
            make_site(case, "S01")
        looks = []
        for role, number in PART.items():
            person = make_user(role, agency)
            for case in cases[:: CASES // number]:
                Membership.objects.create(case=case, user=person, role=role, from_on=SINCE)
            looks.append(Look(role, person))
        for role in OVERSEE:
            person = make_user(role, agency)
            Appointment.objects.create(agency=agency, user=person, role=role, from_on=SINCE)
            looks.append(Look(role, person))
    return looks


def fill(looks: list[Look], finds: int) -> None:
    """Add the finds, their entries and some bones, without triggers, as only the owner of this database can."""
    with connect(settings.TAPHOS_OWNER_ROLE) as owner:
        for table in ("remains_find", "remains_specimen", "cases_accesslogentry"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        sites = [row[0] for row in owner.execute("SELECT id FROM cases_site ORDER BY case_id").fetchall()]
        owner.execute(FINDS, {"finds": finds, "sites": sites, "round": len(sites)})
        owner.execute(ENTRIES, {"actor": looks[0].person.pk})
        owner.execute(BONES, {})
        owner.execute("VACUUM ANALYZE")
    for look in looks:  # the last visit was ten days ago: a month's changes would be more than anybody reads
        came(look.person, "signed_in", 10)
        came(look.person, "signed_in", 0)


def came(person: Any, kind: str, days: int) -> None:
    """Write that somebody came so many days ago."""
    import datetime as dt

    from django.utils import timezone

    AccessLogEntry.objects.create(
        kind=kind,
        user_id=person.pk,
        user_name=person.full_name,
        channel="admin",
        at=timezone.now() - dt.timedelta(days=days),
    )
