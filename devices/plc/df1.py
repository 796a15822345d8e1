"""DF1 full duplex and the typed reads and writes it carries, for the Allen-Bradley controllers that speak it.

Source: 1770-RM516 (5-4 to 5-7 framing and checks, 7-17 and 7-18 the two commands, chapter 8 the status bytes). No
clock and no file is known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from harness.codec.checksum import crc16_df1
from harness.codec.words import bytes_of_words
from harness.device.asks import Exchange, Send, Steps, WriteExchange, ask
from harness.device.driver import Options
from harness.device.facts import Option
from harness.errors import DeviceRefused, LinkError

DLE = 0x10
_STX, _ETX, _ACK, _NAK = 0x02, 0x03, 0x06, 0x15
_COMMAND, _REPLY_BIT = 0x0F, 0x40
_READ, _WRITE = 0xA2, 0xAA
_HEAD_COUNT = 6  # destination, source, command, status, transaction low and high
_EXTENDED = 0xF0
_FIRST_READ, _FIRST_WRITE = 0x1234, 0x1235
_STATUS = {
    0x01: "the destination is out of buffers",
    0x02: "the destination does not answer",
    0x10: "illegal command or format",
    0x20: "the host has a problem",
    0x30: "the remote host is missing",
    0x40: "the host cannot do this because of a hardware fault",
    0x50: "the address is wrong, or memory is protected",
    0x60: "the function is disallowed by command protection",
    0x70: "the processor is in program mode",
    0x80: "compatibility mode file missing",
    0x90: "the remote node cannot buffer the command",
    0xB0: "the remote node is being downloaded to",
}

CHECK = Option(
    name="check",
    kind="choice",
    default="crc",
    choices=("crc", "bcc"),
    says="how the controller's channel is set to check its frames",
)
NODE = Option(name="node", kind="int", default=1, says="the controller's DF1 node, 0 to 254")
OPTIONS = (NODE, CHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A place in a data file: number, type, element and subelement, each below FFh."""

    number: int
    kind: int
    element: int
    subelement: int = 0

    def address(self, byte_count: int) -> bytes:
        """Return size and address as both commands carry them."""
        return bytes((byte_count, self.number, self.kind, self.element, self.subelement))


