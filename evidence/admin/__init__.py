"""The pages of evidence, one stem per file."""

from evidence.admin import document, file_alarm, file_link, photograph, referral, referral_item, result

__all__ = ["document", "file_alarm", "file_link", "photograph", "referral", "referral_item", "result"]
