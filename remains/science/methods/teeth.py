"""Third molar by Demirjian's stages: Mincer et al. 1993, Kasper et al. 2009."""

from __future__ import annotations

from remains.science.methods.parts import (
    SEX_CHOICES,
    Interval,
    Item,
    Kind,
    Meaning,
    Method,
    MethodRefusal,
    Scored,
    Verified,
    hull,
)
from remains.science.methods.phases import DEVIATIONS
from remains.science.methods.tables import number, rows, sexes

STAGES = (
    ("B", "B: cusps joined"),
    ("C", "C: crown half formed"),
    ("D", "D: crown complete"),
    ("E", "E: root shorter than the crown"),
    ("F", "F: root as long as the crown or longer, ends funnel-shaped"),
    ("G", "G: root walls parallel, ends open"),
    ("H", "H: root ends closed"),
)
#: Teeth stay at the last stage for life: no age bounds it from above.
LAST_STAGE = "H"
JAW_OF = {"tooth_18": "maxilla", "tooth_28": "maxilla", "tooth_38": "mandible", "tooth_48": "mandible"}


def _rule(code: str, scored: Scored) -> Interval:
    tooth, stage = scored["tooth"], scored["stage"]
    wanted = {"B", *sexes(scored.get("sex", "B"))}
    found = [
        r
        for r in rows("third_molar")
        if r["method"] == code and r["jaw"] == JAW_OF[tooth] and r["stage"] == stage and r["sex"] in wanted
    ]
    if not found:
        raise MethodRefusal(
            "method.out_of_validity", "stage", stage, f"the table has no such stage for the {JAW_OF[tooth]}"
        )
    return hull([_interval(row) for row in found])


def _interval(row: dict[str, str]) -> Interval:
    mean, deviation = number(row["mean_years"]), number(row["sd_years"])
    if mean is None or deviation is None:
        return Interval(number(row["low_years"]), number(row["high_years"]), Meaning.RANGE_95)
    low, high = (round(mean + way * DEVIATIONS * deviation, 2) for way in (-1, 1))
    if row["stage"] == LAST_STAGE:
        return Interval(low, None, Meaning.TWO_DEVIATIONS, ("A closed root bounds the age from below only.",))
    return Interval(low, high, Meaning.TWO_DEVIATIONS)


def _third_molar(code: str, name: str, population: str, source: str, *, by_sex: bool = True) -> Method:
    tooth = Item("tooth", "Third molar (FDI)", tuple((key, key.removeprefix("tooth_")) for key in JAW_OF))
    present = {row["stage"] for row in rows("third_molar") if row["method"] == code}
    stages = Item("stage", "Stage (Demirjian)", tuple(pair for pair in STAGES if pair[0] in present))
    return Method(
        code=code,
        name=name,
        kind=Kind.AGE,
        indicator="third molar",
        elements=frozenset(JAW_OF),
        items=(tooth, stages, Item("sex", "Sex of the person", SEX_CHOICES)) if by_sex else (tooth, stages),
        population=population,
        validity="formation of the third molar, about 14 to 25 years",
        source=source,
        verified=Verified.TRANSCRIBED,
        rule=lambda scored: _rule(code, scored),
    )


_MINCER = "Mincer, Harris & Berryman 1993, Journal of Forensic Sciences 38:379-390"
METHODS = (
    _third_molar(
        "mincer_1993_white", "Mincer et al., third molar", "White Americans, 14 to 25 years", _MINCER
    ),
    _third_molar(
        "mincer_1993_black",
        "Mincer et al., third molar",
        "Black Americans, 14 to 25 years, sexes together",
        _MINCER,
        by_sex=False,
    ),
    _third_molar(
        "kasper_2009",
        "Kasper et al., third molar",
        "Hispanic Texans",
        "Kasper et al. 2009, Journal of Forensic Sciences 54:651-657",
    ),
)
