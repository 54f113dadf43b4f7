"""What counting reads, as SQL: the records as they stand, or as the ledger says they stood after an entry.

Both ways run the same statements. For the second, common table expressions that carry the names of the tables stand
before each statement, filled with the newest payload that each record had by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from cases.models.site import LinkKind
from remains.models.specimen import NO_TOOTH
from remains.science.methods.sex import SURE

#: Tables that a count or its diagram reads, each with what it is called among the inputs of an assessment.
TABLES: Final = {
    "site": "cases_site",
    "link": "cases_sitelink",
    "find": "remains_find",
    "specimen": "remains_specimen",
    "estimate": "remains_estimate",
    "association": "remains_association",
    "individual": "remains_individual",
    "part": "remains_individualpart",
    "injury": "remains_injury",
    "condition": "remains_conditionnote",
}
#: Links that make two graves one count; through a place of transit remains only passed.
LINKS: Final = (LinkKind.ROBBED_INTO.value, LinkKind.SAME_EVENT.value)


@dataclass(frozen=True, slots=True)
class View:
    """Whose eyes count and when: the case, the handlings seen, and the last entry of its ledger, or None for now."""

    case: UUID
    handlings: tuple[str, ...]
    seq: int | None = None

    def read(self, statement: str, tables: Iterable[str], **values: Any) -> list[tuple[Any, ...]]:
        """Run a statement over these tables, now or as of the entry."""
        named = {
            "case": self.case,
            "handlings": list(self.handlings),
            "links": list(LINKS),
            "no_tooth": list(NO_TOOTH),
            **values,
        }
        if self.seq is not None:
            named["seq"] = self.seq
            statement = _as_of(tables) + statement
        with connection.cursor() as cursor:
            cursor.execute(f"WITH RECURSIVE {statement}", named)
            return list(cursor.fetchall())


def _as_of(tables: Iterable[str]) -> str:
    """Return the tables as the case's ledger had them, each under its own name."""
    return "".join(
        f"{table} AS (SELECT r.* FROM (SELECT DISTINCT ON (record_id) payload, operation FROM public.ledger_entry"
        f" WHERE chain = %(case)s AND table_name = '{table}' AND seq <= %(seq)s ORDER BY record_id, seq DESC) e"
        f" CROSS JOIN LATERAL json_populate_record(NULL::public.{table}, e.payload::json) r"
        " WHERE e.operation <> 'D'), "
        for table in (TABLES[name] for name in tables)
    )


