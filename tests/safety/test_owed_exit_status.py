"""Whatever ends a command while a clock is owed its time, the status is 5 and the person is told what to do."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.engine.engine import Engine
from harness.errors import JournalError
from harness.journal.log import Journal
from harness.journal.run_folder import RunFolder
from tests.engine.benches import bench_text, device_text
from tests.safety.test_unfinished_runs import PLAN


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """Return the words of a run on one simulated chip."""
    (tmp_path / "bench.yaml").write_text(bench_text(device_text("rtc", "rtc/ds1307")), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    named = ["--bench", str(tmp_path / "bench.yaml"), "--runs", str(tmp_path / "runs")]
    return ["run", str(tmp_path / "plan.yaml"), *named, "--quiet"]


def folder_of(words: list[str]) -> Path:
    (folder,) = Path(words[words.index("--runs") + 1]).iterdir()
    return folder


def refuse_records(monkeypatch: pytest.MonkeyPatch, *refused: str) -> None:
    """Have the disk refuse records of these kinds."""
    append = Journal.append

    def full(journal: Journal, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        if kind in refused:
            raise JournalError(f"no room for a {kind} record")
        return append(journal, kind, body, durable=durable)

    monkeypatch.setattr(Journal, "append", full)


def break_after(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Have a bug of ours end the engine once a record of this kind was written."""
    turn = Engine._turn

    def buggy(engine: Engine) -> None:
        journal = (engine.journal.folder / "journal.jsonl").read_bytes()
        if f'"kind":"{kind}"'.encode() in journal:
            raise ZeroDivisionError("a bug")
        turn(engine)

    monkeypatch.setattr(Engine, "_turn", buggy)


def assert_told(said: str, folder: Path) -> None:
    assert "NOT PUT BACK: rtc (rtc/ds1307)" in said
    assert "by hand: set it " in said
    assert f"NOT PUT BACK: rtc; run: rollover recover {folder}" in said


def test_evidence_that_cannot_be_kept_while_a_clock_is_owed(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as disk:
        refuse_records(disk, "discharged", "run-ended")
        assert 5 == main(words)
    assert_told(capsys.readouterr().err, folder_of(words))
    assert 0 == main(["recover", str(folder_of(words)), "--quiet"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the session the bug left standing
def test_a_bug_of_ours_while_a_clock_is_owed(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as ours:
        break_after(ours, "oblige")
        assert 5 == main(words)
    gc.collect()  # the session complains here of not being let finish, and not in whichever test comes next
    said = capsys.readouterr().err
    assert "the run broke off: ZeroDivisionError: a bug" in said
    assert_told(said, folder_of(words))
    assert "ZeroDivisionError: a bug" in (folder_of(words) / "traceback.txt").read_text(encoding="utf-8")
    assert 0 == main(["recover", str(folder_of(words)), "--quiet"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bug_of_ours_when_nothing_is_owed_is_no_verdict_on_a_device(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python would end with 1, which says that a device does not conform."""
    break_after(monkeypatch, "run-started")
    assert 3 == main(words)
    gc.collect()
    said = capsys.readouterr().err
    assert "an error of this program" in said
    assert "NOT PUT BACK" not in said


def test_evidence_that_cannot_be_kept_when_nothing_is_owed(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse_records(monkeypatch, "run-ended")
    assert 3 == main(words)
    assert "NOT PUT BACK" not in capsys.readouterr().err


def test_a_recovery_that_breaks_off(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as disk:
        refuse_records(disk, "discharged", "run-ended")
        assert 5 == main(words)
    capsys.readouterr()
    for refused in ("recover-started", "recover-ended", "reopened"):
        with monkeypatch.context() as disk:
            refuse_records(disk, "discharged", refused)
            assert 5 == main(["recover", str(folder_of(words)), "--quiet"])
        said = capsys.readouterr().err
        assert f"no room for a {refused} record" in said
        assert "by hand: set it " in said


@pytest.mark.parametrize("breaks", ["report", "manifest"])
def test_a_report_that_cannot_be_made_of_a_run_that_owes(
    breaks: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise JournalError("the disk is full")

    with monkeypatch.context() as disk:
        refuse_records(disk, "discharged")
        owner, name = {"report": ("reports.client", "write_reports"), "manifest": (RunFolder, "write_manifest")}[breaks]
        if isinstance(owner, str):
            disk.setattr(f"{owner}.{name}", fail)
        else:
            disk.setattr(owner, name, fail)
        assert 5 == main(words)
    assert f"NOT PUT BACK: rtc; run: rollover recover {folder_of(words)}" in capsys.readouterr().err


def test_a_journal_that_cannot_be_believed_may_owe_anything(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(words)
    journal = folder_of(words) / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"oblige"', b'"oblige_"', 1))
    capsys.readouterr()
    assert 5 == main(["recover", str(folder_of(words)), "--quiet"])
    said = capsys.readouterr().err
    assert "tampered: " in said
    assert "NOT PUT BACK: any device of this bench" in said
