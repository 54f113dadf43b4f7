"""Sharing agreements: what of a case a partner is sent, on what basis, from when until when; and what was sent."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.ids import new_id
from cases.models.agency import Agency
from cases.models.base import CaseRecord, Handling
from cases.models.client import Client
from cases.models.fields import status_since_field
from cases.models.user import User


class AgreementStatus(models.TextChoices):
    """Where an agreement stands; changed by transitions only."""

    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed")
    ENDED = "ended", _("ended")
    DISCARDED = "discarded", _("discarded")


class Withheld(models.TextChoices):
    """What a partner is not sent of records that it is sent."""

    PLACE = "place", _("exact places")
    INFORMANTS = "informants", _("informants")
    GENETICS = "genetics", _("genetics")
    NAMES = "names", _("names of people")
    PHOTOGRAPHS = "photographs", _("photographs and documents")


#: What a prosecution shares at most. What is humanitarian only is not the prosecution's to share.
SHARED_HANDLINGS: Final = (Handling.OPEN, Handling.INVESTIGATION)


def everything_withheld() -> list[str]:
    """Return all that can be withheld: what an agreement gives away, somebody has ticked off."""
    return list(Withheld.values)


class SharingAgreement(CaseRecord):
    """What one partner is sent of one case. It is drafted by one person and signed by a prosecutor who is another."""

    partner = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    purpose = models.TextField(_("purpose"))
    legal_basis = models.TextField(_("legal basis"))
    kinds = ArrayField(
        models.CharField(max_length=63),
        verbose_name=_("kinds of records"),
        help_text=_("Nothing of another kind is sent."),
    )
    handling_at_most = models.CharField(
        _("handling at most"),
        max_length=16,
        choices=[(h.value, h.label) for h in SHARED_HANDLINGS],
        help_text=_("What is humanitarian only is never shared by the prosecution."),
    )
    withheld = ArrayField(
        models.CharField(max_length=16, choices=Withheld.choices),
        verbose_name=_("withheld"),
        default=everything_withheld,
        blank=True,
        help_text=_(
            "What is left out of each record. Who changed it, and why, is part of the ledger and is sent."
        ),
    )
    contributes = ArrayField(
        models.CharField(max_length=63),
        verbose_name=_("may contribute"),
        default=list,
        blank=True,
        help_text=_("Kinds of records that the partner may propose; somebody of the case accepts each."),
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), help_text=_("Last day. An agreement always ends."))
    status = models.CharField(_("status"), max_length=10, choices=AgreementStatus.choices, editable=False)
    status_since = status_since_field()
    epoch = models.PositiveIntegerField(
        _("epoch"),
        null=True,
        editable=False,
        help_text=_("Counts the agreements with this partner: with another one the partner begins anew."),
    )
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("drafted by")
    )
    signed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    end_reason = models.TextField(_("why it ended"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("sharing agreement")
        verbose_name_plural = _("sharing agreements")
        ordering = ["-id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="cases_sharingagreement_status_known", condition=Q(status__in=AgreementStatus.values)
            ),
            models.CheckConstraint(
                name="cases_sharingagreement_reasoned", condition=~Q(purpose="") & ~Q(legal_basis="")
            ),
            models.CheckConstraint(name="cases_sharingagreement_kinds", condition=~Q(kinds=[])),
            models.CheckConstraint(
                name="cases_sharingagreement_handling_shared",
                condition=Q(handling_at_most__in=[h.value for h in SHARED_HANDLINGS]),
            ),
            models.CheckConstraint(
                name="cases_sharingagreement_withheld_known",
                condition=Q(withheld__contained_by=Withheld.values),
            ),
            models.CheckConstraint(
                name="cases_sharingagreement_days_ordered", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="cases_sharingagreement_signed_by_another",
                condition=Q(
                    status__in=[AgreementStatus.DRAFT, AgreementStatus.DISCARDED], signed_by__isnull=True
                )
                | Q(
                    status__in=[AgreementStatus.SIGNED, AgreementStatus.ENDED],
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    epoch__isnull=False,
                )
                & ~Q(signed_by=F("drafted_by")),
            ),
            models.UniqueConstraint(
                fields=["case", "partner", "epoch"], name="cases_sharingagreement_epoch_once"
            ),
            # Two agreements in force at once would leave it open which of them says what is withheld.
            ExclusionConstraint(
                name="cases_sharingagreement_one_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("partner", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_on"),
                            F("until_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status=AgreementStatus.SIGNED, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner.short_name}, {self.from_on:%Y-%m-%d} - {self.until_on:%Y-%m-%d}"

    @property
    def handlings(self) -> list[str]:
        """Return the handlings of records that it covers."""
        if self.handling_at_most == Handling.INVESTIGATION:
            return [str(handling.value) for handling in SHARED_HANDLINGS]
        return [str(Handling.OPEN.value)]

    @classmethod
    def in_force(cls, day: dt.date | None = None) -> Q:
        """Return what is true of an agreement under which records are sent on a day, today unless one is given."""
        day = day or timezone.localdate()
        return Q(
            status=AgreementStatus.SIGNED, withdrawn_at__isnull=True, from_on__lte=day, until_on__gte=day
        )


class DeliveryKind(models.TextChoices):
    """In which form records were sent."""

    CHANGES = "changes", _("changes")
    SNAPSHOT = "snapshot", _("present state")


class Delivery(models.Model):
    """What was sent to a partner: which entries of the ledger, to which client, under which agreement.

    Beside the ledger. It is written before anything is sent, with the last entry that may be, and ended once with what
    was sent; after that it never changes. The agreement, which is not changed once it is signed, says which fields.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("at"), db_default=Now())
    case_id = models.UUIDField(_("case"))
    agreement: Any = models.ForeignKey(
        SharingAgreement, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("agreement")
    )
    client: Any = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("client")
    )
    kind = models.CharField(_("form"), max_length=10, choices=DeliveryKind.choices)
    after_seq = models.BigIntegerField(_("after entry"))
    upto_seq = models.BigIntegerField(_("up to entry"))
    entries = models.TextField(
        _("entries sent"), blank=True, help_text=_("Numbers of the entries, as ranges: 5-9,12.")
    )
    number = models.PositiveIntegerField(
        _("how many"), null=True, help_text=_("Empty while it is being sent, and where nobody wrote the end.")
    )
    complete = models.BooleanField(_("sent to the end"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case_id", "-id"], name="cases_delivery_case")]
        constraints = [
            models.CheckConstraint(
                name="cases_delivery_ended",
                condition=Q(number__isnull=True, complete__isnull=True, entries="")
                | Q(number__isnull=False, complete__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.get_kind_display()}"


__all__ = [
    "AgreementStatus",
    "Delivery",
    "DeliveryKind",
    "SharingAgreement",
    "Withheld",
    "everything_withheld",
]
