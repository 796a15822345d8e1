"""Rule V7 on two clocks in one device: set together they must show one time; apart, each must go on alike.

Only readings whose own date is right are looked at: a wrong first clock says nothing of the second.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.device.facts import SECOND_NS, DeviceFacts, SecondClockFacts
from harness.judge.notes import Note, about
from harness.judge.observed import Observed
from harness.judge.tolerance import drift_over, expect_between
from harness.records import SecondReading, Verdict


def judge_second_clock(right: tuple[Observed, ...], facts: DeviceFacts) -> Iterator[Note]:
    """Yield what V7 says of the second clock beside readings that are right."""
    second = facts.second_clock
    if second is None:
        return
    seen: list[tuple[Observed, SecondReading, int]] = []
    for one in right:
        reading = one.reading.second
        if reading is None:
            continue
        shown = second.form.resolve(reading.fields)
        if reading.unreadable is not None or isinstance(shown, Impossible) or _is_lost(reading, second):
            # A board may have no RTC at all; one that showed a time before and shows none now has lost it.
            yield about(
                one,
                "second-clock-shows-none",
                Verdict.NOT_DETERMINED if seen else Verdict.NOT_APPLICABLE,
                expected=f"a time of the {second.name}",
                read=reading.unreadable or reading.fields.text(),
            )
            continue
        seen.append((one, reading, shown))
    yield from (_set_along(seen, facts, second) if second.is_set_along else _apart(seen, facts, second))


def _is_lost(reading: SecondReading, second: SecondClockFacts) -> bool:
    return any(reading.flags.get(name, False) for name in second.lost_flags)


def _set_along(
    seen: list[tuple[Observed, SecondReading, int]], facts: DeviceFacts, second: SecondClockFacts
) -> Iterator[Note]:
    """Judge a clock that every set of the first one sets, too, by what the first must show."""
    slack_ns = facts.unit_ns
    for one, reading, shown in seen:
        if one.after_power and second.keeps_time_unpowered is not True:
            continue
        meant = expect_between(one.anchor, reading.sent_ns, reading.received_ns, facts, one.power_cuts)
        agrees = meant.earliest_ns - 2 * slack_ns < shown * SECOND_NS <= meant.latest_ns + slack_ns
        yield _note(one, meant.text, shown, second, agrees=agrees)


def _apart(
    seen: list[tuple[Observed, SecondReading, int]], facts: DeviceFacts, second: SecondClockFacts
) -> Iterator[Note]:
    """Follow the offset of a clock that goes its own way from monotonic time; nothing may move it but its drift."""
    low_ns = high_ns = 0
    previous: tuple[Observed, SecondReading] | None = None
    for one, reading, shown in seen:
        start_ns = shown * SECOND_NS
        new_low_ns, new_high_ns = start_ns - reading.received_ns, start_ns + SECOND_NS - reading.sent_ns
        if previous is None or not _goes_on(previous[0], one):
            low_ns, high_ns = new_low_ns, new_high_ns
        else:
            slack_ns = drift_over(reading.received_ns - previous[1].sent_ns, facts)
            low_ns, high_ns = low_ns - slack_ns, high_ns + slack_ns
            expected = iso((low_ns + reading.sent_ns) // SECOND_NS)
            fits = max(low_ns, new_low_ns) <= min(high_ns, new_high_ns)
            yield _note(one, expected, shown, second, agrees=fits)
            low_ns, high_ns = (
                (max(low_ns, new_low_ns), min(high_ns, new_high_ns)) if fits else (new_low_ns, new_high_ns)
            )
        previous = one, reading


def _goes_on(previous: Observed, one: Observed) -> bool:
    """Tell whether no set and no power cut lies between: either may rightly move the second clock or restart its second."""
    is_one_run = (previous.after_power, previous.power_cuts) == (one.after_power, one.power_cuts)
    return previous.anchor is one.anchor and is_one_run


def _note(one: Observed, expected: str, shown: int, second: SecondClockFacts, *, agrees: bool) -> Note:
    return about(
        one,
        "second-clock-agrees" if agrees else "second-clock-differs",
        Verdict.CONFORMS if agrees else Verdict.DOES_NOT_CONFORM,
        expected=f"{second.name} {expected}",
        read=f"{second.name} {iso(shown)}",
        details=(("clock", second.name),),
    )
