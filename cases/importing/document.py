"""A mapping file as plain text values with the line of each key: YAML or TOML, read without surprises.

Every scalar stays text ("NO" is not false, "1936-01-01" not a date); a repeated key is refused, not dropped.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import yaml
from django.utils.translation import gettext as _

from cases.importing.faults import MappingRefused
from cases.refusals import shown

LARGEST_BYTES = 256_000
DEEPEST = 8

#: Where something stands: the keys that lead to it.
Keys = tuple[str, ...]


@dataclass(slots=True)
class Document:
    """A mapping file's content: nested dicts, lists and texts; and the line in which each path begins."""

    name: str
    content: dict[str, Any]
    lines: dict[Keys, int] = field(default_factory=dict)

    def refusal(
        self,
        code: str,
        message: str,
        path: Keys = (),
        *,
        value: object = "",
        way_forward: str = "",
    ) -> MappingRefused:
        """Return the refusal of what stands at `path`, naming the key and its line."""
        line = next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)
        key = ".".join(path)
        where = {"name": self.name, "line": line, "key": key, "message": message}
        if line:
            message = _("%(name)s, line %(line)d, “%(key)s”: %(message)s") % where
        elif key:
            message = _("%(name)s, “%(key)s”: %(message)s") % where
        else:
            message = _("%(name)s: %(message)s") % where
        return MappingRefused(code, message, value, way_forward, key=key, line=line)

    def section(
        self, content: dict[str, Any], key: str, allowed: set[str] | None, *, required: bool = False
    ) -> dict[str, Any]:
        """Return a section of the top level, empty where it is left out."""
        section = content.get(key, {})
        if not isinstance(section, dict):
            raise self.wrong_form((key,), section)
        if required and not section:
            raise self.missing((key,))
        if allowed is not None:
            self.only(section, allowed, (key,))
        return section

    def only(self, given: dict[str, Any], allowed: Iterable[str], path: Keys) -> None:
        """Refuse keys that mean nothing here."""
        for key in given:
            if key not in allowed:
                raise self.refusal(
                    "mapping.unknown_key",
                    _("this key means nothing here."),
                    (*path, key),
                    value=key,
                    way_forward=_("Use one of: %(keys)s.") % {"keys": ", ".join(sorted(allowed))},
                )

    def text(
        self, given: dict[str, Any], key: str, path: Keys, *, required: bool = True, longest: int = 1000
    ) -> str:
        """Return a text, "" where it is left out and may be."""
        text = given.get(key, "")
        if not isinstance(text, str) or len(text) > longest:
            raise self.wrong_form((*path, key), text)
        if required and not text.strip():
            raise self.missing((*path, key))
        return text

    def texts(self, given: dict[str, Any], key: str, path: Keys) -> list[str]:
        """Return a list of texts, empty where it is left out."""
        texts = given.get(key, [])
        if not is_texts(texts):
            raise self.wrong_form((*path, key), texts)
        return list(texts)

    def pairs(self, given: dict[str, Any], key: str, path: Keys) -> dict[str, str]:
        """Return texts by text, empty where it is left out."""
        pairs = given.get(key, {})
        if not isinstance(pairs, dict) or not is_texts(list(pairs.values())) or "" in pairs:
            raise self.wrong_form((*path, key), pairs)
        return pairs

    def missing(self, path: Keys) -> MappingRefused:
        """Return the refusal of what should stand at `path`."""
        return self.refusal(
            "mapping.missing", _("this is missing."), path, way_forward=_("Add it; see the shipped mappings.")
        )

    def wrong_form(self, path: Keys, value: object) -> MappingRefused:
        """Return the refusal of what stands at `path` in another form."""
        return self.refusal(
            "mapping.wrong_form",
            _("this does not have the form it should have."),
            path,
            value=value,
            way_forward=_("Compare it with the shipped mappings."),
        )


def read(path: Path) -> Document:
    """Read the mapping file at `path`.

    Raises `MappingRefused`: `mapping.not_readable`, `mapping.kind`, `mapping.syntax`, `mapping.key_repeated`.
    """
    document = Document(shown(path.name), {})
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise document.refusal(
                "mapping.not_readable",
                _("the file is larger than %(limit)d bytes.") % {"limit": LARGEST_BYTES},
                way_forward=_("A mapping names columns; give the table itself as the file to import."),
            )
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise document.refusal(
            "mapping.not_readable", shown(error, 200), way_forward=_("Save the mapping as UTF-8 text.")
        ) from None
    if path.suffix.lower() in (".yaml", ".yml"):
        _read_yaml(document, text)
    elif path.suffix.lower() == ".toml":
        _read_toml(document, text)
    else:
        raise document.refusal(
            "mapping.kind",
            _("a mapping is a YAML or TOML file."),
            way_forward=_("Name it with .yaml or .toml at its end."),
        )
    return document


def _read_toml(document: Document, text: str) -> None:
    try:
        document.content = _as_texts(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _syntax(document, error) from None


def _as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_texts(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_yaml(document: Document, text: str) -> None:
    try:
        _refuse_references_and_depths(document, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _syntax(document, error) from None
    content = {} if root is None else _plain(document, root, ())
    if not isinstance(content, dict):
        raise _syntax(document, _("it is no list of keys and values"))
    document.content = content


def _refuse_references_and_depths(document: Document, text: str) -> None:
    """Refuse what would grow without bound, before it does: references to references, and endless nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise document.refusal(
                "mapping.syntax",
                _("references (*name) are not read."),
                way_forward=_("Write the value out where it is used."),
            )
        if depth > DEEPEST:
            raise document.refusal(
                "mapping.syntax", _("it is nested too deeply."), way_forward=_("Follow a shipped mapping.")
            )


def _plain(document: Document, node: yaml.Node, path: Keys) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, inner, (*path, str(n))) for n, inner in enumerate(node.value, start=1)]
    if not isinstance(node, yaml.MappingNode):
        return str(node.value)
    plain: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        document.lines[*path, key] = key_node.start_mark.line + 1
        if key in plain or not isinstance(key_node, yaml.ScalarNode):
            raise document.refusal(
                "mapping.key_repeated",
                _("the key stands here twice, or is no text."),
                (*path, key),
                value=key,
                way_forward=_("Keep one of them."),
            )
        plain[key] = _plain(document, value_node, (*path, key))
    return plain


def _syntax(document: Document, error: object) -> MappingRefused:
    return document.refusal(
        "mapping.syntax",
        _("it cannot be read: %(error)s.") % {"error": shown(error, 300)},
        way_forward=_("Correct it there; quote a text that contains “: ” or begins with a sign."),
    )


def is_texts(value: object) -> TypeGuard[list[str]]:
    """Say whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
