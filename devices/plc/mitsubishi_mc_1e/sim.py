"""A Mitsubishi FX behind its FX3U-ENET module: MC protocol, 1E frames in binary, over TCP.

Device codes and numbers from the FX3U Ethernet manual, 9-17; the layout of frames, end codes (5Bh with a detail) and
what the model query tells are believed.
"""

from __future__ import annotations

import struct

from devices.simulation.bugs import bugs_possible_on
from devices.simulation.device import SimulatedDevice
from devices.simulation.melsec_fx import TRAITS, FxMemory, NoSuchDeviceError
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import Conversation, StreamServer

BUGS = bugs_possible_on(TRAITS)

_READ_BITS, _READ_WORDS, _WRITE_BITS, _WRITE_WORDS, _READ_MODEL = 0x00, 0x01, 0x02, 0x03, 0x15
_HEAD = struct.Struct("<BBH")  # subheader, PC number, monitoring timer
_SPAN = struct.Struct("<IHBB")  # first device, device code, number of points, a fixed 0
_WHOLE = _HEAD.size + _SPAN.size
_D, _M = 0x4420, 0x4D20
_REPLY = 0x80
_DONE, _REFUSED = b"\x00", 0x5B
_BAD_DEVICE, _BAD_CODE, _BAD_COUNT = 0x10, 0x11, 0x14
_FX3U = b"\xf3\x00"


class EthernetModule(Conversation):
    """Batch reads and writes of D registers and M bits."""

    def __init__(self, memory: FxMemory) -> None:
        self._memory = memory

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Answer the request at the front."""
        if len(pending) < _HEAD.size:
            return 0, b""
        command = pending[0]
        reply = bytes((command | _REPLY,))
        if command == _READ_MODEL:
            return _HEAD.size, reply + _DONE + _FX3U
        if command > _WRITE_WORDS:
            return len(pending), bytes((command | _REPLY, 0x50))
        if len(pending) < _WHOLE:
            return 0, b""
        first, code, points, _ = _SPAN.unpack_from(pending, _HEAD.size)
        end = _WHOLE + {_WRITE_BITS: (points + 1) // 2, _WRITE_WORDS: 2 * points}.get(command, 0)
        if len(pending) < end:
            return 0, b""
        if points == 0:
            return end, reply + bytes((_REFUSED, _BAD_COUNT))
        try:
            return end, reply + _DONE + self._obey(command, code, first, points, pending[_WHOLE:end], now_ns)
        except NoSuchDeviceError:
            return end, reply + bytes((_REFUSED, _BAD_DEVICE))
        except ValueError:
            return end, reply + bytes((_REFUSED, _BAD_CODE))

    def _obey(self, command: int, code: int, first: int, points: int, content: bytes, now_ns: int) -> bytes:
        if (command, code) == (_READ_WORDS, _D):
            return struct.pack(f"<{points}H", *self._memory.read_words(first, points, now_ns))
        if (command, code) == (_WRITE_WORDS, _D):
            self._memory.write_words(first, list(struct.unpack(f"<{points}H", content)), now_ns)
            return b""
        if (command, code) == (_READ_BITS, _M):
            bits = [self._memory.read_bit(first + place) for place in range(points)] + [False]
            return bytes(bits[place] << 4 | bits[place + 1] for place in range(0, points, 2))
        if (command, code) == (_WRITE_BITS, _M):
            for place in range(points):
                nibble = content[place // 2] >> (0 if place % 2 else 4) & 1
                self._memory.write_bit(first + place, now_ns, on=bool(nibble))
            return b""
        raise ValueError("no such device code")


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller that is given the bytes of TCP connections."""
    recorder = setup.make_recorder()
    memory = FxMemory(setup, recorder)
    return StreamServer(setup, memory, recorder, lambda: EthernetModule(memory))
