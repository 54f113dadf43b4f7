"""Seals: what closes an item, by a number that is used once in a case."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseRecord
from evidence.models.item import ITEM_KEY, ItemReference, one_item


class Seal(ItemReference, CaseRecord):
    """One seal of one item: when and by whom it was put on, and when, by whom and why it was broken."""

    number = models.CharField(_("number"), max_length=60)
    applied_at = models.DateTimeField(_("applied at"))
    applied_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("applied by"),
        help_text=_("Empty for a seal that was found on the item when it arrived."),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    broken_at = models.DateTimeField(_("broken at"), null=True, editable=False)
    broken_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("found broken, or broken, by"),
    )
    broken_reason = models.TextField(_("why it is broken"), blank=True, editable=False)
    broken_recorded_at = models.DateTimeField(_("break recorded at"), null=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            one_item(),
            models.UniqueConstraint(fields=["case", "number"], name="evidence_seal_number_unique"),
            models.UniqueConstraint(
                ITEM_KEY,
                name="evidence_seal_one_intact",
                condition=Q(broken_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(name="evidence_seal_numbered", condition=~Q(number="")),
            models.CheckConstraint(
                name="evidence_seal_not_ahead",
                condition=Q(applied_at__lte=F("recorded_at"))
                & (Q(broken_at__isnull=True) | Q(broken_at__lte=F("broken_recorded_at"))),
            ),
            models.CheckConstraint(
                name="evidence_seal_broken_after_applied",
                condition=Q(broken_at__isnull=True) | Q(broken_at__gte=F("applied_at")),
            ),
            models.CheckConstraint(
                name="evidence_seal_break_reasoned",
                condition=Q(
                    broken_at__isnull=True,
                    broken_by__isnull=True,
                    broken_recorded_at__isnull=True,
                    broken_reason="",
                )
                | (
                    Q(broken_at__isnull=False, broken_by__isnull=False, broken_recorded_at__isnull=False)
                    & ~Q(broken_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number
