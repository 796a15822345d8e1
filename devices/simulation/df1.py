"""Allen-Bradley DF1 full duplex: DLE framing with CRC or BCC, acknowledgements, and typed reads and writes of files.

From the DF1 manual, 1770-RM516, chapters 2, 5 and 7. Which files there are is the device's affair.

A receiver can be configured to drop a message whose source, command and transaction number are those of the one
before it, as a retransmission; the option `duplicate-detection` of a simulated device switches that on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from devices.simulation.device import DeviceModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.device.facts import Option

DF1_OPTIONS = (
    Option(
        name="duplicate-detection",
        kind="flag",
        default=False,
        says="drop a message with the number of the one before it, as a retransmission",
    ),
)

_DLE, _STX, _ETX, _ENQ, _ACK, _NAK = 0x10, 0x02, 0x03, 0x05, 0x06, 0x15
_FRAME_START, _FRAME_END = b"\x10\x02", b"\x10\x03"
_HEADER = 6  # destination, source, command, status, transaction number
_TYPED, _DIAGNOSTIC = 0x0F, 0x06
_READ, _WRITE, _STATUS = 0xA2, 0xAA, 0x03
_REPLY = 0x40
_LONG_FORM = 0xFF
_LONGEST_FRAME = 1024
ILLEGAL_COMMAND, BAD_ADDRESS = 0x10, 0x50


class Df1Refusal(Exception):  # noqa: N818 - a device that refuses has not erred
    """The device answers with a status byte other than 0."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status:02X}")


class DataFiles(DeviceModel, Protocol):
    """A processor's data files, by number, type and element."""

    def read_file(self, file: int, kind: int, element: int, sub_element: int, octets: int, now_ns: int) -> bytes:
        """Return bytes of a file, words low byte first; raises `Df1Refusal`."""
        ...

    def write_file(self, file: int, kind: int, element: int, sub_element: int, content: bytes, now_ns: int) -> None:
        """Take bytes of a file; raises `Df1Refusal`."""
        ...

    def diagnostic_status(self) -> bytes:
        """Return what the processor tells of itself."""
        ...


def crc16(octets: bytes) -> bytes:
    """Return the CRC over data and the ETX after it, low byte first."""
    remainder = 0
    for octet in octets:
        remainder ^= octet
        for _ in range(8):
            remainder = remainder >> 1 ^ (0xA001 if remainder & 1 else 0)
    return remainder.to_bytes(2, "little")


def bcc(octets: bytes) -> bytes:
    """Return the two's complement of the sum of the data, without ETX."""
    return bytes((-sum(octets) & 0xFF,))


class Df1Conversation(Conversation):
    """One link; the last reply is kept for a client that asks for it again."""

    def __init__(self, files: DataFiles, *, uses_crc: bool, drops_duplicates: bool) -> None:
        self._files = files
        self._uses_crc = uses_crc
        self._drops_duplicates = drops_duplicates
        self._last_reply = b""
        self._last_answer = bytes((_DLE, _NAK))
        self._last_header = b""

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with a control pair or a frame at the front."""
        if pending[0] != _DLE:
            return 1, b""
        if len(pending) == 1:
            return 0, b""
        if pending[1] == _STX:
            return self._take_frame(pending, now_ns)
        if pending[1] == _ENQ:
            return 2, self._last_answer
        if pending[1] == _NAK:
            return 2, self._last_reply
        return 2, b""

    def _take_frame(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        message = bytearray()
        at = len(_FRAME_START)
        while pending[at : at + 2] != _FRAME_END:
            if at + 1 >= len(pending):
                return (len(pending) if len(pending) > _LONGEST_FRAME else 0), b""
            message.append(pending[at])
            at += 2 if pending[at] == _DLE else 1
        at += len(_FRAME_END)
        end = at + (2 if self._uses_crc else 1)
        if len(pending) < end:
            return 0, b""
        if pending[at:end] != self._check(bytes(message)) or len(message) < _HEADER:
            self._last_answer = bytes((_DLE, _NAK))
            return end, self._last_answer
        self._last_answer = bytes((_DLE, _ACK))
        return end, self._last_answer + self._reply_to(bytes(message), now_ns)

    def _check(self, message: bytes) -> bytes:
        return crc16(message + bytes((_ETX,))) if self._uses_crc else bcc(message)

    def _reply_to(self, message: bytes, now_ns: int) -> bytes:
        to_node, from_node, command, _, *transaction = message[:_HEADER]
        if command & _REPLY:
            return b""
        header = bytes((from_node, command, *transaction))
        if self._drops_duplicates and header == self._last_header:
            return b""
        self._last_header = header
        try:
            status, content = 0, self._obey(command, message[_HEADER:], now_ns)
        except Df1Refusal as refusal:
            status, content = refusal.status, b""
        except IndexError:  # shorter than its function asks for
            status, content = ILLEGAL_COMMAND, b""
        reply = bytes((from_node, to_node, command | _REPLY, status, *transaction)) + content
        stuffed = reply.replace(bytes((_DLE,)), bytes((_DLE, _DLE)))
        self._last_reply = _FRAME_START + stuffed + _FRAME_END + self._check(reply)
        return self._last_reply

    def _obey(self, command: int, request: bytes, now_ns: int) -> bytes:
        if (command, request[0]) == (_DIAGNOSTIC, _STATUS):
            return self._files.diagnostic_status()
        if command != _TYPED or request[0] not in {_READ, _WRITE}:
            raise Df1Refusal(ILLEGAL_COMMAND)
        octets, at = request[1], 2
        numbers = []
        for is_kind in (False, True, False, False):  # file, type, element, sub-element
            if request[at] == _LONG_FORM and not is_kind:
                numbers.append(request[at + 1] | request[at + 2] << 8)
                at += 3
            else:
                numbers.append(request[at])
                at += 1
        file, kind, element, sub_element = numbers
        if request[0] == _READ:
            return self._files.read_file(file, kind, element, sub_element, octets, now_ns)
        content = request[at:]
        if len(content) != octets:
            raise Df1Refusal(ILLEGAL_COMMAND)
        self._files.write_file(file, kind, element, sub_element, content, now_ns)
        return b""


def serve_df1(setup: SimulatorSetup, make_files: Callable[[SimulatorSetup, Recorder], DataFiles]) -> StreamServer:
    """Return a processor on its DF1 port."""
    recorder = setup.make_recorder()
    files = make_files(setup, recorder)
    uses_crc = setup.choice("check", ("crc", "bcc")) == "crc"
    drops_duplicates = setup.flag("duplicate-detection")
    return StreamServer(
        setup,
        files,
        recorder,
        lambda: Df1Conversation(files, uses_crc=uses_crc, drops_duplicates=drops_duplicates),
    )
