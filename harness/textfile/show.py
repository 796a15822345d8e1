"""Words out of a file, made safe to print in a message."""

from __future__ import annotations

_LONGEST = 60


def shown(written: str, longest: int = _LONGEST) -> str:
    """Return a text cut to ``longest`` characters, with every character that could steer a terminal spelled out."""
    cut = written if len(written) <= longest else written[:longest] + "..."
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in cut)
