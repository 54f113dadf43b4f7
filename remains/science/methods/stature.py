"""Stature from long bones: Trotter & Gleser 1952 with the correction of 1977, and at least two standard errors."""

from __future__ import annotations

from remains.science.elements import name_of
from remains.science.methods.parts import (
    SUBADULTS,
    Interval,
    Item,
    Kind,
    Meaning,
    Method,
    MethodRefusal,
    Scored,
    Verified,
)
from remains.science.methods.tables import rows

#: A regression's standard error is too narrow for one person.
ERRORS = 2
#: Statures (cm) over which the tables of the 1952 paper run. Source: Trotter & Gleser 1952, appendix.
VALID_CM = {"M": (152.0, 198.0), "F": (140.0, 184.0)}
#: The appendix is rounded to whole millimetres of bone.
ROUNDING_CM = 0.5
#: What a tibia measured with its malleolus adds. Source: Jantz et al. 1995.
MALLEOLUS_CM = "2.5 to 3.0"


def point_cm(code: str, sex: str, bone: str, length_mm: float) -> float:
    """Return the stature (cm) on the line of one bone (mm). Raises `method.out_of_validity`."""
    row = _row(code, sex, bone)
    return float(row["slope"]) * length_mm / 10 + float(row["intercept_cm"])


def _row(code: str, sex: str, bone: str) -> dict[str, str]:
    for row in rows("stature"):
        if (row["method"], row["sex"], row["bone"]) == (code, sex, bone):
            return row
    raise MethodRefusal(
        "method.out_of_validity",
        "bone",
        bone,
        "two versions of this line are in circulation; neither is used before it is checked against the print",
    )


def _rule(code: str, scored: Scored) -> Interval:
    sex, bone = scored["sex"], scored["bone"]
    if bone == "tibia" and scored.get("malleolus") != "without":
        raise MethodRefusal(
            "method.tibia_measured_otherwise",
            "malleolus",
            scored.get("malleolus", ""),
            f"Trotter measured the tibia without the malleolus; with it stature comes out {MALLEOLUS_CM} cm too high",
        )
    point = point_cm(code, sex, bone, float(scored["length_mm"]))
    least, most = VALID_CM[sex]
    if not least - ROUNDING_CM <= point <= most + ROUNDING_CM:
        raise MethodRefusal(
            "method.out_of_validity",
            "length_mm",
            scored["length_mm"],
            f"it would give {point:.1f} cm; the tables run from {least:g} to {most:g} cm",
        )
    reach = ERRORS * float(_row(code, sex, bone)["standard_error_cm"])
    words: tuple[str, ...] = ("Greatest stature in life: loss with age is not taken off.",)
    if bone == "tibia":
        words += (
            "Trotter measured the tibia without the malleolus; where there is a femur or fibula, prefer it.",
        )
    return Interval(round(point - reach, 1), round(point + reach, 1), Meaning.TWO_ERRORS, words)


_BONES = ("humerus", "radius", "ulna", "femur", "tibia", "fibula")


def _method(code: str, population: str) -> Method:
    return Method(
        code=code,
        name="Trotter & Gleser 1952, long bones",
        kind=Kind.STATURE,
        indicator="long bone length",
        elements=frozenset(_BONES),
        items=(
            Item("bone", "Bone", tuple((bone, name_of(bone)) for bone in _BONES)),
            Item("length_mm", "Greatest length (mm)"),
            Item("sex", "Sex of the person", (("F", "female"), ("M", "male"))),
            Item(
                "malleolus",
                "Tibia only: measured",
                (("without", "without the malleolus"), ("with", "with the malleolus")),
                required=False,
            ),
        ),
        population=population,
        validity="adults; statures over which the published tables run",
        source="Trotter & Gleser 1952, American Journal of Physical Anthropology 10:463-514; corrected 1977, 47:355",
        verified=Verified.UNVERIFIED,
        rule=lambda scored: _rule(code, scored),
        not_for=SUBADULTS,
    )


METHODS = (
    _method("trotter_gleser_1952_white", "White Americans, Terry collection and war dead"),
    _method("trotter_gleser_1952_black", "Black Americans, Terry collection and war dead"),
)
