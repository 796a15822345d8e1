"""A run that a crash left without its manifest is told as unfinished, and mended; one that was altered never is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.workshop import Workshop
from harness.cli.main import main
from harness.engine.recover import recover_run
from harness.errors import JournalError
from harness.journal.run_folder import RunFolder
from harness.journal.verify import verify_run
from tests.engine.benches import bench_text, device_text, run_text
from tests.safety.programs import ROOT

PLAN = """\
title: {en: Short, fr: Court}
edges: [y2k-rollover]
variants: [set-after]
lead: 2 s
observe: 3 s
restore: nearest
"""
KILLED = """\
import os, signal, sys
from pathlib import Path
from harness.journal.run_folder import RunFolder
from tests.engine.benches import bench_text, device_text, run_text
from tests.safety.test_unfinished_runs import PLAN

RunFolder.write_manifest = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
run_text(Path(sys.argv[1]), bench_text(device_text("rtc", "rtc/ds1307")), PLAN)
"""
"""A run that dies between its journal's last record and its manifest."""


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """Return the folder of a finished run, without reports."""
    return run_text(tmp_path, bench_text(device_text("rtc", "rtc/ds1307")), PLAN).outcome.folder


@pytest.fixture
def unfinished(ran: Path) -> Path:
    (ran / "manifest.json").unlink()
    return ran


def kinds(folder: Path) -> list[str]:
    return [json.loads(line)["kind"] for line in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.wire
def test_a_run_killed_between_its_last_record_and_its_manifest_is_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    words = [sys.executable, "-c", KILLED, str(tmp_path)]
    ended = subprocess.run(words, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, check=False)
    assert -signal.SIGKILL == ended.returncode
    (folder,) = (tmp_path / "runs").iterdir()
    assert "closed" == kinds(folder)[-1]
    assert verify_run(folder).is_unfinished
    assert 3 == main(["verify", str(folder)])
    said = capsys.readouterr().out
    assert "UNFINISHED" in said
    assert f"nothing was altered; the run was stopped: rollover recover {folder}" in said
    assert 0 == main(["recover", str(folder), "--quiet"])
    assert 0 == main(["verify", str(folder)])
    assert 0 == main(["report", str(folder)])
    assert verify_run(folder).is_sound


def test_what_was_mended_is_told_in_the_journal_and_mended_once(unfinished: Path) -> None:
    before = (unfinished / "journal.jsonl").read_bytes()
    recover_run(unfinished, Workshop())
    journal = (unfinished / "journal.jsonl").read_bytes()
    assert journal.startswith(before)
    assert ["reopened", "mended", "closed"] == kinds(unfinished)[-3:]
    (line,) = [line for line in journal.splitlines() if b'"kind":"mended"' in line]
    assert "manifest.json:0: missing: " in json.loads(line)["body"]["found"][0]
    recover_run(unfinished, Workshop())
    assert journal == (unfinished / "journal.jsonl").read_bytes()
    assert verify_run(unfinished).is_sound


def test_what_else_a_crash_leaves_lying_is_swept(ran: Path) -> None:
    (ran / "manifest.json.part").write_bytes(b"{")
    (ran / "journal.reserve").write_bytes(bytes(64))
    assert verify_run(ran).is_unfinished
    recover_run(ran, Workshop())
    assert verify_run(ran).is_sound


def test_a_recovery_that_died_before_its_manifest_is_mended_too(ran: Path) -> None:
    """Its records stand behind those that the manifest knows."""
    journal = (ran / "journal.jsonl").read_bytes()
    (ran / "manifest.json").rename(ran.parent / "old.json")
    recover_run(ran, Workshop())
    (ran / "manifest.json").unlink()
    (ran.parent / "old.json").rename(ran / "manifest.json")
    assert ["grown"] == [fault.code for fault in verify_run(ran).faults]
    recover_run(ran, Workshop())
    assert verify_run(ran).is_sound
    assert (ran / "journal.jsonl").read_bytes().startswith(journal)


def test_a_torn_last_line_is_mended_and_what_was_torn_is_kept(unfinished: Path) -> None:
    path = unfinished / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b'{"body":{"torn')
    assert verify_run(unfinished).is_unfinished
    recover_run(unfinished, Workshop())
    assert verify_run(unfinished).is_sound
    assert b'{"body":{"torn' == bytes.fromhex(json.loads(path.read_bytes().splitlines()[-3])["body"]["torn"])


def test_a_manifest_taken_away_after_the_reports_were_made_is_no_crash(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["report", str(ran)])
    (ran / "manifest.json").unlink()
    journal = (ran / "journal.jsonl").read_bytes()
    assert 1 == main(["verify", str(ran)])
    assert "NOT SOUND" in capsys.readouterr().out
    recover_run(ran, Workshop())
    assert journal == (ran / "journal.jsonl").read_bytes()
    assert not (ran / "manifest.json").exists()


@pytest.mark.parametrize("name", ["plan.yaml", "bench.yaml"])
def test_a_changed_copy_is_never_blessed_by_a_new_manifest(unfinished: Path, name: str) -> None:
    (unfinished / name).write_text("bench: another\n", encoding="utf-8")
    assert verify_run(unfinished).is_tampered
    recover_run(unfinished, Workshop())
    assert not (unfinished / "manifest.json").exists()


def test_a_report_that_no_manifest_lists_yet_is_made_again_and_not_believed(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a kill between the reports and the second manifest leaves behind."""
    (ran / "report.html").write_text("CONFORMS", encoding="utf-8")
    assert 3 == main(["verify", str(ran)])
    assert f"rollover report {ran}" in capsys.readouterr().out
    manifest = (ran / "manifest.json").read_bytes()
    recover_run(ran, Workshop())
    assert manifest == (ran / "manifest.json").read_bytes()
    assert 0 == main(["report", str(ran)])
    assert verify_run(ran).is_sound
    assert "CONFORMS" != (ran / "report.html").read_text(encoding="utf-8")


def test_a_run_without_a_record_never_began_and_is_left_as_it_is(unfinished: Path) -> None:
    (unfinished / "journal.jsonl").write_bytes(b"")
    assert verify_run(unfinished).is_unfinished
    recover_run(unfinished, Workshop())
    assert b"" == (unfinished / "journal.jsonl").read_bytes()


def test_a_folder_that_cannot_be_mended_is_not_called_mended(
    unfinished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(RunFolder, "write_manifest", fail)
    assert 3 == main(["recover", str(unfinished), "--quiet"])
    said = capsys.readouterr()
    assert "the disk is full" in said.err
    assert "" == said.out
