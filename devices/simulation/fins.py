"""Omron FINS: a header of ten bytes, a command of two, carried by UDP as it is or by TCP in a frame of its own.

From the FINS command reference (W227) and icsnpp-omron-fins. What a command does is the device's affair.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from devices.simulation.stream_server import Conversation

NORMAL, UNDEFINED, TOO_LONG, TOO_SHORT, BAD_PARAMETER = b"\x00\x00", b"\x04\x01", b"\x10\x01", b"\x10\x02", b"\x11\x0c"

_HEADER = 10
_COMMAND = 2
_SHORTEST = _HEADER + _COMMAND
_RESPONSE_BIT, _NO_RESPONSE_WANTED = 0x40, 0x01
_GATEWAYS = 0x02

_TCP_MAGIC = b"FINS"
_TCP_HEADER = struct.Struct(">4sIII")
_LEAD = 8  # magic and length; the length counts what follows
_ASK_NODE, _TELL_NODE, _FRAME = 0, 1, 2
_FIRST_CLIENT_NODE = 239

Handler = Callable[[bytes, int], bytes]
"""Takes a command's data and the time; returns the end code and the data of the reply."""


class FinsConversation(Conversation):
    """FINS frames, one UDP datagram at a time, or after the node handshake of TCP.

    Over UDP the link hands over a whole datagram at once, so the frame's end is the datagram's.
    """

    def __init__(self, node: int, handlers: Mapping[int, Handler]) -> None:
        self._node = node
        self._handlers = handlers

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Answer the frame at the front."""
        if not pending.startswith(_TCP_MAGIC[: len(pending)]):
            return len(pending), self._answer(pending, now_ns)
        if len(pending) < _TCP_HEADER.size:
            return 0, b""
        _, length, command, _ = _TCP_HEADER.unpack_from(pending)
        end = _LEAD + length
        if len(pending) < end:
            return 0, b""
        body = pending[_TCP_HEADER.size : end]
        if command == _ASK_NODE:
            asked = int.from_bytes(body, "big")
            nodes = struct.pack(">II", asked or _FIRST_CLIENT_NODE, self._node)
            return end, _wrap(_TELL_NODE, nodes)
        reply = self._answer(body, now_ns) if command == _FRAME else b""
        return end, _wrap(_FRAME, reply) if reply else b""

    def _answer(self, frame: bytes, now_ns: int) -> bytes:
        if len(frame) < _SHORTEST or frame[0] & _RESPONSE_BIT:
            return b""
        control, _, _, to_net, to_node, to_unit, from_net, from_node, from_unit, service = frame[:_HEADER]
        handler = self._handlers.get(int.from_bytes(frame[_HEADER:_SHORTEST], "big"))
        outcome = UNDEFINED if handler is None else handler(frame[_SHORTEST:], now_ns)
        if control & _NO_RESPONSE_WANTED:
            return b""
        header = bytes(
            (0xC0, 0, _GATEWAYS, from_net, from_node, from_unit, to_net, to_node, to_unit, service),
        )
        return header + frame[_HEADER:_SHORTEST] + outcome


def _wrap(command: int, body: bytes) -> bytes:
    return _TCP_HEADER.pack(_TCP_MAGIC, len(body) + _LEAD, command, 0) + body
