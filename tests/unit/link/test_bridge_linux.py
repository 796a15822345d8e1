"""The bus of a Linux machine, with stand-ins for smbus2 and the kernel; error numbers as errno(3) has them."""

from __future__ import annotations

import errno
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.device.asks import I2cRead, I2cWrite, LinkAsk
from harness.errors import DeviceRefused, LinkError
from harness.link.i2c_bridge import BRIDGES
from harness.link.i2c_bridge.bridge import I2cBus
from harness.link.i2c_bridge.linux import LinuxI2cTransport
from harness.link.line import Line
from tests.unit.link.bridge_rig import ADDRESS, Notebook

READ_SEVEN = I2cRead(pointer=b"\x00", count=7)
SET_ONE = I2cWrite(pointer=b"\x00", data=b"\x50")


class Message:
    """An ``i2c_msg`` as smbus2 has it: an address, and bytes that can be listed."""

    def __init__(self, address: int, octets: bytes, *, is_read: bool) -> None:
        self.address, self.octets, self.is_read = address, octets, is_read

    def __iter__(self) -> Any:
        return iter(self.octets)

    @staticmethod
    def read(address: int, length: int) -> Message:
        return Message(address, bytes(length), is_read=True)

    @staticmethod
    def write(address: int, octets: bytes) -> Message:
        return Message(address, bytes(octets), is_read=False)


class Smbus:
    """An ``SMBus``: keeps what it is asked, fails as it is told, reads back 30 35 23 ..."""

    fails: int | None = None
    opened: list[str]
    transfers: list[list[tuple[int, bool, bytes]]]

    def __init__(self, path: str) -> None:
        self.fd = 42
        self.is_open = True
        type(self).opened.append(path)

    def i2c_rdwr(self, *messages: Message) -> None:
        if self.fails is not None:
            raise OSError(self.fails, "as told")
        self.transfers.append([(message.address, message.is_read, message.octets) for message in messages])
        for message in messages:
            if message.is_read:
                message.octets = bytes.fromhex("30 35 23 01 10 03 13")[: len(message.octets)]

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def smbus(monkeypatch: pytest.MonkeyPatch) -> type[Smbus]:
    kind = type("FreshSmbus", (Smbus,), {"opened": [], "transfers": [], "bound": set()})

    def ioctl(descriptor: int, request: int, address: int) -> None:
        assert (descriptor, request) == (42, 0x0703)
        if address in kind.bound:  # type: ignore[attr-defined]
            raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setitem(sys.modules, "smbus2", SimpleNamespace(SMBus=kind, i2c_msg=Message))
    monkeypatch.setitem(sys.modules, "fcntl", SimpleNamespace(ioctl=ioctl))
    return kind


def opened() -> tuple[I2cBus, Notebook]:
    book = Notebook()
    line = Line(name="/dev/i2c-1", transport=LinuxI2cTransport("/dev/i2c-1"), sink=book, clock=VirtualClock(0))
    bus = I2cBus(line, BRIDGES["linux"]())
    bus.open()
    return bus, book


def test_a_read_is_one_transfer_of_two_messages(smbus: type[Smbus]) -> None:
    bus, book = opened()
    answer = bus.answer(ADDRESS, READ_SEVEN)
    assert answer.value == bytes.fromhex("30 35 23 01 10 03 13")
    assert smbus.opened == ["/dev/i2c-1"]
    assert smbus.transfers == [[(0x68, False, b"\x00"), (0x68, True, bytes(7))]]
    assert [(record.sent, record.received) for record in book.records] == [
        (bytes.fromhex("D0 00 01 00 D1 00 07"), bytes.fromhex("00 00 30 35 23 01 10 03 13"))
    ]


def test_a_write_is_one_message(smbus: type[Smbus]) -> None:
    bus, book = opened()
    bus.answer(ADDRESS, SET_ONE)
    assert smbus.transfers == [[(0x68, False, b"\x00\x50")]]
    assert [record.sent for record in book.records] == [bytes.fromhex("D0 00 02 00 50")]


@pytest.mark.parametrize(("number", "code"), [(errno.ENXIO, "ENXIO"), (errno.EREMOTEIO, "EREMOTEIO")])
def test_a_read_nobody_acknowledges_is_a_refusal(smbus: type[Smbus], number: int, code: str) -> None:
    bus, _ = opened()
    smbus.fails = number
    with pytest.raises(DeviceRefused, match=code):
        bus.answer(ADDRESS, READ_SEVEN)


def test_only_the_address_unheard_makes_a_write_a_refusal(smbus: type[Smbus]) -> None:
    bus, _ = opened()
    smbus.fails = errno.ENXIO
    with pytest.raises(DeviceRefused, match="0x68"):
        bus.answer(ADDRESS, SET_ONE)


@pytest.mark.parametrize("number", [errno.EREMOTEIO, errno.ETIMEDOUT, errno.EIO])
def test_any_other_failure_leaves_a_write_in_doubt(smbus: type[Smbus], number: int) -> None:
    bus, _ = opened()
    smbus.fails = number
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, SET_ONE)
    assert caught.value.kind == "write-cut-short"


def test_a_read_that_times_out_is_no_refusal(smbus: type[Smbus]) -> None:
    bus, _ = opened()
    smbus.fails = errno.ETIMEDOUT
    with pytest.raises(LinkError, match="ETIMEDOUT") as caught:
        bus.answer(ADDRESS, READ_SEVEN)
    assert caught.value.kind == "kernel-refuses"


@pytest.mark.parametrize("question", [READ_SEVEN, SET_ONE], ids=["read", "write"])
def test_a_chip_that_a_driver_of_the_kernel_has_is_left_alone(smbus: type[Smbus], question: LinkAsk[object]) -> None:
    bus, _ = opened()
    smbus.bound.add(ADDRESS)  # type: ignore[attr-defined]
    with pytest.raises(LinkError, match="unbind") as caught:
        bus.answer(ADDRESS, question)
    assert caught.value.kind == "kernel-refuses"
    assert smbus.transfers == []


def test_an_adapter_that_goes_away_is_a_lost_connection(smbus: type[Smbus]) -> None:
    bus, _ = opened()
    smbus.fails = errno.ENODEV
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, READ_SEVEN)
    assert caught.value.kind == "connection-lost"
    with pytest.raises(LinkError, match="not open"):
        bus.answer(ADDRESS, READ_SEVEN)


def test_without_smbus2_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smbus2", None)
    with pytest.raises(LinkError, match=r"rollover-bench\[i2c\]") as caught:
        opened()
    assert caught.value.kind == "port-missing"


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOENT, "port-missing"), (errno.EACCES, "port-denied"), (errno.EPERM, "port-denied")]
)
@pytest.mark.usefixtures("smbus")
def test_a_bus_that_does_not_open_says_why(number: int, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise OSError(number, "as told", path)

    monkeypatch.setattr(sys.modules["smbus2"], "SMBus", refuse)
    with pytest.raises(LinkError) as caught:
        opened()
    assert caught.value.kind == kind
