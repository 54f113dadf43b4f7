"""The page that counts: at least how many people, why, and what is shown beside it. The same for a frozen answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.admin.related import address
from cases.models.base import Handling
from cases.models.code import Code
from cases.models.ledger import AccessKind
from cases.models.site import Site
from cases.services.access_log import log_access
from remains.admin.choices import person, uuid_or_none
from remains.admin.counting_words import Words
from remains.models import Assessment, Estimate, Find, Side, Specimen
from remains.reason_words import in_words
from remains.science.mlni import FEWEST_PAIRS
from remains.services.assessment import of_site
from remains.services.counting import READINGS, as_result, count

#: Specimens of one group that are named and linked; a court is given all of them in the frozen answer.
NAMED: Final = 60
COHORTS: Final = {
    "infant": gettext_lazy("infants, under 3 years"),
    "child": gettext_lazy("children, 3 to 12 years"),
    "adolescent": gettext_lazy("adolescents, 12 to 18 years"),
    "adult": gettext_lazy("adults, from 18 years"),
    "unassigned": gettext_lazy("in none of these, or not known"),
}
TITLES: Final = {
    "determined": gettext_lazy("With determined opinions only"),
    "presumed": gettext_lazy("With presumed opinions too"),
}
SIDES: Final = ("left", "right", "axial", "unsided")


def count_view(admin: Any, request: HttpRequest, kind: str, object_id: str) -> HttpResponse:
    """Show the count of a site, or of a find, to whoever sees it."""
    model: Any = Site if kind == "site" else Find
    identifier = uuid_or_none(object_id)
    rows = model.objects.visible_to(request.user).current().select_related("case")
    record = rows.filter(pk=identifier).first() if identifier else None
    if record is None or not access.may(request.user, Specimen.permission("view"), record.case):
        raise Http404
    user = person(request)
    counted = count(user, site=record) if kind == "site" else count(user, find=record)
    if record.handling != Handling.OPEN:
        log_access(AccessKind.READ, user, request=request, record=record)
    assessments = Assessment.objects.visible_to(user).current().select_related("drafted_by", "signed_by")
    about = of_site(assessments, record) if kind == "site" else assessments.filter(find=record)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("How many people: %(about)s") % {"about": record if kind == "site" else record.number},
        "about": record,
        "back": address(f"{record._meta.app_label}_{record._meta.model_name}_change", record.pk),
        "diagram": address(f"remains_{kind}_inventory", record.pk),
        "kind": kind,
        "counted": presented(as_result(counted), user, counted.view.case),
        "may_miss": counted.may_miss_something,
        "draft_link": address("remains_assessment_add", **{kind: record.pk})
        if access.may(user, Assessment.permission("create"), record.case)
        else None,
        "assessments": list(about.order_by("-id")[:12]),
    }
    return TemplateResponse(request, "remains/counting.html", context)


def presented(result: dict[str, Any], user: Any, case: UUID, frozen: str | None = None) -> dict[str, Any]:
    """Return a result as a template shows it; `frozen` names the reading that an assessment stands on."""
    codes = sorted(_elements(result))
    labels = dict(
        Code.objects.filter(pk__in=[f"element.{code}" for code in codes]).values_list("pk", "label")
    )
    words = Words({pk.removeprefix("element."): _(label) for pk, label in labels.items()})
    links = _Links(result, user, case)
    readings = [
        _reading(result["readings"][name], words, links, str(TITLES[name]), name)
        for name in READINGS
        if name in result["readings"] and frozen in {None, name}
    ]
    if len(readings) > 1 and result["readings"]["determined"] == result["readings"]["presumed"]:
        readings = [{**readings[1], "title": _("With and without presumed opinions")}]
    return {
        "readings": readings,
        "specimens": result["specimens"],
        "sites": [{"code": code, "link": links.site(identifier)} for identifier, code in result["sites"]],
        "linked": len(result["sites"]) > 1 and not result["find"],
        "since": [
            {"about": about, "words": _since(earliest, latest), "certainty": links.certainty(certainty)}
            for _identifier, about, earliest, latest, certainty in result["burials"]
        ],
        "warnings": list(_warnings(result)),
        "tables": _tables(result["tables"], words) if result["tables"] else None,
    }


class _Links:
    """The pages of the records that a result names, as far as the viewer sees them."""

    def __init__(self, result: dict[str, Any], user: Any, case: UUID) -> None:
        keys: set[str] = set()
        estimates: set[str] = set()
        for reading in result["readings"].values():
            for group in (*reading["proof"], *reading["ages"]):
                keys.update(group["keys"][:NAMED])
            for conflict in reading["conflicts"]:
                keys.update(conflict["keys"][:NAMED])
                estimates.update(conflict["estimates"])
        seen = Specimen.objects.visible_to(user).filter(case=case, number__in=keys)
        self.specimens = dict(seen.values_list("number", "pk"))
        rows = Estimate.objects.visible_to(user).filter(pk__in=estimates)
        self.estimates = {str(row.pk): row for row in rows}
        sites = Site.objects.visible_to(user).filter(pk__in=[site for site, _code in result["sites"]])
        self.sites = {str(pk) for pk in sites.values_list("pk", flat=True)}

    def named(self, keys: list[str]) -> dict[str, Any]:
        """Return specimens with their pages, and how many more there are."""
        shown = [
            {
                "key": key,
                "link": address("remains_specimen_change", self.specimens[key])
                if key in self.specimens
                else None,
            }
            for key in keys[:NAMED]
        ]
        return {"specimens": shown, "more": len(keys) - len(shown)}

    def said(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return estimates with their pages."""
        return [
            {
                "text": f"{row} ({row.get_certainty_display()}, {row.observer})",
                "link": address("remains_estimate_change", row.pk),
            }
            for identifier in identifiers
            if (row := self.estimates.get(identifier)) is not None
        ]

    def site(self, identifier: str) -> str | None:
        """Return a site's page."""
        return address("cases_site_change", identifier) if identifier in self.sites else None

    def certainty(self, value: str) -> str:
        """Say how far something is established."""
        return str(dict(Estimate._meta.get_field("certainty").flatchoices)[value])


