"""The items that a page of custody is about: named by the address, scanned, or typed by number, label or seal."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from evidence.labels.tokens import read_token, token_of
from evidence.models import Exhibit, Seal
from evidence.services.item import KINDS
from remains.models import Find, FindAlias, Specimen

#: Items of one page; a longer consignment is made in two.
MOST_ITEMS = 300
#: What a hand scanner may put around a token: the whole short address.
_ADDRESS = re.compile(r"(?:https?://\S*?/i/|.*/i/)?([a-z][a-z2-7]{26})", re.IGNORECASE)


def token_in(text: str) -> str | None:
    """Return the token in what was scanned: by itself, or at the end of its address."""
    match = _ADDRESS.fullmatch(text.strip())
    return match[1].lower() if match else None


def chosen_items(request: HttpRequest, tokens: list[str]) -> list[Any]:
    """Return the visible items of some tokens, in their order, read with their case."""
    named = [one for token in tokens[:MOST_ITEMS] if (one := read_token(token)) and one[0] in KINDS.values()]
    found: dict[Any, Any] = {}
    for kind in KINDS.values():
        keys = [key for model, key in named if model is kind]
        if keys:
            rows = kind.objects.visible_to(request.user).select_related("case").filter(pk__in=keys)
            found.update({row.pk: row for row in rows})
    return [found[key] for key in dict.fromkeys(key for _model, key in named) if key in found]


def items_called(user: Any, text: str) -> list[Any]:
    """Return the current items that this person sees and that a code, a number, a label or a seal names."""
    token = token_in(text)
    if token is not None:
        named = read_token(token)
        if named is None or named[0] not in KINDS.values():
            return []
        rows = named[0].objects.visible_to(user).current().select_related("case").filter(pk=named[1])
        return list(rows)
    word = text.strip()
    if not word:
        return []
    labelled = FindAlias.objects.visible_to(user).current().filter(label__iexact=word).values("find")
    sealed = Seal.objects.visible_to(user).current().filter(number__iexact=word, broken_at__isnull=True)
    seal = sealed.first()
    conditions: dict[Any, Q] = {
        Find: Q(number__iexact=word) | Q(pk__in=labelled),
        Specimen: Q(number__iexact=word),
        Exhibit: Q(number__iexact=word) | Q(other_label__iexact=word),
    }
    found: list[Any] = []
    for stem, kind in KINDS.items():
        condition = conditions[kind]
        key = getattr(seal, f"{stem}_id", None)
        if key is not None:
            condition |= Q(pk=key)
        found += kind.objects.visible_to(user).current().select_related("case").filter(condition)[:3]
    return found


def add_codes(request: HttpRequest, items: list[Any], text: str) -> list[str]:
    """Add to some items what was scanned or typed, one a line, and return what of it is not to be found."""
    faults = []
    for word in filter(None, re.split(r"[\s,;]+", text.strip())):
        found = items_called(request.user, word)
        if not found:
            faults.append(_("%(code)s is nothing here.") % {"code": word})
        elif len(found) > 1:
            names = ", ".join(str(item) for item in found)
            faults.append(_("%(code)s names several: %(names)s.") % {"code": word, "names": names})
        elif found[0] not in items:
            items.append(found[0])
    return faults


def tokens_of(items: list[Any]) -> list[tuple[str, Any]]:
    """Return items with their tokens, for the hidden fields of a form."""
    return [(token_of(item), item) for item in items]
