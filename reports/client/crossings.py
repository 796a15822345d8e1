"""One crossing as its section shows it: its findings, its readings placed on a sound clock's course, its drawing.

Expected times and tolerances are the judge's own arithmetic (``harness.judge.tolerance``), shown beside each reading; no
verdict is drawn from them here.
"""

from __future__ import annotations

import bisect
import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.device.facts import MS_NS, DeviceFacts
from harness.judge.tolerance import base_of, expect
from harness.records import (
    CrossingEvidence,
    Finding,
    Judgement,
    PowerRecord,
    Question,
    Reading,
    SetRecord,
    Verdict,
)
from reports.client.spans import reach, spans
from reports.client.timeline import MOST_MARKS, Drawing, Mark, Strip, Zone, kept_of
from reports.printable import shortened

MOST_ROWS = 16
_TENTH_NS = SECOND_NS // 10
_HOST_STEPS = frozenset({"host-clock-stepped", "host-slept"})
_LINK_LOST = frozenset(
    {
        "connection-lost",
        "late-reply",
        "no-connection",
        "no-reply",
        "port-missing",
        "short-reply",
        "write-cut-short",
        "write-stalled",
    }
)
# What a person types is text; no device of ours answers so.
_PHOTO = re.compile(rb"[0-9][ -~]* photo +([!-~][ -~]*)")
_MOST_STRIPS = 6
_MOST_SWITCHES = 40
_LONGEST_NAME = 10  # characters of a flag's name that fit beside its strip


@dataclass(frozen=True, slots=True)
class Row:
    """One reading in a crossing's table; ``off_s`` is device minus expected, None when no instant was read."""

    role: str
    at_s: float
    read: str
    expected: str
    off_s: float | None
    behind_s: float
    ahead_s: float
    round_trip_ms: float
    why_not: str
    flags: str
    photo: str
    records: str
    is_flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRow:
    """What was switched, or seen switched: ``what`` is a switch of ours, or an output's name where ``is_output``.

    ``is_doubtful``: what was read back did not confirm it.
    """

    at_s: float
    what: str
    is_output: bool
    is_on: bool
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class CrossingPage:
    """One crossing as its section shows it."""

    evidence: CrossingEvidence
    judgement: Judgement
    wrong: tuple[Finding, ...]
    open_: tuple[Finding, ...]
    met: tuple[tuple[str, int, str], ...]
    rows: tuple[Row, ...]
    rows_left_off: int
    switches: tuple[SwitchRow, ...]
    drawing: Drawing | None
    starts_open: bool

    @property
    def questions(self) -> list[tuple[Question, Verdict]]:
        """The three questions in their order, those that were asked."""
        answers = self.judgement.questions
        return [(question, answers[question]) for question in Question if question in answers]

    @property
    def anchor(self) -> str:
        """The section's id in the document."""
        return f"x{self.judgement.number}"