def _reading(reading: dict[str, Any], words: Words, links: _Links, title: str, name: str) -> dict[str, Any]:
    proof = reading["proof"]
    number = reading["count"]
    return {
        "name": name,
        "title": title,
        "count": number,
        "claim": words.at_least(number) if number is not None else None,
        "groups": [
            {
                "count": group["count"],
                "sentence": words.group(group),
                "reasons": [in_words(reason, words.element) for reason in group["reasons"]],
                **links.named(group["keys"]),
            }
            for group in proof
        ],
        "apart": [
            words.apart(place, one, other_place, other)
            for place, one in enumerate(proof[:12], 1)
            for other_place, other in enumerate(proof[:12], 1)
            if place < other_place
        ],
        "sum": " + ".join(str(group["count"]) for group in proof) if len(proof) > 1 else "",
        "searched": reading["without_search"]
        if number is not None and number > reading["without_search"]
        else None,
        "attained": reading["attained"],
        "ages": [
            {"sentence": words.age_claim(claim), **links.named(claim["keys"])} for claim in reading["ages"]
        ],
        "conflicts": [
            {
                "sentence": words.conflict(conflict),
                "estimates": links.said(conflict["estimates"]),
                **links.named(conflict["keys"]),
            }
            for conflict in reading["conflicts"]
        ],
    }


def _elements(result: dict[str, Any]) -> set[str]:
    found = {
        group["element"]
        for reading in result["readings"].values()
        for group in reading["proof"]
        if group["element"]
    }
    found |= {
        reason["values"]["element"]
        for reading in result["readings"].values()
        for group in reading["proof"]
        for reason in group["reasons"]
        if "element" in reason["values"]
    }
    tables = result["tables"] or {"elements": [], "paired": [], "cohorts": []}
    found |= {
        row["element"] for name in ("elements", "paired", "cohorts") for row in tables[name] if row["element"]
    }
    return found


def _warnings(result: dict[str, Any]) -> Iterable[str]:
    if result["non_human"]:
        yield _("%(n)d specimen(s) are not human and are not counted.") % {"n": result["non_human"]}
    if result["human_in_non_human"]:
        yield _(
            "%(n)d specimen(s) have a human element in a find that is called non-human. They are not counted until"
            " one of the two is corrected."
        ) % {"n": result["human_in_non_human"]}
    if result["refits_outside"]:
        yield _(
            "%(n)d refit(s) lead to specimens that are not counted here. If graves belong together, link their sites,"
            " so that they are counted together."
        ) % {"n": result["refits_outside"]}
    if result["tables"] is None and result["specimens"]:
        yield _("The specimens are too many for the tables; the number and its proof rest on all of them.")


def _since(earliest: str | None, latest: str | None) -> str:
    if earliest and latest:
        return _("between %(earliest)s and %(latest)s") % {"earliest": earliest, "latest": latest}
    if latest:
        return _("on or before %(latest)s") % {"latest": latest}
    return _("on or after %(earliest)s") % {"earliest": earliest} if earliest else _("not told")


