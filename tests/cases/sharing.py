"""An agreement between case A and another agency, and that agency's program."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.test import Client as Browser

from cases.ledger.context import change
from cases.models import Client, SharingAgreement
from cases.services import agreement as service
from cases.services import client as clients
from cases.workflow import workflow_of
from tests.actors import INSTALLER, Cast
from tests.calling import Caller

KINDS = ["cases.case", "cases.site", "cases.context", "remains.find", "remains.specimen"]


def draft(cast: Cast, **more: Any) -> SharingAgreement:
    """Return a draft of an agreement with the other agency."""
    values = {
        "case": cast.case_a,
        "partner": cast.other_agency,
        "purpose": "Comparison with missing persons",
        "legal_basis": "Order of 1 March 2024",
        "kinds": KINDS,
        "handling_at_most": "open",
        "withheld": [],
        "from_on": dt.date(2024, 3, 1),
        "until_on": dt.date(2030, 3, 1),
        **more,
    }
    return service.create(actor=cast.investigator, record=SharingAgreement(**values))


def step(actor: Any, agreement: SharingAgreement, name: str, reason: str = "") -> SharingAgreement:
    """Take one step of an agreement."""
    workflow = workflow_of("cases.sharingagreement")
    assert workflow is not None
    taken = workflow.apply(actor=actor, record=agreement, name=name, reason=reason)
    assert isinstance(taken, SharingAgreement)
    return taken


def signed(cast: Cast, **more: Any) -> SharingAgreement:
    """Return an agreement in force."""
    return step(cast.prosecutor, draft(cast, **more), "sign")


class Partner(Caller):
    """The other agency's program, with a token."""

    def __init__(self, cast: Cast, **more: Any) -> None:
        with change(INSTALLER, "tests.client.made"):
            self.record = Client.objects.create(
                name=more.pop("name", "Registry"),
                agency=more.pop("agency", cast.other_agency),
                responsible=more.pop("responsible", cast.outsider),
                scopes=["read", "contribute"],
            )
        secret = clients.issue_secret(actor=cast.administrator, client=self.record)
        shown = clients.secret_shown(str(self.record.pk), secret)
        assert shown is not None
        token = clients.issue_token(shown, ("read", "contribute")).token
        super().__init__(client=Browser(headers={"Authorization": f"Bearer {token}"}))

    def lines(self, path: str, **parameters: Any) -> list[bytes]:
        """Read a stream to its end."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.content
        return b"".join(answer.streaming_content).splitlines()

    def changes(self, cast: Cast, **parameters: Any) -> list[Any]:
        """Read the changes of case A, without the first and the last line."""
        lines = [json.loads(line) for line in self.lines(f"/cases/{cast.case_a.pk}/changes", **parameters)]
        assert lines[0]["begin"] == "changes"
        assert lines[-1]["end"] is True
        return lines[1:-1]


def payload_of(line: bytes) -> bytes:
    """Return the exact characters of a line's payload."""
    return line[line.index(b'"payload":') + len(b'"payload":') : -1]


def hash_of(line: Any) -> str:
    """Return the hash that an entry must have, by the byte form of the ledger."""
    parts = [
        str(line["form"]),
        line["chain"],
        str(line["seq"]),
        str(line["at_us"]),
        line["actor_id"] or "-",
        line["actor_name"],
        line["agency"],
        line["channel"],
        line["action"],
        line["table"],
        line["operation"],
        line["db_user"],
        line["record"],
        line["payload_hash"],
        line["reason"],
    ]
    return hashlib.sha256(bytes.fromhex(line["previous"]) + "\n".join(parts).encode()).hexdigest()
