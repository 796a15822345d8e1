"""The LOGO! 0BA6 clock through the programming port: six bytes, latched before a read and committed after a write.

The controller answers only in STOP. It is never stopped from here: its outputs move something.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.plc.siemens_logo_0ba6 import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bin, FieldMap
from harness.device.asks import Exchange, FrameLength, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

FIELDS = FieldMap(
    start=0xFB00,
    count=6,
    day=Bin(0xFB00),
    month=Bin(0xFB01),
    year=Bin(0xFB02),  # years since 2000
    minute=Bin(0xFB03),
    hour=Bin(0xFB04),
    weekday=Bin(0xFB05),
)
_LATCH, _COMMIT = 0x4400, 0x4300
_WRITE, _READ, _VALUE, _ACK, _NAK = 0x01, 0x02, 0x03, 0x06, 0x15
_STATE_QUERY = bytes.fromhex("55 17 17 AA")
_RUN, _STOP = 0x01, 0x42
_REFUSALS = {
    0x01: "it is busy",
    0x02: "it waited too long",
    0x03: "this byte cannot be had",
    0x04: "the parity was wrong",
    0x05: "the command is not known",
    0x06: "its check was wrong",
    0x07: "not in this mode",
}


def make_driver(options: Options) -> Logo:
    """Make the driver; it takes no options."""
    del options
    return Logo(facts=FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: the port names no unit."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Latch the clock into its six bytes, then read them one by one.

        The latch is a write of a byte that holds nothing; it changes neither the time nor any setting.

        Raises:
            DeviceRefused: the controller runs, or refuses a byte.
        """
        yield from _expect_stop()
        _expect_ack((yield from ask(Exchange(data=_write(_LATCH, 0), until=until_acknowledgement))))
        block = bytearray()
        for address in range(FIELDS.start, FIELDS.start + FIELDS.count):
            place = _address(address)
            request = bytes((_READ,)) + place
            reply = yield from ask(Exchange(data=request, until=until_value(place), timing=False))
            _expect_ack(reply)
            block.append(reply[-1])
        moment, _, unreadable = FIELDS.decode(bytes(block))
        return ClockSample(fields=moment, raw=bytes(block), unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the six bytes, each once, then commit them; until then the clock runs on as it was.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: the controller runs, or refuses a byte; nothing more is written.
        """
        block = FIELDS.encode(fields)
        yield from _expect_stop()
        for place, content in enumerate(block, start=FIELDS.start):
            data = _write(place, content)
            _expect_ack((yield from ask(WriteExchange(data=data, until=until_acknowledgement, timing=False))))
        _expect_ack((yield from ask(WriteExchange(data=_write(_COMMIT, 0), until=until_acknowledgement))))


def _address(address: int) -> bytes:
    """Return an address as a 0BA6 takes it, four bytes long."""
    return b"\x00\xff" + address.to_bytes(2, "big")


def _write(address: int, content: int) -> bytes:
    return bytes((_WRITE,)) + _address(address) + bytes((content,))


def until_acknowledgement(received: bytes) -> int | None:
    """Complete at an acknowledgement of one byte, or a refusal of two.

    Raises:
        ValueError: the reply begins with neither.
    """
    if not received:
        return None
    if received[0] not in {_ACK, _NAK}:
        raise ValueError(f"{received[:1].hex()}h is neither an acknowledgement nor a refusal")
    whole = 1 if received[0] == _ACK else 2
    return whole if len(received) >= whole else None


def until_state(received: bytes) -> int | None:
    """Complete at an acknowledgement and the state, or a refusal. Raises as ``until_acknowledgement`` does."""
    if until_acknowledgement(received) is None:
        return None
    return 2 if len(received) > 1 else None


def until_value(place: bytes) -> FrameLength:
    """Complete at an acknowledgement, ``place`` echoed and one byte, or at a refusal.

    The returned function raises ValueError when another place is echoed.
    """
    head = bytes((_ACK, _VALUE)) + place

    def length(received: bytes) -> int | None:
        if received[:1] == bytes((_NAK,)):
            return until_acknowledgement(received)
        if not head.startswith(received[: len(head)]):
            raise ValueError(f"{received[: len(head)].hex(' ')} is not the byte that was asked for")
        return len(head) + 1 if len(received) > len(head) else None

    return length


def _expect_stop() -> Steps[None]:
    """Ask which state the controller is in.

    Raises:
        DeviceRefused: it runs, and then gives no clock.
    """
    reply = yield from ask(Exchange(data=_STATE_QUERY, until=until_state, timing=False))
    _expect_ack(reply)
    if reply[1] == _RUN:
        raise DeviceRefused("running", "the controller runs: its clock is had in STOP only", raw=reply)
    if reply[1] != _STOP:
        raise LinkError("bad-frame", f"{reply[1]:02X}h is no state", raw=reply)


def _expect_ack(reply: bytes) -> None:
    if reply[0] == _NAK:
        raise DeviceRefused(reply[1], f"refusal {reply[1]:02X}h: {_REFUSALS.get(reply[1], 'not known')}", raw=reply)
