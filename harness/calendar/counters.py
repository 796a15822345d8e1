"""Clocks that count ticks from an epoch: any width, sign, tick and epoch; the rollover instant is computed."""

from __future__ import annotations

from dataclasses import dataclass

from harness.calendar.gregorian import parse_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A counting clock.

    Attributes:
        epoch: ISO date of count 0.
        bits: width of the register.
        signed: two's complement.
        tick_seconds: seconds one count stands for (86,400 for a day counter, 604,800 for GPS weeks).
    """

    epoch: str = "1970-01-01"
    bits: int = 32
    signed: bool = False
    tick_seconds: int = 1

    @property
    def lowest(self) -> int:
        """The most negative count the register holds."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        """The largest count the register holds."""
        return (1 << (self.bits - 1)) - 1 if self.signed else (1 << self.bits) - 1

    def seconds_at(self, count: int) -> int:
        """Return the civil seconds at which the register starts to read ``count``."""
        return parse_iso(self.epoch) + count * self.tick_seconds

    def count_at(self, seconds: int) -> int:
        """Return the count at civil seconds.

        Raises:
            ValueError: the register cannot hold it.
        """
        count = (seconds - parse_iso(self.epoch)) // self.tick_seconds
        if not self.lowest <= count <= self.highest:
            raise ValueError(f"count {count} does not fit {self.bits} bits")
        return count

    def wrap(self, count: int) -> int:
        """Return what the register reads after counting past an end."""
        return (count - self.lowest) % (1 << self.bits) + self.lowest

    @property
    def rollover_seconds(self) -> int:
        """Civil seconds of the first instant the register cannot hold: where it rolls over."""
        return self.seconds_at(self.highest + 1)

    @property
    def after_rollover_seconds(self) -> int:
        """Civil seconds the register stands for once it has rolled over."""
        return self.seconds_at(self.lowest)
