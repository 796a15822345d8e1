"""Photographs beside a run, shown on the device's card; and a photograph made ready to be put there.

A photograph is never trusted as text, and what a camera adds to it (place, owner, serial number, thumbnail) is dropped
before it is kept and again before it is embedded. What is not a sound JPEG or PNG, or too large, is named and left out;
so is a file that is no longer the one its journal tells of.
"""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.journal.run_folder import ATTACHMENTS
from harness.records import PhotoRecord

LARGEST = 150_000  # bytes embedded of one photograph; a report is mailed
LARGEST_IN_ALL = 600_000  # and of all of them together
MOST = 3  # of one device
_AIM = 90_000  # bytes to which a photograph is reduced, where Pillow is installed
_WIDTHS = (1600, 1280, 1024, 800, 640)
_QUALITIES = (82, 70, 55)
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"})
_JPEG = b"\xff\xd8"
_SCAN = 0xDA
_FIRST_APP, _LAST_APP, _COMMENT = 0xE0, 0xEF, 0xFE
_PNG_FRAME = 12  # length, kind and checksum around a chunk's content
_SEGMENT_HEAD = 4


class NotAPictureError(ValueError):
    """A file is no sound JPEG or PNG, or unfolds to more than a photograph holds."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph.

    Attributes:
        name: the file's name in the run folder; with the name it was given with behind it, where the journal tells it.
        sha256: of the file as it lies in the run folder.
        source: a ``data:`` address, or empty when it is not shown.
        is_altered: the journal tells of another content under this name; it is not shown.
    """

    name: str
    sha256: str
    source: str
    is_altered: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photograph ready to be kept: its picture alone, and the suffix that goes with it.

    Attributes:
        is_upright: the way the camera was held has been applied; without Pillow it is lost with the camera's data.
    """

    content: bytes
    suffix: str
    is_upright: bool

    @property
    def is_shown(self) -> bool:
        """Whether a report will embed it."""
        return len(self.content) <= LARGEST


def prepare_photo(content: bytes) -> Prepared:
    """Return a photograph without what the camera adds, small enough to be mailed where Pillow is installed.

    Raises:
        NotAPictureError: it is no sound JPEG or PNG.
    """
    if not content.startswith((_PNG, _JPEG)):
        raise NotAPictureError("no JPEG or PNG")
    bare = without_camera_data(content)
    try:
        reduced = _reduced(content)
    except ImportError:
        if not bare:
            raise NotAPictureError("no sound picture: it is cut short") from None
        return Prepared(bare, ".png" if bare.startswith(_PNG) else ".jpg", is_upright=False)
    except NotAPictureError:
        if not bare:
            raise
        reduced = _reduced(bare)  # what the camera added may be all that is broken
    return Prepared(reduced, ".jpg", is_upright=True)


def _reduced(content: bytes) -> bytes:
    """Return a picture drawn anew by Pillow: upright, and as large as a report can carry.

    Raises:
        ImportError: Pillow is not installed.
        NotAPictureError: Pillow cannot make out the picture.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - an optional extra

    try:
        with warnings.catch_warnings():
            # A small file may unfold to a huge picture; Pillow only warns of the smaller ones of that kind.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPictureError(f"no sound picture: {error}") from error
    drawn = b""
    for width, quality in itertools.product(_WIDTHS, _QUALITIES):
        smaller = upright.copy()
        smaller.thumbnail((width, width))
        stream = io.BytesIO()
        smaller.save(stream, "JPEG", quality=quality, optimize=True)
        drawn = stream.getvalue()
        if len(drawn) <= _AIM:
            break
    return drawn


def photos_in(
    folder: Path, devices: Iterable[str], recorded: Iterable[PhotoRecord] = ()
) -> dict[str, tuple[Photo, ...]]:
    """Return the photographs in a run folder by device name, in the order of their names.

    Those that the journal tells of are held against it; a file named after a device that somebody put there is shown
    too, under its own hash.
    """
    kept = folder / ATTACHMENTS
    files = {file.name: file for file in sorted(kept.iterdir())} if kept.is_dir() else {}
    told = {PurePosixPath(record.file).name: record for record in recorded}
    left = LARGEST_IN_ALL
    found: dict[str, tuple[Photo, ...]] = {}
    for device in devices:
        pattern = re.compile(re.escape(device) + r"(?:-\d{1,2})?\.(?:jpe?g|png)", re.IGNORECASE)
        of_device = {name for name, record in told.items() if record.device == device}
        of_device |= {name for name in files if name not in told and pattern.fullmatch(name)}
        own = []
        for name in sorted(of_device)[:MOST]:
            photo = _photo(name, files.get(name), told.get(name), left)
            if photo is not None:
                left -= len(photo.source)
                own.append(photo)
        if own:
            found[device] = tuple(own)
    return found


def _photo(name: str, file: Path | None, record: PhotoRecord | None, left: int) -> Photo | None:
    """Return one photograph; None for what is no file and was never told of."""
    shown_name = name if record is None else f"{name} ({record.name})"
    if file is None or not file.is_file() or file.is_symlink():
        return None if record is None else Photo(shown_name, record.sha256, "", is_altered=True)
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if record is not None and digest != record.sha256:
        return Photo(shown_name, digest, "", is_altered=True)
    bare = without_camera_data(content)
    source = ""
    if bare and len(bare) <= LARGEST:
        kind = "png" if bare.startswith(_PNG) else "jpeg"
        source = f"data:image/{kind};base64,{base64.b64encode(bare).decode()}"
    return Photo(shown_name, digest, source if len(source) <= left else "")


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
