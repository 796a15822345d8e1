"""Historical defects of clocks, by name: what each changes, on which clocks it can exist, how it must be noticed.

One bug is one table row and at most one small class. Sound behaviour, limits included, stays with the device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.simulation.almanac import YearRegister
from devices.simulation.clockwork import ClockBug, Clockwork, CountingClock
from harness.records import Variant, Verdict

_CROSSINGS = (Variant.RUNNING, Variant.SILENT, Variant.UNPOWERED, Variant.RETAINED)
_POWER_CUTS = (Variant.UNPOWERED, Variant.RETAINED)
_DOS_DEFAULT = 315_792_000  # 1980-01-04 00:00:00, where a PC of the time found itself after a boot it could not date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTraits:
    """What of a clock decides which bugs it can have.

    Attributes:
        years: its year register, or None where it only counts seconds.
        has_weekday: it keeps a weekday.
        says_year_as_text: it spells the year in decimal characters.
        survives_power_off: its clock runs on without supply.
    """

    years: YearRegister | None
    has_weekday: bool = False
    says_year_as_text: bool = False
    survives_power_off: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtBy:
    """What a sound harness must say when the bug is on.

    Attributes:
        edges: edges whose crossing shows the bug.
        variants: ways of crossing that show it.
        rules: invariants of which at least one must be found broken.
        verdicts: what the crossing may be called; never *conforms*.
    """

    edges: tuple[str, ...]
    variants: tuple[Variant, ...]
    rules: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = (Verdict.DOES_NOT_CONFORM,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """One row of the catalogue.

    Attributes:
        says: what the device does wrong, in one line.
        impossible_because: why it cannot exist on a clock with these traits, or an empty text.
        make: returns its hooks for one clock.
        source: where it was seen, as numbered in the project's catalogue of field reports or by name.
    """

    name: str
    says: str
    impossible_because: Callable[[ClockTraits], str]
    make: Callable[[], ClockBug]
    caught_by: CaughtBy
    source: str


class _Century1900(ClockBug):
    name = "century-1900"

    def century_crossed(self, clock: Clockwork) -> None:
        if isinstance(clock, CountingClock):
            clock.year = clock.years.register_of(1900)


class _NoLeap2000(ClockBug):
    name = "no-leap-2000"

    def february_length(self, clock: CountingClock, days: int) -> int:
        return 28 if clock.year == clock.years.millennium else days


class _Frozen(ClockBug):
    name = "frozen"

    def century_crossed(self, clock: Clockwork) -> None:
        clock.is_frozen = True


class _WeekdayStuck(ClockBug):
    name = "weekday-stuck"

    def weekday_steps(self, midnights: int) -> int:
        del midnights
        return 0


class _LostAtPowerOff(ClockBug):
    name = "lost-at-power-off"

    def fitted(self, clock: Clockwork) -> None:
        clock.has_battery = False


class _ResetTo1980(ClockBug):
    name = "reset-to-1980"

    def powered_up(self, clock: Clockwork, now_ns: int) -> None:
        if clock.has_crossed_century:
            clock.has_crossed_century = False
            clock.divider.restart(now_ns)
            clock.turn_to(_DOS_DEFAULT)


class _RunsBackwards(ClockBug):
    name = "runs-backwards"

    def century_crossed(self, clock: Clockwork) -> None:
        clock.runs_backwards = True


class _Year19100(ClockBug):
    """Changes no register: whoever spells the year asks `spells_19100`."""

    name = "year-19100"


def _possible(traits: ClockTraits) -> str:
    del traits
    return ""


def _needs_century(traits: ClockTraits) -> str:
    if traits.years is None:
        return "it counts seconds and has no year"
    return "" if traits.years.holds_century else "its year has two digits, so 1900 and 2000 are the same content"


def _needs_text_year(traits: ClockTraits) -> str:
    return "" if traits.says_year_as_text else "it sends its year as a number, not as text"


def _needs_calendar(traits: ClockTraits) -> str:
    return "it counts seconds and has no calendar" if traits.years is None else ""


def _needs_weekday(traits: ClockTraits) -> str:
    return "" if traits.has_weekday else "it keeps no weekday"


def _needs_battery(traits: ClockTraits) -> str:
    return "" if traits.survives_power_off else "it loses its time at every power-off without any bug"


def _needs_1980(traits: ClockTraits) -> str:
    if not traits.survives_power_off:
        return "it loses its time at every power-off without any bug"
    if traits.years is None or not traits.years.can_hold(1980):
        return "it cannot hold 1980"
    return ""


_ROWS = (
    Bug(
        name="century-1900",
        says="counts from 1999 to 1900: the century is stored and never counted",
        impossible_because=_needs_century,
        make=_Century1900,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=_CROSSINGS, rules=("V1",)),
        source="RighTime TEST2000.TXT on PC/AT clocks",
    ),
    Bug(
        name="year-19100",
        says="spells the year as '19' and the years since 1900: 2000 comes out as 19100",
        impossible_because=_needs_text_year,
        make=_Year19100,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day"), variants=(Variant.SET_AFTER, *_CROSSINGS), rules=("V1", "V7")
        ),
        source="c2 wiki, YtwokErrors",
    ),
    Bug(
        name="no-leap-2000",
        says="goes from 28 February 2000 to 1 March: takes the century year for a common one",
        impossible_because=_needs_calendar,
        make=_NoLeap2000,
        caught_by=CaughtBy(edges=("y2k-leap-day",), variants=_CROSSINGS, rules=("V1", "V4")),
        source="BSI DISC PD2000-1 rule 4; fax and weigher in The Times list, 1999",
    ),
    Bug(
        name="frozen",
        says="counts to 2000-01-01 00:00:00 and stands still there",
        impossible_because=_possible,
        make=_Frozen,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=_CROSSINGS, rules=("V1", "V5")),
        source="recorders and controllers in The Times list, 1999",
    ),
    Bug(
        name="weekday-stuck",
        says="does not advance the weekday at midnight",
        impossible_because=_needs_weekday,
        make=_WeekdayStuck,
        caught_by=CaughtBy(edges=("y2k-rollover", "y2k-leap-day"), variants=_CROSSINGS, rules=("V2",)),
        source="Linux rtc-mc146818-lib.c, comment",
    ),
    Bug(
        name="lost-at-power-off",
        says="has a dead backup cell and comes up at its default date",
        impossible_because=_needs_battery,
        make=_LostAtPowerOff,
        caught_by=CaughtBy(
            edges=("y2k-rollover", "y2k-leap-day"),
            variants=_POWER_CUTS,
            rules=("V1", "V12", "V14"),
            verdicts=(Verdict.NOT_DETERMINED, Verdict.DOES_NOT_CONFORM),
        ),
        source="Schneider MicroLogic guide; DS1307 data sheet, power-up",
    ),
    Bug(
        name="reset-to-1980",
        says="comes up at 1980-01-04 00:00:00 at the first power-up after the century edge",
        impossible_because=_needs_1980,
        make=_ResetTo1980,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=_POWER_CUTS, rules=("V1", "V12")),
        source="RighTime TEST2000.TXT",
    ),
    Bug(
        name="runs-backwards",
        says="counts down once it has passed the century edge",
        impossible_because=_possible,
        make=_RunsBackwards,
        caught_by=CaughtBy(edges=("y2k-rollover",), variants=_CROSSINGS, rules=("V1", "V5", "V6")),
        source="no field report; it stands for every clock whose elapsed time goes wrong past the edge",
    ),
)

CATALOGUE: dict[str, Bug] = {row.name: row for row in _ROWS}


def bugs_possible_on(traits: ClockTraits) -> tuple[str, ...]:
    """Return the names of the bugs that can exist on such a clock, in the catalogue's order."""
    return tuple(name for name, bug in CATALOGUE.items() if not bug.impossible_because(traits))


def fit(names: tuple[str, ...], traits: ClockTraits) -> tuple[ClockBug, ...]:
    """Return the hooks of the named bugs for one clock.

    Raises:
        ValueError: no bug has that name, or it cannot exist on such a clock; the text says why.
    """
    hooks = []
    for name in names:
        bug = CATALOGUE.get(name)
        if bug is None:
            raise ValueError(f"no bug is called '{name}'; known: {', '.join(CATALOGUE)}")
        reason = bug.impossible_because(traits)
        if reason:
            raise ValueError(f"bug '{name}' cannot exist on this device: {reason}")
        hooks.append(bug.make())
    return tuple(hooks)


def spells_19100(names: tuple[str, ...]) -> bool:
    """Tell whether the device spells its years as '19' and the years since 1900."""
    return _Year19100.name in names
