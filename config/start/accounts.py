"""What an administrator looks after: accounts, in numbers that open the list of exactly these."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases import selections
from cases.counts import count_together, shown
from cases.models.user import User
from config.navigation import page


def _all(rows: Any) -> Any:
    return rows


def accounts(user: User) -> list[dict[str, Any]]:
    """Return the numbers of accounts, in one question."""
    active = User.objects.filter(is_active=True)
    numbers = count_together(
        {
            "active": active,
            "without": selections.without_password(User.objects.all(), user, _all),
            "off": User.objects.filter(is_active=False),
        }
    )
    people = page("cases_user_changelist")
    return [
        {"label": label, "value": shown(numbers[name]), "link": f"{people}?{query}"}
        for name, label, query in (
            ("active", _("Active accounts"), "is_active__exact=1"),
            ("without", _("Accounts without a password"), "password=none"),
            ("off", _("Accounts switched off"), "is_active__exact=0"),
        )
    ]
