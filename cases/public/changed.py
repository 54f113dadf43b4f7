"""What changed in an update since somebody read it, so that who decides is shown it and asked again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases.ledger.payloads import Difference, parsed
from cases.models.ledger import LedgerEntry
from cases.models.public_update import PublicFact, PublicText, PublicUpdate
from cases.models.user import User
from cases.public.facts import in_english

_WORDS = ("title", "body", "reason")


def changed_since(update: PublicUpdate, viewer: User, version: int) -> list[Difference]:
    """Return what its texts and facts said when the update was at this version, where they say something else now.

    All of it is in the ledger: the update's own entry at that version says up to which entry its parts are read.
    """
    entries = LedgerEntry.objects.filter(chain=update.case_id)
    own = entries.filter(table_name=PublicUpdate._meta.db_table, record_id=str(update.pk))
    read_at = next((e.seq for e in own.order_by("seq") if parsed(e.payload)["version"] == version), None)
    if read_at is None:
        return []
    found = []
    for model, said in ((PublicText, _said_in_text), (PublicFact, _said_in_fact)):
        parts: Any = model.objects.visible_to(viewer).filter(update=update).order_by("id")
        for part in parts:
            last = entries.filter(table_name=model._meta.db_table, record_id=str(part.pk), seq__lte=read_at)
            entry = last.order_by("-seq").first()
            before = "" if entry is None else said(parsed(entry.payload))
            now = {field.attname: getattr(part, field.attname) for field in model._meta.concrete_fields}
            after = said(now)
            if before != after:
                found.append(Difference(str(part), before or None, after or None))
    return found


def _said_in_text(row: dict[str, Any]) -> str:
    if row["withdrawn_at"] is not None:
        return ""
    return "\n\n".join(row[name] for name in _WORDS if row[name])


def _said_in_fact(row: dict[str, Any]) -> str:
    if row["withdrawn_at"] is not None:
        return ""
    return _("%(key)s: %(value)s") % {"key": row["key"], "value": in_english(row["value"])}
