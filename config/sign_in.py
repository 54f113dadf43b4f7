"""The login form: name, password and code on one page, and one answer for whatever of the three was wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from config.codes import has_device, match_code


def demo_accounts() -> tuple[Any, ...]:
    """Return the demonstration's accounts in a demonstration, nothing elsewhere."""
    return tuple(import_string(settings.TAPHOS_DEMO_ACCOUNTS)) if settings.TAPHOS_DEMO else ()


class LoginForm(AuthenticationForm):
    """Name, password, code.

    The answer to a wrong code is the answer to a wrong password: who tries passwords learns nothing from it.
    Both count towards the lock-out of the account.
    """

    error_messages = {
        "invalid_login": _(
            "These do not open an account: name, password or code is not right. Mind capital letters. A code "
            "changes every 30 seconds and works once: wait for the next one."
        ),
        "inactive": _("This account is switched off. Ask your administrator."),
    }

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=32,
        strip=True,
        help_text=_(
            "Six digits from your authenticator app, or a recovery code. Leave it empty at your first login."
        ),
    )

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget.attrs |= {"spellcheck": "false", "autocorrect": "off"}
        self.fields["code"].widget.attrs |= {
            "class": self.fields["username"].widget.attrs["class"],
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
        }
        if settings.TAPHOS_DEMO:
            self.fields["code"].help_text = _(
                "Only for an account with a second factor; the demonstration accounts have none."
            )
        self._fill_in(request)

    def _fill_in(self, request: HttpRequest | None) -> None:
        """Fill in the demonstration account that was chosen from the list below the form."""
        chosen = request.GET.get("account") if request else None
        for account in demo_accounts():
            if account.username == chosen:
                self.initial |= {"username": account.username, "password": account.password}
                password: Any = self.fields["password"].widget
                password.render_value = True
                self.fields["username"].widget.attrs.pop("autofocus", None)

    def clean(self) -> dict[str, Any]:
        """Check the password, then the code of whoever has a second factor.

        Raises ValidationError `invalid_login`, whichever of them was wrong.
        """
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        device = match_code(user, cleaned.get("code") or "")
        if device is not None:
            # django-otp marks the session as verified when it logs a user with this attribute in.
            user.otp_device = device
        elif has_device(user):
            self.user_cache = None
            count_failure(self.request, user.get_username())
            raise self.get_invalid_login_error()
        return cleaned


def count_failure(request: HttpRequest | None, username: str) -> None:
    """Count a wrong code towards the lock-out of the account, as a wrong password is counted."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
