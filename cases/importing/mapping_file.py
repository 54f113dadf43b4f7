"""Mapping files: what may stand in one, checked key by key; those shipped with Taphos, and which one fits."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cases import dates
from cases.importing import document, rules
from cases.importing import fields as site_fields
from cases.importing.document import Document, Keys, is_texts
from cases.importing.faults import MappingRefused
from cases.importing.fields import Field, Kind
from cases.importing.mapping import Mapping
from cases.importing.results import ADDED_COLUMNS
from cases.importing.values import date_pattern

FOLDER = Path(__file__).parent / "mappings"

_TOP = {"taphos_mapping", "title", "file", "source", "key", "fields", "figures", "contradictions"}
_MEASURE = re.compile(r"[a-z][a-z0-9_]{0,40}")
_COMMON = {"column", "first_of", "join", "joined_by", "blank", "optional"}
_OPTIONS = {
    Kind.TEXT: _COMMON | {"default", "replace"},
    Kind.NUMBER: _COMMON,
    Kind.CODE: _COMMON | {"codes", "unknown"},
    Kind.DATE: _COMMON | {"formats", "widen"},
}


def shipped() -> dict[str, Path]:
    """Return the mappings that come with Taphos, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def recognise(header: Collection[str]) -> Mapping | None:
    """Return the shipped mapping that fits a table with these columns best, or None."""
    fitting = [
        mapping
        for mapping in (load(path) for path in shipped().values())
        if mapping.required_columns().issubset(header)
    ]
    return max(fitting, key=lambda mapping: len(mapping.required_columns()), default=None)


def load(path: Path | str, known_codes: Collection[str] | None = None) -> Mapping:
    """Read and check the mapping at `path`; `known_codes` are the ids of the code lists, checked when given.

    Raises `MappingRefused`: those of `document.read`, and `mapping.version`, `mapping.unknown_key`,
    `mapping.missing`, `mapping.wrong_form`, `mapping.unknown_field`, `mapping.status`,
    `mapping.default_for_finding`, `mapping.unknown_code`, `mapping.half_position`, `mapping.date_format`,
    `mapping.rule`.
    """
    return _Reader(document.read(Path(path)), known_codes).mapping(Path(path).stem)


def check_version(source: Document) -> None:
    """Refuse a file that is no mapping, or one of another version. Raises `mapping.version`."""
    if source.content.get("taphos_mapping") != "1":
        raise source.refusal(
            "mapping.version",
            _("this is no mapping of a version known here."),
            ("taphos_mapping",),
            value=source.content.get("taphos_mapping", ""),
            way_forward=_("Begin the file with “taphos_mapping: 1”."),
        )


def key_section(source: Document) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the columns of a row's key (none for the whole row), and those in which rows of one key may differ."""
    key = source.section(source.content, "key", {"columns", "whole_row", "rows_may_differ"}, required=True)
    columns = source.texts(key, "columns", ("key",))
    if bool(columns) == (key.get("whole_row") == "true"):
        raise source.refusal(
            "mapping.missing",
            _("a row's key is either some columns or the whole row."),
            ("key",),
            way_forward=_("Give “columns: [...]”, or “whole_row: true”."),
        )
    return tuple(columns), frozenset(source.texts(key, "rows_may_differ", ("key",)))


