"""Every parser is fed hostile bytes; that it is every one is checked against the code, not against a list.

Here 100 inputs a target; ``ROLLOVER_LONG=1`` 10,000,000 each with memory watched, a day on one core. In parts, with a
line a target: ``python tests/safety/fuzzing.py --inputs 10000000 --only driver:plc``.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import pytest

import devices
import harness
from devices.registry import Registry
from harness.link.i2c_bridge import BRIDGES
from tests.safety.fuzzing import bus_targets, codec_targets, fuzz, targets

IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
INPUTS = 10_000_000 if IS_LONG else 100
GROWTH_MIB = 20
pytestmark = pytest.mark.timeout(0 if IS_LONG else 600)
ROOTS = (Path(harness.__file__).parent, Path(devices.__file__).parent)
PARSERS = ("decode", "until", "length", "parse", "expect")
# What is named like a parser, reads no device's bytes, and is proved elsewhere.
NOT_FED = {
    "harness/link/visa.py": "an instrument library's own transport; tests/wire has it on sockets",
    "harness/link/modbus_client.py": "puts pymodbus on the same bus; tests/wire has it on ptys and sockets",
    "harness/link/i2c_bridge/linux.py": "speaks to the kernel of the host, not to a wire",
    "harness/link/faults": "makes faults",
    "devices/profiles/loader.py": "reads files from people: tests/unit/bench/test_mutated_files.py",
    "devices/profiles/model.py": "reads files from people: tests/unit/bench/test_mutated_files.py",
    "devices/simulation": "the devices' side",
    "devices/power": "the kinds of supply are targets; their parsers belong to the buses",
}
# Behind a state that hostile bytes alone seldom lead to, so that the slice does not get there. This list only shrinks.
SELDOM_REACHED = {
    ("devices/profiles/hundreds.py", "decode"),  # in no shipped profile; tests/devices has it
    ("harness/link/i2c_bridge/bus_pirate.py", "_until_bulk"),
    ("harness/link/i2c_bridge/bus_pirate.py", "_until_read"),
    ("harness/link/i2c_bridge/bus_pirate.py", "length"),
    ("harness/link/i2c_bridge/usb_iss.py", "_expect_known_error"),
    # Behind a page whose checksum holds, or a greeting that was answered rightly: their own tests bend those.
    ("devices/agri/davis_vantage/archive.py", "decode_record"),
    ("harness/link/i2c_bridge/bus_pirate.py", "_until_heard"),
    ("harness/link/parallel.py", "_until_end"),
    ("harness/link/three_wire.py", "_until_sent"),
    ("harness/link/three_wire.py", "length"),
}


def parsers() -> Iterator[tuple[str, str]]:
    """Yield file and name of each function of drivers, links and codec that is named as parsers here are."""
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            name = f"{root.name}/{path.relative_to(root).as_posix()}"
            is_ours = name.startswith(("harness/link/", "harness/codec/", "devices/")) and path.name != "sim.py"
            if not is_ours or any(name.startswith(each) for each in NOT_FED):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                is_parser = isinstance(node, ast.FunctionDef) and node.name.lstrip("_").startswith(PARSERS)
                if is_parser and not _is_protocol_stub(node):
                    yield name, node.name


def _is_protocol_stub(node: ast.FunctionDef) -> bool:
    last = node.body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...


def test_every_parser_there_is_gets_hostile_bytes_and_only_errors_for_people_come_out(tmp_path: Path) -> None:
    ran: set[CodeType] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            ran.add(frame.f_code)

    found = targets(tmp_path)
    before = sys.getprofile()
    sys.setprofile(None if IS_LONG else note)
    try:
        for name, target in found.items():
            assert GROWTH_MIB > fuzz(name, target, inputs=INPUTS, seed=20_000_101), name
    finally:
        sys.setprofile(before)
    if IS_LONG:
        return
    reached = {
        (f"{root.name}/{Path(code.co_filename).relative_to(root).as_posix()}", code.co_name)
        for code in ran
        for root in ROOTS
        if Path(code.co_filename).is_relative_to(root)
    }
    missed = sorted(set(parsers()) - reached - SELDOM_REACHED)
    assert not missed, "\n".join(f"{file}: {name}" for file, name in missed)


def test_every_model_and_every_supply_is_a_target(tmp_path: Path) -> None:
    registry = Registry()
    expected = {f"driver:{model}" for model in registry.models()} | {f"power:{kind}" for kind in registry.power_kinds()}
    assert expected <= set(targets(tmp_path))


def test_every_bus_and_the_codec_are_targets() -> None:
    names = [name for name, _ in bus_targets()]
    protocols = {name.split(":")[1] for name in names}
    assert {"serial", "modbus", "modbus-tcp", "scpi"} < protocols
    assert {f"i2c-{name}" for name in BRIDGES} < protocols
    assert "bus:modbus:ReadRegisters" in names
    assert "codec:bcd.decode_bcd" in {name for name, _ in codec_targets()}
