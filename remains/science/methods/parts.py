"""What a method is made of: what is scored, what comes out and what that means, and how a method refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Scored = Mapping[str, str]

#: Answers to "which sex?" of methods with a table of each: not told gives an interval that holds for both.
SEX_CHOICES = (("F", "female"), ("M", "male"), ("unknown", "not told: an interval that holds for both"))


class Kind(StrEnum):
    """The question that a method answers."""

    AGE = "age"
    SEX = "sex"
    STATURE = "stature"


class Meaning(StrEnum):
    """What an interval says. Only some of them bound a person."""

    PREDICTION_95 = "prediction_95"
    PREDICTION_90 = "prediction_90"
    DENSITY_95 = "density_95"
    RANGE_95 = "range_95"
    OBSERVED_RANGE = "observed_range"
    SUGGESTED_RANGE = "suggested_range"
    TWO_DEVIATIONS = "two_deviations"
    TWO_ERRORS = "two_errors"
    USUAL_WINDOW = "usual_window"
    MEAN_INTERVAL = "mean_interval"
    MODAL_AGE = "modal_age"

    @property
    def bounds_a_person(self) -> bool:
        """An interval of a mean and a class of modal ages say nothing of where one person lies."""
        return self not in (Meaning.MEAN_INTERVAL, Meaning.MODAL_AGE)


class Verified(StrEnum):
    """How far the values of a method were checked. Nothing here was checked against a print yet."""

    TRANSCRIBED = "transcribed"
    COMPUTED = "computed"
    UNVERIFIED = "unverified"


class MethodRefusal(ValueError):
    """A score that the method has no answer to. `code` is stable; `field` is the scored item, `rule` says why."""

    def __init__(self, code: str, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field} {value!r}: {rule}")
        self.code, self.field, self.value, self.rule = code, field, value, rule


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is scored: out of choices, or a length in millimetres where there are none."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """What a method says of age (years) or stature (cm). None at an end: the method says nothing there."""

    low: float | None
    high: float | None
    meaning: Meaning
    warnings: tuple[str, ...] = ()

    @property
    def bounds_a_person(self) -> bool:
        """Say whether this may stand as the interval of one person."""
        return self.meaning.bounds_a_person


@dataclass(frozen=True, slots=True)
class Classification:
    """What a method says of sex. `y` is the value of its function, `p_female` what follows from it."""

    sex: str
    y: float | None = None
    p_female: float | None = None
    warnings: tuple[str, ...] = ()


Result = Interval | Classification


@dataclass(frozen=True, slots=True)
class Method:
    """One published method. `rule` takes complete, known scores; `apply` sees to that."""

    code: str
    name: str
    kind: Kind
    indicator: str
    elements: frozenset[str]
    items: tuple[Item, ...]
    population: str
    validity: str
    source: str
    verified: Verified
    rule: Callable[[Scored], Result]
    #: Growth stages of the specimen at which the method says nothing.
    not_for: frozenset[str] = frozenset()
    #: Why it is not offered by itself; empty when it is.
    withheld: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def offered(self) -> bool:
        """Say whether a form offers it without being asked."""
        return self.verified is not Verified.UNVERIFIED and not self.withheld


#: Growth stages at which a skeleton has not yet what adults' methods score.
CHILDREN = frozenset({"fetal", "infant", "child"})
SUBADULTS = CHILDREN | {"adolescent", "subadult"}
ADULTS = frozenset({"adult"})


def hull(intervals: list[Interval]) -> Interval:
    """Return the narrowest interval that holds all of these: what is true when it is not known which applies."""
    lows = [interval.low for interval in intervals]
    highs = [interval.high for interval in intervals]
    return Interval(
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
        meaning=intervals[0].meaning,
        warnings=tuple(dict.fromkeys(word for interval in intervals for word in interval.warnings)),
    )
