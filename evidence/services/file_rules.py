"""The rules of photographs, documents, their links and the alarms about them in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.refusals import WrongState
from cases.services.rules import DatabaseRule, declare_rules

_COPIES = DatabaseRule("file.copies", _("A file has both copies for the screen, or none."))
_SEALED = DatabaseRule("file.sealed", _("A file has its seal, its size and the name under which it came."))
_SERIAL = DatabaseRule("file.serial_taken", _("Another file of the case has this serial."), "serial")

declare_rules(
    {
        "evidence_photograph_copies": _COPIES,
        "evidence_document_copies": _COPIES,
        "evidence_photograph_sealed": _SEALED,
        "evidence_document_sealed": _SEALED,
        "evidence_photograph_serial_unique": _SERIAL,
        "evidence_document_serial_unique": _SERIAL,
        "evidence_photograph_camera_place_whole": DatabaseRule(
            "photograph.camera_place_whole",
            _("A camera's place has a longitude and a latitude on the globe, or neither."),
            "camera_latitude",
        ),
        "evidence_filelink_somebody_linked": DatabaseRule(
            "file_link.somebody_linked",
            _("A link says who made it, unless it was read from a label in the picture."),
            "linked_by",
        ),
        "evidence_filealarm_found": DatabaseRule(
            "file_alarm.found", _("An alarm says what was found in place of the file, or that it is missing.")
        ),
        "evidence_filealarm_open_once": DatabaseRule(
            "file_alarm.open_already",
            _("There is an open alarm about this file already."),
            way_forward=_("Answer that one first."),
            kind=WrongState,
        ),
        "evidence_filealarm_answer_whole": DatabaseRule(
            "file_alarm.answer_whole", _("An answer has its words, its day and who gave it."), "answer"
        ),
    }
)
