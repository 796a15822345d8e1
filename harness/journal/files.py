"""The few file operations the journal rests on, in one class, so that a test can fail any one of them.

Portable: where a system lacks ``fdatasync``, or cannot sync a folder, the nearest thing it has is done.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from harness.errors import JournalError

_BINARY = getattr(os, "O_BINARY", 0)
_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)
_sync_content = getattr(os, "fdatasync", os.fsync)


class Files:
    """Plain operations on the disk; every failure is an OSError."""

    def create(self, path: Path) -> int:
        """Create a file that must not exist yet and return its descriptor."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY | _CLOSE_ON_EXEC, 0o644)

    def open(self, path: Path) -> int:
        """Open an existing file for writing and return its descriptor."""
        return os.open(path, os.O_RDWR | _BINARY | _CLOSE_ON_EXEC)

    def write(self, descriptor: int, content: bytes) -> None:
        """Write all of ``content`` at the present position; a failure may leave a part of it."""
        written = os.write(descriptor, content)
        while written < len(content):
            written += os.write(descriptor, content[written:])

    def seek(self, descriptor: int, offset: int) -> None:
        """Make ``offset`` the present position."""
        os.lseek(descriptor, offset, os.SEEK_SET)

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut a file to ``length`` and write on from there."""
        os.ftruncate(descriptor, length)
        os.lseek(descriptor, length, os.SEEK_SET)

    def sync(self, descriptor: int) -> None:
        """Return once the file's content is on the disk."""
        _sync_content(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Rename in one step, over whatever was there."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file; one that is not there is no error."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Return once the folder's entries are on the disk, where the system can do that."""
        if os.name == "nt":
            return
        descriptor = os.open(folder, os.O_RDONLY | _CLOSE_ON_EXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class RehearsalFiles(Files):
    """For a run in virtual time: everything in it lives in this process, so a power cut has no clock to lose.

    What is written still survives the process; only waiting for the disk is left out.
    """

    def sync(self, descriptor: int) -> None:
        """Leave it to the system."""

    def sync_folder(self, folder: Path) -> None:
        """Leave it to the system."""


def write_whole(files: Files, path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of either.

    Raises:
        JournalError: it could not be written; whatever stood there before still does.
    """
    part = path.with_name(path.name + ".part")
    try:
        files.remove(part)
        _write_new(files, part, content)
        files.replace(part, path)
        files.sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # the first failure is the one to tell; the part is swept by the next try
            files.remove(part)
        raise JournalError(f"{path}: not written: {error}") from error


def _write_new(files: Files, path: Path, content: bytes) -> None:
    """Create a file with ``content``, on the disk."""
    descriptor = files.create(path)
    try:
        files.write(descriptor, content)
        files.sync(descriptor)
    finally:
        files.close(descriptor)


def reserve_room(files: Files, path: Path, size: int) -> None:
    """Take ``size`` bytes of the disk, to be given back when it is full.

    Zeros are really written: a file that was only stretched would hold no blocks.
    """
    _write_new(files, path, bytes(size))