def newest_entry(case: UUID) -> int:
    """Return the number of the newest entry of a case's ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger_entry WHERE chain = %s ORDER BY seq DESC LIMIT 1", [case])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


_COUNTS: Final = "case_id = %(case)s AND withdrawn_at IS NULL AND handling = ANY(%(handlings)s)"

_SITES: Final = f"""
link AS (
    SELECT l.id, l.version, l.first_id, l.second_id FROM cases_sitelink l
    WHERE l.{_COUNTS.replace(" AND ", " AND l.")} AND l.kind = ANY(%(links)s)
), here AS (
    SELECT s.id, s.code, s.version FROM cases_site s WHERE s.{_COUNTS.replace(" AND ", " AND s.")}
), together AS (
    SELECT id FROM here WHERE id = ANY(%(sites)s)
    UNION
    SELECT h.id FROM together t
    JOIN link l ON t.id IN (l.first_id, l.second_id)
    JOIN here h ON h.id IN (l.first_id, l.second_id)
)
"""

#: The specimens that count, and where: current, visible, human, of a find that is all that too.
_SCOPE: Final = f"""
here AS (
    SELECT f.id, f.site_id, f.category, f.version FROM remains_find f
    WHERE f.{_COUNTS.replace(" AND ", " AND f.")} AND (f.site_id = ANY(%(sites)s) OR f.id = %(find)s)
), counted AS (
    SELECT s.id, s.number, s.element_id, s.side, s.zones, s.dna_group, s.find_id, s.version,
        CASE WHEN f.category IN ('body', 'almost_complete') THEN s.find_id END AS body_id
    FROM remains_specimen s JOIN here f ON f.id = s.find_id
    WHERE s.{_COUNTS.replace(" AND ", " AND s.")}
        AND s.element_id <> 'element.non_human' AND f.category <> 'non_human'
        AND (s.tooth_status_id IS NULL OR s.tooth_status_id <> ALL(%(no_tooth)s))
), person AS (
    SELECT p.specimen_id, i.id AS individual_id, i.number, i.version, p.id AS part_id, p.version AS part_version
    FROM remains_individualpart p JOIN remains_individual i ON i.id = p.individual_id
    WHERE p.{_COUNTS.replace(" AND ", " AND p.")} AND p.left_at IS NULL
        AND i.{_COUNTS.replace(" AND ", " AND i.")}
)
"""

_OPINION: Final = f""", opinion AS (
    SELECT e.id, e.version, e.specimen_id, e.individual_id, e.find_id, e.certainty, e.kind,
        e.age_min_years, e.age_max_years, e.sex
    FROM remains_estimate e
    WHERE e.{_COUNTS.replace(" AND ", " AND e.")} AND e.superseded_by_id IS NULL
        AND e.kind IN ('age', 'sex') AND e.certainty = ANY(%(certainties)s)
        AND (e.sex_probability IS NULL OR e.sex_probability >= {SURE})
)
"""

_GROUPED: Final = """, held AS (
    SELECT specimen_id, individual_id, find_id, max(age_min_years) AS low, min(age_max_years) AS high,
        bool_or(sex = 'female') AS female, bool_or(sex = 'male') AS male
    FROM opinion GROUP BY specimen_id, individual_id, find_id
), told AS (
    SELECT c.number, c.element_id, c.side, c.zones, c.dna_group, p.number AS individual,
        greatest(o.low, i.low, b.low) AS low, least(o.high, i.high, b.high) AS high,
        coalesce(o.female, false) OR coalesce(i.female, false) OR coalesce(b.female, false) AS female,
        coalesce(o.male, false) OR coalesce(i.male, false) OR coalesce(b.male, false) AS male
    FROM counted c
    LEFT JOIN person p ON p.specimen_id = c.id
    LEFT JOIN held o ON o.specimen_id = c.id
    LEFT JOIN held i ON i.individual_id = p.individual_id
    LEFT JOIN held b ON b.find_id = c.body_id
)
SELECT element_id, side, zones, dna_group, individual, low, high, female, male, string_agg(number, E'\\n')
FROM told GROUP BY element_id, side, zones, dna_group, individual, low, high, female, male
"""


def linked_sites(view: View, sites: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return the sites that are counted with these: themselves, and all that links lead to, by their codes."""
    rows = view.read(
        f"{_SITES} SELECT h.id, h.code FROM together t JOIN here h ON h.id = t.id ORDER BY h.code, h.id",
        ("site", "link"),
        sites=list(sites),
    )
    return [(row[0], row[1]) for row in rows]


