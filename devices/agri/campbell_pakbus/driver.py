"""The clock of PakBus loggers: one transaction both reads the clock and moves it by a difference.

A set therefore reads the clock, and sends the target less what it read. It is sent once: a repetition would move the
clock again. When its reply is lost, the next read tells what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from devices.agri.campbell_pakbus import FACTS
from devices.options import int_option
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import pakbus_nullifier, pakbus_signature
from harness.device.asks import Exchange, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

_MARK = 0xBD
_QUOTES = {0xBC: b"\xbc\xdc", 0xBD: b"\xbc\xdd"}
_READY = 0xA
_EXPECTS_REPLY = 0x4  # expect-more code 1, priority 0, as the manual's own example has them
_BMP5 = 0x1
_COMMAND, _RESPONSE = 0x17, 0x97
_HIGHEST_ADDRESS = 0xFFE
_FIRST_TRANSACTION = 0x17
_HEAD_COUNT = 8  # link header and packet header
_REPLY_COUNT = 19  # heads, type, transaction, response code, seconds, nanoseconds
_BILLION = 1_000_000_000
_RESPONSES = {1: "the security code does not permit it"}
_NO_ADJUSTMENT = bytes(8)


def make_driver(options: Options) -> PakBus:
    """Make the driver; the options give both addresses and the security code."""
    return PakBus(
        facts=FACTS,
        logger=int_option(options, "logger", lowest=1, highest=_HIGHEST_ADDRESS),
        host=int_option(options, "host", lowest=1, highest=_HIGHEST_ADDRESS),
        security_code=int_option(options, "security-code"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PakBus:
    """The driver.

    Attributes:
        logger, host: PakBus addresses.
        security_code: the logger's, 0 for none.
        link_flags: expect-more code and priority, the four bits before the host's address.
    """

    facts: DeviceFacts
    logger: int
    host: int
    security_code: int
    link_flags: int = _EXPECTS_REPLY
    _transactions: Iterator[int] = field(default_factory=lambda: count(_FIRST_TRANSACTION))

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: an address is given by people and names no unit."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the clock: the transaction that moves it, with a difference of nothing.

        Raises:
            DeviceRefused: a response code other than 0.
            LinkError: the signature is wrong, or the packet answers another request.
        """
        number = self._next()
        frame = self.frame(number, _NO_ADJUSTMENT)
        reply = yield from ask(Exchange(data=frame, until=until_packet))
        seconds, nanoseconds, raw = self._old_time(reply, number)
        del nanoseconds
        return ClockSample(fields=CalendarFields(count=seconds), raw=raw)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Read the clock and move it by the difference, to the start of the second that was asked for.

        Raises:
            ValueError: there is no count, or it does not fit; nothing has been written.
            DeviceRefused: a response code other than 0.
        """
        if fields.count is None or fields.present() != {"count"}:
            raise ValueError("a counting clock is set by its count alone")
        if not -(1 << 31) <= fields.count < 1 << 31:
            raise ValueError(f"count {fields.count} does not fit 32 bits signed")
        number = self._next()
        frame = self.frame(number, _NO_ADJUSTMENT)
        reply = yield from ask(Exchange(data=frame, until=until_packet, timing=False))
        seconds, nanoseconds, _ = self._old_time(reply, number)
        difference = adjustment((fields.count - seconds) * _BILLION - nanoseconds)
        number = self._next()
        frame = self.frame(number, difference)
        reply = yield from ask(WriteExchange(data=frame, until=until_packet))
        self._old_time(reply, number)

    def _next(self) -> int:
        return (next(self._transactions) - 1) % 0xFF + 1

    def frame(self, number: int, difference: bytes) -> bytes:
        """Return a clock command between its marks, quoted, with the nullifier that brings its signature to 0.

        Args:
            number: of the transaction, 1 to 255.
            difference: seconds and nanoseconds, as ``adjustment`` spells them.
        """
        head = _address(_READY, self.logger) + _address(self.link_flags, self.host)
        head += _address(_BMP5, self.logger) + _address(0, self.host)
        packet = head + bytes((_COMMAND, number)) + self.security_code.to_bytes(2, "big") + difference
        packet += pakbus_nullifier(packet)
        quoted = b"".join(_QUOTES.get(byte, bytes((byte,))) for byte in packet)
        return bytes((_MARK,)) + quoted + bytes((_MARK,))

    def _old_time(self, reply: bytes, number: int) -> tuple[int, int, bytes]:
        """Return seconds and nanoseconds since 1990 before the transaction, and the packet they stand in."""
        packet = unquoted(reply.strip(bytes((_MARK,))))
        if pakbus_signature(packet):
            raise LinkError("bad-crc", f"the signature of {packet.hex(' ')} is wrong", raw=reply)
        body = packet[:-2]
        answers = body[_HEAD_COUNT : _HEAD_COUNT + 2] == bytes((_RESPONSE, number))
        comes_from = int.from_bytes(body[6:8], "big") & 0xFFF
        if not answers or comes_from != self.logger:
            raise LinkError("wrong-transaction", f"{packet.hex(' ')} answers another request", raw=reply)
        code = body[_HEAD_COUNT + 2] if len(body) > _HEAD_COUNT + 2 else 0
        if code:
            raise DeviceRefused(code, f"response code {code}: {_RESPONSES.get(code, 'not known')}", raw=reply)
        if len(body) != _REPLY_COUNT:
            raise LinkError("bad-frame", f"{packet.hex(' ')} holds no clock", raw=reply)
        seconds = int.from_bytes(body[11:15], "big", signed=True)
        return seconds, int.from_bytes(body[15:19], "big", signed=True), packet


def _address(flags: int, address: int) -> bytes:
    return (flags << 12 | address).to_bytes(2, "big")


def adjustment(difference_ns: int) -> bytes:
    """Return a difference as signed seconds and nanoseconds, the latter not negative.

    Raises:
        ValueError: more seconds than 32 bits hold.
    """
    seconds, nanoseconds = divmod(difference_ns, _BILLION)
    if not -(1 << 31) <= seconds < 1 << 31:
        raise ValueError(f"a clock cannot be moved by {seconds} s at once")
    return seconds.to_bytes(4, "big", signed=True) + nanoseconds.to_bytes(4, "big", signed=True)


def until_packet(received: bytes) -> int | None:
    """Complete at the mark behind a packet; any number of marks may stand before it.

    Raises:
        ValueError: the bytes begin with anything but a mark.
    """
    if received and received[0] != _MARK:
        raise ValueError(f"{received[:1].hex()}h is no mark")
    begins = len(received) - len(received.lstrip(bytes((_MARK,))))
    end = received.find(_MARK, begins)
    return None if begins == len(received) or end < 0 else end + 1


def unquoted(quoted: bytes) -> bytes:
    """Return a packet as it was before its marks and quotes were made safe.

    Raises:
        LinkError: a quote is followed by something that has no meaning.
    """
    packet = bytearray()
    bytes_left = iter(quoted)
    meanings = {quote[1]: byte for byte, quote in _QUOTES.items()}
    for byte in bytes_left:
        if byte != _QUOTES[0xBC][0]:
            packet.append(byte)
            continue
        follower = next(bytes_left, None)
        if follower not in meanings:
            raise LinkError("bad-frame", f"a quote in {quoted.hex(' ')} has no meaning", raw=quoted)
        packet.append(meanings[follower])
    return bytes(packet)
