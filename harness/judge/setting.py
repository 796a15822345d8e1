"""What is judged of the sets themselves: accepted, refused, ignored, or not known."""

from __future__ import annotations

from collections.abc import Iterator

from harness.calendar.gregorian import iso
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.asked import BEYOND
from harness.judge.notes import Note
from harness.judge.observed import Observed, is_of_no_date
from harness.judge.taken import Fate, Without, fate_of, is_ignored, without_the_set
from harness.records import CrossingEvidence, Question, Reading, Role, SetRecord, Verdict


def judge_sets(
    evidence: CrossingEvidence,
    observed: tuple[Observed, ...],
    facts: DeviceFacts,
    doubtful: tuple[SetRecord, ...] = (),
    run: tuple[CrossingEvidence, ...] = (),
) -> Iterator[Note]:
    """Yield a note for every set whose outcome the set itself decides; a wrong read-back is judged as a reading.

    ``doubtful`` and ``run`` are what ``doubtful_sets`` returned and was given.
    """
    if not evidence.sets:
        yield Note(question=Question.SET, code="nothing-was-set", verdict=Verdict.NOT_DETERMINED)
    for record in evidence.sets:
        if is_of_no_date(record, facts):
            continue  # rule V13 judges it
        if _is_superseded(record, evidence):
            # It only made room for the set that came after it. Nothing is claimed of it; but ignored is ignored.
            if is_ignored(record, evidence, facts, run):
                yield _note(record, "set-ignored", Verdict.DOES_NOT_CONFORM)
            continue
        if record.outcome == "refused":
            code, verdict = _refusal(record, evidence, facts)
            yield _note(record, code, verdict, read=record.refusal or "refused")
            continue
        first = next((one for one in observed if one.anchor is record), None)
        code = _outcome(record, first, evidence, facts)
        if not code and record in doubtful:
            code = "set-not-taken"
        if code:
            verdict = Verdict.CONFORMS if code == "set-accepted" else Verdict.NOT_DETERMINED
            yield _note(record, code, verdict, one=first if code == "set-accepted" else None)


def _outcome(record: SetRecord, first: Observed | None, evidence: CrossingEvidence, facts: DeviceFacts) -> str:
    """Return the code of what the first reading after a set shows of it; empty where it is judged as a reading."""
    if record.outcome == "unknown" and (first is None or not first.is_right):
        return "set-outcome-unknown"
    if first is None or not shows_the_set(first, evidence):
        return "set-not-read-back"
    if not first.is_right:
        return ""
    return _CODES[without_the_set(record, first.reading, evidence, facts)]


_CODES = {
    Without.ANOTHER: "set-accepted",
    Without.THE_SAME: "set-shows-nothing",
    Without.UNKNOWN: "not-read-before-set",
}


def doubtful_sets(
    evidence: CrossingEvidence,
    observed: tuple[Observed, ...],
    facts: DeviceFacts,
    run: tuple[CrossingEvidence, ...] = (),
) -> tuple[SetRecord, ...]:
    """Return the sets that may not have reached the device: nothing that was read after them can be held against it."""
    doubtful = []
    for at, one in enumerate(observed):
        record = one.anchor
        if one.is_right or (at and observed[at - 1].anchor is record):
            continue
        if record.outcome == "unknown" or (
            fate_of(record, evidence, facts) is Fate.NOT_TAKEN and not is_ignored(record, evidence, facts, run)
        ):
            doubtful.append(record)
    return tuple(doubtful)


def _is_superseded(record: SetRecord, evidence: CrossingEvidence) -> bool:
    """Tell whether another set followed at once: the clock was only led away from where that one leads."""
    if record.outcome != "acknowledged":
        return False
    later = [each.sent_ns for each in evidence.sets if each.sent_ns > record.sent_ns]
    until_ns = min(later, default=None)
    if until_ns is None:
        return False
    return not any(
        record.received_ns < reading.sent_ns < until_ns and reading.role is not Role.BEFORE_SET
        for reading in evidence.readings
    )


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
