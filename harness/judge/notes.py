"""Single observations by the rules, and how they are gathered into findings. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from harness.calendar.gregorian import iso
from harness.judge.observed import Observed
from harness.judge.rules import CODES, RULES
from harness.records import CrossingEvidence, Finding, Question, Verdict

_QUESTION_ORDER = tuple(Question)
_RULE_ORDER = tuple(RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One rule applied to one reading, to one set, or to the crossing.

    Attributes:
        one: the reading it is about.
        expected, read: in place of the date and time of ``one``.
        exchanges: evidence beside the reading's own.
    """

    question: Question
    code: str
    verdict: Verdict
    one: Observed | None = None
    expected: str = ""
    read: str = ""
    details: tuple[tuple[str, str], ...] = ()
    exchanges: tuple[int, ...] = ()

    @property
    def rule(self) -> str:
        """The rule its code belongs to."""
        return CODES[self.code].rule


def about(
    one: Observed,
    code: str,
    verdict: Verdict = Verdict.CONFORMS,
    *,
    expected: str = "",
    read: str = "",
    details: tuple[tuple[str, str], ...] = (),
) -> Note:
    """Make a note on one reading, under the reading's own question."""
    return Note(
        question=one.question, code=code, verdict=verdict, one=one, expected=expected, read=read, details=details
    )


def gather(notes: Iterable[Note], evidence: CrossingEvidence) -> tuple[Finding, ...]:
    """Return one finding for each question, rule, code and verdict, whatever the number of readings behind it."""
    groups: dict[tuple[int, int, str, str], list[Note]] = {}
    for note in notes:
        order = _QUESTION_ORDER.index(note.question), _RULE_ORDER.index(note.rule)
        groups.setdefault((*order, note.code, note.verdict.value), []).append(note)
    return tuple(_finding(groups[key], evidence) for key in sorted(groups))


def _finding(group: list[Note], evidence: CrossingEvidence) -> Finding:
    note = _most_telling(group, evidence.edge_seconds)
    expected, read = _texts(note)
    says = CODES[note.code].says
    if read:
        says += f": expected {expected}, read {read}"
    tolerance = None if note.one is None else note.one.expectation.tolerance
    return Finding(
        rule=note.rule,
        code=note.code,
        question=note.question,
        verdict=note.verdict,
        expected=expected,
        read=read,
        says=says,
        tolerance_ns=0 if tolerance is None else tolerance.widest_ns,
        details={
            "edge": iso(evidence.edge_seconds),
            "readings": str(sum(each.one is not None for each in group)),
            **_reading_details(note),
            **dict(note.details),
        },
        evidence=_exchanges(group),
    )


def _most_telling(group: list[Note], edge_seconds: int) -> Note:
    """Return the first note past the edge where all is well; else the first."""
    if group[0].verdict is not Verdict.CONFORMS:
        return group[0]
    past = (n for n in group if n.one is not None and n.one.is_right and n.one.shown_seconds >= edge_seconds)
    return next(past, group[0])


def _texts(note: Note) -> tuple[str, str]:
    if note.read or note.one is None:
        return note.expected, note.read
    reading = note.one.reading
    return note.one.expectation.text, reading.fields.text() if reading.unreadable is None else reading.unreadable


def _reading_details(note: Note) -> dict[str, str]:
    one = note.one
    if one is None:
        return {}
    details = {
        "elapsed_ns": str(one.reading.sent_ns - one.anchor.received_ns),
        **one.expectation.tolerance.as_details(),
    }
    if isinstance(one.shown, int):
        details["shown"] = iso(one.shown)
        details["offset_seconds"] = str(one.expectation.offset_seconds(one.shown))
    else:
        details["impossible"] = one.shown.reason
    return details


def _exchanges(group: list[Note]) -> tuple[int, ...]:
    numbers: dict[int, None] = {}
    for note in group:
        numbers.update(dict.fromkeys(note.exchanges))
        if note.one is not None:
            numbers.update(dict.fromkeys(note.one.reading.exchanges))
    return tuple(numbers)


def weaken(note: Note, *, why: str) -> Note:
    """Return the note with a failure turned into *not determined*, and why."""
    if note.verdict is not Verdict.DOES_NOT_CONFORM:
        return note
    return replace(note, verdict=Verdict.NOT_DETERMINED, details=(*note.details, ("weakened_by", why)))
