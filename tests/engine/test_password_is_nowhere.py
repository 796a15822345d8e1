"""A board that asks for a password is led over 2000, and nothing that is left of the run has the password in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.records import Verdict
from tests.engine.benches import bench_text, run_text

SECRET = "open-sesame-17"  # noqa: S105 - of a board that does not exist
# printf %s open-sesame-17 | sha256sum
SHA256 = "40a0dd39f38be3b7310f1bf2a2b75c665d7f8ac3762094addcd83d16915b9972"
BOARD = f"""\
  board:
    model: board/linux-console
    simulate: {{on: ON, options: {{password-sha256: "{SHA256}"}}}}
    options: {{password: BARN_PASSWORD}}
"""
PLAN = """\
title: {en: Quick, fr: Rapide}
edges: [y2k-rollover]
variants: [running, retained]
lead: 10 s
observe: 6 s
power-off: 8 s
restore: nearest
"""
FORMS = (
    SECRET.encode(),
    SECRET.encode().hex().encode(),
    SECRET.encode().hex(" ").encode(),
    SECRET.encode("utf-16-le"),
    json.dumps(SECRET)[1:-1].encode(),
)


def assert_nowhere(folder: Path) -> int:
    """Search every byte of every file, names included; return how many files there were."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes() + str(path).encode()
        assert not [form for form in FORMS if form.lower() in content.lower()], path
    return len(files)


def test_the_hash_is_of_this_password() -> None:
    assert hashlib.sha256(SECRET.encode()).hexdigest() == SHA256


@pytest.mark.parametrize("on", ["memory", pytest.param("pty", marks=pytest.mark.wire)])
def test_the_password_is_sent_and_stands_in_no_file_of_the_run(
    on: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARN_PASSWORD", SECRET)
    record = tmp_path / "simulators"
    ran = run_text(tmp_path, bench_text(BOARD.replace("ON", on)), PLAN, simulator_record=record)
    assert Verdict.CONFORMS in {judged.verdict for judged in ran.of("board")}, "the board was entered and led"
    assert ran.outcome.owed == ()
    journal = (ran.outcome.folder / "journal.jsonl").read_text("utf-8")
    assert b"[secret]\r".hex() in journal, "that a password was sent is evidence"
    assert "BARN_PASSWORD" in journal
    assert assert_nowhere(tmp_path) >= 4


def test_neither_terminal_nor_report_nor_dry_run_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BARN_PASSWORD", SECRET)
    (tmp_path / "bench.yaml").write_text(bench_text(BOARD.replace("ON", "memory")), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    common = ["run", str(tmp_path / "plan.yaml"), "--bench", str(tmp_path / "bench.yaml")]
    assert 0 == main([*common, "--dry-run"])
    shown = capfd.readouterr()
    assert b"[secret]\r".hex(" ") in shown.out, "a dry run says that a password would go here"
    main([*common, "--runs", str(tmp_path / "runs")])
    told = capfd.readouterr()
    for text in (shown.out, shown.err, told.out, told.err):
        assert not [form for form in FORMS if form in text.encode()]
    assert assert_nowhere(tmp_path) >= 6, "journal, plan, bench, reports"


@pytest.mark.parametrize("wrong", ["another-word-4", "open-sesame-18"])
def test_a_password_that_is_refused_is_sent_once_and_no_more(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board may lock its door after a few; the run says why it left the board alone."""
    monkeypatch.setenv("BARN_PASSWORD", wrong)
    ran = run_text(tmp_path, bench_text(BOARD.replace("ON", "memory")), PLAN)
    journal = (ran.outcome.folder / "journal.jsonl").read_text("utf-8")
    assert 1 == journal.count(b"[secret]\r".hex())
    assert "login-refused" in journal
    assert wrong not in journal
    assert wrong.encode().hex() not in journal


def test_a_run_does_not_begin_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BARN_PASSWORD", raising=False)
    (tmp_path / "bench.yaml").write_text(bench_text(BOARD.replace("ON", "memory")), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    asked = ["run", str(tmp_path / "plan.yaml"), "--bench", str(tmp_path / "bench.yaml"), "--runs", str(tmp_path / "r")]
    assert 3 == main(asked)
    assert "the environment variable BARN_PASSWORD is not set" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


def test_a_password_in_the_bench_file_itself_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = bench_text(BOARD.replace("ON", "memory")).replace("BARN_PASSWORD", "sw0rdfish")
    (tmp_path / "bench.yaml").write_text(text, encoding="utf-8")
    assert 2 == main(["bench", "check", str(tmp_path / "bench.yaml")])
    said = capsys.readouterr().err
    assert "bench.yaml:7:25" in said
    assert "the name of an environment variable" in said
