"""The judge against a dumb clock: sound devices are never failed, and each seeded defect is named.

The clock below counts seconds with carries and knows nothing of the harness's calendar, tolerances or rules. Its phase,
latency, rate and settling are drawn at random inside what the facts allow. The default is short and always the same;
``ROLLOVER_ORACLE_EXAMPLES=20000 pytest --timeout=0`` on this file draws that many fresh examples of each law.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm, WeekdayRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.judge.crossing import judge_crossing
from harness.records import (
    CrossingEvidence,
    Judgement,
    PowerRecord,
    Question,
    Reading,
    Role,
    SetRecord,
    Variant,
    Verdict,
)

EXAMPLES = int(os.environ.get("ROLLOVER_ORACLE_EXAMPLES", "0"))
DEPTH = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
S = 1_000_000_000
MS = 1_000_000

# Civil seconds, and the weekday (Sunday = 0) of the day before each edge, all from published calendars.
EDGES = {
    "y2k-rollover": (946_684_800, (1999, 12, 31), 5),
    "y2k-leap-day": (951_782_400, (2000, 2, 28), 1),
    "y2k-leap-day-end": (951_868_800, (2000, 2, 29), 2),
    "y2k-day-366-end": (978_307_200, (2000, 12, 31), 0),
    "common-february-end": (983_404_800, (2001, 2, 28), 3),
    "century-2100-february-end": (4_107_542_400, (2100, 2, 28), 0),
}


# --- the dumb clock ---------------------------------------------------------------------------------------------


@dataclass
class DumbClock:
    """Year to second, counted up one at a time as a watchmaker would."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int
    defect: str = ""
    is_armed: bool = False  # the defect has struck

    def tick(self) -> None:
        if self.defect == "runs-backwards" and self.is_armed:
            self._count_down()
        elif not (self.defect == "frozen" and self._is_last_second()):
            self._count_up()

    def _is_last_second(self) -> bool:
        return (self.hour, self.minute, self.second) == (23, 59, 59)

    def _count_up(self) -> None:
        self.second += 1
        if self.second < 60:
            return
        self.second, self.minute = 0, self.minute + 1
        if self.minute < 60:
            return
        self.minute, self.hour = 0, self.hour + 1
        if self.hour < 24:
            return
        self.hour = 0
        self._next_day()

    def _count_down(self) -> None:
        """Count down within the first minutes past midnight, and through it to the day the clock came from."""
        total = self.hour * 3600 + self.minute * 60 + self.second - 1
        if total < 0:
            self.year, self.month, self.day, total = *self.came_from, 86_399
        self.hour, self.minute, self.second = total // 3600, total // 60 % 60, total % 60

    came_from: tuple[int, int, int] = (0, 0, 0)

    def _next_day(self) -> None:
        self.came_from = (self.year, self.month, self.day)
        if self.defect != "weekday-stuck":
            self.weekday = 0 if self.weekday == 6 else self.weekday + 1
        self.is_armed = True
        if self.defect == "reset-to-1980":
            self.year, self.month, self.day, self.weekday = 1980, 1, 1, 2
            return
        self.day += 1
        if self.day <= self._month_length():
            return
        self.day, self.month = 1, self.month + 1
        if self.month <= 12:
            return
        self.month = 1
        self.year += 1
        if self.defect == "century-1900" and self.year == 2000:
            self.year = 1900

    def _month_length(self) -> int:
        if self.month == 2:
            if self.defect == "no-leap-2000" and self.year == 2000:
                return 28
            if self.year % 400 == 0:
                return 29
            if self.year % 100 == 0:
                return 28
            return 29 if self.year % 4 == 0 else 28
        return 30 if self.month in {4, 6, 9, 11} else 31

    def default(self) -> None:
        self.year, self.month, self.day, self.weekday = 1980, 1, 1, 2
        self.hour = self.minute = self.second = 0


# --- the device, and what is done to it -------------------------------------------------------------------------


