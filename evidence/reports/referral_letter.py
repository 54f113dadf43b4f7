"""The letter to a laboratory: what is sent and asked, under a reference and in words that do not tell the case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evidence.models import Examination, Referral, ReferralItem, ReferralStatus
from evidence.reports.paper import Paper, in_letters, in_own_words

#: Before this, nobody has allowed it to be sent.
_NOT_APPROVED = (ReferralStatus.DRAFT, ReferralStatus.REQUESTED, ReferralStatus.CANCELLED)


def write(paper: Paper, referral: Referral) -> None:
    """Write the letter of a referral. The laboratory reads it, so it names no case, site, find or number."""
    if referral.status in _NOT_APPROVED:
        paper.text(_("Not approved. This letter is not to be sent."), "strong")
    paper.fields(
        {"label": _("To"), "value": referral.laboratory.name, "wide": False},
        {"label": _("From"), "value": referral.case.lead_agency.name, "wide": False},
        {"label": _("Reference, to be named in every answer"), "value": referral.reference, "wide": False},
        {"label": _("Report needed by"), "value": in_letters(referral.due_on), "wide": False},
        paper.field(referral, "urgency"),
        {"label": _("Approved on"), "value": in_letters(referral.approved_at), "wide": False},
    )
    if referral.background:
        paper.heading(_("What you should know"))
        paper.text(referral.background)
    rows = Examination.objects.visible_to(paper.viewer).current().filter(referral=referral)
    questions = list(rows.select_related("kind").order_by("id"))
    paper.heading(_("Examinations and questions"))
    paper.table(
        [(_("No."), 0, "right"), (_("examination"), 2, "left"), (_("question to the expert"), 5, "left")],
        [[place, in_own_words(row.kind.label), row.question] for place, row in enumerate(questions, start=1)],
    )
    items = list(
        ReferralItem.objects.visible_to(paper.viewer).current().filter(referral=referral).order_by("position")
    )
    paper.heading(_("Items"))
    paper.table(
        [
            (_("item"), 0, "left"),
            (_("what it is"), 3, "left"),
            (_("what is asked of it"), 4, "left"),
            (_("seal on arrival"), 2, "left"),
            (_("condition on arrival"), 2, "left"),
        ],
        [
            [
                f"{referral.reference}/{row.position}",
                row.described_as,
                row.asked,
                row.seal_seen or "\N{NO-BREAK SPACE}",
                row.condition_seen or "\N{NO-BREAK SPACE}",
            ]
            for row in items
        ],
    )
    paper.text(
        _(
            "Please check seals and condition on arrival, note them here and in your receipt, and answer every "
            "question about every item, also where no conclusion is possible."
        )
    )
    paper.signatures(_("For the sender"), _("Received for the laboratory"), _("Day"))
