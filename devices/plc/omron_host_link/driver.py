"""Omron's clock words AR18 to AR21 over Host Link: read in one frame; set by stop, write, and the set bit."""

from __future__ import annotations

from dataclasses import dataclass

from devices.options import int_option, window_of, with_century_window
from devices.plc.omron_host_link import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.checksum import host_link_fcs
from harness.codec.layout import Bcd, Bit, FieldMap, HighByte, LowByte, Word
from harness.device.asks import Exchange, FrameLength, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

# C200HX/HG/HE operation manual, 3-5-9.
FIELDS = FieldMap(
    start=18,
    count=4,
    minute=Bcd(HighByte(18)),
    second=Bcd(LowByte(18)),
    day=Bcd(HighByte(19)),
    hour=Bcd(LowByte(19)),
    year=Bcd(HighByte(20)),
    month=Bcd(LowByte(20)),
    weekday=Bcd(LowByte(21)),
    clock_set=Bit(Word(21), 0x8000),
    clock_stopped=Bit(Word(21), 0x4000),
)
_STOP_WORD = "4000"
_TIME_BYTES = 6
_HIGHEST_NODE = 31
_END = b"*\r"
_TAIL = 4  # two digits of the check sequence, asterisk, carriage return
_HEAD = 7  # @, node, header code, end code
_END_CODES = {
    "01": "not in RUN mode",
    "02": "not in MONITOR mode",
    "03": "not with PROM mounted",
    "04": "address out of range",
    "0B": "not in PROGRAM mode",
    "13": "the check sequence was wrong",
    "14": "the format was wrong",
    "15": "an entry was wrong",
    "16": "the command is not known",
    "18": "the frame was too long",
    "19": "not executable",
    "23": "the memory is protected",
    "A3": "aborted: check sequence",
    "A4": "aborted: format",
    "A5": "aborted: entry",
}


def make_driver(options: Options) -> HostLink:
    """Make the driver; the options give the unit's number and the century window."""
    return HostLink(
        facts=with_century_window(FACTS, window_of(options)),
        node=int_option(options, "node", highest=_HIGHEST_NODE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLink:
    """The driver.

    Attributes:
        node: the unit's number on the line.
    """

    facts: DeviceFacts
    node: int

    def identify(self) -> Steps[DeviceIdentity]:
        """Nothing on this line names the unit."""
        yield from ()
        return DeviceIdentity(entries=())

    def read_clock(self) -> Steps[ClockSample]:
        """Read the four words in one frame.

        Raises:
            DeviceRefused: the unit answered an end code other than 00.
            LinkError: the reply is not one to this request, or its check sequence is wrong.
        """
        request = self._frame("RJ", f"{FIELDS.start:04d}{FIELDS.count:04d}")
        reply = yield from ask(Exchange(data=request, until=self._until("RJ")))
        block = _words_of(reply, FIELDS.block_bytes)
        moment, flags, unreadable = FIELDS.decode(block)
        return ClockSample(fields=moment, flags=flags, raw=block, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Stop the clock, write the time, then weekday and set bit together, by which it runs again from there.

        A set that breaks off between these leaves the clock stopped; a read says so.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been written.
            DeviceRefused: the unit answered an end code other than 00; nothing more is written.
        """
        block = FIELDS.encode(fields, flags={"clock-stopped": True, "clock-set": True}).hex().upper()
        time_words, control = block[: 2 * _TIME_BYTES], block[2 * _TIME_BYTES :]
        yield from self._write(21, _STOP_WORD)
        yield from self._write(18, time_words)
        yield from self._write(21, control)

    def _write(self, word: int, content: str) -> Steps[None]:
        request = self._frame("WJ", f"{word:04d}{content}")
        reply = yield from ask(WriteExchange(data=request, until=self._until("WJ")))
        _words_of(reply, 0)

    def _frame(self, code: str, text: str) -> bytes:
        body = f"@{self.node:02d}{code}{text}".encode("ascii")
        return body + f"{host_link_fcs(body):02X}".encode("ascii") + _END

    def _until(self, code: str) -> FrameLength:
        return until_reply(f"@{self.node:02d}{code}".encode("ascii"))


def until_reply(head: bytes) -> FrameLength:
    """Complete at the asterisk and carriage return of a reply that begins with ``head``.

    The returned function raises ValueError when the reply begins with anything else.
    """

    def length(received: bytes) -> int | None:
        if not head.startswith(received[: len(head)]):
            raise ValueError(f"the reply starts with {received[: len(head)]!r}, not {head!r}")
        end = received.find(_END)
        return None if end < 0 else end + len(_END)

    return length


def _words_of(reply: bytes, count: int) -> bytes:
    """Return the bytes of a reply's words, once its check sequence, end code and length are right."""
    body = reply[:-_TAIL]
    check = reply[-_TAIL:-2]
    if f"{host_link_fcs(body):02X}".encode("ascii") != check:
        raise LinkError("bad-crc", f"the check sequence of {reply!r} is wrong", raw=reply)
    code = body[_HEAD - 2 : _HEAD].decode("latin-1")
    if code != "00":
        raise DeviceRefused(code, f"end code {code}: {_END_CODES.get(code, 'not known')}", raw=reply)
    try:
        words = bytes.fromhex(body[_HEAD:].decode("ascii"))
    except ValueError as error:
        raise LinkError("bad-frame", f"{reply!r} holds no words", raw=reply) from error
    if len(words) != count:
        raise LinkError("bad-frame", f"{reply!r} holds {len(words)} bytes, {count} were due", raw=reply)
    return words
