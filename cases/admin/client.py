"""The pages of clients: who answers for a program, what it may, and its secrets, each of which is shown once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from cases.admin.base import RecordForm, SystemRecordAdmin
from cases.admin.filters import VisibleListFilter
from cases.models.client import Client, ClientSecret, Scope
from cases.services import client as service


class ClientForm(RecordForm):
    """A client as it is entered: networks in a line, scopes to be ticked."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May"),
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("What it may see of which case, an agreement says; without one it sees none."),
    )
    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"spellcheck": "false"}),
        help_text=gettext_lazy(
            "Networks from which it calls, with a comma between them, e.g. 192.0.2.0/24; empty means from anywhere."
        ),
    )

    def get_initial_for_field(self, field: Any, field_name: str) -> Any:
        """Show the networks in a line."""
        value = super().get_initial_for_field(field, field_name)
        return ", ".join(value) if field_name == "addresses" and isinstance(value, list) else value

    def clean_addresses(self) -> list[str]:
        """Take them apart again."""
        return [text.strip() for text in self.cleaned_data["addresses"].split(",") if text.strip()]


@admin.register(Client)
class ClientAdmin(SystemRecordAdmin):
    """Clients."""

    form = ClientForm
    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["name", "agency", "responsible", "secrets_in_words", "last_call", "state"]
    list_select_related = ["agency", "responsible", "use"]
    search_fields = ["name", "agency__name", "agency__short_name", "responsible__full_name"]
    list_filter = [("agency", VisibleListFilter)]
    ordering = ["name", "id"]
    autocomplete_fields = ["agency", "responsible"]
    fieldsets = [
        (gettext_lazy("Whose program"), {"fields": ["name", "agency", "responsible"]}),
        (gettext_lazy("What it may, and from where"), {"fields": ["scopes", "addresses"]}),
    ]
    change_form_outer_after_template = "cases/client_secrets.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the secrets along."""
        return super().get_queryset(request).prefetch_related("secrets")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A client stays with its agency."""
        return ["agency"] if obj is not None else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is revoked stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.revoked_at is None)

    @display(description=gettext_lazy("secrets"))
    def secrets_in_words(self, client: Client) -> str:
        """Say until when its secrets are valid."""
        now = timezone.now()
        valid = [row for row in client.secrets.all() if row.revoked_at is None and row.expires_at > now]
        return ", ".join(_("until %(day)s") % {"day": f"{row.expires_at:%Y-%m-%d}"} for row in valid) or "-"

    @display(description=gettext_lazy("last call"))
    def last_call(self, client: Client) -> str:
        """Say when it called last, and from where."""
        use = getattr(client, "use", None)
        return (
            "-" if use is None else f"{timezone.localtime(use.at):%Y-%m-%d %H:%M} {use.address or ''}".strip()
        )

    @display(description=gettext_lazy("state"), label={"revoked": "danger", "in use": "success"})
    def state(self, client: Client) -> tuple[str, str]:
        """Say whether it may call."""
        return ("revoked", _("revoked")) if client.revoked_at else ("in use", _("in use"))

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add the secrets, and what an administrator may do."""
        head = super().record_head(request, obj)
        may = self.has_change_permission(request, obj)
        ways = {"secret": _("New secret"), "revoke": _("Revoke the client")} if may else {}
        head["ways"] = [
            {"label": label, "link": reverse("admin:cases_client_way", args=[obj.pk, name])}
            for name, label in ways.items()
        ]
        head["secrets"] = sorted(obj.secrets.all(), key=lambda row: row.from_at, reverse=True)
        head["may_revoke"] = may
        head["now"] = timezone.now()
        head["use"] = getattr(obj, "use", None)
        return head

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of secrets."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/do/<slug:name>/",
                never_cache(wrap(self.way_view)),
                name="cases_client_way",
            ),
            path(
                "<path:object_id>/secret/<uuid:secret_id>/revoke/",
                wrap(self.revoke_secret_view),
                name="cases_client_revoke_secret",
            ),
            *super().get_urls(),
        ]

    def way_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Give the client a secret and show it once; or revoke the client, with a reason."""
        client = self._visible_or_404(request, object_id)
        if name not in {"secret", "revoke"}:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        if name == "revoke":
            return self._with_reason(
                request,
                client,
                title=_("Revoke the client"),
                permission=Client.permission("change"),
                needed=True,
                meaning=_("From the next call on it gets no answer any more, and it cannot be called back."),
                act=lambda reason: service.revoke(
                    actor=request.user,  # type: ignore[arg-type]
                    client=client,
                    reason=reason,
                ),
            )
        shown: list[str] = []
        response = self._with_reason(
            request,
            client,
            title=_("New secret"),
            permission=Client.permission("change"),
            needed=False,
            asked=False,
            meaning=_(
                "A secret is shown to you once; hand it over on a way that nobody else reads. It lasts %(days)d days. "
                "The one before stays valid until you revoke it, so that the agency can change over."
            )
            % {"days": service.USUAL_DAYS},
            act=lambda _reason: shown.append(
                service.issue_secret(actor=request.user, client=client)  # type: ignore[arg-type]
            ),
        )
        if not shown:
            return response
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": client,
            "title": _("New secret"),
            "subtitle": str(client),
            "secret": shown[0],
            "token_url": request.build_absolute_uri("/api/v1/token"),
        }
        return TemplateResponse(request, "cases/client_secret.html", context)

    def revoke_secret_view(self, request: HttpRequest, object_id: str, secret_id: Any) -> HttpResponse:
        """Revoke one secret, with a reason."""
        client = self._visible_or_404(request, object_id)
        secret = ClientSecret.objects.filter(pk=secret_id, client=client).select_related("client").first()
        if secret is None:
            raise Http404
        response = self._with_reason(
            request,
            client,
            title=_("Revoke the secret %(hint)s") % {"hint": secret},
            permission=Client.permission("change"),
            needed=True,
            meaning=_("Neither it nor a token that was given for it opens anything from the next call on."),
            act=lambda reason: service.revoke_secret(
                actor=request.user,  # type: ignore[arg-type]
                secret=secret,
                reason=reason,
            ),
        )
        if isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(reverse("admin:cases_client_change", args=[client.pk]))
        return response
