"""Photographs: taken in with their bytes sealed, described, linked with what they show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.base import CaseRecord
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import change_record
from cases.services.rules import DatabaseRule, declare_rules
from evidence import names
from evidence.decoding.kinds import PICTURES
from evidence.models import Photograph
from evidence.services import file_link, stored_file
from evidence.services.stored_file import Received

declare_rules(
    {
        "evidence_photograph_once": DatabaseRule(
            "file.already_here", gettext_lazy("The same file is in this case already."), kind=WrongState
        ),
        "evidence_photograph_seal_stays": DatabaseRule(
            "file.sealed", gettext_lazy("What came in with the file stays as it was."), kind=WrongState
        ),
        "evidence_photograph_one_taker": DatabaseRule(
            "photograph.one_taker",
            gettext_lazy(
                "A photograph is taken by somebody with an account, or by somebody named, not both."
            ),
            "taken_by_as_named",
            gettext_lazy("Leave one of the two empty."),
        ),
        "evidence_photograph_is_picture": DatabaseRule(
            "file.not_a_photograph", gettext_lazy("A photograph is a picture that opens whole.")
        ),
    }
)

#: What is read of the file by the names of its fields.
READ = (
    "camera_clock",
    "camera_offset",
    "camera_make",
    "camera_model",
    "camera_serial",
    "lens",
    "software",
    "orientation",
    "width_px",
    "height_px",
    "camera_latitude",
    "camera_longitude",
    "camera_altitude_m",
    "camera_accuracy_m",
    "camera_direction_deg",
)


def create(
    *, actor: User, record: Photograph, received: Received, shows: Iterable[CaseRecord] = ()
) -> Photograph:
    """Take in a photograph, and link it with records that it shows, all or nothing.

    Raises `file.not_a_photograph`, `file.damaged` and the like, `file.already_here`, `file.no_room`,
    `photograph.taken_in_future`, and what `create_record` and `file_link.attach` raise.
    """
    refuse_no_photograph(received)
    for name in READ:
        if name in received.seen.said:
            value = received.seen.said[name]
            field: Any = Photograph._meta.get_field(name)
            setattr(record, name, field.to_python(value))
    targets = list(shows)

    def link(new: Photograph) -> None:
        for target in targets:
            file_link.attach(actor=actor, file=new, target=target)
        from evidence.tasks import read_labels

        read_labels.defer(photograph=str(new.pk))

    return stored_file.keep(actor=actor, record=record, received=received, rule=_day, then=link)


def change(*, actor: User, record: Photograph, version: int) -> Photograph:
    """Change what people say of a photograph. What came in with the file stays (`file.sealed`)."""
    return change_record(actor=actor, record=record, version=version, prepare=_day)


def refuse_no_photograph(received: Received) -> None:
    """Refuse what is no picture of the kinds that cameras make, or does not open whole."""
    seen = received.seen
    if seen.kind not in PICTURES:
        raise Invalid(
            "file.not_a_photograph",
            _("%(name)s is no JPEG, PNG, TIFF, HEIC or raw picture, whatever its name says.")
            % {"name": names.safe(received.name)},
            field="file",
            way_forward=_("Other files are kept as documents."),
        )
    if seen.refused:
        raise stored_file.fault(
            seen.refused,
            received.name,
            detail=seen.detail,
            way_forward=_(
                "Upload it again from where it came. If the file itself is damaged, keep it as a document: "
                "as it is, only to be handed out."
            ),
        )


def _day(photograph: Any) -> None:
    """Derive the day, and refuse a time that has not come yet."""
    taken = photograph.taken_at
    if taken is not None and taken > timezone.now() + dt.timedelta(minutes=5):
        raise Invalid(
            "photograph.taken_in_future",
            _("This time has not come yet."),
            field="taken_at",
            value=taken.isoformat(),
            way_forward=_("Enter when it was taken, or leave it to the camera's clock."),
        )
    photograph.taken_on = day_of(photograph)


def day_of(photograph: Photograph) -> dt.date | None:
    """Return the day on which it was taken: as people say, else by the clock of the camera as it stands."""
    if photograph.taken_at is not None:
        return timezone.localdate(photograph.taken_at)
    try:
        return dt.date.fromisoformat(photograph.camera_clock[:10]) if photograph.camera_clock else None
    except ValueError:
        return None
