"""The SC18IM700's messages (NXP data sheet, rev. 2), with the bytes a real DS1307 gave.

The register image ``30 35 23 01 10 03 13`` is the capture sigrok-dumps i2c/rtc_dallas_ds1307 (public domain):
2013-03-10 23:35:30, read as ``68W 00 Sr 68R``.
"""

import pytest

from harness.clock import VirtualClock
from harness.device.asks import I2cLatch, I2cRead, I2cWrite, Query
from harness.errors import DeviceRefused, LinkError
from harness.link.base import Bus
from harness.link.opening import make_tape_bus
from harness.link.tape import TapeTransport
from harness.records import WireRecord

DS1307 = 0x68
STATUS = bytes.fromhex("52 0A 50")
GREETING = (STATUS, b"\xf0")
READ_SEVEN = bytes.fromhex("53 D0 01 00 53 D1 07 50")
SET_1999 = bytes.fromhex("53 D0 08 00 50 59 23 06 31 12 99 50")
CAPTURED = bytes.fromhex("30 35 23 01 10 03 13")

ASK_SEVEN = I2cRead(pointer=b"\x00", count=7)
ASK_SET = I2cWrite(pointer=b"\x00", data=bytes.fromhex("50 59 23 06 31 12 99"))


def open_tape(*pairs: tuple[bytes, bytes], piece: int | None = None) -> tuple[Bus, TapeTransport, list[WireRecord]]:
    records: list[WireRecord] = []

    def sink(record: WireRecord) -> int:
        records.append(record)
        return len(records)

    bus, tape = make_tape_bus("i2c", pairs, sink=sink, clock=VirtualClock(0), piece=piece)
    bus.open()
    return bus, tape, records


@pytest.mark.parametrize("piece", [None, 1, 2, 5])
def test_the_captured_clock_is_read_however_its_bytes_arrive(piece: int | None) -> None:
    bus, tape, records = open_tape(GREETING, (READ_SEVEN, CAPTURED), piece=piece)
    answer = bus.answer(DS1307, ASK_SEVEN)
    assert (answer.value, answer.exchanges) == (CAPTURED, (2,))
    assert [(r.station, r.sent, r.received) for r in records] == [
        (None, STATUS, b"\xf0"),
        (DS1307, READ_SEVEN, CAPTURED),
    ]
    assert tape.is_finished


def test_a_write_is_sent_once_and_its_acknowledgement_read() -> None:
    bus, tape, records = open_tape(GREETING, (SET_1999, b""), (STATUS, b"\xf0"))
    answer = bus.answer(DS1307, ASK_SET)
    assert (answer.value, answer.exchanges) == (None, (2, 3))
    assert [record.sent for record in records] == [STATUS, SET_1999, STATUS]
    assert tape.is_finished


def test_a_latch_is_written_like_a_write() -> None:
    latch = bytes.fromhex("53 D0 02 07 80 50")
    bus, tape, _ = open_tape(GREETING, (latch, b""), (STATUS, b"\xf0"))
    bus.answer(DS1307, I2cLatch(pointer=b"\x07", data=b"\x80"))
    assert tape.is_finished


def test_what_is_rendered_is_what_is_sent_first() -> None:
    bus, _, records = open_tape(GREETING)
    assert (bus.render(DS1307, ASK_SEVEN), bus.render(DS1307, ASK_SET)) == (READ_SEVEN, SET_1999)
    assert len(records) == 1, "rendering sends nothing"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (b"\xf1", "chip 0x68: the chip did not acknowledge its address (F1)"),
        (b"\xf2", "chip 0x68: the chip did not acknowledge a byte (F2)"),
        (b"\xf8", "chip 0x68: the I2C bus timed out (F8)"),
    ],
)
def test_a_silent_read_is_explained_by_the_bridge(status: bytes, says: str) -> None:
    bus, _, records = open_tape(GREETING, (READ_SEVEN, b""), (STATUS, status))
    with pytest.raises(DeviceRefused) as caught:
        bus.answer(DS1307, ASK_SEVEN)
    assert (status.hex().upper(), says) == (caught.value.code, str(caught.value))
    assert [record.fault for record in records] == ["", "no-reply", ""]


def test_a_silence_the_bridge_cannot_explain_is_the_lines_fault() -> None:
    bus, _, _ = open_tape(GREETING, (READ_SEVEN, b""), (STATUS, b"\xf0"))
    with pytest.raises(LinkError) as caught:
        bus.answer(DS1307, ASK_SEVEN)
    assert caught.value.kind == "no-reply"


