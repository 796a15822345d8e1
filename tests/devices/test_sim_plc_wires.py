"""Wire forms of their own: UDP datagrams, a conversation for each TCP connection, and a device that speaks unasked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from devices.gps.nmea_receiver import sim as nmea
from devices.gps.nmea_receiver.sim import ReceiverLine
from devices.plc.omron_fins import sim as fins
from devices.plc.siemens_s7_300 import sim as s7
from devices.simulation.bench import serve_bench
from devices.simulation.serve import WireServer
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.bench.model import Bench, BenchDevice, Client, Simulation
from harness.clock import MonotonicClock, VirtualClock
from harness.link.config import MemoryConfig, SerialConfig, SocketConfig
from tests.devices.sim_peers import S7_CONNECT, S7_READ, S7_SETUP

pytestmark = pytest.mark.wire

FRIDAY_NOON_1999 = 946_641_600


@pytest.fixture
def wires() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


def test_fins_answers_datagrams(wires: WireServer) -> None:
    device = fins.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=FRIDAY_NOON_1999))
    port = wires.serve_udp(device.receive)
    for _ in range(2):  # two clients, each answered at its own address
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01"), ("127.0.0.1", port))
            reply, _ = client.recvfrom(2048)
        assert bytes.fromhex("C0 00 02 00 00 00 00 00 00 7A 07 01 00 00 99 12 31 12 00 00 05") == reply


def test_each_tcp_connection_to_an_s7_is_set_up_by_itself(wires: WireServer) -> None:
    device = s7.make_simulator(SimulatorSetup(clock=VirtualClock(0), initial_seconds=FRIDAY_NOON_1999))
    assert isinstance(device, StreamServer)
    port = wires.serve_tcp(device.connect)
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(S7_CONNECT)
            assert client.recv(100)[5] == 0xD0
            client.sendall(S7_SETUP)
            client.recv(100)
            client.sendall(S7_READ)
            assert bytes.fromhex("99 12 31 12 00 00 00 06") == client.recv(100)[-8:]


def test_a_receiver_speaks_by_itself_on_a_pty_and_on_tcp(wires: WireServer) -> None:
    """It starts 20 ms before midnight, so the first sentences of 2000 come at once."""
    setup = SimulatorSetup(clock=MonotonicClock(), initial_seconds=946_684_799, initial_phase_ns=980_000_000)
    on_pty, on_tcp = nmea.make_simulator(setup), nmea.make_simulator(setup)
    assert isinstance(on_pty, ReceiverLine)
    assert isinstance(on_tcp, ReceiverLine)
    with serial.Serial(wires.serve_pty(on_pty.receive, unasked=on_pty.unasked), 4800, timeout=5) as port:
        heard = b""
        while b"$GPZDA,000000.00,01,01,2000" not in heard and len(heard) < 1000:
            heard += port.readline()
    assert b"010100" in heard
    tcp_port = wires.serve_tcp(lambda: on_tcp.receive, unasked=on_tcp.unasked)
    with socket.create_connection(("127.0.0.1", tcp_port), timeout=5) as client:
        assert client.recv(100).startswith(b"$GPRMC,")


def test_a_bench_serves_datagrams_and_streams_of_their_own() -> None:
    """On a network a device is met as its facts say; in memory and on a pty its bytes are those of any line."""
    makers = {"plc/omron-fins": fins.make_simulator, "plc/siemens-s7-300": s7.make_simulator}
    wire_of = {"plc/omron-fins": ("udp", "tcp"), "plc/siemens-s7-300": ("tcp",)}
    bench = Bench(
        name="b",
        client=Client(),
        location="",
        devices=(
            BenchDevice(name="fins", model="plc/omron-fins", simulate=Simulation(on="tcp")),
            BenchDevice(name="s7", model="plc/siemens-s7-300", simulate=Simulation(on="tcp")),
            BenchDevice(name="line", model="plc/siemens-s7-300", simulate=Simulation(on="pty")),
            BenchDevice(name="memory", model="plc/omron-fins", simulate=Simulation(on="memory")),
        ),
        path=Path("bench.yaml"),
        text="",
    )
    with serve_bench(
        bench,
        clock=MonotonicClock(),
        simulator_for=lambda device, setup: makers[device.model](setup),
        links_of=lambda device: wire_of[device.model],
    ) as served:
        udp, tcp = served.links["fins"], served.links["s7"]
        assert isinstance(udp, SocketConfig)
        assert isinstance(tcp, SocketConfig)
        assert (True, False) == (udp.is_udp, tcp.is_udp)
        assert isinstance(served.links["line"], SerialConfig)
        memory = served.links["memory"]
        assert isinstance(memory, MemoryConfig)
        assert memory.protocol == "serial"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(bytes.fromhex("80 00 02 00 00 00 00 00 00 7A 07 01"), (udp.host, udp.port))
            assert len(client.recv(2048)) == 21
        with socket.create_connection((tcp.host, tcp.port), timeout=5) as client:
            client.sendall(S7_CONNECT)
            assert client.recv(100)[5] == 0xD0
