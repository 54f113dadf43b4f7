"""Growth: fusion of epiphyses, and length of a shaft without its epiphyses."""

from __future__ import annotations

from remains.science.elements import name_of
from remains.science.methods.parts import (
    ADULTS,
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
from remains.science.methods.tables import number, rows, sexes

_SEX = Item("sex", "Sex of the person", SEX_CHOICES)


def site_key(row: dict[str, str]) -> str:
    """Return what names a place of fusion, e.g. `femur.head`."""
    return f"{row['element']}.{row['site'].replace(' ', '_').replace('-', '_')}"


def _sites() -> tuple[tuple[str, str], ...]:
    named = {site_key(row): f"{name_of(row['element'])}: {row['site']}" for row in rows("epiphyses")}
    return tuple(named.items())


def _fusion(scored: Scored) -> Interval:
    wanted = {"B", *sexes(scored["sex"])}
    found = [r for r in rows("epiphyses") if site_key(r) == scored["site"] and r["sex"] in wanted]
    return hull([_window(row, scored["state"]) for row in found])


def _window(row: dict[str, str], state: str) -> Interval:
    low, high = number(row["low_years"]), number(row["high_years"])
    return Interval(
        None if state == "open" else low, None if state == "fused" else high, Meaning.USUAL_WINDOW
    )


def _diaphysis(scored: Scored) -> Interval:
    length = float(scored["length_mm"])
    classes = [row for row in rows("diaphyses") if row["element"] == scored["bone"]]
    ages = [
        (float(row["age_from_years"]), float(row["age_below_years"]))
        for row in classes
        if float(row["min_mm"]) <= length <= float(row["max_mm"])
    ]
    if not ages:
        least, most = min(float(r["min_mm"]) for r in classes), max(float(r["max_mm"]) for r in classes)
        raise MethodRefusal(
            "method.out_of_validity",
            "length_mm",
            scored["length_mm"],
            f"shafts of {least:g} to {most:g} mm were seen in children from birth to 12 years",
        )
    oldest = max(float(row["age_below_years"]) for row in classes)
    low, high = min(age for age, _below in ages), max(below for _age, below in ages)
    words: tuple[str, ...] = ("The sample is of South African children; others grow otherwise.",)
    if low == 0:
        words += ("The sample begins at birth: the lower end is open.",)
    if high == oldest:
        words += (f"The sample ends at {oldest:g} years: the upper end is open.",)
    return Interval(low or None, None if high == oldest else high, Meaning.OBSERVED_RANGE, words)


_BONES = tuple(dict.fromkeys(row["element"] for row in rows("diaphyses")))
METHODS = (
    Method(
        code="epiphyseal_fusion",
        name="Fusion of epiphyses, usual windows",
        kind=Kind.AGE,
        indicator="epiphyseal fusion",
        elements=frozenset(row["element"] for row in rows("epiphyses")),
        items=(
            Item("site", "Place of fusion", _sites()),
            Item("state", "State", (("open", "open"), ("fusing", "fusing"), ("fused", "fused"))),
            _SEX,
        ),
        population="textbook ranges of no single population",
        validity="the windows are usual ones, not the outermost ages seen",
        source="Textbooks of juvenile osteology, such as Scheuer & Black 2000; no single table",
        verified=Verified.UNVERIFIED,
        rule=_fusion,
    ),
    Method(
        code="diaphyseal_length",
        name="Length of the shaft, South African children",
        kind=Kind.AGE,
        indicator="diaphyseal length",
        elements=frozenset(_BONES),
        items=(
            Item("bone", "Bone", tuple((bone, name_of(bone)) for bone in _BONES)),
            Item("length_mm", "Length of the shaft without epiphyses (mm)"),
        ),
        population="1,310 South African children of 0 to 12 years, by X-ray, sexes together",
        validity="shaft without epiphyses; no universal standard",
        source="Computed from the individual data of Stull, L'Abbe & Ousley 2014, "
        "American Journal of Physical Anthropology 154:376-386",
        verified=Verified.COMPUTED,
        rule=_diaphysis,
        not_for=ADULTS,
    ),
)
