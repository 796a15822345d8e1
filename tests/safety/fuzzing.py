"""Hostile bytes for everything that reads any: the list of targets is found, not written.

A target is every method of every driver, every ask on every bus, every public function and decoder of the codec, and the
readers of journals and signatures. An input is one answer of a device, or one file. Allowed are the errors that are meant
for people; anything else is a defect of ours, and ``failure`` says how to see it again.

    python tests/safety/fuzzing.py --inputs 10000000 --only driver:plc/modicon --seed 1
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib
import inspect
import pkgutil
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import harness.codec
from devices.registry import Registry
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from harness.device import asks
from harness.device.alarm import moment_at
from harness.device.driver import HasAlarm, HasLog, HasOutputs, HasPowerControl, HasSecondClock
from harness.errors import DeviceRefused, JournalError, LinkError, SafetyRefusal
from harness.journal.evidence import read_run
from harness.journal.lines import JournalReader
from harness.journal.verify import verify_run
from harness.journal.verify_signature import verify_signature
from harness.link.config import RegisterWindow
from harness.link.i2c_bridge import BRIDGES
from harness.link.i2c_bridge.bridge import I2cBus
from harness.link.line import Line
from harness.link.opening import protocol_bus

ALLOWED = (LinkError, DeviceRefused)
WINDOW = RegisterWindow(device="/dev/port", base=0x70, stride=0)
DIE_AFTER = 2_000  # answers in one method: a driver that asks on for ever would be a hang
PROTOCOLS = ("serial", "three-wire", "parallel", "modbus", "modbus-tcp", "scpi")
Target = Callable[[random.Random], int]
"""Takes one turn and returns how many inputs it used."""


# --- one of each ask, so that every bus can be asked all it answers ----------------------------------------------


def sample_asks() -> Iterator[asks.LinkAsk[Any]]:
    """Yield one of every kind of ask, found among the subclasses and filled by the names of their fields."""
    fill: dict[str, Any] = {
        "data": b"\x05A\r",
        "name": "A_SECRET",
        "command": 0xBF,
        "registers": (0, 2, 4),
        "octets": ((0, 1), (2, 3)),
        "until": asks.until_count(9),
        "quiet_ns": 1,
        "pointer": b"\0",
        "address": 2,
        "start": 2,
        "count": 7,
        "word": 3,
        "values": (1, 2, 3),
        "words": (1, 2, 3),
        "on": True,
        "text": "SYST:DATE?",
        "content": b"\x01\x02",
        "duration_ns": 1,
    }
    kinds = list(asks.LinkAsk.__subclasses__())
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        fields = [each.name for each in dataclasses.fields(kind) if each.default is dataclasses.MISSING]
        fields = [each for each in fields if not _has_factory(kind, each)]
        if all(name in fill for name in fields):
            yield kind(**{name: fill[name] for name in fields})


def _has_factory(kind: type, name: str) -> bool:
    (field,) = (each for each in dataclasses.fields(kind) if each.name == name)
    return field.default_factory is not dataclasses.MISSING


# --- bytes ------------------------------------------------------------------------------------------------------


def bent(good: bytes, chance: random.Random) -> bytes:
    """Return a good answer as it is, bent, cut, doubled, or something else altogether."""
    turn = chance.random()
    if turn < 0.35 and good:
        return good
    if turn < 0.8 and good:
        content = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randrange(len(content) + 1)
            way = chance.randrange(4)
            if way == 0 and at < len(content):
                content[at] ^= 1 << chance.randrange(8)
            elif way == 1:
                del content[at : at + chance.choice((1, 3))]
            elif way == 2:
                content[at:at] = chance.randbytes(chance.choice((1, 3)))
            else:
                content[at : at + 1] = bytes((chance.choice((0, 10, 13, 16, 32, 48, 127, 128, 255)),))
        return bytes(content)
    if turn < 0.84:
        return good * chance.choice((2, 3))
    return chance.randbytes(chance.choice((0, 1, 2, 5, 9, 17, 40, 300)))


# --- drivers ----------------------------------------------------------------------------------------------------


class Answerer:
    """Answers a driver's asks as a hostile device would; a simulator behind it tells what a good answer looks like."""

    def __init__(self, model: str) -> None:
        self.clock = VirtualClock(utc_ns=0)
        self._simulator: Any = None
        registry = Registry()
        try:
            setup = SimulatorSetup(clock=self.clock, serial_number="S-1", initial_seconds=951_782_340)
            self._simulator = registry.make_simulator(model, setup)
        except LookupError:
            pass  # a device that has none is given made-up answers alone

    def good(self, sent: bytes) -> bytes:
        """Return what the simulated device says."""
        if self._simulator is None:
            return b""
        self.clock.advance_to(self.clock.now_ns() + 10_000_000)
        reply: bytes = self._simulator.receive(sent)
        return reply

    def answer(self, question: asks.LinkAsk[Any], chance: random.Random) -> Any:
        """Return an answer of the right type with any content at all, or raise as a link does."""
        if chance.random() < 0.02:
            raise LinkError("no-reply", "fuzz")
        if chance.random() < 0.02:
            raise DeviceRefused(chance.choice((1, 2, 6, "NAK")), "fuzz")
        if isinstance(question, asks.SecretExchange):
            return _framed(question.until, bent(b"", chance))
        if isinstance(question, asks.Exchange):
            return _framed(question.until, bent(self.good(question.data), chance))
        if isinstance(question, asks.Query):
            reply = self.good(question.text.encode() + b"\n").removesuffix(b"\n")
            return bent(reply, chance).decode("ascii", "replace").replace("\ufffd", "?")
        return _made_up(question, chance)


