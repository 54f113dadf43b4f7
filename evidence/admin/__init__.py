"""The pages of evidence."""

from evidence.admin.exhibit import ExhibitAdmin
from evidence.admin.storage import StoragePlaceAdmin

__all__ = ["ExhibitAdmin", "StoragePlaceAdmin"]
