"""Fields that several records share: uncertain dates, observed presence, positions on the earth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases import dates


def validate_edtf(text: str) -> None:
    """Refuse a text that is no date in EDTF, with the reason."""
    try:
        dates.parse(text)
    except dates.InvalidDate as error:
        raise ValidationError(str(error), code=error.code) from error


#: The days of what is held from a day until a day, both included.
HELD_DAYS = Func(
    F("from_on"), F("until_on"), Value("[]"), function="daterange", output_field=DateRangeField()
)


class UncertainDateField(models.CharField):
    """A date as it was stated, in EDTF (ISO 8601-2).

    On `<stem>_edtf`; the model also declares `<stem>_earliest_on` and `<stem>_latest_on`, which are derived at every
    save, so that rows can be sorted and filtered by day.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("blank", True)
        kwargs.setdefault(
            "help_text",
            _(
                "As precisely as it is known: 1992-02-26, 1992-02, 1992~ (about), ../1995 (1995 or earlier), "
                "1992-02/1992-03."
            ),
        )
        super().__init__(*args, **kwargs)
        self.validators.append(validate_edtf) if validate_edtf not in self.validators else None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Derive the earliest and the latest day from the text."""
        text = getattr(model_instance, self.attname) or ""
        derived = dates.parse(text) if text else None
        stem = self.attname.removesuffix("_edtf")
        setattr(model_instance, f"{stem}_earliest_on", derived.earliest_on if derived else None)
        setattr(model_instance, f"{stem}_latest_on", derived.latest_on if derived else None)
        return text


def derived_day(label: Any) -> models.DateField[Any, Any]:
    """Return a day that is derived from an uncertain date and never typed."""
    return models.DateField(label, null=True, editable=False)


def status_since_field() -> models.DateTimeField[Any, Any]:
    """Return the instant since which a record is in its status: set by the database, in the trigger of `TimeStatus`."""
    return models.DateTimeField(_("in this status since"), db_default=Now(), editable=False)


def ordered_days(table: str, stem: str) -> models.CheckConstraint:
    """Return the constraint that an uncertain date does not end before it begins."""
    earliest, latest = f"{stem}_earliest_on", f"{stem}_latest_on"
    return models.CheckConstraint(
        name=f"{table}_{stem}_ordered",
        condition=Q(**{f"{earliest}__isnull": True})
        | Q(**{f"{latest}__isnull": True})
        | Q(**{f"{earliest}__lte": F(latest)}),
    )


def longitude_field() -> models.DecimalField[Any, Any]:
    """Return a longitude in decimal degrees east, WGS 84, to about a centimetre."""
    return models.DecimalField(
        _("longitude"),
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
        help_text=_("Decimal degrees east (WGS 84)."),
    )


def latitude_field() -> models.DecimalField[Any, Any]:
    """Return a latitude in decimal degrees north, WGS 84."""
    return models.DecimalField(
        _("latitude"),
        max_digits=10,
        decimal_places=7,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
        help_text=_("Decimal degrees north (WGS 84)."),
    )


def accuracy_field() -> models.DecimalField[Any, Any]:
    """Return the radius in metres within which a position is believed to lie."""
    return models.DecimalField(
        _("accuracy (m)"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("Radius in metres within which the place lies; empty when it is not known."),
    )


def position_checks(table: str) -> list[models.CheckConstraint]:
    """Return the constraints that a position is on the earth and has both or no coordinates."""
    return [
        models.CheckConstraint(
            name=f"{table}_position_whole",
            condition=Q(longitude__isnull=True, latitude__isnull=True)
            | Q(longitude__isnull=False, latitude__isnull=False),
        ),
        models.CheckConstraint(
            name=f"{table}_position_on_earth",
            condition=Q(longitude__isnull=True)
            | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
        ),
        models.CheckConstraint(
            name=f"{table}_accuracy_positive", condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gt=0)
        ),
    ]
