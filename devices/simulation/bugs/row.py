"""What a row of the catalogue says, and on which clocks a defect can exist. No defect lives here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.simulation.almanac import LeapLaw, YearRegister
from devices.simulation.movement import ClockBug
from harness.records import Variant, Verdict

V = Variant
PROGRESS = (V.RUNNING, V.SILENT)
POWER_CUTS = (V.UNPOWERED, V.RETAINED)
CROSSINGS = (*PROGRESS, *POWER_CUTS)
STANDS = ("clock-stands-still", "clock-lost-at-power-off")
"""What is said of a clock that stands still: the second where it was off meanwhile, with the mechanism beside it."""

_CENTURY = 100
_WHOLE_YEARS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTraits:
    """What of a clock decides which bugs it can have.

    Attributes:
        years: its year register, or None where it only counts seconds.
        has_weekday: it keeps a weekday.
        says_year_as_text: it spells the year in decimal characters.
        survives_power_off: its clock runs on without supply.
        is_chip: it is a bare clock chip: it takes every byte as it comes and runs no program.
        leap: its leap rule.
        reloads_at_power_up: at power-up its program takes the time from a chip of its own.
        shows_month: it tells the date by month and day, not by the day of the year.
        shows_seconds: it tells the seconds, not minutes only.
        has_outputs: it switches outputs that can be read.
        alarm_parts: what its alarm compares; empty where it has none.
        alarm_is_latched: an alarm that has fired says so until it is cleared.
        alarm_fires_unpowered: its maker says that it fires while only the backup supplies it.
        is_read_as_count: whatever counts inside, it tells an unsigned 32-bit count of seconds since 1970.
        keeps_log: it files entries in a log of its own, at full intervals of its clock.
        follows_master: it takes its time from a master that tells it.
        has_second_clock: another clock stands beside it, and is read with it.
        is_known_by_its_date: nothing but a date in its bytes tells it from other memory; without one no host writes there.
    """

    years: YearRegister | None
    has_weekday: bool = False
    says_year_as_text: bool = False
    survives_power_off: bool = True
    is_chip: bool = False
    leap: LeapLaw = "every-fourth"
    reloads_at_power_up: bool = False
    shows_month: bool = True
    shows_seconds: bool = True
    is_read_as_count: bool = False
    has_outputs: bool = False
    alarm_parts: tuple[str, ...] = ()
    alarm_is_latched: bool = True
    alarm_fires_unpowered: bool = False
    keeps_log: bool = False
    has_second_clock: bool = False
    follows_master: bool = False
    is_known_by_its_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtBy:
    """What a sound harness must say when the bug is on.

    Attributes:
        edges: edges whose crossing shows the bug; on a device to which none applies it cannot be caught.
        variants: ways of crossing that show it.
        rules: invariants of which at least one must be found broken.
        codes: findings of which at least one must name the mechanism; empty where no code is nearer than the rule.
        verdicts: what the crossing may be called; never *conforms*.
        days_off: how long the power must be away for it to show.
    """

    edges: tuple[str, ...]
    variants: tuple[Variant, ...]
    rules: tuple[str, ...]
    codes: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = (Verdict.DOES_NOT_CONFORM,)
    days_off: int = 0


Reason = Callable[[ClockTraits], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """One defect that a simulator can be given.

    Attributes:
        says: what the device does wrong, in one line.
        impossible_because: why it cannot exist on a clock with these traits, or an empty text.
        make: returns its hooks for one clock.
        source: where it was seen.
        reports: its numbers among the 75 field reports this catalogue was made from.
        drivers: its numbers among the 31 defects found in published drivers.
        not_catchable_yet: what no plan can do yet that would show it, or empty.
    """

    name: str
    says: str
    impossible_because: Reason
    make: Callable[[], ClockBug]
    caught_by: CaughtBy
    source: str
    reports: tuple[int, ...] = ()
    drivers: tuple[int, ...] = ()
    not_catchable_yet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsimulated:
    """One historical defect that no simulator is given, and why.

    Attributes:
        says: what the device does wrong, in one line.
        because: what is missing here, or why it is no defect of a device's clock.
        source: where it was seen.
        reports, drivers: as for `Bug`.
    """

    name: str
    says: str
    because: str
    source: str
    reports: tuple[int, ...] = ()
    drivers: tuple[int, ...] = ()


# --- on which clocks ------------------------------------------------------------------------------------------------


def all_of(*reasons: Reason) -> Reason:
    """Return the first reason that holds."""
    return lambda traits: next((why for reason in reasons if (why := reason(traits))), "")


def anywhere(traits: ClockTraits) -> str:
    """Tell of no reason."""
    del traits
    return ""


def calendar(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock without a calendar."""
    return "it counts seconds and has no calendar" if traits.years is None else ""