def crossing_page(
    evidence: CrossingEvidence, judgement: Judgement, facts: DeviceFacts, *, starts_open: bool
) -> CrossingPage:
    """Arrange one judged crossing; ``starts_open`` unfolds its section."""
    wrong = _once(f for f in judgement.findings if f.verdict is Verdict.DOES_NOT_CONFORM)
    unsettled = _once(f for f in judgement.findings if f.verdict is Verdict.NOT_DETERMINED)
    right = [f for f in judgement.findings if f.verdict is Verdict.CONFORMS]
    met = Counter(f.rule for f in right)
    flagged = frozenset(
        number for f in judgement.findings if f.verdict is Verdict.DOES_NOT_CONFORM for number in f.evidence
    )
    listed, drawn = _kept(_places(evidence, facts, flagged))
    by_index = {index: _row(evidence.readings[index], evidence, facts, flagged) for index in sorted(listed | drawn)}
    every = [row for index, row in by_index.items() if row is not None and index in drawn]
    rows = tuple(row for index, row in by_index.items() if row is not None and index in listed)
    return CrossingPage(
        evidence,
        judgement,
        wrong,
        unsettled,
        tuple((rule, n, reach(r for f in right if f.rule == rule for r in f.evidence)) for rule, n in met.items()),
        rows,
        len(evidence.readings) - len(rows),
        _switches(evidence, facts),
        _drawing(judgement.number, evidence, every, facts) if every else None,
        starts_open,
    )


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep one of those that say the same to a reader: the judge gives one for each question."""
    by_text: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        by_text.setdefault((finding.code, finding.expected, finding.read), finding)
    return tuple(by_text.values())


def _set_before(crossing: CrossingEvidence, at_ns: int) -> SetRecord | None:
    """Return the set that a reading taken at ``at_ns`` follows; one that was refused changed nothing."""
    taken = [done for done in crossing.sets if done.outcome != "refused"]
    earlier = [done for done in taken if done.sent_ns <= at_ns]
    return earlier[-1] if earlier else next(iter(taken), None)


def _seconds_from_edge(crossing: CrossingEvidence, facts: DeviceFacts, at_ns: int) -> float:
    """Return where a monotonic moment lies on the course of a sound clock, in seconds from the edge."""
    done = _set_before(crossing, at_ns)
    if done is None:
        return 0.0
    since_ns = at_ns - (done.sent_ns + done.received_ns) // 2
    return base_of(done, facts) - crossing.edge_seconds + since_ns / SECOND_NS


def _row(reading: Reading, crossing: CrossingEvidence, facts: DeviceFacts, flagged: frozenset[int]) -> Row | None:
    done = _set_before(crossing, reading.sent_ns)
    if done is None:
        return None
    course = expect(done, reading, facts)
    found = Impossible(reading.unreadable) if reading.unreadable else facts.form.resolve(reading.fields)
    text = reading.fields.text() if reading.fields.present() else reading.raw.hex(" ")
    if isinstance(found, Impossible):
        off_s, why_not = None, found.reason
    else:
        off_s, why_not = (found * SECOND_NS - course.middle_ns) / SECOND_NS, ""
        text = f"{text} = {iso(found)}" if facts.form.counter is not None else text
    return Row(
        role=reading.role.value,
        at_s=(course.middle_ns - crossing.edge_seconds * SECOND_NS) / SECOND_NS,
        read=shortened(text, 80),
        expected=f"{course.text}.{course.middle_ns % SECOND_NS // _TENTH_NS}",
        off_s=off_s,
        behind_s=course.tolerance.behind_ns / SECOND_NS,
        ahead_s=course.tolerance.ahead_ns / SECOND_NS,
        round_trip_ms=(reading.received_ns - reading.sent_ns) / MS_NS,
        why_not=why_not,
        photo=_photo_named(reading.raw),
        flags=shortened(", ".join(name for name in facts.lost_flags if reading.flags.get(name)), 80),
        records=spans(reading.exchanges),
        is_flagged=not flagged.isdisjoint(reading.exchanges),
    )


def _photo_named(raw: bytes) -> str:
    """Return the photograph that a person named behind the date typed (``2000-01-01 00:00:07 photo IMG_1.jpg``)."""
    named = _PHOTO.fullmatch(raw)
    return shortened(named[1].decode("ascii"), 80) if named else ""


def _places(crossing: CrossingEvidence, facts: DeviceFacts, flagged: frozenset[int]) -> list[tuple[bool, float]]:
    """Return of each reading whether a defect rests on it, and its seconds from the edge; none without a set.

    A long crossing holds thousands of readings and shows some dozens: what these cost is not spent on the others.
    """
    taken = [done for done in crossing.sets if done.outcome != "refused"]
    if not taken:
        return []
    starts = [done.sent_ns for done in taken]
    zeros_ns = [
        (base_of(done, facts) - crossing.edge_seconds) * SECOND_NS - (done.sent_ns + done.received_ns) // 2
        for done in taken
    ]
    return [
        (
            bool(flagged) and not flagged.isdisjoint(reading.exchanges),
            (zeros_ns[max(0, bisect.bisect_right(starts, reading.sent_ns) - 1)] + reading.sent_ns) / SECOND_NS,
        )
        for reading in crossing.readings
    ]


def _kept(places: list[tuple[bool, float]]) -> tuple[set[int], set[int]]:
    """Return which readings are listed, and which are drawn.

    Listed are those that tell the story: both ends, those around the edge, and those a finding rests on.
    """
    last = len(places) - 1
    if last < MOST_ROWS:
        listed = set(range(len(places)))
    else:
        weights = [(index not in {0, last}, not flagged, abs(at_s)) for index, (flagged, at_s) in enumerate(places)]
        listed = set(heapq.nsmallest(MOST_ROWS, range(len(places)), key=weights.__getitem__))
    return listed, kept_of(places, MOST_MARKS)


def _drawing(number: int, evidence: CrossingEvidence, rows: list[Row], facts: DeviceFacts) -> Drawing:
    marks = tuple(Mark(row.at_s, row.off_s, row.round_trip_ms / 2000, row.read, row.is_flagged) for row in rows)

    def at(ns: int) -> float:
        return _seconds_from_edge(evidence, facts, ns)

    end_ns = max(reading.received_ns for reading in evidence.readings)
    supply = tuple(switch for switch in evidence.power if switch.what == "supply")
    zones = [Zone("power-off", at(off_ns), at(on_ns)) for off_ns, on_ns in _power_off(supply, end_ns)]
    zones += [Zone("host-step", at(i.at_ns), at(i.at_ns)) for i in evidence.incidents if i.code in _HOST_STEPS]
    zones += [Zone("link-lost", at(from_ns), at(to_ns)) for from_ns, to_ns in _link_lost(evidence)]
    behind_s, ahead_s = max(row.behind_s for row in rows), max(row.ahead_s for row in rows)
    return Drawing(f"x{number}", marks, tuple(zones), behind_s, ahead_s, _strips(evidence, end_ns, at))


def _link_lost(evidence: CrossingEvidence) -> list[tuple[int, int]]:
    """Return the stretches without an answer: from each loss to the next reading, those that touch made one."""
    found: list[tuple[int, int]] = []
    for incident in evidence.incidents:
        if incident.code not in _LINK_LOST:
            continue
        heard = [reading.sent_ns for reading in evidence.readings if reading.sent_ns >= incident.at_ns]
        until_ns = min(heard, default=incident.at_ns)
        if found and incident.at_ns <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until_ns))
        else:
            found.append((incident.at_ns, until_ns))
    return found


def _strips(evidence: CrossingEvidence, end_ns: int, at: Callable[[int], float]) -> tuple[Strip, ...]:
    """Return what was on and off: what we switched, the device's outputs, and each flag it raised."""
    begin_ns = min(reading.sent_ns for reading in evidence.readings)
    strips = []
    for what in dict.fromkeys(switch.what for switch in evidence.power):
        own = tuple(switch for switch in evidence.power if switch.what == what)
        cuts = _power_off(own, end_ns)
        edges = [begin_ns, *(ns for cut in cuts for ns in cut), max(end_ns, own[-1].received_ns)]
        on = tuple((at(a), at(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a)
        strips.append(Strip(what, is_switch=True, on=on))
    strips += _output_strips(evidence, end_ns, at)
    for name in sorted({name for reading in evidence.readings for name, is_up in reading.flags.items() if is_up}):
        ends = [reading.sent_ns for reading in evidence.readings[1:]] + [end_ns]
        up: list[tuple[int, int]] = []
        for reading, until_ns in zip(evidence.readings, ends, strict=True):
            if not reading.flags.get(name):
                continue
            touches = bool(up) and up[-1][1] == reading.sent_ns
            begun_ns = up.pop()[0] if touches else reading.sent_ns
            up.append((begun_ns, until_ns))
        on = tuple((at(a), at(b)) for a, b in up)
        strips.append(Strip(shortened(name, 80)[:_LONGEST_NAME], is_switch=False, on=on))
    return tuple(strips[:_MOST_STRIPS])


def _switch_row(evidence: CrossingEvidence, facts: DeviceFacts, switch: PowerRecord) -> SwitchRow:
    return SwitchRow(
        at_s=_seconds_from_edge(evidence, facts, switch.sent_ns),
        what=switch.what,
        is_output=False,
        is_on=switch.on,
        is_doubtful=switch.confirmed is False,
    )


def _switches(evidence: CrossingEvidence, facts: DeviceFacts) -> tuple[SwitchRow, ...]:
    """Return what the strips show, as rows in the order of time; of an output its first state and every change."""
    rows = [_switch_row(evidence, facts, p) for p in evidence.power]
    before: dict[str, bool] = {}
    for look in evidence.outputs:
        at_s = _seconds_from_edge(evidence, facts, look.at_ns)
        told = [(name, on) for name, on in look.shown.items() if before.get(name) is not on]
        rows += [SwitchRow(at_s=at_s, what=shortened(name, 80), is_output=True, is_on=on) for name, on in told]
        before.update(look.shown)
    return tuple(sorted(rows, key=lambda row: row.at_s)[:_MOST_SWITCHES])


def _output_strips(evidence: CrossingEvidence, end_ns: int, at: Callable[[int], float]) -> list[Strip]:
    """Return a strip an output: on from each look that showed it so until the next one; those that switched come first."""
    looks = evidence.outputs
    # Nobody knows what an output does once the power went; the first look afterwards says so anew.
    moments_ns = [look.at_ns for look in looks]
    moments_ns += [switch.sent_ns for switch in evidence.power if switch.what == "supply" and not switch.on]
    spells = [
        (look, min((ns for ns in moments_ns if ns > look.at_ns), default=max(end_ns, look.at_ns))) for look in looks
    ]
    names = dict.fromkeys(name for look in looks for name in sorted(look.shown))
    switched = {name for look in looks for name in look.changed}
    found = []
    for name in sorted(names, key=lambda name: name not in switched):
        on = ((look.at_ns, until_ns) for look, until_ns in spells if look.shown.get(name))
        own = tuple((at(begin), at(end)) for begin, end in on)
        found.append(Strip(shortened(name, 80)[:_LONGEST_NAME], is_switch=False, on=own))
    return found


def _power_off(power: tuple[PowerRecord, ...], end_ns: int) -> list[tuple[int, int]]:
    """Return the stretches without power, from the switch-off's answer to the switch-on's sending."""
    found: list[tuple[int, int]] = []
    off_ns: int | None = None
    for switch in power:
        if not switch.on and off_ns is None:
            off_ns = switch.received_ns
        elif switch.on and off_ns is not None:
            found.append((off_ns, switch.sent_ns))
            off_ns = None
    return found if off_ns is None else [*found, (off_ns, max(off_ns, end_ns))]
