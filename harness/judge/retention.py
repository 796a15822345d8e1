"""What is judged after a power cut: whether it was one, whether the clock was lost, whether a default date deceives."""

from __future__ import annotations

from collections.abc import Iterator

from harness.device.facts import SECOND_NS, DeviceFacts
from harness.judge.asked import UNREAD_ACROSS
from harness.judge.mechanism import Mechanism, default_dates
from harness.judge.notes import Note, about
from harness.judge.observed import Observed, PowerCut, find_power_cut
from harness.judge.tolerance import drift_over, expect_between
from harness.records import CrossingEvidence, Question, Variant, Verdict

CUT_NEAR_NS = 2 * SECOND_NS
"""``cut-at-the-second`` counts only if the power went within this of the edge, uncertainty aside."""
DOCUMENTED = frozenset({"does-not-keep-time-unpowered", "default-date-seen", "kept-without-battery"})
"""Codes that stand in place of the third question where no clock is expected to keep its time."""

KEPT = frozenset(
    {
        "year-is-1900",
        "year-is-19100",
        "year-is-100",
        "century-lost",
        "century-ahead",
        "year-skipped",
        "year-not-carried",
        "year-wrong",
        "counter-rolled-over",
        "week-rollover",
        "leap-day-missing",
        "leap-day-false",
        "date-not-carried",
        "day-skipped",
        "torn-read",
    }
)
"""Mechanisms in which the clock ran on and only its date is wrong: it was not lost."""


def is_cut_proven(evidence: CrossingEvidence, observed: tuple[Observed, ...], facts: DeviceFacts) -> bool:
    """Tell whether the power was off when the variant says so.

    An unpowered edge was crossed unpowered only if the device's time was before the edge at the latest when the power
    went, and past it at the earliest when it came back.
    """
    cut = find_power_cut(evidence)
    if cut is None or cut.on is None or not cut.is_confirmed:
        return False
    if evidence.variant is Variant.BATTERY_REMOVED:
        return True  # nothing rests on it: what is seen there is documented, not judged
    if evidence.variant not in UNREAD_ACROSS:
        return True
    anchors = [one.anchor for one in observed if not one.after_power]
    if not anchors:
        return False
    edge_ns = evidence.edge_seconds * SECOND_NS
    gone = expect_between(anchors[-1], cut.off.sent_ns, cut.off.received_ns, facts)
    back = expect_between(anchors[-1], cut.on.sent_ns, cut.on.received_ns, facts)
    if evidence.variant is Variant.CUT_AT_THE_SECOND:
        is_near = gone.earliest_ns - CUT_NEAR_NS <= edge_ns <= gone.latest_ns + CUT_NEAR_NS
        return is_near and edge_ns <= back.earliest_ns
    return gone.latest_ns < edge_ns <= back.earliest_ns


def is_program_stop_proven(evidence: CrossingEvidence, observed: tuple[Observed, ...], facts: DeviceFacts) -> bool:
    """Tell whether the controller's program was stopped when the edge fell, where the variant says so."""
    if evidence.variant is not Variant.STOPPED_PROGRAM:
        return True
    records = [record for record in evidence.power if record.what == "program" and record.confirmed is not False]
    stop = next((record for record in records if not record.on), None)
    run = next((record for record in records if record.on), None)
    if stop is None or run is None or not observed:
        return False
    edge_ns = evidence.edge_seconds * SECOND_NS
    stopped = expect_between(observed[0].anchor, stop.sent_ns, stop.received_ns, facts)
    resumed = expect_between(observed[0].anchor, run.sent_ns, run.received_ns, facts)
    return stopped.latest_ns < edge_ns <= resumed.earliest_ns


def judge_loss(one: Observed, mechanism: Mechanism, cut: PowerCut | None, facts: DeviceFacts, *, proven: bool) -> Note:
    """Judge a wrong reading after the power cut.

    Args:
        one: the reading.
        mechanism: what it looks like.
        cut: the power cut.
        facts: the device's.
        proven: the power was off when it had to be.
    """
    if mechanism.code in KEPT and not could_be_default(one, cut, facts):
        return about(one, mechanism.code, Verdict.DOES_NOT_CONFORM, details=mechanism.details)
    verdict = Verdict.DOES_NOT_CONFORM if facts.keeps_time_unpowered and proven else Verdict.NOT_DETERMINED
    details = (*mechanism.details, ("mechanism", mechanism.code), ("advice", "check-battery"))
    return about(one, "clock-lost-at-power-off", verdict, details=details)


def judge_default(after_power: tuple[Observed, ...], evidence: CrossingEvidence, facts: DeviceFacts) -> Iterator[Note]:
    """Yield a doubt when every right reading after the cut is also what a lost clock would show."""
    cut = find_power_cut(evidence)
    if after_power and all(could_be_default(one, cut, facts) for one in after_power):
        details = (("advice", "choose-another-off-time"),)
        yield about(after_power[0], "could-be-default-date", Verdict.NOT_DETERMINED, details=details)


def could_be_default(one: Observed, cut: PowerCut | None, facts: DeviceFacts) -> bool:
    """Tell whether a clock that was lost in the cut could show this reading.

    Such a clock starts from its default at some moment since the power came back, or started when it went.
    """
    if cut is None or not isinstance(one.shown, int):
        return False
    reading, off = one.reading, cut.off
    shown_ns, drift_ns = one.shown * SECOND_NS, drift_over(one.reading.received_ns - cut.off.sent_ns, facts)
    since_off_ns = reading.sent_ns - off.received_ns - drift_ns, reading.received_ns - off.sent_ns + drift_ns
    since_on_ns = 0, (0 if cut.on is None else reading.received_ns - cut.on.sent_ns + drift_ns)
    return any(
        default * SECOND_NS + shortest_ns < shown_ns + facts.unit_ns and shown_ns <= default * SECOND_NS + longest_ns
        for default in default_dates(facts)
        for shortest_ns, longest_ns in (since_off_ns, since_on_ns)
    )


def documented_limit(one: Observed | None) -> Note:
    """Note that the device is documented to lose its time without power."""
    return Note(question=Question.RETAIN, code="does-not-keep-time-unpowered", verdict=Verdict.NOT_APPLICABLE, one=one)


def document_default(one: Observed | None, facts: DeviceFacts) -> Iterator[Note]:
    """Note what a clock shows once its battery has been out; and, where it lost its time, whether it says so."""
    if one is None:
        yield Note(question=Question.RETAIN, code="default-date-seen", verdict=Verdict.NOT_DETERMINED)
        return
    if one.is_right:
        yield about(one, "kept-without-battery", Verdict.NOT_APPLICABLE)
        return
    yield about(one, "default-date-seen", Verdict.NOT_APPLICABLE)
    if facts.lost_flags and not one.is_flagged:
        yield about(one, "loss-not-reported", Verdict.DOES_NOT_CONFORM, expected="a loss flag", read="no loss flag")
