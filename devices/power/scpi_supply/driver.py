"""A SCPI bench supply: one output switched on or off, and read back. Voltages and limits are left as they are."""

from __future__ import annotations

from dataclasses import dataclass

from devices.options import int_option
from devices.scpi_errors import empty_errors, expect_no_error
from harness.device.asks import Command, Query, Steps, ask
from harness.device.driver import DeviceIdentity, Options
from harness.errors import LinkError

_MOST_CHANNELS = 64
_STATES = {"1": True, "ON": True, "0": False, "OFF": False}


def make_power_driver(options: Options) -> ScpiSupply:
    """Make the driver of a supply with ``channels`` outputs; 0 when the number is not stated."""
    return ScpiSupply(channels=int_option(options, "channels", highest=_MOST_CHANNELS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScpiSupply:
    """The driver. Channels count from 1."""

    channels: int

    def identify(self) -> Steps[DeviceIdentity]:
        """Read what the supply says of itself."""
        reply = yield from ask(Query(text="*IDN?", timing=False))
        return DeviceIdentity(entries=(("idn", reply),))

    def read_power(self, channel: int) -> Steps[bool]:
        """Read whether an output is on.

        Raises:
            ValueError: the supply has no such channel.
            LinkError: the reply is neither on nor off.
        """
        yield from self._select(channel)
        reply = yield from ask(Query(text="OUTP?"))
        state = _STATES.get(reply.strip().upper())
        if state is None:
            raise LinkError("bad-frame", f"'{reply}' is no reply to OUTP?", raw=reply.encode("ascii"))
        return state

    def switch_power(self, channel: int, *, on: bool) -> Steps[None]:
        """Switch an output, once.

        Raises:
            ValueError: the supply has no such channel.
            DeviceRefused: the supply put an error on its queue.
        """
        yield from empty_errors()
        yield from self._select(channel)
        command = "OUTP ON" if on else "OUTP OFF"
        yield from ask(Command(text=command))
        yield from expect_no_error(command)

    def _select(self, channel: int) -> Steps[None]:
        last = self.channels or _MOST_CHANNELS
        if not 1 <= channel <= last:
            raise ValueError(f"the supply has no channel {channel}; its channels are 1 to {last}")
        if self.channels != 1:  # many supplies with one output do not know INSTrument at all
            yield from ask(Command(text=f"INST:NSEL {channel}", timing=False))
