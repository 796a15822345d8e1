"""Readings, each beside the set it is judged by, what it was to show, and the question it bears on.

Nothing is judged here beyond whether a reading lies within its tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.calendar.form import Impossible
from harness.device.facts import DeviceFacts
from harness.judge.asked import BEYOND, UNREAD_ACROSS
from harness.judge.tolerance import Expectation, base_of, expect
from harness.records import CrossingEvidence, PowerRecord, Question, Reading, Role, SetRecord, Variant

_CUTS = frozenset({"supply", "reset", "battery"})
_NO_DATE = frozenset({"date-does-not-exist", "time-does-not-exist"})
_NOT_JUDGED = frozenset({Role.ORIGINAL, Role.BEFORE_SET, Role.RESTORED})

UNREADABLE = Impossible("unreadable")
"""What an unreadable reading shows: nothing in the device's own coding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One reading, and what a sound clock would have shown.

    Attributes:
        anchor: the last set before it that the device did not refuse.
        base: civil seconds the device was told then.
        shown: civil seconds it shows, or why it shows none.
        after_power: the power had been cut before it.
        is_flagged: a loss flag was up.
        power_cuts: how many times the power had been cut before it.
    """

    reading: Reading
    anchor: SetRecord
    base: int
    shown: int | Impossible
    expectation: Expectation
    question: Question
    after_power: bool
    is_flagged: bool
    power_cuts: int = 0

    @property
    def is_right(self) -> bool:
        """Whether it names an instant within the tolerance."""
        return isinstance(self.shown, int) and self.expectation.admits(self.shown)

    @property
    def shown_seconds(self) -> int:
        """The civil seconds of a reading that names an instant; anything else is an error of the caller's."""
        if isinstance(self.shown, Impossible):
            raise TypeError(f"the reading names no instant: {self.shown.reason}")
        return self.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCut:
    """One cut of the power: off, and on again unless the crossing ended before."""

    off: PowerRecord
    on: PowerRecord | None

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing says that a switch did not happen; an operator's word has no read-back (None)."""
        return self.on is not None and self.off.confirmed is not False and self.on.confirmed is not False


def find_power_cut(evidence: CrossingEvidence) -> PowerCut | None:
    """Return the crossing's first power cut."""
    records = _cutting(evidence)
    off = next((record for record in records if not record.on), None)
    if off is None:
        return None
    on = next((record for record in records if record.on and record.sent_ns >= off.received_ns), None)
    return PowerCut(off=off, on=on)


def _cutting(evidence: CrossingEvidence) -> list[PowerRecord]:
    """Return the records of what takes the device down, in order: a supply, a reset, but no STOP of its program."""
    return sorted((each for each in evidence.power if each.what in _CUTS), key=lambda record: record.sent_ns)


def power_cuts_before(reading: Reading | None, evidence: CrossingEvidence) -> int:
    """Return how often the device was taken down before a reading, or in all; a battery taken out meanwhile is not more."""
    offs = [each for each in _cutting(evidence) if not each.on and each.what != "battery"]
    return sum(reading is None or each.sent_ns < reading.sent_ns for each in offs)


def observe(evidence: CrossingEvidence, facts: DeviceFacts) -> tuple[Observed, ...]:
    """Return every reading that a set came before, in the order taken.

    Left out: wrong readings while a set may still settle or the device still starts; they prove nothing.
    """
    cut = find_power_cut(evidence)
    observed: list[Observed] = []
    for reading in sorted(evidence.readings, key=lambda each: each.sent_ns):
        anchor = None if reading.role in _NOT_JUDGED else anchor_of(reading, evidence)
        if anchor is None:
            continue
        if is_of_no_date(anchor, facts):
            continue
        after_power = reading.role is Role.AFTER_POWER or (cut is not None and cut.off.sent_ns < reading.sent_ns)
        is_first = not any(one.anchor is anchor for one in observed)
        cuts = power_cuts_before(reading, evidence)
        shown = UNREADABLE if reading.unreadable is not None else facts.form.resolve(reading.fields)
        one = Observed(
            reading=reading,
            anchor=anchor,
            base=base_of(anchor, facts),
            shown=shown,
            expectation=expect(anchor, reading, facts, cuts),
            question=_question(evidence.variant, is_first=is_first, after_power=after_power),
            after_power=after_power,
            is_flagged=any(reading.flags.get(name, False) for name in facts.lost_flags),
            power_cuts=cuts,
        )
        if one.is_right or not _is_too_early(reading, anchor, cut, facts):
            observed.append(one)
    return tuple(observed)


def anchor_of(reading: Reading, evidence: CrossingEvidence) -> SetRecord | None:
    """Return the last set before ``reading`` that may have taken effect."""
    before = [s for s in evidence.sets if s.outcome != "refused" and s.received_ns <= reading.sent_ns]
    return max(before, key=lambda record: record.received_ns, default=None)


def is_of_no_date(anchor: SetRecord, facts: DeviceFacts) -> bool:
    """Tell whether a set was of a date that does not exist: what follows it is judged by rule V13 alone."""
    told = facts.form.resolve(anchor.fields)
    return isinstance(told, Impossible) and told.reason in _NO_DATE


def _question(variant: Variant, *, is_first: bool, after_power: bool) -> Question:
    if variant in BEYOND and variant is not Variant.DRIFT_WITHIN_THE_DAY:
        return Question.SET
    if after_power:
        return Question.RETAIN
    # Before an unpowered edge nothing rolls over: those readings only show that the set holds.
    return Question.SET if is_first or variant in UNREAD_ACROSS else Question.PROGRESS


def _is_too_early(reading: Reading, anchor: SetRecord, cut: PowerCut | None, facts: DeviceFacts) -> bool:
    if reading.sent_ns < anchor.received_ns + facts.settle_ns:
        return True
    on = None if cut is None else cut.on
    return on is not None and on.sent_ns <= reading.sent_ns < on.sent_ns + facts.boot_ns
