"""Sites: the places where remains lie or are said to lie, what threatens them and what protects them."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.base import CaseForeignKey, CaseRecord
from cases.models.code import CodeField
from cases.models.fields import (
    UncertainDateField,
    accuracy_field,
    derived_day,
    latitude_field,
    longitude_field,
    ordered_days,
    position_checks,
    status_since_field,
)
from cases.models.membership import Role


class SiteStatus(models.TextChoices):
    """Where a site stands; changed by transitions only."""

    REPORTED = "reported", _("reported")
    VERIFIED = "verified", _("verified")
    PROTECTED = "protected", _("protected")
    EXCAVATION = "excavation", _("under excavation")
    EXHUMED = "exhumed", _("exhumed")
    RELEASED = "released", _("released")
    DISPROVED = "disproved", _("disproved")
    REOPENED = "reopened", _("reopened")


#: While a site stands here, knowing exactly where it is may be enough to harm it.
UNPROTECTED = frozenset({SiteStatus.REPORTED, SiteStatus.VERIFIED, SiteStatus.REOPENED})
#: What tells where a site is.
PLACE_FIELDS = frozenset(
    {
        "outline",
        "longitude",
        "latitude",
        "accuracy_m",
        "elevation_m",
        "place_description",
        "access",
        "owner",
        "remarks",
        "source_row",
    }
)


class Site(CaseRecord):
    """One place. Its four typology axes are separate because they are independent facts."""

    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[
            RegexValidator(
                r"^[^\s/\\][^/\\\n]*$", _("No slash or line break, and no space at its beginning.")
            )
        ],
        help_text=_("Short, unique in the case; it begins every find's number, e.g. KHJ01."),
    )
    name = models.CharField(_("name"), max_length=300)
    status = models.CharField(_("status"), max_length=12, choices=SiteStatus.choices, editable=False)
    status_since = status_since_field()
    place_description = models.TextField(_("place in words"), blank=True)
    municipality = models.CharField(_("municipality"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    outline = models.JSONField(
        _("outline"),
        null=True,
        blank=True,
        help_text=_("GeoJSON point or polygon, WGS 84; empty when not surveyed."),
    )
    longitude = longitude_field()
    latitude = latitude_field()
    accuracy_m = accuracy_field()
    elevation_m = models.DecimalField(
        _("elevation (m)"), max_digits=7, decimal_places=2, null=True, blank=True
    )

    site_type = CodeField("site_type", verbose_name=_("site type"), null=True, blank=True)
    shape = CodeField("shape", verbose_name=_("shape"), null=True, blank=True)
    deposition = CodeField("deposition", verbose_name=_("deposition"), null=True, blank=True)
    disturbance = CodeField("disturbance", verbose_name=_("disturbance"), null=True, blank=True)

    burial_edtf = UncertainDateField(_("burial as stated"))
    burial_earliest_on = derived_day(_("earliest possible burial"))
    burial_latest_on = derived_day(_("latest possible burial"))

    owner = models.CharField(_("owner of the land"), max_length=200, blank=True)
    access = models.TextField(_("access"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    status_as_stated = models.CharField(
        _("status as the source states it"), max_length=200, blank=True, editable=False
    )
    import_source = models.CharField(_("imported from"), max_length=120, blank=True, editable=False)
    import_key = models.CharField(_("key in the source"), max_length=200, blank=True, editable=False)
    source_row = models.JSONField(_("row of the source"), null=True, editable=False)

    class Meta(CaseRecord.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-id"], name="cases_site_case_newest")]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "code"], name="cases_site_code_unique"),
            models.UniqueConstraint(
                fields=["case", "import_source", "import_key"],
                name="cases_site_imported_once",
                condition=~Q(import_source=""),
            ),
            models.CheckConstraint(name="cases_site_status_known", condition=Q(status__in=SiteStatus.values)),
            ordered_days("cases_site", "burial"),
            *position_checks("cases_site"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_protected(self) -> bool:
        """Say whether the place is safe enough to be named to those who need not act there."""
        return self.status not in UNPROTECTED

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Withhold the exact place of an unprotected site from the ICRC liaison."""
        return PLACE_FIELDS if roles == {Role.LIAISON} and not self.is_protected else frozenset()

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """The place of any site may be withheld from the ICRC liaison."""
        return PLACE_FIELDS if roles == {Role.LIAISON} else frozenset()


