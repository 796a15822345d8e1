"""Controllers that say no, and frames that are wrong: each is told apart, nothing is repeated, nothing else is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import Exchange, LinkAsk, Send, Steps, WriteExchange
from harness.device.driver import Driver
from harness.errors import DeviceRefused, LinkError

Play = Callable[[Steps[Any], list[tuple[LinkAsk[Any], Any]]], Any]

ACK = (Send(data=b"\x10\x06"), None)
ENQUIRY = (Exchange(data=b"\x05", until=len, timing=False), b"\x06")
LOGO_STOPPED = (Exchange(data=bytes.fromhex("55 17 17 AA"), until=len, timing=False), b"\x06\x42")
S7_CONNECTED = [
    (
        Exchange(
            data=bytes.fromhex("03 00 00 16 11 E0 00 00 00 01 00 C0 01 0A C1 02 01 00 C2 02 01 02"),
            until=len,
            timing=False,
        ),
        bytes.fromhex("03 00 00 16 11 D0 00 01 00 02 00 C0 01 0A C1 02 01 00 C2 02 01 02"),
    ),
    (
        Exchange(
            data=bytes.fromhex("03 00 00 19 02 F0 80 32 01 00 00 04 00 00 08 00 00 F0 00 00 01 00 01 01 E0"),
            until=len,
            timing=False,
        ),
        bytes.fromhex("03 00 00 1B 02 F0 80 32 03 00 00 04 00 00 08 00 00 00 00 F0 00 00 01 00 01 00 F0"),
    ),
]
S7_GET = Exchange(
    data=bytes.fromhex("03 00 00 1D 02 F0 80 32 07 00 00 00 01 00 08 00 04 00 01 12 04 11 47 01 00 0A 00 00 00"),
    until=len,
)
SLC_READ = Exchange(data=bytes.fromhex("10 02 01 00 0F 00 34 12 A2 0C 02 84 25 00 10 03 57 7D"), until=len)

# model, what stands before the clock's own request, that request, the refusal, and its code
READ_REFUSALS: list[tuple[str, list[Any], LinkAsk[Any], Any, object]] = [
    ("plc/omron-host-link", [], Exchange(data=b"@00RJ0018000455*\r", until=len), b"@00RJ145D*\r", "14"),
    (
        "plc/omron-fins",
        [],
        Exchange(data=bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01"), until=len),
        bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 01 04 01"),
        "0401",
    ),
    ("plc/mitsubishi-fx", [ENQUIRY], Exchange(data=b"\x0200E1A0E\x038F", until=len), b"\x15", 0x15),
    (
        "plc/mitsubishi-mc-1e",
        [],
        Exchange(data=bytes.fromhex("01 FF 0A 00 4D 1F 00 00 20 44 07 00"), until=len),
        bytes.fromhex("81 5B 10 00"),
        0x5B,
    ),
    ("plc/allen-bradley-slc", [], SLC_READ, b"\x10\x15", "NAK"),
    (
        "plc/siemens-s7-300",
        S7_CONNECTED,
        S7_GET,  # an S7-1200 (S7NetPlus issue 522)
        bytes.fromhex(
            "03 00 00 21 02 F0 80 32 07 00 00 00 01 00 0C 00 04 00 01 12 08 12 87 01 00 00 00 81 04 0A 00 00 00"
        ),
        "8104",
    ),
    (
        "plc/siemens-logo-0ba6",
        [LOGO_STOPPED],
        Exchange(data=bytes.fromhex("01 00 FF 44 00 00"), until=len),
        b"\x15\x07",
        0x07,
    ),
    (
        "plc/panasonic-fp",
        [],
        Exchange(data=b"%01#RDD090540905657\r", until=len),
        b"%01!6102\r",
        "61",
    ),
    (
        "plc/toyopuc",
        [],
        Exchange(data=bytes.fromhex("00 00 03 00 32 70 00"), until=len),
        bytes.fromhex("80 10 01 00 40"),
        "10-40",
    ),
]


def driver_of(model: str) -> Driver:
    return Registry().make_driver(model)


@pytest.mark.parametrize(("model", "before", "question", "refusal", "code"), READ_REFUSALS)
def test_a_refused_read_is_a_refusal_with_the_devices_own_code(
    model: str, before: list[Any], question: LinkAsk[Any], refusal: bytes, code: object, play: Play
) -> None:
    with pytest.raises(DeviceRefused) as no:
        play(driver_of(model).read_clock(), [*before, (question, refusal)])
    assert code == no.value.code
    assert refusal == no.value.raw


def test_a_status_of_an_slc_is_a_refusal_once_it_is_acknowledged(play: Play) -> None:
    """Left unacknowledged, the controller would send it again into the next exchange."""
    reply = bytes.fromhex("10 06 10 02 00 01 4F 60 34 12 10 03 47 70")
    with pytest.raises(DeviceRefused, match="protection") as no:
        play(driver_of("plc/allen-bradley-slc").read_clock(), [(SLC_READ, reply), ACK])
    assert no.value.code == "60"


def test_a_running_logo_gives_no_clock_and_is_not_stopped(play: Play) -> None:
    running = (LOGO_STOPPED[0], b"\x06\x01")
    with pytest.raises(DeviceRefused, match="STOP only"):
        play(driver_of("plc/siemens-logo-0ba6").read_clock(), [running])


def test_six_zeros_are_never_written_to_an_slc(play: Play) -> None:
    """They would disable its clock (1747-RM001G, B-54)."""
    zeros = CalendarFields(year=0, month=0, day=0, hour=0, minute=0, second=0)
    with pytest.raises(ValueError, match="disable the clock"):
        play(driver_of("plc/allen-bradley-slc").set_clock(zeros), [])


def test_no_two_commands_to_an_slc_bear_the_same_number(play: Play) -> None:
    """It would take the second for a repetition of the first and not carry it out (1770-RM516)."""
    driver = driver_of("plc/allen-bradley-slc")
    numbers = []
    for _ in range(2):
        asked = next(driver.read_clock())
        assert isinstance(asked, Exchange)
        numbers.append(asked.data[6:8].hex())
    asked = next(driver.set_clock(CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=0)))
    assert isinstance(asked, WriteExchange)
    assert ["3412", "3612"] == numbers
    assert asked.data[6:8].hex() == "3512"


ONLY_ACKNOWLEDGED = LinkError("short-reply", "only 10 06 came", raw=b"\x10\x06")
SLC_READ_AGAIN = Exchange(data=bytes.fromhex("10 02 01 00 0F 00 36 12 A2 0C 02 84 25 00 10 03 4E 1D"), until=len)
SLC_REPLY_AGAIN = bytes.fromhex("10 06 10 02 00 01 4F 00 36 12 CF 07 0C 00 1F 00 17 00 3B 00 00 00 10 03 60 BF")


def test_a_first_read_taken_for_a_repetition_is_asked_again_under_another_number(play: Play) -> None:
    """A controller that drops duplicates may remember the last number of another session; a read may be repeated."""
    sample = play(
        driver_of("plc/allen-bradley-slc").read_clock(),
        [(SLC_READ, ONLY_ACKNOWLEDGED), (SLC_READ_AGAIN, SLC_REPLY_AGAIN), ACK],
    )
    assert (1999, 12, 31) == (sample.fields.year, sample.fields.month, sample.fields.day)


def test_only_the_first_read_of_a_session_is_asked_again(play: Play) -> None:
    driver = driver_of("plc/allen-bradley-slc")
    with pytest.raises(LinkError, match="only 10 06 came"):
        play(driver.read_clock(), [(SLC_READ, ONLY_ACKNOWLEDGED), (SLC_READ_AGAIN, ONLY_ACKNOWLEDGED)])


def test_a_write_that_is_only_acknowledged_is_never_sent_again(play: Play) -> None:
    moment = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=0)
    written = WriteExchange(
        data=bytes.fromhex("10 02 01 00 0F 00 35 12 AA 0C 02 84 25 00 CF 07 0C 00 1F 00 17 00 3B 00 00 00 10 03 C2 75"),
        until=len,
    )
    with pytest.raises(LinkError, match="only 10 06 came"):
        play(driver_of("plc/allen-bradley-slc").set_clock(moment), [(written, ONLY_ACKNOWLEDGED)])


def test_a_set_of_host_link_goes_no_further_than_its_first_refusal(play: Play) -> None:
    new_year = CalendarFields(year=0, month=1, day=1, hour=0, minute=0, second=0, weekday=6)
    stop = WriteExchange(data=b"@00WJ002140005A*\r", until=len)
    with pytest.raises(DeviceRefused, match="not in RUN mode"):
        play(driver_of("plc/omron-host-link").set_clock(new_year), [(stop, b"@00WJ015C*\r")])


def test_a_write_without_an_answer_is_not_sent_again(play: Play) -> None:
    moment = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=50, weekday=5)
    request = WriteExchange(data=bytes.fromhex("00 00 0A 00 32 71 00 50 59 23 31 12 99 05"), until=len)
    with pytest.raises(LinkError, match="silence"):
        play(driver_of("plc/toyopuc").set_clock(moment), [(request, LinkError("no-reply", "silence"))])


def test_a_clock_that_is_not_fitted_reads_zeros_and_is_called_lost(play: Play) -> None:
    request = Exchange(data=bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01"), until=len)
    reply = bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 01 00 00 00 00 00 00 00 00 00")
    sample = play(driver_of("plc/omron-fins").read_clock(), [(request, reply)])
    assert {"all-zero": True} == sample.flags


def test_a_toyopuc_without_a_date_is_called_lost(play: Play) -> None:
    """Seen on a TCC-6740: the time of day is right, month and year are 00."""
    request = Exchange(data=bytes.fromhex("00 00 03 00 32 70 00"), until=len)
    reply = bytes.fromhex("80 00 0A 00 32 70 00 04 17 06 12 00 00 04")
    sample = play(driver_of("plc/toyopuc").read_clock(), [(request, reply)])
    assert {"no-date": True} == sample.flags
    assert CalendarFields(year=0, month=0, day=12, hour=6, minute=17, second=4, weekday=4) == sample.fields


def test_the_31st_of_june_in_panasonics_own_example_is_read_as_it_stands(play: Play) -> None:
    """Its page prints 0000 3112 0506 for 2005-06-31 12:00:00; words come low byte first. No calendar has that day."""
    driver = driver_of("plc/panasonic-fp")
    sample = play(driver.read_clock(), [(READ_REFUSALS[7][2], b"%01$RD00001231060514\r")])
    assert CalendarFields(year=5, month=6, day=31, hour=12, minute=0, second=0) == sample.fields
    assert "date-does-not-exist" == driver.facts.form.resolve(sample.fields).reason


def test_a_stopped_omron_clock_is_said(play: Play) -> None:
    request = Exchange(data=b"@00RJ0018000455*\r", until=len)
    sample = play(driver_of("plc/omron-host-link").read_clock(), [(request, b"@00RJ00595031239912400550*\r")])
    assert sample.flags["clock-stopped"] is True
    assert sample.fields.weekday == 5


@pytest.mark.parametrize(
    ("model", "before", "question", "reply"),
    [
        ("plc/omron-host-link", [], READ_REFUSALS[0][2], b"@00RJ00595031239912000500*\r"),
        ("plc/mitsubishi-fx", [ENQUIRY], READ_REFUSALS[2][2], b"\x0232003B0017001F000C00CF070500\x0300"),
        ("plc/panasonic-fp", [], READ_REFUSALS[7][2], b"%01$RD50592331129900\r"),
    ],
)
def test_a_wrong_check_is_an_error_of_the_line(
    model: str, before: list[Any], question: LinkAsk[Any], reply: bytes, play: Play
) -> None:
    with pytest.raises(LinkError) as fault:
        play(driver_of(model).read_clock(), [*before, (question, reply)])
    assert fault.value.kind == "bad-crc"


def test_a_reply_to_another_transaction_of_an_slc_is_not_taken(play: Play) -> None:
    reply = bytes.fromhex("10 06 10 02 00 01 4F 00 35 12 10 03 08 B0")
    with pytest.raises(LinkError) as fault:
        play(driver_of("plc/allen-bradley-slc").read_clock(), [(SLC_READ, reply), ACK])
    assert fault.value.kind == "wrong-transaction"


def test_an_s7_is_connected_once_and_again_after_the_wire_was_lost(play: Play) -> None:
    driver = driver_of("plc/siemens-s7-300")
    reply = bytes.fromhex(
        "03 00 00 2B 02 F0 80 32 07 00 00 00 01 00 0C 00 0E 00 01 12 08 12 87 01 00 00 00 00 00"
        "FF 09 00 0A 00 20 00 02 29 12 00 00 00 03"
    )
    play(driver.read_clock(), [*S7_CONNECTED, (S7_GET, reply)])
    with pytest.raises(LinkError):
        play(driver.read_clock(), [(S7_GET, LinkError("connection-lost", "reset"))])
    sample = play(driver.read_clock(), [*S7_CONNECTED, (S7_GET, reply)])
    assert CalendarFields(year=0, month=2, day=29, hour=12, minute=0, second=0, weekday=3) == sample.fields


def test_two_digits_of_an_fx_year_take_no_year_of_four(play: Play) -> None:
    two = Registry().make_driver("plc/mitsubishi-fx", {"year-digits": "two"})
    moment = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=50, weekday=5)
    with pytest.raises(ValueError, match="cannot be held"):
        play(two.set_clock(moment), [])
