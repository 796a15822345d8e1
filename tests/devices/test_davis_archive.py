"""The archive of the Davis console: the driver and the simulator, each against literal bytes of the maker's reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.agri.davis_vantage.archive import READ_INTERVAL, decode_record
from devices.agri.davis_vantage.sim import make_simulator
from devices.registry import Registry
from devices.simulation.device import SimulatedDevice
from devices.simulation.setup import SimulatorSetup
from harness.calendar.fields import CalendarFields
from harness.clock import VirtualClock
from harness.device.asks import Drain, Exchange, Send, until_count, until_terminator
from harness.device.driver import HasLog
from harness.errors import DeviceRefused, LinkError

Play = Callable[..., Any]
SECOND = 1_000_000_000
AT_2012_06_07_10_53_37 = 1_339_066_417


def ccitt(block: bytes) -> bytes:
    """Return the CCITT sum of a block, high byte first: XMODEM's, in four lines of the tests' own."""
    rest = 0
    for bit in (octet >> shift & 1 for octet in block + bytes(2) for shift in range(7, -1, -1)):
        rest = (rest << 1 | bit) ^ (0x11021 if rest & 0x8000 else 0)
    return rest.to_bytes(2, "big")


def summed(block: str) -> bytes:
    """Return a block with its sum behind it."""
    return bytes.fromhex(block) + ccitt(bytes.fromhex(block))


WAKE = (Exchange(data=b"\n", until=until_terminator(b"\n\r"), timing=False), b"\n\r")
# EEPROM 2Dh holds the minutes between two records (weewx, vantage.py).
INTERVAL = (Exchange(data=b"EEBRD 2D 1\n", until=len, timing=False), b"\x06" + summed("05"))
DMPAFT = (Exchange(data=b"DMPAFT\n", until=until_count(1), timing=False), b"\x06")
ZEROS = bytes(6)
# Davis serial reference, example of a download: 0E 01 02 00 is 270 pages, the first record at place 2.
TOLD_1_PAGE = b"\x06" + summed("01 00 00 00")
TOLD_1_PAGE_FROM_2 = b"\x06" + summed("01 00 02 00")
LATE_2099 = "9F C7 1A 09"  # hand-worked from the reference's record format: 2099-12-31 23:30
NEW_2100 = "21 C8 00 00"  # hand-worked from the same: 2100-01-01 00:00


@pytest.fixture
def driver() -> HasLog:
    made = Registry().make_driver("agri/davis-vantage")
    assert isinstance(made, HasLog)
    return made


def page(number: int, *stamps: str) -> bytes:
    """Return a page of records of which only the stamps matter, unused ones after them."""
    records = [bytes.fromhex(stamp) + b"\x11" * 48 for stamp in stamps]
    body = bytes((number,)) + b"".join(records + [b"\xff" * 52] * (5 - len(records))) + bytes(4)
    return body + ccitt(body)


def asked(key: int, *, timing: bool = True) -> Exchange:
    return Exchange(data=bytes((key,)), until=until_count(267), timing=timing)


def start(told: bytes) -> list[tuple[Any, Any]]:
    return [WAKE, INTERVAL, DMPAFT, (Exchange(data=ZEROS, until=len, timing=False), told)]


def test_the_sums_of_this_file_are_those_of_the_reference() -> None:
    assert ccitt(bytes.fromhex("C6 CE A2 03")) == bytes.fromhex("E2 B4")


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        # The reference's own example stamp means 2003 by its old base; seven bits from 2000 make it 2103.
        ("C6 CE A2 03", CalendarFields(year=103, month=6, day=6, hour=9, minute=30)),
        (LATE_2099, CalendarFields(year=99, month=12, day=31, hour=23, minute=30)),
        (NEW_2100, CalendarFields(year=100, month=1, day=1, hour=0, minute=0)),
        ("C7 18 1A 04", CalendarFields(year=12, month=6, day=7, hour=10, minute=50)),
        ("9F FF 2F 09", CalendarFields(year=127, month=12, day=31, hour=23, minute=51)),
    ],
)
def test_a_record_begins_with_its_date(record: str, fields: CalendarFields) -> None:
    assert fields == decode_record(bytes.fromhex(record) + bytes(48)).fields


def test_the_whole_archive_is_asked_for_and_read_oldest_first(driver: HasLog, play: Play) -> None:
    log = play(driver.read_log(), [*start(TOLD_1_PAGE), (asked(0x06), page(0, LATE_2099, NEW_2100))])
    assert log.interval_seconds == 300
    assert [entry.fields.year for entry in log.entries] == [99, 100]
    assert log.entries[0].raw[:4] == bytes.fromhex(LATE_2099)
    assert len(log.entries[0].raw) == 52


def test_what_lies_before_the_first_record_of_the_first_page_is_left_out(driver: HasLog, play: Play) -> None:
    log = play(driver.read_log(), [*start(TOLD_1_PAGE_FROM_2), (asked(0x06), page(0, NEW_2100, NEW_2100, LATE_2099))])
    assert [entry.fields.year for entry in log.entries] == [99]


def test_an_unused_record_ends_the_archive_and_the_rest_is_cancelled(driver: HasLog, play: Play) -> None:
    told = b"\x06" + summed("0E 01 00 00")
    log = play(driver.read_log(), [*start(told), (asked(0x06), page(0, LATE_2099)), (Send(data=b"\x1b"), None)])
    assert len(log.entries) == 1


def test_a_page_with_a_wrong_sum_is_asked_for_again(driver: HasLog, play: Play) -> None:
    spoilt = page(0, LATE_2099)[:-1] + b"\x00"
    quiet = (Drain(quiet_ns=500_000_000), b"")
    dialogue = [*start(TOLD_1_PAGE), (asked(0x06), spoilt), quiet, (asked(0x15), page(0, LATE_2099))]
    assert len(play(driver.read_log(), dialogue).entries) == 1


def test_a_page_wrong_three_times_is_an_error_and_the_download_is_cancelled(driver: HasLog, play: Play) -> None:
    spoilt = page(0, LATE_2099)[:-1] + b"\x00"
    quiet = (Drain(quiet_ns=500_000_000), b"")
    tries = [(asked(0x06), spoilt), quiet, (asked(0x15), spoilt), quiet, (asked(0x15), spoilt), quiet]
    with pytest.raises(LinkError) as fault:
        play(driver.read_log(), [*start(TOLD_1_PAGE), *tries, (Send(data=b"\x1b"), None)])
    assert fault.value.kind == "bad-crc"


def test_a_page_out_of_turn_is_not_taken_for_the_next_one(driver: HasLog, play: Play) -> None:
    with pytest.raises(LinkError) as fault:
        play(driver.read_log(), [*start(TOLD_1_PAGE), (asked(0x06), page(7, LATE_2099)), (Send(data=b"\x1b"), None)])
    assert fault.value.kind == "out-of-step"


def test_a_refused_download_is_a_refusal(driver: HasLog, play: Play) -> None:
    with pytest.raises(DeviceRefused):
        play(driver.read_log(), [*start(TOLD_1_PAGE)[:2], (DMPAFT[0], b"\x15")])


def test_nothing_of_it_is_a_write(driver: HasLog) -> None:
    assert next(driver.read_log()).writes is False
    assert b"SETPER" not in READ_INTERVAL


# --- the simulator ------------------------------------------------------------------------------------------------


def make_console(*bugs: str, minutes: int = 30) -> tuple[SimulatedDevice, VirtualClock]:
    clock = VirtualClock(0)
    setup = SimulatorSetup(
        clock=clock, initial_seconds=AT_2012_06_07_10_53_37, bugs=bugs, options={"archive-minutes": minutes}
    )
    console = make_simulator(setup)
    assert console.receive(b"\n") == b"\n\r"
    return console, clock


def stamps_after(console: SimulatedDevice, packet: bytes) -> list[str]:
    """Download as weewx does; return the stamps of the used records."""
    assert console.receive(b"DMPAFT\n") == b"\x06"
    told = console.receive(packet)
    assert told[:1] == b"\x06"
    assert ccitt(told[1:]) == bytes(2)
    pages, first = int.from_bytes(told[1:3], "little"), int.from_bytes(told[3:5], "little")
    stamps = []
    for number in range(pages):
        got = console.receive(b"\x06")
        assert len(got) == 267
        assert ccitt(got) == bytes(2)
        assert got[0] == number % 256
        records = [got[1 + 52 * place : 5 + 52 * place] for place in range(first if number == 0 else 0, 5)]
        stamps += [record.hex(" ").upper() for record in records if record != b"\xff" * 4]
    return stamps


def test_the_console_tells_its_archive_interval() -> None:
    console, _ = make_console(minutes=5)
    assert console.receive(b"EEBRD 2D 1\n") == b"\x06" + summed("05")


def test_a_record_is_filed_at_each_full_interval() -> None:
    console, clock = make_console()
    console.receive(b"SETTIME\n")
    # 2099-12-31 23:29:58: years since 1900 are C7h.
    console.receive(summed("3A 1D 17 1F 0C C7"))
    clock.advance_to(3 * SECOND)
    console.receive(b"\n")
    clock.advance_to(1_803 * SECOND)
    console.receive(b"\n")
    after = summed("C7 18 06 04")  # 2012-06-07 10:30, the last record before the set
    assert stamps_after(console, after) == [LATE_2099, NEW_2100]


def test_a_stamp_that_no_record_bears_gives_the_whole_archive_and_a_page_more() -> None:
    console, _ = make_console()
    console.receive(b"DMPAFT\n")
    assert console.receive(bytes(6)) == b"\x06" + summed("01 02 00 00")


def test_a_wrong_sum_under_the_stamp_is_cancelled() -> None:
    console, _ = make_console()
    console.receive(b"DMPAFT\n")
    assert console.receive(bytes.fromhex("C6 CE A2 03 E2 B5")) == b"\x18"


def test_a_page_comes_again_when_it_is_asked_for_again_and_escape_ends_it() -> None:
    console, _ = make_console()
    console.receive(b"DMPAFT\n")
    console.receive(bytes(6))
    first = console.receive(b"\x06")
    assert console.receive(b"\x15") == first
    assert console.receive(b"\x06")[0] == 1
    assert console.receive(b"\x1b") == b""
    assert console.receive(b"TEST\n") == b"\n\rTEST\n\r"


def test_reading_the_archive_purges_nothing() -> None:
    console, _ = make_console()
    assert stamps_after(console, bytes(6)) == stamps_after(console, bytes(6))


def test_nothing_is_filed_without_supply() -> None:
    console, clock = make_console()
    before = stamps_after(console, bytes(6))
    console.power(False)
    clock.advance_to(7_200 * SECOND)
    console.power(True)
    console.receive(b"\n")
    assert stamps_after(console, bytes(6)) == before


def test_a_full_archive_is_written_round_and_round() -> None:
    """2560 records; of 2571 filed, eleven have been overwritten, and the first page is shared by old and new."""
    console, clock = make_console(minutes=1)
    clock.advance_to(2_559 * 60 * SECOND)
    console.receive(b"\n")
    console.receive(b"DMPAFT\n")
    told = console.receive(bytes(6))
    assert int.from_bytes(told[1:3], "little") == 513
    assert int.from_bytes(told[3:5], "little") == 1
    pages = [console.receive(b"\x06") for _ in range(513)]
    assert pages[0][1:261] == pages[512][1:261]
    assert pages[0][1:5] != pages[0][53:57]
