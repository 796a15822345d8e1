"""How a device's year digits become a year: one rule, one place, named.

PD2000-1 rule 3 asks that the century be explicit or follow an unambiguous inference rule; ``explain`` prints that rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.calendar.fields import CalendarFields


@dataclass(frozen=True, slots=True)
class CenturyRule:
    """One of five ways a clock keeps its century. Make one with the constructors below.

    Attributes:
        kind: ``digits`` four digits or more are kept; ``fixed`` year = base + offset up to ``span`` years;
            ``window`` two digits read into the hundred years from ``base``; ``bit`` two digits and a bit that adds
            a hundred years to ``base`` when set (or when clear, ``bit_when_low`` = 1); ``byte`` two digits and a
            century byte.
        base: the first year the rule can mean (``bit``: the year of digits 00 in the earlier century).
        span: how many years the register can count.
    """

    kind: Literal["digits", "fixed", "window", "bit", "byte"]
    base: int = 0
    span: int = 10_000
    bit_when_low: int = 0

    @classmethod
    def digits(cls, first: int = 0, last: int = 9999) -> CenturyRule:
        """The device keeps the whole year."""
        return cls("digits", first, last - first + 1)

    @classmethod
    def fixed(cls, base: int, span: int = 256) -> CenturyRule:
        """The device keeps years since ``base``, ``span`` of them (256 for a byte, 128 for seven bits)."""
        return cls("fixed", base, span)

    @classmethod
    def window(cls, first: int) -> CenturyRule:
        """The device keeps two digits; they are read into ``first`` .. ``first + 99``."""
        return cls("window", first, 100)

    @classmethod
    def bit(cls, base: int, *, bit_when_low: int = 0) -> CenturyRule:
        """The device keeps two digits and a bit: ``base`` + digits, a hundred years later when the bit differs."""
        return cls("bit", base, 200, bit_when_low)

    @classmethod
    def byte(cls) -> CenturyRule:
        """The device keeps two digits and a century byte (19, 20)."""
        return cls("byte", 0, 10_000)

    @property
    def is_inferred(self) -> bool:
        """Whether the century is a convention of the reader, not held by the device."""
        return self.kind == "window"

    def full_year(self, fields: CalendarFields) -> int | None:
        """Return the year the fields mean, or None when a field is missing or outside what the rule can read."""
        year = fields.year
        if year is None or year < 0:
            return None
        if self.kind == "digits":
            return year
        if self.kind == "fixed":
            return self.base + year if year < self.span else None
        if year > 99:  # noqa: PLR2004 - two digits are two digits
            return None
        if self.kind == "window":
            return self.base + (year - self.base) % 100
        if self.kind == "bit":
            if fields.century_bit is None:
                return None
            return self.base + year + (100 if fields.century_bit != self.bit_when_low else 0)
        return None if fields.century is None else fields.century * 100 + year

    def split(self, year: int) -> CalendarFields:
        """Return the year fields that mean ``year``.

        Raises:
            ValueError: the rule cannot express it.
        """
        if not self.base <= year < self.base + self.span:
            raise ValueError(f"year {year} is outside {self.base}-{self.base + self.span - 1}")
        if self.kind == "digits":
            return CalendarFields(year=year)
        if self.kind == "fixed":
            return CalendarFields(year=year - self.base)
        if self.kind == "window":
            return CalendarFields(year=year % 100)
        if self.kind == "bit":
            late = (year - self.base) // 100
            return CalendarFields(year=year % 100, century_bit=self.bit_when_low ^ late)
        return CalendarFields(year=year % 100, century=year // 100)

    def explain(self) -> str:
        """Say the rule in one line, for the record; the report has its own words in each language."""
        last = self.base + self.span - 1
        return {
            "digits": "the device keeps the whole year",
            "fixed": f"the device keeps years since {self.base}, to {last}",
            "window": f"two digits, read as {self.base}-{last}",
            "bit": f"two digits and a century bit, {self.base}-{last}",
            "byte": "two digits and a century byte",
        }[self.kind]
