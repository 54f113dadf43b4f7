"""What a laboratory is told is blind: words that would tell the case are refused before they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from cases.models.site import Site
from cases.refusals import WrongState
from remains.models import Find, FindAlias, Individual, Specimen

#: What stands between words; numbers of cases, sites and bones have none of it inside.
_BETWEEN = re.compile(r"[\s,;:()\[\]\"'\u2018\u2019\u201c\u201d]+")

#: Labels and names that are shorter stand in any text by chance.
SHORTEST = 4
NUMBERED: tuple[tuple[Any, str], ...] = (
    (Find, "number"),
    (FindAlias, "label"),
    (Specimen, "number"),
    (Individual, "number"),
)


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of what is written, as people write numbers: without a full stop at the end."""
    found = {word.strip(".!?") for text in texts for word in _BETWEEN.split(text)}
    return {word for word in found if word}


def told(case: Any, texts: Iterable[str], viewer: Any) -> list[str]:
    """Return what texts tell of a case: its number, codes and names of its sites, numbers of what was found there.

    Only of what the viewer may see: the refusal of a guess would tell that there is such a record.
    """
    said = list(texts)
    words = words_of(said)
    together = " ".join(said).casefold()
    found = {case.number} if case.number.casefold() in together else set()
    sites = Site.objects.visible_to(viewer).filter(case=case)
    for code, name, municipality in sites.values_list("code", "name", "municipality"):
        found |= {code} & words
        found |= {
            word for word in (name, municipality) if len(word) >= SHORTEST and word.casefold() in together
        }
    labels = {word for word in words if len(word) >= SHORTEST and re.search(r"\d", word)}
    for model, field in NUMBERED:
        rows = model.objects.visible_to(viewer).filter(case=case, **{f"{field}__in": labels})
        found |= set(rows.values_list(field, flat=True))
    return sorted(found)


def telling(referral: Any, items: list[Any], examinations: list[Any], viewer: Any) -> WrongState | None:
    """Return the refusal of words that would tell the laboratory which case it is."""
    texts = [referral.background]
    texts += [text for item in items for text in (item.described_as, item.asked)]
    texts += [examination.question for examination in examinations]
    found = told(referral.case, texts, viewer)
    if not found:
        return None
    return WrongState(
        "referral.tells_the_case",
        _("What the laboratory would read names %(words)s.") % {"words": ", ".join(found[:5])},
        field="background",
        value=found[0],
        rule=_("A laboratory examines without knowing the case: no numbers, names or places of it."),
        way_forward=_("Say it without; the items have references of their own."),
    )
