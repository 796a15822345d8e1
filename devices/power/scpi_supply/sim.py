"""A bench supply spoken to in SCPI; cutting a channel takes the supply from the simulated devices wired to it.

The commands are those common to bench supplies (`OUTP`, `INST:NSEL`, `MEAS:VOLT?`), believed rather than read in one
maker's manual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from devices.simulation.recorder import Recorder
from devices.simulation.scpi_server import (
    DATA_TYPE,
    MISSING_PARAMETER,
    OUT_OF_RANGE,
    PARAMETER_NOT_ALLOWED,
    Handler,
    ScpiError,
    ScpiServer,
    whole_numbers,
)
from devices.simulation.setup import SimulatorSetup

BUGS: tuple[str, ...] = ()

_STATES = {"ON": True, "1": True, "OFF": False, "0": False}
_VOLTS = "+1.20000E+01"
_NO_VOLTS = "+0.00000E+00"


class Channels:
    """The supply's outputs. A run finds them on, as the bench was."""

    def __init__(self, setup: SimulatorSetup) -> None:
        count = setup.number("channels", 2)
        self.idn = f"ROLLOVER BENCH,SIMULATED SUPPLY,{setup.serial_number or '0'},1.0"
        self.is_output_on = dict.fromkeys(range(1, count + 1), True)
        self.wired: dict[int, list[Callable[[bool], None]]] = {channel: [] for channel in self.is_output_on}
        self._selected = 1

    def commands(self) -> Mapping[str, Handler]:
        """Return the supply's commands."""
        return {
            "OUTPut": self._switch_output,
            "OUTPut:STATe": self._switch_output,
            "OUTPut?": self._output,
            "OUTPut:STATe?": self._output,
            "INSTrument:NSELect": self._select,
            "INSTrument:NSELect?": lambda _given, _now_ns: str(self._selected),
            "MEASure:VOLTage?": self._volts,
        }

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Mains came or went; the outputs follow it, and stay off when it comes back."""
        del now_ns
        if not on:
            for channel in self.is_output_on:
                self._turn(channel, on=False)

    def seconds(self, now_ns: int) -> int | None:
        """Return None: a supply has no clock."""
        del now_ns
        return None

    def _switch_output(self, given: list[str], now_ns: int) -> None:
        del now_ns
        if not given:
            raise ScpiError(MISSING_PARAMETER)
        state = _STATES.get(given[0].upper())
        if state is None:
            raise ScpiError(DATA_TYPE)
        self._turn(self._channel(given[1:]), on=state)

    def _output(self, given: list[str], now_ns: int) -> str:
        del now_ns
        return "1" if self.is_output_on[self._channel(given)] else "0"

    def _volts(self, given: list[str], now_ns: int) -> str:
        del now_ns
        return _VOLTS if self.is_output_on[self._channel(given)] else _NO_VOLTS

    def _select(self, given: list[str], now_ns: int) -> None:
        del now_ns
        (channel,) = whole_numbers(given, 1)
        if channel not in self.is_output_on:
            raise ScpiError(OUT_OF_RANGE)
        self._selected = channel

    def _channel(self, given: list[str]) -> int:
        """Return the channel a list ``(@2)`` names, or the selected one."""
        if not given:
            return self._selected
        if len(given) > 1:
            raise ScpiError(PARAMETER_NOT_ALLOWED)
        digits = given[0].removeprefix("(@").removesuffix(")").strip()
        if not given[0].startswith("(@") or not digits.isdecimal():
            raise ScpiError(DATA_TYPE)
        if int(digits) not in self.is_output_on:
            raise ScpiError(OUT_OF_RANGE)
        return int(digits)

    def _turn(self, channel: int, *, on: bool) -> None:
        self.is_output_on[channel] = on
        for power in self.wired[channel]:
            power(on)


class SupplySimulator(ScpiServer):
    """The supply on its line, with devices wired to its channels."""

    def __init__(self, setup: SimulatorSetup, channels: Channels, recorder: Recorder) -> None:
        super().__init__(setup, channels, recorder)
        self._channels = channels

    def wire(self, channel: int, power: Callable[[bool], None]) -> None:
        """Wire a device's ``power`` to a channel, counted from 1."""
        self._channels.wired[channel].append(power)

    def is_output_on(self, channel: int) -> bool:
        """Tell whether a channel is on."""
        return self._channels.is_output_on[channel]


def make_simulator(setup: SimulatorSetup) -> SupplySimulator:
    """Return a supply; option ``channels`` says how many it has."""
    return SupplySimulator(setup, Channels(setup), setup.make_recorder())
