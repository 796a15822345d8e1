"""Rule V13: what became of dates that do not exist - refused, ignored, mended, or held as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.calendar.form import Impossible
from harness.device.facts import DeviceFacts
from harness.judge.notes import Note
from harness.judge.observed import is_of_no_date
from harness.judge.taken import Fate, carries_on, fate_of
from harness.records import CrossingEvidence, Question, Reading, Role, SetRecord, Verdict

REFUSES = "illogical-dates-refused"
"""The limit in a device's facts by which its maker promises that a date which does not exist is refused."""


def judge_impossible(evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    """Yield a note for every set of a date that does not exist; the clock must then still take a good one and run.

    A clock that holds or mends such a date fails only where its maker promises a refusal. Without that promise nothing
    was claimed, and nothing conforms either: the check is then not applicable, and says what was seen.
    """
    is_promised = any(name == REFUSES for name, _ in facts.limits)
    for record in evidence.sets:
        if not is_of_no_date(record, facts):
            continue
        after = _read_after(record, evidence)
        code, is_sound = _outcome(record, after, evidence, facts)
        verdict = Verdict.CONFORMS
        if not is_sound:
            verdict = Verdict.DOES_NOT_CONFORM if is_promised else Verdict.NOT_APPLICABLE
        if code == "impossible-not-read":
            verdict = Verdict.NOT_DETERMINED
        yield Note(
            question=Question.SET,
            code=code,
            verdict=verdict,
            expected="refused, or left as it was",
            read=record.refusal if record.outcome == "refused" else _spell(after),
            details=(("offered", record.fields.text()), ("outcome", record.outcome)),
            exchanges=record.exchanges,
        )


def is_left_to_the_writer(notes: Iterable[Note]) -> bool:
    """Tell whether some date that does not exist was taken by a clock whose maker promises nothing about it."""
    return any(note.rule == "V13" and note.verdict is Verdict.NOT_APPLICABLE for note in notes)


def _outcome(
    record: SetRecord, after: Reading | None, evidence: CrossingEvidence, facts: DeviceFacts
) -> tuple[str, bool]:
    """Return the code of what became of an impossible set, and whether it is sound without further papers."""
    if record.outcome == "refused":
        return "impossible-refused", True
    if after is None or record.outcome == "unknown":
        return "impossible-not-read", False
    shown = facts.form.resolve(after.fields)
    if after.unreadable is not None or isinstance(shown, Impossible):
        return "impossible-held", False
    if not carries_on(record, after, evidence, facts):
        return "impossible-mended", False
    is_heard = record.is_answered or _is_heard_around(record, evidence, facts)
    return ("impossible-ignored", True) if is_heard else ("impossible-not-read", False)


def _is_heard_around(record: SetRecord, evidence: CrossingEvidence, facts: DeviceFacts) -> bool:
    """Tell whether the good dates set before and after were both taken: where nothing answers, the date may be lost."""
    good = sorted((each for each in evidence.sets if not is_of_no_date(each, facts)), key=lambda each: each.sent_ns)
    before = [each for each in good if each.sent_ns < record.sent_ns][-1:]
    after = [each for each in good if each.sent_ns > record.sent_ns][:1]
    around = [fate_of(each, evidence, facts) for each in before + after]
    return around == [Fate.TAKEN, Fate.TAKEN]


def _read_after(record: SetRecord, evidence: CrossingEvidence) -> Reading | None:
    """Return the reading that shows what a set did: the first one after it, unless another set came first."""
    later = [each.sent_ns for each in evidence.sets if each.sent_ns > record.sent_ns]
    end_ns = min(later, default=None)
    for reading in sorted(evidence.readings, key=lambda each: each.sent_ns):
        if reading.sent_ns >= record.received_ns and reading.role is not Role.RESTORED:
            return reading if end_ns is None or reading.received_ns <= end_ns else None
    return None


def _spell(reading: Reading | None) -> str:
    if reading is None:
        return ""
    return reading.fields.text() if reading.unreadable is None else reading.unreadable
