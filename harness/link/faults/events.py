"""What a struck exchange makes the line do, in order. Times are counted from the event before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Spoken:
    """Bytes that reach the host.

    Attributes:
        after_ns: this much later than the event before.
        repeats: how often they are said again, each ``after_ns`` later.
    """

    octets: bytes
    after_ns: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """The connection ends.

    Attributes:
        how: a reset, an orderly end, a connection that only goes silent, or the adapter pulled out.
        for_ns: how long nothing can be opened in its place; for a silent one, nothing is ever heard on it again.
    """

    how: Literal["reset", "fin", "half-open", "unplugged"]
    for_ns: int = 0
    after_ns: int = 0


Event = Spoken | Gone