class WordsOfSites(CaseRecord):
    """A record whose words may tell where a site is. (Abstract.)"""

    #: Its free texts, which are withheld from the ICRC liaison while one of its sites is unprotected.
    words: ClassVar[frozenset[str]] = frozenset({"description"})

    class Meta(CaseRecord.Meta):
        abstract = True

    def sites_told_of(self) -> list[Site | None]:
        """Return the sites that the words are about."""
        raise NotImplementedError

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Words about an unprotected site may tell where it is."""
        if roles == {Role.LIAISON} and any(
            site is not None and not site.is_protected for site in self.sites_told_of()
        ):
            return self.words
        return frozenset()

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """The words about any site may be withheld from the ICRC liaison."""
        return cls.words if roles == {Role.LIAISON} else frozenset()


class SitePart(WordsOfSites):
    """What is recorded about one site. (Abstract.)"""

    site = CaseForeignKey(Site, related_name="%(class)s_set", verbose_name=_("site"))

    class Meta(CaseRecord.Meta):
        abstract = True

    def sites_told_of(self) -> list[Site | None]:
        """Return its site."""
        return [self.site]


class SiteHazard(SitePart):
    """Something at a site that may hurt those who work there."""

    kind = CodeField("hazard", verbose_name=_("hazard"))
    description = models.TextField(_("description"), blank=True)
    reported_on = models.DateField(_("reported on"))
    cleared_on = models.DateField(_("cleared on"), null=True, blank=True)

    class Meta(SitePart.Meta):
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["reported_on", "id"]
        constraints = [
            *SitePart.Meta.constraints,
            models.CheckConstraint(
                name="cases_sitehazard_days_ordered",
                condition=Q(cleared_on__isnull=True) | Q(cleared_on__gte=F("reported_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)


class ProtectionMeasure(SitePart):
    """A legal or physical measure that protects a site."""

    kind = CodeField("protection", verbose_name=_("measure"))
    description = models.TextField(_("description"), blank=True)
    ordered_by = models.CharField(_("ordered by"), max_length=200, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta(SitePart.Meta):
        verbose_name = _("protection measure")
        verbose_name_plural = _("protection measures")
        ordering = ["from_on", "id"]
        constraints = [
            *SitePart.Meta.constraints,
            models.CheckConstraint(
                name="cases_protectionmeasure_days_ordered",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)

    @classmethod
    def in_force(cls) -> Q:
        """Return what is true of a measure that protects its site today."""
        today = timezone.localdate()
        return Q(from_on__lte=today, withdrawn_at__isnull=True) & (
            Q(until_on__isnull=True) | Q(until_on__gte=today)
        )


class ProtectionBreach(SitePart):
    """A breach of a site's protection."""

    noticed_on = models.DateField(_("noticed on"))
    description = models.TextField(_("description"))
    reported_to = models.CharField(_("reported to"), max_length=200, blank=True)

    class Meta(SitePart.Meta):
        verbose_name = _("breach of protection")
        verbose_name_plural = _("breaches of protection")
        ordering = ["noticed_on", "id"]

    def __str__(self) -> str:
        return f"{self.noticed_on:%Y-%m-%d}"


class SiteContradiction(SitePart):
    """Two statements about a site that cannot both hold; kept beside them until a person resolves it."""

    rule = models.CharField(_("rule"), max_length=60)
    description = models.TextField(_("what contradicts what"))
    resolution = models.TextField(_("how it was resolved"), blank=True)
    words = frozenset({"description", "resolution"})

    class Meta(SitePart.Meta):
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        ordering = ["id"]
        constraints = [
            *SitePart.Meta.constraints,
            models.UniqueConstraint(fields=["site", "rule"], name="cases_sitecontradiction_once"),
        ]

    def __str__(self) -> str:
        return self.rule.replace("_", " ")


class LinkKind(models.TextChoices):
    """How two sites belong together."""

    ROBBED_INTO = "robbed_into", _("remains were moved from the first into the second")
    SAME_EVENT = "same_event", _("same event")
    TRANSIT = "transit", _("remains passed through the second")


class SiteLink(WordsOfSites):
    """A link between two sites of one case. Linked graves are counted together."""

    first = CaseForeignKey(Site, keeps=True, related_name="links_from", verbose_name=_("first site"))
    second = CaseForeignKey(Site, keeps=True, related_name="links_to", verbose_name=_("second site"))
    kind = models.CharField(_("kind"), max_length=12, choices=LinkKind.choices)
    basis = models.TextField(_("basis"), help_text=_("What the link rests on, in words."))
    words = frozenset({"basis"})

    class Meta(CaseRecord.Meta):
        verbose_name = _("link between sites")
        verbose_name_plural = _("links between sites")
        ordering = ["case", "id"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(name="cases_sitelink_two_sites", condition=~Q(first=F("second"))),
            models.CheckConstraint(name="cases_sitelink_kind_known", condition=Q(kind__in=LinkKind.values)),
            models.UniqueConstraint(
                fields=["first", "second", "kind"],
                name="cases_sitelink_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.code} - {self.second.code}: {self.get_kind_display()}"

    def sites_told_of(self) -> list[Site | None]:
        """Return both of its sites."""
        return [self.first, self.second]


class LinkProof(WordsOfSites):
    """One kind of proof for a link between sites."""

    link = CaseForeignKey(SiteLink, related_name="proofs", verbose_name=_("link"))
    kind = CodeField("link_evidence", verbose_name=_("kind of proof"))
    note = models.TextField(_("note"), blank=True)
    words = frozenset({"note"})

    class Meta(CaseRecord.Meta):
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.kind)

    def sites_told_of(self) -> list[Site | None]:
        """Return the sites of its link."""
        return self.link.sites_told_of()
