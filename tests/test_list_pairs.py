"""For seeded pairs of a person and a filter, everything that tells the rows of a list tells the same ones.

Who adds another way to tell them (the number on a tile, an interface for programs) adds a party below.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client

from cases.models import CaseRecord
from tests.actors import Cast
from tests.cases.exports import listed, page, rows
from tests.cases.test_admin_base import browser
from tests.scene import MAKERS, Scene

pytestmark = pytest.mark.django_db
SEED = 20240223
PEOPLE = (
    "investigator",
    "anthropologist",
    "custodian",
    "prosecutor",
    "liaison",
    "supervisor",
    "auditor",
    "outsider",
)


CONDITIONS = ("withdrawn=with", "withdrawn=only", "q=S", "q=femur", "q=office", "o=-1", "o=2")


@dataclass(frozen=True, slots=True)
class Pair:
    """A person, a list, and a filter as its address says it."""

    person: str
    stem: str
    query: str


def _in_list(client: Client, pair: Pair) -> list[str]:
    return listed(client, pair.stem, pair.query)


def _in_file(client: Client, pair: Pair) -> list[str]:
    return [row["id"] for row in rows(client, pair.stem, pair.query)]


def _as_said(client: Client, pair: Pair) -> int:
    return int(client.get(page(pair.stem, "export", query=pair.query)).context["number"])


#: Each returns the identifiers of the rows in their order, or the number of rows.
PARTIES: dict[str, Callable[[Client, Pair], list[str] | int]] = {
    "list": _in_list,
    "file": _in_file,
    "number said before": _as_said,
}


def pairs(number: int) -> Iterator[Pair]:
    """Yield seeded pairs."""
    chance = random.Random(SEED)
    kinds = [model for model in MAKERS if model in admin.site._registry and issubclass(model, CaseRecord)]
    for _each in range(number):
        model: Any = chance.choice(kinds)
        stem = f"{model._meta.app_label}_{model._meta.model_name}"
        yield Pair(chance.choice(PEOPLE), stem, _query(model, chance))


def _query(model: Any, chance: random.Random) -> str:
    """Return up to three conditions that a list of this kind may have in its address."""
    asked: list[str] = []
    choices = [field for field in model._meta.concrete_fields if field.choices and field.name != "handling"]
    for _each in range(chance.randrange(3)):
        if choices and chance.random() < 0.6:
            field = chance.choice(choices)
            asked.append(f"{field.name}__exact={chance.choice(field.flatchoices)[0]}")
        else:
            asked.append(
                chance.choice(
                    ["withdrawn=with", "withdrawn=only", "q=S", "q=femur", "q=office", "o=-1", "o=2"]
                )
            )
    if chance.random() < 0.3:
        asked.append(f"handling__exact={chance.choice(['open', 'investigation', 'humanitarian'])}")
    return "&".join(dict.fromkeys(asked))


def check(cast: Cast, settings: Any, number: int) -> None:
    for handling in ("open", "investigation", "humanitarian"):
        Scene(cast.case_a, mark=handling[:4], handling=handling).fill(2)
    Scene(cast.case_b).fill(1)
    clients = {name: browser(cast.people[name], settings) for name in PEOPLE}
    wrong = []
    some = 0
    for pair in pairs(number):
        client = clients[pair.person]
        # An address that the list refuses is refused by all.
        shown = client.get(page(pair.stem, "changelist", query=pair.query)).status_code
        if shown != HTTPStatus.OK:
            assert client.get(page(pair.stem, "export", query=pair.query)).status_code == shown, pair
            assert client.post(page(pair.stem, "export_file", "csv", query=pair.query)).status_code == shown
            continue
        told = {name: party(client, pair) for name, party in PARTIES.items()}
        first = told["list"]
        assert isinstance(first, list)
        some += bool(first)
        wrong += [
            (pair, name, said)
            for name, said in told.items()
            if said != (first if isinstance(said, list) else len(first))
        ]
    assert not wrong
    assert some > number // 5, "hardly any of the lists has a row"


def test_a_list_and_its_files_tell_the_same_rows(cast: Cast, settings: Any) -> None:
    check(cast, settings, 30)


@pytest.mark.slow
def test_five_hundred_lists_and_their_files_tell_the_same_rows(cast: Cast, settings: Any) -> None:
    check(cast, settings, 500)


def test_every_kind_of_record_may_come_up() -> None:
    assert {pair.stem for pair in pairs(500)} >= {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model in MAKERS
        if model in admin.site._registry and isinstance(model, models.base.ModelBase)
    }
