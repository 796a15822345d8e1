"""A run's folder: an id for the telephone, generated names, a manifest of everything."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from harness.clock import Stamp, VirtualClock
from harness.errors import JournalError
from harness.journal.log import Journal
from harness.journal.run_folder import RunFolder, make_run_id

STAMP = Stamp(mono_ns=5, utc_ns=1_795_466_700_000_000_000, boot_ns=None)  # 2026-11-23 20:45:00 UTC


def make_folder(runs: Path) -> RunFolder:
    return RunFolder.create(runs, bench="barn-2", stamp=STAMP)


def test_a_run_id_holds_the_time_the_bench_and_two_unmistakable_letters() -> None:
    stem, _, check = make_run_id("barn-2", STAMP).rpartition("-")
    assert "20261123T204500Z-barn-2" == stem
    assert 2 == len(check)
    assert set(check) <= set("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")


@pytest.mark.parametrize(
    ("bench", "name"),
    [("Hof Müller/../x", "hof-m-ller-x"), ("...", "bench"), ("", "bench"), ("a" * 60, "a" * 40), ("CON", "con")],
)
def test_a_run_id_is_a_safe_name_whatever_the_bench_is_called(bench: str, name: str) -> None:
    assert f"20261123T204500Z-{name}" == make_run_id(bench, STAMP).rpartition("-")[0]


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    first, second = make_folder(tmp_path), make_folder(tmp_path)
    assert first.run_id != second.run_id
    assert first.run_id.rpartition("-")[0] == second.run_id.rpartition("-")[0]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(JournalError, match="cannot be made"):
        make_folder(tmp_path / "runs")


def test_a_frozen_copy_is_exact_and_its_hash_is_kept(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.freeze("plan.yaml", "title: é\r\n")
    assert b"title: \xc3\xa9\r\n" == (folder.path / "plan.yaml").read_bytes()
    assert {"plan.yaml": hashlib.sha256(b"title: \xc3\xa9\r\n").hexdigest()} == folder.frozen


@pytest.mark.parametrize("name", ["../plan.yaml", "/etc/passwd", ".hidden", "a/b.yaml"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(JournalError, match="cannot be a frozen copy"):
        make_folder(tmp_path).freeze(name, "")


def test_a_frozen_copy_is_never_replaced(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.freeze("plan.yaml", "one")
    with pytest.raises(JournalError, match="cannot be a frozen copy"):
        folder.freeze("plan.yaml", "two")


def test_a_profile_is_frozen_beside_the_bench(tmp_path: Path) -> None:
    profile = tmp_path / "plan.yaml"
    profile.write_text("model: x\n")
    folder = make_folder(tmp_path / "runs")
    kept = folder.freeze_profile(profile, "profile.agri.plan.yaml")
    assert ("profile.agri.plan.yaml", "model: x\n") == (kept.name, kept.read_text())
    assert {"profile.agri.plan.yaml"} == set(folder.frozen)


def test_a_profile_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"\xff")
    for name in ("missing.yaml", "odd.yaml"):
        with pytest.raises(JournalError, match="cannot be frozen"):
            make_folder(tmp_path / "runs").freeze_profile(tmp_path / name, "profile.x.y.yaml")


def test_the_manifest_covers_every_file_but_itself(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.freeze("plan.yaml", "x")
    journal = Journal.create(folder.path, VirtualClock(utc_ns=0))
    journal.append("note", {})
    journal.close()
    (folder.path / "attachments" / "photo-1.jpg").write_bytes(b"\xff\xd8")
    text = folder.write_manifest().read_bytes()
    assert text == folder.write_manifest().read_bytes()
    assert json.loads(text) == {
        "schema": 1,
        "run": folder.run_id,
        "journal": {"head": journal.head, "records": 2},
        "files": {
            "attachments/photo-1.jpg": hashlib.sha256(b"\xff\xd8").hexdigest(),
            "journal.jsonl": hashlib.sha256((folder.path / "journal.jsonl").read_bytes()).hexdigest(),
            "plan.yaml": hashlib.sha256(b"x").hexdigest(),
        },
    }


def test_a_link_in_the_folder_is_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    Journal.create(folder.path, VirtualClock(utc_ns=0)).close()
    (folder.path / "attachments" / "photo-1.jpg").symlink_to("/etc/passwd")
    with pytest.raises(JournalError, match="a link has no place"):
        folder.write_manifest()


def test_a_folder_without_a_journal_has_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        make_folder(tmp_path).write_manifest()
