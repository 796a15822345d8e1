"""The Modbus server: functions, exceptions and framing, in literal bytes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from devices.simulation.modbus_server import ModbusSimulator, RegisterModel, RtuLine, TcpPort, answer_pdu, crc16
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock


class Sixteen(RegisterModel):
    """Registers that read as their own address, and sixteen bits of which every third is set."""

    identification = (b"ACME", b"X1", b"2.0")

    def __init__(self) -> None:
        self.written: list[tuple[int, tuple[int, ...]]] = []

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        return range(start, start + count)

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        return [place % 3 == 0 for place in range(start, start + count)]

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        self.written.append((start, words))


def make_unit(unit: int = 1) -> tuple[ModbusSimulator, Sixteen, VirtualClock]:
    clock, model = VirtualClock(0), Sixteen()
    setup = SimulatorSetup(clock=clock, unit=unit)
    return ModbusSimulator(setup, model, setup.make_recorder()), model, clock


@pytest.mark.parametrize(
    ("request_pdu", "reply_pdu"),
    [
        ("03 03 E8 00 02", "03 04 03 E8 03 E9"),
        ("01 00 00 00 0A", "01 02 49 02"),
        ("10 00 01 00 02 04 00 0A 01 02", "10 00 01 00 02"),
        ("03 00 00 00 00", "83 03"),
        ("03 00 00 00 7E", "83 03"),
        ("03 FF FF 00 02", "83 02"),
        ("03 00", "83 03"),
        ("04 00 00 00 01", "84 01"),
        ("06 00 01 00 03", "86 01"),
        ("10 00 01 00 02 03 00 0A 01", "90 03"),
        ("10 00 01 00 02", "90 03"),
        ("11", "91 01"),
        ("2B 0E 01 00", "2B 0E 01 81 00 00 03 00 04 41 43 4D 45 01 02 58 31 02 03 32 2E 30"),
        ("2B 0E 04 01", "2B 0E 04 81 00 00 01 01 02 58 31"),
        ("2B 0E 04 09", "AB 02"),
        ("2B 0E 05 00", "AB 03"),
        ("2B 0D 01 00", "AB 01"),
        ("07", "87 01"),
    ],
)
def test_a_request_is_answered_as_the_protocol_says(request_pdu: str, reply_pdu: str) -> None:
    """The block write is the example of the Modbus application protocol, section 6.12."""
    assert bytes.fromhex(reply_pdu) == answer_pdu(Sixteen(), bytes.fromhex(request_pdu), 0)


@pytest.mark.parametrize(
    "frame",
    [
        "01 03 03 E8 00 02 44 7B",
        "01 06 04 04 00 01 08 FB",
        "01 03 04 52 66 57 07 75 66",
        "01 84 02 C2 C1",
        "01 10 00 00 00 02 04 38 6D 43 44 5E 11",
    ],
)
def test_the_crc_is_that_of_frames_seen_on_real_lines(frame: str) -> None:
    """sigrok-dumps wizmodbus, and a Solis inverter's exception."""
    octets = bytes.fromhex(frame)
    assert octets[-2:] == crc16(octets[:-2])


def test_a_frame_in_pieces_is_answered_once_it_is_whole() -> None:
    unit, _, _ = make_unit()
    replies = [unit.receive(bytes((octet,))) for octet in bytes.fromhex("01 03 03 E8 00 02 44 7B")]
    assert [b""] * 7 == replies[:7]
    assert bytes.fromhex("01 03 04 03 E8 03 E9") == replies[7][:7]


def test_a_frame_with_a_wrong_crc_is_met_with_silence_and_recorded() -> None:
    unit, _, _ = make_unit()
    assert unit.receive(bytes.fromhex("01 03 03 E8 00 02 44 7C")) == b""
    assert bytes.fromhex("01 03 03 E8 00 02 44 7C") == unit.recorder.exchanges[0].arrived
    assert unit.receive(bytes.fromhex("01 03 03 E8 00 02 44 7B")) != b""


def test_half_a_frame_is_forgotten_after_a_silence() -> None:
    unit, _, clock = make_unit()
    assert unit.receive(bytes.fromhex("01 03 03")) == b""
    clock.advance_to(100_000_000)
    assert unit.receive(bytes.fromhex("01 03 03 E8 00 02 44 7B")) != b""


def test_two_frames_in_one_piece_are_both_answered() -> None:
    unit, _, _ = make_unit()
    frame = bytes.fromhex("01 03 03 E8 00 02 44 7B")
    assert unit.receive(frame + frame) == 2 * unit.receive(frame)


def test_an_unknown_function_is_exception_01() -> None:
    unit, _, _ = make_unit()
    request = bytes.fromhex("01 07 41 E2")
    assert bytes.fromhex("01 87 01 82 30") == unit.receive(request)


def test_a_broadcast_is_obeyed_by_all_and_answered_by_none() -> None:
    first, first_model, _ = make_unit(1)
    second, second_model, _ = make_unit(2)
    body = bytes.fromhex("00 10 00 01 00 01 02 00 07")
    crc = 0xFFFF
    for octet in body:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    line = RtuLine((first, second))
    assert line.receive(body + bytes((crc & 0xFF, crc >> 8))) == b""
    assert [(1, (7,))] == first_model.written == second_model.written


def test_a_tcp_unit_nobody_has_or_that_is_off_is_met_with_silence() -> None:
    unit, _, _ = make_unit()
    connection = TcpPort((unit,)).connect()
    assert connection(bytes.fromhex("0001 0000 0006 09 03 0000 0001")) == b""
    unit.power(False)
    assert connection(bytes.fromhex("0002 0000 0006 01 03 0000 0001")) == b""
    unit.power(True)
    assert bytes.fromhex("0003 0000 0005 01 03 02 0005") == connection(bytes.fromhex("0003 0000 0006 01 03 0005 0001"))


def test_what_is_not_modbus_on_a_tcp_connection_is_dropped() -> None:
    unit, _, _ = make_unit()
    connection = TcpPort((unit,)).connect()
    assert connection(b"GET / HTTP/1.1\r\n\r\n") == b""
    assert bytes.fromhex("0003 0000 0005 01 03 02 0005") == connection(bytes.fromhex("0003 0000 0006 01 03 0005 0001"))
