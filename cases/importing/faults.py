"""What the import refuses: a cell or row, a whole file, a mapping; each with the way forward."""

from cases.refusals import Invalid, shown


class InvalidValue(Invalid, ValueError):
    """A cell or row that cannot be taken as what it should be."""

    def __init__(self, code: str, message: str, value: str, *, rule: str = "", way_forward: str = "") -> None:
        super().__init__(code, message, value=shown(value, 200), rule=rule, way_forward=way_forward)


class TableRefused(Invalid, ValueError):
    """A file that cannot be read as a table at all."""

    def __init__(self, code: str, message: str, value: object, way_forward: str) -> None:
        super().__init__(code, message, value=shown(value, 200), way_forward=way_forward)


class MappingRefused(Invalid, ValueError):
    """A mapping file that is itself wrong: at which key, and in which line where that is known."""

    def __init__(
        self,
        code: str,
        message: str,
        value: object,
        way_forward: str,
        *,
        key: str = "",
        line: int | None = None,
    ) -> None:
        super().__init__(code, message, field=key or None, value=shown(value, 200), way_forward=way_forward)
        self.key = key
        self.line = line
