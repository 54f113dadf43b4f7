"""Reads the bodies of requests: JSON that is what it says, of a bounded size and depth, or a refusal that says why."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from cases.api.problems import Malformed

#: Structures within structures; an outline of a site has five levels.
MAX_DEPTH = 32
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"[\[\]{}]")


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 without NaN, without a name twice, without NUL, and not deeper than any record."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what the body says."""
        return parse_json(stream.read())


def parse_json(body: bytes) -> Any:
    """Return the value that a JSON text says, or refuse."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("request.not_utf8", _("The body is not UTF-8.")) from error
    _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_members,
            parse_float=_finite,
            parse_constant=_no_constant,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise Malformed(
            "request.malformed",
            _("The body is not JSON: line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno},
        ) from error
    _refuse_signs(value)
    return value


def _refuse_depth(text: str) -> None:
    """Refuse depth before it is read: a bomb of brackets costs its reader more than its sender."""
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise Malformed(
                "request.too_deep",
                _("The body has more than %(depth)d levels.") % {"depth": MAX_DEPTH},
            )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        name = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Malformed(
            "request.name_twice",
            _("A name stands twice in one object: %(name)s.") % {"name": name},
            field=name,
        )
    return members


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Malformed("request.number", _("A number is too large: %(digits)s.") % {"digits": digits[:40]})
    return number


def _whole(digits: str) -> int:
    if len(digits) > 40:
        raise Malformed("request.number", _("A number is too large: %(digits)s.") % {"digits": digits[:40]})
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise Malformed("request.number", _("%(name)s is no number in JSON.") % {"name": name})


def _refuse_signs(value: Any) -> None:
    """Refuse NUL and halves of signs, which no text of the database holds."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) and ("\x00" in item or any("\ud800" <= sign <= "\udfff" for sign in item)):
            raise Malformed("request.sign", _("A text has a sign that is none: NUL, or half of another."))