@dataclass(frozen=True, slots=True, kw_only=True)
class Df1:
    """One controller on its line.

    A controller may take a command that bears the transaction number of the one before for a repetition and not carry
    it out, so numbers go up: even ones for reads, odd ones for writes. The numbers of an earlier session nobody
    remembers; a session begins with a read, and one that is dropped for that is asked again under the next number.

    Attributes:
        node: the controller's node; ours is 0.
        has_crc: frames end in a CRC, else in a BCC.
    """

    node: int
    has_crc: bool
    _reads: Iterator[int] = field(default_factory=lambda: count(_FIRST_READ, 2))
    _writes: Iterator[int] = field(default_factory=lambda: count(_FIRST_WRITE, 2))

    @classmethod
    def of(cls, options: Options) -> Df1:
        """Return the controller that options describe."""
        node = options["node"]
        if not isinstance(node, int) or not 0 <= node < 0xFF:  # noqa: PLR2004 - FFh is nobody
            raise ValueError(f"the option 'node' is {node}, outside 0 to 254")
        return cls(node=node, has_crc=options["check"] == "crc")

    def read(self, place: File, byte_count: int) -> Steps[bytes]:
        """Read bytes of a data file by a protected typed logical read.

        Raises:
            DeviceRefused: NAK, or a status other than 0.
            LinkError: the reply's check is wrong, or it answers another request.
        """
        command = bytes((_READ,)) + place.address(byte_count)
        number = next(self._reads) & 0xFFFF
        try:
            reply = yield from ask(Exchange(data=self._frame(number, command), until=self.until_reply))
        except LinkError as error:
            # Acknowledged and not answered: the controller took it for the last one of another session (1770-RM516).
            if number != _FIRST_READ or error.raw != bytes((DLE, _ACK)):
                raise
            number = next(self._reads) & 0xFFFF
            reply = yield from ask(Exchange(data=self._frame(number, command), until=self.until_reply))
        yield from _acknowledge(reply)
        content = self._content(reply, number)
        if len(content) != byte_count:
            raise LinkError("wrong-count", f"{len(content)} bytes came, {byte_count} were asked for", raw=reply)
        return content

    def write(self, place: File, content: bytes) -> Steps[None]:
        """Write bytes of a data file by a protected typed logical write; raises as ``read`` does."""
        number = next(self._writes) & 0xFFFF
        frame = self._frame(number, bytes((_WRITE,)) + place.address(len(content)) + content)
        reply = yield from ask(WriteExchange(data=frame, until=self.until_reply))
        yield from _acknowledge(reply)
        if more := self._content(reply, number):
            raise LinkError("wrong-count", f"{len(more)} bytes came with the acknowledgement of a write", raw=reply)

    def until_reply(self, received: bytes) -> int | None:
        """Complete at a NAK, or at DLE ACK and a frame with its check.

        Raises:
            ValueError: the bytes are neither.
        """
        if not bytes((DLE,)).startswith(received[:1]):
            raise ValueError(f"{received[:1].hex()}h begins no DF1 reply")
        if len(received) > 1 and received[1] not in {_ACK, _NAK}:
            raise ValueError(f"{received[:2].hex(' ')} is neither DLE ACK nor DLE NAK")
        if received[1:2] == bytes((_NAK,)):
            return 2
        frame = received[2:]
        if not bytes((DLE, _STX)).startswith(frame[:2]):
            raise ValueError(f"{frame[:2].hex(' ')} begins no frame")
        end = _end_of_text(frame)
        whole = None if end is None else 2 + end + (2 if self.has_crc else 1)
        return None if whole is None or len(received) < whole else whole

    def _frame(self, number: int, command: bytes) -> bytes:
        application = bytes((self.node, 0, _COMMAND, 0)) + number.to_bytes(2, "little") + command
        stuffed = application.replace(bytes((DLE,)), bytes((DLE, DLE)))
        return bytes((DLE, _STX)) + stuffed + bytes((DLE, _ETX)) + self._check(application)

    def _check(self, application: bytes) -> bytes:
        if self.has_crc:
            return crc16_df1(application).to_bytes(2, "little")
        return bytes((-sum(application) & 0xFF,))

    def _content(self, reply: bytes, number: int) -> bytes:
        """Return what a reply carries behind its head, once check, addresses, number and status are right."""
        frame = reply[2:]
        end = _end_of_text(frame) or 0
        application = frame[2 : end - 2].replace(bytes((DLE, DLE)), bytes((DLE,)))
        if self._check(application) != frame[end:]:
            raise LinkError("bad-crc", f"the check of {reply.hex(' ')} is wrong", raw=reply)
        head = bytes((0, self.node, _COMMAND | _REPLY_BIT))
        said = application[4:_HEAD_COUNT]
        if len(application) < _HEAD_COUNT or application[:3] != head or said != number.to_bytes(2, "little"):
            raise LinkError("wrong-transaction", f"{application.hex(' ')} answers another request", raw=reply)
        if status := application[3]:
            code = f"{status:02X}"
            if status == _EXTENDED:
                code += application[_HEAD_COUNT:].hex().upper()
            raise DeviceRefused(code, f"status {code}: {_STATUS.get(status, 'not known')}", raw=reply)
        return application[_HEAD_COUNT:]


def turned(block: bytes) -> bytes:
    """Change the byte order of every word: DF1 sends the low byte first."""
    return bytes_of_words([int.from_bytes(block[at : at + 2], "little") for at in range(0, len(block), 2)])


def _end_of_text(frame: bytes) -> int | None:
    """Return where the check begins: after the first DLE ETX whose DLE is not a doubled one; None when it is not there.

    Raises:
        ValueError: a DLE inside the text is followed by something that has no meaning there.
    """
    at = 2
    while at + 1 < len(frame):
        if frame[at] != DLE:
            at += 1
        elif frame[at + 1] == _ETX:
            return at + 2
        elif frame[at + 1] == DLE:
            at += 2
        else:
            raise ValueError(f"{frame[at : at + 2].hex(' ')} has no meaning inside a frame")
    return None


def _acknowledge(reply: bytes) -> Steps[None]:
    """Acknowledge the reply, or the controller would send it again; a NAK from there is its refusal.

    Raises:
        DeviceRefused: the controller found our frame's check wrong or had no room for it; it did nothing.
    """
    if reply[1] == _NAK:
        raise DeviceRefused("NAK", "DLE NAK: the controller did not take the frame", raw=reply)
    yield from ask(Send(data=bytes((DLE, _ACK))))
