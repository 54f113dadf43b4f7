"""Lists of finds: a page among a million finds beside the same page among ten thousand, and its queries.

The admin's pages come first, and then lists of a hundred through the interface for programs.

Three people look: an investigator of the one case that holds all the finds, one of a case with ten thousand among
all the others, and a supervisor whose agency leads a thousand cases. A ratio is the time of the whole page; the
milliseconds in brackets are its questions to the database alone, at the larger size.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Agency, Appointment, Case, Membership, Site, User
from tests.actors import INSTALLER, SINCE, make_case, make_site, make_user
from tests.bench.ground import Say, alternate, own_database, rounds, size
from tests.owner import connect
from tests.signed_in import signed_in

CASES_LED = 1_000
SITES = 20
#: Columns by their place in the list, whose first one is the box that chooses a row.
COLUMNS = {"number": 1, "category": 2, "status": 5, "found on": 7}

#: Written by the owner without triggers: the ledger is measured elsewhere. Finds go round the sites in turn, but
#: the oldest, which lie at the first site and are released: what is looked for is never the newest.
FINDS = """
INSERT INTO remains_find (id, case_id, site_id, number, serial, category, status, handling, found_on, lifted_on,
    bindings, clothing, withdrawn_reason, finder_as_named, description, position, bindings_note, blindfold_note,
    clothing_note, storage_place, remarks)
SELECT (lpad(to_hex(%(first)s + n), 12, '0') || '70008000' || right(md5(n::text), 12))::uuid, s.case_id, s.id,
    s.code || '-' || lpad(n::text, 7, '0'), n,
    (ARRAY['bone', 'bone', 'bone', 'body', 'body_part', 'fragments', 'commingled', 'unknown', 'bone'])[n %% 9 + 1],
    CASE WHEN old THEN 'released' ELSE (ARRAY['located', 'recorded', 'lifted'])[n %% 3 + 1] END, 'open',
    date '2020-01-01' + n / 700, CASE WHEN old OR n %% 3 = 2 THEN date '2024-01-01' END,
    CASE WHEN old THEN 'present' END, 'absent', '', '',
    'long bone fragment, lying across the fill, next to the wall of cut ' || n %% 5000, '', '', '', '', '', ''
FROM generate_series(%(begin)s::int, %(end)s::int - 1) AS n, LATERAL (SELECT n < %(oldest)s AS old) o,
    LATERAL (SELECT (%(sites)s::uuid[])[CASE WHEN old THEN 0 ELSE n %% %(round)s END + 1] AS id) chosen
    JOIN cases_site s USING (id)
"""
LABELS = """
INSERT INTO remains_findalias (id, case_id, find_id, label, origin, handling, withdrawn_reason)
SELECT gen_random_uuid(), case_id, id, 'BAG ' || number, 'an older list', 'open', ''
FROM remains_find f WHERE serial %% 10 = 0 AND case_id = ANY(%(cases)s)
    AND NOT EXISTS (SELECT FROM remains_findalias a WHERE a.find_id = f.id)
