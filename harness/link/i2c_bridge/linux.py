"""The I2C bus of a Linux machine itself: ``/dev/i2c-1``, through smbus2 (kernel, ``Documentation/i2c/dev-interface``).

No bytes of a line are sent, so the evidence gets a form of our own. A transfer is a list of messages, each its address
byte, its length in two bytes and, for a write, its bytes; the answer is the kernel's error number in two bytes (0 for
none) and what was read. The kernel does all messages of a transfer with repeated starts between and one stop.
"""

from __future__ import annotations

import errno
import importlib
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, Protocol

from harness.device.asks import FrameLength, I2cLatch, I2cRead, I2cWrite
from harness.errors import LinkError
from harness.link.i2c_bridge.bridge import Heard, check_length, cut_short, not_acknowledged
from harness.link.line import Line, Taken, Until

BAUD: Final = 9600  # has no meaning here

I2C_SLAVE = 0x0703  # kernel, include/uapi/linux/i2c-dev.h
MESSAGE_LIMIT = 8192
"""Longest message of an ``I2C_RDWR`` (kernel, ``drivers/i2c/i2c-dev.c``)."""

_HEAD = 3
_ERROR = 2
# What adapters make of a missing acknowledgement (kernel, Documentation/i2c/fault-codes); only ENXIO says that it was
# the address that went unheard, so after the other a write is in doubt.
NOT_HEARD = {errno.ENXIO: "the chip did not acknowledge its address", errno.EREMOTEIO: "the chip did not acknowledge"}


class Linux:
    """Transfers in the form above; ``LinuxI2cTransport`` hands them to the kernel."""

    answers_writes: ClassVar[bool] = True

    def greet(self, line: Line) -> None:
        """Nothing stands between the kernel and the bus: that the bus opened is all there is to know."""

    def read_message(self, address: int, question: I2cRead) -> bytes:
        """Return write-pointer and read; only the read for a chip without a pointer."""
        head = b"" if question.pointer is None else _message(address << 1, question.pointer)
        return head + _head(address << 1 | 1, question.count)

    def write_message(self, address: int, question: I2cWrite | I2cLatch) -> bytes:
        """Return one message with pointer and data."""
        return _message(address << 1, question.pointer + question.data)

    def read(self, line: Line, address: int, question: I2cRead) -> Heard:
        """Do the whole read as one transfer.

        Raises:
            DeviceRefused: the chip did not acknowledge.
            LinkError: ``kernel-refuses``: a driver of the kernel has the chip, or the bus failed.
        """
        shape = Until(_until_read(question.count))
        taken = line.exchange(address, self.read_message(address, question), shape, question.deadline_ns)
        number = _number(taken)
        if number == 0:
            return Heard(taken.reply[_ERROR:], (taken,))
        if number in NOT_HEARD:
            raise not_acknowledged(address, errno.errorcode[number], NOT_HEARD[number], taken.reply)
        raise _kernel_refuses(address, number, taken)

    def write(self, line: Line, address: int, question: I2cWrite | I2cLatch) -> tuple[Taken, ...]:
        """Write once.

        Raises:
            DeviceRefused: the chip did not acknowledge its address, so it took nothing.
            LinkError: ``kernel-refuses``: a driver of the kernel has the chip, so nothing was sent;
                ``write-cut-short``: the chip may have taken part of the write.
        """
        taken = line.exchange(address, self.write_message(address, question), Until(_until_read(0)))
        number = _number(taken)
        if number == errno.ENXIO:
            raise not_acknowledged(address, errno.errorcode[number], NOT_HEARD[number], taken.reply)
        if number == errno.EBUSY:
            raise _kernel_refuses(address, number, taken)
        if number:
            raise cut_short(address, NOT_HEARD.get(number, errno.errorcode.get(number, str(number))), taken.reply)
        return (taken,)


class Adapter(Protocol):
    """What is needed of a bus of the kernel's."""

    def claim(self, address: int) -> None:
        """Make sure that no driver of the kernel has the chip.

        Raises:
            OSError: EBUSY when one has.
        """
        ...

    def transfer(self, messages: Sequence[tuple[int, bytes | int]]) -> bytes:
        """Do one transfer of address bytes, each with what is written or how much is read; return what was read.

        Raises:
            OSError: the kernel's reason.
        """
        ...

    def close(self) -> None:
        """Give the bus back."""
        ...


