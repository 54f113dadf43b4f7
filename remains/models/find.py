"""Finds: what was seen, lifted and labelled in the field, under a number that is never used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord, Handling
from cases.models.fields import status_since_field
from cases.models.membership import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FindStatus(models.TextChoices):
    """Where a find is on its way; changed by transitions only."""

    LOCATED = "located", _("located")
    RECORDED = "recorded", _("recorded")
    LIFTED = "lifted", _("lifted")
    IN_TRANSIT = "in_transit", _("in transit")
    RECEIVED = "received", _("received")
    EXAMINATION = "examination", _("under examination")
    EXAMINED = "examined", _("examined")
    RELEASED = "released", _("released")
    RETURNED = "returned", _("returned")
    REBURIED = "reburied", _("reburied")
    RETAINED = "retained", _("retained by court order")


class FindCategory(models.TextChoices):
    """What kind of remains a find is. Category is no part of the number, which never changes."""

    BODY = "body", _("body")
    ALMOST_COMPLETE = "almost_complete", _("almost complete body")
    BODY_PART = "body_part", _("body part")
    BONE = "bone", _("bone")
    COMMINGLED = "commingled", _("commingled lot")
    FRAGMENTS = "fragments", _("fragments")
    TISSUE = "tissue", _("tissue, hair or nail")
    NON_HUMAN = "non_human", _("non-human")
    UNKNOWN = "unknown", _("not yet known")


class Observed(models.TextChoices):
    """What was looked for and seen; left empty when nobody looked."""

    PRESENT = "present", _("seen")
    ABSENT = "absent", _("looked for, not seen")
    UNCLEAR = "unclear", _("could not be judged")


class Articulation(models.TextChoices):
    """How far the bones lay in their natural order."""

    ARTICULATED = "articulated", _("articulated")
    PARTLY = "partly", _("partly articulated")
    DISARTICULATED = "disarticulated", _("disarticulated")
    UNCLEAR = "unclear", _("could not be judged")


def observed_field(label: StrOrPromise) -> models.CharField[str | None, str | None]:
    """Return a field for what was seen in place. Empty means that nobody has looked."""
    return models.CharField(label, max_length=8, choices=Observed.choices, null=True, blank=True)


#: The words of the description in no language's grammar: people write in their own.
DESCRIPTION_WORDS = SearchVector("description", config="simple")


class Find(CaseRecord):
    """What was lifted, or seen in place, under one number."""

    # References without an index of their own: those below serve them, or nothing asks by them.
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("case")
    )
    site = CaseForeignKey(
        "cases.Site", keeps=True, db_index=False, related_name="finds", verbose_name=_("site")
    )
    context = CaseForeignKey(
        "cases.Context", keeps=True, null=True, blank=True, related_name="finds", verbose_name=_("context")
    )
    # Where the number was given, if the find was attributed to another site since: the serial stays taken there.
    numbered_at = CaseForeignKey(
        "cases.Site",
        null=True,
        editable=False,
        db_index=False,
        related_name="finds_numbered_here",
        verbose_name=_("numbered at"),
    )
    number = models.CharField(_("number"), max_length=60, editable=False)
    serial = models.PositiveIntegerField(_("serial"), editable=False)
    category = models.CharField(_("category"), max_length=16, choices=FindCategory.choices)
    status = models.CharField(_("status"), max_length=12, choices=FindStatus.choices, editable=False)
    status_since = status_since_field()

    found_on = models.DateField(_("found on"), null=True, blank=True)
    finder = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("found by"),
    )
    finder_as_named = models.CharField(
        _("found by (no account)"),
        max_length=150,
        blank=True,
        help_text=_("Person or team that has no account in Taphos."),
    )
    description = models.TextField(_("description"), blank=True)
    position = models.CharField(
        _("position of the body"),
        max_length=200,
        blank=True,
        help_text=_("E.g. prone, left arm under the trunk."),
    )
    orientation_deg = models.PositiveSmallIntegerField(
        _("orientation (°)"),
        null=True,
        blank=True,
        help_text=_("Where the head points: 0-359, clockwise from grid north."),
    )
    articulation = models.CharField(  # noqa: DJ001 - unknown is NULL
        _("articulation"), max_length=16, choices=Articulation.choices, null=True, blank=True
    )
    bindings = observed_field(_("bindings"))
    bindings_note = models.TextField(_("bindings, as seen"), blank=True)
    blindfold = observed_field(_("blindfold"))
    blindfold_note = models.TextField(_("blindfold, as seen"), blank=True)
    clothing = observed_field(_("clothing"))
    clothing_note = models.TextField(_("clothing, as seen"), blank=True)

    easting_m = models.DecimalField(
        _("east (m)"),
        max_digits=10,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("In the site's own grid."),
    )
    northing_m = models.DecimalField(_("north (m)"), max_digits=10, decimal_places=3, null=True, blank=True)
    height_m = models.DecimalField(_("height (m)"), max_digits=8, decimal_places=3, null=True, blank=True)

    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    bags = models.PositiveSmallIntegerField(_("bags"), null=True, blank=True)
    storage_place = models.CharField(_("storage place"), max_length=200, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta(CaseRecord.Meta):
        verbose_name = _("find")
        verbose_name_plural = _("finds")
        ordering = ["-id"]
        # The newest finds of a case come by the key (case, id) that `ProtectTable` makes. Each of these is a list of
        # the admin in its order; the partial ones cost nothing for finds that have nothing there.
        indexes = [
            models.Index(fields=["site", "id"], name="remains_find_site_newest"),
            models.Index(fields=["case", "status", "id"], name="remains_find_by_status"),
            models.Index(fields=["case", "category", "id"], name="remains_find_by_category"),
            models.Index(fields=["case", "found_on", "id"], name="remains_find_by_day"),
            *(
                models.Index(
                    fields=["case", name, "id"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"remains_find_by_{name}",
                )
                for name in ("bindings", "blindfold", "clothing")
            ),
            models.Index(
                fields=["case", "handling", "id"],
                condition=~Q(handling=Handling.OPEN),
                name="remains_find_restricted",
            ),
            models.Index(
                fields=["case", "id"], condition=Q(withdrawn_at__isnull=False), name="remains_find_withdrawn"
            ),
            # The case page counts by these alone, without reading a find.
            models.Index(
                fields=["case", "category", "status", "handling"],
                condition=Q(withdrawn_at__isnull=True),
                name="remains_find_counted",
            ),
            # How many are in a status, and which of them longest: the start pages' and the lists' of what stands still.
            models.Index(
                fields=["case", "status", "status_since", "handling"],
                condition=Q(withdrawn_at__isnull=True),
                name="remains_find_standing",
            ),
            # Searched by the beginning of the number, by the serial alone, and by the beginnings of words.
            models.Index(
                "case", OpClass(Upper("number"), name="text_pattern_ops"), name="remains_find_number_begins"
            ),
            models.Index(fields=["case", "serial"], name="remains_find_case_serial"),
            GinIndex(DESCRIPTION_WORDS, name="remains_find_words"),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "number"], name="remains_find_number_unique"),
            models.UniqueConstraint(
                Coalesce("numbered_at", "site"), "serial", name="remains_find_serial_unique"
            ),
            models.CheckConstraint(
                name="remains_find_status_known", condition=Q(status__in=FindStatus.values)
            ),
            models.CheckConstraint(
                name="remains_find_category_known", condition=Q(category__in=FindCategory.values)
            ),
            models.CheckConstraint(
                name="remains_find_orientation",
                condition=Q(orientation_deg__isnull=True) | Q(orientation_deg__lt=360),
            ),
            models.CheckConstraint(
                name="remains_find_observed_known",
                condition=(Q(bindings__isnull=True) | Q(bindings__in=Observed.values))
                & (Q(blindfold__isnull=True) | Q(blindfold__in=Observed.values))
                & (Q(clothing__isnull=True) | Q(clothing__in=Observed.values))
                & (Q(articulation__isnull=True) | Q(articulation__in=Articulation.values)),
            ),
            models.CheckConstraint(
                name="remains_find_lifted_after_found",
                condition=Q(lifted_on__isnull=True)
                | Q(found_on__isnull=True)
                | Q(lifted_on__gte=F("found_on")),
            ),
            models.CheckConstraint(
                name="remains_find_lifting_recorded",
                condition=Q(status__in=[FindStatus.LOCATED, FindStatus.RECORDED])
                | Q(lifted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="remains_find_point_whole",
                condition=Q(easting_m__isnull=True, northing_m__isnull=True, height_m__isnull=True)
                | Q(easting_m__isnull=False, northing_m__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Nothing of an open find tells where its site is: the grid is the site's own."""
        return (
            frozenset({"remarks"}) if roles == {Role.LIAISON} and not self.site.is_protected else frozenset()
        )

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """The remarks on any find may be withheld from the ICRC liaison."""
        return frozenset({"remarks"}) if roles == {Role.LIAISON} else frozenset()


