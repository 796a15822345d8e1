"""A Campbell logger that speaks PakBus: frames between BD bytes, a signature that comes out 0, a clock set by steps.

From the BMP5 transparent commands manual, 2.3.2, 3.5 and 4.5. The clock counts signed seconds since 1990; the one
transaction that concerns it adds a step and tells the time *before* it, so a request repeated moves the clock twice.
Believed: what is told by *hello*, that a line asked whether it is ready says so, and the count after a loss (0).
"""

from __future__ import annotations

import struct
from typing import ClassVar

from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clock_model import ClockModel
from devices.simulation.clockwork import CountingSeconds
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer
from harness.clock import SECOND_NS

_TRAITS = ClockTraits(years=None)
BUGS = bugs_possible_on(_TRAITS)

_EPOCH = 631_152_000  # 1990-01-01, in seconds since 1970
_BD, _BC = 0xBD, 0xBC
_SEED = 0xAAAA
_LINK_HEADER, _SHORTEST = 4, 6
_RING, _READY = 0x9, 0xA
_CONTROL, _BMP5 = 0, 1
_HELLO, _CLOCK, _REPLY = 0x09, 0x17, 0x80
_DONE, _DENIED = 0, 1
_STEP = struct.Struct(">Hii")  # security code, seconds, nanoseconds
_TIME = struct.Struct(">ii")
_LONGEST = 1024


class SignedSeconds(CountingSeconds):
    """A count of 32 bits that means the 68 years on both sides of 1990."""

    def seconds(self) -> int | None:
        """Return civil seconds."""
        half = 1 << (self.bits - 1)
        return (self.count - _EPOCH + half) % (2 * half) - half + _EPOCH


class Logger(ClockModel):
    """The logger's clock."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._count = SignedSeconds(
            setup.clock.now_ns(),
            default_count=_EPOCH,
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self.clock = self._count
        self._recorder = recorder
        if setup.initial_seconds is not None:
            self._count.turn_to(setup.initial_seconds)

    def step(self, seconds: int, nanoseconds: int, now_ns: int) -> bytes:
        """Add a step to the clock; return the time it had before."""
        count = self._count
        count.update(now_ns)
        before_ns = count.divider.phase_ns(now_ns)
        before = (count.seconds() or 0) - _EPOCH
        if seconds or nanoseconds:
            carried, phase_ns = divmod(before_ns + nanoseconds, SECOND_NS)
            count.set(now_ns, before + _EPOCH + seconds + carried, reset_divider=False)
            count.divider.restart(now_ns, phase_ns=phase_ns)
            self._recorder.note_set(now_ns, count.seconds())
        return _TIME.pack(before, before_ns)


class PakBusPort(Conversation):
    """Frames to one node."""

    stale_ns: ClassVar[int] = 2 * SECOND_NS

    def __init__(self, logger: Logger, *, node: int, security: int) -> None:
        self._logger = logger
        self._node = node
        self._security = security

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with the frame at the front; a BD byte may end one frame and begin the next."""
        if pending[0] != _BD:
            start = pending.find(_BD)
            return (len(pending) if start < 0 else start), b""
        end = pending.find(_BD, 1)
        if end < 0:
            return (len(pending) if len(pending) > _LONGEST else 0), b""
        if end == 1:
            return 1, b""
        frame = _unquoted(pending[1:end])
        return end, self._answer(frame, now_ns) if frame is not None and len(frame) >= _SHORTEST else b""

    def _answer(self, frame: bytes, now_ns: int) -> bytes:
        if signature_of(frame) != 0:
            return b""
        header, body = frame[:_LINK_HEADER], frame[_LINK_HEADER:-2]
        to_node, from_node = _address(header[0:2]), _address(header[2:4])
        if to_node != self._node:
            return b""
        if header[0] >> 4 == _RING and not body:
            return _framed(_link(_READY, from_node, self._node))
        if len(body) < 6:  # noqa: PLR2004 - addresses, message type, transaction
            return b""
        protocol, message, transaction = body[0] >> 4, body[4], body[5]
        reply = self._reply(protocol, message, body[6:], now_ns)
        if reply is None:
            return b""
        asker = _address(body[2:4])
        high = struct.pack(">HH", protocol << 12 | asker, self._node)
        return _framed(_link(_READY, from_node, self._node) + high + bytes((message | _REPLY, transaction)) + reply)

    def _reply(self, protocol: int, message: int, content: bytes, now_ns: int) -> bytes | None:
        if (protocol, message) == (_CONTROL, _HELLO) and len(content) == 4:  # noqa: PLR2004 - router, hops, interval
            return b"\x00" + content[1:]
        if (protocol, message) != (_BMP5, _CLOCK) or len(content) != _STEP.size:
            return None
        security, seconds, nanoseconds = _STEP.unpack(content)
        if security != self._security:
            return bytes((_DENIED,)) + bytes(_TIME.size)
        return bytes((_DONE,)) + self._logger.step(seconds, nanoseconds, now_ns)


def signature_of(octets: bytes) -> int:
    """Return the signature of a packet; 0 when it ends in its own nullifier."""
    signature = _SEED
    for octet in octets:
        doubled = signature << 1 & 0x1FF
        if doubled > 0xFF:  # noqa: PLR2004 - the carry out of eight bits comes in again
            doubled += 1
        signature = (signature & 0xFF) << 8 | doubled + (signature >> 8) + octet & 0xFF
    return signature


def nullifier_of(octets: bytes) -> bytes:
    """Return the two bytes that bring a packet's signature to 0."""
    found = b""
    for _ in range(2):
        found += bytes((-(signature_of(octets + found + b"\0") & 0xFF) & 0xFF,))
    return found


def _link(state: int, to_node: int, from_node: int) -> bytes:
    return struct.pack(">HH", state << 12 | to_node, from_node)


def _address(octets: bytes) -> int:
    return int.from_bytes(octets, "big") & 0x0FFF


def _framed(packet: bytes) -> bytes:
    whole = packet + nullifier_of(packet)
    quoted = whole.replace(b"\xbc", b"\xbc\xdc").replace(b"\xbd", b"\xbc\xdd")
    return bytes((_BD,)) + quoted + bytes((_BD,))


def _unquoted(quoted: bytes) -> bytes | None:
    """Return the packet in a frame, or None where the quoting is broken."""
    packet = bytearray()
    octets = iter(quoted)
    for octet in octets:
        if octet != _BC:
            packet.append(octet)
            continue
        escaped = next(octets, 0)
        if escaped not in {0xDC, 0xDD}:
            return None
        packet.append(_BC + (escaped & 1))
    return bytes(packet)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a logger on a line of its own; `node` is its address, `security-code` what a client must know."""
    recorder = setup.make_recorder()
    logger = Logger(setup, recorder)
    node, security = setup.number("logger", 1), setup.number("security-code", 0)
    return StreamServer(setup, logger, recorder, lambda: PakBusPort(logger, node=node, security=security))
