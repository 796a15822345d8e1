"""Siemens S7 over ISO on TCP: TPKT, COTP, the setup of a connection, and requests of user data.

From the sources of snap7 (SCADACS/snap7) and S7NetPlus. What a request asks is the device's affair. A connection asked
for again on the same stream begins anew: a real CPU would expect a new TCP connection (believed).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Protocol

from devices.simulation.stream_server import Conversation

_TPKT_VERSION = 3
_TPKT = struct.Struct(">BBH")
_CONNECT, _CONFIRM, _DATA = 0xE0, 0xD0, 0xF0
_DATA_HEADER = b"\x02\xf0\x80"
_OUR_REFERENCE = 1

_S7 = 0x32
_JOB, _ACK_DATA, _USER_DATA = 1, 3, 7
_S7_HEADER = struct.Struct(">BBHHHH")  # protocol, kind, reserved, reference, lengths of parameters and data
_SETUP = 0xF0
_LONGEST_PDU = 240
_UNKNOWN_FUNCTION = b"\x81\x04"  # error class and code: not implemented
_PARAMETER_HEAD = b"\x00\x01\x12"
_REQUEST, _RESPONSE_KIND = 0x4, 0x8


class UserDataRefusal(Exception):  # noqa: N818 - a device that refuses has not erred
    """The device answers with an error word, and no data."""

    def __init__(self, error: int) -> None:
        self.error = error
        super().__init__(f"error {error:04X}")


class UserDataHandler(Protocol):
    """What the device does with one subfunction of one group."""

    def __call__(self, content: bytes, now_ns: int) -> bytes:
        """Return the data part of the reply; raises `UserDataRefusal`."""
        ...


NO_DATA = bytes.fromhex("0A 00 00 00")


class S7Conversation(Conversation):
    """One connection: asked for, set up, then used.

    Args:
        handlers: what answers a function group and subfunction.
    """

    def __init__(self, handlers: Mapping[tuple[int, int], UserDataHandler]) -> None:
        self._handlers = handlers
        self._is_connected = False
        self._is_set_up = False

    def take(self, pending: bytes, now_ns: int) -> tuple[int, bytes]:
        """Deal with the packet at the front."""
        if pending[0] != _TPKT_VERSION:
            return len(pending), b""
        if len(pending) < _TPKT.size:
            return 0, b""
        length = _TPKT.unpack_from(pending)[2]
        if length <= _TPKT.size + 1:
            return len(pending), b""
        if len(pending) < length:
            return 0, b""
        return length, self._answer(pending[_TPKT.size : length], now_ns)

    def _answer(self, packet: bytes, now_ns: int) -> bytes:
        if packet[1] == _CONNECT:
            self._is_connected, self._is_set_up = True, False
            # The confirmation turns the references about and repeats the parameters.
            confirm = bytes((packet[0], _CONFIRM)) + packet[4:6] + _OUR_REFERENCE.to_bytes(2, "big") + packet[6:]
            return _tpkt(confirm)
        if not self._is_connected or not packet.startswith(_DATA_HEADER):
            return b""
        pdu = packet[len(_DATA_HEADER) :]
        if len(pdu) < _S7_HEADER.size or pdu[0] != _S7:
            return b""
        _, kind, _, reference, parameter_bytes, data_bytes = _S7_HEADER.unpack_from(pdu)
        parameters = pdu[_S7_HEADER.size : _S7_HEADER.size + parameter_bytes]
        content = pdu[_S7_HEADER.size + parameter_bytes :]
        if len(content) != data_bytes or not parameters:
            return b""
        if kind == _JOB:
            return self._job(reference, parameters)
        if kind == _USER_DATA and self._is_set_up:
            return self._user_data(reference, parameters, content, now_ns)
        return b""

    def _job(self, reference: int, parameters: bytes) -> bytes:
        if parameters[0] != _SETUP or len(parameters) != 8:  # noqa: PLR2004 - function, queues, longest PDU
            return _s7(_ACK_DATA, reference, parameters[:1], b"", _UNKNOWN_FUNCTION)
        self._is_set_up = True
        longest = min(int.from_bytes(parameters[6:8], "big"), _LONGEST_PDU)
        return _s7(_ACK_DATA, reference, parameters[:6] + longest.to_bytes(2, "big"), b"", b"\0\0")

    def _user_data(self, reference: int, parameters: bytes, content: bytes, now_ns: int) -> bytes:
        if len(parameters) < 8 or not parameters.startswith(_PARAMETER_HEAD):  # noqa: PLR2004 - up to the sequence
            return b""
        group, subfunction, sequence = parameters[5] & 0x0F, parameters[6], parameters[7]
        if parameters[5] >> 4 != _REQUEST:
            return b""
        handler = self._handlers.get((group, subfunction))
        error, reply = 0x8104, NO_DATA
        if handler is not None:
            try:
                error, reply = 0, handler(content, now_ns)
            except UserDataRefusal as refusal:
                error = refusal.error
        answered = bytes((8, 0x12, _RESPONSE_KIND << 4 | group, subfunction, sequence, 0, 0))
        return _s7(_USER_DATA, reference, _PARAMETER_HEAD + answered + _word(error), reply, b"")


def _word(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _s7(kind: int, reference: int, parameters: bytes, content: bytes, error: bytes) -> bytes:
    header = _S7_HEADER.pack(_S7, kind, 0, reference, len(parameters), len(content))
    return _tpkt(_DATA_HEADER + header + error + parameters + content)


def _tpkt(packet: bytes) -> bytes:
    return _TPKT.pack(_TPKT_VERSION, 0, _TPKT.size + len(packet)) + packet
