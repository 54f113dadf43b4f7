"""The records of evidence, one stem per file."""

from evidence.models.document import Document, DocumentKind
from evidence.models.file_alarm import AlarmKind, FileAlarm, NoticedBy
from evidence.models.file_link import FileLink, LinkBasis
from evidence.models.photograph import Photograph, Subject
from evidence.models.sealed_file import MediaType, SealedFile

__all__ = [
    "AlarmKind",
    "Document",
    "DocumentKind",
    "FileAlarm",
    "FileLink",
    "LinkBasis",
    "MediaType",
    "NoticedBy",
    "Photograph",
    "SealedFile",
    "Subject",
]
