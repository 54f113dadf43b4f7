"""All methods by their code, and the one way to apply them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from remains.science.methods import auricular, growth, phases, sex, stature, teeth
from remains.science.methods.parts import Item, Kind, Method, MethodRefusal, Result, Scored, Verified

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.code: method
        for module in (phases, auricular, teeth, growth, sex, stature)
        for method in module.METHODS
    }
)

#: Items whose answer the element of a specimen gives.
_OF_ELEMENT = ("bone", "tooth")


def named(code: str) -> Method:
    """Return a method. Raises `method.unknown`."""
    method = METHODS.get(code)
    if method is None:
        raise MethodRefusal("method.unknown", "method_code", code, "no method has this code")
    return method


def apply(
    code: str, scored: Scored, *, element: str | None = None, growth_stage: str | None = None
) -> Result:
    """Return what a method says of what was scored.

    `scored`: the name of each item with its score or its length (mm). `element`: of a specimen; a method of
    another element is refused. `growth_stage`: fetal, infant, child, adolescent, subadult or adult, where it is known.
    Raises `MethodRefusal`: method.unknown, method.other_element, method.subadult_sex, method.out_of_validity,
    method.missing_score, method.unknown_score, method.unknown_item, method.no_interval,
    method.tibia_measured_otherwise.
    """
    method = named(code)
    _check_subject(method, element, growth_stage)
    return method.rule(MappingProxyType(checked(method, scored, element)))


def checked(method: Method, scored: Scored, element: str | None = None) -> dict[str, str]:
    """Return the scores of a method, known and complete, in its order. Raises `MethodRefusal`."""
    items = {item.name: item for item in method.items}
    for name, value in scored.items():
        if name not in items:
            raise MethodRefusal("method.unknown_item", name, value, f"{method.name} does not score it")
    answers: dict[str, str] = {}
    for item in method.items:
        value = str(scored.get(item.name) or "").strip()
        if not value and item.required:
            raise MethodRefusal("method.missing_score", item.name, value, f"{item.label} is not scored")
        if value:
            answers[item.name] = _known(item, value)
    if element is not None:
        _check_element(answers, element)
    return answers


def _known(item: Item, value: str) -> str:
    if item.choices:
        if value not in dict(item.choices):
            scores = ", ".join(key for key, _label in item.choices)
            raise MethodRefusal("method.unknown_score", item.name, value, f"the scores are {scores}")
        return value
    try:
        length = float(value.replace(",", "."))
    except ValueError:
        length = math.nan
    if not (math.isfinite(length) and length > 0):
        raise MethodRefusal("method.unknown_score", item.name, value, "a length in millimetres is needed")
    return f"{length:g}"


def _check_subject(method: Method, element: str | None, growth_stage: str | None) -> None:
    if element is not None and element not in method.elements:
        raise MethodRefusal(
            "method.other_element", "method_code", element, f"{method.name} is not for this element"
        )
    if growth_stage in method.not_for:
        if method.kind is Kind.SEX:
            raise MethodRefusal(
                "method.subadult_sex",
                "method_code",
                growth_stage,
                "no skeletal method tells the sex of a subadult",
            )
        raise MethodRefusal(
            "method.out_of_validity", "method_code", growth_stage, f"{method.name} is for {method.validity}"
        )


def _check_element(answers: Scored, element: str) -> None:
    said = {name: answers[name] for name in _OF_ELEMENT if name in answers}
    if "site" in answers:
        said["site"] = answers["site"].split(".")[0]
    for name, value in said.items():
        if value != element:
            raise MethodRefusal("method.other_element", name, answers[name], f"the specimen is {element}")


def fitting(kind: str, elements: Iterable[str] | None = None) -> Iterator[Method]:
    """Yield the methods that answer a question, of any of these elements; of all elements when there are none."""
    known = None if elements is None else frozenset(elements)
    for method in METHODS.values():
        if method.kind == kind and (known is None or known & method.elements):
            yield method


def why_withheld(method: Method) -> str:
    """Return why a method is not offered without being asked, or nothing when it is."""
    if method.withheld:
        return method.withheld
    if method.verified is Verified.UNVERIFIED:
        return "Nobody has yet checked its values against the print."
    return ""


def in_words(method: Method, scored: Scored) -> str:
    """Return what was scored as a reader of the record says it."""
    said = []
    for item in method.items:
        if item.name in scored:
            value = scored[item.name]
            said.append(f"{item.label}: {dict(item.choices).get(value, value)}")
    return "; ".join(said)
