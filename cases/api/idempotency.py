"""A request that is sent again has the effect of one: the first answer is kept for as long as a client may ask again.

The answer is written in the transaction of its effect, so there is no moment in which one is there without the other,
whenever either end is killed. A request that was refused had no effect; nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cases import access
from cases.api.problems import Malformed
from cases.models.call import KeptAnswer
from cases.models.case import Case
from cases.refusals import Invalid, WrongState

KEPT_FOR: Final = timedelta(days=7)
#: Says in an answer that it is the first one again, and that nothing was done this time.
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
#: Headers of an answer that belong to it.
_HEADERS: Final = ("ETag", "Location", "Content-Type")
#: Answers swept away by one request at most.
_SWEPT: Final = 100


def answer_once(
    request: Request, act: Callable[[], Response], *, visible: Callable[[], Any]
) -> Response | HttpResponse:
    """Carry a request out, or answer it as it was answered before.

    `visible` raises where the caller may not know any longer of what the request is about.
    Raises `idempotency.key_missing` (400), `idempotency.in_flight` (409), `idempotency.other_request` (422).
    """
    caller: Any = request.user.pk
    key = _key(request)
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        _take(caller, key)
        first = KeptAnswer.objects.filter(caller=caller, key=key, at__gt=timezone.now() - KEPT_FOR).first()
        if first is not None:
            visible()
            return _again(request, first, fingerprint)
        answer = act()
        body = _rendered(request, answer)
        KeptAnswer.objects.update_or_create(
            caller=caller,
            key=key,
            defaults={
                "fingerprint": fingerprint,
                "case_id": getattr(answer, "case_id", None),
                "status": answer.status_code,
                "headers": {name: answer[name] for name in _HEADERS if name in answer},
                "body": body,
                "at": timezone.now(),
            },
        )
        sweep(_SWEPT)
    return answer


def _key(request: Request) -> str:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        raise Malformed(
            "idempotency.key_missing",
            _("This request has no Idempotency-Key."),
            field="Idempotency-Key",
            rule=_("A request that is sent again after a lost answer must not be done again."),
            way_forward=_("Send a fresh UUID with each request, and the same one when you repeat it."),
        )
    if not _KEY.fullmatch(given):
        raise Malformed(
            "idempotency.key_malformed",
            _("An Idempotency-Key has 1 to 255 visible ASCII signs."),
            field="Idempotency-Key",
        )
    return given


def _fingerprint(request: Request) -> bytes:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body_sent)  # type: ignore[attr-defined]
    return digest.digest()


def _take(caller: UUID, key: str) -> None:
    """Hold the key until the transaction ends; whoever is second is told, and does not wait."""
    number = int.from_bytes(hashlib.sha256(f"{caller} {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        [taken] = cursor.fetchone()
    if not taken:
        raise WrongState(
            "idempotency.in_flight",
            _("The first request with this Idempotency-Key is still being answered."),
            way_forward=_("Send it again in a moment."),
        )


def _again(request: Request, first: KeptAnswer, fingerprint: bytes) -> HttpResponse:
    if bytes(first.fingerprint) != fingerprint:
        raise Invalid(
            "idempotency.other_request",
            _("This Idempotency-Key was sent with another request."),
            field="Idempotency-Key",
            way_forward=_("Give each request a key of its own."),
        )
    if first.case_id and not Case.objects.visible_to(request.user).filter(pk=first.case_id).exists():
        raise access.not_visible()
    return HttpResponse(bytes(first.body), status=first.status, headers={**first.headers, REPLAYED: "true"})


def _rendered(request: Request, answer: Response) -> bytes:
    """Return the body of an answer as it will be sent."""
    if answer.data is None:
        return b""
    media_type = str(request.accepted_media_type)
    body: Any = request.accepted_renderer.render(answer.data, media_type)
    answer["Content-Type"] = media_type
    return bytes(body)


def sweep(most: int | None = None) -> None:
    """Forget answers that are too old to be asked for again; those that somebody else is sweeping are left to them."""
    old = KeptAnswer.objects.filter(at__lte=timezone.now() - KEPT_FOR).order_by()
    rows = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    KeptAnswer.objects.filter(pk__in=list(rows[:most] if most else rows)).delete()
