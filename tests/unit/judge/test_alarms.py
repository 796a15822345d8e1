"""Rule V9 on literal evidence: set at 0 s for 23:59:00, armed for 00:00:05, so due at 65 s."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.calendar.fields import CalendarFields
from harness.device.alarm import AlarmFacts, keep_parts
from harness.device.facts import DeviceFacts
from harness.judge.alarms import spell
from harness.judge.crossing import judge_crossing
from harness.records import AlarmReading, Finding, Judgement, SettingRecord, Variant, Verdict
from tests.unit.judge.conftest import FACTS, MS, Y2K, S, Scene

ALARM = AlarmFacts(name="the alarm", parts=("second", "minute", "hour", "day"), fires_unpowered=True)
WITH_ALARM = replace(FACTS, alarm=ALARM)
ARMED = CalendarFields(day=1, hour=0, minute=0, second=5)
YES, NO, OPEN = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED


class Alarmed:
    """A crossing with an alarm, told line by line."""

    def __init__(self, scene: Scene, facts: DeviceFacts = WITH_ALARM) -> None:
        self.scene = scene
        self.facts = facts
        self.looks: list[AlarmReading] = []
        self.changes: list[SettingRecord] = []

    def change(self, at: float, what: str, outcome: str = "acknowledged") -> Alarmed:
        self.changes.append(
            SettingRecord(
                setting="alarm",
                what=what,
                target=Y2K + 5 if what == "arm" else None,
                fields=ARMED if what == "arm" else CalendarFields(),
                sent_ns=round(at * S),
                received_ns=round(at * S) + 20 * MS,
                outcome=outcome,
                exchanges=(200 + len(self.changes),),
            )
        )
        return self

    def look(
        self,
        at: float,
        *,
        fired: bool = False,
        armed: bool = True,
        shown: CalendarFields = ARMED,
        bad: str | None = None,
    ) -> Alarmed:
        self.looks.append(
            AlarmReading(
                fields=shown,
                is_armed=armed,
                has_fired=fired,
                setting=b"",
                raw=b"\x01",
                unreadable=bad,
                sent_ns=round(at * S),
                received_ns=round(at * S) + 20 * MS,
                exchanges=(300 + len(self.looks),),
            )
        )
        return self

    @property
    def judgement(self) -> Judgement:
        evidence = replace(self.scene.evidence, alarms=tuple(self.looks), settings=tuple(self.changes))
        return judge_crossing(evidence, self.facts)

    def v9(self) -> dict[str, Verdict]:
        return {finding.code: finding.verdict for finding in self.judgement.findings if finding.rule == "V9"}

    def finding(self, code: str) -> Finding:
        return next(finding for finding in self.judgement.findings if finding.code == code)


def across() -> Alarmed:
    """Return a sound clock led over the edge, its alarm armed at 1 s and read back."""
    scene = Scene(variant=Variant.ALARM_ACROSS, facts=WITH_ALARM).before().after()
    return Alarmed(scene).change(1, "arm").look(2)


def unpowered() -> Alarmed:
    """Return the same with the power off from 50 s to 70 s."""
    scene = Scene(variant=Variant.ALARM_UNPOWERED, facts=WITH_ALARM).before().cut().after_power()
    return Alarmed(scene).change(1, "arm").look(2)


def seen_once(alarmed: Alarmed) -> Alarmed:
    return alarmed.change(67, "clear").look(68).look(69).look(70).change(71, "put-back")


def test_an_alarm_that_fires_once_in_time_conforms() -> None:
    alarmed = seen_once(across().look(64.8).look(65.1, fired=True))
    assert {"alarm-kept": YES, "alarm-fired": YES, "alarm-once": YES} == alarmed.v9()
    assert YES is alarmed.judgement.verdict


@pytest.mark.parametrize(
    ("quiet", "fired", "code"),
    [
        (60.0, 64.9, "alarm-early"),
        (65.3, 66.0, "alarm-late"),
    ],
)
def test_an_alarm_at_another_time_is_named(quiet: float, fired: float, code: str) -> None:
    """The set took 20 ms, and 100 ppm of 65 s are 6.5 ms: due from 64.99 s to 65.03 s."""
    alarmed = across().look(quiet).look(fired, fired=True)
    assert {"alarm-kept": YES, code: NO} == alarmed.v9()
    assert NO is alarmed.judgement.verdict


@pytest.mark.parametrize(("quiet", "fired"), [(64.9, 65.0), (65.02, 65.1)])
def test_an_alarm_within_the_tolerance_is_in_time(quiet: float, fired: float) -> None:
    assert YES is across().look(quiet).look(fired, fired=True).v9()["alarm-fired"]


def test_a_divider_that_runs_on_lets_the_alarm_be_a_second_early() -> None:
    """The first second after the set may have been all but over."""
    alarmed = across().look(64.0).look(64.2, fired=True)
    assert NO is alarmed.v9()["alarm-early"]
    alarmed.facts = replace(WITH_ALARM, divider_resets=None)
    assert YES is alarmed.v9()["alarm-fired"]


def test_an_alarm_that_never_fires_is_missed() -> None:
    assert {"alarm-kept": YES, "alarm-missed": NO} == across().look(64.8).look(66).v9()


def test_an_alarm_that_nobody_looked_at_when_it_was_due_proves_nothing() -> None:
    assert OPEN is across().look(64.8).v9()["alarm-not-watched"]
    assert OPEN is across().look(20).look(90, fired=True).v9()["alarm-not-watched"]


def test_an_alarm_that_comes_again_is_named() -> None:
    alarmed = across().look(64.8).look(65.1, fired=True).change(67, "clear").look(68).look(69, fired=True)
    assert NO is alarmed.v9()["alarm-twice"]


def test_a_flag_that_never_falls_says_nothing_of_a_second_time() -> None:
    alarmed = across().look(64.8).look(65.1, fired=True).change(67, "clear").look(68, fired=True).look(69, fired=True)
    assert {"alarm-kept": YES, "alarm-fired": YES, "alarm-flag-stays": OPEN} == alarmed.v9()


@pytest.mark.parametrize("outcome", ["", "unknown", "refused"])
def test_once_needs_a_flag_that_was_cleared(outcome: str) -> None:
    alarmed = across().look(64.8).look(65.1, fired=True)
    if outcome:
        alarmed.change(67, "clear", outcome).look(68).look(69)
    assert OPEN is alarmed.v9()["alarm-once-not-seen"]
    assert OPEN is alarmed.judgement.verdict


def test_once_needs_more_than_one_look() -> None:
    assert OPEN is across().look(64.8).look(65.1, fired=True).change(67, "clear").look(68).v9()["alarm-once-not-seen"]


def test_looks_after_the_alarm_was_put_back_are_not_counted() -> None:
    """The owner's own alarm may be due then."""
    alarmed = seen_once(across().look(64.8).look(65.1, fired=True)).look(72, fired=True)
    assert YES is alarmed.v9()["alarm-once"]