class LinuxI2cTransport:
    """Carries transfers to the kernel; ``open_adapter`` opens the bus by its device path."""

    def __init__(self, path: str, open_adapter: Callable[[str], Adapter] | None = None) -> None:
        self._path = path
        self._open_adapter = open_adapter
        self._adapter: Adapter | None = None
        self._waiting = b""

    def open(self) -> None:
        """Open the bus.

        Raises:
            LinkError: ``port-missing``, ``port-denied``; or smbus2 is not installed.
        """
        try:
            self._adapter = (self._open_adapter or Smbus2Adapter)(self._path)
        except PermissionError as reason:
            says = f"{self._path}: this account may not open the bus; add it to the group i2c"
            raise LinkError("port-denied", says) from reason
        except OSError as reason:
            raise LinkError("port-missing", f"{self._path}: {reason}") from reason
        self._waiting = b""

    def close(self) -> None:
        """Close the bus."""
        if self._adapter is not None:
            self._adapter.close()
            self._adapter = None

    def write(self, frame: bytes) -> None:
        """Do a transfer, once; its answer waits to be read."""
        if self._adapter is None:
            raise LinkError("not-open", f"{self._path}: the bus is not open")
        messages = _messages(frame)
        try:
            for address in sorted({address >> 1 for address, _ in messages}):
                self._adapter.claim(address)
            octets = self._adapter.transfer(messages)
        except OSError as reason:
            if reason.errno is None or reason.errno == errno.ENODEV:
                raise LinkError("connection-lost", f"{self._path}: {reason}") from reason
            self._waiting = reason.errno.to_bytes(_ERROR, "big")
        else:
            self._waiting = b"\0\0" + octets

    def read(self, wait_ns: int) -> bytes:
        """Return the answer; the kernel has waited already."""
        del wait_ns
        answer, self._waiting = self._waiting, b""
        return answer


class Smbus2Adapter:
    """A bus through smbus2, which is imported only here: it is an extra, and needs a POSIX machine."""

    def __init__(self, path: str) -> None:
        try:
            self._smbus2: Any = importlib.import_module("smbus2")
            self._fcntl: Any = importlib.import_module("fcntl")
        except ImportError as reason:
            says = f"{path}: an I2C bus of this machine needs Linux and smbus2: pip install 'rollover-bench[i2c]'"
            raise LinkError("port-missing", says) from reason
        self._bus: Any = self._smbus2.SMBus(path)

    def claim(self, address: int) -> None:
        """Select the address, which the kernel refuses for a chip that a driver of its own has."""
        self._fcntl.ioctl(self._bus.fd, I2C_SLAVE, address)

    def transfer(self, messages: Sequence[tuple[int, bytes | int]]) -> bytes:
        """Do one ``I2C_RDWR``."""
        asked = [
            self._smbus2.i2c_msg.read(address >> 1, content)
            if isinstance(content, int)
            else self._smbus2.i2c_msg.write(address >> 1, content)
            for address, content in messages
        ]
        self._bus.i2c_rdwr(*asked)
        reads = (message for message, (_, content) in zip(asked, messages, strict=True) if isinstance(content, int))
        return b"".join(bytes(list(message)) for message in reads)

    def close(self) -> None:
        """Close the bus."""
        self._bus.close()


def _head(address_octet: int, count: int) -> bytes:
    check_length(count, MESSAGE_LIMIT, "an I2C bus of Linux")
    return bytes((address_octet,)) + count.to_bytes(2, "big")


def _message(address_octet: int, written: bytes) -> bytes:
    return _head(address_octet, len(written)) + written


def _messages(frame: bytes) -> list[tuple[int, bytes | int]]:
    messages: list[tuple[int, bytes | int]] = []
    at = 0
    while at < len(frame):
        address, count = frame[at], int.from_bytes(frame[at + 1 : at + _HEAD], "big")
        at += _HEAD
        if address & 1:
            messages.append((address, count))
        else:
            messages.append((address, frame[at : at + count]))
            at += count
    return messages


def _until_read(count: int) -> FrameLength:
    def length(received: bytes) -> int | None:
        if len(received) >= _ERROR and received[:_ERROR] != b"\0\0":
            return _ERROR
        return _ERROR + count if len(received) >= _ERROR + count else None

    return length


def _number(taken: Taken) -> int:
    return int.from_bytes(taken.reply[:_ERROR], "big")


def _kernel_refuses(address: int, number: int, taken: Taken) -> LinkError:
    says = "a driver of the kernel has it; unbind that driver" if number == errno.EBUSY else errno.errorcode.get(number)
    return LinkError("kernel-refuses", f"chip {address:#04x}: {says} ({number})", raw=taken.reply)
