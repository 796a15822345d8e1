"""The samples in the repository: rendered again they are the same bytes, and a stranger can follow every verdict by hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.journal.evidence import read_run
from harness.records import Verdict
from reports.client.view import build

SAMPLES = Path("reports/samples")
NAMES = ("barn", "barn-mended", "fleet")
FAR_AWAY = {"TZ": "Pacific/Kiritimati", "LANG": "fr_FR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "7"}


def run_of(name: str, root: Path = SAMPLES) -> Path:
    (found,) = (root / name).iterdir()
    return found


def rollover(*words: str | Path) -> int:
    """Run a verb as a person far away would: another time zone, another locale, another hash seed."""
    command = [sys.executable, "-m", "harness.cli.main", *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, env={**os.environ, **FAR_AWAY}).returncode


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.timeout(180)
def test_rendered_again_in_another_place_the_samples_are_the_same_bytes(tmp_path: Path) -> None:
    """Refresh them by the commands in reports/samples/README.md when a change of the documents is meant."""
    again = tmp_path / "samples"
    shutil.copytree(SAMPLES, again)
    for path in again.rglob("*"):
        if path.suffix in {".html", ".csv", ".xml"}:
            path.unlink()
    for name in NAMES:
        assert rollover("report", run_of(name, again)) in {0, 1}
        assert rollover("brochure", run_of(name, again)) == 0
    assert rollover("diff", run_of("barn", again), run_of("barn-mended", again)) == 0
    folders = [again / name for name in NAMES]
    targets = again / "targets.yaml"
    out = again / "statistics"
    assert rollover("statistics", *folders, "--with-simulated", "--targets", targets, "--out", out) == 0
    expected, actual = files(SAMPLES), files(again)
    assert sorted(expected) == sorted(actual)
    assert [name for name in expected if expected[name] != actual[name]] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_sound(name: str) -> None:
    assert rollover("verify", run_of(name)) == 0


def test_the_samples_show_what_they_are_for() -> None:
    verdicts = {name: build(read_run(run_of(name))).run_verdict for name in NAMES}
    assert verdicts == {
        "barn": Verdict.DOES_NOT_CONFORM,
        "barn-mended": Verdict.CONFORMS,
        "fleet": Verdict.DOES_NOT_CONFORM,
    }


class Sections(HTMLParser):
    """The text and the tables of each crossing of a report, as a reader sees them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: dict[str, str] = {}
        self.bytes: dict[str, list[list[str]]] = {}
        self._at = ""
        self._in_bytes = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "details":
            self._at = str(own["id"])
            self.text[self._at] = ""
            self.bytes[self._at] = []
        self._in_bytes = own.get("class") == "bytes" if tag == "table" else self._in_bytes
        if tag == "tr" and self._in_bytes:
            self.bytes[self._at].append([])
        if tag in {"td", "th"} and self._in_bytes:
            self.bytes[self._at][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._at = "" if tag == "details" else self._at
        self._in_bytes = self._in_bytes and tag != "table"

    def handle_data(self, data: str) -> None:
        if self._at:
            self.text[self._at] += data
        if self._in_bytes and self.bytes[self._at] and self.bytes[self._at][-1]:
            self.bytes[self._at][-1][-1] += data


def told(text: str) -> set[int]:
    """Return the record numbers a section tells: ``12``, ``12-14``, in brackets or after the words for them."""
    said = " ".join([*re.findall(r"\[([\d\u2013, ]+)\]", text), *re.findall(r"Journal records([\d\u2013, ]+)", text)])
    numbers: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:\u2013(\d+))?", said):
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_can_follow_every_finding_to_the_bytes_in_the_journal(name: str) -> None:
    """By hand: the section tells record numbers, a record is a line of the journal, the line holds the bytes."""
    folder = run_of(name)
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in (folder / "journal.jsonl").read_text("utf-8").splitlines()
    ]
    page = Sections((folder / "report.html").read_text("utf-8"))
    report = build(read_run(folder))
    followed = 0
    for judgement in report.judgements:
        anchor = f"x{judgement.number}"
        numbers = told(page.text[anchor])
        for finding in judgement.findings:
            if not finding.evidence:
                assert judgement.verdict is Verdict.NOT_APPLICABLE
                continue
            assert set(finding.evidence) <= numbers, f"{name} {anchor} {finding.code}"
            held = [lines[number - 1] for number in finding.evidence]
            assert [line["seq"] for line in held] == list(finding.evidence)
            wires = [line["body"] for line in held if line["kind"] == "wire"]
            assert any(wire["received"] for wire in wires), f"{name} {anchor} {finding.code} rests on no byte"
            followed += 1
        for record, sent, received in page.bytes[anchor][1:]:
            body = lines[int(record) - 1]["body"]
            for shown, held_hex in ((sent, body["sent"]), (received, body["received"])):
                plain = "" if shown == "\u2013" else shown.split(" [+")[0].replace(" ", "")
                assert held_hex.startswith(plain)
                assert plain or not held_hex
    assert followed > 10


def test_the_sample_of_a_defect_shows_its_bytes() -> None:
    page = Sections((run_of("barn") / "report.html").read_text("utf-8"))
    assert sum(len(rows) > 1 for rows in page.bytes.values()) >= 2


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("screenshots/*.png")), ids=lambda path: path.name)
def test_a_screenshot_is_small(path: Path) -> None:
    assert path.stat().st_size <= 150_000
