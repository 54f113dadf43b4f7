"""Where things are kept: places as a tree, and what lay where from when until when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from evidence.models.item import ITEM_KEY, ItemReference, one_item

#: The time of what lasts from an instant until another, the second not included.
HELD_TIME = Func(
    F("from_at"), F("until_at"), Value("[)"), function="tstzrange", output_field=DateTimeRangeField()
)


class StorageKind(models.TextChoices):
    """What a storage place is."""

    BUILDING = "building", _("building")
    ROOM = "room", _("room")
    COLD = "cold", _("cold room or freezer")
    CABINET = "cabinet", _("cabinet or rack")
    SHELF = "shelf", _("shelf")
    BOX = "box", _("box")
    OTHER = "other", _("other place")


class StoragePlace(CaseRecord):
    """One place of an agency in which things of the case are kept; inside another, unless it is the outermost.

    It belongs to the case, as all that is kept of it does: which room holds a case's evidence is nobody else's
    business.
    """

    agency = models.ForeignKey(
        "cases.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency"),
        help_text=_("Whose premises; only for the outermost place."),
    )
    parent = CaseForeignKey(
        "self", keeps=True, null=True, blank=True, related_name="inside", verbose_name=_("inside of")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=StorageKind.choices)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("As it is written on it: Room 4, Shelf B.")
    )
    conditions = models.CharField(
        _("conditions"), max_length=200, blank=True, help_text=_("E.g. locked, 4 °C, dry.")
    )
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("storage place")
        verbose_name_plural = _("storage places")
        ordering = ["name", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                name="evidence_storageplace_kind_known", condition=Q(kind__in=StorageKind.values)
            ),
            models.CheckConstraint(name="evidence_storageplace_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="evidence_storageplace_of_agency",
                condition=Q(agency__isnull=True, parent__isnull=False)
                | Q(agency__isnull=False, parent__isnull=True),
            ),
            models.CheckConstraint(
                name="evidence_storageplace_not_inside_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            ),
            models.UniqueConstraint(
                fields=["case", "parent", "agency", "name"],
                name="evidence_storageplace_name_unique",
                nulls_distinct=False,
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Placement(ItemReference, CaseRecord):
    """An item lay at a place from an instant until another, or lies there still."""

    place = CaseForeignKey(StoragePlace, keeps=True, related_name="placements", verbose_name=_("place"))
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    placed_by = models.ForeignKey(
        "cases.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("put there by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["-from_at", "-id"]
        indexes = [models.Index(fields=["place", "from_at"], name="evidence_placement_at_place")]
        constraints = [
            *CaseRecord.Meta.constraints,
            one_item(),
            models.CheckConstraint(
                name="evidence_placement_ordered",
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")),
            ),
            models.CheckConstraint(
                name="evidence_placement_not_ahead", condition=Q(from_at__lte=F("recorded_at"))
            ),
            ExclusionConstraint(
                name="evidence_placement_one_place",
                expressions=[(ITEM_KEY, RangeOperators.EQUAL), (HELD_TIME, RangeOperators.OVERLAPS)],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.place}"
