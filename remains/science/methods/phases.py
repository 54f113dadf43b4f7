"""Methods that are a table of phases: pubic symphysis, auricular surface, sternal rib end, medial clavicle.

The phases are named here in few words of our own, to be recognised by; they are scored with the publication at hand.
"""

from __future__ import annotations

from remains.science.methods.parts import (
    CHILDREN,
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

#: Standard deviations of the sample on either side of its mean that stand for one person.
DEVIATIONS = 2

SUCHEY_BROOKS = (
    "ridges and furrows, ends not set off",
    "ridges remain, ends beginning to form",
    "lower end formed, ventral rampart being built",
    "fine-grained, oval outline nearly closed",
    "rim complete, face slightly sunken",
    "face sunken and pitted, rim breaking down",
)
LOVEJOY = (
    "billows, very fine grain",
    "billows fading into striae",
    "striae, grain coarser",
    "coarse grain all over, few striae",
    "grain giving way to dense bone",
    "dense, grain gone",
    "dense and uneven, lipping begins",
    "breaking down, large pores, lipping",
)
OSBORNE = (
    "billows, fine grain",
    "striae, coarser grain, remains of billows",
    "coarse grain, remains of striae, apex changing",
    "less grain, dense in part, apex changed",
    "grain gone, dense, some pores",
    "breaking down, large pores, lipping",
)
ISCAN = (
    "shallow dent, billowed, rounded rim",
    "dent deeper, V-shaped, thick walls",
    "narrow U, walls fairly thick, rim scalloped",
    "wider U, walls thinner, rim less even",
    "wide V or U, walls thin, rim sharpening",
    "deep pit, walls thin, rim uneven and sharp",
    "very deep pit, bony spurs, pores",
    "very deep and wide, walls brittle, windows",
)
CLAVICLE_5 = (
    "epiphysis not fused",
    "less than half fused",
    "more than half fused",
    "fused, scar to be seen",
    "fused, scar gone",
)
CLAVICLE_3 = ("epiphysis not fused", "fusing", "fused")

# Pubis and ilium by themselves are the unfused ones of children, of which these methods say nothing.
SYMPHYSIS = AURICULAR = frozenset({"os_coxa"})


def phase_item(words: tuple[str, ...], name: str = "phase", label: str = "Phase") -> Item:
    """Return the choice of a phase, numbered from 1."""
    return Item(name, label, tuple((str(n), f"{n}: {word}") for n, word in enumerate(words, start=1)))


SEX = Item("sex", "Sex of the person", SEX_CHOICES)


def interval_of(code: str, scored: Scored, meaning: Meaning) -> Interval:
    """Return the interval of a phase, for both sexes when it is not told. Raises `method.no_interval`."""
    phase, wanted = scored["phase"], {"B", *sexes(scored.get("sex", "B"))}
    found = [r for r in rows("phases") if r["method"] == code and r["phase"] == phase and r["sex"] in wanted]
    return hull([_interval(row, meaning) for row in found])


def _interval(row: dict[str, str], meaning: Meaning) -> Interval:
    if meaning is not Meaning.TWO_DEVIATIONS:
        return Interval(number(row["low_years"]), number(row["high_years"]), meaning)
    mean, deviation = number(row["mean_years"]), number(row["sd_years"])
    if mean is None or deviation is None:
        raise MethodRefusal(
            "method.no_interval",
            "phase",
            row["phase"],
            f"the publication gives the mean {row['mean_years']} years for it, and nothing of its spread",
        )
    reach = DEVIATIONS * deviation
    words = (
        f"The published 95 % range {row['mean_low_years']}-{row['mean_high_years']} years is one of the mean, not of "
        "a person; shown are the mean and two standard deviations.",
    )
    return Interval(round(mean - reach, 2), round(mean + reach, 2), meaning, words)


def mean_interval(sex: str, phase: str) -> Interval:
    """Return the interval of the mean that Iscan et al. print as a 95 % range. It bounds no person.

    Source: Iscan, Loth & Wright 1984 (men), 1985 (women).
    """
    for row in rows("phases"):
        if (row["method"], row["sex"], row["phase"]) == ("iscan_loth_1984", sex, phase):
            low, high = number(row["mean_low_years"]), number(row["mean_high_years"])
            return Interval(low, high, Meaning.MEAN_INTERVAL)
    raise MethodRefusal("method.unknown_phase", "phase", phase, "the table has no such phase")


def _method(  # noqa: PLR0917 - a row of a table
    code: str,
    name: str,
    indicator: str,
    elements: frozenset[str],
    items: tuple[Item, ...],
    meaning: Meaning,
    population: str,
    validity: str,
    source: str,
    **more: object,
) -> Method:
    return Method(
        code=code,
        name=name,
        kind=Kind.AGE,
        indicator=indicator,
        elements=elements,
        items=items,
        population=population,
        validity=validity,
        source=source,
        verified=Verified.TRANSCRIBED,
        rule=lambda scored: interval_of(code, scored, meaning),
        **more,  # type: ignore[arg-type]
    )


_AUSTERE = {"not_for": CHILDREN}
METHODS = (
    _method(
        "suchey_brooks_1990",
        "Suchey-Brooks, pubic symphysis",
        "pubic symphysis",
        SYMPHYSIS,
        (phase_item(SUCHEY_BROOKS), SEX),
        Meaning.RANGE_95,
        "1,225 dead of Los Angeles, both sexes",
        "from about 15 years",
        "Brooks & Suchey 1990, Human Evolution 5:227-238",
        **_AUSTERE,
    ),
    _method(
        "osborne_2004",
        "Osborne et al., auricular surface",
        "auricular surface",
        AURICULAR,
        (phase_item(OSBORNE),),
        Meaning.SUGGESTED_RANGE,
        "266 of the Terry and Bass collections, United States",
        "adults and older adolescents",
        "Osborne, Simmons & Nawrocki 2004, Journal of Forensic Sciences 49:905-911",
        **_AUSTERE,
    ),
    _method(
        "lovejoy_1985",
        "Lovejoy et al., auricular surface",
        "auricular surface",
        AURICULAR,
        (phase_item(LOVEJOY),),
        Meaning.MODAL_AGE,
        "Todd and Libben collections and forensic cases, United States",
        "adults and older adolescents",
        "Lovejoy et al. 1985, American Journal of Physical Anthropology 68:15-28",
        withheld="Its classes are modal ages, not intervals of a person. Score the phase with the pubic symphysis "
        "(Samworth & Gowland), or the same surface by Osborne et al. or Buckberry & Chamberlain.",
        **_AUSTERE,
    ),
    _method(
        "iscan_loth_1984",
        "Iscan, Loth & Wright, sternal end of the fourth rib",
        "sternal end of rib 4",
        frozenset({"rib_04"}),
        (phase_item(ISCAN), SEX),
        Meaning.TWO_DEVIATIONS,
        "118 White men and 86 White women, United States",
        "fourth rib; from about 15 years",
        "Iscan, Loth & Wright 1984 and 1985, Journal of Forensic Sciences 29:1094-1104, 30:853-863",
        **_AUSTERE,
    ),
    _method(
        "langley_jantz_2010_5",
        "Langley-Shirley & Jantz, medial clavicle, 5 phases",
        "medial clavicle",
        frozenset({"clavicle"}),
        (phase_item(CLAVICLE_5), SEX),
        Meaning.DENSITY_95,
        "594 of the McCormick collection, United States",
        "from the age at which the epiphysis may be looked for",
        "Langley-Shirley & Jantz 2010, Journal of Forensic Sciences 55:571-583",
    ),
    _method(
        "langley_jantz_2010_3",
        "Langley-Shirley & Jantz, medial clavicle, 3 phases",
        "medial clavicle",
        frozenset({"clavicle"}),
        (phase_item(CLAVICLE_3), SEX),
        Meaning.DENSITY_95,
        "594 of the McCormick collection, United States",
        "from the age at which the epiphysis may be looked for",
        "Langley-Shirley & Jantz 2010, Journal of Forensic Sciences 55:571-583",
    ),
)
