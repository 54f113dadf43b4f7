"""Why two cannot be one person, in the reader's language: one sentence for each code that the counting gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from remains.models import Side
from remains.science.elements import name_of
from remains.science.specimen import Reason

Named = Callable[[str], str]


def in_words(reason: Mapping[str, Any], element: Named = name_of) -> str:
    """Say a reason that a result keeps as parts: who the two are, if it says so, and what stands between them."""
    values = reason["values"]
    why = why_not_one(reason["code"], values, element) or reason["text"]
    if "one" not in values:
        return why
    return _("%(one)s and %(other)s: %(why)s") % {
        "one": _who(values["one"]),
        "other": _who(values["other"]),
        "why": why,
    }


def why(reason: str, element: Named = name_of) -> str:
    """Say a reason as the counting gives it; a plain text speaks for itself."""
    return in_words(reason.parts, element) if isinstance(reason, Reason) else reason


def why_not_one(code: str, said: Mapping[str, Any], element: Named = name_of) -> str:
    """Return the sentence of a code, or nothing for one that has none."""
    sentence = _SENTENCES.get(code)
    return "" if sentence is None else sentence(said, element)


def _who(named: Mapping[str, Any]) -> str:
    if named.get("individual") is not None:
        return _("individual %(number)s") % {"number": named["individual"]}
    first, *others = named["keys"]
    for key in others:
        first = _("%(one)s with %(other)s") % {"one": first, "other": key}
    return str(first)


def _sex(value: str) -> str:
    return _("female") if value == "F" else _("male")


def _bone(said: Mapping[str, Any], element: Named) -> str:
    name = element(said["element"])
    if said["side"] not in {Side.LEFT.value, Side.RIGHT.value}:
        return name
    return _("%(element)s, %(side)s") % {"element": name, "side": Side(said["side"]).label}


def _ages(said: Mapping[str, Any], _element: Named) -> str:
    return _("one is at most %(young)s years old, the other at least %(old)s") % {
        "young": f"{said['young']:g}",
        "old": f"{said['old']:g}",
    }


def _too_many(said: Mapping[str, Any], element: Named) -> str:
    return _("%(bone)s, zone %(zone)s, is there %(times)d times, and a person has %(capacity)d") % {
        "bone": _bone(said, element),
        "zone": said["zone"],
        "times": said["times"],
        "capacity": said["capacity"],
    }


_SENTENCES: dict[str, Callable[[Mapping[str, Any], Named], str]] = {
    "excluded": lambda _said, _element: _("an excluded association stands between them"),
    "age": _ages,
    "sex": lambda said, _element: (
        _("one is %(one)s, the other %(other)s") % {"one": _sex(said["first"]), "other": _sex(said["second"])}
    ),
    "individual": lambda _said, _element: _("they are assigned to different individuals"),
    "dna_group": lambda said, _element: (
        _("their DNA groups are %(one)s and %(other)s") % {"one": said["first"], "other": said["second"]}
    ),
    "together": lambda _said, _element: _("together they have more of a zone than a person has"),
    "zone": lambda said, element: (
        _("both have zone %(zone)s of one bone (%(bone)s)")
        % {"zone": said["zone"], "bone": _bone(said, element)}
    ),
    "too_many": _too_many,
    "sexes": lambda _said, _element: _("they are of both sexes"),
    "dna_groups": lambda said, _element: (
        _("they are of different DNA groups: %(groups)s") % {"groups": ", ".join(said["values"])}
    ),
    "individuals": lambda said, _element: (
        _("they are of different individuals: %(numbers)s") % {"numbers": ", ".join(said["values"])}
    ),
    "refit_sides": lambda said, element: (
        _("a refit is one bone, and they are of two sides (%(bone)s)") % {"bone": element(said["element"])}
    ),
}
#: The codes that have a sentence.
CODES = frozenset(_SENTENCES)
