"""Sites: recording and changing a place, so that its point and its outline agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import Point, shape

from cases import access, geometry
from cases.models.site import Site, SiteStatus
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import change_record, create_record, lock, refuse_stale
from cases.workflows import SITE

_STEP = Decimal(1).scaleb(-geometry.DECIMALS)


def create(*, actor: User, record: Site) -> Site:
    """Record a site as reported.

    Raises `site.point_outside_outline`, `site.code_taken` and what `cases.geometry` refuses.
    """
    record.status = SiteStatus.REPORTED
    return create_record(actor=actor, record=record, prepare=settle_place)


def change(*, actor: User, record: Site, version: int) -> Site:
    """Change a site. Its status changes by transitions, and a breach of its protection changes nothing here.

    Raises what `create` raises, and `site.code_labelled`.
    """
    return change_record(actor=actor, record=record, version=version, prepare=settle_place)


def apply_transition(
    *, actor: User, site: Site, name: str, reason: str = "", version: int | None = None
) -> Site:
    """Take one transition of the site's workflow."""
    with transaction.atomic():
        if version is not None:
            stored = lock(site)
            access.require(actor, SITE.transition(name).permission, stored)
            refuse_stale(stored, version)
        result: Site = SITE.apply(actor=actor, record=site, name=name, reason=reason)
        return result


def settle_place(site: Site) -> None:
    """Bring the outline into one form, fill in a point that lies on it, or refuse a point that does not.

    Raises `geometry.*` at the field, `site.point_outside_outline`.
    """
    try:
        if not site.outline:
            site.outline = None
            if site.longitude is not None and site.latitude is not None:
                geometry.point(float(site.longitude), float(site.latitude))
            return
        place = geometry.parse(site.outline)
    except geometry.InvalidGeometry as refusal:
        refusal.field = refusal.field or ("outline" if site.outline else "longitude")
        raise
    site.outline = place.geojson
    if site.longitude is None and site.latitude is None:
        site.longitude, site.latitude = _degrees(place.longitude), _degrees(place.latitude)
    elif site.longitude is not None and site.latitude is not None and not _lies_on(site, place):
        raise Invalid(
            "site.point_outside_outline",
            _("The point %(longitude)s, %(latitude)s lies outside the outline of the site.")
            % {"longitude": site.longitude, "latitude": site.latitude},
            field="longitude",
            value=f"{site.longitude}, {site.latitude}",
            way_forward=_(
                "Correct one of them, or leave the point empty to have one on the outline filled in."
            ),
        )


def _degrees(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(_STEP)


def _lies_on(site: Site, place: geometry.Geometry) -> bool:
    longitude, latitude = _degrees(site.longitude), _degrees(site.latitude)
    if place.kind == "Point":
        return (longitude, latitude) == (_degrees(place.longitude), _degrees(place.latitude))
    return bool(shape(place.geojson).covers(Point(float(longitude), float(latitude))))
