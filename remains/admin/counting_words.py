"""What a count says, in sentences of the reader's language, built from the parts of its proof."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from remains.models import Side
from remains.science.elements import elements

SIDE_TOGETHER = "both"


class Words:
    """Puts one result into words; `labels` are the names of the elements, by their codes."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels = labels

    def at_least(self, count: int) -> str:
        """Say the number as a claim."""
        return ngettext("At least %(n)d person", "At least %(n)d people", count) % {"n": count}

    def element(self, code: str) -> str:
        """Name an element."""
        return self.labels.get(code, code.replace("_", " "))

    def part(self, group: dict[str, Any]) -> str:
        """Name the zone of the element and side that a group of a proof is about."""
        side, element = group["side"], self.element(group["element"])
        if side in {Side.LEFT.value, Side.RIGHT.value}:
            element = _("%(element)s, %(side)s") % {"element": element, "side": Side(side).label}
        elif side == SIDE_TOGETHER:
            element = _("%(element)s, left, right and side not told together") % {"element": element}
        said = {
            "element": element,
            "zone": group["zone"],
            "label": zone_label(group["element"], group["zone"]),
        }
        if not said["label"]:
            return _("%(element)s, zone %(zone)s") % said
        return _("%(element)s, zone %(zone)s (%(label)s)") % said

    def group(self, group: dict[str, Any]) -> str:
        """Say by what rule the specimens of a group are so many people."""
        count, keys = group["count"], len(group["keys"])
        kind = group["kind"]
        if kind == "individuals":
            what = _("assigned to %(n)d different individuals") % {"n": count}
        elif kind == "incompatible" and count > 1:
            what = _("%(n)d of which no two can be one person") % {"n": count}
        elif kind == "search":
            what = _("they cannot be put into %(n)d people: every arrangement was tried") % {"n": count - 1}
        elif group["element"] is None or kind in {"present", "incompatible"}:
            what = _("somebody is there")
        elif group["capacity"] > 1:
            what = _("%(part)s, of which one person has %(capacity)d, in %(n)d specimens") % {
                "part": self.part(group),
                "capacity": group["capacity"],
                "n": keys,
            }
        elif keys == 1:
            what = _("%(part)s is there") % {"part": self.part(group)}
        else:
            what = _("%(part)s is there %(n)d times, and one person has it once") % {
                "part": self.part(group),
                "n": count,
            }
        return ", ".join([what, *self.whose(group)])

    def whose(self, group: dict[str, Any]) -> list[str]:
        """Say sex, DNA group and ages of the people of a group."""
        said = []
        if group["sex"]:
            said.append(_("female") if group["sex"] == "F" else _("male"))
        if group["dna_group"] is not None:
            said.append(_("DNA group %(group)s") % {"group": group["dna_group"]})
        if group["low"] is not None or group["high"] is not None:
            said.append(ages(group["low"], group["high"]))
        return said

    def apart(self, number: int, one: dict[str, Any], other_number: int, other: dict[str, Any]) -> str:
        """Say why nobody of one group is of another."""
        if _before(one, other) or _before(other, one):
            why = _("their ages do not meet (%(one)s; %(other)s)") % {
                "one": ages(one["low"], one["high"]),
                "other": ages(other["low"], other["high"]),
            }
        elif one["sex"] and other["sex"] and one["sex"] != other["sex"]:
            why = _("the ones are female and the others male")
        elif one["dna_group"] is not None and other["dna_group"] not in {None, one["dna_group"]}:
            why = _("their DNA groups differ (%(one)s and %(other)s)") % {
                "one": one["dna_group"],
                "other": other["dna_group"],
            }
        else:
            why = _("each contradicts each in age, sex, DNA, individual, zone or association")
        return _("Nobody of group %(one)d is of group %(other)d: %(why)s.") % {
            "one": number,
            "other": other_number,
            "why": why,
        }

    def age_claim(self, claim: dict[str, Any]) -> str:
        """Say how many of the people are adult, or are not."""
        words = (
            _("at least %(n)d adult, 18 years or older")
            if claim["adult"]
            else _("at least %(n)d under 18 years")
        )
        return words % {"n": claim["count"]} + (
            "" if claim["adult"] else f" ({ages(claim['low'], claim['high'])})"
        )

    def conflict(self, conflict: dict[str, Any]) -> str:
        """Say what contradicts what."""
        said = {
            "estimates.age": _("Estimates of age that leave no age at all:"),
            "estimates.sex": _("Estimates of both sexes for one person:"),
            "person.age": _("Called one person, but their ages do not meet:"),
            "person.sex": _("Called one person, but of two sexes:"),
            "person.dna_group": _("Called one person, but of different DNA groups:"),
            "person.individual": _("Refitted, but assigned to different individuals:"),
            "person.zone": _("Called one person, but with more of a zone than one person has:"),
            "refit.side": _("Refitted to one bone, but of two sides:"),
            "association.excluded": _("Called one person, but an association between them is excluded:"),
        }
        return said.get(conflict["code"], conflict["why"] or conflict["code"])


def zone_label(code: str, number: int | None) -> str:
    """Return what a zone is called, nothing for one that is no part but the whole."""
    known = elements().get(code)
    label = next((str(zone.label) for zone in known.zones if zone.number == number), "") if known else ""
    return pgettext("zone", label) if label else ""


def ages(low: float | None, high: float | None) -> str:
    """Say an interval of age."""
    if low is None and high is None:
        return _("of any age")
    if high is None:
        return _("%(low)s years and older") % {"low": f"{low:g}"}
    if low is None:
        return _("up to %(high)s years") % {"high": f"{high:g}"}
    return _("%(low)s-%(high)s years") % {"low": f"{low:g}", "high": f"{high:g}"}


def _before(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one["high"] is not None and other["low"] is not None and one["high"] < other["low"]
