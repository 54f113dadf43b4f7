"""The admin of remains, one stem per file."""

from remains.admin import alias, condition, estimate, find, minimum

__all__ = ["alias", "condition", "estimate", "find", "minimum"]