def grouped(
    view: View, sites: Sequence[UUID], find: UUID | None, certainties: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return specimens that are alike as one row, with all that current estimates say, combined by intersection."""
    return view.read(
        _SCOPE + _OPINION + _GROUPED,
        ("find", "specimen", "estimate", "individual", "part"),
        sites=list(sites),
        find=find,
        certainties=list(certainties),
    )


def associations(view: View, sites: Sequence[UUID], find: UUID | None) -> list[tuple[Any, ...]]:
    """Return kind, stage and both specimens of what stands between specimens that count; None for one outside."""
    return view.read(
        f"""{_SCOPE}
        SELECT a.kind, a.stage, one.number, other.number
        FROM remains_association a
        LEFT JOIN counted one ON one.id = a.first_id
        LEFT JOIN counted other ON other.id = a.second_id
        WHERE a.{_COUNTS.replace(" AND ", " AND a.")}
            AND (a.stage = 'excluded' OR a.stage = 'final' AND a.kind IN ('refit', 'pair'))
            AND (one.id IS NOT NULL OR other.id IS NOT NULL)
        ORDER BY one.number, other.number, a.kind""",
        ("find", "specimen", "association", "individual", "part"),
        sites=list(sites),
        find=find,
    )


def left_out(view: View, sites: Sequence[UUID], find: UUID | None) -> tuple[int, int]:
    """Return how many specimens are not human, and how many seem human in a find that is not."""
    rows = view.read(
        f"""{_SCOPE}
        SELECT count(*) FILTER (WHERE s.element_id = 'element.non_human'),
            count(*) FILTER (WHERE s.element_id <> 'element.non_human' AND f.category = 'non_human')
        FROM remains_specimen s JOIN here f ON f.id = s.find_id
        WHERE s.{_COUNTS.replace(" AND ", " AND s.")}
            AND (s.element_id = 'element.non_human' OR f.category = 'non_human')""",
        ("find", "specimen", "individual", "part"),
        sites=list(sites),
        find=find,
    )
    return int(rows[0][0]), int(rows[0][1])


def opinions_of(
    view: View, sites: Sequence[UUID], find: UUID | None, certainties: Sequence[str], keys: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return the estimates that speak about these specimens: specimen, estimate, kind, ages, sex."""
    return view.read(
        f"""{_SCOPE}{_OPINION}
        SELECT c.number, o.id, o.kind, o.age_min_years, o.age_max_years, o.sex, o.certainty
        FROM counted c LEFT JOIN person p ON p.specimen_id = c.id
        JOIN opinion o ON o.specimen_id = c.id OR o.individual_id = p.individual_id OR o.find_id = c.body_id
        WHERE c.number = ANY(%(keys)s) ORDER BY c.number, o.kind, o.id""",
        ("find", "specimen", "estimate", "individual", "part"),
        sites=list(sites),
        find=find,
        certainties=list(certainties),
        keys=list(keys),
    )


def burials(view: View, sites: Sequence[UUID], find: UUID | None) -> list[tuple[Any, ...]]:
    """Return the current estimates of when it was: about which site or find, earliest and latest day, certainty."""
    return view.read(
        f"""here AS (
            SELECT e.id, coalesce(f.number, s.code) AS about, e.burial_earliest_on, e.burial_latest_on, e.certainty
            FROM remains_estimate e
            LEFT JOIN remains_find f ON f.id = e.find_id AND f.{_COUNTS.replace(" AND ", " AND f.")}
            LEFT JOIN cases_site s ON s.id = e.site_id AND s.{_COUNTS.replace(" AND ", " AND s.")}
            WHERE e.{_COUNTS.replace(" AND ", " AND e.")} AND e.superseded_by_id IS NULL AND e.kind = 'burial'
                AND (s.id = ANY(%(sites)s) OR f.site_id = ANY(%(sites)s) AND %(find)s::uuid IS NULL
                    OR f.id = %(find)s)
        ) SELECT * FROM here ORDER BY about, id""",
        ("site", "find", "estimate"),
        sites=list(sites),
        find=find,
    )


def inputs(view: View, sites: Sequence[UUID], find: UUID | None) -> dict[str, list[list[Any]]]:
    """Return every record that a count rests on, by kind, each with its version."""
    rows = view.read(
        f"""{_SCOPE}{_OPINION}, read(kind, id, version) AS (
            SELECT 'find', f.id, f.version FROM here f WHERE f.id IN (SELECT find_id FROM counted)
            UNION ALL SELECT 'specimen', id, version FROM counted
            UNION ALL SELECT DISTINCT 'individual', p.individual_id, p.version FROM person p
                JOIN counted c ON c.id = p.specimen_id
            UNION ALL SELECT 'part', p.part_id, p.part_version FROM person p JOIN counted c ON c.id = p.specimen_id
            UNION ALL SELECT 'estimate', o.id, o.version FROM opinion o
                WHERE o.specimen_id IN (SELECT id FROM counted)
                    OR o.find_id IN (SELECT body_id FROM counted)
                    OR o.individual_id IN (
                        SELECT p.individual_id FROM person p JOIN counted c ON c.id = p.specimen_id)
            UNION ALL SELECT 'association', a.id, a.version FROM remains_association a
                WHERE a.{_COUNTS.replace(" AND ", " AND a.")}
                    AND a.first_id IN (SELECT id FROM counted) AND a.second_id IN (SELECT id FROM counted)
                    AND (a.stage = 'excluded' OR a.stage = 'final' AND a.kind IN ('refit', 'pair'))
        ) SELECT kind, id::text, version FROM read ORDER BY kind, id""",
        ("find", "specimen", "estimate", "individual", "part", "association"),
        sites=list(sites),
        find=find,
        certainties=["presumed", "determined"],
    )
    rows += view.read(
        f"""{_SITES} SELECT 'site', h.id::text, h.version FROM here h WHERE h.id IN (SELECT id FROM together)
        UNION ALL SELECT 'link', l.id::text, l.version FROM link l
            WHERE l.first_id IN (SELECT id FROM together) AND l.second_id IN (SELECT id FROM together)
        ORDER BY 1, 2""",
        ("site", "link"),
        sites=list(sites),
    )
    found: dict[str, list[list[Any]]] = {}
    for kind, identifier, version in rows:
        found.setdefault(kind, []).append([identifier, version])
    return found


def narrowest_handling(view: View, read: dict[str, list[list[Any]]]) -> list[str]:
    """Return the handlings other than open that the records read have now."""
    tables = [kind for kind in read if read[kind]]
    if not tables:
        return []
    union = " UNION ".join(
        f"SELECT handling FROM {TABLES[kind]} WHERE id = ANY(%({kind})s::uuid[])" for kind in tables
    )
    rows = view.read(
        f"held AS ({union}) SELECT handling FROM held WHERE handling <> 'open' ORDER BY handling",
        tables,
        **{kind: [identifier for identifier, _version in read[kind]] for kind in tables},
    )
    return [row[0] for row in rows]
