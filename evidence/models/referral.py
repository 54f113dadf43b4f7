"""Referrals: what is sent to a laboratory, which examinations are asked for, and who asked, approved and received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.agency import AgencyKind
from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from cases.models.fields import status_since_field
from evidence.models.item import ITEM_KEY, ItemReference, one_item

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Agencies that things are sent to for examination.
EXAMINING = (AgencyKind.LABORATORY, AgencyKind.FORENSIC)


class ReferralStatus(models.TextChoices):
    """Where a referral stands; changed by transitions only."""

    DRAFT = "draft", _("draft")
    REQUESTED = "requested", _("awaits approval")
    APPROVED = "approved", _("approved, to be dispatched")
    DISPATCHED = "dispatched", _("dispatched")
    RECEIVED = "received", _("received by the laboratory")
    EXAMINATION = "examination", _("in examination")
    REPORTED = "reported", _("reported")
    RETURNED = "returned", _("returned for completion")
    DISPUTED = "disputed", _("disputed")
    ACCEPTED = "accepted", _("accepted")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


_S = ReferralStatus
#: What the laboratory sees: from the dispatch on.
SENT = (
    _S.DISPATCHED,
    _S.RECEIVED,
    _S.EXAMINATION,
    _S.REPORTED,
    _S.RETURNED,
    _S.DISPUTED,
    _S.ACCEPTED,
    _S.CLOSED,
)
#: What waits for the laboratory.
AT_LABORATORY = (_S.DISPATCHED, _S.RECEIVED, _S.EXAMINATION, _S.RETURNED)
#: While it stands so, its items go to nobody else: somebody is about to send them, or examines them.
UNDERWAY = (_S.REQUESTED, _S.APPROVED, *AT_LABORATORY, _S.REPORTED)
#: What nobody waits for any more.
ENDED = (_S.CLOSED, _S.CANCELLED)


class Urgency(models.TextChoices):
    """How soon an answer is needed; chosen, never assumed."""

    ROUTINE = "routine", _("routine")
    PRIORITY = "priority", _("before others")
    URGENT = "urgent", _("urgent")


def _signer(label: StrOrPromise) -> models.ForeignKey:
    return models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=label,
    )


class Referral(CaseRecord):
    """A request to a laboratory: items, examinations and questions, under a reference that tells no case."""

    number = models.CharField(_("number"), max_length=80, editable=False)
    serial = models.PositiveIntegerField(_("serial"), editable=False)
    reference = models.CharField(
        _("reference"),
        max_length=16,
        unique=True,
        editable=False,
        help_text=_("What the laboratory calls it by; it is drawn by lot and tells nothing of the case."),
    )
    laboratory = models.ForeignKey(
        "cases.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("laboratory")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    due_on = models.DateField(_("due on"), help_text=_("The day by which the report is needed."))
    background = models.TextField(
        _("what the laboratory is told"),
        blank=True,
        help_text=_("The laboratory reads this, and nothing else of the case: no names, numbers or places."),
    )
    status = models.CharField(_("status"), max_length=12, choices=ReferralStatus.choices, editable=False)
    status_since = status_since_field()
    drafted_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("drafted by")
    )
    requested_by = _signer(_("requested by"))
    approved_by = _signer(_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    consignment = CaseForeignKey(
        "evidence.Consignment",
        null=True,
        related_name="referrals",
        editable=False,
        verbose_name=_("consignment"),
    )
    refusal_reason = models.TextField(_("why it was not approved"), blank=True, editable=False)
    return_reason = models.TextField(_("what is missing in the report"), blank=True, editable=False)
    dispute_reason = models.TextField(_("why the report is disputed"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("laboratory referral")
        verbose_name_plural = _("laboratory referrals")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "status", "due_on"], name="evidence_referral_by_status"),
            models.Index(fields=["laboratory", "status", "due_on"], name="evidence_referral_by_lab"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "serial"], name="evidence_referral_serial_unique"),
            models.CheckConstraint(
                name="evidence_referral_status_known", condition=Q(status__in=ReferralStatus.values)
            ),
            models.CheckConstraint(
                name="evidence_referral_urgency_known", condition=Q(urgency__in=Urgency.values)
            ),
            models.CheckConstraint(
                name="evidence_referral_reference_form",
                condition=Q(reference__regex=r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$"),
            ),
            models.CheckConstraint(
                name="evidence_referral_requested",
                condition=Q(status__in=[_S.DRAFT, _S.CANCELLED]) | Q(requested_by__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_referral_approved",
                condition=Q(status__in=[_S.DRAFT, _S.REQUESTED, _S.CANCELLED])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_referral_consigned",
                condition=Q(status__in=[_S.DRAFT, _S.REQUESTED, _S.APPROVED, _S.CANCELLED])
                | Q(consignment__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_referral_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("requested_by")) & ~Q(approved_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReferralItem(ItemReference, CaseRecord):
    """One thing that is sent: a find, a specimen or an exhibit, what is asked of it, and how it arrived."""

    referral = CaseForeignKey(Referral, keeps=True, related_name="items", verbose_name=_("referral"))
    position = models.PositiveSmallIntegerField(_("position"), editable=False)
    described_as = models.CharField(
        _("what the laboratory calls it"),
        max_length=200,
        help_text=_("What it is, without its number: the number tells the site."),
    )
    asked = models.TextField(_("what is asked of it"))
    # How it arrived, as the laboratory says.
    received_at = models.DateTimeField(_("received at"), null=True, editable=False)
    received_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("received by"),
    )
    seal_seen = models.CharField(_("seal seen"), max_length=80, blank=True, editable=False)
    seal_intact = models.BooleanField(_("seal whole"), null=True, editable=False)
    condition_seen = models.TextField(_("condition on arrival"), blank=True, editable=False)
    not_accepted = models.TextField(  # noqa: DJ001 - what was accepted is NULL
        _("why it was not accepted"), null=True, editable=False
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("item of a referral")
        verbose_name_plural = _("items of referrals")
        ordering = ["referral", "position"]
        indexes = [models.Index(ITEM_KEY, name="evidence_referralitem_item")]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["referral", "position"], name="evidence_referralitem_position_unique"
            ),
            one_item(),
            models.CheckConstraint(
                name="evidence_referralitem_described", condition=~Q(described_as="") & ~Q(asked="")
            ),
            models.UniqueConstraint(
                "referral",
                ITEM_KEY,
                name="evidence_referralitem_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="evidence_referralitem_receipt_whole",
                condition=Q(
                    received_at__isnull=True,
                    received_by__isnull=True,
                    seal_intact__isnull=True,
                    not_accepted__isnull=True,
                )
                | Q(received_at__isnull=False, received_by__isnull=False) & ~Q(condition_seen=""),
            ),
            models.CheckConstraint(
                name="evidence_referralitem_refusal_said",
                condition=Q(not_accepted__isnull=True) | ~Q(not_accepted=""),
            ),
        ]

    @property
    def label(self) -> str:
        """Return what the laboratory calls it by."""
        return f"{self.referral.reference}/{self.position}"

    def __str__(self) -> str:
        return f"{self.referral}: {self.item}"


class Examination(CaseRecord):
    """One examination that is asked for, with the question to the expert."""

    referral = CaseForeignKey(Referral, keeps=True, related_name="examinations", verbose_name=_("referral"))
    kind = CodeField("examination", verbose_name=_("examination"))
    question = models.TextField(_("question to the expert"))

    class Meta(CaseRecord.Meta):
        verbose_name = _("examination asked for")
        verbose_name_plural = _("examinations asked for")
        ordering = ["referral", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="evidence_examination_asked", condition=~Q(question="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.question if len(self.question) <= 60 else self.question[:59] + '…'}"
