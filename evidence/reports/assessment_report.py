"""The assessment report: at least how many people, with the proof, the customary counts and the bones it rests on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.languages import capitalised
from evidence.reports.drawing import drawn, legend
from evidence.reports.paper import Paper, in_letters
from remains import recovered
from remains.admin.counting import presented
from remains.admin.skeleton_marks import frozen
from remains.marks import from_result
from remains.models import Assessment
from remains.services.diagram import tallies_of

#: Specimens of one group that are named; the bundle and the assessment itself name all.
NAMED = 60


def write(paper: Paper, assessment: Assessment) -> None:
    """Write the report of an assessment."""
    state = assessment.get_status_display()
    paper.fields(
        {"label": _("About"), "value": str(assessment.find or assessment.site), "wide": False},
        {
            "label": _("Status"),
            "value": _("superseded") if assessment.superseded_by_id else state,
            "wide": False,
        },
        {"label": _("Drafted by"), "value": assessment.drafted_by.full_name, "wide": False},
        {
            "label": _("Signed by"),
            "value": ", ".join(
                part
                for part in (
                    assessment.signed_by.full_name if assessment.signed_by else "",
                    in_letters(assessment.signed_at),
                )
                if part
            )
            or None,
            "wide": False,
        },
    )
    proof_of(paper, assessment, level=1)
    bones_as_frozen(paper, assessment)
    paper.signatures(_("Drafted by"), _("Signed by"), _("Day"))


def proof_of(paper: Paper, assessment: Assessment, *, level: int) -> None:
    """Write the answer with its reasoning, its proof and the counts beside it."""
    paper.holds(assessment)
    counted = presented(assessment.result, paper.viewer, assessment.case_id, assessment.result["reading"])
    for reading in counted["readings"]:
        paper.heading(_("How many people"), level)
        if reading["claim"]:
            paper.claim(reading["claim"])
        paper.text(reading["title"], "soft")
        paper.items([f"{claim['sentence']}: {_named(claim)}" for claim in reading["ages"]])
        paper.heading(_("Reasoning"), level + 1)
        paper.text(assessment.reasoning)
        _proof(paper, reading, level + 1)
    if counted["warnings"]:
        paper.heading(_("To be looked at"), level + 1)
        paper.items([str(warning) for warning in counted["warnings"]])
    if counted["since"]:
        paper.heading(_("Since when"), level + 1)
        paper.items([f"{one['about']}: {one['words']} ({one['certainty']})" for one in counted["since"]])
    said = {
        "n": sum(map(len, assessment.inputs.values())),
        "seq": assessment.ledger_seq,
        "rules": assessment.rules_version,
    }
    paper.text(
        _(
            "It rests on %(n)s records as they stood after entry %(seq)s of the case's ledger, by rules %(rules)s."
        )
        % said,
        "soft",
    )
    if counted["tables"]:
        _customary(paper, counted, level)


def _proof(paper: Paper, reading: dict[str, Any], level: int) -> None:
    paper.heading(_("Proof"), level)
    if reading["conflicts"]:
        paper.text(_("Nothing is counted: records contradict each other."), "strong")
        paper.items([f"{one['sentence']} {_named(one)}" for one in reading["conflicts"]])
        return
    for number, group in enumerate(reading["groups"], start=1):
        paper.text(f"{number}. {capitalised(group['sentence'])}: {group['count']}.\n{_named(group)}")
        paper.items(group["reasons"])
    for sentence in reading["apart"]:
        paper.text(sentence)
    if reading["sum"]:
        paper.text(_("Added up: %(sum)s = %(n)s.") % {"sum": reading["sum"], "n": reading["count"]}, "strong")
    if reading["searched"] is not None:
        paper.text(
            _("Counting alone proves %(n)s; holding the specimens named against each other adds the rest.")
            % {"n": reading["searched"]}
        )
    paper.text(
        _("No more can be proved from these records: so many people could have all of these specimens.")
        if reading["attained"]
        else _("More may be provable: the specimens are too many for every arrangement to be tried."),
        "soft",
    )


def _named(group: dict[str, Any]) -> str:
    names = ", ".join(one["key"] for one in group["specimens"][:NAMED])
    more = group["more"] + max(len(group["specimens"]) - NAMED, 0)
    return f"{names} {_('and %(n)s more') % {'n': more}}" if more else names


def _customary(paper: Paper, counted: dict[str, Any], level: int) -> None:
    tables = counted["tables"]
    if not tables["elements"]:
        return
    paper.heading(_("Customary counts: beside the proof, and no proof themselves"), level)
    sides = [_("left"), _("right"), _("axial"), _("side not told")]
    paper.text(
        _("NISP: specimens; MNE: elements by their fullest zone. The four numbers: %(sides)s.")
        % {"sides": ", ".join(sides)},
        "soft",
    )
    paper.table(
        [(_("element"), 3, "left"), ("NISP", 0, "left"), ("MNE", 0, "left"), (_("larger side"), 0, "right"),
         (_("zones, and how often each"), 5, "left")],
        [
            [
                row["element"],
                " / ".join(str(n) for n in row["nisp"]),
                " / ".join(str(n) for n in row["mne"]),
                row["max_side"],
                "; ".join(f"{side}: {zones}" for side, zones in row["zones"]),
            ]
            for row in tables["elements"]
        ],
        size=8,
    )  # fmt: skip
    paper.table(
        [
            (_("cohort"), 4, "left"),
            ("NISP", 0, "right"),
            (_("larger side"), 0, "right"),
            (_("element"), 4, "left"),
        ],
        [[row["label"], row["nisp"], row["count"], row["element"]] for row in tables["cohorts"]],
        size=8,
    )
    if tables["dna_groups"]:
        paper.table(
            [(_("DNA group"), 3, "left"), ("NISP", 0, "right"), (_("larger side"), 0, "right"),
             (_("element"), 5, "left")],
            [
                [
                    row["group"] or _("no result"), row["nisp"], row["count"],
                    "; ".join(f"{element}: {n}" for element, n in row["elements"]),
                ]
                for row in tables["dna_groups"]
            ],
            size=8,
        )  # fmt: skip
    if tables["paired"]:
        _paired(paper, tables["paired"], level)


def _paired(paper: Paper, rows: list[dict[str, Any]], level: int) -> None:
    paper.heading(_("Estimates of how many there were: no minimum"), level)
    paper.text(
        _(
            "From left and right bones that have the same zone, and the final pairs among them. They suppose that "
            "every bone had the same chance to be recovered."
        ),
        "soft",
    )
    paper.table(
        [(_("element"), 3, "left"), (_("zone"), 0, "right"), ("L", 0, "right"), ("R", 0, "right"),
         ("P", 0, "right"), ("GMT", 0, "right"), ("LI", 0, "right"), ("MLNI", 0, "right"),
         (pgettext("numbers", "region"), 0, "right"), (_("recovered"), 0, "right"), (_("remark"), 3, "left")],
        [
            [
                row["element"], row["zone"], row["left"], row["right"], row["pairs"], row["gmt"],
                None if row["lincoln"] is None else round(row["lincoln"], 1),
                None if row["mlni"] is None
                else f"{row['mlni']} \N{PLUS-MINUS SIGN} {in_letters(round(row['standard_error'], 1))}",
                None if row["region_low"] is None
                else f"{row['region_low']}-{row['region_high']} ({row['level']} %)",
                None if row["percent"] is None else f"{row['percent']} %",
                _("no final pair") if not row["pairs"] else _("fewer than 7 pairs: biased") if row["few"] else "",
            ]
            for row in rows
        ],
        size=8,
    )  # fmt: skip
    paper.text(
        _(
            "GMT: grand minimum total, L + R - P. LI: Lincoln's index, L R / P. MLNI: most likely number of "
            "individuals, with its standard error and highest-density region."
        ),
        "soft",
    )


def bones_as_frozen(paper: Paper, assessment: Assessment) -> None:
    """Draw the skeleton as it stood with the inputs, and list it."""
    kept = assessment.result["diagram"]
    found = tallies_of(kept)
    marks = frozen(paper.viewer, assessment.case_id, from_result(kept["marks"]))
    frequency = assessment.find_id is None
    if not any(found.values()):
        return
    paper.heading(_("On the skeleton"))
    paper.text(
        _("As the bones stood after entry %(seq)s, and what was seen on them then.")
        % {"seq": assessment.ledger_seq},
        "soft",
    )
    for figure in recovered.figures(found, frequency=frequency, marks=marks.shown):
        if figure.title:
            paper.heading(figure.title, 2)
        paper.drawing(
            drawn(figure),
            _("Skeleton with the bones that were recovered. The table says the same in words."),
            72,
            legend(frequency=frequency, signs=marks.signs),
        )
    paper.table(
        [(_("bone or tooth"), 4, "left"), (_("adult or unknown: specimens"), 2, "right"),
         (_("bones at least"), 2, "right"), (_("young: specimens"), 2, "right"), (_("bones at least"), 2, "right")],
        [
            [
                row["name"],
                *(
                    value
                    for tally in (row["adult"], row["juvenile"])
                    for value in ((tally.specimens, tally.least) if tally else (None, None))
                ),
            ]
            for row in recovered.table(found)
        ],
        size=8,
    )  # fmt: skip
