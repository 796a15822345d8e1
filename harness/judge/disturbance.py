"""Rule V11: outputs, mode and communication are undisturbed around the edge, and while the clock is set.

An output that goes off or on and comes back is a disturbance. One that stays switched may be what the device's program
means to do at that date, so it proves nothing by itself; it ends the run all the same. A device that falls silent may
have lost its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.device.facts import DeviceFacts
from harness.judge.asked import ASKED, OFF_ACROSS
from harness.judge.notes import Note
from harness.judge.observed import power_cuts_before
from harness.records import CrossingEvidence, OutputRecord, Question, Reading, Role, Verdict

_SILENCES = frozenset({"no-reply", "short-reply", "connection-lost"})
_ENOUGH_SILENCES = 3


def judge_disturbance(evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    """Yield what rule V11 says of a crossing."""
    question = ASKED[evidence.variant][-1]
    yield from _outputs(evidence.outputs, question)
    yield from _mode(evidence, facts, question)
    yield from _silence(evidence, question)


def _outputs(looks: tuple[OutputRecord, ...], question: Question) -> Iterator[Note]:
    if not looks:
        return
    changes = Counter(name for look in looks for name in look.changed)
    changed = sorted(changes)
    if not changed:
        yield Note(question=question, code="outputs-undisturbed", verdict=Verdict.CONFORMS)
        return
    # A look is compared with the one before it, which may lie before this crossing: two changes are there and back.
    came_back = [name for name in changed if changes[name] > 1]
    yield Note(
        question=question,
        code="output-disturbed",
        verdict=Verdict.DOES_NOT_CONFORM if came_back else Verdict.NOT_DETERMINED,
        expected="no output switches",
        read=", ".join(came_back or changed),
        details=(("outputs", ", ".join(changed)), ("came_back", ", ".join(came_back))),
    )


def _mode(evidence: CrossingEvidence, facts: DeviceFacts, question: Question) -> Iterator[Note]:
    """Compare the flags that tell the device's mode in its first reading with those in every later one."""
    seen = [reading for reading in evidence.readings if reading.role is not Role.ORIGINAL and reading.flags]
    if not facts.mode_flags or not seen or power_cuts_before(None, evidence):
        return
    before = _modes(seen[0], facts)
    other = next((reading for reading in seen if _modes(reading, facts) != before), None)
    if other is None:
        yield Note(question=question, code="mode-undisturbed", verdict=Verdict.CONFORMS)
        return
    yield Note(
        question=question,
        code="mode-changed",
        verdict=Verdict.DOES_NOT_CONFORM,
        expected=_spell(before),
        read=_spell(_modes(other, facts)),
        exchanges=other.exchanges,
    )


def _modes(reading: Reading, facts: DeviceFacts) -> dict[str, bool]:
    return {name: reading.flags[name] for name in facts.mode_flags if name in reading.flags}


def _spell(modes: dict[str, bool]) -> str:
    return ", ".join(f"{name} {'yes' if is_on else 'no'}" for name, is_on in modes.items())


def _silence(evidence: CrossingEvidence, question: Question) -> Iterator[Note]:
    """Tell a device that answered up to the edge and never again; whether it or its line failed is not known."""
    if evidence.variant in OFF_ACROSS or power_cuts_before(None, evidence):
        return
    roles = {reading.role for reading in evidence.readings}
    silences = [each for each in evidence.incidents if each.code in _SILENCES]
    if Role.READ_BACK in roles and not roles & {Role.AFTER} and len(silences) >= _ENOUGH_SILENCES:
        yield Note(question=question, code="silent-after-edge", verdict=Verdict.NOT_DETERMINED)