@dataclass(frozen=True)
class Build:
    """How a device is made; ``century`` is how it shows its year."""

    century: str = "digits"
    weekday_base: int | None = 1  # the number of Sunday
    has_seconds: bool = True
    resets: bool | None = None
    settle_ns: int = 0
    drift_limit_ppm: int = 200
    keeps: bool | None = True
    default: str | None = "1980-01-01"
    is_free: bool = False


RULES = {
    "digits": CenturyRule.digits(),
    "byte": CenturyRule.byte(),
    "bit": CenturyRule.bit(1900),
    "low-bit": CenturyRule.bit(1900, bit_when_low=1),
    "window": CenturyRule.window(1970),
    "fixed": CenturyRule.fixed(1900),
}


def make_facts(build: Build) -> DeviceFacts:
    base = build.weekday_base
    weekday = None if base is None else WeekdayRule(sunday=base, monday=base + 1, free=build.is_free)
    return DeviceFacts(
        id="test/dumb",
        maker="nobody",
        model="dumb",
        form=ClockForm(century=RULES[build.century], weekday=weekday, has_seconds=build.has_seconds),
        first="1970-01-01",
        last="2069-12-31 23:59:59" if build.century == "window" else "2155-12-31 23:59:59",
        identity=IdentityMeans.MODEL,
        links=("serial",),
        certainty=Certainty.VERIFIED,
        sources=("none",),
        resolution_ns=S if build.has_seconds else 60 * S,
        settle_ns=build.settle_ns,
        divider_resets=build.resets,
        drift_ppm=build.drift_limit_ppm,
        default_date=build.default,
        keeps_time_unpowered=build.keeps,
    )


