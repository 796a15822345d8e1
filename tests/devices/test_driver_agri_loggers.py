"""Campbell loggers: text with a checksum, and packets that move the clock by a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from devices.agri.campbell_cr10x.driver import decode_clock, until_prompt
from devices.agri.campbell_pakbus.driver import PakBus, adjustment, make_driver, unquoted, until_packet
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import Drain, Exchange, LinkAsk, Steps, WriteExchange
from harness.errors import DeviceRefused, LinkError

Play = Callable[[Steps[Any], list[tuple[LinkAsk[Any], Any]]], Any]

WAKE = (Exchange(data=b"\r", until=len, timing=False), b"\r\n*")
# Hand-worked from the CR23X manual, 5-2: the characters from the echo to the blank before the checksum add up to 1242.
CR10X_REPLY = b"C\r\nY:99 D0365 T23:59:59 C1242\r\n*"
READ_FRAME = bytes.fromhex("BD A0 01 4F FE 10 01 0F FE 17 17 00 00 00 00 00 00 00 00 00 00 B2 B3 BD")
READ_REPLY = bytes.fromhex("BD AF FE 00 01 1F FE 00 01 97 17 00 1B FA 2A 61 C8 00 00 00 04 FA BD")
LIVE_REPLY = bytes.fromhex("A8 02 10 01 18 02 00 01 97 05 00 2A 72 73 0A 3B 02 33 80 8D 6D")


@pytest.fixture
def pakbus() -> PakBus:
    return make_driver({"logger": 1, "host": 0xFFE, "security-code": 0})


# --- CR10X -----------------------------------------------------------------------------------------------------


def test_a_cr10x_gives_day_of_the_year() -> None:
    assert CalendarFields(year=99, day_of_year=365, hour=23, minute=59, second=59) == decode_clock(CR10X_REPLY, b"C\r")


def test_the_checksum_may_leave_out_its_letter_or_not() -> None:
    """The manual leaves out "the checksum itself" and does not say whether the letter before it belongs to it."""
    assert decode_clock(CR10X_REPLY, b"C\r") == decode_clock(CR10X_REPLY.replace(b"C1242", b"C1309"), b"C\r")


@pytest.mark.parametrize("spoilt", [CR10X_REPLY.replace(b"T23", b"T22"), CR10X_REPLY.replace(b"1242", b"1243")])
def test_a_wrong_checksum_is_an_error_of_the_line(spoilt: bytes) -> None:
    with pytest.raises(LinkError) as fault:
        decode_clock(spoilt, b"C\r")
    assert fault.value.kind == "bad-crc"


def test_a_reply_behind_another_command_is_not_taken() -> None:
    """Its checksum may fit all the same: a lost C weighs as much as the letter that may or may not be counted."""
    with pytest.raises(LinkError) as fault:
        decode_clock(CR10X_REPLY[1:], b"C\r")
    assert fault.value.kind == "wrong-echo"


def test_a_command_given_back_without_an_answer_is_a_refusal(play: Play) -> None:
    """The logger aborts at a character it does not know and prompts again."""
    request = WriteExchange(data=b"99:365:23:59:50C\r", until=len)
    moment = CalendarFields(year=99, day_of_year=365, hour=23, minute=59, second=50)
    with pytest.raises(DeviceRefused) as no:
        play(Registry().make_driver("agri/campbell-cr10x").set_clock(moment), [WAKE, (request, b"9\r\n*")])
    assert no.value.code == "unanswered"


def test_a_sleeping_cr10x_is_woken_by_carriage_returns(play: Play) -> None:
    silence = (WAKE[0], LinkError("no-reply", "silence"))
    dialogue = [silence, (Drain(quiet_ns=500_000_000), b""), WAKE, (Exchange(data=b"C\r", until=len), CR10X_REPLY)]
    sample = play(Registry().make_driver("agri/campbell-cr10x").read_clock(), dialogue)
    assert sample.fields.day_of_year == 365


def test_a_silent_cr10x_is_not_set_again(play: Play) -> None:
    request = WriteExchange(data=b"00:60:12:00:00C\r", until=len)
    moment = CalendarFields(year=0, day_of_year=60, hour=12, minute=0, second=0)
    with pytest.raises(LinkError):
        play(
            Registry().make_driver("agri/campbell-cr10x").set_clock(moment),
            [WAKE, (request, LinkError("no-reply", "silence"))],
        )


def test_a_cr10x_reply_ends_at_the_prompt() -> None:
    assert [None] * len(CR10X_REPLY) == [until_prompt(CR10X_REPLY[:count]) for count in range(len(CR10X_REPLY))]
    assert len(CR10X_REPLY) == until_prompt(CR10X_REPLY)


# --- PakBus ----------------------------------------------------------------------------------------------------


def test_a_pakbus_read_is_the_manuals_own_frame(pakbus: PakBus, play: Play) -> None:
    """BMP5 manual, 4.5: 2004-11-15 15:14:41."""
    sample = play(pakbus.read_clock(), [(Exchange(data=READ_FRAME, until=until_packet), READ_REPLY)])
    assert CalendarFields(count=469379681) == sample.fields


def test_a_difference_of_an_hour_back_is_spelt_as_published(pakbus: PakBus) -> None:
    """Hand-worked from the BMP5 manual with the addresses of a published test suite."""
    sender = replace(pakbus, host=0x802, link_flags=0x9)
    expected = bytes.fromhex("BD A0 01 98 02 10 01 08 02 17 05 00 00 FF FF F1 F0 00 00 00 00 0F F3 BD")
    assert expected == sender.frame(5, adjustment(-3_600_000_000_000))


def test_a_live_reply_is_read(play: Play) -> None:
    """A published test suite: 2012-07-26 09:40:26.99, host 802h, transaction 5."""
    live = make_driver({"logger": 1, "host": 0x802, "security-code": 0})
    for _ in range(0xFF - 0x17 + 5):
        asked = next(live.read_clock())
    assert isinstance(asked, Exchange)
    assert asked.data[10] == 4
    steps = live.read_clock()
    next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send(b"\xbd" + LIVE_REPLY + b"\xbd")
    assert CalendarFields(count=712143626) == end.value.value.fields


def test_a_set_is_the_target_less_what_was_read_and_is_sent_once(pakbus: PakBus, play: Play) -> None:
    """The reply holds -939524096 ns, so an hour back to the start of a second is 3600 s back and that much on."""
    target = CalendarFields(count=469379681 - 3_600)
    steps = pakbus.set_clock(target)
    first = next(steps)
    assert isinstance(first, Exchange)
    assert first.writes is False
    second = steps.send(READ_REPLY)
    assert isinstance(second, WriteExchange)
    assert bytes.fromhex("BD A0 01 4F FE 10 01 0F FE 17 18 00 00 FF FF F1 F0 38 00 00 00 30 57 BD") == second.data
    with pytest.raises(LinkError):
        steps.throw(LinkError("no-reply", "silence"))
    with pytest.raises(StopIteration):
        next(steps)


def test_a_denied_set_is_a_refusal(pakbus: PakBus) -> None:
    steps = pakbus.set_clock(CalendarFields(count=469379681))
    next(steps)
    steps.send(READ_REPLY)
    with pytest.raises(DeviceRefused, match="security code"):
        steps.send(bytes.fromhex("BD AF FE 00 01 1F FE 00 01 97 18 01 1B FA 2A 61 C8 00 00 00 6C E4 BD"))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (READ_REPLY.replace(b"\x2a", b"\x2b"), "bad-crc"),
        (bytes.fromhex("BD") + LIVE_REPLY + bytes.fromhex("BD"), "wrong-transaction"),
    ],
)
def test_a_packet_that_is_spoilt_or_anothers_is_not_taken(pakbus: PakBus, play: Play, reply: bytes, kind: str) -> None:
    with pytest.raises(LinkError) as fault:
        play(pakbus.read_clock(), [(Exchange(data=READ_FRAME, until=until_packet), reply)])
    assert kind == fault.value.kind


def test_a_packet_ends_at_the_mark_behind_it() -> None:
    assert [None] * len(READ_REPLY) == [until_packet(READ_REPLY[:count]) for count in range(len(READ_REPLY))]
    assert len(READ_REPLY) == until_packet(READ_REPLY)
    assert 2 + len(READ_REPLY) == until_packet(b"\xbd\xbd" + READ_REPLY)
    assert len(READ_REPLY) == until_packet(READ_REPLY + READ_REPLY)


@pytest.mark.parametrize("rubbish", [b"\x00", b"\xff", b"*"])
def test_rubbish_before_a_packet_is_refused(rubbish: bytes) -> None:
    with pytest.raises(ValueError, match="no mark"):
        until_packet(rubbish + READ_REPLY)


def test_marks_and_quotes_inside_a_packet_are_made_safe() -> None:
    assert bytes.fromhex("01 BC 02 BD 03") == unquoted(bytes.fromhex("01 BC DC 02 BC DD 03"))
    for broken in ("01 BC", "01 BC 02"):
        with pytest.raises(LinkError, match="no meaning"):
            unquoted(bytes.fromhex(broken))
