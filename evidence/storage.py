"""Private files on this machine's disk: written beside their place, brought to the disk, moved there in one step."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

#: Beside the folders of the files; what is found there after a crash is nobody's.
DRAFTS = "drafts"


class PrivateFiles(FileSystemStorage):
    """Files that this account alone reads. A file is whole under its name, or not there at all."""

    def __init__(self, location: Any = None, **options: Any) -> None:
        super().__init__(
            location=location,
            base_url=None,
            file_permissions_mode=0o400,
            directory_permissions_mode=0o700,
            **options,
        )

    def _save(self, name: str, content: File) -> str:
        """Write a draft, wait until the disk has it, and move it to its place. A full disk leaves nothing behind."""
        target = Path(self.path(name))
        drafts = Path(self.path(DRAFTS))
        for folder in (drafts, target.parent):
            _make_private(folder)
        draft = drafts / secrets.token_hex(16)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk if isinstance(chunk, bytes) else chunk.encode())
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o400)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name


def _make_private(folder: Path) -> None:
    """Make a folder and those above it that are not there, for this account alone."""
    if folder.is_dir():
        return
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
