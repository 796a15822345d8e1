"""Defects of a log that a device keeps by itself: what they do to its entries, while the clock is right."""

from __future__ import annotations

from dataclasses import replace

from devices.simulation.almanac import DAY_SECONDS, digits_of, seconds_of
from devices.simulation.bugs.row import Bug, CaughtBy, V, log
from devices.simulation.logbook import Filed, Logbook
from devices.simulation.movement import ClockBug

_ERA = 1024 * 7 * DAY_SECONDS
_WEEKS_END = 1_554_595_200  # 2019-04-07 00:00:00
_LONG_AGO = 10
"""Years after which a device that keeps house by age throws an entry away."""
_CENTURIES = ("y2k-rollover", "century-2100")
_ACROSS = (V.LOG_ACROSS,)


def _two_digits(entry: Filed) -> tuple[int, ...]:
    return (entry.digits.year % 100, *entry.digits[1:6])


class _SortedByTwoDigits(ClockBug):
    name = "log-sorted-by-two-digits"

    def log_filed(self, book: Logbook) -> None:
        book.entries.sort(key=_two_digits)


class _OldestByTwoDigitsGoes(ClockBug):
    name = "log-purged-by-two-digits"

    def log_filed(self, book: Logbook) -> None:
        newest = book.entries[-1]
        if any(_two_digits(entry) > _two_digits(newest) for entry in book.entries):
            book.entries.pop()  # it looks like the oldest of all, and the oldest goes


class _PurgedByAge(ClockBug):
    name = "log-purged-by-age"

    def log_after_set(self, book: Logbook) -> None:
        book.entries = [entry for entry in book.entries if abs(book.now.year - entry.digits.year) < _LONG_AGO]


class _KeyOfDateDigits(ClockBug):
    name = "log-key-of-date-digits"

    def log_filed(self, book: Logbook) -> None:
        if book.now.year % 100 == 0:  # "00" and "101" make the number 101, whatever the hour: one place for all
            same = [entry for entry in book.entries[:-1] if entry.digits.year == book.now.year]
            book.entries = [entry for entry in book.entries if entry not in same]


class _StopsAtRollover(ClockBug):
    name = "log-stops-at-rollover"

    def log_filed(self, book: Logbook) -> None:
        if book.now.year % 100 == 0:
            book.entries.pop()


class _WeeksBack(ClockBug):
    name = "log-dated-1024-weeks-back"

    def log_filed(self, book: Logbook) -> None:
        newest = book.entries[-1]
        seconds = seconds_of(*newest.digits[:6])
        if seconds is not None and seconds >= _WEEKS_END:
            book.entries[-1] = replace(newest, digits=digits_of(seconds - _ERA))


class _FiledTwice(ClockBug):
    name = "log-files-midnight-twice"

    def log_filed(self, book: Logbook) -> None:
        if book.now[3:5] == (0, 0):
            book.entries.append(book.entries[-1])


ROWS = (
    Bug(
        name="log-sorted-by-two-digits",
        says="sorts its log by two digits of the year: entries of 2000 come before those of 1999",
        impossible_because=log,
        make=_SortedByTwoDigits,
        caught_by=CaughtBy(edges=_CENTURIES, variants=_ACROSS, rules=("V8",), codes=("log-out-of-order",)),
        source="BSI DISC PD2000-1 rule 2",
        reports=(60,),
    ),
    Bug(
        name="log-purged-by-two-digits",
        says="takes an entry of the year 00 for its oldest, and deletes it at once",
        impossible_because=log,
        make=_OldestByTwoDigitsGoes,
        caught_by=CaughtBy(edges=_CENTURIES, variants=_ACROSS, rules=("V8",), codes=("log-entry-lost",)),
        source="classiccmp, on a medical device",
        reports=(60,),
    ),
    Bug(
        name="log-purged-by-age",
        says="deletes entries that are ten years from the date it is set to",
        impossible_because=log,
        make=_PurgedByAge,
        caught_by=CaughtBy(
            edges=("century-2100", "unix32-signed"), variants=_ACROSS, rules=("V8",), codes=("log-purged",)
        ),
        source="no field report; period texts warn that a set may purge records",
        reports=(60,),
    ),
    Bug(
        name="log-key-of-date-digits",
        says="files by a key of the date's digits, which are the same for all of the year 00: one entry replaces another",
        impossible_because=log,
        make=_KeyOfDateDigits,
        caught_by=CaughtBy(edges=_CENTURIES, variants=_ACROSS, rules=("V8",), codes=("log-entry-lost",)),
        source="c2 wiki: CyberCash",
        reports=(61,),
    ),
    Bug(
        name="log-stops-at-rollover",
        says="files nothing more once the year is 00",
        impossible_because=log,
        make=_StopsAtRollover,
        caught_by=CaughtBy(edges=_CENTURIES, variants=_ACROSS, rules=("V8",), codes=("log-entry-lost",)),
        source="The Times list: recorders that stopped",
        reports=(68,),
    ),
    Bug(
        name="log-dated-1024-weeks-back",
        says="dates what it files 1,024 weeks back from 7 April 2019 on, while its clock is right",
        impossible_because=log,
        make=_WeeksBack,
        caught_by=CaughtBy(
            edges=("gps-week-2019", "gps-week-2038", "century-2100"),
            variants=_ACROSS,
            rules=("V8",),
            codes=("log-stamp-wrong",),
        ),
        source="Motus #519: detections of animals dated August 1999",
        reports=(75,),
    ),
    Bug(
        name="log-files-midnight-twice",
        says="files the entry of midnight twice",
        impossible_because=log,
        make=_FiledTwice,
        caught_by=CaughtBy(
            edges=("y2k-leap-day", "leap-day-2028", "century-2100"),
            variants=_ACROSS,
            rules=("V8",),
            codes=("log-entry-twice",),
        ),
        source="c2 wiki: CyberCash, the same charges again",
        reports=(61,),
    ),
)
