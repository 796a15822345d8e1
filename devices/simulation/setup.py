"""What a simulator is built from. How it behaves beyond this is the device's own affair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.simulation.recorder import Recorder
from harness.clock import Clock
from harness.device.driver import OptionValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSetup:
    """How one simulated device is found when the bench starts.

    Attributes:
        clock: the run's clock, virtual or real; every simulator of a process shares it.
        options: the device's options as the bench file gives them.
        bugs: historical defects switched on, by name.
        initial_seconds: civil seconds its clock shows at the start; None leaves it as it comes from the factory.
        initial_phase_ns: how far into that second it is.
        drift_ppm: rate error of its crystal, positive when it gains.
        serial_number: what it says of itself, where its protocol can say it.
        has_battery: its backup cell is good. A device that has none loses its time whatever stands here.
        unit: its address on a Modbus line.
        reply_latency_ns: how long it takes to answer when it is served on a real wire.
        record_to: a file that is given every exchange as JSON Lines.
    """

    clock: Clock
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    bugs: tuple[str, ...] = ()
    initial_seconds: int | None = None
    initial_phase_ns: int = 0
    drift_ppm: int = 0
    serial_number: str = ""
    has_battery: bool = True
    unit: int = 1
    reply_latency_ns: int = 0
    record_to: Path | None = None

    def make_recorder(self) -> Recorder:
        """Return a new record for one device."""
        return Recorder(self.record_to)

    def number(self, name: str, default: int) -> int:
        """Return an option that is a number.

        Raises:
            ValueError: the option is something else.
        """
        chosen = self.options.get(name, default)
        if isinstance(chosen, bool) or not isinstance(chosen, int):
            raise ValueError(f"option '{name}' is {chosen!r}, expected a whole number")  # noqa: TRY004 - an author erred
        return chosen

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an option that is yes or no.

        Raises:
            ValueError: the option is something else.
        """
        chosen = self.options.get(name, default)
        if not isinstance(chosen, bool):
            raise ValueError(f"option '{name}' is {chosen!r}, expected yes or no")  # noqa: TRY004 - an author erred
        return chosen

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return an option that is one of a few words; the first is its default.

        Raises:
            ValueError: the option is another word.
        """
        chosen = self.options.get(name, choices[0])
        if chosen not in choices:
            raise ValueError(f"option '{name}' is {chosen!r}, expected {' or '.join(choices)}")
        return str(chosen)

    def century_window(self, default: int = 1970) -> int:
        """Return the first of the hundred years that a two-digit year is meant in.

        The device keeps two digits whatever is chosen; this only says what it would call its own civil time.
        """
        return self.number("century-window", default)
