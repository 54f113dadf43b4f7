"""The pages of evidence, one stem per file."""

from evidence.admin import document, file_alarm, file_link, photograph

__all__ = ["document", "file_alarm", "file_link", "photograph"]
