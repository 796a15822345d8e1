# ruff: noqa: ARG002 - a model refuses what it lacks; what it has, it overrides
"""A Modbus server from the protocol's own text: functions, exceptions, RTU and TCP framing, lines with several units.

A device is a `RegisterModel`; it knows nothing of frames. Requests are told apart by their length, so a reply goes out
as soon as the last byte of a request is in.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence

from devices.simulation.device import Housing
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 1, 2, 3, 4

_READ_COILS, _READ_INPUTS, _READ_HOLDING, _READ_INPUT_REGISTERS = 1, 2, 3, 4
_WRITE_COIL, _WRITE_REGISTER, _WRITE_REGISTERS = 5, 6, 16
_REPORT_SERVER_ID, _ENCAPSULATED, _READ_IDENTIFICATION = 17, 43, 14
_COIL_ON, _COIL_OFF = 0xFF00, 0x0000
_MAX_BITS, _MAX_READ_REGISTERS, _MAX_WRITE_REGISTERS = 2000, 125, 123
_BASIC_OBJECTS = 3
_SPECIFIC_OBJECT = 4

_BROADCAST = 0
_MAX_RTU_FRAME = 256
_STALE_NS = SECOND_NS // 20  # far above 3.5 characters at any usual rate: the host's scheduler is no UART
_MBAP = struct.Struct(">HHHB")
_TWO_WORDS = struct.Struct(">HH")


class ModbusRefusal(Exception):  # noqa: N818 - a device that refuses has not erred
    """The device answers with an exception code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"exception {code:02d}")


