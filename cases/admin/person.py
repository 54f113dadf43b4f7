"""The pages of people: accounts, first passwords, switching off. A password's hash is shown to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.widgets import UnfoldAdminSelectWidget

from cases import access, selections
from cases.admin.base import SystemRecordAdmin
from cases.admin.filters import SelectionFilter, VisibleListFilter
from cases.models.user import User
from cases.services import person as service


@dataclass(frozen=True, slots=True)
class Way:
    """Something an administrator does to an account, on a page that asks for confirmation.

    `act` returns a password to be shown once, or None.
    """

    label: Any
    act: Callable[..., str | None]
    needs_reason: bool = False
    offered: Callable[[User, User], bool] = lambda person, viewer: True
    #: What follows from it, in a sentence.
    meaning: Any = ""


def _deactivate(request: HttpRequest, person: User, reason: str) -> None:
    service.deactivate(actor=request.user, person=person, reason=reason)  # type: ignore[arg-type]


def _reactivate(request: HttpRequest, person: User, reason: str) -> None:
    service.reactivate(actor=request.user, person=person, reason=reason)  # type: ignore[arg-type]


def _issue_password(request: HttpRequest, person: User, reason: str) -> str:
    return service.issue_password(actor=request.user, person=person)  # type: ignore[arg-type]


class PasswordFilter(SelectionFilter):
    """By whether anybody can sign in with an account yet; for those who make accounts only."""

    title = gettext_lazy("password")
    parameter_name = "password"
    selections = {"none": (gettext_lazy("none yet"), selections.without_password)}


@admin.register(User)
class PersonAdmin(SystemRecordAdmin):
    """People."""

    create = staticmethod(service.create)
    change = staticmethod(service.change)
    list_display = ["full_name", "username", "agency", "job_title", "is_active"]
    list_select_related = ["agency"]
    search_fields = ["full_name", "username", "email", "job_title", "agency__name", "agency__short_name"]
    list_filter = [("agency", VisibleListFilter), ("is_active", BooleanRadioFilter), PasswordFilter]
    ordering = ["full_name", "id"]
    autocomplete_fields = ["agency"]
    fieldsets = [
        (gettext_lazy("Who"), {"fields": ["full_name", "agency", "job_title"]}),
        (gettext_lazy("Account"), {"fields": [("username", "email"), "language", "is_active"]}),
    ]
    #: What may be done to an account. `config` adds what it knows of: the second factor and the lock-out.
    ways: ClassVar[dict[str, Way]] = {
        "password": Way(
            gettext_lazy("Give a first password"),
            _issue_password,
            meaning=gettext_lazy(
                "A password is shown to you once; the person chooses their own at the first login. "
                "The old one no longer works."
            ),
            offered=lambda person, viewer: person.is_active and not person.is_demonstration,
        ),
        "deactivate": Way(
            gettext_lazy("Switch the account off"),
            _deactivate,
            needs_reason=True,
            meaning=gettext_lazy(
                "Nobody can log in with it until it is switched on again. What was recorded with it stays."
            ),
            offered=lambda person, viewer: person.is_active and person != viewer,
        ),
        "reactivate": Way(
            gettext_lazy("Switch the account on"),
            _reactivate,
            needs_reason=True,
            offered=lambda person, viewer: not person.is_active,
        ),
    }

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Which accounts stand open is for those who look after them."""
        offered = super().get_list_filter(request)
        may = access.may(request.user, User.permission("create"))
        return [entry for entry in offered if may or entry is not PasswordFilter]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new account is on; afterwards, the page's own ways switch it off and on."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name != "is_active"]})
            for title, options in fieldsets
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the languages there are."""
        if db_field.name == "language":
            return forms.ChoiceField(
                label=db_field.verbose_name.capitalize(),
                choices=settings.LANGUAGES,
                initial=db_field.get_default(),
                widget=UnfoldAdminSelectWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whether an account may sign in has its own door."""
        return ["is_active"] if obj is not None else []

    def record_head(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Add what an administrator may do to the account."""
        head = super().record_head(request, obj)
        if access.may(request.user, User.permission("change")):
            head["ways"] = [
                {
                    "label": way.label,
                    "link": reverse("admin:cases_user_way", args=[obj.pk, name]),
                }
                for name, way in self.ways.items()
                if way.offered(obj, request.user)  # type: ignore[arg-type]
            ]
        return head

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead to the new account's page, where it is given its first password."""
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(
            request,
            _("The account of %(person)s is made. It cannot sign in until it has a first password.")
            % {"person": obj},
        )
        return HttpResponseRedirect(reverse("admin:cases_user_change", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        """Add the page of what may be done to an account."""
        view = never_cache(self.admin_site.admin_view(self.way_view))
        return [path("<path:object_id>/do/<slug:name>/", view, name="cases_user_way"), *super().get_urls()]

    def way_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for confirmation, do it, and show what is shown once."""
        person = self._visible_or_404(request, object_id)
        way = self.ways.get(name)
        if way is None:
            raise Http404
        if not access.may(request.user, User.permission("change")):
            raise PermissionDenied
        if not way.offered(person, request.user):  # type: ignore[arg-type]
            # Somebody did it meanwhile, or it was never for this account.
            messages.warning(
                request,
                _("%(done)s: this is not possible with the account of %(person)s as it is.")
                % {"done": way.label, "person": person},
            )
            return HttpResponseRedirect(reverse("admin:cases_user_change", args=[person.pk]))
        shown: list[str] = []

        def act(reason: str) -> None:
            password = way.act(request, person, reason)
            if password:
                shown.append(password)

        response = self._with_reason(
            request,
            person,
            title=str(way.label),
            permission=User.permission("change"),
            needed=way.needs_reason,
            asked=way.needs_reason,
            meaning=str(way.meaning),
            act=act,
        )
        if not shown:
            return response
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": person,
            "title": way.label,
            "subtitle": str(person),
            "password": shown[0],
        }
        return TemplateResponse(request, "cases/person_password.html", context)
