"""Centuries on clock chips: bits above the month that count them, what readers take them for, and how silicon moves them."""

from __future__ import annotations

from dataclasses import dataclass

from devices.simulation.almanac import YearRegister
from devices.simulation.clockwork import CountingClock
from devices.simulation.setup import SimulatorSetup

_CENTURY = 100


@dataclass(frozen=True, slots=True)
class CenturyBits:
    """Bits above the month that count centuries; the chip gives them no meaning, its reader does.

    Attributes:
        mask: the bits.
        in_1900s: what they read in the years from 1900, by the convention the bench has chosen.
    """

    mask: int
    in_1900s: int

    @property
    def count(self) -> int:
        """How many centuries they tell apart."""
        return self.mask // self._unit + 1

    @property
    def _unit(self) -> int:
        return self.mask & -self.mask

    def bits_of(self, year: int) -> int:
        """Return the bits in a year counted from 1900."""
        return (year // _CENTURY + self.in_1900s) % self.count * self._unit

    def century_of(self, octet: int) -> int:
        """Return the century, counted from 1900, that the bits stand for."""
        return ((octet & self.mask) // self._unit - self.in_1900s) % self.count


def century_years(first_year: int, centuries: int = 2) -> YearRegister:
    """Return a year of two digits and as many century bits as tell ``centuries`` apart.

    It is counted from 1900, whatever the bits say then; ``first_year`` is where its span of years is laid.
    """
    return YearRegister(modulus=_CENTURY * centuries, offset=1900, first_year=first_year)


@dataclass(frozen=True, slots=True)
class CenturyConvention:
    """What a reader takes the century bits for.

    Attributes:
        clear_is: the first year of the century in which the bits read 0.
        first_year: where the span of years that they tell apart begins.
    """

    clear_is: int
    first_year: int

    def bits(self, mask: int) -> CenturyBits:
        """Return the bits by this convention."""
        centuries = CenturyBits(mask, 0).count
        return CenturyBits(mask, (1900 - self.clear_is) // _CENTURY % centuries)

    def years(self, mask: int) -> YearRegister:
        """Return the year register they make up by this convention."""
        return century_years(self.first_year, CenturyBits(mask, 0).count)


_CENTURY_CONVENTIONS = {
    "set-is-1900s": CenturyConvention(clear_is=2000, first_year=1900),
    "set-is-2000s": CenturyConvention(clear_is=1900, first_year=1900),
    "set-is-2100s": CenturyConvention(clear_is=2000, first_year=2000),
}


def century_convention(setup: SimulatorSetup, default: str) -> CenturyConvention:
    """Return what the bench's option ``century-bit`` takes the bit for.

    Raises:
        ValueError: there is no such convention.
    """
    chosen = setup.options.get("century-bit", default)
    if chosen not in _CENTURY_CONVENTIONS:
        raise ValueError(f"option 'century-bit' is {chosen!r}, expected one of {', '.join(_CENTURY_CONVENTIONS)}")
    return _CENTURY_CONVENTIONS[str(chosen)]


class StickyCenturyClock(CountingClock):
    """A clock whose century goes from the 1900s to the 2000s and never on: after 2099 comes 2000 again."""

    def _pass_midnight(self) -> None:
        was_late = self.year >= _CENTURY
        super()._pass_midnight()
        if was_late and self.year < _CENTURY:
            self.year += _CENTURY
