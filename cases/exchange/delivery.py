"""Under which agreement a client is sent something, what it was sent, and the signed checkpoint that goes with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from cases import access
from cases.ledger.checkpoints import sign
from cases.ledger.entries import Head
from cases.ledger.keys import signing_key
from cases.models.agreement import AgreementStatus, Delivery, SharingAgreement
from cases.models.client import Client
from cases.models.ledger import LedgerEntry
from cases.refusals import Invalid


def agreement_for(client: Any, case: UUID) -> Any:
    """Return the agreement in force between a case and the client's agency, or refuse the case as not existing.

    It comes with the newest entry of the case, `head_seq` and `head_hash`, in one query: partners ask often.
    """
    if isinstance(client, Client):
        found = _with_head(SharingAgreement.objects.filter(SharingAgreement.in_force(), case_id=case)).filter(
            partner=client.agency_id
        )
        agreement = found.first()
        if agreement is not None:
            return agreement
    raise access.not_visible()


def agreements_of(client: Any) -> list[Any]:
    """Return the newest agreement of each case with the client's agency that was ever signed, in force or not."""
    if not isinstance(client, Client):
        return []
    signed = _with_head(
        SharingAgreement.objects.filter(
            partner=client.agency_id, status__in=[AgreementStatus.SIGNED, AgreementStatus.ENDED]
        )
    )
    today = timezone.localdate()
    newest: dict[UUID, Any] = {}
    for agreement in signed.order_by("epoch"):
        held = newest.get(agreement.case_id)
        if agreement.from_on <= today and (held is None or not is_in_force(held) or is_in_force(agreement)):
            newest[agreement.case_id] = agreement
    return list(newest.values())


def _with_head(agreements: QuerySet[Any]) -> QuerySet[Any]:
    entries = LedgerEntry.objects.filter(chain=OuterRef("case_id")).order_by("-seq")
    return agreements.select_related("case").annotate(
        head_seq=Subquery(entries.values("seq")[:1]), head_hash=Subquery(entries.values("hash")[:1])
    )


def is_in_force(agreement: SharingAgreement) -> bool:
    """Say whether records are sent under an agreement today."""
    today = timezone.localdate()
    return (
        agreement.status == AgreementStatus.SIGNED
        and agreement.withdrawn_at is None
        and agreement.from_on <= today <= agreement.until_on
    )


def begin_delivery(agreement: SharingAgreement, client: Client, kind: str, after: int, upto: int) -> Delivery:
    """Write down that entries are about to be sent: if nobody can write the end, this much may have been."""
    begun: Delivery = Delivery.objects.create(
        case_id=agreement.case_id,
        agreement=agreement,
        client=client,
        kind=kind,
        after_seq=after,
        upto_seq=upto,
    )
    return begun


def end_delivery(delivery: Delivery, sent: Runs, *, complete: bool) -> None:
    """Write down which entries were sent."""
    delivery.entries, delivery.number, delivery.complete = str(sent), sent.number, complete
    delivery.save(update_fields=["entries", "number", "complete"])


class Runs:
    """Ascending numbers, kept and written as ranges: 5-9,12."""

    def __init__(self) -> None:
        self.number = 0
        self._runs: list[list[int]] = []

    def add(self, numbers: Sequence[int]) -> None:
        """Add ascending numbers that come after all that are held."""
        if not numbers:
            return
        self.number += len(numbers)
        if numbers[-1] - numbers[0] == len(numbers) - 1:  # without a gap, as most are
            self._add_run(numbers[0], numbers[-1])
        else:
            for number in numbers:
                self._add_run(number, number)

    def _add_run(self, first: int, last: int) -> None:
        if self._runs and self._runs[-1][1] == first - 1:
            self._runs[-1][1] = last
        else:
            self._runs.append([first, last])

    def __str__(self) -> str:
        return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in self._runs)


def checkpoints_of(agreements: Iterable[Any]) -> dict[UUID, dict[str, Any]]:
    """Return a signed checkpoint of each case as `agreement_for` read it, or, without a key, the newest of the file.

    The partner keeps it as a witness: what is altered up to there, it can prove.
    """
    read = [agreement for agreement in agreements if agreement.head_seq is not None]
    try:
        key = signing_key()
    except Invalid:
        return _newest_in_file({agreement.case_id for agreement in read})
    return {
        agreement.case_id: json.loads(
            sign(
                Head(agreement.case_id, agreement.head_seq, bytes(agreement.head_hash)),
                agreement.case.number,
                key,
            ).as_line()
        )
        for agreement in read
    }


def _newest_in_file(chains: set[UUID]) -> dict[UUID, dict[str, Any]]:
    path = Path(settings.TAPHOS_CHECKPOINT_FILE)
    newest: dict[UUID, dict[str, Any]] = {}
    if path.exists():
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    found = json.loads(line)
                    chain = UUID(found["chain"])
                except (ValueError, TypeError, KeyError):
                    continue
                if chain in chains and found["seq"] >= newest.get(chain, found)["seq"]:
                    newest[chain] = found
    return newest
