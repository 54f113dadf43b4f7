"""Mapping files of bone tables: what may stand in one, checked key by key; those that come with Taphos."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.importing import document
from cases.importing.document import Document, Keys
from cases.importing.faults import InvalidValue, MappingRefused
from cases.importing.fields import Field
from cases.importing.mapping_file import check_version, key_section
from cases.importing.values import date_pattern
from remains.importing import bone_fields
from remains.importing.bone_mapping import BoneMapping, Long, Wide
from remains.science.elements import elements

FOLDER: Final = Path(__file__).parent / "mappings"

_TOP: Final = {"taphos_mapping", "of", "title", "file", "source", "key", "fields", "measurements"}
_OPTIONS: Final = {"column", "first_of", "join", "joined_by", "blank", "optional", "codes", "formats"}
_MEASURED: Final = {"unit", "units", "unit_column", "blank", "columns", "measurement", "codes", "value"}


def shipped() -> dict[str, Path]:
    """Return the mappings that come with Taphos, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def recognise(header: Collection[str], known_codes: Collection[str] | None = None) -> BoneMapping | None:
    """Return the shipped mapping that fits a table with these columns best, or None."""
    fitting = [
        mapping
        for mapping in (load(path, known_codes) for path in shipped().values())
        if mapping.required_columns().issubset(header)
    ]
    return max(fitting, key=lambda mapping: _used(mapping, header), default=None)


def _used(mapping: BoneMapping, header: Collection[str]) -> int:
    """Return how many columns of the table the mapping reads."""
    columns = {column for each in mapping.fields for column in each.columns} | mapping.required_columns()
    if isinstance(mapping.measurements, Wide):
        columns |= set(mapping.measurements.columns)
    return len(columns & set(header))


def load(path: Path | str, known_codes: Collection[str] | None = None) -> BoneMapping:
    """Read and check the mapping at `path`; `known_codes` are the ids of the code lists, checked when given.

    Raises `MappingRefused`: those of `document.read`, and `mapping.version`, `mapping.other_kind`,
    `mapping.unknown_key`, `mapping.missing`, `mapping.wrong_form`, `mapping.unknown_field`, `mapping.unknown_code`,
    `mapping.unit`, `mapping.date_format`.
    """
    return _Reader(document.read(Path(path)), known_codes).mapping(Path(path).stem)


