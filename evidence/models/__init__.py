"""The records of evidence, one stem per file."""

from evidence.models.custody import (
    Consignment,
    CustodyEvent,
    EventStatus,
    Holding,
    HoldingBasis,
    HoldingEnd,
)
from evidence.models.exhibit import Exhibit, ExhibitStatus, Parting
from evidence.models.item import Item, ItemReference
from evidence.models.seal import Seal
from evidence.models.storage import Placement, StorageKind, StoragePlace

__all__ = [
    "Consignment",
    "CustodyEvent",
    "EventStatus",
    "Exhibit",
    "ExhibitStatus",
    "Holding",
    "HoldingBasis",
    "HoldingEnd",
    "Item",
    "ItemReference",
    "Parting",
    "Placement",
    "Seal",
    "StorageKind",
    "StoragePlace",
]
