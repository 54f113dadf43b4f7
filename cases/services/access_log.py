"""The access log: who signed in, read a restricted record, exported or downloaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from cases.ledger.context import current_channel
from cases.models.base import Handling
from cases.models.client import Client
from cases.models.ledger import AccessKind, AccessLogEntry
from cases.models.user import User


def log_access(
    kind: AccessKind, user: Any, *, request: HttpRequest | None = None, record: Any = None, detail: str = ""
) -> None:
    """Add one line; a person who is not signed in is logged by the name they gave in `detail`."""
    _line(kind, user, request=request, record=record, detail=detail).save(force_insert=True)


def _line(
    kind: AccessKind, user: Any, *, request: HttpRequest | None, record: Any, detail: str = ""
) -> AccessLogEntry:
    signed_in = isinstance(user, (User, Client))
    return AccessLogEntry(
        kind=kind,
        user_id=user.pk if signed_in else None,
        user_name=user.full_name if signed_in else "",
        channel=str(current_channel()),
        address=address_of(request) if request is not None else None,
        case_id=getattr(record, "case_id", None),
        table_name=record._meta.db_table if record is not None else "",
        record_id=str(record.pk) if record is not None else "",
        detail=detail,
    )


def log_export(*, request: HttpRequest, table: str, counted: Mapping[UUID | None, int], detail: str) -> None:
    """Add one line for each case of which rows were exported, with their number, so that its auditors read it."""
    user: Any = request.user
    AccessLogEntry.objects.bulk_create(
        AccessLogEntry(
            kind=AccessKind.EXPORTED,
            user_id=user.pk,
            user_name=user.full_name,
            channel=str(current_channel()),
            address=address_of(request),
            case_id=case_id,
            table_name=table,
            detail=ngettext("%(n)d row as %(detail)s", "%(n)d rows as %(detail)s", number)
            % {"n": number, "detail": detail},
        )
        for case_id, number in (counted or {None: 0}).items()
    )


def log_reads(user: Any, records: Iterable[Any], *, request: HttpRequest) -> None:
    """Add a line for each of the records that is not open to all of its case, in one statement."""
    restricted = [record for record in records if getattr(record, "handling", Handling.OPEN) != Handling.OPEN]
    if restricted:
        AccessLogEntry.objects.bulk_create(
            [_line(AccessKind.READ, user, request=request, record=record) for record in restricted]
        )


def address_of(request: HttpRequest) -> str | None:
    """Return where a request came from: behind a proxy, what the proxy itself added last. What came before it the
    client may have made up.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.TAPHOS_BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        return str(ip_address(given))
    except ValueError:
        return None