"""


@dataclass
class Ground:
    """A person, the cases and sites they see, and how many finds there are in them."""

    who: str
    person: User
    sites: list[Site]
    logs: bool = True
    finds: int = 0

    @property
    def urls(self) -> dict[str, str]:
        """Return the pages that are measured."""
        finds = reverse("admin:remains_find_changelist")
        first = self.sites[0]
        case = f"case__id__exact={first.case_id}"
        offered = (
            f"{reverse('admin:autocomplete')}?app_label=remains&model_name=estimate&field_name=find&term="
        )
        sorts = {
            f"by {name}, {way}": f"{finds}?{case}&o={sign}{place}"
            for name, place in COLUMNS.items()
            for way, sign in (("up", ""), ("down", "-"))
        }
        pages = {
            "first page": finds,
            "page 20": f"{finds}?p=20",
            **sorts,
            "sorted without choosing a case": f"{finds}?o=1",
            "status, rare and old": f"{finds}?status__exact=released",
            "status, of a third": f"{finds}?status__exact=recorded",
            "status of none": f"{finds}?status__exact=retained",
            "category": f"{finds}?category__exact=body",
            "category of none": f"{finds}?category__exact=tissue",
            "bindings seen": f"{finds}?bindings__exact=present",
            "a month": f"{finds}?found_on_from=2020-01-01&found_on_to=2020-01-31",
            "withdrawn only": f"{finds}?withdrawn=only",
            "site": f"{finds}?site__id__exact={first.pk}",
            "number": f"{finds}?q={first.code}-0000007",
            "beginning of a number": f"{finds}?q={first.code}-",
            "serial": f"{finds}?q=7",
            "other label": f"{finds}?q=BAG+{first.code}-0000010",
            "beginning of a label": f"{finds}?q=BAG",
            "a word in every row": f"{finds}?q=fragment",
            "a word in few rows": f"{finds}?q=4711",
            "a word in no row": f"{finds}?q=zyzzyva",
            "suggestions, nothing typed": offered,
            "suggestions for a number": f"{offered}{first.code}-0000007",
            "suggestions for no find": f"{offered}zyzzyva",
            "start page": reverse("admin:index"),
            "the case's page, which counts every find": reverse(
                "admin:cases_case_change", args=[first.case_id]
            ),
        }
        api, in_case = "/api/v1/finds?limit=100", f"&case={first.case_id}"
        lists = {
            "all": api,
            "newest days first": f"{api}{in_case}&ordering=-found_on",
            "status, rare and old": f"{api}&status=released",
            "status, of a third, by number": f"{api}{in_case}&status=recorded&ordering=number",
            "site and category": f"{api}&site={first.pk}&category=body",
            "a month": f"{api}&found_on_from=2020-01-01&found_on_to=2020-01-31",
            "category of none": f"{api}&category=tissue",
            "a word in every row": f"{api}&search=fragment",
            "a word in few rows": f"{api}&search=4711",
            "some fields only": f"{api}&fields=id,number,status",
        }
        pages |= {f"interface: {name}": url for name, url in lists.items()}
        if self.logs:
            pages["a new find's form"] = f"{reverse('admin:remains_find_add')}?site={first.pk}"
        return pages


#: A connection to one of the two databases, and the people in it.
Side: TypeAlias = "tuple[Any, list[Ground]]"


def run(say: Say) -> None:
    """Measure each page among few finds and among many in turn, in two databases without a ledger."""
    settings.TAPHOS_API_CALLS_PER_MINUTE = 10**6
    # Page 20 needs a thousand rows, however short the run.
    few, many = max(1_500, size("listed_few", 10_000)), size("listed", 1_000_000)
    with own_database("taphos_bench_few"):
        small, among_few = made(few, few), connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = among_few.copy()
        try:
            with own_database("taphos_bench_many"):
                large, among_many = made(few, many), connections[DEFAULT_DB_ALIAS]
                say(f"a page at {many:,} finds, as a multiple of its time at {few:,} (aim 1.5)")
                say(f"{'':42}" + "".join(f"{ground.who:>28}" for ground in small))
                compare(say, (among_few, small), (among_many, large))
        finally:
            connections[DEFAULT_DB_ALIAS].close()
            connections[DEFAULT_DB_ALIAS] = among_few


def made(few: int, many: int) -> list[Ground]:
    """Fill the database: a case with all the finds, one with few, and the thousand cases of an agency."""
    grounds = make_ground()
    without_triggers()
    for ground, upto in zip(grounds, (many, few, many), strict=True):
        fill(ground, upto)
    return list(grounds)


def compare(say: Say, few: Side, many: Side) -> None:
    """Print a line for each page, with a column for each person."""
    for page in few[1][0].urls:
        cells = []
        for place in range(len(few[1])):
            if page not in few[1][place].urls:
                cells.append("-")
                continue
            visits = [Visit(side, place, page) for side in (few, many)]
            before, after = alternate(visits[0].timed, visits[1].timed, rounds(7))
            queries = {visit.queries for visit in visits}
            number = "->".join(str(visit.queries) for visit in visits) if len(queries) > 1 else queries.pop()
            cells.append(f"{after / before:.2f}x {number:>3} q [{visits[1].asking * 1e3:5.1f} ms]")
        say(f"{page:42}" + "".join(f"{cell:>28}" for cell in cells))


class Visit:
    """One page for one person in one of the databases, opened once to fill caches and twice to count its queries."""

    def __init__(self, side: Side, place: int, page: str) -> None:
        self.connection, grounds = side
        self.enter()
        self.client, self.url = signed_in(grounds[place].person), grounds[place].urls[page]
        if (status := self.open()) != HTTPStatus.OK:
            raise RuntimeError(f"{self.url} answers {status}")
        counted = []
        for _ in range(
            2
        ):  # the clock of the session is written now and then: the smaller number is the page's
            with CaptureQueriesContext(connection) as asked:
                self.open()
            counted.append((len(asked), sum(float(query["time"]) for query in asked.captured_queries)))
        self.queries, self.asking = min(counted)

    def enter(self) -> None:
        """Let Django's connection be the one to this database."""
        connections[DEFAULT_DB_ALIAS] = self.connection

    def open(self) -> int:
        """Open the page."""
        return self.client.get(self.url, headers={"host": "127.0.0.1"}).status_code

    def timed(self) -> None:
        """Open the page in its database."""
        self.enter()
        self.open()