def _tables(tables: dict[str, Any], words: Words) -> dict[str, Any]:
    rows = [
        {
            "element": words.element(row["element"]),
            "nisp": [row["nisp"].get(side, 0) for side in SIDES],
            "mne": [row["mne"].get(side, 0) for side in SIDES],
            "zones": [
                (Side(side).label, _how_often(row["by_zone"][side]))
                for side in SIDES
                if row["by_zone"].get(side)
            ],
            "max_side": row["max_side"],
        }
        for row in tables["elements"]
    ]
    best = max(tables["elements"], key=lambda row: row["max_side"], default=None)
    return {
        "elements": rows,
        "larger": {"element": words.element(best["element"]), "count": best["max_side"]} if best else None,
        "cohorts": [
            {
                "label": COHORTS.get(row["label"], row["label"]),
                "nisp": row["nisp"],
                "count": row["max_side"],
                "element": words.element(row["element"]) if row["element"] else "",
            }
            for row in tables["cohorts"]
        ],
        "dna_groups": [
            {
                "group": part["group"],
                "nisp": sum(n for row in part["elements"] for n in row["nisp"].values()),
                "count": max((row["max_side"] for row in part["elements"]), default=0),
                "elements": [(words.element(row["element"]), row["max_side"]) for row in part["elements"]],
            }
            for part in tables["dna_groups"]
        ],
        "paired": [
            {
                **row,
                "element": words.element(row["element"]),
                "few": 0 < row["pairs"] < FEWEST_PAIRS,
                "level": round(row["region_level"] * 100) if row["region_level"] else None,
                "percent": round(row["recovery"] * 100) if row["recovery"] is not None else None,
            }
            for row in tables["paired"]
        ],
    }


def _how_often(zones: dict[str, int]) -> str:
    """Say how often each zone is there, zones that follow each other together: 1-3, then 4."""
    runs: list[list[int]] = []  # first, last, how often
    for zone, times in sorted((int(zone), times) for zone, times in zones.items()):
        if runs and runs[-1][1:] == [zone - 1, times]:
            runs[-1][1] = zone
        else:
            runs.append([zone, zone, times])
    return ", ".join(
        f"{first if first == last else f'{first}-{last}'} \N{MULTIPLICATION SIGN} {times}"
        for first, last, times in runs
    )


def history_of_number(site: Site, user: Any) -> dict[str, Any]:
    """Return what was said of how many people lie at a site: stated by sources, then assessed, by day."""
    from remains.models import StatedMinimum

    stated = StatedMinimum.objects.visible_to(user).current().filter(site=site)
    signed = of_site(Assessment.objects.visible_to(user).current(), site).filter(~Q(signed_at=None))
    points = [
        {
            "on": row.stated_on,
            "count": row.minimum,
            "kind": "stated",
            "who": row.source,
            "link": address("remains_statedminimum_change", row.pk),
            "old": False,
        }
        for row in stated
    ] + [
        {
            "on": row.signed_at.date(),
            "count": row.count,
            "kind": "assessed",
            "who": _("%(drafted)s, signed by %(signed)s")
            % {"drafted": row.drafted_by.full_name, "signed": row.signed_by.full_name},
            "link": address("remains_assessment_change", row.pk),
            "old": row.superseded_by_id is not None,
        }
        for row in signed.select_related("drafted_by", "signed_by")
    ]
    points.sort(key=lambda point: (point["on"], point["kind"] == "assessed", point["count"]))
    return {"points": points, "chart": _chart(points) if points else None}


#: The chart in its own units: the room for numbers at the left and for days below.
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 380, 150, 30, 22, 28


def _chart(points: list[dict[str, Any]]) -> dict[str, Any]:
    first, last = points[0]["on"], points[-1]["on"]
    days = max((last - first).days, 1)
    most = max(point["count"] for point in points)

    def across(day: dt.date) -> float:
        if len({point["on"] for point in points}) == 1:
            return (LEFT + WIDTH) / 2
        return round(LEFT + 36 + (day - first).days / days * (WIDTH - LEFT - 80), 1)

    def up(number: int) -> float:
        return round(HEIGHT - BOTTOM - number / max(most, 1) * (HEIGHT - TOP - BOTTOM), 1)

    placed = [
        {
            **point,
            "x": across(point["on"]),
            "y": up(point["count"]),
            "box_x": across(point["on"]) - 5,
            "box_y": up(point["count"]) - 5,
            "label_y": up(point["count"]) - 9,
        }
        for point in points
    ]
    # A number stands until the next: steps, no slope.
    path = f"M{placed[0]['x']} {placed[0]['y']}" + "".join(f" H{p['x']} V{p['y']}" for p in placed[1:])
    ends = {point["x"]: point for point in (placed[0], placed[-1])}.values()
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - 8,
        "base": HEIGHT - BOTTOM,
        "top": up(most),
        "most": most,
        "points": placed,
        "path": path if len(placed) > 1 else "",
        "days": [{"x": end["x"], "on": end["on"]} for end in ends],
        "day_y": HEIGHT - 10,
    }
