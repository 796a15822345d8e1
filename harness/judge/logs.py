"""Rule V8: the log a device kept across the edge - in order, each entry there once, at its own time, none purged.

Expected is an entry at each full interval that the device's clock went through between the set and the reading of the
log. Those so near to either end that a sound device may or may not have filed them are allowed and not asked for.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.device.facts import SECOND_NS, DeviceFacts, LogFacts
from harness.judge.notes import Note
from harness.judge.tolerance import base_of, drift_over, expect_between
from harness.records import CrossingEvidence, LogEntry, LogReading, Question, Role, SetRecord, Verdict

CANNOT_HOLD = "log-cannot-hold-the-date"
_RIGHT = "log-as-expected"
_MINUTE = 60
_WEEKS = 1024 * 7 * 86_400
_FAILED = Verdict.DOES_NOT_CONFORM


def judge_log(evidence: CrossingEvidence, facts: DeviceFacts) -> tuple[Note, ...]:
    """Return what V8 says of a crossing whose clock was right all along; nothing for a device without a log."""
    if facts.log is None:
        return ()
    before = next((log for log in evidence.logs if log.role is Role.BEFORE), None)
    after = next((log for log in reversed(evidence.logs) if log.role is Role.AFTER), None)
    if before is None or after is None or before.interval_seconds != after.interval_seconds:
        return (_note("log-not-read", Verdict.NOT_DETERMINED, ()),)
    anchor = _anchor(after, evidence)
    if anchor is None:
        return ()
    notes = tuple(_Judged(evidence, facts, facts.log, before, after, anchor).notes())
    is_open = any(note.verdict in {_FAILED, Verdict.NOT_DETERMINED} for note in notes)
    return tuple(note for note in notes if not (is_open and note.code == _RIGHT))


def is_beyond_the_log(notes: Iterable[Note]) -> bool:
    """Tell whether entries fell due whose date the log is documented not to hold."""
    return any(note.code == CANNOT_HOLD for note in notes)


def _anchor(after: LogReading, evidence: CrossingEvidence) -> SetRecord | None:
    took = [each for each in evidence.sets if each.outcome != "refused" and each.received_ns <= after.sent_ns]
    return max(took, key=lambda record: record.received_ns, default=None)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Both readings of the log, and the set between them."""

    evidence: CrossingEvidence
    facts: DeviceFacts
    log: LogFacts
    before: LogReading
    after: LogReading
    anchor: SetRecord

    def notes(self) -> Iterator[Note]:
        """Yield every note."""
        due, possible = self._due()
        held = [each for each in due if self.log.holds(each)]
        new = _without(self.after.entries, self.before.entries)
        stamps = [self._stamp(entry) for entry in new]
        own = [stamp for stamp in stamps if stamp in possible]
        seen = Counter(own)
        missing = [each for each in held if not seen[each]]
        strays = self._strays(new, stamps, possible)
        yield from self._purged(len(new))
        yield from (self._failed("log-entry-twice", each, each) for each, count in seen.items() if count > 1)
        yield from self._disorder(own)
        is_doubtful = self._met_at() is None
        for at, (entry, stamp) in enumerate(strays):
            expected = missing[at] if at < len(missing) else None
            yield self._stamp_wrong(entry, stamp, expected, is_doubtful=is_doubtful)
        yield from (self._failed("log-entry-lost", each, None) for each in missing[len(strays) :])
        if len(held) < len(due):
            yield _note(CANNOT_HOLD, Verdict.NOT_APPLICABLE, self._exchanges, expected=_spell(due[0]), read="")
        yield from self._enough(due, [each for each in held if seen[each]])

    # --- what was to be filed -------------------------------------------------------------------------------------

    def _due(self) -> tuple[list[int], frozenset[int]]:
        """Return the instants at which an entry must have been filed, and those at which one may have been."""
        interval, base = self.after.interval_seconds, base_of(self.anchor, self.facts)
        set_ns = self.anchor.received_ns - self.anchor.sent_ns + self.facts.settle_ns + self.facts.unit_ns
        surely = expect_between(self.anchor, self.after.sent_ns, self.after.sent_ns, self.facts).earliest_ns
        at_most = expect_between(self.anchor, self.after.received_ns, self.after.received_ns, self.facts).latest_ns
        every = range(base - base % interval, at_most // SECOND_NS + 1, interval)
        due = [
            each
            for each in every
            if each * SECOND_NS > base * SECOND_NS + set_ns and each * SECOND_NS <= surely - self.log.late_ns
        ]
        return due, frozenset(each for each in every if each >= base)

    def _stamp(self, entry: LogEntry) -> int | None:
        """Return the civil seconds an entry bears, None when they are none."""
        shown = self.log.form.resolve(entry.fields)
        return None if entry.unreadable is not None or isinstance(shown, Impossible) else shown

    def _strays(
        self, new: list[LogEntry], stamps: list[int | None], possible: frozenset[int]
    ) -> list[tuple[LogEntry, int | None]]:
        """Return new entries at a time when none was due.

        Left out: those of before the set and of the set itself, and as many as fell due at dates the log cannot hold.
        """
        base = base_of(self.anchor, self.facts)
        allowed = [(base - _MINUTE, base + _MINUTE)]
        met = self._met_at()
        if met is not None:
            allowed.append(met)
        strays = [
            (entry, stamp)
            for entry, stamp in zip(new, stamps, strict=True)
            if stamp not in possible
            and not (stamp is not None and any(first <= stamp <= last for first, last in allowed))
        ]
        unheld = sum(not self.log.holds(each) for each in possible)
        return strays[unheld:]

    def _met_at(self) -> tuple[int, int] | None:
        """Return between which civil seconds the device stood from the first reading of its log until the set."""
        found = [each for each in self.evidence.readings if each.role is Role.ORIGINAL]
        found = [each for each in found if each.unreadable is None and each.received_ns <= self.anchor.sent_ns]
        shown = self.facts.form.resolve(found[-1].fields) if found else Impossible("not-read")
        if isinstance(shown, Impossible):
            return None
        passed_ns = self.anchor.received_ns - found[-1].sent_ns
        until_ns = passed_ns + drift_over(passed_ns, self.facts) + self.facts.unit_ns
        return shown - self.log.late_ns // SECOND_NS - _MINUTE, shown + until_ns // SECOND_NS + 1

    # --- what is wrong --------------------------------------------------------------------------------------------

    def _purged(self, filed: int) -> Iterator[Note]:
        """Note an entry of before that is gone and was not the oldest of a full log."""
        overwritten = max(0, len(self.before.entries) + filed - self.log.capacity)
        gone = _without(self.before.entries[overwritten:], self.after.entries)
        if gone:
            details = (("entries", str(len(gone))),)
            expected = _spell(self._stamp(gone[0]))
            yield _note("log-purged", _FAILED, self._exchanges, expected=expected, read="nothing", details=details)

    def _disorder(self, own: list[int]) -> Iterator[Note]:
        for earlier, later in itertools.pairwise(own):
            if later < earlier:
                yield self._failed("log-out-of-order", earlier, later)
                return

    def _stamp_wrong(self, entry: LogEntry, stamp: int | None, expected: int | None, *, is_doubtful: bool) -> Note:
        """Note an entry with a date at which none was due; a fall by GPS weeks is named."""
        weeks: tuple[tuple[str, str], ...] = ()
        if stamp is not None and expected is not None and (expected - stamp) % _WEEKS == 0:
            weeks = (("weeks", str((expected - stamp) // (7 * 86_400))),)
        return _note(
            "log-stamp-wrong",
            Verdict.NOT_DETERMINED if is_doubtful else _FAILED,
            self._exchanges,
            expected=_spell(expected),
            read=_spell(stamp) if stamp is not None else entry.unreadable or entry.fields.text(),
            details=weeks,
        )

    def _failed(self, code: str, expected: int, read: int | None) -> Note:
        return _note(code, _FAILED, self._exchanges, expected=_spell(expected), read=_spell(read))

    def _enough(self, due: list[int], seen: list[int]) -> Iterator[Note]:
        """Note that an entry was seen on each side of the edge, or that there were too few to say."""
        edge = self.evidence.edge_seconds
        sides = [[each for each in seen if (each < edge) is is_before] for is_before in (True, False)]
        wanted = [[each for each in due if (each < edge) is is_before] for is_before in (True, False)]
        if not all(wanted):
            yield _note("log-too-few-entries", Verdict.NOT_DETERMINED, self._exchanges)
        elif all(sides):
            expected, read = f"{len(due)} entries", f"{len(seen)} entries"
            yield _note(_RIGHT, Verdict.CONFORMS, self._exchanges, expected=expected, read=read)

    @property
    def _exchanges(self) -> tuple[int, ...]:
        """The ends of both readings: a whole archive is hundreds of exchanges."""
        return tuple(
            number for log in (self.before, self.after) for number in (*log.exchanges[:1], *log.exchanges[1:][-1:])
        )


def _without(entries: Iterable[LogEntry], known: Iterable[LogEntry]) -> list[LogEntry]:
    """Return the entries that are not among the known ones, each known one counting once."""
    left = Counter(entry.raw for entry in known)
    new = []
    for entry in entries:
        if left[entry.raw]:
            left[entry.raw] -= 1
        else:
            new.append(entry)
    return new


def _spell(seconds: int | None) -> str:
    return "nothing" if seconds is None else iso(seconds)


def _note(
    code: str,
    verdict: Verdict,
    exchanges: tuple[int, ...],
    *,
    expected: str = "",
    read: str = "",
    details: tuple[tuple[str, str], ...] = (),
) -> Note:
    return Note(
        question=Question.PROGRESS,
        code=code,
        verdict=verdict,
        expected=expected,
        read=read,
        details=details,
        exchanges=exchanges,
    )
