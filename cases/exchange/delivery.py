"""Under which agreement a client is sent something, what it was sent, and the signed checkpoint that goes with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from cases import access
from cases.ledger.checkpoints import sign
from cases.ledger.entries import Head
from cases.ledger.keys import signing_key
from cases.models.agreement import AgreementStatus, Delivery, SharingAgreement
from cases.models.case import Case
from cases.models.client import Client
from cases.models.ledger import LedgerEntry
from cases.refusals import Invalid


def agreement_for(client: Any, case: UUID) -> SharingAgreement:
    """Return the agreement in force between a case and the client's agency, or refuse the case as not existing."""
    if isinstance(client, Client):
        found = (
            SharingAgreement.objects.filter(
                SharingAgreement.in_force(), case_id=case, partner=client.agency_id
            )
            .select_related("case")
            .first()
        )
        if found is not None:
            return found
    raise access.not_visible()


def agreements_of(client: Any) -> list[SharingAgreement]:
    """Return the newest agreement of each case with the client's agency that was ever signed, in force or not."""
    if not isinstance(client, Client):
        return []
    signed = SharingAgreement.objects.filter(
        partner=client.agency_id, status__in=[AgreementStatus.SIGNED, AgreementStatus.ENDED]
    ).select_related("case")
    today = timezone.localdate()
    newest: dict[UUID, SharingAgreement] = {}
    for agreement in signed.order_by("epoch"):
        held = newest.get(agreement.case_id)
        if agreement.from_on <= today and (held is None or not is_in_force(held) or is_in_force(agreement)):
            newest[agreement.case_id] = agreement
    return list(newest.values())


def is_in_force(agreement: SharingAgreement) -> bool:
    """Say whether records are sent under an agreement today."""
    today = timezone.localdate()
    return (
        agreement.status == AgreementStatus.SIGNED
        and agreement.withdrawn_at is None
        and agreement.from_on <= today <= agreement.until_on
    )


def log_delivery(
    *,
    agreement: SharingAgreement,
    client: Client,
    kind: str,
    after: int,
    upto: int,
    sent: Iterable[int],
    complete: bool,
) -> None:
    """Write down which entries were sent."""
    entries = list(sent)
    Delivery.objects.create(
        case_id=agreement.case_id,
        agreement=agreement,
        client=client,
        kind=kind,
        after_seq=after,
        upto_seq=upto,
        entries=ranges(entries),
        number=len(entries),
        complete=complete,
    )


def ranges(numbers: Iterable[int]) -> str:
    """Return ascending numbers as ranges: 5-9,12."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def newest_checkpoint(case: Case) -> dict[str, Any] | None:
    """Return a signed checkpoint of a case's chain as it stands: signed now, or the newest of the file without a key.

    The partner keeps it as a witness: what is altered up to there, it can prove.
    """
    entry = LedgerEntry.objects.filter(chain=case.id).order_by("-seq").only("seq", "hash").first()
    if entry is None:
        return None
    try:
        key = signing_key()
    except Invalid:
        return _newest_in_file(case.id)
    signed = sign(Head(case.id, entry.seq, bytes(entry.hash)), case.number, key)
    line: dict[str, Any] = json.loads(signed.as_line())
    return line


def _newest_in_file(chain: UUID) -> dict[str, Any] | None:
    path = Path(settings.TAPHOS_CHECKPOINT_FILE)
    newest: dict[str, Any] | None = None
    if path.exists():
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if f'"{chain}"' in line:
                    try:
                        found = json.loads(line)
                    except ValueError:
                        continue
                    if newest is None or found.get("seq", 0) >= newest.get("seq", 0):
                        newest = found
    return newest
