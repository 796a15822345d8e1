"""What is judged of the sets themselves: accepted, refused, ignored, or not known."""

from __future__ import annotations

from collections.abc import Iterator

from harness.calendar.gregorian import iso
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.asked import BEYOND
from harness.judge.notes import Note
from harness.judge.observed import Observed, is_of_no_date
from harness.judge.tolerance import drift_over
from harness.records import CrossingEvidence, Question, Reading, SetRecord, Verdict


def judge_sets(evidence: CrossingEvidence, observed: tuple[Observed, ...], facts: DeviceFacts) -> Iterator[Note]:
    """Yield a note for every set whose outcome the set itself decides; a wrong read-back is judged as a reading."""
    if not evidence.sets:
        yield Note(question=Question.SET, code="nothing-was-set", verdict=Verdict.NOT_DETERMINED)
    for record in evidence.sets:
        if is_of_no_date(record, facts) or _is_superseded(record, evidence):
            continue  # rule V13 judges the one; the other only made room for the set that came after it
        if record.outcome == "refused":
            code, verdict = _refusal(record, evidence, facts)
            yield _note(record, code, verdict, read=record.refusal or "refused")
            continue
        first = next((one for one in observed if one.anchor is record), None)
        if record.outcome == "unknown" and (first is None or not first.is_right):
            yield _note(record, "set-outcome-unknown", Verdict.NOT_DETERMINED)
        elif first is None or not shows_the_set(first, evidence):
            yield _note(record, "set-not-read-back", Verdict.NOT_DETERMINED)
        elif first.is_right:
            yield _note(record, "set-accepted", Verdict.CONFORMS, one=first)


def _is_superseded(record: SetRecord, evidence: CrossingEvidence) -> bool:
    """Tell whether another set followed before anything was read: a clock that ignores small steps was stepped away."""
    if record.outcome != "acknowledged":
        return False
    later = [each.sent_ns for each in evidence.sets if each.sent_ns > record.sent_ns]
    until_ns = min(later, default=None)
    if until_ns is None:
        return False
    return not any(record.received_ns < reading.sent_ns < until_ns for reading in evidence.readings)


def judge_probe(evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    """Yield what became of a set that was to be refused, on an edge that does not apply."""
    for record in evidence.sets:
        if record.outcome == "refused":
            code, verdict = _refusal(record, evidence, facts)
            yield _note(record, code, verdict, read=record.refusal or "refused")
        elif record.outcome == "acknowledged" and not facts.holds(record.target):
            yield _note(record, "accepted-outside-range", Verdict.NOT_APPLICABLE)


def shows_the_set(first: Observed, evidence: CrossingEvidence) -> bool:
    """Tell whether the first reading after a set was taken early enough to show the set, and not the edge or the cut."""
    if evidence.variant in BEYOND:
        return True
    return not first.after_power and first.expectation.earliest_ns < evidence.edge_seconds * SECOND_NS


def went_on_with_old_time(one: Observed, evidence: CrossingEvidence, facts: DeviceFacts) -> bool:
    """Tell whether a wrong read-back is what the device showed before the set, carried on."""
    return carries_on(one.anchor, one.reading, evidence, facts)


def carries_on(record: SetRecord, reading: Reading, evidence: CrossingEvidence, facts: DeviceFacts) -> bool:
    """Tell whether a reading after a set is what the device showed before that set, carried on."""
    old = _last_before(record, evidence)
    told = None if old is None else facts.form.resolve(old.fields)
    shown = facts.form.resolve(reading.fields)
    if old is None or not isinstance(told, int) or not isinstance(shown, int) or reading.unreadable is not None:
        return False
    longest_ns = reading.received_ns - old.sent_ns
    slack_ns = facts.unit_ns + drift_over(longest_ns, facts)
    moved_ns = (shown - told) * SECOND_NS
    return reading.sent_ns - old.received_ns - slack_ns <= moved_ns <= longest_ns + slack_ns


def _last_before(record: SetRecord, evidence: CrossingEvidence) -> Reading | None:
    before = [r for r in evidence.readings if r.received_ns <= record.sent_ns and r.unreadable is None]
    return max(before, key=lambda reading: reading.received_ns, default=None)


def _refusal(record: SetRecord, evidence: CrossingEvidence, facts: DeviceFacts) -> tuple[str, Verdict]:
    if not facts.holds(record.target):
        return "refused-as-documented", Verdict.NOT_APPLICABLE
    old = _last_before(record, evidence)
    told = None if old is None else facts.form.resolve(old.fields)
    if facts.can_go_back is False and isinstance(told, int) and told > record.target:
        return "refused-going-back", Verdict.NOT_APPLICABLE
    return "refused-in-range", Verdict.DOES_NOT_CONFORM


def _note(record: SetRecord, code: str, verdict: Verdict, *, one: Observed | None = None, read: str = "") -> Note:
    return Note(
        question=Question.SET,
        code=code,
        verdict=verdict,
        one=one,
        expected=iso(record.target),
        read=read or ("" if one is None else one.reading.fields.text()),
        details=(("target", iso(record.target)), ("outcome", record.outcome)),
        exchanges=record.exchanges,
    )
