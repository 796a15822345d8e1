"""Text of a serial console: escapes taken out, prompts found. No command and no device lives here."""

from __future__ import annotations

import re
from collections.abc import Callable

# CSI and OSC sequences, and the two-character ones: cursor queries, bracketed paste, titles (ECMA-48, 5.3 and 5.4).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_BACKSPACES = re.compile(r"[^\n]\x08")


def clean(received: bytes) -> str:
    """Return what a person would see: no escapes, no carriage returns, nothing that was rubbed out."""
    text = _ESCAPES.sub("", received.decode("latin-1")).replace("\r", "").replace("\0", "")
    while (shorter := _BACKSPACES.sub("", text)) != text:
        text = shorter
    return text


def until_text(is_whole: Callable[[str], bool]) -> Callable[[bytes], int | None]:
    """Return the rule of a reply's end: all that came, cleaned, satisfies ``is_whole``. A prompt is known by being last."""

    def length(received: bytes) -> int | None:
        return len(received) if is_whole(clean(received)) else None

    return length


def last_line(text: str) -> str:
    """Return what stands behind the last line end: where a prompt is."""
    return text.rpartition("\n")[2]
