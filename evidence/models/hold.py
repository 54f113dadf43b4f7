"""Legal holds: an item is kept as it is by a prosecutor's order, until another prosecutor lifts it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseRecord
from cases.models.fields import status_since_field
from cases.models.user import User
from evidence.models.item import ITEM_KEY, ItemReference, one_item


class HoldStatus(models.TextChoices):
    """Whether a hold stands; changed by its one transition only."""

    STANDING = "standing", _("stands")
    LIFTED = "lifted", _("lifted")


class LegalHold(ItemReference, CaseRecord):
    """One hold on one find, specimen or exhibit. While it stands, the item stays as it is."""

    reason = models.TextField(_("reason"))
    court_order = models.CharField(
        _("order of a court"),
        max_length=200,
        blank=True,
        help_text=_("Court and number, where there is one."),
    )
    from_on = models.DateField(_("from"))
    placed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("placed by")
    )
    status = models.CharField(_("status"), max_length=8, choices=HoldStatus.choices, editable=False)
    status_since = status_since_field()
    lifted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("lifted by"),
    )
    lifted_on = models.DateField(_("lifted on"), null=True, editable=False)
    lifting_reason = models.TextField(_("why it was lifted"), blank=True, editable=False)

    # Somebody asks that it be lifted; a prosecutor who did not place it decides.
    lift_asked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("who asks to lift it"),
    )
    lift_asked_reason = models.TextField(_("why it should be lifted"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "-id"], name="evidence_legalhold_newest"),
            models.Index(ITEM_KEY, condition=Q(status="standing"), name="evidence_legalhold_standing"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            one_item(),
            models.CheckConstraint(
                name="evidence_legalhold_status_known", condition=Q(status__in=HoldStatus.values)
            ),
            models.CheckConstraint(name="evidence_legalhold_reasoned", condition=~Q(reason="")),
            models.CheckConstraint(
                name="evidence_legalhold_lifted_by_another",
                condition=Q(
                    status="standing", lifted_by__isnull=True, lifted_on__isnull=True, lifting_reason=""
                )
                | Q(status="lifted", lifted_by__isnull=False, lifted_on__isnull=False)
                & ~Q(lifted_by=F("placed_by"))
                & (Q(lift_asked_by__isnull=True) | ~Q(lifted_by=F("lift_asked_by")))
                & ~Q(lifting_reason=""),
            ),
            models.CheckConstraint(
                name="evidence_legalhold_lift_asked_reasoned",
                condition=Q(lift_asked_by__isnull=True, lift_asked_reason="")
                | (Q(lift_asked_by__isnull=False) & ~Q(lift_asked_reason="")),
            ),
            models.CheckConstraint(
                name="evidence_legalhold_days_ordered",
                condition=Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.reason}"[:120]
