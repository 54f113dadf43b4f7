"""The pages of alarms about stored files: what was noticed, which records are about it, and a person's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases.admin.base import SystemRecordAdmin
from cases.admin.filters import StatusFilter
from evidence.models import FileAlarm
from evidence.models.file_alarm import files_with
from evidence.services import file_alarm as service


@admin.register(FileAlarm)
class FileAlarmAdmin(SystemRecordAdmin):
    """Alarms about stored files."""

    change_form_outer_before_template = "evidence/file_alarm_header.html"
    list_display = ["what", "noticed_at", "noticed_by", "answered"]
    list_select_related = ["answered_by"]
    list_filter = [("kind", StatusFilter), ("noticed_by", StatusFilter)]
    fields = [
        "kind",
        "sha256",
        "found_sha256",
        "found_bytes",
        "noticed_by",
        "noticed_at",
        "answer",
        "answered_by",
        "answered_at",
    ]
    readonly_fields = fields

    @display(description=gettext_lazy("alarm"))
    def what(self, alarm: FileAlarm) -> str:
        """Say what is wrong, and with which bytes."""
        return str(alarm)

    @display(description=gettext_lazy("answered"), boolean=True)
    def answered(self, alarm: FileAlarm) -> bool:
        """Say whether a person has answered."""
        return alarm.answered_at is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Alarms are sounded by what looks at files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are answered, not edited."""
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **more: Any
    ) -> Any:
        """An alarm about bytes of which the viewer sees no record does not exist here."""
        if object_id is not None and self.get_object(request, object_id) is None:
            raise Http404
        return super().changeform_view(request, object_id, *args, **more)

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the records that the bytes belong to, and the way to the answer."""
        user: Any = request.user
        files = [file for rows in files_with(obj.sha256) for file in rows.visible_to(user)[:20]]
        waits = obj.answered_at is None and service.may_answer(user, obj)
        return {
            **super().record_head(request, obj),
            "files": [
                (
                    f"{str(file._meta.verbose_name).capitalize()} {file}",
                    reverse(f"admin:evidence_{file._meta.model_name}_change", args=[file.pk]),
                )
                for file in files
            ],
            "answer_link": reverse("admin:evidence_filealarm_answer", args=[obj.pk]) if waits else "",
        }

    def answer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what was found and done, and record it."""
        obj = self._visible_or_404(request, object_id)
        if not service.may_answer(request.user, obj):  # type: ignore[arg-type]
            raise PermissionDenied
        return self._with_reason(
            request,
            obj,
            title=_("Answer the alarm"),
            permission=None,
            needed=True,
            meaning=_(
                "Say what was found out and what was done, e.g. that the file was restored from a backup and checked. "
                "The alarm stays in the list, with your answer."
            ),
            act=lambda reason: service.answer(actor=request.user, alarm=obj, reason=reason),  # type: ignore[arg-type]
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the answer."""
        return [
            path(
                "<path:object_id>/answer/",
                self.admin_site.admin_view(self.answer_view),
                name="evidence_filealarm_answer",
            ),
            *super().get_urls(),
        ]
