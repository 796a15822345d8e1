"""An alarm armed across an edge, end to end in virtual time: it conforms where it is sound, and is left as it was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import devices
from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.clock import VirtualClock
from harness.device.driver import Driver
from harness.engine.campaign import RunRequest, run
from harness.errors import LinkError
from harness.journal.evidence import read_run
from harness.journal.lines import JOURNAL_NAME, JournalReader
from harness.journal.obligations import open_obligations, scan_runs
from harness.plan.loader import load_plan
from harness.records import Judgement, Variant, Verdict
from reports.client.view import build
from tests.devices.sim_peers import rtu
from tests.engine.benches import Ran, bench_text, device_text, run_text

HEAD = "title: {en: Alarms, fr: Alarmes}\nlead: 10 s\nobserve: 6 s\npower-off: 8 s\nrestore: nearest\n"
EDGES = "y2k-rollover, y2k-leap-day, y2k-leap-day-end, leap-day-2028, unix32-signed"
CHIPS = ("rtc/ds3231", "rtc/ds3232", "rtc/pcf8563", "rtc/rtc-8564", "rtc/pcf8523", "rtc/mcp7940n", "rtc/isl1208")
KEEPS_IT_ON_ITS_CELL = {"rtc/ds3231", "rtc/ds3232"}


def plan_of(variants: str, edges: str = EDGES) -> str:
    return f"{HEAD}edges: [{edges}]\nvariants: [{variants}]\n"


def codes_of(judgement: Judgement) -> set[str]:
    return {finding.code for finding in judgement.findings if finding.rule == "V9"}


def records(ran: Ran, *kinds: str) -> Iterator[dict[str, Any]]:
    return (r for r in JournalReader(ran.outcome.folder / JOURNAL_NAME) if r["kind"] in kinds)


@pytest.mark.parametrize("drift_ppm", [-200, 0, 200])
@pytest.mark.parametrize("model", CHIPS)
def test_the_alarm_of_a_sound_chip_conforms_at_every_edge(model: str, drift_ppm: int, tmp_path: Path) -> None:
    chip = f"  one:\n    model: {model}\n    simulate: {{on: memory, offset: 37 s, drift-ppm: {drift_ppm}}}\n"
    ran = run_text(tmp_path, bench_text(chip), plan_of("alarm-across, alarm-unpowered"))
    found = ran.of("one")
    across = [j for j in found if j.variant is Variant.ALARM_ACROSS]
    assert {Verdict.CONFORMS} == {j.verdict for j in across}, [(j.edge, j.findings) for j in across]
    assert all({"alarm-kept", "alarm-fired", "alarm-once"} == codes_of(j) for j in across)
    off = {j.verdict for j in found if j.variant is Variant.ALARM_UNPOWERED}
    assert off == ({Verdict.CONFORMS} if model in KEEPS_IT_ON_ITS_CELL else {Verdict.NOT_APPLICABLE})
    assert ran.outcome.owed == ()


def test_the_second_alarm_of_a_ds3231_is_armed_where_the_bench_says_so(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        bench_text(device_text("one", "rtc/ds3231", rest='options: {alarm: "2"}')),
        plan_of("alarm-across", "y2k-rollover"),
    )
    (judgement,) = ran.of("one")
    assert Verdict.CONFORMS is judgement.verdict
    (armed,) = [r["body"] for r in records(ran, "setting-changed") if r["body"]["what"] == "arm"]
    # No seconds: the next whole minute but one, for the first is the edge itself.
    assert {"day": 1, "hour": 0, "minute": 1} == armed["fields"]


def test_every_change_of_an_alarm_is_promised_announced_and_put_back(tmp_path: Path) -> None:
    ran = run_text(tmp_path, bench_text(device_text("one", "rtc/ds3231")), plan_of("alarm-across", "y2k-rollover"))
    kinds = [r["kind"] for r in records(ran, "setting-owed", "setting-changed", "setting-back", "discharged")]
    assert ["setting-owed", *["setting-changed"] * 3, "setting-back", "discharged"] == kinds
    assert ["arm", "clear", "put-back"] == [r["body"]["what"] for r in records(ran, "setting-changed")]
    owed = next(records(ran, "setting-owed"))
    first_change = next(r for r in records(ran, "intent") if "setting" in r["body"])
    assert owed["seq"] < first_change["seq"]
    looks = [r["body"]["setting"] for r in records(ran, "alarm")]
    assert looks[0] == looks[-1]
    assert {looks[0]} < set(looks)


def test_an_alarm_that_is_found_raised_is_left_alone(tmp_path: Path) -> None:
    """Its flag is somebody's unread message, and a chip's flag cannot be set again."""
    ran = _with_alarm_found(tmp_path, "53 D0 05 07 80 80 80 80 50")  # once a second: raised at once
    (judgement,) = ran
    assert Verdict.NOT_DETERMINED is judgement.verdict
    assert {"alarm-not-armed-by-us"} == codes_of(judgement)


def _with_alarm_found(folder: Path, frame: str, driver: Callable[[Driver], Driver] = lambda driver: driver) -> Any:
    """Run with a DS3231 whose owner has set its alarm; return what is judged of it."""
    (folder / "bench.yaml").write_text(bench_text(device_text("one", "rtc/ds3231")), encoding="utf-8")
    (folder / "plan.yaml").write_text(plan_of("alarm-across", "y2k-rollover"), encoding="utf-8")
    workshop = _Prepared(bytes.fromhex(frame), driver)
    request = RunRequest(
        bench=load_bench(folder / "bench.yaml", workshop),
        plan=load_plan(folder / "plan.yaml"),
        workshop=workshop,
        runs=folder / "runs",
    )
    return _judged(run(request).folder)


def _judged(folder: Path) -> list[Judgement]:
    return list(build(read_run(folder)).judgements)


class _Prepared(Workshop):
    """A workshop whose device is found as somebody left it, and whose driver may be replaced."""

    def __init__(self, frame: bytes, wrap: Callable[[Driver], Driver]) -> None:
        super().__init__()
        self._frame = frame
        self._wrap = wrap

    def make_driver(self, *words: Any, **named: Any) -> Driver:
        return self._wrap(super().make_driver(*words, **named))

    def serve(self, bench: Any, clock: Any, **named: Any) -> Any:
        served = super().serve(bench, clock, **named)
        prepared = self

        class _Serving:
            def __enter__(self) -> Any:
                table = served.__enter__()
                table.links["one"].receive(prepared._frame)
                if isinstance(clock, VirtualClock):
                    clock.advance_to(clock.now_ns() + 2_000_000_000)
                return table

            def __exit__(self, *what: object) -> Any:
                return served.__exit__(*what)

        return _Serving()


def test_an_owner_s_alarm_is_put_back_bit_by_bit(tmp_path: Path) -> None:
    """06:30:00 every day: the day is ignored, which is a bit of its own."""
    (judgement,) = _with_alarm_found(tmp_path, "53 D0 05 07 00 30 06 80 50")
    assert Verdict.CONFORMS is judgement.verdict
    (folder,) = (tmp_path / "runs").iterdir()
    looks = [r["body"]["setting"] for r in JournalReader(folder / JOURNAL_NAME) if r["kind"] == "alarm"]
    assert "00300680" == looks[0] == looks[-1]


class _NeverPutsBack:
    """A driver whose line fails whenever an alarm is to be put back."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def read_alarm(self) -> Any:
        return self._driver.read_alarm()

    def arm_alarm(self, moment: Any) -> Any:
        return self._driver.arm_alarm(moment)

    def clear_alarm(self) -> Any:
        return self._driver.clear_alarm()

    def put_alarm_back(self, setting: bytes) -> Any:
        raise LinkError("no-reply", f"nobody took {setting.hex()}")
        yield


