"""Each bridge's messages byte by byte, from its maker's documents; none of these bytes is made by our own code.

The register image ``30 35 23 01 10 03 13`` is the capture sigrok-dumps i2c/rtc_dallas_ds1307 (public domain).
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.clock import VirtualClock
from harness.device.asks import I2cRead, I2cWrite
from harness.errors import DeviceRefused, LinkError
from harness.link.i2c_bridge import BRIDGES
from harness.link.i2c_bridge.bridge import I2cBus
from harness.link.line import Line
from harness.link.tape import TapeTransport

DS1307 = 0x68
CAPTURED = bytes.fromhex("30 35 23 01 10 03 13")
READ_SEVEN = I2cRead(pointer=b"\x00", count=7)
READ_ON = I2cRead(pointer=None, count=7)
SET_1999 = I2cWrite(pointer=b"\x00", data=bytes.fromhex("50 59 23 06 31 12 99"))

Pairs = Sequence[tuple[str, str]]

# Dangerous Prototypes, binary mode: 20 zeros, BBIO1, 02, I2C1; 6x speed; 02 start, 1x bulk write, 03 stop, 08.
BUS_PIRATE_OPENS: Pairs = [*[("00", "")] * 19, ("00", "42 42 49 4F 31"), ("02", "49 32 43 31"), ("62", "01")]
# Excamera, Python host: @, 64 @, then the echo of 55 00 FF AA.
I2CDRIVER_OPENS: Pairs = [
    ("40", ""),
    ("40" * 64, ""),
    ("65 55", "55"),
    ("65 00", "00"),
    ("65 FF", "FF"),
    ("65 AA", "AA"),
]
# Devantech, USB-ISS general specification: 5A 01 answers module 7; 5A 02 60 with both pins inputs answers FF 00.
USB_ISS_OPENS: Pairs = [("5A 01", "07 08 00"), ("5A 02 60 AA", "FF 00")]


def opened(bridge: str, *dialogues: Pairs, piece: int | None = None) -> tuple[I2cBus, TapeTransport]:
    pairs = [(bytes.fromhex(sent), bytes.fromhex(said)) for dialogue in dialogues for sent, said in dialogue]
    tape = TapeTransport(pairs, piece=piece)
    bus = I2cBus(Line(name="tape", transport=tape, sink=lambda _: 1, clock=VirtualClock(0)), BRIDGES[bridge]())
    bus.open()
    return bus, tape


READS: dict[str, tuple[Pairs, Pairs]] = {
    "bus-pirate": (
        BUS_PIRATE_OPENS,
        [
            ("02", "01"),
            ("11", "01"),
            ("D0 00", "00 00"),
            ("03", "01"),
            ("08 00 01 00 07 D1", "01 30 35 23 01 10 03 13"),
        ],
    ),
    "i2cdriver": (
        I2CDRIVER_OPENS,
        [("73 D0", "01"), ("C0 00", "01"), ("70", ""), ("73 D1", "01"), ("86", "30 35 23 01 10 03 13"), ("70", "")],
    ),
    "usb-iss": (
        USB_ISS_OPENS,
        [("57 01 31 D0 00 02 30 D1 25 04 20 03", "FF 07 30 35 23 01 10 03 13")],
    ),
}

READS_WITHOUT_POINTER: dict[str, tuple[Pairs, Pairs]] = {
    "bus-pirate": (BUS_PIRATE_OPENS, [("08 00 01 00 07 D1", "01 30 35 23 01 10 03 13")]),
    "i2cdriver": (I2CDRIVER_OPENS, [("73 D1", "01"), ("86", "30 35 23 01 10 03 13"), ("70", "")]),
    "usb-iss": (USB_ISS_OPENS, [("57 01 30 D1 25 04 20 03", "FF 07 30 35 23 01 10 03 13")]),
}

WRITES: dict[str, tuple[Pairs, Pairs]] = {
    "bus-pirate": (
        BUS_PIRATE_OPENS,
        [
            ("02", "01"),
            ("11", "01"),
            ("D0 00", "00 00"),
            ("16", "01"),
            ("50 59 23 06 31 12 99", "00 00 00 00 00 00 00"),
            ("03", "01"),
        ],
    ),
    "i2cdriver": (
        I2CDRIVER_OPENS,
        [("73 D0", "01"), ("C0 00", "01"), ("C6 50 59 23 06 31 12 99", "01"), ("70", "")],
    ),
    "usb-iss": (
        USB_ISS_OPENS,
        [("58 D0", "FF"), ("57 01 38 D0 00 50 59 23 06 31 12 99 03", "FF 00")],
    ),
}


@pytest.mark.parametrize("piece", [None, 1, 3])
@pytest.mark.parametrize("bridge", READS)
def test_a_captured_clock_is_read_however_its_bytes_arrive(bridge: str, piece: int | None) -> None:
    bus, tape = opened(bridge, *READS[bridge], piece=piece)
    assert bus.answer(DS1307, READ_SEVEN).value == CAPTURED
    assert tape.is_finished


@pytest.mark.parametrize("bridge", READS_WITHOUT_POINTER)
def test_without_a_pointer_only_the_read_goes_out(bridge: str) -> None:
    bus, tape = opened(bridge, *READS_WITHOUT_POINTER[bridge])
    assert bus.answer(DS1307, READ_ON).value == CAPTURED
    assert tape.is_finished


@pytest.mark.parametrize("bridge", WRITES)
def test_pointer_and_data_are_one_write_and_go_out_once(bridge: str) -> None:
    bus, tape = opened(bridge, *WRITES[bridge])
    assert bus.answer(DS1307, SET_1999).value is None
    assert tape.is_finished


REFUSED_READS: dict[str, tuple[Pairs, Pairs]] = {
    # Command 08 answers 00 and leaves the bus without a stop, so one is sent.
    "bus-pirate": (BUS_PIRATE_OPENS, [("08 00 01 00 07 D1", "00"), ("03", "01")]),
    "i2cdriver": (I2CDRIVER_OPENS, [("73 D1", "00"), ("70", "")]),
    "usb-iss": (USB_ISS_OPENS, [("57 01 30 D1 25 04 20 03", "00 01")]),
}


@pytest.mark.parametrize("bridge", REFUSED_READS)
def test_a_refused_read_frees_the_bus(bridge: str) -> None:
    bus, tape = opened(bridge, *REFUSED_READS[bridge])
    with pytest.raises(DeviceRefused):
        bus.answer(DS1307, READ_ON)
    assert tape.is_finished


CUT_SHORT: dict[str, tuple[Pairs, Pairs]] = {
    "bus-pirate": (
        BUS_PIRATE_OPENS,
        [
            ("02", "01"),
            ("11", "01"),
            ("D0 00", "00 00"),
            ("16", "01"),
            ("50 59 23 06 31 12 99", "00 01 01 01 01 01 01"),
            ("03", "01"),
        ],
    ),
    "i2cdriver": (I2CDRIVER_OPENS, [("73 D0", "01"), ("C0 00", "01"), ("C6 50 59 23 06 31 12 99", "00"), ("70", "")]),
    "usb-iss": (USB_ISS_OPENS, [("58 D0", "FF"), ("57 01 38 D0 00 50 59 23 06 31 12 99 03", "00 01")]),
}


@pytest.mark.parametrize("bridge", CUT_SHORT)
def test_a_byte_that_is_not_acknowledged_leaves_a_write_in_doubt(bridge: str) -> None:
    bus, tape = opened(bridge, *CUT_SHORT[bridge])
    with pytest.raises(LinkError) as caught:
        bus.answer(DS1307, SET_1999)
    assert caught.value.kind == "write-cut-short"
    assert tape.is_finished


def test_a_bus_that_an_i2cdriver_finds_stuck_is_no_refusal_of_a_write() -> None:
    bus, _ = opened("i2cdriver", I2CDRIVER_OPENS, [("73 D0", "02"), ("70", "")])
    with pytest.raises(LinkError, match="timed out") as caught:
        bus.answer(DS1307, SET_1999)
    assert caught.value.kind == "write-cut-short"


def test_a_usb_iss_that_cannot_do_a_message_says_nothing_of_the_chip() -> None:
    bus, _ = opened("usb-iss", USB_ISS_OPENS, [("57 01 30 D1 25 04 20 03", "00 02")])
    with pytest.raises(LinkError, match="buffer is too small") as caught:
        bus.answer(DS1307, READ_ON)
    assert caught.value.kind == "bad-frame"


def test_a_usb_iss_that_counts_otherwise_is_not_believed() -> None:
    bus, _ = opened("usb-iss", USB_ISS_OPENS, [("57 01 30 D1 25 04 20 03", "FF 06 30 35 23 01 10 03")])
    with pytest.raises(LinkError, match="tells of 6 bytes where 7 were read"):
        bus.answer(DS1307, READ_ON)


def test_another_module_of_the_same_maker_is_not_taken_for_a_usb_iss() -> None:
    with pytest.raises(LinkError, match="module 4 answers"):
        opened("usb-iss", [("5A 01", "04 08 00")])


def test_a_usb_iss_that_refuses_its_mode_does_not_open() -> None:
    with pytest.raises(LinkError, match="refuses I2C mode: 00 05"):
        opened("usb-iss", [("5A 01", "07 08 00"), ("5A 02 60 AA", "00 05")])


def test_what_is_no_i2cdriver_echoes_wrongly() -> None:
    with pytest.raises(LinkError, match="echoes 55 as 00"):
        opened("i2cdriver", [("40", ""), ("40" * 64, ""), ("65 55", "00")])


@pytest.mark.parametrize(
    ("said", "says"),
    [([("11", "01"), ("D0 00", "00 07")], "neither ACK nor NACK"), ([("11", "02")], "answered 02, not 01")],
)
def test_a_bus_pirate_that_answers_otherwise_is_not_believed(said: Pairs, says: str) -> None:
    bus, _ = opened("bus-pirate", BUS_PIRATE_OPENS, [("02", "01"), *said])
    with pytest.raises(LinkError, match=says):
        bus.answer(DS1307, SET_1999)
