"""The pages of evidence, one stem per file."""

from evidence.admin import (
    custody,
    document,
    exhibit,
    file_alarm,
    file_link,
    hold,
    photograph,
    referral,
    referral_item,
    result,
    seal,
    storage,
)

__all__ = [
    "custody",
    "document",
    "exhibit",
    "file_alarm",
    "file_link",
    "hold",
    "photograph",
    "referral",
    "referral_item",
    "result",
    "seal",
    "storage",
]