def test_an_alarm_that_shows_only_while_it_lasts_need_not_be_cleared() -> None:
    alarmed = across().look(64.8).look(65.1, fired=True)
    alarmed.facts = replace(WITH_ALARM, alarm=replace(ALARM, is_latched=False, lasts_seconds=900))
    assert {"alarm-kept": YES, "alarm-fired": YES} == alarmed.v9()


def test_an_alarm_that_reads_back_otherwise_is_mangled() -> None:
    past_midnight = replace(ARMED, hour=23, minute=59, second=65)
    alarmed = across()
    alarmed.looks.clear()
    alarmed.look(2, shown=past_midnight).look(66)
    assert {"alarm-mangled": NO} == alarmed.v9()
    finding = alarmed.finding("alarm-mangled")
    assert ("day 1, 00:00:05", "day 1, 23:59:65") == (finding.expected, finding.read)
    assert (200, 300) == finding.evidence


def test_digits_that_are_none_are_mangled_too() -> None:
    alarmed = across()
    alarmed.looks.clear()
    assert {"alarm-mangled": NO} == alarmed.look(2, bad="not-bcd:minute").v9()


def test_an_alarm_that_was_acknowledged_and_is_not_armed_is_named() -> None:
    alarmed = across()
    alarmed.looks.clear()
    assert {"alarm-not-armed": NO} == alarmed.look(2, armed=False).v9()


@pytest.mark.parametrize(
    ("armed", "shown"), [(False, ARMED), (True, CalendarFields(day=15, hour=6, minute=30, second=0))]
)
def test_an_arming_without_an_answer_that_does_not_show_proves_nothing(*, armed: bool, shown: CalendarFields) -> None:
    scene = Scene(variant=Variant.ALARM_ACROSS, facts=WITH_ALARM).before().after()
    alarmed = Alarmed(scene).change(1, "arm", "unknown").look(2, armed=armed, shown=shown).look(66)
    assert {"alarm-outcome-unknown": OPEN} == alarmed.v9()


