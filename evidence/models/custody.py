"""Custody: who holds an item from when until when, and the hand-overs by which that changes.

A `Consignment` is one act of handing over, of one item or many; each item in it is a `CustodyEvent`, open until its
receiver answers. A `Holding` is one interval in which one holder has an item. The holdings of an item that are not
superseded tile the time from its first one on: the database lets neither a gap nor an overlap through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.fields import status_since_field
from evidence.models.item import ITEM_KEY, ItemReference, one_item
from evidence.models.seal import Seal
from evidence.models.storage import HELD_TIME

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def person_field(label: StrOrPromise) -> models.ForeignKey:
    """Return the reference to a person who holds, releases or receives."""
    return models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def agency_field(label: StrOrPromise) -> models.ForeignKey:
    """Return the reference to an agency that holds, releases or receives."""
    return models.ForeignKey(
        "cases.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def outside_field(label: StrOrPromise) -> models.CharField[str, str]:
    """Return the name of a body without an account: a court, a hospital, a family."""
    return models.CharField(label, max_length=200, blank=True)


def one_holder(stem: str) -> models.CheckConstraint:
    """Return the constraint that a holder is a person, an agency or a body outside: exactly one of them."""
    person, agency, outside = f"{stem}_person__isnull", f"{stem}_agency__isnull", f"{stem}_outside"
    return models.CheckConstraint(
        name=f"%(app_label)s_%(class)s_one_{stem}",
        condition=Q(**{person: False, agency: True, outside: ""})
        | Q(**{person: True, agency: False, outside: ""})
        | (Q(**{person: True, agency: True}) & ~Q(**{outside: ""})),
    )


class Consignment(CaseRecord):
    """One act of handing over: from whom, to whom, when, where and why. What went with it are its custody events."""

    number = models.CharField(_("number"), max_length=70, editable=False)
    serial = models.PositiveIntegerField(_("serial"), editable=False)
    from_person = person_field(_("from (person)"))
    from_agency = agency_field(_("from (agency)"))
    from_outside = outside_field(_("from (body outside)"))
    to_person = person_field(_("to (person)"))
    to_agency = agency_field(_("to (agency or laboratory)"))
    to_outside = outside_field(_("to (body outside)"))
    released_at = models.DateTimeField(_("handed over at"))
    released_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("handed over by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    handed_over_where = models.CharField(_("where"), max_length=200, blank=True)
    purpose = models.TextField(_("why"))
    carried_by = models.CharField(
        _("carried by"), max_length=200, blank=True, help_text=_("Courier or vehicle, if it travels.")
    )

    class Meta(CaseRecord.Meta):
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-id"], name="evidence_consignment_newest")]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "serial"], name="evidence_consignment_serial_unique"),
            one_holder("from"),
            one_holder("to"),
            models.CheckConstraint(name="evidence_consignment_purposeful", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="evidence_consignment_not_ahead", condition=Q(released_at__lte=F("recorded_at"))
            ),
            models.CheckConstraint(
                name="evidence_consignment_to_another",
                condition=(
                    Q(from_person__isnull=True) | Q(to_person__isnull=True) | ~Q(from_person=F("to_person"))
                )
                & (Q(from_agency__isnull=True) | Q(to_agency__isnull=True) | ~Q(from_agency=F("to_agency"))),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class EventStatus(models.TextChoices):
    """How far the hand-over of one item has come."""

    OPEN = "open", _("on its way: not accepted yet")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    CALLED_BACK = "called_back", _("called back")


#: Accepted under another seal than that of dispatch, or under none.
SEAL_DIFFERS = (
    Q(status=EventStatus.ACCEPTED)
    & ~Q(seal_before__isnull=True, seal_after__isnull=True)
    & ~Q(seal_after=F("seal_before"))
)


class CustodyEvent(ItemReference, CaseRecord):
    """The hand-over of one item: seal and condition before and after, and the receiver's answer."""

    consignment = CaseForeignKey(
        Consignment, keeps=True, related_name="events", verbose_name=_("consignment")
    )
    status = models.CharField(_("status"), max_length=12, choices=EventStatus.choices, editable=False)
    status_since = status_since_field()
    seal_before = CaseForeignKey(
        Seal, null=True, blank=True, related_name="sent_with", verbose_name=_("seal at dispatch")
    )
    condition_before = models.CharField(_("condition at dispatch"), max_length=300, blank=True)
    #: What a find was before it was sent: it is that again when it is not accepted.
    status_before = models.CharField(_("status before"), max_length=12, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = person_field(_("answered by"))
    answer_recorded_at = models.DateTimeField(_("answer recorded at"), null=True, editable=False)
    received_by_name = models.CharField(
        _("signed for by"),
        max_length=200,
        blank=True,
        help_text=_("For a body outside: the name under the receipt."),
    )
    seal_after = CaseForeignKey(
        Seal, null=True, blank=True, related_name="arrived_with", verbose_name=_("seal on arrival")
    )
    condition_after = models.CharField(_("condition on arrival"), max_length=300, blank=True)
    remark = models.TextField(
        _("about the seal"),
        blank=True,
        help_text=_("What was found, when the seal is not the one of dispatch."),
    )
    answer_reason = models.TextField(_("reason"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("custody event")
        verbose_name_plural = _("custody events")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["case", "-id"], condition=Q(status="open"), name="evidence_custodyevent_open"
            ),
            models.Index(fields=["case", "-id"], name="evidence_custodyevent_newest"),
            models.Index(fields=["case", "-id"], condition=SEAL_DIFFERS, name="evidence_custodyevent_seal"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            one_item(),
            models.CheckConstraint(
                name="evidence_custodyevent_status_known", condition=Q(status__in=EventStatus.values)
            ),
            models.UniqueConstraint(
                ITEM_KEY, name="evidence_custodyevent_one_open", condition=Q(status="open")
            ),
            models.CheckConstraint(
                name="evidence_custodyevent_answered",
                condition=Q(
                    status="open",
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                    answer_recorded_at__isnull=True,
                    seal_after__isnull=True,
                )
                | (
                    ~Q(status="open")
                    & Q(
                        answered_at__isnull=False, answered_by__isnull=False, answer_recorded_at__isnull=False
                    )
                ),
            ),
            models.CheckConstraint(
                name="evidence_custodyevent_not_ahead",
                condition=Q(answered_at__isnull=True) | Q(answered_at__lte=F("answer_recorded_at")),
            ),
            models.CheckConstraint(
                name="evidence_custodyevent_refusal_reasoned",
                condition=~Q(status__in=["refused", "called_back"]) | ~Q(answer_reason=""),
            ),
            # Another seal than the one of dispatch, or none, is never accepted in silence.
            models.CheckConstraint(
                name="evidence_custodyevent_seal_said",
                condition=~Q(status="accepted")
                | Q(seal_before__isnull=True, seal_after__isnull=True)
                | Q(seal_before__isnull=False, seal_after__isnull=False, seal_after=F("seal_before"))
                | ~Q(remark=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.item}"


class HoldingBasis(models.TextChoices):
    """How a holding began."""

    FIRST = "first", _("taken into custody")
    HAND_OVER = "hand_over", _("hand-over accepted")
    SPLIT = "split", _("came out of a find that was split")
    MERGE = "merge", _("finds were merged into it")
    PARTING = "parting", _("taken out of an item in custody")
    LATE = "late", _("late entry")


class HoldingEnd(models.TextChoices):
    """How custody of an item ended for good."""

    CONSUMED = "consumed", _("consumed")
    RELEASED = "released", _("released")
    DESTROYED = "destroyed", _("destroyed")
    RETURNED = "returned", _("returned to the family")
    REBURIED = "reburied", _("reburied")
    MERGED = "merged", _("merged into another find")


class Holding(ItemReference, CaseRecord):
    """One holder had one item from an instant until another, or has it still."""

    holder_person = person_field(_("holder (person)"))
    holder_agency = agency_field(_("holder (agency)"))
    holder_outside = outside_field(_("holder (body outside)"))
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    ending = models.CharField(  # noqa: DJ001 - custody that goes on is NULL
        _("ended by"), max_length=12, choices=HoldingEnd.choices, null=True, blank=True
    )
    ending_reason = models.TextField(_("why it ended"), blank=True)
    basis = models.CharField(_("began by"), max_length=12, choices=HoldingBasis.choices)
    event = CaseForeignKey(
        CustodyEvent, null=True, blank=True, related_name="holdings", verbose_name=_("by the hand-over")
    )
    note = models.TextField(_("note"), blank=True)
    recorded_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, editable=False)
    superseded_reason = models.TextField(_("why it was superseded"), blank=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["-from_at", "-id"]
        indexes = [
            models.Index(
                fields=["case", "holder_person"],
                condition=Q(superseded_at__isnull=True, until_at__isnull=True),
                name="evidence_holding_now",
            ),
            models.Index(ITEM_KEY, "from_at", name="evidence_holding_item"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            one_item(),
            one_holder("holder"),
            models.CheckConstraint(
                name="evidence_holding_basis_known", condition=Q(basis__in=HoldingBasis.values)
            ),
            models.CheckConstraint(
                name="evidence_holding_ordered",
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")),
            ),
            models.CheckConstraint(
                name="evidence_holding_not_ahead", condition=Q(from_at__lte=F("recorded_at"))
            ),
            models.CheckConstraint(
                name="evidence_holding_end_dated",
                condition=Q(ending__isnull=True, ending_reason="")
                | (Q(ending__in=HoldingEnd.values, until_at__isnull=False) & ~Q(ending_reason="")),
            ),
            models.CheckConstraint(
                name="evidence_holding_by_event",
                condition=Q(basis="hand_over", event__isnull=False)
                | Q(basis="late")
                | (~Q(basis__in=["hand_over", "late"]) & Q(event__isnull=True)),
            ),
            models.CheckConstraint(
                name="evidence_holding_late_reasoned", condition=~Q(basis="late") | ~Q(note="")
            ),
            models.CheckConstraint(
                name="evidence_holding_superseded_reasoned",
                condition=Q(superseded_at__isnull=True, superseded_reason="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_reason="")),
            ),
            # What was held is not unheld: a holding is superseded, never withdrawn.
            models.CheckConstraint(
                name="evidence_holding_never_withdrawn", condition=Q(withdrawn_at__isnull=True)
            ),
            ExclusionConstraint(
                name="evidence_holding_one_at_a_time",
                expressions=[(ITEM_KEY, RangeOperators.EQUAL), (HELD_TIME, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.holder}"

    @property
    def holder(self) -> str:
        """Name the holder."""
        return holder_name(self, "holder")


def holder_name(record: Consignment | Holding, stem: str) -> str:
    """Name a person with their agency, an agency, or a body outside."""
    person, agency = getattr(record, f"{stem}_person"), getattr(record, f"{stem}_agency")
    if person is not None:
        return f"{person.full_name} ({person.agency.short_name})"
    return str(agency) if agency is not None else str(getattr(record, f"{stem}_outside"))
