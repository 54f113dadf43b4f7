"""The strict reader of sample files: what it does not know it refuses, with the place in the file.

YAML's guesses (`no` as false, `1992` as a number, a day as a date) are switched off: every value is read as text and
made into what its field is declared to be.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml
from django.utils.translation import gettext as _

from cases.refusals import Invalid, shown
from evidence.sample.document import Document

FORMAT: Final = 1
Entry = TypeVar("Entry")


class _Loader(yaml.BaseLoader):
    """Reads every scalar as text, and refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key in found:
                line = key_node.start_mark.line + 1
                raise _refused("twice", _("line %(line)d") % {"line": line}, key, _("Name each key once."))
            found[key] = self.construct_object(value_node, deep=True)
        return found


def read_document(path: Path) -> Document:
    """Read a sample file.

    Raises `Invalid`: `sample.unreadable`, `sample.twice`, `sample.unknown_key`, `sample.missing_key`,
    `sample.wrong_kind`, `sample.format`.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - it makes text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _refused("unreadable", path.name, error, _("Mend the file; it is YAML in UTF-8.")) from error
    document = _entry(Document, data, "")
    if document.format != FORMAT:
        raise _refused("format", "format", document.format, _("This Taphos reads format %d.") % FORMAT)
    return document


def _entry(kind: type[Entry], data: Any, place: str) -> Entry:
    """Make one entry of its mapping, every key known and every needed one there."""
    if not isinstance(data, dict):
        raise _wrong_kind(place, data, _("keys with values"))
    types_by_name = get_type_hints(kind)
    for key in data:
        if key not in types_by_name:
            way = _("Keys known here: %(keys)s.") % {"keys": ", ".join(types_by_name)}
            raise _refused("unknown_key", _at(place, key), key, way)
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in data:
            values[field.name] = _value(types_by_name[field.name], data[field.name], _at(place, field.name))
        elif field.default is MISSING:
            raise _refused("missing_key", place or _("the file"), field.name, _("Add it."))
    return kind(**values)


def _value(kind: Any, data: Any, place: str) -> Any:
    """Make a value of what its field is declared to be."""
    if get_origin(kind) in {Union, types.UnionType}:
        return None if data == "" else _value(get_args(kind)[0], data, place)
    if get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise _wrong_kind(place, data, _("a list"))
        return tuple(_value(get_args(kind)[0], item, f"{place}[{n}]") for n, item in enumerate(data, start=1))
    if is_dataclass(kind):
        return _entry(kind, data, place)  # type: ignore[arg-type]
    if not isinstance(data, str):
        raise _wrong_kind(place, data, _("a single value"))
    convert, wanted = _SCALARS[kind]
    try:
        return convert(data.strip())
    except (ValueError, KeyError, InvalidOperation):
        raise _wrong_kind(place, data, wanted) from None


_SCALARS: Final[dict[Any, tuple[Callable[[str], Any], str]]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    Decimal: (Decimal, "a number with a point"),
    bool: ({"true": True, "false": False}.__getitem__, "true or false"),
    dt.date: (dt.date.fromisoformat, "a day as 2024-02-21"),
}


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _wrong_kind(place: str, data: Any, wanted: str) -> Invalid:
    return _refused("wrong_kind", place or _("the file"), data, _("It must be %(what)s.") % {"what": wanted})


def _refused(code: str, place: str, value: Any, way_forward: str) -> Invalid:
    return Invalid(
        f"sample.{code}",
        _("The sample file is not understood at %(place)s: %(value)s.")
        % {"place": place, "value": shown(value)},
        value=shown(value),
        way_forward=way_forward,
    )
