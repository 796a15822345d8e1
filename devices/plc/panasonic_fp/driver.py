"""The Panasonic FP clock over MEWTOCOL: three data registers, and a fourth that commits what was written to them."""

from __future__ import annotations

from dataclasses import dataclass

from devices.options import int_option, window_of, with_century_window
from devices.plc.panasonic_fp import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import nmea_xor
from harness.codec.layout import Bcd, FieldMap, HighByte, LowByte
from harness.codec.words import bytes_of_words
from harness.device.asks import Exchange, FrameLength, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

# Registers count from the one with minute and second.
FIELDS = FieldMap(
    start=0,
    count=3,
    minute=Bcd(HighByte(0)),
    second=Bcd(LowByte(0)),
    day=Bcd(HighByte(1)),
    hour=Bcd(LowByte(1)),
    year=Bcd(HighByte(2)),
    month=Bcd(LowByte(2)),
)
_COMMIT_OFFSET, _COMMIT_WORD = 4, "0080"  # 8000h, low byte first
_HIGHEST_REGISTER = 99_994
_HEAD = 4  # percent sign, station, and $ for a good reply or ! for an error
_TAIL = 3  # two digits of the check and the carriage return
_NO_CHECK = b"**"
_ERRORS = {
    "20": "the command is not known",
    "21": "the check or the remote unit was wrong",
    "40": "the check was wrong",
    "41": "the format was wrong",
    "42": "the command is not supported",
    "43": "the procedure was wrong",
    "53": "it is busy",
    "60": "a parameter was wrong",
    "61": "the data were wrong",
    "63": "not in this mode",
    "65": "it is protected",
    "66": "the address was wrong",
    "67": "there are no such data",
}


def make_driver(options: Options) -> PanasonicFp:
    """Make the driver; the options give the station, the first register and the century window."""
    return PanasonicFp(
        facts=with_century_window(FACTS, window_of(options)),
        station=int_option(options, "station", lowest=1, highest=99),
        first=int_option(options, "first-register", highest=_HIGHEST_REGISTER),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PanasonicFp:
    """The driver.

    Attributes:
        station: the unit's number on the line.
        first: the data register of minute and second.
    """

    facts: DeviceFacts
    station: int
    first: int

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing is asked: the reply to a status request names no unit."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the three registers in one frame.

        Raises:
            DeviceRefused: the unit answered an error code.
            LinkError: the reply's check is wrong, or it does not hold three registers.
        """
        request = self._frame(f"RDD{self.first:05d}{self.first + FIELDS.count - 1:05d}")
        reply = yield from ask(Exchange(data=request, until=until_reply(self.station)))
        text = _text_of(reply, "RD")
        try:
            block = _turned(bytes.fromhex(text))
        except ValueError as error:
            raise LinkError("bad-frame", f"{reply!r} holds no registers", raw=reply) from error
        if len(block) != FIELDS.block_bytes:
            raise LinkError("wrong-count", f"{reply!r} holds {len(block)} bytes", raw=reply)
        moment, _, unreadable = FIELDS.decode(block)
        return ClockSample(fields=moment, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the three registers in one frame, then commit them.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been sent.
            DeviceRefused: the unit answered an error code; nothing more is sent.
        """
        block = _turned(FIELDS.encode(fields)).hex().upper()
        yield from self._write(self.first, FIELDS.count, block)
        yield from self._write(self.first + _COMMIT_OFFSET, 1, _COMMIT_WORD)

    def _write(self, first: int, count: int, content: str) -> Steps[None]:
        request = self._frame(f"WDD{first:05d}{first + count - 1:05d}{content}")
        reply = yield from ask(WriteExchange(data=request, until=until_reply(self.station)))
        if text := _text_of(reply, "WD"):
            raise LinkError("bad-frame", f"'{text}' came with the acknowledgement of a write", raw=reply)

    def _frame(self, text: str) -> bytes:
        body = f"%{self.station:02d}#{text}".encode("ascii")
        return body + _check(body) + b"\r"


def until_reply(station: int) -> FrameLength:
    """Complete at the carriage return of a reply from ``station``.

    The returned function raises ValueError when the reply begins with anything else.
    """
    head = f"%{station:02d}".encode("ascii")

    def length(received: bytes) -> int | None:
        if not head.startswith(received[: len(head)]):
            raise ValueError(f"the reply starts with {received[: len(head)]!r}, not {head!r}")
        end = received.find(b"\r")
        return None if end < 0 else end + 1

    return length


def _check(body: bytes) -> bytes:
    """Return the block check character: the XOR of everything from the percent sign."""
    return f"{nmea_xor(body):02X}".encode("ascii")


def _text_of(reply: bytes, code: str) -> str:
    """Return what a good reply says behind its code."""
    body, said = reply[:-_TAIL], reply[-_TAIL:-1]
    if said not in {_check(body), _NO_CHECK}:
        raise LinkError("bad-crc", f"the check of {reply!r} is wrong", raw=reply)
    text = body.decode("latin-1")
    if text[_HEAD - 1 : _HEAD] == "!":
        error = text[_HEAD:]
        raise DeviceRefused(error, f"error {error}: {_ERRORS.get(error, 'not known')}", raw=reply)
    if text[_HEAD - 1 : _HEAD + len(code)] != f"${code}":
        raise LinkError("bad-frame", f"{reply!r} does not answer {code}", raw=reply)
    return text[_HEAD + len(code) :]


def _turned(block: bytes) -> bytes:
    """Change the byte order of every register: MEWTOCOL sends the low byte first."""
    return bytes_of_words([int.from_bytes(block[at : at + 2], "little") for at in range(0, len(block), 2)])
