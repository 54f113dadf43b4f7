"""The admin of evidence, one stem per file."""

from evidence.admin import referral, referral_item, result

__all__ = ["referral", "referral_item", "result"]
