"""The pages of webhooks: where notices go, what verifies them, what came and what was given up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from unfold.decorators import display

from cases.admin.base import SystemRecordAdmin
from cases.admin.filters import VisibleListFilter
from cases.models.webhook import Notice, Signing, Webhook
from cases.services import webhook as service

#: Notices named on a page.
NAMED = 25


@admin.register(Webhook)
class WebhookAdmin(SystemRecordAdmin):
    """Webhooks."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["__str__", "client", "signing", "state"]
    list_select_related = ["client__agency"]
    search_fields = ["url", "client__name", "client__agency__short_name"]
    list_filter = [("client", VisibleListFilter)]
    autocomplete_fields = ["client"]
    fields = ["client", "url", "signing"]
    radio_fields = {"signing": admin.VERTICAL}
    change_form_outer_after_template = "cases/webhook_notices.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A webhook stays with its client and its key."""
        return ["client", "signing"] if obj is not None else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is stopped stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.stopped_at is None)

    @display(description=gettext_lazy("state"), label={"stopped": "danger", "in use": "success"})
    def state(self, row: Webhook) -> tuple[str, str]:
        """Say whether notices are sent."""
        return ("stopped", _("stopped")) if row.stopped_at else ("in use", _("in use"))

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what came and what did not, and what an administrator may do."""
        head = super().record_head(request, obj)
        lost = service.dead(obj).count()
        ways = {"key": _("Show the key"), "test": _("Send a test"), "stop": _("Stop the webhook")}
        if lost:
            ways = {"replay": _("Send again what was given up"), **ways}
        head["ways"] = [
            {"label": label, "link": reverse("admin:cases_webhook_way", args=[obj.pk, name])}
            for name, label in ways.items()
            if self.has_change_permission(request, obj)
        ]
        head["lost"] = lost
        head["notices"] = [
            (row, _in_words(row)) for row in Notice.objects.filter(webhook=obj).order_by("-id")[:NAMED]
        ]
        return head

    def get_urls(self) -> list[URLPattern]:
        """Add what is done with a webhook."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/do/<slug:name>/", never_cache(wrap(self.way_view)), name="cases_webhook_way"
            ),
            *super().get_urls(),
        ]

    def way_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Show the key, send a test, send again what was given up, or stop it with a reason."""
        hook = self._visible_or_404(request, object_id)
        if name not in {"key", "test", "replay", "stop"}:
            raise Http404
        if not self.has_change_permission(request, hook):
            raise PermissionDenied
        actor: Any = request.user
        if name == "key":
            return self._key(request, hook)
        told: dict[str, dict[str, Any]] = {
            "test": {
                "title": _("Send a test"),
                "meaning": _("A notice about nothing is sent within some seconds, signed like any other."),
                "act": lambda _reason: service.test(actor=actor, webhook=hook),
            },
            "replay": {
                "title": _("Send again what was given up"),
                "meaning": ngettext(
                    "%(number)d notice is sent again, as it was written.",
                    "%(number)d notices are sent again, as they were written.",
                    service.dead(hook).count(),
                )
                % {"number": service.dead(hook).count()},
                "act": lambda _reason: service.replay(actor=actor, webhook=hook),
            },
            "stop": {
                "title": _("Stop the webhook"),
                "meaning": _(
                    "Nothing is sent there any more; what waits is given up. The client itself goes on."
                ),
                "act": lambda reason: service.stop(actor=actor, webhook=hook, reason=reason),
            },
        }
        return self._with_reason(
            request,
            hook,
            permission=Webhook.permission("change"),
            needed=name == "stop",
            asked=name == "stop",
            **told[name],
        )

    def _key(self, request: HttpRequest, hook: Webhook) -> HttpResponse:
        """Ask before the key is shown; it is shown on an answer to a form, that nobody comes upon."""
        shown: list[str] = []
        response = self._with_reason(
            request,
            hook,
            title=_("Show the key"),
            permission=Webhook.permission("change"),
            needed=False,
            asked=False,
            meaning=_("The receiver verifies notices with it. Hand it over on a way that nobody else reads."),
            act=lambda _reason: shown.append(service.show_key(actor=request.user, webhook=hook)),  # type: ignore[arg-type]
        )
        if not shown:
            return response
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": hook,
            "title": _("The key"),
            "subtitle": str(hook),
            "key": shown[0],
            "shared": hook.signing == Signing.HMAC,
        }
        return TemplateResponse(request, "cases/webhook_key.html", context)


def _in_words(notice: Notice) -> str:
    if notice.delivered_at is not None:
        return _("came on %(at)s") % {"at": _at(notice.delivered_at)}
    tries = ngettext("%(number)d try", "%(number)d tries", notice.tries) % {"number": notice.tries}
    if notice.dead_at is not None:
        return _("given up on %(at)s after %(tries)s: %(said)s") % {
            "at": _at(notice.dead_at),
            "tries": tries,
            "said": notice.last_answer or "-",
        }
    return _("waits until %(at)s, %(tries)s so far: %(said)s") % {
        "at": _at(notice.next_at),
        "tries": tries,
        "said": notice.last_answer or "-",
    }


def _at(instant: Any) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