class _Reader:
    """Walks through one document; every refusal names the key and its line."""

    def __init__(self, source: Document, known_codes: Collection[str] | None) -> None:
        self.document = source
        self.known_codes = known_codes

    def mapping(self, name: str) -> Mapping:
        content = self.document.content
        self.document.only(content, _TOP, ())
        check_version(self.document)
        source = self.document.section(content, "source", {"name", "stated", "informant_column"})
        file = self.document.section(content, "file", {"encoding", "separator"})
        key_columns, may_differ = key_section(self.document)
        figures = self._figures(content)
        mapped = self._fields(content)
        verbatim = {f.columns[0] for f in mapped if f.verbatim} | set(figures.values()) | set(ADDED_COLUMNS)
        return Mapping(
            name=name,
            title=self.document.text(content, "title", (), longest=200),
            source=self.document.text(source, "name", ("source",), longest=120),
            stated_edtf=self._stated(source),
            key_columns=key_columns,
            may_differ=may_differ,
            fields=mapped,
            figures=figures,
            rules=self._rules(content, figures),
            informant_column=self.document.text(source, "informant_column", ("source",), required=False),
            encoding=self.document.text(file, "encoding", ("file",), required=False) or None,
            separator=self.document.text(file, "separator", ("file",), required=False) or None,
            verbatim=frozenset(verbatim),
        )

    def _stated(self, source: dict[str, Any]) -> str:
        stated = self.document.text(source, "stated", ("source",), required=False)
        try:
            return dates.parse(stated).text if stated else ""
        except dates.InvalidDate as refused:
            raise self.document.refusal(
                "mapping.wrong_form",
                refused.message,
                ("source", "stated"),
                value=stated,
                way_forward=refused.way_forward,
            ) from None

    def _figures(self, content: dict[str, Any]) -> dict[str, str]:
        figures = self.document.section(content, "figures", None)
        for measure in figures:
            path = ("figures", measure)
            if not _MEASURE.fullmatch(measure):
                raise self.document.refusal(
                    "mapping.unknown_code",
                    _("this is no measure."),
                    path,
                    value=measure,
                    way_forward=_("Name what was counted: buried, exhumed, identified."),
                )
            self._check_code(f"measure.{measure}", path)
        return {measure: self.document.text(figures, measure, ("figures",)) for measure in figures}

    def _fields(self, content: dict[str, Any]) -> tuple[Field, ...]:
        section = self.document.section(content, "fields", None, required=True)
        mapped = tuple(self._field(name, section[name]) for name in section)
        names = {each.name for each in mapped}
        if "name" not in names:
            raise self.document.missing(("fields", "name"))
        if ("longitude" in names) != ("latitude" in names):
            raise self.document.refusal(
                "mapping.half_position",
                _("longitude and latitude go together."),
                ("fields",),
                way_forward=_("Name the columns of both, or of neither."),
            )
        return mapped

    def _field(self, name: str, given: Any) -> Field:
        path = ("fields", name)
        kind = self._kind(name, path)
        options: dict[str, Any] = {"column": given} if isinstance(given, str) else given
        if not isinstance(options, dict):
            raise self.document.wrong_form(path, given)
        self.document.only(options, _OPTIONS[kind], path)
        ways = [way for way in ("column", "first_of", "join") if way in options]
        if len(ways) != 1:
            raise self.document.missing((*path, "column"))
        columns = (
            [self.document.text(options, "column", path)]
            if ways == ["column"]
            else self.document.texts(options, ways[0], path)
        )
        if not columns:
            raise self.document.missing((*path, ways[0]))
        default = self.document.text(options, "default", path, required=False)
        if default and name not in site_fields.WITH_DEFAULT:
            raise self.document.refusal(
                "mapping.default_for_finding",
                _("this may not be the same for all rows: a finding is stated row by row, or unknown."),
                (*path, "default"),
                value=default,
                way_forward=_("Remove the default; what a row does not say stays unknown."),
            )
        replace = self.document.pairs(options, "replace", path)
        return Field(
            name,
            tuple(columns),
            self._converter(name, kind, options, path),
            joined_by=self.document.text(options, "joined_by", path, required=False) or ", "
            if ways == ["join"]
            else None,
            blank=frozenset(self.document.texts(options, "blank", path)),
            default=default,
            optional=self.document.text(options, "optional", path, required=False) == "true",
            verbatim=kind is Kind.TEXT and ways == ["column"] and not replace and "blank" not in options,
        )

    def _kind(self, name: str, path: Keys) -> Kind:
        if name == "status":
            raise self.document.refusal(
                "mapping.status",
                _("a site's status is reached step by step and never imported."),
                path,
                way_forward=_("Map the column to status_as_stated, which keeps it as the source puts it."),
            )
        if name not in site_fields.KINDS:
            raise self.document.refusal(
                "mapping.unknown_field",
                _("a site has no such field."),
                path,
                value=name,
                way_forward=_(
                    "Use one of: %(fields)s. Leave other columns out; the row keeps them as they are."
                )
                % {"fields": ", ".join(site_fields.KINDS)},
            )
        return site_fields.KINDS[name]

    def _converter(self, name: str, kind: Kind, options: dict[str, Any], path: Keys) -> Any:
        if kind is Kind.NUMBER:
            return site_fields.NUMBERS[name]
        if kind is Kind.CODE:
            return self._code_converter(name, options, path)
        if kind is Kind.DATE:
            return self._date_converter(options, path)
        return site_fields.text_converter(name, self.document.pairs(options, "replace", path))

    def _code_converter(self, name: str, options: dict[str, Any], path: Keys) -> Any:
        codes = self.document.pairs(options, "codes", path)
        if not codes:
            raise self.document.missing((*path, "codes"))
        for foreign, code in codes.items():
            where = (*path, "codes", foreign)
            if not re.fullmatch(rf"{name}\.[a-z0-9_]+", code):
                raise self._unknown_code(code, where)
            self._check_code(code, where)
        unknown = self.document.text(options, "unknown", path, required=False) or "refuse"
        if unknown not in ("refuse", "leave"):
            raise self.document.wrong_form((*path, "unknown"), unknown)
        return site_fields.code_converter(codes, leave_unknown=unknown == "leave")

    def _date_converter(self, options: dict[str, Any], path: Keys) -> Any:
        formats = self.document.texts(options, "formats", path)
        for form in formats:
            try:
                date_pattern(form)
            except ValueError:
                raise self.document.refusal(
                    "mapping.date_format",
                    _("“%(format)s” does not name day, month and year once each.") % {"format": form},
                    (*path, "formats"),
                    value=form,
                    way_forward=_("Write it with %d, %m and %Y, such as “%d/%m/%Y”."),
                ) from None
        widen = frozenset(self.document.texts(options, "widen", path))
        if not widen.issubset(site_fields.WIDENINGS) or (widen and not formats):
            raise self.document.wrong_form((*path, "widen"), ", ".join(widen))
        return site_fields.date_converter(tuple(formats), widen)

    def _rules(self, content: dict[str, Any], figures: Collection[str]) -> tuple[rules.Rule, ...]:
        section = self.document.section(content, "contradictions", None)
        return tuple(self._rule(name, section[name], figures) for name in section)

    def _rule(self, name: str, given: Any, figures: Collection[str]) -> rules.Rule:
        path = ("contradictions", name)
        if (
            not isinstance(given, dict)
            or not isinstance(given.get("when"), list)
            or not _MEASURE.fullmatch(name)
        ):
            raise self.document.wrong_form(path, given)
        self.document.only(given, {"when", "message"}, path)
        conditions = tuple(
            self._condition(given_one, (*path, "when"), figures) for given_one in given["when"]
        )
        rule = rules.Rule(name, conditions, self.document.text(given, "message", path, longest=500))
        unstated = rules.placeholder_names(rule.message) - rule.operands
        if not conditions or unstated:
            raise self.document.wrong_form((*path, "message" if unstated else "when"), ", ".join(unstated))
        return rule

    def _condition(
        self, given: Any, path: Keys, figures: Collection[str]
    ) -> rules.Comparison | rules.Membership:
        if isinstance(given, list) and len(given) == 3:
            left, sign, right = given
            if left in figures and sign in rules.COMPARISONS and isinstance(right, str):
                if right in figures:
                    return rules.Comparison(left, sign, right)
                if right.isascii() and right.isdigit():
                    return rules.Comparison(left, sign, int(right[:12]))
            if isinstance(left, str) and sign in rules.MEMBERSHIPS and is_texts(right) and right:
                return rules.Membership(left, frozenset(right), sign == "not in")
        raise self.document.refusal(
            "mapping.rule",
            _("“%(given)s” is no condition.") % {"given": given},
            path,
            value=given,
            way_forward=_(
                'Write [exhumed, ">", buried], [exhumed, ">", 0] or [COLUMN, in, [a, b]]; a measure must'
                " stand under figures."
            ),
        )

    def _check_code(self, code: str, path: Keys) -> None:
        if self.known_codes is not None and code not in self.known_codes:
            raise self._unknown_code(code, path)

    def _unknown_code(self, code: str, path: Keys) -> MappingRefused:
        return self.document.refusal(
            "mapping.unknown_code",
            _("“%(code)s” is in no code list.") % {"code": code},
            path,
            value=code,
            way_forward=_(
                "Use the id of a code, such as site_type.inh_primary, or add it to its list first."
            ),
        )
