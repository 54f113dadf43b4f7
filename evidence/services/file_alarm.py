"""Alarms about stored bytes: sounded by whatever looked at them, answered by a person who says what was done."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.ledger.context import Actor, change
from cases.models.user import User
from cases.refusals import Forbidden, WrongState
from cases.services.record import lock, reason_given
from cases.services.rules import DatabaseRule, declare_rules
from evidence.content import ContentFault
from evidence.models import AlarmKind, FileAlarm, NoticedBy
from evidence.models.file_alarm import files_with

declare_rules(
    {
        "evidence_filealarm_answered_stays": DatabaseRule(
            "file_alarm.answered", gettext_lazy("An alarm is answered once."), kind=WrongState
        )
    }
)

#: Nobody sounds an alarm: the check of the bytes does, whoever asked for them.
WATCH = Actor.system("check of files")


def sound(found: ContentFault, noticed_by: NoticedBy) -> FileAlarm:
    """Record that stored bytes are missing or altered; return the alarm that is open about them, an earlier one too."""
    earlier = FileAlarm.objects.filter(sha256=found.sha256, answered_at__isnull=True).first()
    if earlier is not None:
        return earlier
    alarm = FileAlarm(
        sha256=found.sha256,
        kind=AlarmKind.MISSING if found.is_missing else AlarmKind.ALTERED,
        found_sha256=found.found,
        found_bytes=found.found_bytes,
        noticed_by=noticed_by,
    )
    try:
        with transaction.atomic(), change(WATCH, "evidence.filealarm.sounded"):
            alarm.save(force_insert=True)
    except IntegrityError:  # somebody else met the same bytes at the same moment
        return FileAlarm.objects.get(sha256=found.sha256, answered_at__isnull=True)
    return alarm


def may_answer(user: User, alarm: FileAlarm) -> bool:
    """Say whether this person may: in a case that has the file, or as keeper of the installation."""
    if access.may(user, FileAlarm.permission("keep")):
        return True
    cases = access.cases_where(user, FileAlarm.permission("answer")).values("pk")
    return any(rows.visible_to(user).filter(case__in=cases).exists() for rows in files_with(alarm.sha256))


def answer(*, actor: User, alarm: FileAlarm, reason: str) -> FileAlarm:
    """Answer an alarm: what was found out, and what was done.

    Raises `record.reason_required`, `file_alarm.answered`, `access.forbidden`.
    """
    with transaction.atomic():
        stored: FileAlarm = lock(alarm)
        if not FileAlarm.objects.visible_to(actor).filter(pk=stored.pk).exists():
            raise access.not_visible()
        if not may_answer(actor, stored):
            raise Forbidden("access.forbidden", _("This is for the custodian or the prosecutor of the case."))
        reason = reason_given(reason)
        if stored.answered_at is not None:
            raise WrongState("file_alarm.answered", _("This alarm was answered already."))
        stored.answer, stored.answered_by, stored.answered_at = reason, actor, timezone.now()
        with change(actor, "evidence.filealarm.answered", reason=reason):
            stored.save(update_fields=["answer", "answered_by", "answered_at"])
        stored.version += 1
    return stored
