"""The admin of evidence, one stem per file."""

from evidence.admin import custody, exhibit, seal, storage

__all__ = ["custody", "exhibit", "seal", "storage"]
