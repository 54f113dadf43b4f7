"""Auricular surface by sums and by pairs: Buckberry & Chamberlain 2002, Samworth & Gowland 2007."""

from __future__ import annotations

from remains.science.methods.parts import (
    CHILDREN,
    Interval,
    Item,
    Kind,
    Meaning,
    Method,
    MethodRefusal,
    Scored,
    Verified,
)
from remains.science.methods.phases import AURICULAR, LOVEJOY, SUCHEY_BROOKS, interval_of, phase_item
from remains.science.methods.tables import number, rows


def _scores(name: str, label: str, words: tuple[str, ...]) -> Item:
    return Item(name, label, tuple((str(n), f"{n}: {word}") for n, word in enumerate(words, start=1)))


_SHARE = ("90 % or more", "50-89 %", "25-49 %", "less than 25 %", "none")
_GRAIN = (
    "90 % or more finely grained",
    "50-89 % finely grained",
    "half or more coarsely grained",
    "less than half dense",
    "half or more dense",
)
_FEATURES = (
    _scores("transverse", "Transverse organisation", _SHARE),
    _scores("texture", "Texture", _GRAIN),
    _scores("microporosity", "Microporosity", ("none", "on one half", "on both halves")),
    _scores("macroporosity", "Macroporosity", ("none", "on one half", "on both halves")),
    _scores("apical", "Apex", ("sharp", "some lipping, contour smooth", "contour uneven")),
)
#: Smallest sum of each of the seven stages. Source: Buckberry & Chamberlain 2002.
_STAGES = ((17, 7), (15, 6), (13, 5), (11, 4), (9, 3), (7, 2), (5, 1))


def composite(scored: Scored) -> int:
    """Return the sum of the five features (5-19)."""
    return sum(int(scored[item.name]) for item in _FEATURES)


def stage_of(total: int) -> int:
    """Return the stage (1-7) of a sum (5-19)."""
    return next(stage for least, stage in _STAGES if total >= least)


def _buckberry_chamberlain(scored: Scored) -> Interval:
    stage = str(stage_of(composite(scored)))
    return interval_of("buckberry_chamberlain_2002", {"phase": stage}, Meaning.OBSERVED_RANGE)


def _samworth_gowland(scored: Scored) -> Interval:
    pair = (scored["suchey_brooks"], scored["lovejoy"])
    for row in rows("samworth_gowland"):
        if (row["suchey_brooks"], row["lovejoy"]) == pair:
            return Interval(number(row["low_years"]), number(row["high_years"]), Meaning.PREDICTION_90)
    raise MethodRefusal(
        "method.out_of_validity",
        "lovejoy",
        scored["lovejoy"],
        f"the table has no interval for phase {pair[0]} of the pubic symphysis with phase {pair[1]} of the auricular "
        "surface: look at both again, or use each by itself",
    )


METHODS = (
    Method(
        code="buckberry_chamberlain_2002",
        name="Buckberry & Chamberlain, auricular surface",
        kind=Kind.AGE,
        indicator="auricular surface",
        elements=AURICULAR,
        items=_FEATURES,
        population="180 of known age, Spitalfields, London",
        validity="adults and older adolescents",
        source="Buckberry & Chamberlain 2002, American Journal of Physical Anthropology 119:231-239",
        verified=Verified.TRANSCRIBED,
        rule=_buckberry_chamberlain,
        not_for=CHILDREN,
    ),
    Method(
        code="samworth_gowland_2007",
        name="Samworth & Gowland, pubic symphysis with auricular surface",
        kind=Kind.AGE,
        indicator="pubic symphysis and auricular surface",
        elements=frozenset({"os_coxa"}),
        items=(
            phase_item(SUCHEY_BROOKS, "suchey_brooks", "Pubic symphysis (Suchey-Brooks)"),
            phase_item(LOVEJOY, "lovejoy", "Auricular surface (Lovejoy)"),
        ),
        population="the collections of known age named in the paper, sexes together",
        validity="pairs of phases of which the table has an interval",
        source="Samworth & Gowland 2007, International Journal of Osteoarchaeology 17:174-188",
        verified=Verified.TRANSCRIBED,
        rule=_samworth_gowland,
        not_for=CHILDREN,
    ),
)
