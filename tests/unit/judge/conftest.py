"""Literal evidence: readings are written as a person would read them off the display, impossible ones included."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.calendar.form import SUNDAY_1, ClockForm
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.judge.crossing import judge_crossing
from harness.records import (
    CrossingEvidence,
    Finding,
    Incident,
    Judgement,
    PowerRecord,
    Reading,
    Role,
    SetRecord,
    Variant,
    Verdict,
)

S = 1_000_000_000
MS = 1_000_000
Y2K = 946_684_800  # 2000-01-01 00:00:00

FACTS = DeviceFacts(
    id="test/clock",
    maker="nobody",
    model="clock",
    form=ClockForm(century=CenturyRule.digits(), weekday=SUNDAY_1),
    first="1980-01-01",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.MODEL,
    links=("serial",),
    certainty=Certainty.VERIFIED,
    sources=("none",),
    divider_resets=True,
    default_date="1980-01-01",
    keeps_time_unpowered=True,
    drift_ppm=100,
)


def make_fields(text: str, **more: int | None) -> CalendarFields:
    """Read ``1999-12-31 23:59:00`` into fields, whatever the numbers are."""
    year, month, day, hour, minute, second = (int(n) for n in re.findall(r"\d+", text))
    return replace(
        CalendarFields(year=year, month=month, day=day, hour=hour, minute=minute, second=second),
        **more,
    )


def make_reading(at: float, text: str, role: Role, exchanges: tuple[int, ...]) -> Reading:
    """Return a reading of a clock that displays ``text``, taken within 20 ms from ``at`` seconds."""
    return Reading(
        role=role,
        fields=make_fields(text),
        flags={},
        raw=b"\x01",
        unreadable=None,
        sent_ns=round(at * S),
        received_ns=round(at * S) + 20 * MS,
        exchanges=exchanges,
    )


@dataclass
class Scene:
    """One crossing, told line by line. The clock is set at 0 s, ``lead`` seconds before the edge.

    It is found at some moment of 2026, right before a set that nothing was read before.
    """

    variant: Variant = Variant.RUNNING
    edge_seconds: int = Y2K
    lead: int = 60
    facts: DeviceFacts = FACTS
    readings: list[Reading] = field(default_factory=list)
    sets: list[SetRecord] = field(default_factory=list)
    power: list[PowerRecord] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    completed: bool = True
    not_applicable: str = ""
    found: list[Reading] = field(default_factory=list)

    def set(
        self,
        target: int | None = None,
        *,
        at: float = 0,
        outcome: str = "acknowledged",
        weekday: int | None = None,
        is_answered: bool = True,
    ) -> Scene:
        since = self.sets[-1].received_ns if self.sets else -1000 * S
        if not any(since < reading.sent_ns < at * S for reading in self.readings):
            self.found.append(make_reading(at - 0.1, "2026-05-04 10:00:00", Role.BEFORE_SET, (200 + len(self.found),)))
        self.sets.append(
            SetRecord(
                target=self.edge_seconds - self.lead if target is None else target,
                fields=CalendarFields(weekday=weekday),
                sent_ns=round(at * S),
                received_ns=round(at * S) + 20 * MS,
                outcome=outcome,
                exchanges=(100 + len(self.sets),),
                is_answered=is_answered,
            )
        )
        return self

    def read(
        self,
        at: float,
        text: str = "",
        role: Role = Role.AFTER,
        *,
        flags: dict[str, bool] | None = None,
        unreadable: str | None = None,
        raw: bytes = b"\x01",
        **more: int | None,
    ) -> Scene:
        self.readings.append(
            Reading(
                role=role,
                fields=make_fields(text, **more) if text else CalendarFields(**more),
                flags=flags or {},
                raw=raw,
                unreadable=unreadable,
                sent_ns=round(at * S),
                received_ns=round(at * S) + 20 * MS,
                exchanges=(len(self.readings) + 1,),
            )
        )
        return self

    def switch(self, at: float, *, on: bool, confirmed: bool | None = True) -> Scene:
        self.power.append(
            PowerRecord(
                on=on, sent_ns=round(at * S), received_ns=round(at * S) + 20 * MS, by="channel", confirmed=confirmed
            )
        )
        return self

    def incident(self, code: str, *, spoils: bool = True) -> Scene:
        self.incidents.append(Incident(code=code, at_ns=0, says=code, spoils=spoils))
        return self

    def before(self) -> Scene:
        """Set the clock at 23:59:00 before the year 2000 and see it run there: three right readings."""
        self.set()
        self.read(0.5, "1999-12-31 23:59:00", Role.READ_BACK)
        self.read(30.5, "1999-12-31 23:59:30", Role.BEFORE)
        return self.read(58.5, "1999-12-31 23:59:58", Role.BEFORE)

    def after(self) -> Scene:
        self.read(60.5, "2000-01-01 00:00:00").read(62.5, "2000-01-01 00:00:02")
        return self.read(64.5, "2000-01-01 00:00:04")

    def cut(self) -> Scene:
        return self.switch(50, on=False).switch(70, on=True)

    def after_power(self) -> Scene:
        self.read(71.5, "2000-01-01 00:00:11", Role.AFTER_POWER)
        self.read(73.5, "2000-01-01 00:00:13", Role.AFTER_POWER)
        return self.read(75.5, "2000-01-01 00:00:15", Role.AFTER_POWER)

    @property
    def evidence(self) -> CrossingEvidence:
        return CrossingEvidence(
            number=1,
            device="clock",
            edge="y2k-rollover",
            edge_seconds=self.edge_seconds,
            variant=self.variant,
            sets=tuple(self.sets),
            readings=(*self.found, *self.readings),
            power=tuple(self.power),
            incidents=tuple(self.incidents),
            completed=self.completed,
            not_applicable=self.not_applicable,
        )

    def judge(self) -> Judgement:
        return judge_crossing(self.evidence, self.facts)

    def finding(self, code: str) -> Finding:
        """Return the one finding with this code; anything else is a failure."""
        found = [f for f in self.judge().findings if f.code == code]
        assert 1 == len(found), [(f.question.value, f.code, f.verdict.value) for f in self.judge().findings]
        return found[0]

    def codes(self, verdict: Verdict = Verdict.DOES_NOT_CONFORM) -> set[str]:
        return {f.code for f in self.judge().findings if f.verdict is verdict}

    def with_facts(self, **changes: object) -> Scene:
        self.facts = replace(self.facts, **changes)  # type: ignore[arg-type]
        return self

    def with_form(self, **changes: object) -> Scene:
        return self.with_facts(form=replace(self.facts.form, **changes))  # type: ignore[arg-type]


@pytest.fixture
def scene() -> Callable[..., Scene]:
    return Scene
