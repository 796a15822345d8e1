"""``rollover edges --device`` and ``rollover discover``: which dates concern a device, by its facts and by trying."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main

BENCH = """\
bench: t
client: {name: T, sector: other, size: 1-9, language: en}
devices:
  gauge: {model: instrument/scpi-clock, simulate: {on: memory}}
  late: {model: power/solis-rhi, simulate: {on: memory}}
"""


@pytest.fixture
def bench(tmp_path: Path) -> str:
    path = tmp_path / "bench.yaml"
    path.write_text(BENCH, encoding="utf-8")
    return str(path)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_edges_of_a_device_are_those_its_facts_imply_and_those_of_the_catalogue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The DS1307 counts two digits, which are read as 1970 to 2069 (datasheet, timekeeper registers)."""
    assert 0 == main(["edges", "--device", "rtc/ds1307"])
    own, _, listed = capsys.readouterr().out.partition("of the catalogue:")
    assert "rtc/ds1307: " in own
    assert "1970-01-01 00:00:00 to 2069-12-31 23:59:59" in own
    assert "two-digit-window-ends-2070-01-01" in own
    assert "y2k-rollover" in listed
    assert "in range: a refusal is a failure" in listed
    assert "outside what its fields can say: nothing can be sent" in listed


def test_edges_of_a_device_as_json_say_which_apply_which_are_derived_and_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert 0 == main(["edges", "--device", "power/solis-rhi", "--json"])
    found = told(capsys)
    edges = {edge["id"]: edge for edge in found["edges"]}  # type: ignore[attr-defined]
    assert ("power/solis-rhi", "2000-01-01 00:00:00") == (found["model"], found["first"])
    assert (True, False) == (edges["two-digit-window-ends-2100-01-01"]["derived"], edges["y2k-leap-day"]["derived"])
    assert (True, False) == (edges["y2k-leap-day"]["applies"], edges["two-digit-window-ends-2100-01-01"]["applies"])
    assert edges["two-digit-window-ends-2100-01-01"]["why"]


def test_a_model_that_does_not_exist_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["edges", "--device", "rtc/ds1370"])
    assert "there is no model 'rtc/ds1370'; did you mean 'rtc/ds1307'?" in capsys.readouterr().err


def test_an_edge_and_a_tag_choose_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["edges", "--device", "rtc/ds1307", "--tag", "y2k-core", "--json"])
    chosen = [edge for edge in told(capsys)["edges"] if not edge["derived"]]  # type: ignore[attr-defined]
    assert "y2k-rollover" in {edge["id"] for edge in chosen}
    assert "unix32-signed" not in {edge["id"] for edge in chosen}


def test_discover_finds_where_a_device_stops_taking_dates_and_puts_its_clock_back(
    bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    assert 0 == main(["discover", "gauge", "--bench", bench, "--runs", str(runs), "--json"])
    found = told(capsys)
    assert ("gauge", True, True) == (found["device"], found["found"], found["complete"])
    assert ("1980-01-01 00:00:00", "2079-12-31 23:59:59") == (found["begins"]["good"], found["ends"]["good"])  # type: ignore[index]
    assert 0 < int(str(found["sets"])) <= 40
    kinds = [
        json.loads(line)["kind"]
        for line in (Path(str(found["run"])) / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert "discharged" in kinds


def test_discover_says_in_a_line_what_it_found(bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["discover", "gauge", "--bench", bench, "--runs", str(tmp_path / "runs")])
    assert "gauge: begins at 1980-01-01 00:00:00" in capsys.readouterr().out


def test_discover_of_a_device_that_is_not_on_the_bench_names_the_nearest(
    bench: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["discover", "gaug", "--bench", bench])
    assert "there is no device 'gaug'; did you mean 'gauge'?" in capsys.readouterr().err
