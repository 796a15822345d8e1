"""Range discovery: finds, by few sets, the instant from which a clock no longer means what it is told.

A receiver's firmware epoch, a pivot, the end of a counter are private: nobody documents them. The search is pure
(``find_cut_overs`` yields instants to be set and is sent what the clock then shows); the procedure puts it to a device.

What it finds is where *setting* goes wrong. A clock that can be set beyond an edge and only fails to count over it is
found by the crossings, not here.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from harness.calendar.derived import can_express
from harness.calendar.form import ClockForm
from harness.calendar.gregorian import CivilTime, civil_seconds, civil_time, iso, parse_iso
from harness.clock import SECOND_NS
from harness.device.facts import DeviceFacts
from harness.procedure.asks import Procedure, SetClock, ask
from harness.procedure.subject import Subject, confirm_identity, pause, read_surely, report, settle, step_away
from harness.records import Reading, Role, SetRecord

FIRST = parse_iso("1970-01-01 00:00:00")
LAST = parse_iso("2199-12-31 23:59:59")
MOST_SETS = 40
Probe = Generator[int, int | None, "Discovery"]
"""Yields civil seconds to set; is sent those the clock then shows (less what has passed since), None when none."""


@dataclass(frozen=True, slots=True)
class CutOver:
    """One end of what a clock can be set to, to the second unless the sets ran out.

    Attributes:
        good: the last (or, at the beginning, first) instant that reads back as set.
        bad: its neighbour on the other side that does not.
        shown: what the clock shows for ``bad``; None when it refuses it or shows no date.
    """

    good: int
    bad: int
    shown: int | None

    @property
    def is_exact(self) -> bool:
        """Whether no second lies between the two."""
        return abs(self.bad - self.good) == 1

    @property
    def shift(self) -> int | None:
        """By how much the clock is wrong beyond the cut-over: a hundred years, 1024 weeks, a counter's whole span."""
        return None if self.shown is None else self.bad - self.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found: the two ends (None where the clock is right to the limit of the search), and at what cost.

    Attributes:
        is_found: some date reads back as set.
        is_complete: the sets sufficed to try both limits of the search.
    """

    begins: CutOver | None
    ends: CutOver | None
    sets: int
    is_found: bool = True
    is_complete: bool = True


class _SpentError(Exception):
    """No set is left for what was to be tried."""


@dataclass(slots=True)
class _Search:
    """One search: what was tried, and how many sets are left."""

    most: int
    shown: dict[int, int | None] = field(default_factory=dict)

    @property
    def is_spent(self) -> bool:
        return len(self.shown) >= self.most

    def is_right(self, instant: int) -> Generator[int, int | None, bool]:
        """Try an instant, or remember it.

        Raises:
            _SpentError: it was not tried yet and no set is left.
        """
        if instant not in self.shown:
            if self.is_spent:
                raise _SpentError
            self.shown[instant] = yield instant
        return self.shown[instant] == instant


def find_cut_overs(good: int, first: int = FIRST, last: int = LAST, most_sets: int = MOST_SETS) -> Probe:
    """Search ``first`` to ``last`` for the two ends of what a clock can be set to.

    ``good`` is an instant likely to be right: the date the device is found at, or today. Both limits are tried.
    """
    search = _Search(most_sets)
    start = yield from _a_good_instant(search, min(max(good, first), last), first, last)
    if start is None:
        return Discovery(begins=None, ends=None, sets=len(search.shown), is_found=False)
    ends = begins = None
    is_complete = True
    try:
        if not (yield from search.is_right(last)):
            ends = yield from _halve(search, start, last)
        if not (yield from search.is_right(first)):
            begins = yield from _beginning(search, start, first, ends)
    except _SpentError:
        is_complete = first in search.shown and last in search.shown
        if begins is None and search.shown.get(first, first) != first:
            begins = yield from _halve(search, start, first)
    return Discovery(begins=begins, ends=ends, sets=len(search.shown), is_complete=is_complete)


def _a_good_instant(search: _Search, guess: int, first: int, last: int) -> Generator[int, int | None, int | None]:
    """Return an instant that reads back as set: the guess, or the one a clock past its own end falls back to."""
    for candidate in (guess, last, first, *_spread(first, last)):
        if search.is_spent:
            return None
        if (yield from search.is_right(candidate)):
            return candidate
        fallen = search.shown[candidate]
        # A clock that has wrapped shows an instant inside what it can hold: that one is tried next.
        is_to_try = fallen is not None and first <= fallen <= last and not search.is_spent
        if fallen is not None and is_to_try and (yield from search.is_right(fallen)):
            return fallen
    return None


def _spread(first: int, last: int) -> tuple[int, ...]:
    """Return a few instants over the whole span, off the round dates that a lost clock shows by itself."""
    return tuple(first + (last - first) * part // 8 + 12_345 for part in (2, 1, 3, 4, 5, 6, 7))


def _beginning(
    search: _Search, start: int, first: int, ends: CutOver | None
) -> Generator[int, int | None, CutOver | None]:
    """Find where the range begins: where its end and its shift say, if two sets agree; by halving otherwise."""
    if ends is not None and ends.is_exact and ends.shift is not None and ends.shift > 0:
        begins = ends.bad - ends.shift
        is_right = first < begins <= start and (yield from search.is_right(begins))
        if is_right and not (yield from search.is_right(begins - 1)):
            return CutOver(begins, begins - 1, search.shown[begins - 1])
    return (yield from _halve(search, start, first))


def _halve(search: _Search, good: int, bad: int) -> Generator[int, int | None, CutOver]:
    """Narrow the cut-over between a good and a bad instant, in either direction, to neighbours or until the sets end."""
    for instant in sorted(search.shown):
        if min(good, bad) < instant < max(good, bad):
            good, bad = (instant, bad) if search.shown[instant] == instant else (good, instant)
    while abs(bad - good) > 1 and not search.is_spent:
        middle = _middle(good, bad)
        if (yield from search.is_right(middle)):
            good = middle
        else:
            bad = middle
    return CutOver(good, bad, search.shown[bad])


def _middle(good: int, bad: int) -> int:
    """Return where to try next: a turn of the year while one lies between, then the second beside one, then the middle.

    Most cut-overs lie at a turn of the year; looking there first costs one set more for those that do not.
    """
    low, high = min(good, bad), max(good, bad)
    middle = (low + high) // 2
    year = civil_time(middle).year
    # The clock's first bad second is the turn itself, so from either side the bad side of it is tried first.
    turns = [civil_seconds(CivilTime(each, 1, 1)) - (good > bad) for each in (year, year + 1)]
    between = [turn for turn in turns if low < turn < high]
    if between:
        return min(between, key=lambda turn: abs(turn - middle))
    beside = bad - 1 if good < bad else bad + 1
    return beside if _is_turn(bad, is_end=good < bad) and beside != good else middle


def _is_turn(bad: int, *, is_end: bool) -> bool:
    """Tell whether the bad instant lies just beyond a turn of the year, seen from the good side."""
    civil = civil_time(bad if is_end else bad + 1)
    return (civil.month, civil.day, civil.hour, civil.minute, civil.second) == (1, 1, 0, 0, 0)


# --- on a device --------------------------------------------------------------------------------------------------


def expressible(form: ClockForm, good: int, first: int = FIRST, last: int = LAST) -> tuple[int, int]:
    """Return the part of a span, around ``good``, that fields of this form can say; no device is asked for it."""
    return _reach(form, good, first), _reach(form, good, last)


def _reach(form: ClockForm, good: int, limit: int) -> int:
    if can_express(form, limit):
        return limit
    inside, outside = good, limit
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if can_express(form, middle):
            inside = middle
        else:
            outside = middle
    return inside


def discover(subject: Subject, good: int, most_sets: int = MOST_SETS) -> Procedure[Discovery]:
    """Put the search to a device, between what its fields can say; every set is confirmed, guarded and journalled.

    The clock must be promised to be put back before, and put back after: ``session.take_over`` and ``restore``.
    """
    if not subject.facts.holds(good):
        good = (subject.facts.first_seconds + subject.facts.last_seconds) // 2
    first, last = expressible(subject.facts.form, good)
    search = find_cut_overs(good, first, last, most_sets)
    instant = next(search)
    passed = 0
    while True:
        shown, passed = yield from _set_and_show(subject, instant, passed)
        try:
            instant = search.send(shown)
        except StopIteration as stop:
            found: Discovery = stop.value
            yield from report("range-discovered", spell(found))
            return found


def _set_and_show(subject: Subject, instant: int, passed: int) -> Procedure[tuple[int | None, int]]:
    """Set an instant; return what the clock then means by it, and how many seconds had passed on it when it was read."""
    yield from pause(subject.facts.resolution_ns)  # no reading may fall into the moment of the next set
    yield from step_away(subject, instant)
    yield from confirm_identity(subject)
    record = yield from ask(SetClock(target=instant))
    yield from settle(subject, record)
    reading = yield from read_surely(subject, Role.READ_BACK)
    shown = None if record.outcome != "acknowledged" else subject.facts.form.resolve(reading.fields)
    if reading.unreadable is not None or not isinstance(shown, int):
        return None, passed
    if _is_as_set(record, reading, shown, subject.facts):
        return instant, shown - instant
    # A wrong date has gone on meanwhile by as much as the last right one did.
    return shown - passed, passed


def _is_as_set(record: SetRecord, reading: Reading, shown: int, facts: DeviceFacts) -> bool:
    """Tell whether a reading shows the instant that was set, as far as the clock can have gone on since."""
    most_ns = reading.received_ns - record.sent_ns + facts.settle_ns + 2 * facts.resolution_ns
    behind_ns = facts.resolution_ns if facts.resolution_ns > SECOND_NS else 0
    return -behind_ns <= (shown - record.target) * SECOND_NS <= most_ns


def spell(found: Discovery) -> str:
    """Say in one line what was found."""
    if not found.is_found:
        return f"no date was found that reads back as set, in {found.sets} sets"
    parts = [_spell_end(found.begins, "begins"), _spell_end(found.ends, "ends")]
    short = "" if found.is_complete else "; the sets did not suffice for both ends"
    return f"{'; '.join(part for part in parts if part) or 'no cut-over'} ({found.sets} sets{short})"


def _spell_end(cut: CutOver | None, word: str) -> str:
    if cut is None:
        return ""
    what = "refused, or no date" if cut.shown is None else f"shows {iso(cut.shown)}"
    where = f"{word} at {iso(cut.good)}" if cut.is_exact else f"{word} between {iso(cut.good)} and {iso(cut.bad)}"
    return f"{where} ({iso(cut.bad)}: {what})"
