"""The admin of the ground floor, one stem per file."""

from cases.admin import case, site

__all__ = ["case", "site"]
