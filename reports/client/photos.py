"""Photographs beside a run: ``attachments/<device>.jpg`` or ``.png``, ``<device>-2.jpg`` ... shown on the device's card.

A photograph is never trusted as text, and what a camera adds to it (place, owner, serial number, thumbnail) is dropped
before it is embedded. What is not a sound JPEG or PNG, or too large, is named and left out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.journal.run_folder import ATTACHMENTS

LARGEST = 150_000  # bytes embedded of one photograph; a report is mailed
MOST = 3  # of one device
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"})
_JPEG = b"\xff\xd8"
_SCAN = 0xDA
_FIRST_APP, _LAST_APP, _COMMENT = 0xE0, 0xEF, 0xFE
_PNG_FRAME = 12  # length, kind and checksum around a chunk's content
_SEGMENT_HEAD = 4


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph.

    Attributes:
        name: the file's name.
        sha256: of the file as it lies in the run folder.
        source: a ``data:`` address, or empty when it is not shown.
    """

    name: str
    sha256: str
    source: str


def photos_in(folder: Path, devices: Iterable[str]) -> dict[str, tuple[Photo, ...]]:
    """Return the photographs in a run folder by device name, in the order of their names."""
    kept = folder / ATTACHMENTS
    files = sorted(kept.iterdir()) if kept.is_dir() else []
    found = {}
    for device in devices:
        pattern = re.compile(re.escape(device) + r"(?:-\d{1,2})?\.(?:jpe?g|png)", re.IGNORECASE)
        own = [file for file in files if pattern.fullmatch(file.name) and file.is_file() and not file.is_symlink()]
        if own:
            found[device] = tuple(_photo(file) for file in own[:MOST])
    return found


def _photo(file: Path) -> Photo:
    content = file.read_bytes()
    bare = without_camera_data(content)
    source = ""
    if bare and len(bare) <= LARGEST:
        kind = "png" if bare.startswith(_PNG) else "jpeg"
        source = f"data:image/{kind};base64,{base64.b64encode(bare).decode()}"
    return Photo(file.name, hashlib.sha256(content).hexdigest(), source)


def without_camera_data(content: bytes) -> bytes:
    """Return a JPEG or PNG with its picture alone; empty when it is neither, or cut short."""
    try:
        if content.startswith(_PNG):
            return _PNG + b"".join(_png_chunks(content))
        if content.startswith(_JPEG):
            return _JPEG + b"".join(_jpeg_segments(content))
    except (IndexError, ValueError):
        return b""
    return b""


def _png_chunks(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        end = at + _PNG_FRAME + length
        if len(kind) < len(b"IEND") or end > len(content):
            raise ValueError("a PNG cut short")
        if kind in _PNG_KEPT:
            yield content[at:end]
        at = end


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    """Yield what a decoder needs: every segment but application data and comments, then the picture itself."""
    at = len(_JPEG)
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004 - every marker begins with it (ITU-T T.81, B.1.1.2)
            raise ValueError("no JPEG marker where one must be")
        marker = content[at + 1]
        end = at + 2 + int.from_bytes(content[at + 2 : at + _SEGMENT_HEAD], "big")
        if end > len(content) or end < at + _SEGMENT_HEAD:
            raise ValueError("a JPEG cut short")
        if marker == _SCAN:
            last = content.rfind(b"\xff\xd9")  # what stands after the end of the picture is not the picture
            if last < end:
                raise ValueError("a JPEG without an end")
            yield content[at : last + 2]
            return
        if not (_FIRST_APP <= marker <= _LAST_APP or marker == _COMMENT):
            yield content[at:end]
        at = end
