"""Photographs: who took them, when, of what; beside it what the camera says, which may be wrong."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.membership import Role
from evidence.models.sealed_file import SealedFile


class Subject(models.TextChoices):
    """What a photograph is of, as it is looked for later."""

    OVERVIEW = "overview", _("overview of a site")
    CONTEXT = "context", _("context or section")
    IN_PLACE = "in_place", _("find in place")
    LIFTED = "lifted", _("find after lifting")
    SPECIMEN = "specimen", _("bone or tooth")
    INJURY = "injury", _("injury")
    EXHIBIT = "exhibit", _("exhibit, clothing or effect")
    WORK = "work", _("people at work")
    PAPER = "paper", _("label, plan or paper")
    OTHER = "other", _("something else")


#: What the camera says of the place, and what a name or a remark may give away of it.
TELLS_PLACE = frozenset(
    {
        "camera_latitude",
        "camera_longitude",
        "camera_altitude_m",
        "camera_accuracy_m",
        "camera_direction_deg",
        "original_name",
        "remarks",
    }
)
#: Words of people, in no language's grammar.
PHOTOGRAPH_WORDS = SearchVector("caption", "taken_by_as_named", config="simple")


def said_field(label: object, help_text: object = "") -> models.BooleanField[bool | None, bool | None]:
    """Return a field for yes or no; empty means that nobody has said."""
    return models.BooleanField(label, null=True, blank=True, help_text=help_text)  # type: ignore[arg-type]


class Photograph(SealedFile):
    """One photograph, as it came out of the camera."""

    number_letter = "P"

    caption = models.CharField(
        _("caption"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, from where. It is shown to all who see the photograph."),
    )
    subject = models.CharField(  # noqa: DJ001 - unknown is NULL
        _("subject"), max_length=10, choices=Subject.choices, null=True, blank=True
    )
    shows_remains = said_field(
        _("shows remains"), _("It is veiled until somebody asks to see it, unless this says no.")
    )
    scale_present = said_field(_("scale in the picture"))
    north_arrow_present = said_field(_("north arrow in the picture"))
    taken_by = models.ForeignKey(
        "cases.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    taken_by_as_named = models.CharField(
        _("taken by (no account)"), max_length=150, blank=True, help_text=_("Person without an account.")
    )
    taken_at = models.DateTimeField(
        _("taken at"),
        null=True,
        blank=True,
        help_text=_("As whoever took it says. Leave it empty where only the camera's clock tells."),
    )
    taken_on = models.DateField(
        _("day, as said or by the camera"), null=True, editable=False
    )  # derived at every save

    # What the camera wrote, as it was read. Its clock may be wrong, and no offset says which zone it was set to.
    camera_clock = models.CharField(_("clock of the camera"), max_length=30, blank=True, editable=False)
    camera_offset = models.CharField(_("offset from UTC"), max_length=6, blank=True, editable=False)
    camera_make = models.CharField(_("make of the camera"), max_length=120, blank=True, editable=False)
    camera_model = models.CharField(_("camera"), max_length=120, blank=True, editable=False)
    camera_serial = models.CharField(
        _("serial number of the camera"), max_length=120, blank=True, editable=False
    )
    lens = models.CharField(_("lens"), max_length=120, blank=True, editable=False)
    software = models.CharField(_("written by (program)"), max_length=120, blank=True, editable=False)
    orientation = models.PositiveSmallIntegerField(_("orientation"), null=True, editable=False)
    width_px = models.PositiveIntegerField(_("width (pixels)"), editable=False)
    height_px = models.PositiveIntegerField(_("height (pixels)"), editable=False)
    camera_latitude = models.DecimalField(
        _("latitude, by the camera"),
        max_digits=10,
        decimal_places=7,
        null=True,
        editable=False,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    camera_longitude = models.DecimalField(
        _("longitude, by the camera"),
        max_digits=10,
        decimal_places=7,
        null=True,
        editable=False,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    camera_altitude_m = models.DecimalField(
        _("altitude (m), by the camera"), max_digits=8, decimal_places=1, null=True, editable=False
    )
    camera_accuracy_m = models.DecimalField(
        _("accuracy (m), by the camera"), max_digits=8, decimal_places=1, null=True, editable=False
    )
    camera_direction_deg = models.DecimalField(
        _("direction of view (°), by the camera"), max_digits=4, decimal_places=1, null=True, editable=False
    )

    class Meta(SealedFile.Meta):
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "taken_on", "id"], name="evidence_photograph_by_day"),
            models.Index(fields=["sha256"], name="evidence_photograph_hash"),
            models.Index(fields=["screen_sha256"], name="evidence_photograph_screen"),
            models.Index(fields=["thumbnail_sha256"], name="evidence_photograph_thumb"),
            GinIndex(PHOTOGRAPH_WORDS, name="evidence_photograph_words"),
        ]
        constraints = [
            *SealedFile.Meta.constraints,
            models.CheckConstraint(
                name="evidence_photograph_subject_known",
                condition=Q(subject__isnull=True) | Q(subject__in=Subject.values),
            ),
            models.CheckConstraint(
                name="evidence_photograph_is_picture",
                condition=Q(media_type__startswith="image/") & ~Q(screen_sha256=""),
            ),
            models.CheckConstraint(
                name="evidence_photograph_one_taker",
                condition=Q(taken_by__isnull=True) | Q(taken_by_as_named=""),
            ),
            models.CheckConstraint(
                name="evidence_photograph_camera_place_whole",
                condition=Q(camera_latitude__isnull=True, camera_longitude__isnull=True)
                | Q(
                    camera_latitude__gte=-90,
                    camera_latitude__lte=90,
                    camera_longitude__gte=-180,
                    camera_longitude__lte=180,
                ),
            ),
        ]

    @property
    def is_veiled(self) -> bool:
        """Say whether it is shown only to those who ask: unless somebody has said that it shows no remains."""
        return self.shows_remains is not False

    @property
    def taker(self) -> str:
        """Return who took it, as far as it is known."""
        return str(self.taken_by) if self.taken_by_id else self.taken_by_as_named

    def fields_hidden_from(self, roles: frozenset[str]) -> frozenset[str]:
        """Withhold the place from the ICRC liaison, whichever site it is: a photograph is linked to others later."""
        return TELLS_PLACE if roles == {Role.LIAISON} else frozenset()

    @classmethod
    def fields_ever_hidden_from(cls, roles: frozenset[str]) -> frozenset[str]:
        """Return the same for every photograph."""
        return TELLS_PLACE if roles == {Role.LIAISON} else frozenset()
