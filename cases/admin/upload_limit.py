"""An end to uploads: a file that is larger than any that is read is not written to the disk to its end."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from cases.importing.table import LARGEST_BYTES

#: Set on a request whose upload was stopped.
STOPPED = "taphos_upload_stopped"


class UploadLimit(FileUploadHandler):
    """Stands before the handler that writes, and stops an upload once it is too large."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count over all files of the request, and pass on."""
        self.received += len(raw_data)
        if self.received > LARGEST_BYTES + self.chunk_size:
            setattr(self.request, STOPPED, True)
            raise StopUpload
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handler that wrote it."""
