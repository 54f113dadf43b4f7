"""The admin of remains, one stem per file."""

from remains.admin import alias, assessment, condition, estimate, find, injury, minimum, specimen

__all__ = ["alias", "assessment", "condition", "estimate", "find", "injury", "minimum", "specimen"]
