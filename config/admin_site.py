"""The admin site: unfold's look, the second factor in front, and a start page about the work."""

from __future__ import annotations

from unfold.sites import UnfoldAdminSite

from config.second_factor import SecondFactorMixin


class TaphosAdminSite(SecondFactorMixin, UnfoldAdminSite):
    """Where people work."""
