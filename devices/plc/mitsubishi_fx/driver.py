"""The FX clock through the programming port: ASCII frames between STX and ETX, seven registers at a time."""

from __future__ import annotations

from dataclasses import dataclass

from devices.plc.fx_clock import FIELDS, decode, encode, facts_with
from devices.plc.mitsubishi_fx import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import fx_sum
from harness.device.asks import Exchange, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

_STX, _ETX, _ENQ, _ACK, _NAK = b"\x02", b"\x03", b"\x05", b"\x06", b"\x15"
_READ, _WRITE = b"0", b"1"
# Special registers stand at 0E00h + 2 (n - 8000), not where the formula of ordinary ones would put them.
_WHERE = f"{0x0E00 + 2 * (FIELDS.start - 8000):04X}{FIELDS.block_bytes:02X}".encode("ascii")
_SUM_COUNT = 2


def make_driver(options: Options) -> MitsubishiFx:
    """Make the driver; the options say how many digits the year has."""
    return MitsubishiFx(facts=facts_with(FACTS, options))


@dataclass(frozen=True, slots=True, kw_only=True)
class MitsubishiFx:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: the port names no unit."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read D8013 to D8019 in one frame.

        Raises:
            DeviceRefused: NAK.
            LinkError: the reply's sum is wrong, or it does not hold seven words.
        """
        yield from _enquire()
        reply = yield from ask(Exchange(data=_frame(_READ + _WHERE), until=until_reply))
        if reply == _NAK:
            raise DeviceRefused(_NAK[0], "NAK: the controller does not take this read", raw=reply)
        return decode(_block_of(reply))

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write D8013 to D8019 in one frame.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: NAK.
        """
        block = encode(fields, self.facts).hex().upper().encode("ascii")
        yield from _enquire()
        reply = yield from ask(WriteExchange(data=_frame(_WRITE + _WHERE + block), until=until_acknowledgement))
        _expect_ack(reply)


def until_reply(received: bytes) -> int | None:
    """Complete at a NAK, or two characters after the ETX of a frame.

    Raises:
        ValueError: the reply begins with neither.
    """
    if not received:
        return None
    if received[:1] == _NAK:
        return 1
    if received[:1] != _STX:
        raise ValueError(f"{received[:1].hex()}h begins neither a frame nor a refusal")
    end = received.find(_ETX)
    whole = end + 1 + _SUM_COUNT
    return None if end < 0 or len(received) < whole else whole


def until_acknowledgement(received: bytes) -> int | None:
    """Complete at ACK or NAK.

    Raises:
        ValueError: the reply is neither.
    """
    if received and received[:1] not in {_ACK, _NAK}:
        raise ValueError(f"{received[:1].hex()}h is neither ACK nor NAK")
    return 1 if received else None


def _enquire() -> Steps[None]:
    """Ask whether the port listens."""
    _expect_ack((yield from ask(Exchange(data=_ENQ, until=until_acknowledgement, timing=False))))


def _expect_ack(reply: bytes) -> None:
    if reply != _ACK:
        raise DeviceRefused(_NAK[0], "NAK: the controller does not take this", raw=reply)


def _frame(text: bytes) -> bytes:
    return _STX + text + _ETX + _sum(text + _ETX)


def _sum(text: bytes) -> bytes:
    return f"{fx_sum(text):02X}".encode("ascii")


def _block_of(reply: bytes) -> bytes:
    text, said = reply[1:-_SUM_COUNT], reply[-_SUM_COUNT:]
    if _sum(text) != said:
        raise LinkError("bad-crc", f"the sum of {reply!r} is wrong", raw=reply)
    try:
        block = bytes.fromhex(text[:-1].decode("ascii"))
    except ValueError as error:
        raise LinkError("bad-frame", f"{reply!r} holds no words", raw=reply) from error
    if len(block) != FIELDS.block_bytes:
        raise LinkError("bad-frame", f"{reply!r} holds {len(block)} bytes", raw=reply)
    return block
