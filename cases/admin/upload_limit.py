"""An end to uploads: a file that is larger than any that is read is not written to the disk to its end."""

from __future__ import annotations

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler

from cases.importing.table import LARGEST_BYTES

#: Set on a request whose upload was stopped.
STOPPED = "taphos_upload_stopped"
#: Set on a request for whose files the disk had no room.
NO_ROOM = "taphos_upload_no_room"


class UploadLimit(FileUploadHandler):
    """Stands before the handler that writes, and stops an upload once it is too large."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0
        self.limit = max(LARGEST_BYTES, settings.TAPHOS_LARGEST_FILE_MB * 1_000_000)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count over all files of the request, and pass on."""
        self.received += len(raw_data)
        if self.received > self.limit + self.chunk_size:
            setattr(self.request, STOPPED, True)
            raise StopUpload
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handler that wrote it."""


class DiskHandler(TemporaryFileUploadHandler):
    """Writes a file to the disk, and stops where there is no room for it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write, or stop the upload and say why on the request."""
        try:
            self.file.write(raw_data)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            setattr(self.request, NO_ROOM, True)
            raise StopUpload from error
