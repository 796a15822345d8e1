"""JUnit XML and the JSON result: well formed over every character, and of exactly the shape that was promised."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.records import Verdict
from reports.client.view import RunReport
from reports.json_result import result_object
from reports.junit import junit, write_junit


def parse(report: RunReport, folder: Path) -> ET.Element:
    path = folder / "junit.xml"
    write_junit(report, path)
    return ET.fromstring(path.read_bytes())  # noqa: S314 - our own file, written a line above


def test_each_device_is_a_suite_and_each_crossing_a_case(sample: RunReport, tmp_path: Path) -> None:
    root = parse(sample, tmp_path)
    assert root.attrib == {
        "name": "2026-11-23-barn-2-001",
        "tests": "30",
        "failures": "5",
        "errors": "0",
        "skipped": "4",
    }
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("skipped")) for s in root] == [
        ("weather", "10", "1", "0"),
        ("pump", "10", "4", "0"),
        ("feeder", "10", "0", "4"),
    ]
    assert root[0].get("timestamp") == "2026-11-23T20:51:27"


def test_the_four_verdicts_are_told_apart(sample: RunReport, tmp_path: Path) -> None:
    cases = {f"{case.get('classname')} {case.get('name')}": case for case in parse(sample, tmp_path).iter("testcase")}
    wrong = cases["pump y2k-rollover [running]"].find("failure")
    assert wrong is not None
    assert wrong.attrib == {"message": "does-not-conform: year-is-1900", "type": "does-not-conform"}
    assert wrong.text is not None
    assert wrong.text.startswith("V1 year-is-1900: expected 2000-01-01 00:00:01, read 1900-01-01 00:00:01")
    unsure = cases["weather y2k-leap-day [silent]"].find("failure")
    assert unsure is not None
    assert unsure.get("type") == "not-determined"
    skipped = cases["feeder y2k-rollover [running]"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "not-applicable: outside-range"
    right = cases["weather y2k-rollover [running]"]
    assert [child.tag for child in right] == ["properties"]
    assert {p.get("name"): p.get("value") for p in right.iter("property")} == {
        "edge": "y2k-rollover",
        "variant": "running",
        "verdict": "conforms",
        "crossing": "2",
    }


def test_every_character_leaves_the_file_well_formed(sample: RunReport, tmp_path: Path) -> None:
    """Every code point there is, surrogates included."""
    for start in range(0, sys.maxunicode + 1, 0x10000):
        text = "".join(map(chr, range(start, start + 0x10000)))
        finding = replace(sample.judgements[11].findings[0], read=text, code=text)
        judgement = replace(sample.judgements[11], edge=text, verdict=Verdict.DOES_NOT_CONFORM, findings=(finding,))
        root = parse(replace(sample, judgements=(judgement,)), tmp_path)
        assert root.find("testsuite/testcase/failure") is not None


def test_a_control_character_is_shown_and_not_dropped(sample: RunReport) -> None:
    finding = replace(sample.judgements[11].findings[0], read="19\x1b[1m00\x00")
    text = junit(replace(sample, judgements=(replace(sample.judgements[11], findings=(finding,)),)))
    assert "read 19\\x1b[1m00\\x00;" in text


def test_the_json_result_has_exactly_the_promised_keys(sample: RunReport) -> None:
    result = result_object(sample, "runs/2026-11-23-barn-2-001", ["pump"])
    keys = ["run", "verdict", "open_obligations", "results", "claim_gaps", "repeats", "advice", "result_codes"]
    assert list(result) == keys
    assert result["result_codes"][2] == {"device": "pump", "edge": "y2k-rollover", "code": "011"}
    assert result["run"] == "runs/2026-11-23-barn-2-001"
    assert result["verdict"] == "does-not-conform"
    assert result["open_obligations"] == ["pump"]
    assert len(result["results"]) == 30
    assert json.loads(json.dumps(result["results"][11])) == {
        "device": "pump",
        "edge": "y2k-rollover",
        "variant": "running",
        "repeat": 1,
        "verdict": "does-not-conform",
        "findings": [
            {
                "rule": "V1",
                "code": "year-is-1900",
                "severity": "major",
                "verdict": "does-not-conform",
                "expected": "2000-01-01 00:00:01",
                "read": "1900-01-01 00:00:01",
                "says": "for the record",
                "likely_mechanism": "the year is kept as two digits and the century is a constant",
            },
            {
                "rule": "V5",
                "code": "elapsed-as-expected",
                "severity": "none",
                "verdict": "conforms",
                "expected": "2000-01-01 00:00:01",
                "read": "2000-01-01 00:00:01",
                "says": "for the record",
                "likely_mechanism": "",
            },
        ],
    }


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_rubbish(
    sample: RunReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "junit.xml"
    path.write_text("the one before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_junit(sample, path)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("junit.xml", "the one before")]
