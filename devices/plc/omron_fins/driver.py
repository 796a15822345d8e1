"""Omron's clock over FINS: command 0701 reads it, 0702 sets it, each in one datagram or on a plain stream."""

from __future__ import annotations

from dataclasses import dataclass

from devices.options import int_option, window_of, with_century_window
from devices.plc.omron_fins import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, FieldMap
from harness.device.asks import Exchange, FrameLength, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

FIELDS = FieldMap(
    start=0,
    count=7,
    year=Bcd(0),
    month=Bcd(1),
    day=Bcd(2),
    hour=Bcd(3),
    minute=Bcd(4),
    second=Bcd(5),
    weekday=Bcd(6),
)
_READ, _WRITE = b"\x07\x01", b"\x07\x02"
_COMMAND, _RESPONSE_BIT = 0x80, 0x40
_GATEWAYS = 2
_SERVICE_ID = 0x7A
_HEADER_COUNT = 10
_BARE_COUNT = 14  # header, command, end code
_HIGHEST_NODE = 254
_FLAGS = 0x80, 0xC0  # relay error in the first byte; the unit's own errors, which stop nothing, in the second
# The first byte of an end code is its class.
_CLASSES = {
    0x00: "the service was interrupted",
    0x01: "the local node erred",
    0x02: "the destination node erred or is not there",
    0x03: "the communications controller erred",
    0x04: "the command is not supported here",
    0x05: "the route is wrong",
    0x10: "the command's format is wrong",
    0x11: "a parameter is wrong",
    0x20: "it cannot be read",
    0x21: "it cannot be written, or is protected",
    0x22: "not in this mode",
    0x23: "there is no such unit",
    0x24: "it cannot be started or stopped",
    0x25: "a unit erred",
    0x26: "the command is refused",
    0x30: "another node has the access right",
}


def make_driver(options: Options) -> Fins:
    """Make the driver; the options give the two nodes and the century window."""
    return Fins(
        facts=with_century_window(FACTS, window_of(options)),
        destination=int_option(options, "destination-node", highest=_HIGHEST_NODE),
        source=int_option(options, "source-node", highest=_HIGHEST_NODE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fins:
    """The driver.

    Attributes:
        destination, source: FINS nodes; network and unit are 0, this network's controllers themselves.
    """

    facts: DeviceFacts
    destination: int
    source: int

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: two controllers of a kind name themselves alike."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the clock in one command. A clock that is not fitted reads zeros, and is flagged ``all-zero``.

        Raises:
            DeviceRefused: an end code other than 0000.
            LinkError: the reply is not one to this request.
        """
        reply = yield from ask(Exchange(data=self._header() + _READ, until=self._until(_READ, FIELDS.count)))
        block = reply[_BARE_COUNT:]
        _expect_done(reply)
        moment, _, unreadable = FIELDS.decode(block)
        return ClockSample(fields=moment, flags={"all-zero": not any(block)}, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the clock in one command, weekday and all: a second left out would become 0.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: an end code other than 0000.
        """
        data = self._header() + _WRITE + FIELDS.encode(fields)
        reply = yield from ask(WriteExchange(data=data, until=self._until(_WRITE, 0)))
        _expect_done(reply)

    def _header(self) -> bytes:
        return bytes((_COMMAND, 0, _GATEWAYS, 0, self.destination, 0, 0, self.source, 0, _SERVICE_ID))

    def _until(self, command: bytes, count: int) -> FrameLength:
        # Network, node and unit of destination and source change places in a reply.
        addresses = bytes((0, self.source, 0, 0, self.destination, 0, _SERVICE_ID))
        return until_reply(addresses + command, count)


def until_reply(expected: bytes, count: int) -> FrameLength:
    """Complete after the end code, and after ``count`` bytes more when that says the command was done.

    Args:
        expected: addresses, service id and command, as they follow the first three bytes of the reply.
        count: bytes of a good reply after its end code.

    The returned function raises ValueError for anything that is no response, or one to another request.
    """

    def length(received: bytes) -> int | None:
        if received and not received[0] & _RESPONSE_BIT:
            raise ValueError(f"{received[:1].hex()}h begins no response")
        said = received[3 : _HEADER_COUNT + 2]
        if not expected.startswith(said):
            raise ValueError(f"{said.hex(' ')} answers another request than {expected.hex(' ')}")
        if len(received) < _BARE_COUNT:
            return None
        whole = _BARE_COUNT + (0 if any(_end_code(received)) else count)
        return whole if len(received) >= whole else None

    return length


def _end_code(reply: bytes) -> tuple[int, int]:
    first, second = reply[_HEADER_COUNT + 2 : _BARE_COUNT]
    return first & ~_FLAGS[0], second & ~_FLAGS[1]


def _expect_done(reply: bytes) -> None:
    first, second = _end_code(reply)
    if first or second:
        code = f"{first:02X}{second:02X}"
        raise DeviceRefused(code, f"end code {code}: {_CLASSES.get(first, 'not known')}", raw=reply)
    if reply[_HEADER_COUNT + 2] & _FLAGS[0]:
        raise LinkError("bad-frame", "a relay on the way reports an error beside the reply", raw=reply)