def test_an_arming_without_an_answer_that_took_is_judged_like_any_other() -> None:
    scene = Scene(variant=Variant.ALARM_ACROSS, facts=WITH_ALARM).before().after()
    alarmed = seen_once(Alarmed(scene).change(1, "arm", "unknown").look(2).look(64.8).look(65.1, fired=True))
    assert {"alarm-kept": YES, "alarm-fired": YES, "alarm-once": YES} == alarmed.v9()


def test_a_refused_alarm_is_named() -> None:
    scene = Scene(variant=Variant.ALARM_ACROSS, facts=WITH_ALARM).before().after()
    assert {"alarm-refused": NO} == Alarmed(scene).change(1, "arm", "refused").v9()


def test_an_arming_that_nobody_read_back_proves_nothing() -> None:
    alarmed = across()
    alarmed.looks.clear()
    assert {"alarm-not-read-back": OPEN} == alarmed.v9()


def test_a_crossing_without_an_armed_alarm_never_conforms() -> None:
    scene = Scene(variant=Variant.ALARM_ACROSS, facts=WITH_ALARM).before().after()
    assert OPEN is Alarmed(scene).judgement.verdict
    assert {"alarm-not-armed-by-us": OPEN} == Alarmed(scene, FACTS).v9()


def test_the_alarm_of_a_clock_that_was_wrong_is_not_blamed() -> None:
    scene = Scene(variant=Variant.ALARM_ACROSS, facts=WITH_ALARM).before()
    scene.read(60.5, "1900-01-01 00:00:00").read(62.5, "1900-01-01 00:00:02").read(64.5, "1900-01-01 00:00:04")
    alarmed = Alarmed(scene).change(1, "arm").look(2).look(66)
    assert {"alarm-kept": YES, "alarm-of-a-wrong-clock": OPEN} == alarmed.v9()
    assert NO is alarmed.judgement.verdict


def test_no_other_way_of_crossing_is_judged_by_its_alarm() -> None:
    scene = Scene(facts=WITH_ALARM).before().after()
    assert {} == Alarmed(scene).v9()


# --- without power --------------------------------------------------------------------------------------------------


def test_an_alarm_that_fired_while_the_power_was_off_conforms() -> None:
    alarmed = unpowered().look(76, fired=True)
    assert {"alarm-kept": YES, "alarm-fired-unpowered": YES} == alarmed.v9()
    assert YES is alarmed.judgement.verdict


def test_an_alarm_that_did_not_fire_while_the_power_was_off_is_missed() -> None:
    assert {"alarm-kept": YES, "alarm-missed": NO} == unpowered().look(76).v9()


def test_an_alarm_before_the_power_went_is_early() -> None:
    assert NO is unpowered().look(40, fired=True).look(76, fired=True).v9()["alarm-early"]


def test_an_alarm_nobody_asked_after_the_cut_proves_nothing() -> None:
    assert OPEN is unpowered().v9()["alarm-not-watched"]


@pytest.mark.parametrize(("off", "on"), [(65.2, 70.0), (50.0, 64.0)])
def test_an_alarm_that_came_due_under_power_proves_nothing_of_its_absence(off: float, on: float) -> None:
    scene = Scene(variant=Variant.ALARM_UNPOWERED, facts=WITH_ALARM).before()
    scene.switch(off, on=False).switch(on, on=True).after_power()
    alarmed = Alarmed(scene).change(1, "arm").look(2).look(76, fired=True)
    assert OPEN is alarmed.finding("power-cut-not-proven").verdict
    assert OPEN is alarmed.judgement.verdict


def test_a_cut_that_is_not_confirmed_proves_nothing() -> None:
    scene = Scene(variant=Variant.ALARM_UNPOWERED, facts=WITH_ALARM).before()
    scene.switch(50, on=False, confirmed=False).switch(70, on=True).after_power()
    assert YES is not Alarmed(scene).change(1, "arm").look(2).look(76, fired=True).judgement.verdict


# --- words ----------------------------------------------------------------------------------------------------------


def test_parts_are_spelled_for_a_person() -> None:
    assert "month 3, day 1, weekday 4, 00:01:05" == spell(
        {"month": 3, "day": 1, "weekday": 4, "hour": 0, "minute": 1, "second": 5}
    )
    assert "00:15" == spell({"hour": 0, "minute": 15})
    assert "weekday 3" == spell({"weekday": 3})


def test_only_the_parts_that_are_compared_are_kept() -> None:
    moment = CalendarFields(year=0, month=3, day=1, hour=0, minute=1, second=5)
    assert CalendarFields(day=1, minute=1) == keep_parts(moment, ("day", "minute"))