def test_an_alarm_that_does_not_go_back_is_owed_although_the_clock_is_back(tmp_path: Path) -> None:
    _with_alarm_found(tmp_path, "53 D0 05 07 00 30 06 15 50", _NeverPutsBack)  # type: ignore[arg-type]
    (folder,) = (tmp_path / "runs").iterdir()
    (owed,) = open_obligations(folder)
    assert {"alarm": bytes.fromhex("00 30 06 15 00")} == owed.settings
    assert "alarm" in owed.why_not
    sets = [r["body"] for r in JournalReader(folder / JOURNAL_NAME) if r["kind"] == "set"]
    assert (None, "acknowledged") == (sets[-1]["crossing"], sets[-1]["outcome"])
    (debt,) = scan_runs(tmp_path / "runs")
    assert ("one",) == tuple(obligation.device for obligation in debt.obligations)


def test_a_device_without_an_alarm_says_so(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        bench_text(device_text("old", "rtc/ds1307") + device_text("pcf", "rtc/pcf8563")),
        plan_of("alarm-across, alarm-unpowered", "y2k-rollover"),
    )
    reasons = {(j.device, j.variant.value): j.findings[0].details.get("reason", "") for j in ran.report.judgements}
    assert reasons == {
        ("old", "alarm-across"): "has-no-alarm",
        ("old", "alarm-unpowered"): "has-no-alarm",
        ("pcf", "alarm-across"): "",
        ("pcf", "alarm-unpowered"): "unpowered-alarm-not-documented",
    }