class FindAlias(CaseRecord):
    """Another label under which the same find is known: an older system's, a laboratory's, a mistake on a bag."""

    find = CaseForeignKey(Find, related_name="aliases", verbose_name=_("find"))
    label = models.CharField(_("label"), max_length=80)
    origin = models.CharField(_("where the label comes from"), max_length=200)

    class Meta(CaseRecord.Meta):
        verbose_name = _("other label")
        verbose_name_plural = _("other labels")
        ordering = ["id"]
        indexes = [
            models.Index(
                "case", OpClass(Upper("label"), name="text_pattern_ops"), name="remains_findalias_begins"
            ),
        ]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["find", "label"],
                name="remains_findalias_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class LineageKind(models.TextChoices):
    """How one find came out of another."""

    SPLIT = "split", _("split off")
    MERGE = "merge", _("merged into")


class Lineage(CaseRecord):
    """`child` came out of `parent`, by whom and why: a bag that held two people, two bags that held one."""

    parent = CaseForeignKey(Find, related_name="lineage_down", verbose_name=_("from"))
    child = CaseForeignKey(Find, related_name="lineage_up", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=8, choices=LineageKind.choices)
    reason = models.TextField(_("reason"))

    class Meta(CaseRecord.Meta):
        verbose_name = _("lineage of finds")
        verbose_name_plural = _("lineage of finds")
        ordering = ["id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="remains_lineage_two_finds", condition=~Q(parent=F("child"))),
            models.CheckConstraint(name="remains_lineage_reasoned", condition=~Q(reason="")),
            models.UniqueConstraint(fields=["parent", "child"], name="remains_lineage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.parent} {self.get_kind_display()} {self.child}"