def _framed(until: asks.FrameLength, stream: bytes) -> bytes:
    """Take a reply out of a stream as a line does: what the driver's own frame says, or a fault."""
    step = max(1, len(stream) // 8)
    for end in [*range(1, len(stream), step), len(stream)]:
        try:
            length = until(stream[:end])
        except ValueError as error:
            raise LinkError("bad-frame", str(error)) from error
        if length is not None:
            assert 0 <= length <= end, f"a frame of {length} bytes was found in {end}"
            return stream[:length]
    raise LinkError("no-reply", "fuzz")


def _made_up(question: asks.LinkAsk[Any], chance: random.Random) -> Any:
    def word() -> int:
        return chance.choice((0, 1, 12, 31, 59, 99, 0x1999, 1999, 2000, 0x7FFF, 0xFFFF, chance.randrange(0x10000)))

    if isinstance(question, asks.ReadRegisters):
        return tuple(word() for _ in range(question.count))
    if isinstance(question, asks.ReadCoils):
        return tuple(chance.random() < 0.5 for _ in range(question.count))
    if isinstance(question, (asks.I2cRead, asks.ThreeWireRead, asks.ParallelRead)):
        count = len(question.registers) if isinstance(question, asks.ParallelRead) else question.count
        return bytes(chance.choice((word() & 0xFF, chance.randrange(256))) for _ in range(count))
    if isinstance(question, asks.Opening):
        return chance.randrange(3)
    if isinstance(question, asks.ReadDeviceIdentification):
        return {chance.randrange(256): chance.randbytes(chance.randrange(9)) for _ in range(chance.randrange(5))}
    if isinstance(question, (asks.ReportServerId, asks.Drain)):
        return chance.randbytes(chance.choice((0, 1, 2, 9, 40)))
    if isinstance(question, asks.AskOperator):
        return bent(b"1999-12-31 23:59:50", chance).decode("latin-1")
    return None


def drive(steps: Any, answerer: Answerer, chance: random.Random, *, is_set: bool = False) -> int:
    """Run one method of a driver to its end and return how many answers it was given."""
    used, has_written = 0, False
    try:
        question = next(steps)
        while used < DIE_AFTER:
            used += 1
            has_written = has_written or question.writes
            try:
                given = answerer.answer(question, chance)
            except ALLOWED as error:
                question = steps.throw(error)
            else:
                question = steps.send(given)
    except StopIteration:
        return max(used, 1)
    except ALLOWED:
        return max(used, 1)
    except ValueError:
        # A set's word for fields that the device cannot take: "nothing has been written", and so it must be.
        if is_set and not has_written:
            return max(used, 1)
        raise
    raise AssertionError(f"{DIE_AFTER} answers, and the driver asks on")


def driver_target(model: str, driver: Any, answerer: Answerer) -> Target:
    methods: list[Callable[[], Any]] = []
    sets: list[Callable[[], Any]] = []
    if hasattr(driver, "identify"):
        methods.append(driver.identify)
    if hasattr(driver, "read_clock"):
        methods.append(driver.read_clock)
        if driver.facts.can_be_set:
            low, high = (driver.facts.form.express(at) for at in _settable(driver))
            sets += [lambda: driver.set_clock(low), lambda: driver.set_clock(high)]
    if isinstance(driver, HasOutputs):
        methods.append(driver.read_outputs)
    if isinstance(driver, HasAlarm):
        methods.append(driver.read_alarm)
        moment = moment_at(driver.facts.form, _settable(driver)[0])
        sets += [lambda: driver.arm_alarm(moment), driver.clear_alarm]
    if isinstance(driver, HasLog):
        methods += [driver.read_log] * 4
    if isinstance(driver, HasSecondClock):
        methods.append(driver.read_second_clock)
    if isinstance(driver, HasPowerControl):
        methods += [lambda: driver.read_power(1), lambda: driver.switch_power(1, on=True)]

    def turn(chance: random.Random) -> int:
        method = chance.choice(methods + sets)
        return drive(method(), answerer, chance, is_set=method in sets)

    return turn


def _settable(driver: Any) -> list[int]:
    """Return two instants the device can hold."""
    found = []
    for seconds in (951_782_340, 946_684_740, 1_000_000_000, 1_795_466_700, 700_000_000):
        try:
            driver.facts.form.express(seconds)
        except ValueError:
            continue
        found.append(seconds)
    return [found[0], found[-1]]


# --- buses ------------------------------------------------------------------------------------------------------


class HostileTransport:
    """Answers each frame with the bytes laid ready, in pieces."""

    def __init__(self) -> None:
        self.ready: list[bytes] = []

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def write(self, frame: bytes) -> None:
        """Take anything."""

    def read(self, wait_ns: int) -> bytes:
        return self.ready.pop(0) if wait_ns > 0 and self.ready else b""


def bus_targets() -> Iterator[tuple[str, Target]]:
    """Yield every ask on every bus; whether a bus can be asked it, the bus itself says."""
    makers: dict[str, Callable[[Line], Any]] = {
        name: lambda line, name=name: protocol_bus(name, line, WINDOW)  # type: ignore[misc]
        for name in PROTOCOLS
    }
    makers |= {
        f"i2c-{name}": lambda line, name=name: I2cBus(line, BRIDGES[name]())  # type: ignore[misc]
        for name in BRIDGES
    }
    for name, make in makers.items():
        for question in sample_asks():
            if _can(make, question):
                yield f"bus:{name}:{type(question).__name__}", _bus_target(make, question)


def _line(transport: HostileTransport) -> Line:
    clock = VirtualClock(utc_ns=0)
    return Line(name="fuzz", transport=transport, sink=lambda _record: 1, clock=clock, waits_by=clock)


def _can(make: Callable[[Line], Any], question: asks.LinkAsk[Any]) -> bool:
    bus = make(_line(HostileTransport()))
    try:
        bus.render(0x50, question)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _bus_target(make: Callable[[Line], Any], question: asks.LinkAsk[Any]) -> Target:
    transport = HostileTransport()
    line = _line(transport)
    bus = make(line)

    def turn(chance: random.Random) -> int:
        if chance.random() < 0.1:  # a bridge greets its chip when it is opened, and is answered too
            line.close()
            transport.ready = [chance.randbytes(chance.randrange(1, 9)) for _ in range(4)]
            with contextlib.suppress(LinkError):
                bus.open()
        line.open()
        try:
            good = bus.render(0x50, question)
        except LinkError:
            good = b""
        body = bent(good, chance)
        if chance.random() < 0.3 and good[:1] == b"\x50":  # RTU: past the checksum, or nothing behind it is reached
            body = _with_crc(body[: chance.randrange(2, 20)])
        cut = chance.randrange(len(body) + 1)
        transport.ready = [piece for piece in (body[:cut], body[cut:]) if piece]
        with contextlib.suppress(*ALLOWED):
            bus.answer(0x50, question)
        return 1

    return turn


def _with_crc(body: bytes) -> bytes:
    """Modbus over serial line V1.02, 6.2.2, written afresh."""
    crc = 0xFFFF
    for octet in body:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return body + crc.to_bytes(2, "little")


# --- codec ------------------------------------------------------------------------------------------------------


def codec_targets() -> Iterator[tuple[str, Target]]:
    """Yield every public function of the codec that takes nothing but bytes and whole numbers."""
    for found in pkgutil.iter_modules(harness.codec.__path__):
        module = importlib.import_module(f"harness.codec.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            kinds = get_type_hints(function)
            kinds.pop("return", None)
            if kinds and all(kind in {bytes, int} for kind in kinds.values()):
                yield f"codec:{found.name}.{name}", _codec_target(function, kinds)


def _codec_target(function: Callable[..., Any], kinds: dict[str, type]) -> Target:
    def turn(chance: random.Random) -> int:
        given = {name: _raw(kind, chance) for name, kind in kinds.items()}
        with contextlib.suppress(ValueError):  # the codec's word for bytes that mean nothing
            function(**given)
        return 1

    return turn


def _raw(kind: type, chance: random.Random) -> Any:
    if kind is bytes:
        return chance.randbytes(chance.choice((0, 1, 2, 6, 8, 40)))
    return chance.choice((0, 1, 9, 0x59, 0x60, 0xFF, -1, 1 << 16, 1 << 64, chance.getrandbits(16)))


# --- files ------------------------------------------------------------------------------------------------------


def file_targets(folder: Path) -> Iterator[tuple[str, Target]]:
    """Yield the readers of a run folder that somebody hands over."""
    line = b'{"body":{"run":"x"},"boot_ns":null,"kind":"run-started","mono_ns":0,"prev":"' + b"0" * 64
    journal = line + b'","seq":1,"utc_ns":0}\n'
    manifest = b'{"files":{"journal.jsonl":"' + b"0" * 64 + b'"},"journal":{"head":"' + b"0" * 64
    manifest += b'","records":1},"run":"x","schema":1}\n'
    public = "RWTiBBs0qtvZmWKDsLoTBdYj+TthsyMf3QSEOYXH8a+ZtpCvnZ2pDmr2"
    signature = b"untrusted comment: x\n" + b"RUTi" + b"A" * 95 + b"=\ntrusted comment: x\n" + b"A" * 86 + b"==\n"
    goods = {"journal.jsonl": journal, "manifest.json": manifest, "manifest.json.minisig": signature}
    goods["attestation.intoto.jsonl"] = (
        b'{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"","sig":""}]}\n'
    )

    def reads(name: str, read: Callable[[], object]) -> Target:
        def turn(chance: random.Random) -> int:
            for each, good in goods.items():
                if each == name or chance.random() < 0.01:
                    (folder / each).write_bytes(bent(good, chance) if each == name else good)
            with contextlib.suppress(JournalError):
                read()
            return 1

        return turn

    for name, good in goods.items():
        (folder / name).write_bytes(good)
    yield "file:journal-reader", reads("journal.jsonl", lambda: list(JournalReader(folder / "journal.jsonl")))
    yield "file:evidence", reads("journal.jsonl", lambda: read_run(folder))
    yield "file:verify", reads("journal.jsonl", lambda: verify_run(folder))
    yield "file:verify-manifest", reads("manifest.json", lambda: verify_run(folder))
    yield "file:signature", reads("manifest.json.minisig", lambda: verify_signature(folder, public))
    yield "file:attestation", reads("attestation.intoto.jsonl", lambda: verify_signature(folder, public))


# --- all of them ------------------------------------------------------------------------------------------------


def targets(folder: Path) -> dict[str, Target]:
    """Return every target by name."""
    registry = Registry()
    found: dict[str, Target] = {}
    for model in registry.models():
        found[f"driver:{model}"] = driver_target(model, registry.make_driver(model), Answerer(model))
    for kind in registry.power_kinds():
        found[f"power:{kind}"] = driver_target(kind, registry.make_power_driver(kind), Answerer(kind))
    return found | dict(bus_targets()) | dict(codec_targets()) | dict(file_targets(folder))


def fuzz(name: str, target: Target, *, inputs: int, seed: int) -> float:
    """Give a target that many inputs; return how many MiB the process has grown by since the first tenth.

    Raises:
        AssertionError: something other than an allowed error was raised; says how to see it again.
    """
    used, turn, grown_from = 0, 0, 0
    while used < inputs:
        try:
            used += target(random.Random(f"{seed} {turn}"))  # noqa: S311 - a fixed seed, so that a failure comes again
        except (Exception, SafetyRefusal) as error:
            again = f"--only {name} --seed {seed} --turn {turn}"
            raise AssertionError(f"{name}: {error!r}; python tests/safety/fuzzing.py {again}") from error
        turn += 1
        if not grown_from and used >= inputs // 10:
            grown_from = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown_from) / 1024


def main() -> int:
    """Fuzz from the command line; 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000, help="to each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="targets whose name begins so")
    parser.add_argument("--turn", type=int, help="this one turn alone, with its traceback")
    parser.add_argument("--list", action="store_true", help="name the targets and end")
    options = parser.parse_args()
    status = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, target in targets(Path(scratch)).items():
            if not name.startswith(options.only):
                continue
            if options.list:
                print(name)
                continue
            if options.turn is not None:
                target(random.Random(f"{options.seed} {options.turn}"))  # noqa: S311
                continue
            began = time.process_time()
            try:
                grown = fuzz(name, target, inputs=options.inputs, seed=options.seed)
            except AssertionError as error:
                status = 1
                print(error, flush=True)
            else:
                spent = time.process_time() - began
                print(f"{name}: {options.inputs} inputs in {spent:.1f} s, {grown:+.1f} MiB", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
