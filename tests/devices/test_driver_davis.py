"""The Davis driver against literal bytes (Davis serial reference; PyVantagePro; weewx)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.agri.davis_vantage.driver import until_clock, until_text
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import Drain, Exchange, FrameLength, WriteExchange, until_count, until_terminator
from harness.device.driver import Driver
from harness.errors import DeviceRefused, LinkError

Play = Callable[..., Any]

PACKET = bytes.fromhex("25 35 0A 07 06 70 60 BA")  # PyVantagePro: 2012-06-07 10:53:37
WAKE = (Exchange(data=b"\n", until=until_terminator(b"\n\r"), timing=False), b"\n\r")
GETTIME = Exchange(data=b"GETTIME\n", until=until_clock)
SETTIME = WriteExchange(data=b"SETTIME\n", until=until_count(1), timing=False)
NEW_YEARS_EVE = CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=0)
SET_PACKET = WriteExchange(data=bytes.fromhex("00 3B 17 1F 0C 63 DC 61"), until=until_count(1))


@pytest.fixture
def driver() -> Driver:
    return Registry().make_driver("agri/davis-vantage")


def test_the_clock_is_read_in_one_packet(driver: Driver, play: Play) -> None:
    sample = play(driver.read_clock(), [WAKE, (GETTIME, b"\x06" + PACKET)])
    assert CalendarFields(year=112, month=6, day=7, hour=10, minute=53, second=37) == sample.fields
    assert PACKET == sample.raw


def test_a_wrong_checksum_is_an_error_of_the_line(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError) as fault:
        play(driver.read_clock(), [WAKE, (GETTIME, b"\x06" + bytes.fromhex("26 35 0A 07 06 70 60 BA"))])
    assert fault.value.kind == "bad-crc"


def test_a_checksum_sent_low_byte_first_is_wrong(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError):
        play(driver.read_clock(), [WAKE, (GETTIME, b"\x06" + bytes.fromhex("25 35 0A 07 06 70 BA 60"))])


def test_a_sleeping_console_is_woken_at_the_third_try(driver: Driver, play: Play) -> None:
    silence = (WAKE[0], LinkError("no-reply", "silence"))
    drain = (Drain(quiet_ns=500_000_000), b"")
    sample = play(driver.read_clock(), [silence, drain, silence, drain, WAKE, (GETTIME, b"\x06" + PACKET)])
    assert sample.fields.year == 112


def test_a_console_that_does_not_wake_is_given_up(driver: Driver, play: Play) -> None:
    silence = (WAKE[0], LinkError("no-reply", "silence"))
    drain = (Drain(quiet_ns=500_000_000), b"")
    with pytest.raises(LinkError) as fault:
        play(driver.read_clock(), [silence, drain, silence, drain, silence])
    assert fault.value.kind == "no-reply"


def test_a_lost_port_is_not_tried_again(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError) as fault:
        play(driver.read_clock(), [(WAKE[0], LinkError("connection-lost", "unplugged"))])
    assert fault.value.kind == "connection-lost"


def test_a_set_sends_its_packet_once(driver: Driver, play: Play) -> None:
    play(driver.set_clock(NEW_YEARS_EVE), [WAKE, (SETTIME, b"\x06"), (SET_PACKET, b"\x06")])


@pytest.mark.parametrize("refusal", [0x15, 0x18, 0x21])
def test_a_refused_packet_is_a_refusal_and_is_not_sent_again(driver: Driver, play: Play, refusal: int) -> None:
    with pytest.raises(DeviceRefused) as no:
        play(driver.set_clock(NEW_YEARS_EVE), [WAKE, (SETTIME, b"\x06"), (SET_PACKET, bytes((refusal,)))])
    assert no.value.code == refusal


def test_a_refused_command_is_not_followed_by_the_packet(driver: Driver, play: Play) -> None:
    with pytest.raises(DeviceRefused):
        play(driver.set_clock(NEW_YEARS_EVE), [WAKE, (SETTIME, b"\x15")])


def test_silence_after_the_packet_is_not_answered_with_another(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError):
        play(
            driver.set_clock(NEW_YEARS_EVE),
            [WAKE, (SETTIME, b"\x06"), (SET_PACKET, LinkError("no-reply", "silence"))],
        )


def test_rubbish_in_place_of_the_acknowledgement_is_not_taken_for_one(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError) as fault:
        play(driver.set_clock(NEW_YEARS_EVE), [WAKE, (SETTIME, b"\x06"), (SET_PACKET, b"\x0a")])
    assert fault.value.kind == "bad-frame"


def test_a_refused_read_is_a_refusal(driver: Driver, play: Play) -> None:
    with pytest.raises(DeviceRefused):
        play(driver.read_clock(), [WAKE, (GETTIME, b"\x15")])


def test_nothing_is_sent_when_a_field_does_not_fit(driver: Driver, play: Play) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        play(driver.set_clock(CalendarFields(year=256, month=1, day=1, hour=0, minute=0, second=0)), [])


def test_identity_is_the_firmware(driver: Driver, play: Play) -> None:
    identity = play(
        driver.identify(),
        [
            WAKE,
            (Exchange(data=b"VER\n", until=until_text, timing=False), b"\n\rOK\n\rApr 24 2002\n\r"),
            (Exchange(data=b"NVER\n", until=until_text, timing=False), b"\n\rOK\n\r1.90\n\r"),
        ],
    )
    assert (("firmware-date", "Apr 24 2002"), ("firmware-version", "1.90")) == identity.entries
    assert identity.serial_number is None


@pytest.mark.parametrize(
    ("until", "reply"),
    [(until_clock, b"\x06" + PACKET), (until_clock, b"\x15"), (until_text, b"\n\rOK\n\r1.90\n\r")],
)
def test_a_reply_is_complete_at_its_last_byte_and_not_before(until: FrameLength, reply: bytes) -> None:
    assert [until(reply[:count]) for count in range(len(reply))] == [None] * len(reply)
    assert until(reply) == len(reply)
    assert until(reply + b"\x06\n\r") == len(reply)


@pytest.mark.parametrize("rubbish", [b"\x00", b"\n", b"\r\n", b"GETTIME", b"\xff"])
def test_rubbish_before_a_reply_is_refused(rubbish: bytes) -> None:
    with pytest.raises(ValueError, match="reply starts with"):
        until_clock(rubbish + b"\x06" + PACKET)
    with pytest.raises(ValueError, match="reply starts with"):
        until_text(rubbish + b"\n\rOK\n\r1.90\n\r")