def not_as_count(traits: ClockTraits) -> str:
    """Tell why it is not seen on a clock that is read as a count."""
    return "it is read as an unsigned count of seconds since 1970" if traits.is_read_as_count else ""


def seconds_shown(traits: ClockTraits) -> str:
    """Tell why it is not seen on a clock of minutes."""
    return "" if traits.shows_seconds else "it shows no seconds"


def month_and_day(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that shows no month and day."""
    return (
        calendar(traits)
        or not_as_count(traits)
        or ("" if traits.shows_month else "it tells the date by the day of the year")
    )


def year_of_two_digits(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that keeps less of the year than two digits."""
    if traits.years is None:
        return "it counts seconds and has no year"
    return "" if traits.years.modulus >= _CENTURY else "it keeps two bits of the year; the rest is its host's"


def century(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that knows no century."""
    if traits.years is None:
        return "it counts seconds and has no year"
    if traits.is_read_as_count:
        return not_as_count(traits)
    return "" if traits.years.holds_century else "its year has two digits, so 1900 and 2000 are the same content"


def century_bits(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock without bits that count centuries."""
    if traits.years is None or not traits.is_chip or traits.years.modulus <= _CENTURY:
        return "it has no century bit"
    return ""


def whole_year(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that does not keep all four digits as one number."""
    if traits.is_read_as_count:
        return not_as_count(traits)
    is_whole = traits.years is not None and traits.years.offset == 0 and traits.years.modulus >= _WHOLE_YEARS
    return "" if is_whole else "it does not keep the year as four digits"


def text_year(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that spells no year."""
    return "" if traits.says_year_as_text else "it sends its year as a number, not as text"


def bcd_chip(traits: ClockTraits) -> str:
    """Tell why it cannot be on anything but a chip with two digits of year in one byte."""
    is_one = traits.is_chip and traits.years is not None and traits.years.modulus == _CENTURY
    if is_one and traits.is_known_by_its_date:
        return "where its bytes hold no date no host writes, so it cannot be led anywhere"
    return "" if is_one else "its year is not one byte of two digits that a host writes"


def weekday(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock without weekdays."""
    return "" if traits.has_weekday else "it keeps no weekday"


def battery(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that stops without supply."""
    return "" if traits.survives_power_off else "it loses its time at every power-off without any bug"


def keeps_counting(traits: ClockTraits) -> str:
    """Tell why it cannot be on a clock that is read from another one at power-up."""
    return battery(traits) or ("it reads a chip of its own at power-up" if traits.reloads_at_power_up else "")


def program(traits: ClockTraits) -> str:
    """Tell why it cannot be on a bare chip."""
    return "a bare chip runs no program that could do this" if traits.is_chip else ""


def log(traits: ClockTraits) -> str:
    """Tell why it cannot be on a device without a log."""
    return "" if traits.keeps_log else "it keeps no log"


def master(traits: ClockTraits) -> str:
    """Tell why it cannot be on a device that follows no time master."""
    return "" if traits.follows_master else "it follows no time master"


def second_clock(traits: ClockTraits) -> str:
    """Tell why it cannot be on a device with one clock."""
    return "" if traits.has_second_clock else "there is no second clock in it"


def gregorian(traits: ClockTraits) -> str:
    """Tell why it is no defect where every fourth year is leap by design."""
    return "" if traits.leap == "gregorian" else "its maker documents that every fourth year is leap"


def outputs(traits: ClockTraits) -> str:
    """Tell why it is not seen on a device without outputs."""
    return "" if traits.has_outputs else "it has no outputs that could be read"


def alarm(traits: ClockTraits) -> str:
    """Tell why it cannot be on a device without an alarm."""
    return "" if traits.alarm_parts else "it has no alarm"


def latched_alarm(traits: ClockTraits) -> str:
    """Tell why it is not seen on an alarm that does not keep its flag."""
    return alarm(traits) or ("" if traits.alarm_is_latched else "its alarm shows only while it lasts")


def alarm_on_backup(traits: ClockTraits) -> str:
    """Tell why it is no defect on an alarm of which nobody says that it fires unpowered."""
    no_promise = "its maker does not say that its alarm fires unpowered"
    return alarm(traits) or ("" if traits.alarm_fires_unpowered else no_promise)


def holds(*needed: int) -> Reason:
    """Return the reason why it cannot be on a clock that cannot hold some years; two digits hold any."""

    def reason(traits: ClockTraits) -> str:
        years = traits.years
        if years is None or years.modulus == _CENTURY:
            return ""
        return next((f"it cannot hold {year}" for year in needed if not years.can_hold(year)), "")

    return reason