def show(clock: DumbClock, build: Build) -> CalendarFields:
    """Show the clock's registers as the build has them, from the meaning of each field alone."""
    year = clock.year
    if clock.defect == "year-19100" and year >= 2000:
        year = int("19" + str(year - 1900))
    fields = CalendarFields(
        month=clock.month,
        day=clock.day,
        hour=clock.hour,
        minute=clock.minute,
        second=clock.second if build.has_seconds else None,
        weekday=None if build.weekday_base is None else clock.weekday + build.weekday_base,
    )
    if build.century == "digits":
        return replace(fields, year=year)
    if build.century == "fixed":
        return replace(fields, year=year - 1900)
    fields = replace(fields, year=year % 100)
    if build.century == "byte":
        return replace(fields, century=year // 100)
    if build.century == "window":
        return fields
    is_late = year >= 2000
    return replace(fields, century_bit=int(is_late == (build.century == "bit")))


@dataclass
class Rig:
    """One device on a line, and a stopwatch. Everything random comes from ``draw``."""

    build: Build
    draw: Random
    defect: str
    edge: str
    lead: int
    latency_ns: int
    ppm: int
    now_ns: int = 5 * S
    readings: list[Reading] = field(default_factory=list)
    sets: list[SetRecord] = field(default_factory=list)
    power: list[PowerRecord] = field(default_factory=list)
    clock: DumbClock | None = None
    origin_ns: int = 0
    ticks: int = 0
    lost_ns: tuple[int, int] | None = None

    def bracket(self) -> tuple[int, int, int]:
        """Spend one exchange; return sent, the device's instant, received."""
        sent = self.now_ns
        self.now_ns += self.draw.randint(0, self.latency_ns)
        return sent, self.draw.randint(sent, self.now_ns), self.now_ns

    def set_before(self) -> None:
        seconds, (year, month, day), weekday = EDGES[self.edge]
        self._set(DumbClock(year, month, day, 23, 59, 60 - self.lead, weekday, self.defect), seconds - self.lead)

    def set_after(self) -> None:
        """Set 17 s past the edge, by letting a sound clock count there."""
        seconds, (year, month, day), weekday = EDGES[self.edge]
        clock = DumbClock(year, month, day, 23, 59, 59, weekday)
        for _ in range(18):
            clock.tick()
        clock.defect = self.defect
        if self.defect == "century-1900" and clock.year == 2000:
            clock.year = 1900
        self._set(clock, seconds + 17)

    def _set(self, clock: DumbClock, target: int) -> None:
        asked = replace(clock, defect="")
        # It is found in the August before: far from where the set leads, and in the century its rule knows.
        self._take(Role.BEFORE_SET, replace(asked, month=8, day=15), *self.bracket()[::2])
        self.now_ns += MS
        sent, instant, received = self.bracket()
        self.sets.append(
            SetRecord(
                target=target,
                fields=show(asked, self.build),
                sent_ns=sent,
                received_ns=received,
                outcome="acknowledged",
                exchanges=(1,),
            )
        )
        commit = instant + self.draw.randint(0, self.build.settle_ns)
        if not self.build.has_seconds:
            # The seconds behind a clock that shows minutes start from nought, or run on.
            clock.second = 0 if self.build.resets else self.draw.randint(0, 59)
        phase = 0 if self.build.resets else self.draw.randint(0, S - 1)
        self.clock, self.origin_ns, self.ticks = clock, commit - phase, 0
        self.now_ns = received + self.build.settle_ns + MS

    def wait(self, until_ns: int) -> None:
        self.now_ns = max(self.now_ns, until_ns)

    def read(self, role: Role) -> None:
        sent, instant, received = self.bracket()
        assert self.clock is not None
        self._run_to(instant)
        self._take(role, self.clock, sent, received)

    def _take(self, role: Role, clock: DumbClock, sent: int, received: int) -> None:
        self.readings.append(
            Reading(
                role=role,
                fields=show(clock, self.build),
                flags={},
                raw=b"\x01",
                unreadable=None,
                sent_ns=sent,
                received_ns=received,
                exchanges=(len(self.readings) + 2,),
            )
        )

    def _run_to(self, instant: int) -> None:
        assert self.clock is not None
        due = (instant - self.origin_ns) * (1_000_000 + self.ppm) // (1_000_000 * S)
        while self.ticks < due:
            self.clock.tick()
            self.ticks += 1

    def switch(self, *, on: bool) -> None:
        assert self.clock is not None
        sent, instant, received = self.bracket()
        self.power.append(PowerRecord(on=on, sent_ns=sent, received_ns=received, by="channel", confirmed=True))
        self._run_to(instant)
        if on and self.defect == "lost-at-power-off":
            self.clock.default()
            self.origin_ns, self.ticks = instant, 0
        if on:
            self.now_ns += 500 * MS

    def spread_ns(self) -> int:
        return S * 11 // 10 if self.build.has_seconds else 66 * S

    def read_times(self, role: Role, count: int) -> None:
        for _ in range(count):
            self.read(role)
            self.now_ns += self.spread_ns()


FIVE = (Variant.SET_AFTER, Variant.RUNNING, Variant.SILENT, Variant.UNPOWERED, Variant.RETAINED)
WAYS = (*FIVE, Variant.SILENT_LONG, Variant.COLD_RESET, Variant.REPEATED_POWER_CYCLES, Variant.NEIGHBOURS_DIFFER)
CUTS_AFTER = {Variant.RETAINED: 1, Variant.COLD_RESET: 1, Variant.REPEATED_POWER_CYCLES: 4}


def cross(rig: Rig, variant: Variant) -> CrossingEvidence:
    edge_seconds = EDGES[rig.edge][0]
    if variant is Variant.SET_AFTER:
        rig.set_after()
        rig.read(Role.READ_BACK)
        rig.now_ns += rig.spread_ns()
        rig.read_times(Role.AFTER, 3)
    else:
        rig.set_before()
        rig.read(Role.READ_BACK)
        lead_over(rig, variant)
    return CrossingEvidence(
        number=1,
        device="dumb",
        edge=rig.edge,
        edge_seconds=edge_seconds,
        variant=variant,
        sets=tuple(rig.sets),
        readings=tuple(rig.readings),
        power=tuple(rig.power),
    )


def lead_over(rig: Rig, variant: Variant) -> None:
    due_ns = rig.sets[0].received_ns + rig.lead * S
    resolution_ns = S if rig.build.has_seconds else 60 * S
    if variant in {Variant.RUNNING, Variant.NEIGHBOURS_DIFFER}:
        while rig.now_ns < due_ns - 3 * S:
            rig.now_ns += rig.draw.randint(S // 3, 4 * S)
            rig.read(Role.BEFORE)
        while rig.now_ns < due_ns + 2 * S:
            rig.read(Role.AFTER)
            rig.now_ns += rig.draw.randint(20 * MS, 400 * MS)
    elif variant in {Variant.UNPOWERED, Variant.SILENT_LONG}:
        rig.wait(due_ns - resolution_ns - 10 * S)
        rig.switch(on=False)
        rig.wait(due_ns + (10 * S if variant is Variant.UNPOWERED else 600 * S))
        rig.switch(on=True)
        rig.read_times(Role.AFTER_POWER, 3)
        return
    rig.wait(due_ns + rig.build.settle_ns + 3 * S)
    rig.read_times(Role.AFTER, 4)
    for _ in range(CUTS_AFTER.get(variant, 0)):
        rig.switch(on=False)
        rig.now_ns += 20 * S
        rig.switch(on=True)
        rig.read_times(Role.AFTER_POWER, 3)


# --- the laws ---------------------------------------------------------------------------------------------------


@st.composite
def builds(draw: st.DrawFn) -> Build:
    return Build(
        century=draw(st.sampled_from(sorted(RULES))),
        weekday_base=draw(st.sampled_from([None, 0, 1])),
        has_seconds=draw(st.sampled_from([True, True, True, False])),
        resets=draw(st.sampled_from([None, True, False])),
        settle_ns=draw(st.sampled_from([0, 0, 50 * MS, 1500 * MS])),
        drift_limit_ppm=draw(st.sampled_from([20, 200, 1000])),
        keeps=draw(st.sampled_from([True, None, False])),
        default=draw(st.sampled_from([None, "1980-01-01", "2000-01-01"])),
        is_free=draw(st.booleans()),
    )


def run(
    build: Build, variant: Variant, edge: str, seed: int, *, defect: str = "", latency_ns: int = 40 * MS
) -> tuple[Judgement, CrossingEvidence]:
    draw = Random(seed)  # noqa: S311 - a reproducible stream, not a secret
    limit = build.drift_limit_ppm
    rig = Rig(
        build=build,
        draw=draw,
        defect=defect,
        edge=edge,
        lead=60 if not build.has_seconds else draw.randint(15, 60),
        latency_ns=latency_ns,
        ppm=draw.choice([-limit, limit, draw.randint(-limit, limit)]),
    )
    evidence = cross(rig, variant)
    return judge_crossing(evidence, make_facts(build)), evidence


def reach(edge: str) -> set[str]:
    """Return the century rules that can mean both sides of the edge: a window or a bit ends before 2100."""
    return {"digits", "byte", "fixed"} if edge == "century-2100-february-end" else set(RULES)


def failing(judgement: Judgement) -> set[str]:
    return {f.code for f in judgement.findings if f.verdict is Verdict.DOES_NOT_CONFORM}


@DEPTH
@given(
    build=builds(),
    variant=st.sampled_from(WAYS),
    edge=st.sampled_from(sorted(EDGES)),
    latency_ns=st.sampled_from([0, 5 * MS, 200 * MS, 900 * MS, 4 * S]),
    seed=st.integers(0, 2**32),
)
def test_a_sound_device_never_fails(build: Build, variant: Variant, edge: str, latency_ns: int, seed: int) -> None:
    """No false alarm, whatever the phase, latency, legal drift, settling and form of the date."""
    if build.century not in reach(edge):
        build = replace(build, century="byte")

    judgement, _ = run(build, variant, edge, seed, latency_ns=latency_ns)

    assert set() == failing(judgement), judgement.findings
    assert judgement.verdict != Verdict.DOES_NOT_CONFORM


@DEPTH
@given(
    build=builds(),
    variant=st.sampled_from(WAYS),
    edge=st.sampled_from(sorted(set(EDGES) - {"century-2100-february-end"})),
    seed=st.integers(0, 2**32),
)
def test_a_sound_device_that_shows_seconds_conforms(build: Build, variant: Variant, edge: str, seed: int) -> None:
    """The judge is no use if it only ever doubts."""
    keeps = None if build.keeps is False else build.keeps
    build = replace(build, has_seconds=True, keeps=keeps)

    judgement, _ = run(build, variant, edge, seed)

    assert judgement.verdict == Verdict.CONFORMS, judgement.findings


POWERED = (Variant.RUNNING, Variant.SILENT, Variant.RETAINED)
ACROSS = (*POWERED, Variant.UNPOWERED)
DEFECTS = {
    "century-1900": ("year-is-1900", ("y2k-rollover",), (*ACROSS, Variant.SET_AFTER), ("digits", "byte", "fixed")),
    "year-19100": ("year-is-19100", ("y2k-rollover",), (*ACROSS, Variant.SET_AFTER), ("digits",)),
    "no-leap-2000": ("leap-day-missing", ("y2k-leap-day",), ACROSS, tuple(RULES)),
    "frozen": ("clock-stands-still", tuple(EDGES), POWERED, ("digits", "byte", "bit")),
    "weekday-stuck": ("weekday-stands-still", tuple(EDGES), ACROSS, ("digits", "byte", "bit")),
    "lost-at-power-off": (
        "clock-lost-at-power-off",
        tuple(EDGES),
        (Variant.UNPOWERED, Variant.RETAINED),
        ("digits", "byte", "bit"),
    ),
    "reset-to-1980": ("reset-to-default", tuple(EDGES), POWERED, ("digits", "byte", "bit", "window")),
    "runs-backwards": ("runs-backwards", tuple(EDGES), POWERED, ("digits", "byte", "bit")),
}


@pytest.mark.parametrize("defect", sorted(DEFECTS))
@DEPTH
@given(choice=st.randoms(use_true_random=False), build=builds(), seed=st.integers(0, 2**32))
def test_a_seeded_defect_is_found_and_its_mechanism_named(defect: str, choice: Random, build: Build, seed: int) -> None:
    code, edges, variants, centuries = DEFECTS[defect]
    edge, variant = choice.choice(edges), choice.choice(variants)
    century = choice.choice([c for c in centuries if c in reach(edge)])
    base = 1 if build.weekday_base is None else build.weekday_base
    build = replace(
        build,
        century=century,
        weekday_base=base,
        has_seconds=True,
        keeps=True,
        default=choice.choice([None, "1980-01-01"]),
    )

    judgement, _ = run(build, variant, edge, seed, defect=defect)

    assert judgement.verdict == Verdict.DOES_NOT_CONFORM
    assert code in failing(judgement), judgement.findings


@DEPTH
@given(
    defect=st.sampled_from(sorted(DEFECTS)),
    build=builds(),
    choice=st.randoms(use_true_random=False),
    latency_ns=st.sampled_from([5 * MS, 900 * MS, 4 * S]),
    seed=st.integers(0, 2**32),
)
def test_a_defect_is_never_passed_however_slow_the_line(
    defect: str, build: Build, choice: Random, latency_ns: int, seed: int
) -> None:
    """A wrong *conforms* is the worst defect this project can have."""
    _, edges, variants, centuries = DEFECTS[defect]
    edge, variant = choice.choice(edges), choice.choice(variants)
    century = choice.choice([c for c in centuries if c in reach(edge)])
    base = 1 if build.weekday_base is None else build.weekday_base
    build = replace(build, century=century, weekday_base=base, has_seconds=True, is_free=False)

    judgement, _ = run(build, variant, edge, seed, defect=defect, latency_ns=latency_ns)

    assert judgement.verdict != Verdict.CONFORMS, judgement.findings


@DEPTH
@given(variant=st.sampled_from([Variant.UNPOWERED, Variant.RETAINED]), lateness_ns=st.integers(0, 40 * S))
def test_a_lost_clock_never_conforms_at_its_default_date(variant: Variant, lateness_ns: int) -> None:
    """The mandated rule: a clock back at 2000-01-01 00:00:00 may look exactly right; it proves nothing.

    The power comes back at any time around the edge, and the clock starts from its default at that moment.
    """
    edge = 946_684_800
    facts = make_facts(replace(Build(), default="2000-01-01", keeps=None))
    on_ns = 50 * S + lateness_ns
    readings = [
        _midnight_reading(Role.READ_BACK, 10 * MS, CalendarFields(year=1999, month=12, day=31, hour=23, minute=59)),
    ]
    if variant is Variant.RETAINED:
        readings += [_midnight_reading(Role.AFTER, (61 + k) * S, _second_of_2000(1 + k)) for k in range(3)]
        on_ns += 20 * S
    readings += [
        _midnight_reading(Role.AFTER_POWER, on_ns + k * 1100 * MS, _second_of_2000(k * 1100 * MS // S))
        for k in range(3)
    ]
    evidence = CrossingEvidence(
        number=1,
        device="dumb",
        edge="y2k-rollover",
        edge_seconds=edge,
        variant=variant,
        sets=(SetRecord(target=edge - 60, fields=CalendarFields(), sent_ns=0, received_ns=0, outcome="acknowledged"),),
        readings=tuple(readings),
        power=(
            PowerRecord(on=False, sent_ns=on_ns - 5 * S, received_ns=on_ns - 5 * S, by="channel", confirmed=True),
            PowerRecord(on=True, sent_ns=on_ns, received_ns=on_ns, by="channel", confirmed=True),
        ),
    )

    judgement = judge_crossing(evidence, facts)

    assert judgement.questions[Question.RETAIN] != Verdict.CONFORMS
    assert judgement.verdict != Verdict.CONFORMS


def _midnight_reading(role: Role, at_ns: int, fields: CalendarFields) -> Reading:
    full = replace(fields, second=fields.second or 0)
    return Reading(role=role, fields=full, flags={}, raw=b"\x01", unreadable=None, sent_ns=at_ns, received_ns=at_ns)


def _second_of_2000(second: int) -> CalendarFields:
    return CalendarFields(year=2000, month=1, day=1, hour=0, minute=second // 60, second=second % 60)


@DEPTH
@given(
    bits_and_sign=st.sampled_from([(32, True, 2_147_483_648), (32, False, 4_294_967_296), (16, False, 65_536)]),
    wraps=st.booleans(),
    phase_ns=st.integers(0, S - 1),
)
def test_a_counter_conforms_where_it_counts_on_and_fails_where_it_rolls_over(
    bits_and_sign: tuple[int, bool, int], wraps: bool, phase_ns: int
) -> None:
    """A wide counter counts on through the edge; a narrow one falls back by its whole span."""
    bits, signed, edge = bits_and_sign
    form = ClockForm(counter=Counter(bits=bits if wraps else 64, signed=signed))
    facts = replace(make_facts(Build()), form=form, first="1970-01-01", last="2200-01-01", default_date="1980-01-01")
    times = [10 * MS, 1200 * MS, 2400 * MS, 28 * S, 31200 * MS, 32500 * MS, 34 * S]
    found = CalendarFields(count=5000)
    readings = [replace(_midnight_reading(Role.BEFORE_SET, -10 * MS, found), fields=found)]
    for at, sent in enumerate(times):
        count = edge - 30 + (sent + phase_ns) // S
        if wraps and count >= edge:
            count -= 2**bits
        readings.append(
            Reading(
                role=Role.READ_BACK if at == 0 else Role.AFTER,
                fields=CalendarFields(count=count),
                flags={},
                raw=b"\x01",
                unreadable=None,
                sent_ns=sent,
                received_ns=sent,
            )
        )
    evidence = CrossingEvidence(
        number=1,
        device="dumb",
        edge="counter",
        edge_seconds=edge,
        variant=Variant.RUNNING,
        sets=(SetRecord(target=edge - 30, fields=CalendarFields(), sent_ns=0, received_ns=0, outcome="acknowledged"),),
        readings=tuple(readings),
    )

    judgement = judge_crossing(evidence, facts)

    assert (Verdict.DOES_NOT_CONFORM if wraps else Verdict.CONFORMS) == judgement.verdict, judgement.findings
    assert ({"counter-rolled-over"} if wraps else set()) == failing(judgement)
