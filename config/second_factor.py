"""The second factor in front of the admin: login with a code, enrolment, renewal, what counts as logged in.

A session that gave only a password can log out or enrol, nothing else. In a demonstration (`TAPHOS_DEMO`) an
account without a device may work without one.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as verify_session

from cases.ledger.context import change
from cases.models.ledger import AccessKind
from cases.models.user import User
from cases.services.access_log import log_access
from config import codes
from config.middleware import begin_session
from config.own_password import OwnPasswordForm
from config.sign_in import LoginForm, count_failure, demo_accounts

#: Names in the session the secret that was shown in it.
ENROLLING: Final = "taphos_enrolling"


def is_verified(request: HttpRequest) -> bool:
    """Return whether this session is a whole login: password and second factor.

    For the admin and for the API's session authentication alike.
    """
    if not request.user.is_authenticated:
        return False
    return bool(settings.TAPHOS_DEMO or getattr(request.user, "otp_device", None) is not None)


class SecondFactorMixin:
    """Put in front of an admin site class: `class Site(SecondFactorMixin, UnfoldAdminSite)`."""

    name: str
    login_form = LoginForm
    login_template = "registration/sign_in.html"

    def _may_enter(self, request: HttpRequest) -> bool:
        """Return what the site itself says of this person, the second factor left aside."""
        return bool(super().has_permission(request))  # type: ignore[misc]

    def _to(self, view: str, next_page: str = "") -> HttpResponseRedirect:
        query = f"?{urlencode({REDIRECT_FIELD_NAME: next_page})}" if next_page else ""
        return HttpResponseRedirect(reverse(f"admin:{view}", current_app=self.name) + query)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in whoever the site lets in and whose session has given the second factor."""
        return self._may_enter(request) and is_verified(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add enrolment and renewal; open `logout` to sessions that gave only a password."""
        site: Any = self
        own = [
            path("logout/", site.logout, name="logout"),
            path("second-factor/enrol/", self.enrol, name="second_factor_enrol"),
            path("second-factor/", site.admin_view(self.second_factor), name="second_factor"),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Ask for name, password and code; lead who has no second factor yet to the enrolment."""
        next_page = self._next_page(request)
        if request.method == "GET" and self._must_enrol(request):
            return self._to("second_factor_enrol", next_page)
        again = request.method == "POST" and request.user.is_authenticated
        context = {"demo_accounts": demo_accounts(), "next_page": next_page, **(extra_context or {})}
        response: HttpResponse = super().login(request, context)  # type: ignore[misc]
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            log_access(AccessKind.SIGNED_IN, request.user, request=request, detail=self._how(request))
            if again:
                # Django keeps the key when the same person logs in twice in one session.
                request.session.cycle_key()
            begin_session(request)
            if self._must_enrol(request):
                return self._to("second_factor_enrol", next_page)
        elif request.method == "POST":
            self._log_refusal(request)
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log out, half a login too."""
        if request.method == "POST" and request.user.is_authenticated:
            log_access(AccessKind.SIGNED_OUT, request.user, request=request)
        return super().logout(request, extra_context)  # type: ignore[misc]

    @staticmethod
    def _how(request: HttpRequest) -> str:
        device = getattr(request.user, "otp_device", None)
        return "password only" if device is None else f"password and {device.name}"

    @staticmethod
    def _log_refusal(request: HttpRequest) -> None:
        """Log a refused login to the account that it was tried on.

        A name of no account is not kept: it may be a password typed into the wrong field. Nor is what comes
        after the failure that locked the account, so that nobody can fill the log.
        """
        account = User.objects.filter(username=request.POST.get("username", "")[:150]).first()
        locked = getattr(request, "axes_locked_out", False)
        counted = getattr(request, "axes_failures_since_start", None) is not None
        if account is not None and (counted or not locked):
            log_access(
                AccessKind.REFUSED, account, request=request, detail="account locked" if locked else ""
            )

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change one's own password, as a recorded change; it ends the person's other sessions."""
        site: Any = self
        request.current_app = self.name
        view: Any = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**site.each_context(request), **(extra_context or {})},
        )
        if request.method != "POST":
            return view(request)
        person: Any = request.user
        with change(person, "cases.user.password_changed"):
            return view(request)

    def _must_enrol(self, request: HttpRequest) -> bool:
        return self._may_enter(request) and not is_verified(request) and not codes.has_device(request.user)

    def _next_page(self, request: HttpRequest) -> str:
        page = request.POST.get(REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, ""))
        safe = url_has_allowed_host_and_scheme(
            page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return page if safe else ""

    @method_decorator([never_cache, csrf_protect, sensitive_post_parameters("code")])
    def enrol(self, request: HttpRequest) -> HttpResponse:
        """Set the second factor up: show the secret, check one code, show the recovery codes once."""
        if not self._may_enter(request):
            return self._to("login")
        if codes.has_device(request.user):
            # An enrolled account cannot be enrolled again from a session that gave only a password.
            return self._to("second_factor" if is_verified(request) else "login")
        device = codes.device_to_confirm(request.user)
        if request.session.get(ENROLLING) != codes.fingerprint(device):
            # Whoever had the first password before may have seen that secret.
            device = codes.with_new_secret(device)
            request.session[ENROLLING] = codes.fingerprint(device)
        wrong_code = False
        if request.method == "POST":
            recovery = codes.confirm(device, request.POST.get("code", ""))
            if recovery is not None:
                verify_session(request, device)
                log_access(AccessKind.SECOND_FACTOR, request.user, request=request, detail="enrolled")
                # Whoever has seen the session's key before the second factor shall not keep it.
                request.session.cycle_key()
                return self._page(
                    request, "recovery_codes", codes=recovery, next_page=self._next_page(request)
                )
            wrong_code = True
        return self._page(
            request,
            "enrol",
            qr_code=codes.qr_code(device),
            secret=codes.secret_for_typing(device),
            wrong_code=wrong_code,
            next_page=self._next_page(request),
        )

    @method_decorator([csrf_protect, sensitive_post_parameters("code")])
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Renew the recovery codes or move to another phone, each against a fresh code."""
        if not codes.has_device(request.user):
            return self._to("second_factor_enrol")
        if request.method == "POST":
            if codes.match_code(request.user, request.POST.get("code", "")) is None:
                count_failure(request, request.user.get_username())
                log_access(
                    AccessKind.REFUSED, request.user, request=request, detail="code for a change of codes"
                )
                messages.error(
                    request, _("That code is not right, or it was used already: wait for the next one.")
                )
            elif request.POST.get("action") == "replace":
                codes.forget_devices(request.user)
                log_access(AccessKind.SECOND_FACTOR, request.user, request=request, detail="phone given up")
                return self._to("second_factor_enrol")
            else:
                log_access(AccessKind.SECOND_FACTOR, request.user, request=request, detail="codes renewed")
                return self._page(
                    request, "recovery_codes", codes=codes.renew_recovery_codes(request.user), renewed=True
                )
        return self._page(request, "second_factor", codes_left=codes.recovery_codes_left(request.user))

    def _page(self, request: HttpRequest, page: str, **context: Any) -> HttpResponse:
        site: Any = self
        request.current_app = self.name
        titles = {
            "enrol": _("Set up the second factor"),
            "recovery_codes": _("Recovery codes"),
            "second_factor": _("Second factor"),
        }
        return TemplateResponse(
            request,
            f"registration/{page}.html",
            {**site.each_context(request), "title": titles[page], **context},
        )
