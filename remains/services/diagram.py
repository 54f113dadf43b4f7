"""The skeleton diagram of an assessment, frozen: what was recovered and marked, of the specimens among its inputs.

It is read as the count is, now or as the ledger says the records stood after an entry, and kept with the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from remains.marks import CONDITION, Noted, as_result, put_together
from remains.recovered import Recovered, figure_of, key_of
from remains.services.counting_rows import View

_NOTED: Final = "case_id = %(case)s AND withdrawn_at IS NULL AND handling = ANY(%(kept)s)"
_BONE: Final = """bone AS (
    SELECT id, number, element_id, side, cohort, completeness, zones FROM remains_specimen
    WHERE id = ANY(%(specimens)s::uuid[])
)"""


def diagram_of(view: View, inputs: Mapping[str, Sequence[Sequence[Any]]], handling: str) -> dict[str, Any]:
    """Return what the drawing of the specimens among the inputs of an assessment shows, as JSON.

    Marked is what is open, or handled as the assessment is: whoever reads it may see all of its drawing.
    """
    specimens = [identifier for identifier, _version in inputs.get("specimen", ())]
    kept = sorted({"open", handling} & set(view.handlings))
    return {
        "handlings": kept,
        "recovered": _recovered(view, specimens),
        "marks": _marks(view, specimens, kept),
    }


def tallies_of(diagram: Mapping[str, Any]) -> dict[str, dict[str, Recovered]]:
    """Return what a frozen diagram says was recovered, as `remains.recovered` draws it."""
    return {
        figure: {
            key: Recovered(number, complete, {int(zone): seen for zone, seen in zones.items()})
            for key, (number, complete, zones) in diagram["recovered"].get(figure, {}).items()
        }
        for figure in ("adult", "juvenile")
    }


def _recovered(view: View, specimens: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
    rows = view.read(
        f"""{_BONE}, whole AS (
            SELECT element_id, side, cohort, NULL::smallint AS zone, count(*) AS number,
                count(*) FILTER (WHERE completeness = 'complete') AS complete
            FROM bone GROUP BY element_id, side, cohort
        ), zoned AS (
            SELECT b.element_id, b.side, b.cohort, z.zone::smallint AS zone, count(*) AS number, 0::bigint AS complete
            FROM bone b CROSS JOIN LATERAL unnest(b.zones) AS z(zone) GROUP BY b.element_id, b.side, b.cohort, z.zone
        )
        SELECT * FROM whole UNION ALL SELECT * FROM zoned""",
        ("specimen",),
        specimens=list(specimens),
    )
    found: dict[str, dict[str, Recovered]] = {"adult": {}, "juvenile": {}}
    for element, side, cohort, zone, number, complete in rows:
        bone = found[figure_of(element, cohort)].setdefault(key_of(element, side), Recovered())
        if zone is None:
            bone.specimens += number
            bone.complete += complete
        else:
            bone.zones[zone] += number
    return {
        figure: {
            key: [bone.specimens, bone.complete, {str(z): n for z, n in sorted(bone.zones.items())}]
            for key, bone in sorted(tally.items())
        }
        for figure, tally in found.items()
    }


def _marks(view: View, specimens: Sequence[str], handlings: Sequence[str]) -> list[list[Any]]:
    rows = view.read(
        f"""{_BONE}, seen AS (
            SELECT 'injury' AS kind, id, version, specimen_id, zone, timing AS sign, mechanism_id AS what, place
            FROM remains_injury WHERE {_NOTED}
            UNION ALL
            SELECT '{CONDITION}', id, version, specimen_id, zone, '{CONDITION}', kind_id, ''
            FROM remains_conditionnote WHERE {_NOTED}
        )
        SELECT b.element_id, b.side, b.cohort, s.zone, s.sign, s.kind, s.id::text, s.version, b.number, s.what, s.place
        FROM seen s JOIN bone b ON b.id = s.specimen_id ORDER BY s.kind DESC, b.number, s.id""",
        ("specimen", "injury", "condition"),
        specimens=list(specimens),
        kept=list(handlings),
    )
    seen = [
        ((figure_of(element, cohort), key_of(element, side), zone, sign), Noted(*noted))
        for element, side, cohort, zone, sign, *noted in rows
    ]
    return as_result(put_together(seen))
