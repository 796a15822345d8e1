"""What a technician sees when something is wrong: a clear message, no clock touched, the exit status as designed."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from harness.cli.main import main

PLAN = """\
title: {en: Short, fr: Court}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
restore: nearest
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def bench_of(folder: Path, device: str) -> Path:
    head = "bench: t\nclient: {name: T, sector: other, size: 1-9, language: en}\ndevices:\n"
    return write(folder, "bench.yaml", head + device)


def run(folder: Path, bench: Path, *more: str, plan: str = PLAN) -> int:
    path = write(folder, "plan.yaml", plan)
    return main(["run", str(path), "--bench", str(bench), "--runs", str(folder / "runs"), "--quiet", *more])


def kinds(folder: Path) -> list[str]:
    """Return the kinds of all journal records of the one run made."""
    (journal,) = (folder / "runs").glob("*/journal.jsonl")
    return [json.loads(line)["kind"] for line in journal.read_text(encoding="utf-8").splitlines()]


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["edgs"])
    assert "there is no verb 'edgs'; did you mean 'edges'?" in capsys.readouterr().err


def test_a_day_that_does_not_exist_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = bench_of(tmp_path, "  one: {model: rtc/ds1307, simulate: {on: memory}}\n")
    plan = PLAN.replace("[y2k-rollover]", "[{id: mine, at: '2001-02-29 00:00:00'}]")
    assert 2 == run(tmp_path, bench, plan=plan)
    said = capsys.readouterr().err
    assert "plan.yaml:2:24:" in said
    assert "February 2001 has 28 days" in said
    assert not (tmp_path / "runs").exists()


def test_a_tab_a_typo_and_a_duplicate_key_are_all_named_in_one_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "bench: t\n"
        "client: {name: T, sector: agricluture, size: 1-9, language: en}\n"
        "devices:\n"
        "  one:\n"
        "    model: rtc/ds1307\n"
        "\tsimulate: {on: memory}\n"
        "  two:\n"
        "    model: rtc/ds1307\n"
        "    simulate: {on: memory}\n"
        "    model: rtc/ds1307\n"
    )
    assert 2 == main(["bench", "check", str(write(tmp_path, "bench.yaml", text))])
    said = capsys.readouterr().err
    assert "bench.yaml:6:1: a tab" in said
    assert "did you mean 'agriculture'?" in said
    assert "bench.yaml:10:5:" in said


@pytest.mark.wire
def test_a_port_that_does_not_exist_touches_no_clock(tmp_path: Path) -> None:
    """The run is made, says why, and ends *not determined*: nothing was promised and nothing written."""
    bench = bench_of(
        tmp_path,
        "  one: {model: agri/davis-vantage, link: {serial: /dev/no-such-port}, in-service: no, log: backed-up}\n",
    )
    assert 3 == run(tmp_path, bench, "--yes")
    recorded = kinds(tmp_path)
    assert "incident" in recorded
    assert not {"oblige", "intent", "set"} & set(recorded)


@pytest.mark.wire
def test_a_device_that_answers_nothing_touches_no_clock(tmp_path: Path) -> None:
    """A TCP port that accepts and stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        wired = f"link: {{modbus: {{tcp: '127.0.0.1:{port}'}}, unit: 1}}, in-service: no, outputs: isolated"
        device = f"  one: {{model: plc/modicon, {wired}}}\n"
        assert 3 == run(tmp_path, bench_of(tmp_path, device), "--yes")
    assert not {"oblige", "intent", "set"} & set(kinds(tmp_path))


def test_another_device_on_the_port_is_left_alone(tmp_path: Path) -> None:
    """The bench states a serial number and another one answers: no promise, no write."""
    device = (
        "  one:\n    model: instrument/scpi-clock\n    serial_number: WANTED-1\n"
        "    simulate: {on: memory, serial-number: FOUND-2}\n"
    )
    assert 3 == run(tmp_path, bench_of(tmp_path, device))
    recorded = kinds(tmp_path)
    assert not {"oblige", "intent", "set"} & set(recorded)


def test_a_real_device_needs_the_operators_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = bench_of(tmp_path, "  one: {model: agri/davis-vantage, link: {serial: /dev/no-such-port}}\n")
    assert 4 == run(tmp_path, bench)
    assert "no-consent" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_json_is_exactly_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = bench_of(tmp_path, "  one: {model: rtc/ds1307, simulate: {on: memory}}\n")
    assert 0 == run(tmp_path, bench, "--json")
    result = json.loads(capsys.readouterr().out)
    said_beyond = {"claim_gaps", "repeats", "advice", "result_codes"}
    assert {"run", "verdict", "open_obligations", "results"} | said_beyond == set(result)
    assert ("conforms", []) == (result["verdict"], result["open_obligations"])
    assert {"device", "edge", "variant", "repeat", "verdict", "findings"} == set(result["results"][0])
    finding = result["results"][0]["findings"][0]
    assert {"rule", "code", "severity", "verdict", "expected", "read", "says", "likely_mechanism"} == set(finding)


def test_a_clock_set_by_hand_stays_owed_until_recovered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``clock set`` leaves the clock where it was put, and says so at every later start."""
    bench = bench_of(tmp_path, "  one: {model: rtc/ds1307, simulate: {on: memory}}\n")
    runs = str(tmp_path / "runs")
    words = ["clock", "set", "one", "--bench", str(bench), "--to", "1999-12-31 23:58:17", "--runs", runs]
    assert 0 == main(words)
    assert "99-12-31 23:58:17" in capsys.readouterr().out
    assert 4 == main(words)
    assert 0 == main(["recover", "--runs", runs, "--quiet"])
    assert 0 == main(["recover", "--runs", runs, "--quiet"])
    assert "nothing is owed" in capsys.readouterr().out
