"""Sharing: a prosecutor releases chosen fields of a record to the ICRC or another body, and the log keeps their words.

For the ICRC the entry is open, whatever the handling of its record: it is an explicit release, in one's own name and on
a stated basis, of these words and no others. What is kept even from a part of the team, such as a protected
reporter, is not released this way: the entry would tell it to all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, topics
from cases.ledger.entries import entries_of
from cases.ledger.payloads import LEFT_OUT, Reader, Sight, parsed
from cases.models.base import Handling
from cases.models.membership import Role
from cases.models.sharing import Recipient, Sharing, SharingSource
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, WrongState
from cases.services.record import create_record, lock, refuse_stale
from cases.services.rules import DatabaseRule, declare_rules
from cases.services.topic import topic_of

declare_rules(
    {
        "cases_sharing_said": DatabaseRule(
            "sharing.said",
            gettext_lazy("An entry says who received it, and on what basis."),
            "basis",
        ),
        "cases_sharing_open_to_recipient": DatabaseRule(
            "sharing.open_to_recipient",
            gettext_lazy("What is shared with the ICRC is seen by it, and what went to another body is not."),
            "handling",
        ),
        "cases_sharing_corrected_once": DatabaseRule(
            "sharing.corrected_already",
            gettext_lazy("Another entry has taken the place of that one already."),
            kind=WrongState,
        ),
        "cases_sharingsource_once": DatabaseRule(
            "sharing.source_once",
            gettext_lazy("What an entry of the sharing log was taken from is said once."),
            kind=WrongState,
        ),
        "cases_sharing_entry_fixed": DatabaseRule(
            "sharing.fixed",
            gettext_lazy("What was written into the sharing log stays."),
            way_forward=gettext_lazy("Share the record again; the new entry takes the old one's place."),
            kind=WrongState,
        ),
        "cases_sharing_own_name": DatabaseRule(
            "sharing.own_name", gettext_lazy("An entry is written in one's own name only."), kind=Forbidden
        ),
    }
)

#: Fields that say how a record is kept, and nothing of what it is about.
_KEEPING: Final = LEFT_OUT | {"handling", "withdrawn_at", "withdrawn_reason"}
#: Eyes for which names of other records are written: only of what is open, less what is withheld from the liaison.
_OPEN: Final = Sight(frozenset({Role.LIAISON.value}), frozenset({Handling.OPEN.value}))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record as it would be released."""

    name: str
    label: str
    value: str
    #: Whether the ICRC liaison is not shown it on the record's own page.
    withheld: bool


def fields_of(record: Any) -> list[Field]:
    """Return the fields of a record that may be released, in words, as the record stands now."""
    entry = entries_of(record).order_by("-seq").first()
    if entry is None:
        return []
    payload = parsed(entry.payload)
    kind = type(record)
    reader = Reader(kind, _OPEN, [payload])
    names = {field.name for field in kind._meta.concrete_fields}
    withheld = record.fields_hidden_from(frozenset({Role.LIAISON}))
    protected = _protected(record)
    found = []
    for field in kind._meta.concrete_fields:
        stem = field.name.removesuffix("_earliest_on").removesuffix("_latest_on")
        derived = stem != field.name and f"{stem}_edtf" in names
        if field.name in _KEEPING | protected or derived:
            continue
        value = reader.in_words(field, payload)
        if value is not None:
            found.append(Field(field.name, capfirst(str(field.verbose_name)), value, field.name in withheld))
    return found


def share(
    *,
    actor: User,
    record: Any,
    names: Iterable[str],
    recipient: str,
    body: str,
    basis: str,
    version: int,
    corrects: Sharing | None = None,
) -> Sharing:
    """Release these fields of a record, as it was read at this version, and write the entry.

    Raises `sharing.nothing`, `sharing.field`, `sharing.recipient`, `record.stale`, `topic.kind`, and what
    `create_record` raises.
    """
    with transaction.atomic():
        stored = lock(record)
        access.require(actor, Sharing.permission("create"), stored)
        refuse_stale(stored, version)
        if recipient not in Recipient.values:
            raise Invalid(
                "sharing.recipient",
                _("Say with whom it is shared."),
                field="recipient",
                value=recipient,
                rule=", ".join(Recipient.values),
            )
        topic = topic_of(actor=actor, record=stored)
        entry = Sharing(
            case=stored.case,
            handling=Handling.OPEN if recipient == Recipient.ICRC else Handling.INVESTIGATION,
            recipient=recipient,
            body=body.strip(),
            basis=basis.strip(),
            title=topics.name_of(stored),
            content=_chosen(stored, names),
            shared_by=actor,
            shared_at=timezone.now(),
            corrects=corrects,
        )
        create_record(actor=actor, record=entry, reason=entry.basis)
        source = SharingSource(
            case=stored.case,
            sharing=entry,
            about=topic,
            record_version=stored.version,
            handling=topic.handling if topic.handling != Handling.OPEN else entry.handling,
        )
        create_record(actor=actor, record=source)
    return entry


def _chosen(record: Any, names: Iterable[str]) -> list[dict[str, str]]:
    """Return the words of the chosen fields, frozen, or refuse what is not to be released."""
    wanted = set(names)
    offered = fields_of(record)
    if not wanted:
        raise Invalid(
            "sharing.nothing",
            _("No field is chosen, so nothing would be shared."),
            field="fields",
            way_forward=_("Choose what is to be shared."),
        )
    unknown = sorted(wanted - {field.name for field in offered})
    if unknown:
        raise Invalid(
            "sharing.field",
            _("Not all of what was chosen is released this way."),
            field="fields",
            value=", ".join(unknown),
            rule=_("A field is empty, or it is kept even from a part of the case's team."),
            way_forward=_("Look at the record again, and choose from what is offered."),
        )
    return [
        {"field": field.name, "label": field.label, "value": field.value}
        for field in offered
        if field.name in wanted
    ]


def _protected(record: Any) -> frozenset[str]:
    """Name the fields that somebody of the team may not see, beside the liaison: an open entry would tell them."""
    team = (role for role in access.SEES if role != Role.LIAISON)
    return frozenset().union(*(record.fields_hidden_from(frozenset({role})) for role in team))
