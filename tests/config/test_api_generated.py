"""A client made of our description by a generator that is not ours follows a case, and contributes to it."""

from __future__ import annotations

import importlib
import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from cases.ledger.context import change
from cases.services import contribution as service
from cases.services.record import withdraw_record
from config.api_pages import description
from tests.actors import INSTALLER, Cast, make_find
from tests.cases.sharing import KINDS, Partner, signed

#: What the sync loop and a contribution need of the description.
NEEDED = ("/api/v1/sync", "/changes", "/snapshot", "/api/v1/contributions")


def generated(into: Path, document: dict[str, Any]) -> Any:
    """Generate a client as a partner would, and import it."""
    source = into / "openapi.json"
    source.write_text(json.dumps(document))
    settings = ConfigFile(post_hooks=[], content_type_overrides={"application/x-ndjson": "text/plain"})
    config = Config.from_sources(
        settings, MetaType.NONE, source, "utf-8", overwrite=True, output_path=into / "made_client"
    )
    complaints = [f"{fault.header} {fault.detail}" for fault in generate(config=config)]
    assert complaints == []
    sys.path.insert(0, str(into))
    return importlib.import_module("made_client")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    """Return a place for a client, which is forgotten afterwards."""
    for sent in (request_started, request_finished):
        sent.disconnect(close_old_connections)
    yield tmp_path
    for sent in (request_started, request_finished):
        sent.connect(close_old_connections)
    sys.path[:] = [path for path in sys.path if path != str(tmp_path)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_client"]:
        del sys.modules[name]


def pruned(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description of some addresses, with what they refer to."""
    paths = {
        path: said
        for path, said in document["paths"].items()
        if path.startswith(NEEDED) or path.endswith(NEEDED)
    }
    wanted: dict[str, Any] = {}
    waiting = [json.dumps([paths, {**document["components"], "schemas": {}}])]
    while waiting:
        text = waiting.pop()
        for name in document["components"]["schemas"]:
            if name not in wanted and f'"#/components/schemas/{name}"' in text:
                wanted[name] = document["components"]["schemas"][name]
                waiting.append(json.dumps(wanted[name]))
    return {**document, "paths": paths, "components": {**document["components"], "schemas": wanted}}


class Copy:
    """A partner's copy of a case, kept by the generated client alone."""

    def __init__(self, made: Any, token: str, case: uuid.UUID) -> None:
        self.client = made.AuthenticatedClient(base_url="http://testserver", token=token)
        self.client.set_httpx_client(
            httpx.Client(
                transport=httpx.WSGITransport(app=get_wsgi_application()),
                base_url="http://testserver",
                headers={"Authorization": f"Bearer {token}"},
            )
        )
        self.case = case
        self.seq = 0
        self.epoch: int | None = None
        self.records: dict[tuple[str, str], Any] = {}

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call one operation of the generated client."""
        module = importlib.import_module(f"made_client.api.{name}")
        answer = module.sync_detailed(*args, client=self.client, **kwargs)
        assert 200 <= answer.status_code < 300, answer.content
        return answer

    def follow(self) -> None:
        """Read what is new, as docs/partners.md says."""
        for shared in self.call("about.sync").parsed.cases:
            if shared.case != self.case or (shared.epoch, shared.seq) == (self.epoch, self.seq):
                continue
            if shared.epoch != self.epoch:
                lines = self.call("about.snapshot", self.case).content
                self.records = {}
            else:
                lines = self.call("about.changes", self.case, after=self.seq, epoch=self.epoch).content
            _begin, *entries, end = [json.loads(line) for line in lines.splitlines()]
            assert end["end"]
            for entry in entries:
                key = (entry["table"], entry["record"])
                if "payload" in entry:
                    self.records[key] = entry["payload"]
                else:
                    self.records.pop(key, None)
            self.seq, self.epoch = end["seq"], end["epoch"]


def follow_and_contribute(cast: Cast, made: Any) -> None:
    signed(cast, kinds=KINDS, contributes=["remains.find"])
    partner = Partner(cast)
    token = partner.token
    copy = Copy(made, token, cast.case_a.pk)
    copy.follow()
    assert ("remains_find", str(cast.find_a.pk)) in copy.records
    with change(INSTALLER, "tests.find.made"):
        another = make_find(cast.site_a, 7, description="a skull")
    copy.follow()
    assert copy.records["remains_find", str(another.pk)]["description"] == "a skull"
    withdraw_record(actor=cast.investigator, record=another, reason="logged twice")
    copy.follow()
    models = importlib.import_module("made_client.models")
    body = models.ContributionRequest(
        case=cast.case_a.pk,
        kind="remains.find",
        identifier="OURS-7",
        values=models.ContributionRequestValues.from_dict({"site": str(cast.site_a.pk), "category": "bone"}),
    )
    said = copy.call(
        "contributions.contributions_create", body=body, idempotency_key=str(uuid.uuid4())
    ).parsed
    assert (str(said.status), said.identifier) == ("proposed", "OURS-7")
    from cases.models import Contribution

    service.accept(actor=cast.investigator, contribution=Contribution.objects.get(pk=said.id))
    became = copy.call("contributions.contributions_read", said.id).parsed.became
    copy.follow()
    assert copy.records["remains_find", str(became)]["category"] == "bone"


def test_a_generated_client_follows_a_case_and_contributes(cast: Cast, made: Path) -> None:
    follow_and_contribute(cast, generated(made, pruned(json.loads(description()))))


@pytest.mark.slow
def test_a_client_is_generated_of_the_whole_description(cast: Cast, made: Path) -> None:
    follow_and_contribute(cast, generated(made, json.loads(description())))
