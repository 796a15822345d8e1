"""A bench, typed: devices, how each is reached, what powers it, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from harness.device.driver import OptionValue
from harness.link.config import LinkConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Whose machines these are. Sector and size are codes from a fixed list, for the statistics."""

    name: str = ""
    sector: str = ""
    size: str = ""
    contact: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """Who does the work, as a test report must name it; ``accreditation`` only where a body has granted one."""

    name: str = ""
    address: str = ""
    phone: str = ""
    accreditation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A simulated device in place of a link.

    Attributes:
        on: where it is served.
        bugs: historical defects switched on, by name.
        has_power: its supply can be cut (``power: true``): the simulator itself is the power channel.
        offset_seconds: how far its clock is from host UTC when the run finds it.
        serial_number: what it says of itself.
        drift_ppm: rate error of its crystal.
        line: a name; simulated Modbus devices with the same one share a wire, units counted from 1. Empty: its own.
        faults: what is wrong with its wire on purpose, as ``harness.link.faults.named`` spells it; one at a time acts.
        options: which of its kind it is, where that is nothing its driver need know: mode, form, cassette.
    """

    on: Literal["memory", "pty", "tcp"]
    bugs: tuple[str, ...] = ()
    has_power: bool = True
    offset_seconds: int = 0
    serial_number: str = ""
    drift_ppm: int = 0
    line: str = ""
    faults: tuple[str, ...] = ()
    options: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSupply:
    """What switches power.

    Attributes:
        kind: ``scpi`` (a bench supply's channel), ``coil`` (a Modbus relay), ``operator``.
        link: how it is reached; for ``operator`` an ``OperatorConfig``.
        channels: how many channels it has (``scpi``), or 1.
        coil: the coil's wire address (``coil``).
        is_simulated: it cuts simulated devices only, each by the device's own switch; ``link`` is then a wire that
            answers nothing, until a simulator is put in its place.
    """

    name: str
    kind: Literal["scpi", "coil", "operator"]
    link: LinkConfig
    channels: int = 1
    coil: int = 0
    is_simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMaster:
    """A time master that the bench plays to one device.

    Attributes:
        kind: ``nmea``: a satellite receiver on a serial line; ``ntp-broadcast``: a network time server that tells the
            time by itself, in datagrams to the device's address.
        link: the line or the address on which the device listens; None for a simulated device.
        settle_ns: how long the device may take to follow.
    """

    kind: Literal["nmea", "ntp-broadcast"]
    link: LinkConfig | None = None
    settle_ns: int = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchDevice:
    """One device on the bench: either ``link`` or ``simulate``.

    Attributes:
        power: ``supply.channel`` (channels count from 1), ``operator``, or empty when nothing can cut its power.
        serial_number: from the plate, when the bench file states it.
        master: the time master played to it, None where the bench has none.
        answers: what the bench says to the model's hazards, by key (``outputs``: ``isolated``); see ``hazards``.
    """

    name: str
    model: str
    link: LinkConfig | None = None
    simulate: Simulation | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    serial_number: str | None = None
    power: str = ""
    master: TimeMaster | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A bench file, read and checked; ``received_on`` is an ISO date, or empty.

    ``signing_key`` is the file of the secret key that signs its runs, or None when the bench file names none.
    """

    name: str
    client: Client
    location: str
    laboratory: Laboratory = field(default_factory=Laboratory)
    received_on: str = ""
    signing_key: Path | None = None
    devices: tuple[BenchDevice, ...]
    power: tuple[PowerSupply, ...] = ()
    path: Path
    text: str
    profiles: tuple[Path, ...] = ()
    """Device profiles (YAML) beside the bench file that its devices use; the others ship with this program."""
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Line and column at which each device's entry begins, by name: for what is said of an entry later."""
