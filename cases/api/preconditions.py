"""Versions of records as entity tags: what was read (`ETag`), and from what a change was made (`If-Match`)."""

from __future__ import annotations

import re
import zlib
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework.request import Request

from cases.api.problems import Malformed, PreconditionRequired
from cases.refusals import Stale

#: A tag of ours: the version, and where something is withheld, what.
_TAG: Final = re.compile(r'"([1-9][0-9]{0,9})(?:-[0-9a-f]{8})?"')
_TAGS: Final = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]*"\s*)*')
_ONE: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')


def etag_of(version: int, withheld: Any = ()) -> str:
    """Return the tag of a record at a version as one viewer sees it.

    The same version looks different once more of it may be seen, and a stored answer must not be called fresh then.
    """
    if not withheld:
        return f'"{version}"'
    return f'"{version}-{zlib.crc32(",".join(withheld).encode()):08x}"'


def version_to_change(request: Request, stored: int | None = None) -> int:
    """Return the version from which a change was made, as `If-Match` names it.

    Of several it is the one that is `stored`, if that is among them. Raises `precondition.missing` (428),
    `precondition.malformed` (400).
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        raise PreconditionRequired(
            "precondition.missing",
            _("This changes a record, and the request does not say from which version."),
            rule=_("A change names the version that it was made from, so that nobody's change is lost."),
            way_forward=_("Read the record, and send its ETag as If-Match."),
        )
    if not _TAGS.fullmatch(given):
        raise Malformed(
            "precondition.malformed",
            _("If-Match is no entity tag."),
            field="If-Match",
            way_forward=_("Send the ETag of the record as it was given, with its quotation marks."),
        )
    versions = [int(found[1]) for tag in _ONE.findall(given) if (found := _TAG.fullmatch(tag))]
    if stored in versions:
        return stored
    return versions[0] if versions else 0


def is_known(request: Request, etag: str) -> bool:
    """Say whether the client has this answer already (`If-None-Match`)."""
    given = request.headers.get("If-None-Match", "")
    if given.strip() == "*":
        return True
    return any(tag.removeprefix("W/") == etag for tag in _ONE.findall(given))


def refuse_stale(record: Any, version: int) -> None:
    """Refuse when a record is no longer at the version from which it is changed."""
    if record.version != version:
        raise Stale(
            "record.stale",
            _("%(record)s was changed by somebody else since it was read.") % {"record": record},
            value=version or None,
            rule=_("It is now at version %(version)s.") % {"version": record.version},
            way_forward=_("Look at the present state in `current`, and make your change from there."),
        )
