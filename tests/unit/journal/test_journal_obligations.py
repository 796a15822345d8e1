"""No debt is hidden, and a finished run is looked at only once, at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.calendar.fields import CalendarFields
from harness.clock import VirtualClock
from harness.device.driver import DeviceIdentity
from harness.errors import JournalError
from harness.journal import obligations
from harness.journal.bodies import reading_body
from harness.journal.log import Journal
from harness.journal.obligations import Obligation, open_obligations, scan_runs
from harness.records import Reading, Role

ORIGINAL = Reading(
    role=Role.ORIGINAL,
    fields=CalendarFields(year=26, month=11),
    flags={},
    raw=b"\x26",
    unreadable=None,
    sent_ns=1,
    received_ns=2,
)


def make_run(runs: Path, name: str, bench: str = "barn-2", *, obliges: bool = True) -> Journal:
    folder = runs / name
    folder.mkdir(parents=True)
    journal = Journal.create(folder, VirtualClock(utc_ns=0), reserve_bytes=0)
    journal.append("run-started", {"run": name, "bench": {"name": bench}})
    journal.append("device", {"device": "pump", "model": "plc/modicon"})
    entries = {
        "device": "pump",
        "entries": [["vendor", "Modicon"]],
        "serial_number": None,
        "stated_serial_number": "B1",
    }
    journal.append("identity", entries)
    if obliges:
        body = {"device": "pump", "original": reading_body(ORIGINAL), "offset_ns": 5, "host_utc_ns": 9}
        journal.append("oblige", body | {"rule": "host UTC + original offset"})
    return journal


def discharge(journal: Journal) -> None:
    journal.append("discharged", {"device": "pump", "reading": 4}, durable=True)


def test_an_open_promise_tells_all_a_recovery_needs(tmp_path: Path) -> None:
    make_run(tmp_path, "one").close()
    expected = Obligation(
        device="pump",
        model="plc/modicon",
        original=ORIGINAL,
        seq=4,
        offset_ns=5,
        rule="host UTC + original offset",
        host_utc_ns=9,
        identity=DeviceIdentity(entries=(("vendor", "Modicon"),)),
        serial_number="B1",
        was_written=False,
    )
    assert (expected,) == open_obligations(tmp_path / "one")


def test_an_announced_write_is_told(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "one")
    journal.append("intent", {"device": "pump"})
    journal.close()
    assert open_obligations(tmp_path / "one")[0].was_written


def test_a_discharged_promise_is_not_open(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "one")
    discharge(journal)
    journal.close()
    assert () == open_obligations(tmp_path / "one")


def test_a_killed_run_is_found_though_it_never_said_what_it_owes(tmp_path: Path) -> None:
    make_run(tmp_path, "killed")
    make_run(tmp_path, "harmless", obliges=False)
    (debt,) = scan_runs(tmp_path)
    assert ("killed", "barn-2", "pump") == (debt.folder.name, debt.bench, debt.obligations[0].device)


def test_a_run_that_closed_with_a_debt_is_found(tmp_path: Path) -> None:
    make_run(tmp_path, "owing").close()
    assert ["owing"] == [debt.folder.name for debt in scan_runs(tmp_path, "barn-2")]


def test_other_benches_are_not_concerned(tmp_path: Path) -> None:
    make_run(tmp_path, "owing", "barn-3").close()
    assert () == scan_runs(tmp_path, "barn-2")


def test_finished_runs_are_not_read_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = make_run(tmp_path, "finished")
    discharge(journal)
    journal.close()
    monkeypatch.delattr(obligations, "JournalReader")
    assert () == scan_runs(tmp_path)


def test_what_follows_a_closing_record_is_read(tmp_path: Path) -> None:
    """A recovery that was killed in its turn leaves records after the closing one."""
    journal = make_run(tmp_path, "one", obliges=False)
    journal.close()
    again = Journal.reopen(tmp_path / "one", VirtualClock(utc_ns=0))
    again.append("oblige", {"device": "pump", "original": reading_body(ORIGINAL), "offset_ns": None} | {"rule": ""})
    (debt,) = scan_runs(tmp_path)
    assert "host_utc_ns" in debt.unsound  # and a promise that lacks a part still counts


def test_a_torn_line_after_the_closing_record_hides_nothing(tmp_path: Path) -> None:
    make_run(tmp_path, "one").close()
    path = tmp_path / "one" / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b'{"body":{"owed":[]}')
    assert 1 == len(scan_runs(tmp_path))


def test_a_journal_that_cannot_be_believed_counts_as_owing(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "changed")
    journal.append("note", {"n": 1})
    path = tmp_path / "changed" / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"pump"', b'"pomp"', 1))
    (debt,) = scan_runs(tmp_path, "any bench")
    assert debt.unsound.startswith("tampered: ")
    with pytest.raises(JournalError):
        open_obligations(tmp_path / "changed")


def test_a_record_without_its_device_counts_as_owing(tmp_path: Path) -> None:
    make_run(tmp_path, "odd", obliges=False).append("device", {})
    assert "record 4 cannot be understood" in scan_runs(tmp_path)[0].unsound


def test_what_is_no_run_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    assert () == scan_runs(tmp_path)
    assert () == scan_runs(tmp_path / "nowhere")


def owe_setting(journal: Journal, as_found: str) -> None:
    journal.append("setting-owed", {"device": "pump", "setting": "alarm", "as_found": as_found}, durable=True)


def test_a_setting_that_is_not_back_is_told_as_it_was_found(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "one")
    owe_setting(journal, "0030061500")
    journal.close()
    assert {"alarm": bytes.fromhex("00 30 06 15 00")} == open_obligations(tmp_path / "one")[0].settings


def test_what_a_setting_was_found_as_first_stands(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "one")
    owe_setting(journal, "0030061500")
    owe_setting(journal, "0500000100")
    journal.close()
    assert {"alarm": bytes.fromhex("00 30 06 15 00")} == open_obligations(tmp_path / "one")[0].settings


def test_a_setting_that_is_back_is_not_owed(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "one")
    owe_setting(journal, "0030061500")
    journal.append("setting-back", {"device": "pump", "setting": "alarm", "reading": 9}, durable=True)
    journal.close()
    assert {} == open_obligations(tmp_path / "one")[0].settings


def test_a_setting_back_that_nobody_promised_is_not_understood(tmp_path: Path) -> None:
    journal = make_run(tmp_path, "one")
    journal.append("setting-back", {"device": "pump", "setting": "alarm", "reading": 9}, durable=True)
    journal.close()
    with pytest.raises(JournalError, match="cannot be understood"):
        open_obligations(tmp_path / "one")
