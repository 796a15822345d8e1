"""pymodbus on real wires, inside our own checks.

pymodbus builds requests, frames them, numbers transactions and decodes replies; the bytes themselves go through our
``Line``, and no reply reaches pymodbus before ``modbus_frames`` has found it to be exactly the reply that was due. Why:
``harness/decisions/0004-why-pymodbus-is-wrapped.md``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pymodbus import FramerType, ModbusException
from pymodbus.client import ModbusTcpClient
from pymodbus.pdu import ModbusPDU

from harness.device.asks import (
    LinkAsk,
    ReadCoils,
    ReadRegisters,
    ReportServerId,
    WriteCoil,
    WriteRegister,
    WriteRegisters,
)
from harness.errors import LinkError
from harness.link.base import Answer
from harness.link.line import Line, answer_of
from harness.link.modbus import ModbusBus
from harness.link.modbus_frames import BASIC_OBJECTS, ReadIdentificationFrom

# pymodbus logs each fault as an error on its way; the fault is ours to report, once, and the terminal is the user's.
_LOG = logging.getLogger("pymodbus")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False
_LOG.setLevel(logging.CRITICAL)


class _Client(ModbusTcpClient):
    """pymodbus's synchronous client, its socket replaced by a function that gives one checked reply to one frame.

    ``connect``, ``send``, ``recv`` and ``close`` are the client's public methods; pymodbus itself calls them. Either
    framer works over them, so one class serves RTU and TCP.
    """

    def __init__(self, framer: FramerType) -> None:
        super().__init__("line", framer=framer, retries=0)
        self.transact: Callable[[bytes], bytes] | None = None
        self.frame = b""

    def connect(self) -> bool:
        """Say yes: the line is opened by its bus."""
        return True

    def close(self) -> None:
        """Leave the line to its bus."""

    def send(self, request: bytes, addr: tuple[Any, ...] | None = None) -> int:
        """Keep the frame; it goes out with the exchange."""
        del addr
        self.frame = request
        return len(request)

    def recv(self, size: int | None) -> bytes:
        """Do the exchange; a second call means that pymodbus did not accept a reply we found sound."""
        del size
        if self.transact is None:
            raise LinkError("bad-frame", "pymodbus finds no reply in a frame that is sound by the standard")
        transact, self.transact = self.transact, None
        return transact(self.frame)


class PymodbusBus(ModbusBus):
    """Answers every Modbus ask through pymodbus's synchronous client, ``retries=0``."""

    def __init__(self, line: Line, *, is_tcp: bool) -> None:
        super().__init__(line, is_tcp=is_tcp)
        self._framer = FramerType.SOCKET if is_tcp else FramerType.RTU
        self._client = _Client(self._framer)

    def open(self) -> None:
        """Open the wire with a new client: its transactions count from 1 again, like ours."""
        if not self._line.is_open:
            self._client = _Client(self._framer)
        super().open()

    def _answer(self, station: int | None, question: LinkAsk[Any]) -> Answer[Any]:
        unit, asked = self._unit(station, question), self._pdu(question)
        frame = self._frame(unit, asked)
        answered: Answer[Any] | None = None

        def transact(built: bytes) -> bytes:
            nonlocal answered
            if built != frame:
                # What was recorded as intended is what is sent, or nothing is.
                raise LinkError("frame-differs", f"pymodbus built {built.hex(' ')}, not {frame.hex(' ')}; nothing sent")
            taken, reply = self._exchange(unit, frame, question)
            answered = answer_of(self._decode(question, asked, reply), taken)
            return reply.frame

        self._client.transact = transact
        try:
            reply = _CALLS[type(question)](self._client, unit, question)
        except ModbusException as error:
            raise LinkError("bad-frame", f"{self.name}: {error}") from error
        if answered is None:
            raise LinkError("bad-frame", f"{self.name}: pymodbus made no exchange")
        _compare(question, answered.value, reply)
        return answered


def _compare(question: LinkAsk[Any], ours: Any, theirs: ModbusPDU) -> None:
    """Hold two decoders of the same bytes against one another."""
    if isinstance(question, ReadRegisters):
        agrees = tuple(theirs.registers) == ours
    elif isinstance(question, ReadCoils):
        agrees = tuple(theirs.bits[: question.count]) == ours
    else:
        return
    if not agrees:
        raise LinkError("decoders-differ", f"pymodbus reads {theirs}, we read {ours}")


def _read_registers(client: _Client, unit: int, question: ReadRegisters) -> ModbusPDU:
    read = client.read_holding_registers if question.table == "holding" else client.read_input_registers
    return read(question.start, count=question.count, device_id=unit)


def _read_coils(client: _Client, unit: int, question: ReadCoils) -> ModbusPDU:
    read = client.read_coils if question.table == "coils" else client.read_discrete_inputs
    return read(question.start, count=question.count, device_id=unit)


def _write_registers(client: _Client, unit: int, question: WriteRegisters) -> ModbusPDU:
    return client.write_registers(question.start, list(question.words), device_id=unit)


def _write_register(client: _Client, unit: int, question: WriteRegister) -> ModbusPDU:
    return client.write_register(question.address, question.word, device_id=unit)


def _write_coil(client: _Client, unit: int, question: WriteCoil) -> ModbusPDU:
    return client.write_coil(question.address, question.on, device_id=unit)


def _read_identification(client: _Client, unit: int, question: ReadIdentificationFrom) -> ModbusPDU:
    return client.read_device_information(read_code=BASIC_OBJECTS, object_id=question.first, device_id=unit)


def _report_server_id(client: _Client, unit: int, question: ReportServerId) -> ModbusPDU:
    del question
    return client.report_device_id(device_id=unit)


_CALLS: dict[type[LinkAsk[Any]], Callable[[_Client, int, Any], ModbusPDU]] = {
    ReadRegisters: _read_registers,
    ReadCoils: _read_coils,
    WriteRegisters: _write_registers,
    WriteRegister: _write_register,
    WriteCoil: _write_coil,
    ReadIdentificationFrom: _read_identification,
    ReportServerId: _report_server_id,
}
