"""Reads a bench file, checks what no schema can say, and raises every mistake at once.

Nothing in a bench file is executed and no port is opened; the only other files read are the YAML profiles beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.bench.catalogue import ModelCatalogue
from harness.bench.devices import DeviceReader
from harness.bench.keys import (
    BENCH_NAME,
    CLIENT,
    DEVICES,
    KEYS,
    LABORATORY,
    LINK,
    LOCATION,
    MASTER,
    OPERATOR,
    POWER,
    POWER_OF,
    RECEIVED_ON,
    SIGNING_KEY,
    SIMULATE,
)
from harness.bench.model import Bench, BenchDevice, Client, Laboratory, PowerSupply
from harness.errors import BenchError
from harness.link.config import (
    I2cConfig,
    LinkConfig,
    ModbusRtuConfig,
    OperatorConfig,
    ParallelConfig,
    SerialConfig,
    SerialPort,
    ThreeWireConfig,
)
from harness.textfile.record import Record, read_record, record_schema
from harness.textfile.show import shown
from harness.textfile.typed import At, Schema
from harness.textfile.yaml_nodes import Mark, Sheet, parse_text, read_sheet


def load_bench(path: Path, catalogue: ModelCatalogue) -> Bench:
    """Read a bench file.

    Args:
        path: the file.
        catalogue: the device models there are (``devices.registry.Registry``).

    Raises:
        BenchError: the file cannot be used; carries every mistake found, each with line and column.
    """
    return _bench_of(read_sheet(path), path, catalogue)


def read_bench(text: str, path: Path, catalogue: ModelCatalogue) -> Bench:
    """Read a bench from its text (a run folder's frozen copy, a test); raises as ``load_bench`` does."""
    return _bench_of(parse_text(text, str(path)), path, catalogue)


def bench_schema() -> Schema:
    """Return the JSON Schema of a bench file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rollover bench",
        **record_schema(KEYS),
    }


@dataclass(frozen=True, slots=True)
class _Placed:
    """A device and the record it was read from."""

    device: BenchDevice
    record: Record


def _bench_of(sheet: Sheet, path: Path, catalogue: ModelCatalogue) -> Bench:
    record = None if sheet.root is None else read_record(sheet.root, sheet, KEYS, "a bench")
    if record is None:
        raise BenchError(sheet.mistakes)
    reader = DeviceReader(sheet, catalogue, path.parent)
    read = [(entry, reader.read(name, entry)) for name, entry in (record.get(DEVICES) or {}).items()]
    placed = [_Placed(device, entry) for entry, device in read if device is not None]
    supplies = record.get(POWER) or {}
    _check_supply_names(supplies, sheet)
    _check_lines(placed, supplies, sheet)
    devices = tuple(replace(one.device, power=_power_of(one, supplies, sheet)) for one in placed)
    if sheet.mistakes:
        raise BenchError(sheet.mistakes)
    return Bench(
        name=record.get(BENCH_NAME) or "",
        client=record.get(CLIENT) or Client(),
        location=record.get(LOCATION) or "",
        laboratory=record.get(LABORATORY) or Laboratory(),
        received_on=record.get(RECEIVED_ON) or "",
        signing_key=path.parent / key if (key := record.get(SIGNING_KEY)) else None,
        devices=devices,
        power=_named(supplies, devices),
        path=path,
        text=sheet.text,
        profiles=_profiles(devices, catalogue, path.parent),
        places={one.device.name: (one.record.mark.line, one.record.mark.column) for one in placed},
    )


def _named(supplies: Mapping[str, At[PowerSupply]], devices: Iterable[BenchDevice]) -> tuple[PowerSupply, ...]:
    """Return the supplies with their names, and the operator as one where a device's power is theirs to switch."""
    named = [replace(supply.content, name=name) for name, supply in supplies.items()]
    if any(device.power == OPERATOR for device in devices):
        named.append(PowerSupply(name=OPERATOR, kind="operator", link=OperatorConfig()))
    return tuple(named)


def _profiles(devices: Iterable[BenchDevice], catalogue: ModelCatalogue, folder: Path) -> tuple[Path, ...]:
    """Return the profiles that lie beside the bench file; those that ship with the bench are part of its version."""
    found = (catalogue.profile_path(device.model, folder) for device in devices)
    return tuple(sorted({path for path in found if path is not None and path.is_relative_to(folder)}))


def _check_supply_names(supplies: Mapping[str, At[PowerSupply]], sheet: Sheet) -> None:
    if OPERATOR in supplies:
        sheet.refuse(supplies[OPERATOR].mark, "'operator' means a person; a supply needs another name")


# -- lines that several share ----------------------------------------------------------------------------------------
def _check_lines(placed: Iterable[_Placed], supplies: Mapping[str, At[PowerSupply]], sheet: Sheet) -> None:
    """Refuse two devices that would answer to one address, and one line with two settings."""
    stations: dict[tuple[str, int | None], str] = {}
    ports: dict[str, tuple[str, SerialPort, type]] = {}
    places: dict[str, tuple[str, str]] = {}
    for one in placed:
        device, link = one.device, one.device.link
        if device.simulate is not None and device.simulate.line:
            first, place = places.setdefault(device.simulate.line, (device.name, device.simulate.on))
            if place != device.simulate.on:
                says = f"'{device.name}' and '{first}' share a line and are served in two places"
                sheet.refuse(one.record.mark_of(SIMULATE), says, expected=f"on: {place}")
        elif link is not None and not isinstance(link, OperatorConfig):
            mark = one.record.mark_of(LINK)
            _take_station(stations, (link.bus, link.station), device.name, mark, sheet)
            _take_port(ports, link, device.name, mark, sheet)
        if device.master is not None and device.master.link is not None:
            # One line for one ear: two devices on it would hear each other's time.
            name, mark = f"{device.name}'s master", one.record.mark_of(MASTER)
            _take_station(stations, (device.master.link.bus, None), name, mark, sheet)
            _take_port(ports, device.master.link, name, mark, sheet)
    for name, supply in supplies.items():
        _take_port(ports, supply.content.link, name, supply.mark, sheet)


def _take_station(
    stations: dict[tuple[str, int | None], str], key: tuple[str, int | None], name: str, mark: Mark, sheet: Sheet
) -> None:
    first = stations.setdefault(key, name)
    if first == name:
        return
    bus, station = key
    address = "" if station is None else f" at address {station}"
    sheet.refuse(mark, f"'{name}' and '{first}' are both on {shown(bus)}{address}", expected="an address of its own")


def _take_port(
    ports: dict[str, tuple[str, SerialPort, type]], link: LinkConfig, name: str, mark: Mark, sheet: Sheet
) -> None:
    if not isinstance(link, SerialConfig | I2cConfig | ThreeWireConfig | ParallelConfig | ModbusRtuConfig):
        return
    first, port, kind = ports.setdefault(link.port.url, (name, link.port, type(link)))
    if kind is not type(link):
        sheet.refuse(mark, f"'{name}' and '{first}' speak two protocols on {shown(port.url)}", expected="one on a port")
    elif port != link.port:
        sheet.refuse(mark, f"'{name}' and '{first}' give {shown(port.url)} different settings", expected="one setting")


# -- power -----------------------------------------------------------------------------------------------------------
def _power_of(one: _Placed, supplies: Mapping[str, At[PowerSupply]], sheet: Sheet) -> str:
    """Return what cuts a device's power, spelled one way (``relay`` and ``relay.1`` are one switch)."""
    written, mark = one.device.power, one.record.mark_of(POWER_OF)
    if written in {"", OPERATOR}:
        if written and one.device.simulate is not None:
            says = "nobody can switch a simulated device by hand"
            sheet.refuse(mark, says, expected="a simulated supply, or nothing")
        return written
    name, has_channel, channel = written.partition(".")
    if name not in supplies:
        legal = (*supplies, OPERATOR)
        near = sheet.nearest(name, legal)
        sheet.refuse(mark, f"there is no supply '{shown(name)}'", expected=f"one of {', '.join(legal)}", nearest=near)
        return ""
    supply = supplies[name].content
    _check_cut(one, name, supply, mark, sheet)
    expected = f"{name}.1 to {name}.{supply.channels}"
    if not has_channel and supply.channels > 1:
        sheet.refuse(mark, f"'{name}' has {supply.channels} channels", expected=expected)
        return ""
    number = channel if has_channel else "1"
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= supply.channels):
        sheet.refuse(mark, f"'{name}' has no channel '{shown(channel)}'", expected=expected)
        return ""
    return f"{name}.{int(number)}"


def _check_cut(one: _Placed, name: str, supply: PowerSupply, mark: Mark, sheet: Sheet) -> None:
    device = one.device
    if supply.is_simulated and device.simulate is None:
        sheet.refuse(mark, f"'{name}' is simulated and cannot cut a real device", expected="a real supply or operator")
    elif device.simulate is not None and not supply.is_simulated:
        sheet.refuse(mark, f"'{name}' is real and cannot cut a simulated device", expected="a simulated supply")
    elif device.simulate is not None and not device.simulate.has_power:
        sheet.refuse(mark, f"'{device.name}' says 'power: no' and yet names a supply", expected="one of the two")
    elif device.link is not None and (device.link.bus, device.link.station) == (supply.link.bus, supply.link.station):
        sheet.refuse(mark, f"'{name}' is '{device.name}' itself; it would cut its own power", expected="another supply")