class RegisterModel:
    """A device as Modbus sees it. What a device lacks is answered with exception 01."""

    identification: tuple[bytes, ...] = ()
    """Vendor, product code and revision, where function 2Bh/0Eh is known."""

    server_id: bytes | None = None
    """What function 11h tells, from the server's id to its run indicator and beyond."""

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return holding registers."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def read_input(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return input registers."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return coils."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def read_discrete(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return discrete inputs."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Take registers written by function 16."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def write_single(self, address: int, word: int, now_ns: int) -> None:
        """Take one register written by function 6."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def write_coil(self, address: int, now_ns: int, *, on: bool) -> None:
        """Take one coil written by function 5."""
        raise ModbusRefusal(ILLEGAL_FUNCTION)

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Its supply came or went."""

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as the device means them."""
        return None


def answer_pdu(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    """Return the reply to one request, function code first; a refusal becomes an exception reply."""
    function = pdu[0]
    handler = _HANDLERS.get(function)
    if handler is None:
        return bytes((function | 0x80, ILLEGAL_FUNCTION))
    try:
        return handler(model, pdu, now_ns)
    except ModbusRefusal as refusal:
        return bytes((function | 0x80, refusal.code))
    except struct.error:  # shorter than its function asks for
        return bytes((function | 0x80, ILLEGAL_VALUE))


def _span(pdu: bytes, most: int) -> tuple[int, int]:
    start, count = _TWO_WORDS.unpack_from(pdu, 1)
    if not 1 <= count <= most:
        raise ModbusRefusal(ILLEGAL_VALUE)
    if start + count > 0x10000:  # noqa: PLR2004 - addresses have 16 bits
        raise ModbusRefusal(ILLEGAL_ADDRESS)
    return start, count


def _read_registers(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    start, count = _span(pdu, _MAX_READ_REGISTERS)
    read = model.read_holding if pdu[0] == _READ_HOLDING else model.read_input
    return struct.pack(f">BB{count}H", pdu[0], 2 * count, *read(start, count, now_ns))


def _read_bits(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    start, count = _span(pdu, _MAX_BITS)
    read = model.read_coils if pdu[0] == _READ_COILS else model.read_discrete
    packed = sum(1 << place for place, bit in enumerate(read(start, count, now_ns)) if bit)
    octets = (count + 7) // 8
    return bytes((pdu[0], octets)) + packed.to_bytes(octets, "little")


def _write_coil(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    address, word = _TWO_WORDS.unpack_from(pdu, 1)
    if word not in {_COIL_ON, _COIL_OFF}:
        raise ModbusRefusal(ILLEGAL_VALUE)
    model.write_coil(address, now_ns, on=word == _COIL_ON)
    return pdu[:5]


def _write_single(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    address, word = _TWO_WORDS.unpack_from(pdu, 1)
    model.write_single(address, word, now_ns)
    return pdu[:5]


def _write_block(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    start, count = _span(pdu, _MAX_WRITE_REGISTERS)
    octets = pdu[5] if len(pdu) > 5 else 0  # noqa: PLR2004 - the byte count follows start and quantity
    if octets != 2 * count or len(pdu) != 6 + octets:
        raise ModbusRefusal(ILLEGAL_VALUE)
    model.write_block(start, struct.unpack_from(f">{count}H", pdu, 6), now_ns)
    return pdu[:5]


def _report_server_id(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    del now_ns
    if model.server_id is None:
        raise ModbusRefusal(ILLEGAL_FUNCTION)
    return bytes((pdu[0], len(model.server_id))) + model.server_id


def _identify(model: RegisterModel, pdu: bytes, now_ns: int) -> bytes:
    """Answer 2Bh/0Eh: the stream of basic objects (code 1), or a single one (code 4)."""
    del now_ns
    if len(pdu) < 4 or pdu[1] != _READ_IDENTIFICATION or not model.identification:  # noqa: PLR2004
        raise ModbusRefusal(ILLEGAL_FUNCTION)
    code, first = pdu[2], pdu[3]
    objects = list(enumerate(model.identification))
    if code == _SPECIFIC_OBJECT:
        objects = objects[first : first + 1]
        if not objects:
            raise ModbusRefusal(ILLEGAL_ADDRESS)
    elif code in {1, 2, 3}:
        objects = objects[first if first < len(objects) else 0 :]
    else:
        raise ModbusRefusal(ILLEGAL_VALUE)
    body = b"".join(bytes((number, len(text))) + text for number, text in objects)
    conformity = 0x81  # basic objects, as a stream or one by one
    return bytes((_ENCAPSULATED, _READ_IDENTIFICATION, code, conformity, 0, 0, len(objects))) + body


_HANDLERS: dict[int, Callable[[RegisterModel, bytes, int], bytes]] = {
    _READ_COILS: _read_bits,
    _READ_INPUTS: _read_bits,
    _READ_HOLDING: _read_registers,
    _READ_INPUT_REGISTERS: _read_registers,
    _WRITE_COIL: _write_coil,
    _WRITE_REGISTER: _write_single,
    _WRITE_REGISTERS: _write_block,
    _REPORT_SERVER_ID: _report_server_id,
    _ENCAPSULATED: _identify,
}


def _crc_table() -> tuple[int, ...]:
    table = []
    for octet in range(256):
        remainder = octet
        for _ in range(8):
            remainder = (remainder >> 1) ^ (0xA001 if remainder & 1 else 0)
        table.append(remainder)
    return tuple(table)


_CRC = _crc_table()


def crc16(octets: bytes) -> bytes:
    """Return CRC-16/MODBUS as sent, low byte first; over a sound frame with its CRC it is ``00 00``."""
    remainder = 0xFFFF
    for octet in octets:
        remainder = (remainder >> 8) ^ _CRC[(remainder ^ octet) & 0xFF]
    return remainder.to_bytes(2, "little")


def request_length(frame: bytes) -> int | None:
    """Return how long the RTU request at the front is, CRC included; None when it cannot be told yet."""
    if len(frame) < 2:  # noqa: PLR2004 - unit and function
        return None
    function = frame[1]
    if 1 <= function <= _WRITE_REGISTER:
        return 8
    if function == _WRITE_REGISTERS:
        return 9 + frame[6] if len(frame) > 6 else None  # noqa: PLR2004 - the byte count is the seventh byte
    if function == _REPORT_SERVER_ID:
        return 4
    if function == _ENCAPSULATED:
        return 7
    # A function this server does not know has a length it cannot know: what is there must be the whole of it.
    return len(frame) if len(frame) >= 4 and crc16(frame) == b"\0\0" else None  # noqa: PLR2004 - the shortest frame


class ModbusSimulator(Housing):
    """One unit. Alone on its line `receive` speaks RTU; `RtuLine` and `TcpPort` put several on one wire."""

    def __init__(self, setup: SimulatorSetup, model: RegisterModel, recorder: Recorder) -> None:
        super().__init__(setup, model, recorder)
        self.unit = setup.unit
        self.station = setup.unit
        self._registers = model
        self._own_line = RtuLine((self,))

    def _take(self, data: bytes, now_ns: int) -> bytes:
        raise NotImplementedError

    def receive(self, data: bytes) -> bytes:
        """Take bytes of an RTU line that is this unit's own; return the reply frame, empty for silence."""
        return self._own_line.receive(data)

    def answer(self, pdu: bytes, arrived: bytes, wrap: Callable[[bytes], bytes]) -> bytes:
        """Answer one request addressed to this unit; ``wrap`` makes a frame of the reply. Silent without supply."""
        with self._lock:
            now_ns = self.setup.clock.now_ns()
            replied = wrap(answer_pdu(self._registers, pdu, now_ns)) if self.is_on else b""
            self.recorder.note_exchange(now_ns, arrived, replied)
            return replied

    def overhear(self, arrived: bytes) -> None:
        """Record bytes that were no sound request."""
        with self._lock:
            self.recorder.note_exchange(self.setup.clock.now_ns(), arrived, b"")


