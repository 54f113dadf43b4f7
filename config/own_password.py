"""The form on which one changes one's own password."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm

from cases.refusals import Refusal
from cases.services.person import refuse_same_password


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The change of one's own password; with it goes the mark that somebody else had set the former one."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        if user.must_change_password:
            self.fields["old_password"].help_text = _(
                "The one that was given to you. Somebody else knows it, so choose your own before anything else."
            )

    def clean_new_password1(self) -> str:
        """Refuse the password that was given."""
        password: str = self.cleaned_data["new_password1"]
        try:
            refuse_same_password(self.user, password)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal
        return password

    def save(self, commit: bool = True) -> Any:
        """Write password and mark at once."""
        self.user.must_change_password = False
        return super().save(commit)
