"""Power supplies: a channel on or off, once, and read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.registry import Registry
from harness.device.asks import Command, Query, ReadCoils, WriteCoil
from harness.device.driver import HasPowerControl
from harness.errors import DeviceRefused, LinkError

Play = Callable[..., Any]

NO_ERROR = (Query(text="SYST:ERR?", timing=False), '0,"No error"')
SELECT_2 = Command(text="INST:NSEL 2", timing=False)


@pytest.mark.parametrize("kind", ["scpi", "coil"])
def test_every_kind_is_a_power_control(kind: str) -> None:
    assert isinstance(Registry().make_power_driver(kind), HasPowerControl)


@pytest.mark.parametrize(("on", "command"), [(True, "OUTP ON"), (False, "OUTP OFF")])
def test_a_supply_selects_its_output_and_switches_it(play: Play, on: bool, command: str) -> None:
    supply = Registry().make_power_driver("scpi", {"channels": 3})
    play(supply.switch_power(2, on=on), [NO_ERROR, (SELECT_2, None), (Command(text=command), None), NO_ERROR])


def test_a_supply_with_one_output_is_not_asked_to_select(play: Play) -> None:
    supply = Registry().make_power_driver("scpi", {"channels": 1})
    play(supply.switch_power(1, on=True), [NO_ERROR, (Command(text="OUTP ON"), None), NO_ERROR])
    assert play(supply.read_power(1), [(Query(text="OUTP?"), "1")]) is True


def test_a_supply_whose_outputs_are_not_counted_selects(play: Play) -> None:
    supply = Registry().make_power_driver("scpi")
    assert play(supply.read_power(2), [(SELECT_2, None), (Query(text="OUTP?"), "0")]) is False


def test_a_channel_that_does_not_exist_is_refused_before_anything_is_sent(play: Play) -> None:
    with pytest.raises(ValueError, match="channels are 1 to 2"):
        play(Registry().make_power_driver("scpi", {"channels": 2}).read_power(3), [])
    with pytest.raises(ValueError, match="no coil"):
        play(Registry().make_power_driver("coil").switch_power(0, on=True), [])


def test_a_refused_switch_is_a_refusal(play: Play) -> None:
    supply = Registry().make_power_driver("scpi", {"channels": 1})
    with pytest.raises(DeviceRefused):
        play(
            supply.switch_power(1, on=True),
            [
                NO_ERROR,
                (Command(text="OUTP ON"), None),
                (Query(text="SYST:ERR?", timing=False), '-221,"Settings conflict"'),
            ],
        )


def test_a_reply_that_is_neither_on_nor_off_is_not_taken_for_one(play: Play) -> None:
    supply = Registry().make_power_driver("scpi", {"channels": 1})
    with pytest.raises(LinkError):
        play(supply.read_power(1), [(Query(text="OUTP?"), "+5.0E+00")])


def test_a_supply_says_what_it_is(play: Play) -> None:
    identity = play(
        Registry().make_power_driver("scpi").identify(),
        [(Query(text="*IDN?", timing=False), "HEWLETT-PACKARD,E3631A,0,1.4")],
    )
    assert (("idn", "HEWLETT-PACKARD,E3631A,0,1.4"),) == identity.entries


def test_a_relay_is_a_coil(play: Play) -> None:
    relay = Registry().make_power_driver("coil", {"coil": 172})
    play(relay.switch_power(1, on=True), [(WriteCoil(address=172, on=True), None)])
    assert play(relay.read_power(1), [(ReadCoils(start=172, count=1), (True,))]) is True
    play(relay.switch_power(2, on=False), [(WriteCoil(address=173, on=False), None)])