class _Reader:
    """Walks through one document; every refusal names the key and its line."""

    def __init__(self, source: Document, known_codes: Collection[str] | None) -> None:
        self.document = source
        self.known_codes = known_codes

    def mapping(self, name: str) -> BoneMapping:
        content = self.document.content
        check_version(self.document)
        if content.get("of") != "bones":
            raise self.document.refusal(
                "mapping.other_kind",
                _("this is a mapping of something else than bones."),
                ("of",),
                value=content.get("of", ""),
                way_forward=_("A mapping of bones says “of: bones”."),
            )
        self.document.only(content, _TOP, ())
        source = self.document.section(content, "source", {"name"})
        file = self.document.section(content, "file", {"encoding", "separator"})
        key_columns, may_differ = key_section(self.document)
        if may_differ or not key_columns:
            raise self.document.refusal(
                "mapping.missing",
                _("a bone is told from others by the columns of its key."),
                ("key",),
                way_forward=_("Give “columns: [...]” and nothing else."),
            )
        measured = self.document.section(content, "measurements", _MEASURED)
        units = {
            word: self._unit(unit, ("measurements", "units", word))
            for word, unit in self.document.pairs(measured, "units", ("measurements",)).items()
        }
        return BoneMapping(
            name=name,
            title=self.document.text(content, "title", (), longest=200),
            source=self.document.text(source, "name", ("source",), longest=120),
            key_columns=key_columns,
            fields=tuple(self._fields(content)),
            measurements=self._measurements(measured) if measured else None,
            units=units,
            blank=frozenset(self.document.texts(measured, "blank", ("measurements",))),
            encoding=self.document.text(file, "encoding", ("file",), required=False) or None,
            separator=self.document.text(file, "separator", ("file",), required=False) or None,
        )

    def _fields(self, content: dict[str, Any]) -> Iterator[Field]:
        section = self.document.section(content, "fields", None, required=True)
        if "element" not in section:
            raise self.document.missing(("fields", "element"))
        for name, given in section.items():
            yield self._field(name, given)

    def _field(self, name: str, given: Any) -> Field:
        path = ("fields", name)
        if name not in bone_fields.FIELDS:
            raise self.document.refusal(
                "mapping.unknown_field",
                _("a bone has no such field."),
                path,
                value=name,
                way_forward=_(
                    "Use one of: %(fields)s. Leave other columns out; the row keeps them as they are."
                )
                % {"fields": ", ".join(bone_fields.FIELDS)},
            )
        options: dict[str, Any] = {"column": given} if isinstance(given, str) else given
        if not isinstance(options, dict):
            raise self.document.wrong_form(path, given)
        self.document.only(options, _OPTIONS, path)
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
        codes = self._codes(name, options, path)
        return Field(
            name,
            tuple(columns),
            bone_fields.converter(name, codes, self._formats(options, path)),
            joined_by=self.document.text(options, "joined_by", path, required=False) or ", "
            if ways == ["join"]
            else None,
            blank=frozenset(self.document.texts(options, "blank", path)),
            optional=self.document.text(options, "optional", path, required=False) == "true",
            verbatim=ways == ["column"] and name in bone_fields.LONGEST,
        )

    def _codes(self, name: str, options: dict[str, Any], path: Keys) -> dict[str, str]:
        """Return our words by the source's, each of which must be one of ours."""
        codes = self.document.pairs(options, "codes", path)
        if not codes:
            return {}
        if name == "element":
            known: Collection[str] = elements()
        elif name in bone_fields.WORDS:
            known = bone_fields.WORDS[name]
        elif name == "tooth_status":
            return {
                word: self._code(f"tooth_status.{code.removeprefix('tooth_status.')}", (*path, "codes", word))
                for word, code in codes.items()
            }
        else:
            raise self.document.wrong_form((*path, "codes"), codes)
        for word, code in codes.items():
            if code.removeprefix("element.") not in known:
                raise self._unknown(code, (*path, "codes", word))
        return {word: code.removeprefix("element.") for word, code in codes.items()}

    def _formats(self, options: dict[str, Any], path: Keys) -> tuple[str, ...]:
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
        return tuple(formats)

    def _measurements(self, given: dict[str, Any]) -> Wide | Long:
        path = ("measurements",)
        unit = self.document.text(given, "unit", path, required=False)
        unit = self._unit(unit, (*path, "unit")) if unit else ""
        if "columns" in given:
            for key in ("measurement", "codes", "value", "unit_column"):
                if key in given:
                    raise self.document.wrong_form((*path, key), given[key])
            columns = given["columns"]
            if not isinstance(columns, dict) or not columns:
                raise self.document.wrong_form((*path, "columns"), columns)
            return Wide({column: self._column(column, said, unit) for column, said in columns.items()})
        codes = {
            word: self._code(f"measurement.{code.removeprefix('measurement.')}", (*path, "codes", word))
            for word, code in self.document.pairs(given, "codes", path).items()
        }
        ours = {
            code.removeprefix("measurement."): code
            for code in self.known_codes or ()
            if code.startswith("measurement.")
        }
        return Long(
            kind=self.document.text(given, "measurement", path),
            codes=ours | codes,
            value=self.document.text(given, "value", path),
            unit=unit,
            unit_column=self.document.text(given, "unit_column", path, required=not unit),
        )

    def _column(self, column: str, said: Any, unit: str) -> tuple[str, str]:
        path = ("measurements", "columns", column)
        options: dict[str, Any] = {"kind": said} if isinstance(said, str) else said
        if not isinstance(options, dict):
            raise self.document.wrong_form(path, said)
        self.document.only(options, {"kind", "unit"}, path)
        own = self.document.text(options, "unit", path, required=not unit)
        kind = self.document.text(options, "kind", path).removeprefix("measurement.")
        return self._code(f"measurement.{kind}", path), self._unit(own, (*path, "unit")) if own else unit

    def _unit(self, text: str, path: Keys) -> str:
        try:
            return bone_fields.unit(text, {})
        except InvalidValue as refused:
            raise self.document.refusal(
                "mapping.unit", refused.message, path, value=text, way_forward=refused.rule
            ) from None

    def _code(self, code: str, path: Keys) -> str:
        if self.known_codes is not None and code not in self.known_codes:
            raise self._unknown(code, path)
        return code

    def _unknown(self, code: str, path: Keys) -> MappingRefused:
        return self.document.refusal(
            "mapping.unknown_code",
            _("“%(code)s” is in no code list.") % {"code": code},
            path,
            value=code,
            way_forward=_("Use a code of the list, such as femur, left or fem_max_length."),
        )
