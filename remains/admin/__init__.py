"""The admin of remains, one stem per file."""

from remains.admin import alias, assessment, condition, estimate, find, minimum

__all__ = ["alias", "assessment", "condition", "estimate", "find", "minimum"]
