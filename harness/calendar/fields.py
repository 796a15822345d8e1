"""What a device holds for a date: fields, every one optional, any of them possibly impossible.

Impossible dates are this project's prey, so nothing here refuses one. Turning fields into an instant is a separate,
recorded step that may fail (``harness.calendar.form``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFields:
    """Fields as the device gives them, already unpacked from BCD or binary but not interpreted.

    Attributes:
        year: the year digits the device holds: 99, 0, 1999, 2000, or 19100.
        century: a century byte (19, 20), where the device keeps one.
        century_bit: 0 or 1, where the device keeps a bit.
        month, day, hour, minute, second: as counted by the device; nothing is clamped.
        weekday: the device's own number, in its own base.
        day_of_year: 1-366 where the device gives it.
        count: the value of a counting clock (Unix seconds and the like), as an unsigned or signed integer.
    """

    year: int | None = None
    century: int | None = None
    century_bit: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    weekday: int | None = None
    day_of_year: int | None = None
    count: int | None = None

    def as_dict(self) -> dict[str, int]:
        """Return the fields that are present, for the journal."""
        return {name: number for name, number in asdict(self).items() if number is not None}

    @classmethod
    def from_dict(cls, numbers: dict[str, int]) -> CalendarFields:
        """Rebuild fields from the journal; an unknown name is an error."""
        return cls(**numbers)

    def present(self) -> frozenset[str]:
        """Return the names of the fields this clock gave."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) is not None)

    def text(self) -> str:
        """Spell the fields for a person, in ISO order, impossible ones included.

        Example:
            ``CalendarFields(year=0, month=2, day=30, hour=23, minute=59, second=60).text()`` is
            ``'00-02-30 23:59:60'``.
        """
        if self.count is not None:
            return f"count {self.count}"
        year = "--" if self.year is None else f"{self.year:02d}"
        if self.century is not None:
            year = f"{self.century:02d}{year}"
        date = "-".join([year, *("--" if n is None else f"{n:02d}" for n in (self.month, self.day))])
        if self.month is None and self.day is None and self.day_of_year is not None:
            date = f"{year}-{self.day_of_year:03d}"
        clock = ":".join("--" if n is None else f"{n:02d}" for n in (self.hour, self.minute, self.second))
        extra = [] if self.weekday is None else [f"weekday {self.weekday}"]
        extra += [] if self.century_bit is None else [f"century bit {self.century_bit}"]
        return " ".join([date, clock, *extra])
