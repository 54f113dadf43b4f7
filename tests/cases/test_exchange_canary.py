"""No word that an agreement keeps back comes to the partner: in no entry, list, header or refusal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cases.exchange.kinds import shared_kinds
from cases.ledger.context import change
from cases.models import Withheld
from cases.models.user import User
from config.api import KINDS as INTERFACE
from remains.models import Find, Injury, Specimen
from tests.actors import INSTALLER, Cast
from tests.cases.sharing import Partner, signed, step
from tests.test_canary import hide

#: What stands in records of other handlings, or stood in one while it had another.
OTHERS = {"ZQINVEST", "ZQHUMAN", "ZQFORMER", "ZQREASON"}
#: What each of them keeps back, by the words that `hide` writes and those that are added here.
WORDS = {
    Withheld.PLACE: {"ZQPLACE"},
    Withheld.INFORMANTS: {"ZQREPORTER"},
    Withheld.GENETICS: {"ZQDNA"},
    Withheld.NAMES: {"ZQNAME"},
    Withheld.PHOTOGRAPHS: {"evidence_photograph", "evidence_document", "evidence_filelink"},
}
EVERYTHING = {*OTHERS, *(word for words in WORDS.values() for word in words)}
#: Columns of which the name alone says what withholds them, whoever declared them.
TELLING = {
    Withheld.PLACE: r"latitude|longitude|altitude|place_description|access$|owner$|source_row|outline|original_name",
    Withheld.INFORMANTS: r"^reporter",
    Withheld.GENETICS: r"dna",
    Withheld.NAMES: r"as_named|_outside$|^observer|^analyst|received_by|carried_by",
}
#: What reads like one of them and is none.
EXEMPT = {
    "context.outline": "in the site's own grid, which says nothing of where the site is",
}


def test_a_column_that_tells_by_its_name_is_withheld() -> None:
    missing = []
    for kind in shared_kinds().values():
        for field in kind.model._meta.concrete_fields:
            wanted = {what for what, pattern in TELLING.items() if re.search(pattern, field.name)}
            if field.is_relation and field.related_model is User:
                wanted.add(Withheld.NAMES)
            given = {what for what, columns in kind.columns.items() if field.column in columns}
            name = f"{kind.model._meta.model_name}.{field.name}"
            missing += [f"{name}: {what}" for what in wanted - given if name not in EXEMPT]
    assert missing == []


@pytest.mark.usefixtures("_signing")
def test_no_word_that_is_kept_back_comes_to_the_partner(cast: Cast) -> None:
    kept_from_all = next(r for r in hide(cast) if isinstance(r, Find) and r.handling == "humanitarian")
    with change(INSTALLER, "tests.canary.more"):
        Specimen.objects.filter(case=cast.case_a, handling="open").update(dna_group="ZQDNA")
        Injury.objects.filter(case=cast.case_a, handling="open").update(observer="ZQNAME")
    partner = Partner(cast)
    whole = list(shared_kinds())
    for handling, withheld in (
        ("open", list(Withheld.values)),
        *(("open", [what]) for what in Withheld.values),
        ("open", []),
        ("investigation", []),
    ):
        kept = {word for what in withheld for word in WORDS[Withheld(what)]}
        kept |= {"ZQHUMAN"} if handling == "investigation" else OTHERS
        agreement = signed(cast, kinds=whole, handling_at_most=handling, withheld=withheld)
        # The lists of the interface tell a client of no case: asked under the narrowest and the widest agreement.
        told = _everything_told(
            cast, partner, agreement.epoch, kept_from_all, lists=len(withheld) != 1 and handling == "open"
        )
        leaks = [f"{word} in {where}" for where, text in told.items() for word in kept if word in text]
        assert not leaks, (handling, withheld, leaks)
        # What is not kept back is there: a feed that says nothing would pass otherwise.
        unsaid = [
            word for word in EVERYTHING - kept - {"ZQFORMER", "ZQREASON"} if word not in told["changes"]
        ]
        assert not unsaid, (handling, withheld, unsaid)
        step(cast.prosecutor, agreement, "end", "ZQREASON")
    told = _everything_told(cast, partner, 1, kept_from_all)
    assert not [word for word in EVERYTHING for text in told.values() if word in text]


def _everything_told(
    cast: Cast, partner: Partner, epoch: int | None, unseen: Find, *, lists: bool = False
) -> dict[str, str]:
    """Return all that the partner gets to read, headers included: what it proposes for an unseen record as well."""
    case = f"/cases/{cast.case_a.pk}"
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "changes": (f"{case}/changes", {}),
        "changes of a copy": (f"{case}/changes", {"after": 1, "epoch": epoch}),
        "snapshot": (f"{case}/snapshot", {}),
        "sync": ("/sync", {}),
        "another epoch": (f"{case}/changes", {"after": 1, "epoch": 99}),
        "no number": (f"{case}/changes", {"after": "x"}),
        "no parameter": (f"{case}/snapshot", {"since": 1}),
        "another case": (f"/cases/{cast.case_b.pk}/snapshot", {}),
        "one record": (f"/finds/{unseen.pk}", {}),
        **{f"the list of {name}": (f"/{name}", {}) for name in (INTERFACE if lists else ())},
    }
    answers = {name: partner.get(path, **parameters) for name, (path, parameters) in asked.items()}
    proposed = {"case": str(cast.case_a.pk), "kind": "remains.find", "identifier": "P-1"}
    answers["a change of it"] = partner.post(
        "/contributions",
        {**proposed, "record": str(unseen.pk), "read_version": 1, "values": {"category": "bone"}},
    )
    answers["a find of its site"] = partner.post(
        "/contributions", {**proposed, "values": {"site": str(unseen.site_id), "category": "bone"}}
    )
    told = {}
    for name, answer in answers.items():
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        told[name] = f"{dict(answer.headers)} {content.decode()}"
    return told


@pytest.fixture
def _signing(settings: Any, tmp_path: Any) -> None:
    """Let checkpoints go along: they are told too."""
    from cases.ledger.keys import make_key

    settings.TAPHOS_CHECKPOINT_KEY = tmp_path / "key.pem"
    make_key(settings.TAPHOS_CHECKPOINT_KEY)
