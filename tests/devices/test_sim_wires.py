"""Simulators on real ptys and loopback sockets, spoken to by pyserial, plain sockets, and mbpoll."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from devices.plc.modicon import sim as modicon
from devices.rtc.ds1307 import sim as ds1307
from devices.simulation.bench import ServedBench, serve_bench
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ModbusSimulator, RtuLine
from devices.simulation.serve import WireServer
from devices.simulation.setup import SimulatorSetup
from harness.bench.model import Bench, BenchDevice, Client, Simulation
from harness.clock import MonotonicClock, VirtualClock
from harness.link.config import I2cConfig, MemoryConfig, ModbusRtuConfig, ModbusTcpConfig, ScpiConfig, SerialConfig

pytestmark = pytest.mark.wire

FRIDAY_NOON_1999 = 946_641_600
READ_DS1307 = bytes.fromhex("53 D0 01 00 53 D1 07 50")
MBPOLL = shutil.which("mbpoll")

_MAKERS = {
    "rtc/ds1307": ds1307.make_simulator,
    "plc/modicon": modicon.make_simulator,
}
_LINKS = {"rtc/ds1307": ("i2c",), "plc/modicon": ("modbus",)}


def simulator_for(device: BenchDevice, setup: SimulatorSetup) -> SimulatedDevice:
    return _MAKERS[device.model](setup)


def links_of(device: BenchDevice) -> tuple[str, ...]:
    return _LINKS[device.model]


def make_bench(*devices: BenchDevice) -> Bench:
    return Bench(name="b", client=Client(), location="", devices=devices, path=Path("bench.yaml"), text="")


def make_modicon(clock: MonotonicClock | VirtualClock, unit: int = 1) -> ModbusSimulator:
    setup = SimulatorSetup(clock=clock, initial_seconds=FRIDAY_NOON_1999, unit=unit)
    simulator = modicon.make_simulator(setup)
    assert isinstance(simulator, ModbusSimulator)
    return simulator


@pytest.fixture
def wires() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


def test_a_chip_is_read_through_a_pty(wires: WireServer) -> None:
    chip = ds1307.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=FRIDAY_NOON_1999))
    with serial.Serial(wires.serve_pty(chip.receive), 9600, timeout=5, exclusive=True) as port:
        port.write(READ_DS1307)
        assert port.read(7) == bytes.fromhex("00 00 12 06 31 12 99")


def test_a_pty_can_be_closed_and_opened_again(wires: WireServer) -> None:
    chip = ds1307.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=FRIDAY_NOON_1999))
    path = wires.serve_pty(chip.receive)
    for _ in range(3):
        with serial.Serial(path, 9600, timeout=5, exclusive=True) as port:
            port.write(READ_DS1307)
            assert len(port.read(7)) == 7


def test_two_units_share_one_rtu_line(wires: WireServer) -> None:
    clock = VirtualClock(0)
    line = RtuLine((make_modicon(clock, 1), make_modicon(clock, 2)))
    with serial.Serial(wires.serve_pty(line.receive), 9600, timeout=5, exclusive=True) as port:
        for unit in (1, 2):
            port.write(bytes.fromhex(f"{unit:02X} 03 00 65 00 01") + _crc(bytes((unit, 3, 0, 0x65, 0, 1))))
            reply = port.read(7)
            assert bytes((unit, 3, 2, 0, 12)) == reply[:5]


def _crc(octets: bytes) -> bytes:
    crc = 0xFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return bytes((crc & 0xFF, crc >> 8))


def make_tcp_bench() -> Bench:
    return make_bench(
        BenchDevice(name="one", model="plc/modicon", simulate=Simulation(on="tcp")),
        BenchDevice(name="two", model="plc/modicon", simulate=Simulation(on="tcp")),
        BenchDevice(name="rtc", model="rtc/ds1307", simulate=Simulation(on="tcp", offset_seconds=-3600)),
    )


def test_two_units_share_one_tcp_port() -> None:
    shared = {"one": "rail", "two": "rail"}
    with serve_bench(
        make_tcp_bench(),
        clock=MonotonicClock(),
        simulator_for=simulator_for,
        links_of=links_of,
        shared_lines=shared,
    ) as served:
        first, second = served.links["one"], served.links["two"]
        assert isinstance(first, ModbusTcpConfig)
        assert isinstance(second, ModbusTcpConfig)
        assert first.bus == second.bus
        assert (1, 2) == (first.unit, second.unit)
        with socket.create_connection((first.host, first.tcp_port), timeout=5) as connection:
            # Two requests in one segment, the second cut in half.
            connection.sendall(bytes.fromhex("0007 0000 0006 01 03 0063 0001 0008 0000 0006 02"))
            connection.sendall(bytes.fromhex("03 0063 0001"))
            reply = b""
            while len(reply) < 22:
                reply += connection.recv(64)
        assert bytes.fromhex("0007 0000 0005 01 03 02 6000 0008 0000 0005 02 03 02 6000") == reply


def test_a_bench_is_reached_by_the_links_it_hands_out() -> None:
    """Memory, pty and TCP forms of an I2C chip and of a Modbus unit."""
    bench = make_bench(
        *(
            BenchDevice(name=f"{kind}-{on}", model=model, simulate=Simulation(on=on))
            for kind, model in (("rtc", "rtc/ds1307"), ("plc", "plc/modicon"))
            for on in ("memory", "pty", "tcp")
        ),
        BenchDevice(name="real", model="plc/modicon"),
    )
    with serve_bench(bench, clock=MonotonicClock(), simulator_for=simulator_for, links_of=links_of) as served:
        kinds = {name: type(link) for name, link in served.links.items()}
        assert {
            "rtc-memory": MemoryConfig,
            "rtc-pty": I2cConfig,
            "rtc-tcp": I2cConfig,
            "plc-memory": MemoryConfig,
            "plc-pty": ModbusRtuConfig,
            "plc-tcp": ModbusTcpConfig,
        } == kinds
        assert "real" not in served.simulators
        link = served.links["rtc-tcp"]
        assert isinstance(link, I2cConfig)
        with serial.serial_for_url(link.port.url, timeout=5) as port:
            port.write(READ_DS1307)
            assert len(port.read(7)) == 7


def test_text_and_stream_devices_get_the_links_of_their_kind() -> None:
    bench = make_bench(
        *(
            BenchDevice(name=f"{wire}-{on}", model=f"x/{wire}", simulate=Simulation(on=on))
            for wire in ("scpi", "serial")
            for on in ("pty", "tcp")
        )
    )

    def make(device: BenchDevice, setup: SimulatorSetup) -> SimulatedDevice:
        return ds1307.make_simulator(setup)

    with serve_bench(
        bench, clock=MonotonicClock(), simulator_for=make, links_of=lambda device: (device.model[2:],)
    ) as served:
        scpi_pty, scpi_tcp = served.links["scpi-pty"], served.links["scpi-tcp"]
        assert isinstance(scpi_pty, ScpiConfig)
        assert isinstance(scpi_tcp, ScpiConfig)
        assert scpi_pty.resource.startswith("ASRL/dev/")
        assert scpi_tcp.resource.startswith("TCPIP::127.0.0.1::")
        assert scpi_tcp.resource.endswith("::SOCKET")
        assert isinstance(served.links["serial-pty"], SerialConfig)


def test_a_bench_in_virtual_time_starts_at_the_runs_utc_with_its_offsets() -> None:
    clock = VirtualClock(946_684_740_250_000_000)
    bench = make_bench(
        BenchDevice(name="rtc", model="rtc/ds1307", simulate=Simulation(on="memory", offset_seconds=-10)),
    )
    with serve_bench(bench, clock=clock, simulator_for=simulator_for, links_of=links_of) as served:
        assert served.simulators["rtc"].device_seconds() == 946_684_730
        clock.advance_to(750_000_000)
        assert served.simulators["rtc"].device_seconds() == 946_684_731
        served.power("rtc", False)
        link = served.links["rtc"]
        assert isinstance(link, MemoryConfig)
        assert ("i2c", 0x68, b"") == (link.protocol, link.address, link.receive(READ_DS1307))


def test_units_share_one_line_in_memory() -> None:
    bench = make_bench(
        BenchDevice(name="a", model="plc/modicon", simulate=Simulation(on="memory")),
        BenchDevice(name="b", model="plc/modicon", simulate=Simulation(on="memory")),
    )
    with serve_bench(
        bench,
        clock=VirtualClock(0),
        simulator_for=simulator_for,
        links_of=links_of,
        shared_lines={"a": "rail", "b": "rail"},
    ) as served:
        link = served.links["a"]
        assert isinstance(link, MemoryConfig)
        assert link.bus == served.links["b"].bus == "rail"
        request = bytes.fromhex("02 03 00 63 00 01")
        assert link.receive(request + _crc(request))[0] == 2


def test_a_reply_waits_for_the_latency_it_is_given(wires: WireServer) -> None:
    clock = MonotonicClock()
    chip = ds1307.make_simulator(SimulatorSetup(clock=clock, initial_seconds=FRIDAY_NOON_1999))
    with serial.Serial(wires.serve_pty(chip.receive, latency_ns=60_000_000), timeout=5) as port:
        sent_ns = clock.now_ns()
        port.write(READ_DS1307)
        assert len(port.read(7)) == 7
        assert clock.now_ns() - sent_ns >= 60_000_000


def test_an_error_in_a_simulator_comes_out_when_the_server_closes() -> None:
    def fail(data: bytes) -> bytes:
        raise ZeroDivisionError(data)

    server = WireServer()
    with serial.Serial(server.serve_pty(fail), timeout=0.2) as port:
        port.write(b"x")
        assert port.read(1) == b""
    with pytest.raises(ZeroDivisionError):
        server.close()


def test_the_record_is_written_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "bus.jsonl"
    chip = ds1307.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=0, record_to=path))
    chip.receive(bytes.fromhex("53 D0 02 00 05 50"))
    chip.power(False)
    chip.recorder.close()
    assert [
        {"at_ns": 0, "set_to": 5},
        {"at_ns": 0, "arrived": "53d002000550", "replied": ""},
        {"at_ns": 0, "power": False},
    ] == [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def poll(*arguments: str) -> str:
    if MBPOLL is None:
        pytest.skip("mbpoll is not on this machine")
    done = subprocess.run([MBPOLL, *arguments], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def read_polled(text: str) -> dict[int, int]:
    lines = (line for line in text.splitlines() if line.startswith("["))
    return {int(line[1 : line.index("]")]): int(line.split()[1]) for line in lines}


def test_mbpoll_reads_and_sets_the_controller_on_an_rtu_line(wires: WireServer) -> None:
    """A client that nobody here wrote: it has its own framing, CRC and silence."""
    plc = make_modicon(MonotonicClock())
    path = wires.serve_pty(plc.receive)
    line = ("-m", "rtu", "-b", "19200", "-P", "none", "-a", "1", "-t", "4", "-0", "-1")
    before = read_polled(poll(*line, "-r", "99", "-c", "8", path))
    assert (6, 12, 31, 99, 12) == tuple(before[place] for place in range(100, 105))
    poll(*line, "-r", "99", path, "--", "32768", "6", "12", "31", "99", "23", "59", "0")
    after = read_polled(poll(*line, "-r", "99", "-c", "8", path))
    assert (12, 31, 99, 23, 59) == tuple(after[place] for place in range(101, 106))
    assert [946_684_740] == [taken.seconds for taken in plc.recorder.sets]


def test_mbpoll_reads_and_sets_the_controller_over_tcp() -> None:
    bench = make_bench(BenchDevice(name="plc", model="plc/modicon", simulate=Simulation(on="tcp")))
    with serve_bench(bench, clock=MonotonicClock(), simulator_for=simulator_for, links_of=links_of) as served:
        _set_over_tcp(served)


def _set_over_tcp(served: ServedBench) -> None:
    link = served.links["plc"]
    assert isinstance(link, ModbusTcpConfig)
    line = ("-m", "tcp", "-p", str(link.tcp_port), "-a", "1", "-t", "4", "-0", "-1")
    poll(*line, "-r", "99", link.host, "--", "32768", "6", "12", "31", "99", "23", "59", "0")
    after = read_polled(poll(*line, "-r", "99", "-c", "8", link.host))
    assert (12, 31, 99, 23, 59) == tuple(after[place] for place in range(101, 106))
    assert [946_684_740] == [taken.seconds for taken in served.simulators["plc"].recorder.sets]


def test_attended_devices_answer_only_in_their_turn() -> None:
    with WireServer(attended=True) as server:
        port = server.serve_tcp(lambda: bytes.upper)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(b"reply")
            client.settimeout(0.05)
            with pytest.raises(TimeoutError):
                client.recv(100)
            client.settimeout(5)
            server.attend(1_000_000_000)
            assert client.recv(100) == b"REPLY"


def test_an_error_in_an_attended_device_is_raised_when_the_server_closes() -> None:
    def broken(data: bytes) -> bytes:
        raise ArithmeticError(data)

    server = WireServer(attended=True)
    port = server.serve_tcp(lambda: broken)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"x")
        server.attend(1_000_000_000)
        server.attend(0)
        with pytest.raises(ArithmeticError):
            server.close()


def test_in_virtual_time_controllers_on_tcp_are_attended_and_mixed_benches_are_not() -> None:
    def device(name: str, on: str) -> BenchDevice:
        return BenchDevice(name=name, model="plc/modicon", simulate=Simulation(on=on))

    def links_with(*devices: BenchDevice) -> dict[str, object]:
        with serve_bench(
            make_bench(*devices),
            clock=VirtualClock(0),
            simulator_for=simulator_for,
            links_of=links_of,
            one_thread=True,
        ) as served:
            return dict(served.links)

    alone = links_with(device("a", "tcp"), device("b", "memory"))["a"]
    mixed = links_with(device("a", "tcp"), device("b", "pty"))["a"]
    assert isinstance(alone, ModbusTcpConfig)
    assert alone.attend is not None
    assert isinstance(mixed, ModbusTcpConfig)
    assert mixed.attend is None