def test_the_alarm_of_a_clock_that_is_wrong_is_not_judged(tmp_path: Path) -> None:
    """Its clock fails, and that is said; what its alarm does then proves nothing more."""
    ran = run_text(
        tmp_path,
        bench_text(device_text("one", "rtc/ds3231", bugs=("century-1900",))),
        plan_of("alarm-across", "y2k-rollover"),
    )
    (judgement,) = ran.of("one")
    assert Verdict.DOES_NOT_CONFORM is judgement.verdict
    assert not any(f.verdict is Verdict.DOES_NOT_CONFORM for f in judgement.findings if f.rule == "V9")


def test_a_daily_schedule_is_armed_watched_by_its_output_and_put_back(tmp_path: Path) -> None:
    """The quarter of an hour after midnight: the relay goes on then, and this run meant it to."""
    ran = run_text(
        tmp_path,
        bench_text(device_text("barn", "agri/irrigation-timer")),
        plan_of("alarm-across, alarm-unpowered", "leap-day-2028"),
    )
    across, off = ran.of("barn")
    assert (Verdict.CONFORMS, Verdict.NOT_APPLICABLE) == (across.verdict, off.verdict), across.findings
    assert {"alarm-kept", "alarm-fired"} == codes_of(across)
    assert "alarm-needs-the-supply" == off.findings[0].details["reason"]
    (armed,) = [r["body"] for r in records(ran, "setting-changed") if r["body"]["what"] == "arm"]
    assert {"hour": 0, "minute": 15} == armed["fields"]
    looks = [r["body"] for r in records(ran, "alarm")]
    assert looks[0]["setting"] == looks[-1]["setting"] == "00" * 192
    assert [False, True] == sorted({look["has_fired"] for look in looks})
    assert ("", ()) == (ran.outcome.stopped_by, ran.outcome.owed)


def test_an_output_that_nobody_armed_still_ends_the_run(tmp_path: Path) -> None:
    """The other relay is nobody's but the owner's: on from midnight by a schedule that was found there."""
    frame = "01 10 00 07 00 01 02 10 00"  # relay b in the first quarter of the day
    (tmp_path / "bench.yaml").write_text(bench_text(device_text("one", "agri/irrigation-timer")), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(plan_of("alarm-across", "leap-day-2028"), encoding="utf-8")
    workshop = _Prepared(rtu(frame), lambda driver: driver)
    outcome = run(
        RunRequest(
            bench=load_bench(tmp_path / "bench.yaml", workshop),
            plan=load_plan(tmp_path / "plan.yaml"),
            workshop=workshop,
            runs=tmp_path / "runs",
        )
    )
    assert ("output-changed", ()) == (outcome.stopped_by, outcome.owed)
    (judgement,) = _judged(outcome.folder)
    (finding,) = [f for f in judgement.findings if f.code == "output-disturbed"]
    assert ("relay-b", Verdict.NOT_DETERMINED) == (finding.details["outputs"], finding.verdict)


def test_the_schedule_of_the_profile_that_is_explained_can_be_armed(tmp_path: Path) -> None:
    """Its slots are half hours, so the lead and the watch are those of its clock and the alarm comes at 00:30."""
    text = (Path(devices.__file__).parent / "profiles" / "example.yaml").read_text(encoding="utf-8")
    (tmp_path / "agri").mkdir()
    (tmp_path / "agri" / "my-feeder.yaml").write_text(text, encoding="utf-8")
    ran = run_text(
        tmp_path, bench_text(device_text("feeder", "agri/my-feeder")), plan_of("alarm-across", "leap-day-2028")
    )
    (judgement,) = ran.of("feeder")
    assert Verdict.CONFORMS is judgement.verdict, judgement.findings
    assert {"alarm-kept", "alarm-fired"} == codes_of(judgement)
    assert ("", ()) == (ran.outcome.stopped_by, ran.outcome.owed)
