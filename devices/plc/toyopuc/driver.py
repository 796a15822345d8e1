"""The Toyopuc clock over its computer link: one frame to read, one to set."""

from __future__ import annotations

from dataclasses import dataclass

from devices.options import window_of, with_century_window
from devices.plc.toyopuc import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, FieldMap
from harness.device.asks import Exchange, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

FIELDS = FieldMap(
    start=0,
    count=7,
    second=Bcd(0),
    minute=Bcd(1),
    hour=Bcd(2),
    day=Bcd(3),
    month=Bcd(4),
    year=Bcd(5),
    weekday=Bcd(6),
)
_READ = bytes.fromhex("32 70 00")
_WRITE = bytes.fromhex("32 71 00")
_RESPONSE = 0x80
_HEAD_COUNT = 4  # frame type, response code, length low and high
_ERRORS = {
    0x11: "the CPU module failed",
    0x23: "the command is not known",
    0x24: "the subcommand is not known",
    0x25: "the data are wrong",
    0x31: "not while the sequence runs",
    0x32: "not while it is stopped for good",
    0x34: "the configuration forbids it",
    0x35: "another has the priority",
    0x36: "another device has the priority",
    0x3C: "not during a fatal failure",
    0x3D: "something else is under way",
    0x3E: "not during a reset",
    0x40: "the address is out of range",
    0x41: "the count is out of range",
    0x66: "the link module does not answer",
    0x70: "the link module cannot do it",
}


def make_driver(options: Options) -> Toyopuc:
    """Make the driver; the option gives the century window."""
    return Toyopuc(facts=with_century_window(FACTS, window_of(options)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Toyopuc:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: the CPU's status says what it does, not which one it is."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the clock in one frame. A month of 0 is a clock without a date, and is flagged ``no-date``.

        Raises:
            DeviceRefused: a response code other than 0.
            LinkError: the reply is not one to this request.
        """
        reply = yield from ask(Exchange(data=_frame(_READ), until=until_reply))
        block = _content_of(reply, _READ, FIELDS.count)
        moment, _, unreadable = FIELDS.decode(block)
        return ClockSample(fields=moment, flags={"no-date": moment.month == 0}, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the clock in one frame.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: a response code other than 0.
        """
        data = _frame(_WRITE + FIELDS.encode(fields))
        _content_of((yield from ask(WriteExchange(data=data, until=until_reply))), _WRITE, 0)


def _frame(content: bytes) -> bytes:
    return b"\x00\x00" + len(content).to_bytes(2, "little") + content


def until_reply(received: bytes) -> int | None:
    """Complete at the length the reply itself states, low byte first.

    Raises:
        ValueError: these bytes begin no response.
    """
    if received and received[0] != _RESPONSE:
        raise ValueError(f"{received[:1].hex()}h begins no response")
    if len(received) < _HEAD_COUNT:
        return None
    whole = _HEAD_COUNT + int.from_bytes(received[2:4], "little")
    return whole if len(received) >= whole else None


def _content_of(reply: bytes, command: bytes, count: int) -> bytes:
    """Return what follows the echoed command, once the response code is 0 and the rest has its length.

    A refusal names its cause in the byte behind the head.
    """
    content = reply[_HEAD_COUNT:]
    if reply[1]:
        cause = content[-1] if content else 0
        code = f"{reply[1]:02X}-{cause:02X}"
        raise DeviceRefused(code, f"refusal {cause:02X}h: {_ERRORS.get(cause, 'not known')}", raw=reply)
    if not content.startswith(command):
        raise LinkError("bad-frame", f"{reply.hex(' ')} answers another request", raw=reply)
    if len(content) != len(command) + count:
        raise LinkError("wrong-count", f"{reply.hex(' ')} holds another number of bytes than {count}", raw=reply)
    return content[len(command) :]
