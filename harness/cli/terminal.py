"""What goes to the person's screen: plain lines, nothing from a device able to steer the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def printable(text: str) -> str:
    """Spell out every character that is not meant to be seen: controls, escapes, bidirectional overrides."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def say(text: str) -> None:
    """Print one or more lines to standard output."""
    for line in text.splitlines() or [""]:
        print(printable(line))


def complain(text: str) -> None:
    """Print one or more lines to standard error."""
    for line in text.splitlines():
        print(printable(line), file=sys.stderr)


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows as aligned columns; the last column is not padded."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))] if rows else []
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
