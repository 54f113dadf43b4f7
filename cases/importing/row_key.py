"""What tells one row of a table from another: its key, its digest, and the columns it must have."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from django.utils.translation import gettext as _

from cases.importing.faults import InvalidValue, MappingRefused
from cases.importing.results import ADDED_COLUMNS
from cases.refusals import shown

LONGEST_KEY = 200


def check_columns(header: Collection[str], required: Collection[str], mapping: str) -> None:
    """Refuse a table that lacks columns which its mapping names. Raises `mapping.column_missing`."""
    missing = sorted(set(required).difference(header))
    if not missing:
        return
    near = get_close_matches(missing[0], header, n=1)
    raise MappingRefused(
        "mapping.column_missing",
        _("The table has no column “%(columns)s”, which the mapping “%(mapping)s” names.")
        % {"columns": shown("”, “".join(missing), 200), "mapping": mapping},
        ", ".join(missing),
        _("Did you mean “%(near)s”? Correct the mapping, or choose another one.") % {"near": near[0]}
        if near
        else _("Correct the mapping, or choose another one."),
        key=missing[0],
    )


def key_of(values: Mapping[str, str], columns: Sequence[str], blank: str) -> str:
    """Return the key that these columns make; `blank` says what is wrong where all of them are blank.

    Raises `row.key_blank`.
    """
    parts = [values[column] for column in columns]
    if not any(parts):
        raise InvalidValue(
            "row.key_blank",
            blank % {"columns": ", ".join(columns)},
            "",
            rule=_("These columns tell one row from another when a file is loaded again."),
            way_forward=_("Fill them in."),
        )
    key = " | ".join(part.replace("|", "||") for part in parts)
    return key if len(key) <= LONGEST_KEY else f"{key[:160]}… {_hash(key)[:32]}"


def digest_of(values: Mapping[str, str], without: Collection[str] = ()) -> str:
    """Return the SHA-256 of a row's cells by column."""
    return _hash(
        json.dumps([(c, t) for c, t in values.items() if c not in ADDED_COLUMNS and c not in without])
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