def make_ground() -> tuple[Ground, Ground, Ground]:
    """Make the three people with their cases and sites."""
    with change(INSTALLER, "tests.ground.made"):
        agency, leading = (
            Agency.objects.create(name=name, short_name=name, kind="prosecution") for name in ("ONE", "LEAD")
        )
        one, ten = make_case("ONE", agency), make_case("TEN", agency)
        led: list[Case] = [make_case(f"LED-{n}", leading) for n in range(CASES_LED)]
        people = {name: make_user(name, agency) for name in ("whole", "part", "led")}
        for name, case in (("whole", one), ("part", ten)):
            Membership.objects.create(case=case, user=people[name], role="investigator", from_on=SINCE)
        Appointment.objects.create(agency=leading, user=people["led"], role="supervisor", from_on=SINCE)
        return (
            Ground("all in one case", people["whole"], [make_site(one, f"A{n:02d}") for n in range(SITES)]),
            Ground(
                "a case among others", people["part"], [make_site(ten, f"B{n:02d}") for n in range(SITES)]
            ),
            Ground("1,000 cases led", people["led"], [make_site(case, "C01") for case in led], logs=False),
        )


def without_triggers() -> None:
    """Put the ledger's triggers aside, as only the owner of this database can."""
    with connect(settings.TAPHOS_OWNER_ROLE) as owner:
        for table in ("remains_find", "remains_findalias"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def fill(ground: Ground, upto: int) -> None:
    """Add finds until the ground has so many, newest last, and let the database look at them."""
    with connect(settings.TAPHOS_OWNER_ROLE) as owner:
        values = {
            "first": 0x018000000000 + {"B": 0, "A": 1, "C": 2}[ground.sites[0].code[0]] + ground.finds * 4,
            "begin": ground.finds,
            "end": upto,
            "oldest": max(60, upto // 100) if not ground.finds else 0,
            "sites": [site.pk for site in ground.sites],
            "round": len(ground.sites),
        }
        owner.execute(FINDS, values)
        owner.execute(LABELS, {"cases": list({site.case_id for site in ground.sites})})
        owner.execute("VACUUM ANALYZE remains_find, remains_findalias, cases_case, cases_site")
    ground.finds = upto
