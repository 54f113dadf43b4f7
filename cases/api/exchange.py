"""What a partner's program reads of a case: which cases moved, the changes after an entry, and the present state.

Lines of JSON come straight from the database, past serializers. Without an agreement in force there is no such case.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import access
from cases.api import reading
from cases.api.problems import Gone, Malformed
from cases.exchange import feed
from cases.exchange.delivery import (
    Runs,
    agreement_for,
    agreements_of,
    begin_delivery,
    checkpoints_of,
    end_delivery,
    is_in_force,
)
from cases.exchange.feed import Portion
from cases.models.agreement import DeliveryKind, SharingAgreement
from cases.refusals import Refusal

NDJSON: Final = "application/x-ndjson"
#: Carries the newest signed checkpoint: the base64 of its line.
CHECKPOINT: Final = "Taphos-Checkpoint"
SEQ: Final = "Taphos-Seq"
EPOCH: Final = "Taphos-Epoch"
#: How long a request may wait for something new (seconds), and how often it looks.
LONGEST_WAIT: Final = 30
_LOOKS_EACH: Final = 0.5
#: How long one stream may take (seconds); a partner goes on from what it got.
_LONGEST_STREAM: Final = 3600
_LARGEST: Final = (1 << 63) - 1
_streaming = threading.BoundedSemaphore(settings.TAPHOS_API_STREAMS)
_waiting = threading.BoundedSemaphore(settings.TAPHOS_API_STREAMS)


class LinesRenderer(BaseRenderer):
    """Stands for answers that are streamed; a refusal is JSON."""

    media_type = NDJSON
    format = "ndjson"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """Write a refusal."""
        return bytes(JSONRenderer().render(data, "application/json", renderer_context))


class Ahead(Refusal):
    """A copy has more than there is: something was lost here."""

    status = 409


class TooMany(Refusal):
    """Everything that streams is in use."""

    status = 429


class ExchangeView(APIView):
    """What the addresses for partners have in common."""

    renderer_classes = (JSONRenderer, LinesRenderer)
    answer_schema: Any = OpenApiTypes.STR
    takes: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse secrets in the address, and parameters that are none."""
        reading.refuse_secrets_in_address(request)
        super().initial(request, *args, **kwargs)
        for name in sorted(request.query_params.keys() - self.takes):
            raise Malformed(
                "request.unknown_parameter",
                _("There is no such parameter here."),
                field=name,
                rule=", ".join(sorted(self.takes)),
            )

    def number(self, name: str, default: int, most: int = _LARGEST) -> int:
        """Return a parameter that is a whole number."""
        given = self.request.query_params.get(name)
        if given is None:
            return default
        if not (given.isascii() and given.isdecimal() and len(given) <= 19 and int(given) <= most):
            raise Malformed(
                "request.parameter",
                _("%(name)s is a whole number from 0 to %(most)d.") % {"name": name, "most": most},
                field=name,
                value=given,
            )
        return int(given)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let nobody on the way keep an answer."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class CaseExchangeView(ExchangeView):
    """What is read of one case."""

    answer_media_type = NDJSON
    also_refused: ClassVar[frozenset[int]] = frozenset({404})

    def agreement(self, case: str) -> Any:
        """Return the agreement under which the caller reads, or refuse the case as not existing."""
        try:
            return agreement_for(self.request.user, UUID(case))
        except ValueError as error:
            raise access.not_visible() from error

    def stream(
        self,
        agreement: SharingAgreement,
        *,
        kind: str,
        after: int,
        upto: int,
        portions: Callable[[], Iterator[Portion]],
    ) -> StreamingHttpResponse:
        """Answer with lines, a first one that says what they are, and a last one that says that they are whole."""
        client: Any = self.request.user
        checkpoint = checkpoints_of([agreement]).get(agreement.case_id)
        head = {"case": str(agreement.case_id), "epoch": agreement.epoch, "after": after, "seq": upto}
        begin = _line({"begin": kind, **head, "checkpoint": checkpoint})
        last = {"end": True, "seq": upto, "epoch": agreement.epoch}

        def lines() -> Iterator[bytes]:
            sent = Runs()
            complete = False
            delivery = None
            until = time.monotonic() + _LONGEST_STREAM
            try:
                delivery = begin_delivery(agreement, client, kind, after, upto)
                yield begin
                number = 0
                for portion in portions():
                    sent.add(portion.entries)
                    number += portion.number
                    yield portion.lines
                    if time.monotonic() > until:
                        return  # without the last line: whoever reads so slowly keeps others out
                yield _line({**last, "lines": number})
                complete = True
            finally:
                _streaming.release()
                if delivery is not None:
                    end_delivery(delivery, sent, complete=complete)

        if upto == after:
            answer = self.lines(iter([begin, _line({**last, "lines": 0})]))
        elif _streaming.acquire(blocking=False):
            answer = self.lines(lines())
        else:
            raise TooMany(
                "exchange.busy",
                _("Too many streams are open at this moment."),
                way_forward=_("Ask again in a few seconds."),
            )
        answer[SEQ], answer[EPOCH] = str(upto), str(agreement.epoch)
        if checkpoint is not None:
            answer[CHECKPOINT] = base64.b64encode(json.dumps(checkpoint).encode()).decode()
        return answer

    def lines(self, lines: Iterator[bytes]) -> StreamingHttpResponse:
        """Answer with lines of JSON."""
        return StreamingHttpResponse(lines, content_type=NDJSON)


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


