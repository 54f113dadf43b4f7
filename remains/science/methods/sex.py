"""Sex of adults: Phenice 1969, Walker 2005 and 2008, Klales et al. 2012. None of them is for subadults.

The signs differ: Walker's y above 0 is female, Klales' y below 0 is female.
"""

from __future__ import annotations

import math

from remains.science.methods.parts import (
    SUBADULTS,
    Classification,
    Item,
    Kind,
    Method,
    MethodRefusal,
    Scored,
    Verified,
)

#: Below this probability a classification says that it is a weak one, and no people are told apart by it.
SURE = 0.95

#: Walker 2008: coefficients of what was scored, and the constant; the first whose traits are all there is used.
WALKER: tuple[tuple[dict[str, float], float], ...] = (
    ({"gla": -1.375, "mas": -1.185, "men": -1.150}, 9.128),
    ({"gla": -1.558, "mas": -1.459}, 7.434),
    ({"gla": -1.525, "men": -1.485}, 7.372),
    ({"men": -1.415, "mas": -1.629}, 7.382),
    ({"som": -1.007, "men": -1.850}, 6.018),
    ({"nuc": -0.700, "men": -1.559}, 5.329),
)
#: Klales, Ousley & Vollner 2012.
KLALES, KLALES_CONSTANT = {"va": 2.726, "ma": 1.214, "sc": 1.073}, -16.312
#: Walker 2005: how often a greater sciatic notch of each score was a woman's (n = 296).
NOTCH = {"1": 0.88, "2": 0.34, "3": 0.12, "4": 0.07, "5": 0.10}


def _five(name: str, label: str, least: str, most: str, *, required: bool = True) -> Item:
    words = {"1": f"1: {least}", "5": f"5: {most}"}
    return Item(
        name, label, tuple((n, words.get(n, n)) for n in ("1", "2", "3", "4", "5")), required=required
    )


def _classified(p_female: float, y: float | None) -> Classification:
    sex = "undetermined" if p_female == 0.5 else "female" if p_female > 0.5 else "male"
    probability = max(p_female, 1 - p_female)
    weak = (f"The probability is {probability:.2f} only.",) if probability < SURE else ()
    return Classification(sex, y=None if y is None else round(y, 6), p_female=p_female, warnings=weak)


def _walker(scored: Scored) -> Classification:
    for coefficients, constant in WALKER:
        if all(name in scored for name in coefficients):
            y = constant + sum(factor * int(scored[name]) for name, factor in coefficients.items())
            return _classified(1 / (1 + math.exp(-y)), y)
    raise MethodRefusal(
        "method.missing_score",
        "gla",
        "",
        "two traits that go together are needed: glabella, mastoid and mental eminence, two of them, or the mental "
        "eminence with the orbital margin or the nuchal crest",
    )


def _klales(scored: Scored) -> Classification:
    y = KLALES_CONSTANT + sum(factor * int(scored[name]) for name, factor in KLALES.items())
    return _classified(1 / (1 + math.exp(y)), y)


def _notch(scored: Scored) -> Classification:
    return _classified(NOTCH[scored["notch"]], None)


def _phenice(scored: Scored) -> Classification:
    if not scored:
        raise MethodRefusal("method.missing_score", "ventral_arc", "", "at least one trait is needed")
    seen = {value for value in scored.values() if value != "2"}
    if seen == {"1"}:
        return Classification("female")
    if seen == {"3"}:
        return Classification("male")
    words = "The traits speak against each other." if seen else "No trait speaks for either."
    return Classification("undetermined", warnings=(words,))


_TRAIT = (("1", "1: as in women"), ("2", "2: ambiguous"), ("3", "3: as in men"))
_HIP = frozenset({"os_coxa"})
_ADULTS = "adults only"


def _method(  # noqa: PLR0917 - a row of a table
    code: str, name: str, indicator: str, elements: frozenset[str], items: tuple[Item, ...], population: str,
    source: str, rule: object,
) -> Method:  # fmt: skip
    return Method(
        code=code,
        name=name,
        kind=Kind.SEX,
        indicator=indicator,
        elements=elements,
        items=items,
        population=population,
        validity=_ADULTS,
        source=source,
        verified=Verified.TRANSCRIBED,
        rule=rule,  # type: ignore[arg-type]
        not_for=SUBADULTS,
    )


METHODS = (
    _method(
        "phenice_1969",
        "Phenice, pubic bone",
        "pubic bone",
        _HIP,
        (
            Item("ventral_arc", "Ventral arc", _TRAIT, required=False),
            Item("subpubic_concavity", "Subpubic concavity", _TRAIT, required=False),
            Item("ramus", "Ischiopubic ramus", _TRAIT, required=False),
        ),
        "Terry collection, United States",
        "Phenice 1969, American Journal of Physical Anthropology 30:297-301",
        _phenice,
    ),
    _method(
        "walker_2005",
        "Walker, greater sciatic notch",
        "greater sciatic notch",
        _HIP,
        (_five("notch", "Greater sciatic notch", "widest", "narrowest"),),
        "296 of known sex, United States and England",
        "Walker 2005, American Journal of Physical Anthropology 127:385-391",
        _notch,
    ),
    _method(
        "walker_2008",
        "Walker, skull",
        "skull traits",
        frozenset({"cranium"}),
        (
            _five("gla", "Glabella", "flat", "strongly bulging", required=False),
            _five("mas", "Mastoid process", "small", "large", required=False),
            _five("men", "Mental eminence", "little raised", "strongly raised", required=False),
            _five("som", "Orbital margin", "sharp", "blunt", required=False),
            _five("nuc", "Nuchal crest", "smooth", "massive", required=False),
        ),
        "Americans and English of known sex",
        "Walker 2008, American Journal of Physical Anthropology 136:39-50",
        _walker,
    ),
    _method(
        "klales_2012",
        "Klales et al., pubic bone",
        "pubic bone",
        _HIP,
        (
            _five("va", "Ventral arc", "strongly female form", "strongly male form"),
            _five("ma", "Medial aspect of the ramus", "strongly female form", "strongly male form"),
            _five("sc", "Subpubic contour", "strongly female form", "strongly male form"),
        ),
        "Hamann-Todd and Bass collections, United States",
        "Klales, Ousley & Vollner 2012, American Journal of Physical Anthropology 149:104-114",
        _klales,
    ),
)
