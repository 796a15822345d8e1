"""The S7-300 clock over ISO on TCP: a connection, then one PDU to read and one to set.

The layout of a set is that of snap7 and S7NetPlus: ten bytes of data, of which the first two are no part of the date.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.options import int_option
from devices.plc.siemens_s7_300 import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, Bin, FieldMap
from harness.device.asks import Exchange, Opening, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

# DATE_AND_TIME: the last byte holds units of milliseconds and the weekday, a digit each.
FIELDS = FieldMap(
    start=0,
    count=8,
    year=Bcd(0),
    month=Bcd(1),
    day=Bcd(2),
    hour=Bcd(3),
    minute=Bcd(4),
    second=Bcd(5),
    weekday=Bin(7, 0x0F),
)
_TPKT_COUNT = 4
_DATA = bytes.fromhex("02 F0 80")
_CONFIRM_CODE = 0xD0
_SETUP = bytes.fromhex("32 01 00 00 04 00 00 08 00 00 F0 00 00 01 00 01 01 E0")
_SETUP_DONE = bytes.fromhex("32 03 00 00 04 00")
_SETUP_ERROR = slice(10, 12)
_SETUP_COUNT = 20  # the size of PDUs stands at its end
_GET = bytes.fromhex("32 07 00 00 00 01 00 08 00 04 00 01 12 04 11 47 01 00 0A 00 00 00")
_SET = bytes.fromhex("32 07 00 00 00 02 00 08 00 0E 00 01 12 04 11 47 02 00 FF 09 00 0A")
# Both other implementations send 19 here, whatever the century.
_SET_PREFIX = bytes.fromhex("00 19")
_ERROR_AT = slice(20, 22)
_CONTENT_AT = 22
_GOOD = bytes.fromhex("FF 09 00 0A")
_ERRORS = {
    0x8104: "this CPU has no such service (an S7-1200 answers so)",
    0xD401: "the function is not available",
    0xD402: "the subfunction is not available",
    0xD405: "the state of the CPU forbids it",
    0xDC01: "the date or time is not valid",
}
_LOST = {"no-reply", "connection-lost", "not-open", "no-connection"}


def make_driver(options: Options) -> S7:
    """Make the driver; the options say where in the rack the CPU is."""
    rack, slot = int_option(options, "rack", highest=7), int_option(options, "slot", highest=31)
    return S7(facts=FACTS, place=rack << 5 | slot)


@dataclass(slots=True)
class _Connection:
    """In which opening of the wire the connection was set up; None while it is not, as far as this side knows."""

    opening: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class S7:
    """The driver. It sets the connection up before its first request, and anew after the wire was opened or lost.

    Attributes:
        place: rack and slot as the connection request names them.
    """

    facts: DeviceFacts
    place: int
    _connection: _Connection = field(default_factory=_Connection)

    def identify(self) -> Steps[DeviceIdentity]:
        """Agree on the size of PDUs, on a connection that may be new: two CPUs of a kind agree on the same."""
        yield from self._connect()
        size = yield from self._agree()
        return DeviceIdentity(entries=(("pdu-size", str(size)),))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the clock in one PDU.

        Raises:
            DeviceRefused: an error word other than 0.
            LinkError: the reply is not one to this request.
        """
        yield from self._connect()
        pdu = yield from self._ask(Exchange(data=_framed(_DATA + _GET), until=until_packet))
        content = _content_of(pdu, _GET)
        block = content[6:]
        if content[:4] != _GOOD or len(block) != FIELDS.count:
            raise LinkError("bad-frame", f"{pdu.hex(' ')} holds no clock", raw=pdu)
        moment, _, unreadable = FIELDS.decode(block)
        return ClockSample(fields=moment, raw=content[4:], unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the clock in one PDU; milliseconds are 0.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: an error word other than 0.
        """
        data = _framed(_DATA + _SET + _SET_PREFIX + FIELDS.encode(fields))
        yield from self._connect()
        _content_of((yield from self._ask(WriteExchange(data=data, until=until_packet))), _SET)

    def _connect(self) -> Steps[None]:
        """Set the connection up, unless it is: the request of ISO 8073, then the size of PDUs."""
        opening = yield from ask(Opening())
        if self._connection.opening == opening:
            return
        peer = bytes((0x01, self.place))
        request = bytes.fromhex("11 E0 00 00 00 01 00 C0 01 0A C1 02 01 00 C2 02") + peer
        confirmed = yield from self._ask(Exchange(data=_framed(request), until=until_packet, timing=False))
        if confirmed[_TPKT_COUNT + 1] != _CONFIRM_CODE:
            raise DeviceRefused("no-connection", "the CPU refuses the connection: rack and slot?", raw=confirmed)
        yield from self._agree()
        self._connection.opening = opening

    def _agree(self) -> Steps[int]:
        """Agree on the size of PDUs and return it. Asking again on the same connection changes nothing."""
        agreed = yield from self._ask(Exchange(data=_framed(_DATA + _SETUP), until=until_packet, timing=False))
        pdu = agreed[_TPKT_COUNT + len(_DATA) :]
        if not pdu.startswith(_SETUP_DONE) or len(pdu) < _SETUP_COUNT:
            raise LinkError("bad-frame", f"{agreed.hex(' ')} does not answer the size of PDUs", raw=agreed)
        if any(pdu[_SETUP_ERROR]):
            raise _refusal(int.from_bytes(pdu[_SETUP_ERROR], "big"), agreed)
        return int.from_bytes(pdu[_SETUP_COUNT - 2 : _SETUP_COUNT], "big")

    def _ask(self, question: Exchange) -> Steps[bytes]:
        try:
            return (yield from ask(question))
        except LinkError as error:
            if error.kind in _LOST:
                self._connection.opening = None
            raise


def _framed(content: bytes) -> bytes:
    return b"\x03\x00" + (_TPKT_COUNT + len(content)).to_bytes(2, "big") + content


def until_packet(received: bytes) -> int | None:
    """Complete at the length the packet itself states (RFC 1006).

    Raises:
        ValueError: these bytes begin no packet, or one too short to say anything.
    """
    if not b"\x03\x00".startswith(received[:2]):
        raise ValueError(f"{received[:2].hex(' ')} begins no packet")
    if len(received) < _TPKT_COUNT:
        return None
    whole = int.from_bytes(received[2:4], "big")
    if whole < _TPKT_COUNT + len(_DATA):
        raise ValueError(f"a packet of {whole} bytes holds nothing")
    return whole if len(received) >= whole else None


def _content_of(packet: bytes, request: bytes) -> bytes:
    """Return the data part of a clock service's reply, once it answers ``request`` and bears no error.

    The error word of the parameters counts: the data of an acknowledged set is 0Ah, no data, and not FFh.
    """
    pdu = packet[_TPKT_COUNT + len(_DATA) :]
    is_userdata = packet[_TPKT_COUNT:].startswith(_DATA + b"\x32\x07") and len(pdu) >= _CONTENT_AT
    # Reference, function group 7 as a response (87h), and the same subfunction.
    answers = pdu[4:6] == request[4:6] and pdu[15:16] == b"\x87" and pdu[16:17] == request[16:17]
    if not (is_userdata and answers):
        raise LinkError("bad-frame", f"{packet.hex(' ')} does not answer this request", raw=packet)
    if code := int.from_bytes(pdu[_ERROR_AT], "big"):
        raise _refusal(code, packet)
    return pdu[_CONTENT_AT:]


def _refusal(code: int, packet: bytes) -> DeviceRefused:
    return DeviceRefused(f"{code:04X}", f"error {code:04X}h: {_ERRORS.get(code, 'not known')}", raw=packet)