_CASE = OpenApiParameter(
    "case", OpenApiTypes.UUID, OpenApiParameter.PATH, description="Identifier of the case."
)
_EPOCH = OpenApiParameter(
    "epoch", int, description="The epoch of your copy, as `sync`, a snapshot or the last changes told it."
)


class ChangesView(CaseExchangeView):
    """The changes of a case."""

    takes = frozenset({"after", "epoch", "wait"})
    also_refused = frozenset({404, 409, 410})

    @extend_schema(
        operation_id="changes",
        parameters=[
            _CASE,
            OpenApiParameter("after", int, default=0, description="The last entry that you have."),
            _EPOCH,
            OpenApiParameter(
                "wait", int, default=0, description="Seconds to wait for something new, 30 at most."
            ),
        ],
    )
    def get(self, request: Request, case: str) -> StreamingHttpResponse:
        """Stream every entry after one that your agreement covers, in order, as lines of JSON.

        The first line says what follows, the last one (`"end": true`) that nothing is missing; go on from its `seq`.
        """
        agreement = self.agreement(case)
        after, wait = self.number("after", 0), self.number("wait", 0, LONGEST_WAIT)
        self.refuse_other_epoch(agreement, after)
        if after > agreement.head_seq:
            raise Ahead(
                "exchange.ahead",
                _("Your copy has more entries than this case: its ledger was cut, or restored from a copy."),
                field="after",
                value=after,
                rule=_("It has %(seq)d entries.") % {"seq": agreement.head_seq},
                way_forward=_("Keep your copy and its checkpoints, and ask who keeps the case."),
            )
        if wait and agreement.head_seq <= after and _waiting.acquire(blocking=False):
            try:
                agreement = self.moved(agreement, after, time.monotonic() + wait)
            finally:
                _waiting.release()
            self.refuse_other_epoch(agreement, after)
        upto = agreement.head_seq
        return self.stream(
            agreement,
            kind=DeliveryKind.CHANGES,
            after=after,
            upto=upto,
            portions=lambda: feed.changes(agreement, after=after, upto=upto),
        )

    def moved(self, agreement: Any, after: int, until: float) -> Any:
        """Wait until there is something new, or for long enough. Where too many wait already, nobody else does."""
        while agreement.head_seq <= after and time.monotonic() < until:
            time.sleep(_LOOKS_EACH)
            agreement = self.agreement(str(agreement.case_id))
        return agreement

    def refuse_other_epoch(self, agreement: SharingAgreement, after: int) -> None:
        """Refuse to go on with a copy that was made under another agreement."""
        given = self.number("epoch", -1)
        if given == -1 and after:
            raise Malformed(
                "exchange.epoch_missing",
                _("A copy that is gone on with says under which epoch it was made."),
                field="epoch",
            )
        if given not in {-1, agreement.epoch}:
            raise Gone(
                "exchange.epoch",
                _("There is another agreement by now: your copy was made under epoch %(given)d.")
                % {"given": given},
                field="epoch",
                value=given,
                rule=_("It is epoch %(epoch)d now.") % {"epoch": agreement.epoch},
                way_forward=_("Drop your copy of this case, read its snapshot, and go on from there."),
            )


class SnapshotView(CaseExchangeView):
    """The present state of a case."""

    @extend_schema(operation_id="snapshot", parameters=[_CASE])
    def get(self, request: Request, case: str) -> StreamingHttpResponse:
        """Stream the newest entry of every record that your agreement covers, as lines of JSON.

        Go on with the changes after the `seq` of its last line.
        """
        agreement = self.agreement(case)
        upto = agreement.head_seq
        return self.stream(
            agreement,
            kind=DeliveryKind.SNAPSHOT,
            after=0,
            upto=upto,
            portions=lambda: feed.snapshot(agreement, upto=upto),
        )


class SyncedCaseSerializer(serializers.Serializer):
    """One case that is, or was, shared with you."""

    case = serializers.UUIDField()
    number = serializers.CharField()
    epoch = serializers.IntegerField(help_text="With another epoch than that of your copy, begin anew.")
    seq = serializers.IntegerField(
        allow_null=True, help_text="The newest entry; none when it is no longer shared."
    )
    in_force = serializers.BooleanField(
        help_text="Whether you are sent records today; when not, drop your copy."
    )
    from_on = serializers.DateField()
    until_on = serializers.DateField()
    checkpoint = serializers.DictField(allow_null=True, help_text="Signed: keep it.")


class SyncSerializer(serializers.Serializer):
    """Every case with an agreement with you."""

    cases = SyncedCaseSerializer(many=True)


class SyncView(ExchangeView):
    """Which cases moved, and how far."""

    answer_schema = SyncSerializer

    @extend_schema(operation_id="sync")
    def get(self, request: Request) -> Response:
        """List the cases shared with you, and how far each has come."""
        agreements = agreements_of(request.user)
        checkpoints = checkpoints_of(filter(is_in_force, agreements))
        return Response(
            {
                "cases": [
                    {
                        "case": str(agreement.case_id),
                        "number": agreement.case.number,
                        "epoch": agreement.epoch,
                        "seq": agreement.head_seq if shared else None,
                        "in_force": shared,
                        "from_on": agreement.from_on,
                        "until_on": agreement.until_on,
                        "checkpoint": checkpoints.get(agreement.case_id),
                    }
                    for agreement, shared in ((agreement, is_in_force(agreement)) for agreement in agreements)
                ]
            }
        )