def test_a_chip_that_is_not_there_refuses_a_write() -> None:
    bus, _, _ = open_tape(GREETING, (SET_1999, b""), (STATUS, b"\xf1"))
    with pytest.raises(DeviceRefused) as caught:
        bus.answer(DS1307, ASK_SET)
    assert caught.value.code == "F1"


@pytest.mark.parametrize("status", [b"\xf2", b"\xf8"])
def test_a_write_cut_short_is_unknown_not_refused(status: bytes) -> None:
    """The chip keeps the bytes before the one it did not acknowledge: its clock may be half set."""
    bus, _, _ = open_tape(GREETING, (SET_1999, b""), (STATUS, status))
    with pytest.raises(LinkError) as caught:
        bus.answer(DS1307, ASK_SET)
    assert caught.value.kind == "write-cut-short"


def test_a_write_without_any_status_is_unknown_and_not_repeated() -> None:
    bus, _, records = open_tape(GREETING, (SET_1999, b""), (STATUS, b""))
    with pytest.raises(LinkError) as caught:
        bus.answer(DS1307, ASK_SET)
    assert caught.value.kind == "no-reply"
    assert [record.sent for record in records] == [STATUS, SET_1999, STATUS]


def test_a_reply_that_stops_early_is_never_a_reading() -> None:
    bus, _, records = open_tape(GREETING, (READ_SEVEN, CAPTURED[:6]))
    with pytest.raises(LinkError) as caught:
        bus.answer(DS1307, ASK_SEVEN)
    assert ("short-reply", CAPTURED[:6]) == (caught.value.kind, caught.value.raw)
    assert CAPTURED[:6] == records[-1].received


def test_a_byte_too_many_is_never_a_reading() -> None:
    bus, _, records = open_tape(GREETING, (READ_SEVEN, CAPTURED + b"\x00"))
    with pytest.raises(LinkError) as caught:
        bus.answer(DS1307, ASK_SEVEN)
    assert (caught.value.kind, records[-1].fault) == ("extra-bytes", "extra-bytes")


@pytest.mark.parametrize("banner", [b"OK", b"O", b"K"])
def test_the_start_up_banner_may_stand_before_the_first_status(banner: bytes) -> None:
    bus, tape, _ = open_tape((STATUS, banner + b"\xf0"), (READ_SEVEN, CAPTURED))
    assert bus.answer(DS1307, ASK_SEVEN).value == CAPTURED
    assert tape.is_finished


def test_a_status_lost_in_the_bridges_start_is_asked_once_more() -> None:
    _, tape, records = open_tape((STATUS, b"OK"), GREETING)
    assert tape.is_finished
    assert [record.fault for record in records] == ["short-reply", ""]


def test_a_port_without_a_bridge_does_not_open() -> None:
    with pytest.raises(LinkError) as caught:
        open_tape((STATUS, b""))
    assert caught.value.kind == "no-reply"


def test_a_status_that_is_none_is_a_bad_frame() -> None:
    with pytest.raises(LinkError) as caught:
        open_tape((STATUS, b"\x42"))
    assert caught.value.kind == "bad-frame"
    bus, _, _ = open_tape(GREETING, (SET_1999, b""), (STATUS, b"\x42"))
    with pytest.raises(LinkError) as later:
        bus.answer(DS1307, ASK_SET)
    assert later.value.kind == "bad-frame"


@pytest.mark.parametrize("address", [None, 0x00, 0x07, 0x78, 0xD0])
def test_an_address_outside_seven_bits_is_refused_before_sending(address: int | None) -> None:
    """0xD0 is what a datasheet prints as the DS1307's write address: twice the one meant here."""
    bus, _, records = open_tape(GREETING)
    with pytest.raises(ValueError, match="7-bit"):
        bus.answer(address, ASK_SEVEN)
    assert len(records) == 1


@pytest.mark.parametrize("question", [I2cRead(pointer=b"\x00", count=0), I2cRead(pointer=b"", count=1)])
def test_a_message_the_bridge_cannot_count_is_refused(question: I2cRead) -> None:
    bus, _, _ = open_tape(GREETING)
    with pytest.raises(ValueError, match="1 to 255"):
        bus.render(DS1307, question)


def test_a_bridge_answers_no_other_protocol() -> None:
    bus, _, _ = open_tape(GREETING)
    with pytest.raises(TypeError):
        bus.answer(DS1307, Query(text="*IDN?"))
    with pytest.raises(TypeError):
        bus.render(DS1307, Query(text="*IDN?"))
