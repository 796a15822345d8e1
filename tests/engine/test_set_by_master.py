"""A time master played to a device: every sentence under an open promise, the edge followed, dates that are none refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest

from devices.workshop import Workshop
from harness.bench.loader import load_bench, read_bench
from harness.device.driver import Driver, Options
from harness.engine.campaign import RunRequest, run
from harness.errors import BenchError
from harness.journal.bodies import facts_from
from harness.journal.evidence import read_run
from harness.judge.crossing import judge_crossing
from harness.plan.loader import load_plan
from harness.records import Verdict
from reports.client.view import build
from tests.engine.benches import Ran, bench_text, device_text, run_text

BOARD = "board/linux-console"
PLAN = "title: {en: Master, fr: Maître}\nvariants: [set-by-master]\nlead: 10 s\nobserve: 6 s\nrestore: nearest\n"


def run_board(folder: Path, edge: str = "y2k-rollover", *, on: str = "memory", bugs: tuple[str, ...] = ()) -> Ran:
    bench = bench_text(device_text("board", BOARD, on=on, bugs=bugs, rest="master: {kind: nmea}"))
    return run_text(folder, bench, f"{PLAN}edges: [{edge}]\n")


def records(ran: Ran) -> list[dict[str, Any]]:
    text = (ran.outcome.folder / "journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("edge", ["y2k-rollover", "y2k-leap-day", "gps-week-2019"])
def test_a_device_that_follows_its_master_conforms_and_is_put_back(edge: str, tmp_path: Path) -> None:
    ran = run_board(tmp_path, edge)
    assert [j.verdict for j in ran.of("board")] == [Verdict.CONFORMS]
    assert ran.outcome.owed == ()


def test_no_sentence_is_sent_before_the_promise_and_each_is_announced_first(tmp_path: Path) -> None:
    journal = records(run_board(tmp_path))
    kinds = [record["kind"] for record in journal]
    told = [at for at, r in enumerate(journal) if r["kind"] == "wire" and r["body"]["bus"] == "board-master"]
    assert len(told) > 20
    assert kinds.index("oblige") < told[0]
    for at in told:
        assert kinds[at - 1] == "intent"
        assert journal[at - 1]["body"]["frame"] == journal[at]["body"]["sent"]


def test_the_master_is_silent_once_its_crossing_is_over(tmp_path: Path) -> None:
    """Or it would take back the time that was put back."""
    journal = records(run_board(tmp_path))
    ended = next(at for at, record in enumerate(journal) if record["kind"] == "crossing-ended")
    assert not [r for r in journal[ended:] if r["kind"] == "wire" and r["body"]["bus"] == "board-master"]


def test_the_last_sentences_of_a_crossing_carry_dates_that_are_none(tmp_path: Path) -> None:
    journal = records(run_board(tmp_path))
    told = [bytes.fromhex(r["body"]["sent"]) for r in journal if r["body"].get("bus") == "board-master"]
    dates = [sentence.split(b",")[9].decode() for sentence in told]
    assert dates[0] == "311299"
    assert "010100" in dates
    assert {"2208-1", "", "991399", "000000"} <= set(dates[-8:])


def test_a_device_that_does_not_listen_leaves_the_question_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.board.linux_console.sim.FollowingBoard.hear", lambda _self, _data: b"")
    ran = run_board(tmp_path)
    assert [j.verdict for j in ran.of("board")] == [Verdict.NOT_DETERMINED]
    assert "set-outcome-unknown" in {f.code for f in ran.of("board")[0].findings}


@pytest.mark.parametrize("edge", ["y2k-rollover", "ntp-era-1"])
def test_network_time_leads_over_an_edge_and_its_unsound_packets_are_not_taken(edge: str, tmp_path: Path) -> None:
    bench = bench_text(device_text("board", BOARD, rest="master: {kind: ntp-broadcast}"))
    ran = run_text(tmp_path, bench, f"{PLAN}edges: [{edge}]\n")
    assert [j.verdict for j in ran.of("board")] == [Verdict.CONFORMS]
    told = [bytes.fromhex(r["body"]["sent"]) for r in records(ran) if r["body"].get("bus") == "board-master"]
    assert {len(packet) for packet in told} == {48}
    assert {packet[0] for packet in told[-4:]} == {0x25, 0xE5}
    assert ran.outcome.owed == ()


class OnlyByMaster(Workshop):
    """A workshop whose board has no command to set its clock: its master alone moves it."""

    def make_driver(self, model: str, options: Options = MappingProxyType({}), beside: Path | None = None) -> Driver:
        driver: Any = super().make_driver(model, options, beside)
        return cast("Driver", replace(driver, facts=replace(driver.facts, can_be_set=False)))


def test_a_device_that_only_its_master_sets_is_put_back_by_its_master(tmp_path: Path) -> None:
    """The restore is a play of the true time, proven by a read-back like any other."""
    (tmp_path / "bench.yaml").write_text(
        bench_text(device_text("board", BOARD, rest="master: {kind: nmea}")), encoding="utf-8"
    )
    (tmp_path / "plan.yaml").write_text(
        PLAN.replace("[set-by-master]", "[running, set-by-master]") + "edges: [y2k-rollover]\n", encoding="utf-8"
    )
    workshop = OnlyByMaster()
    bench = load_bench(tmp_path / "bench.yaml", workshop)
    outcome = run(
        RunRequest(bench=bench, plan=load_plan(tmp_path / "plan.yaml"), workshop=workshop, runs=tmp_path / "runs")
    )
    evidence = read_run(outcome.folder)
    assert outcome.owed == ()
    assert evidence.devices[0].restore == "discharged"
    assert [crossing.not_applicable for crossing in evidence.crossings] == ["read-only-device", ""]
    judged = judge_crossing(evidence.crossings[1], facts_from(evidence.devices[0].facts_body))
    assert judged.verdict is Verdict.CONFORMS
    restore = [r for r in records(Ran(outcome, build(evidence))) if r["kind"] == "intent"][-1]["body"]
    assert restore["purpose"] == "restore"
    assert restore["ask"] == "WriteSend"


@pytest.mark.wire
def test_network_time_comes_in_datagrams(tmp_path: Path) -> None:
    """In real time: about 25 s."""
    plan = PLAN.replace("lead: 10 s", "lead: 6 s").replace("observe: 6 s", "observe: 3 s")
    bench = bench_text(device_text("board", BOARD, on="pty", rest="master: {kind: ntp-broadcast}"))
    ran = run_text(tmp_path, bench, f"{plan}edges: [y2k-rollover]\n", real_time=True)
    assert [j.verdict for j in ran.of("board")] == [Verdict.CONFORMS]


@pytest.mark.wire
def test_on_a_pty_the_master_has_a_line_of_its_own(tmp_path: Path) -> None:
    """In real time, with the least waiting the judge can do with: about 25 s."""
    plan = PLAN.replace("lead: 10 s", "lead: 6 s").replace("observe: 6 s", "observe: 3 s")
    bench = bench_text(device_text("board", BOARD, on="pty", rest="master: {kind: nmea}"))
    ran = run_text(tmp_path, bench, f"{plan}edges: [y2k-rollover]\n", real_time=True)
    assert [j.verdict for j in ran.of("board")] == [Verdict.CONFORMS]
    assert ran.outcome.owed == ()


@pytest.mark.parametrize(
    ("device", "says"),
    [
        ("simulate: {on: memory}\n    master: {kind: nmea, link: {serial: COM4}}", "without a link"),
        ("link: {serial: COM3}\n    master: {kind: nmea}", "the master has no link"),
        ("link: {serial: COM3}\n    master: {kind: nmea, link: {serial: COM3, baud: 4800}}", "both on COM3"),
        (
            "simulate: {on: memory}\n    master: {kind: nmea}\n  x:\n    model: rtc/ds1307\n    simulate: {on: memory}\n    master: {kind: nmea}",
            "follows no",
        ),
        ("simulate: {on: memory}\n    master: {kind: dcf77}", "dcf77"),
        ("link: {serial: COM3}\n    master: {kind: ntp-broadcast, link: {serial: COM4}}", "is not heard on 'serial'"),
    ],
)
def test_a_bench_file_says_where_a_master_is_heard(device: str, says: str) -> None:
    text = f"bench: b\nclient: {{name: Test}}\ndevices:\n  w:\n    model: {BOARD}\n    {device}\n"
    with pytest.raises(BenchError, match=says):
        read_bench(text, Path("bench.yaml"), Workshop())
