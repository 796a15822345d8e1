"""The FX clock over the MC protocol: batch read and write of seven words in binary 1E frames."""

from __future__ import annotations

from dataclasses import dataclass

from devices.plc.fx_clock import FIELDS, decode, encode, facts_with
from devices.plc.mitsubishi_mc_1e import FACTS
from harness.calendar.fields import CalendarFields
from harness.device.asks import Exchange, FrameLength, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused

_READ, _WRITE = 0x01, 0x03
_RESPONSE = 0x80
_OWN_STATION = 0xFF
_MONITORING = 10  # quarter seconds the adapter waits for the controller
_D = 0x4420
_DONE, _ABNORMAL = 0x00, 0x5B
_END_CODES = {
    0x50: "the command is not known",
    0x54: "the frame is not of the code the adapter is set to",
    0x55: "writing during RUN is not allowed",
    0x56: "the device is out of range",
    0x57: "too many points",
    0x58: "the address is wrong",
    0x5B: "an error with a code of its own",
    0x60: "the controller does not answer the adapter in time",
}
_HEAD = 2


def make_driver(options: Options) -> MitsubishiMc1E:
    """Make the driver; the options say how many digits the year has."""
    return MitsubishiMc1E(facts=facts_with(FACTS, options))


@dataclass(frozen=True, slots=True, kw_only=True)
class MitsubishiMc1E:
    """The driver."""

    facts: DeviceFacts

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: two controllers of a kind name themselves alike."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read D8013 to D8019 in one request.

        Raises:
            DeviceRefused: an end code other than 0.
        """
        reply = yield from ask(Exchange(data=_request(_READ), until=until_reply(_READ, FIELDS.block_bytes)))
        _expect_done(reply)
        return decode(reply[_HEAD:])

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write D8013 to D8019 in one request.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: an end code other than 0.
        """
        data = _request(_WRITE) + encode(fields, self.facts)
        _expect_done((yield from ask(WriteExchange(data=data, until=until_reply(_WRITE, 0)))))


def _request(command: int) -> bytes:
    head = bytes((command, _OWN_STATION)) + _MONITORING.to_bytes(2, "little")
    return head + FIELDS.start.to_bytes(4, "little") + _D.to_bytes(2, "little") + bytes((FIELDS.count, 0))


def until_reply(command: int, count: int) -> FrameLength:
    """Complete at the end code: with ``count`` bytes more when it is 0, with two more when it announces a code.

    The returned function raises ValueError when the reply is not one to ``command``.
    """

    def length(received: bytes) -> int | None:
        if received and received[0] != command | _RESPONSE:
            raise ValueError(f"{received[:1].hex()}h does not answer command {command:02X}h")
        if len(received) < _HEAD:
            return None
        whole = _HEAD + {_DONE: count, _ABNORMAL: 2}.get(received[1], 0)
        return whole if len(received) >= whole else None

    return length


def _expect_done(reply: bytes) -> None:
    code = reply[1]
    if code == _DONE:
        return
    more = f", abnormal code {reply[2]:02X}h" if code == _ABNORMAL else ""
    raise DeviceRefused(code, f"end code {code:02X}h: {_END_CODES.get(code, 'not known')}{more}", raw=reply)
