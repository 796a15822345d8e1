"""The journal's line, its chain, and what it refuses to hold."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from harness.clock import Stamp, VirtualClock
from harness.errors import JournalError
from harness.journal.files import Files
from harness.journal.lines import TamperedJournalError
from harness.journal.log import Journal
from harness.records import WireRecord

FIRST = (
    '{"body":{"a":"é","b":[1,true,null]},"boot_ns":7,"kind":"note","mono_ns":7,'
    '"prev":"0000000000000000000000000000000000000000000000000000000000000000","seq":1,"utc_ns":1000000007}'
)
# sha256sum of FIRST, by the coreutils program.
FIRST_SHA256 = "64009b3a2037fff502b1d4bc3233e484ff69ce5980c5ee470526671b86c679cb"


def make_clock() -> VirtualClock:
    clock = VirtualClock(utc_ns=1_000_000_000)
    clock.advance_to(7)
    return clock


def make_journal(folder: Path) -> Journal:
    return Journal.create(folder, make_clock(), reserve_bytes=4096)


def lines_of(folder: Path) -> list[str]:
    return (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()


def test_a_line_is_canonical_json_and_the_next_one_holds_its_hash(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)
    assert 1 == journal.append("note", {"b": (1, True, None), "a": "é"})
    assert FIRST_SHA256 == journal.head
    assert 2 == journal.append("other-note", {})
    journal.close()
    first, second, _ = lines_of(tmp_path)
    assert FIRST == first
    assert f'"prev":"{FIRST_SHA256}","seq":2' in second


def test_a_host_without_boot_time_says_null(tmp_path: Path) -> None:
    class Bare(VirtualClock):
        def stamp(self) -> Stamp:
            return Stamp(1, 2, None)

    journal = Journal.create(tmp_path, Bare(utc_ns=0), reserve_bytes=0)
    journal.append("note", {})
    journal.close()
    assert '"boot_ns":null' in lines_of(tmp_path)[0]


def test_a_record_is_in_the_file_before_append_returns(tmp_path: Path) -> None:
    """A process killed right after must lose nothing, so no buffer of our own may lie between."""
    journal = make_journal(tmp_path)
    journal.append("note", {})
    assert 1 == len(lines_of(tmp_path))
    journal.close()


def test_a_sink_puts_an_exchange_into_the_journal(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)
    record = WireRecord(
        bus="COM7", station=3, sent=b"\x03\x10", received=b"", sent_ns=1, received_ns=2, fault="no-reply"
    )
    assert 1 == journal.take_wire(record)
    journal.close()
    assert lines_of(tmp_path)[0].startswith(
        '{"body":{"bus":"COM7","fault":"no-reply","received":"","received_ns":2,"sent":"0310","sent_ns":1,"station":3},'
    )


@pytest.mark.parametrize(
    "body",
    [{"x": 0.5}, {"x": [0.5]}, {"x": {"y": 1.0}}, {"x": b"raw"}, {"x": {1: 2}}, {"x": {"y": {3}}}, {"x": "\ud800"}],
)
def test_what_has_no_one_spelling_is_refused(tmp_path: Path, body: dict[str, object]) -> None:
    journal = make_journal(tmp_path)
    with pytest.raises(JournalError):
        journal.append("note", body)
    assert 1 == journal.append("note", {})
    journal.close()


@pytest.mark.parametrize("kind", ["", "Note", 'note"', "note-", "note_2"])
def test_a_kind_is_kebab_words(tmp_path: Path, kind: str) -> None:
    journal = make_journal(tmp_path)
    with pytest.raises(JournalError, match="is no kind of record"):
        journal.append(kind, {})
    journal.close()


def test_a_second_journal_in_one_folder_is_refused(tmp_path: Path) -> None:
    Journal.create(tmp_path, make_clock(), reserve_bytes=0).close()
    with pytest.raises(JournalError, match="no journal can be started"):
        Journal.create(tmp_path, make_clock(), reserve_bytes=0)


def test_closing_says_what_is_owed_and_gives_the_reserve_back(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)
    assert 4096 == (tmp_path / "journal.reserve").stat().st_size
    journal.append("oblige", {"device": "pump"}, durable=True)
    journal.append("oblige", {"device": "silo"}, durable=True)
    journal.append("discharged", {"device": "pump", "reading": 1}, durable=True)
    journal.close()
    journal.close()
    assert lines_of(tmp_path)[-1].startswith('{"body":{"owed":["silo"]},')
    assert not (tmp_path / "journal.reserve").exists()


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)
    journal.close()
    with pytest.raises(JournalError, match="is closed"):
        journal.append("note", {})


def test_threads_share_one_chain(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)

    def write() -> None:
        for _ in range(200):
            journal.append("note", {"from": threading.get_ident()})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    again = Journal.reopen(tmp_path, make_clock())
    assert 802 == again.records  # 800 notes, the closing, the reopening
    again.close()


def test_a_reopened_journal_goes_on_with_the_chain(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)
    journal.append("oblige", {"device": "pump"})
    journal.close()
    again = Journal.reopen(tmp_path, make_clock())
    assert {"pump"} == again.owed
    assert b"" == again.torn
    assert 4 == again.append("discharged", {"device": "pump", "reading": 1})
    again.close()
    third = Journal.reopen(tmp_path, make_clock())
    assert (set(), 6) == (third.owed, third.records)
    third.close()


def test_a_torn_last_line_is_dropped_and_told(tmp_path: Path) -> None:
    journal = make_journal(tmp_path)
    journal.append("note", {})
    journal.close()
    with (tmp_path / "journal.jsonl").open("ab") as stream:
        stream.write(b'{"body":')
    again = Journal.reopen(tmp_path, make_clock())
    again.close()
    assert b'{"body":' == again.torn
    assert lines_of(tmp_path)[2].startswith('{"body":{"torn":"7b22626f6479223a"},')


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"n":1', '"n":7', "line 2 does not follow"),
        ('"seq":2', '"seq":3', "line 2 has number 3"),
        ('"kind":"note","mono_ns":7,"prev":"0000', '"kind":"note","mono_ns":7,"prev":"1000', "line 1 does not follow"),
        ('{"body":{"n":1}', '{"body":{"n":1', "line 1 is not JSON"),
        ('{"body":{"n":1}', '{"body":[1]', "line 1 is not a record"),
    ],
)
def test_a_changed_line_is_tampering(tmp_path: Path, old: str, new: str, says: str) -> None:
    journal = make_journal(tmp_path)
    journal.append("note", {"n": 1})
    journal.append("note", {"n": 2})
    journal.close()
    path = tmp_path / "journal.jsonl"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(TamperedJournalError, match=rf"^tampered: .*{says}"):
        Journal.reopen(tmp_path, make_clock())


def test_a_journal_that_is_not_there_cannot_be_continued(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        Journal.reopen(tmp_path, make_clock())


def test_a_mended_disk_failure_is_on_record(tmp_path: Path) -> None:
    class Stumbling(Files):
        stumbles = 1

        def write(self, descriptor: int, content: bytes) -> None:
            if self.stumbles and b'"kind":"note"' in content:
                self.stumbles -= 1
                raise OSError(5, "Input/output error")
            super().write(descriptor, content)

    journal = Journal.create(tmp_path, make_clock(), reserve_bytes=0, files=Stumbling())
    assert 1 == journal.append("note", {})
    assert 3 == journal.append("note", {})
    journal.close()
    assert '"says":"[Errno 5] Input/output error"' in lines_of(tmp_path)[1]


def test_a_signal_in_mid_append_costs_that_record_and_not_the_chain(tmp_path: Path) -> None:
    class Interrupted(Files):
        interrupts = 1

        def write(self, descriptor: int, content: bytes) -> None:
            super().write(descriptor, content)
            if self.interrupts and b'"kind":"note"' in content:
                self.interrupts -= 1
                raise KeyboardInterrupt

    journal = Journal.create(tmp_path, make_clock(), reserve_bytes=0, files=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        journal.append("note", {"long": "x" * 500})
    assert 1 == journal.append("note", {})
    journal.close()
    again = Journal.reopen(tmp_path, make_clock())
    assert (b"", 3) == (again.torn, again.records)
    again.close()