class RtuLine:
    """A serial line with any number of units on it."""

    def __init__(self, units: Iterable[ModbusSimulator]) -> None:
        self._units = {unit.unit: unit for unit in units}
        self._clock = next(iter(self._units.values())).setup.clock
        self._pending = b""
        self._heard_ns = 0

    def receive(self, data: bytes) -> bytes:
        """Take bytes off the line; return the replies to the requests that are complete."""
        now_ns = self._clock.now_ns()
        if self._pending and now_ns - self._heard_ns > _STALE_NS:
            self._drop()
        self._heard_ns = now_ns
        self._pending += data
        reply = b""
        while self._pending:
            length = request_length(self._pending)
            if length is None or length > len(self._pending):
                if len(self._pending) > _MAX_RTU_FRAME:
                    self._drop()
                break
            frame = self._pending[:length]
            if crc16(frame) != b"\0\0":  # nobody can tell where a frame begins now; only silence helps
                self._drop()
                break
            self._pending = self._pending[length:]
            reply += self._dispatch(frame)
        return reply

    def _drop(self) -> None:
        for unit in self._units.values():
            unit.overhear(self._pending)
        self._pending = b""

    def _dispatch(self, frame: bytes) -> bytes:
        address = frame[0]
        if address == _BROADCAST:
            for listener in self._units.values():
                listener.answer(frame[1:-2], frame, lambda _reply: b"")
            return b""
        unit = self._units.get(address)
        if unit is None:
            return b""

        def wrap(pdu: bytes) -> bytes:
            body = bytes((address,)) + pdu
            return body + crc16(body)

        return unit.answer(frame[1:-2], frame, wrap)


class TcpPort:
    """A Modbus TCP address with any number of units behind it."""

    def __init__(self, units: Iterable[ModbusSimulator]) -> None:
        self._units = {unit.unit: unit for unit in units}

    def connect(self) -> Callable[[bytes], bytes]:
        """Return what takes the bytes of one new connection and returns the replies."""
        return _TcpConnection(self._units).receive


class _TcpConnection:
    __slots__ = ("_pending", "_units")

    def __init__(self, units: dict[int, ModbusSimulator]) -> None:
        self._units = units
        self._pending = b""

    def receive(self, data: bytes) -> bytes:
        pending = self._pending + data if self._pending else data
        reply = b""
        while len(pending) > _MBAP.size:
            transaction, protocol, length, address = _MBAP.unpack_from(pending)
            if protocol != 0 or length < 2:  # noqa: PLR2004 - unit and function; anything less is not Modbus
                pending = b""
                break
            end = 6 + length
            if len(pending) < end:
                break
            unit = self._units.get(address)
            if unit is not None:
                frame = pending[:end]

                def wrap(pdu: bytes, transaction: int = transaction, address: int = address) -> bytes:
                    return _MBAP.pack(transaction, 0, len(pdu) + 1, address) + pdu

                reply += unit.answer(frame[7:], frame, wrap)
            pending = pending[end:]
        self._pending = pending
        return reply
