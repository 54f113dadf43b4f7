"""The rules of referrals, their items, results, findings and expert reports in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import WrongState
from cases.services.rules import DatabaseRule, declare_rules

declare_rules(
    {
        "evidence_referral_serial_unique": DatabaseRule(
            "referral.serial_taken", _("Another referral of the case has this serial."), "serial"
        ),
        "evidence_referral_reference_form": DatabaseRule(
            "referral.reference_form",
            _("A reference is two groups of four letters and digits that are not mistaken for each other."),
            "reference",
        ),
        "evidence_referral_numbered": DatabaseRule(
            "referral.number_fixed",
            _("A referral keeps the number and the reference that were given to it."),
            "number",
        ),
        "evidence_referral_requested": DatabaseRule(
            "referral.requested", _("Somebody asks for a referral before it goes on."), kind=WrongState
        ),
        "evidence_referral_approved": DatabaseRule(
            "referral.approved", _("A referral goes on once a prosecutor approved it."), kind=WrongState
        ),
        "evidence_referral_consigned": DatabaseRule(
            "referral.consigned",
            _("What is sent to a laboratory is handed over as a consignment."),
            kind=WrongState,
        ),
        "evidence_referral_consigned_to_it": DatabaseRule(
            "referral.consigned_to_it",
            _("The items of a referral are handed over to its own laboratory."),
            "consignment",
        ),
        "evidence_referralitem_one_item": DatabaseRule(
            "referral.one_item", _("An item is one find, specimen or exhibit: exactly one of them.")
        ),
        "evidence_referralitem_position_unique": DatabaseRule(
            "referral.position_taken", _("Another item of the referral has this position."), "position"
        ),
        "evidence_referralitem_refusal_said": DatabaseRule(
            "referral.refusal_said", _("Who does not accept an item says why."), "not_accepted"
        ),
        "evidence_result_answered": DatabaseRule(
            "result.answered", _("A result has its answer and who examined."), "answer"
        ),
        "evidence_result_corrected_with_reason": DatabaseRule(
            "result.corrected_with_reason",
            _("A result that takes the place of another one says what was wrong."),
            "correction",
        ),
        "evidence_expertreport_once": DatabaseRule(
            "expert_report.once", _("This document is filed as an expert report already."), kind=WrongState
        ),
        "evidence_finding_based": DatabaseRule(
            "finding.based", _("A finding says on what it is based."), "basis"
        ),
        "evidence_finding_decided": DatabaseRule(
            "finding.decided", _("A decision has who took it and when; what is proposed has neither.")
        ),
        "evidence_finding_declined_with_reason": DatabaseRule(
            "finding.declined_with_reason", _("A finding is declined with a reason."), "decline_reason"
        ),
        "evidence_finding_tied": DatabaseRule(
            "finding.tied", _("An accepted finding is tied to the record that was made of it.")
        ),
    }
)
