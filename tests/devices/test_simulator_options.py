"""Every model can be simulated, and what a bench file may choose of it is what its simulator asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from devices.options import CENTURY_WINDOW
from devices.registry import MANUAL, Registry
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from harness.device.driver import OptionValue
from harness.device.facts import Option

REGISTRY = Registry()


MODELS = sorted(set(REGISTRY.models()) - {MANUAL})  # only a person reads a manual device: there is no wire to act on


class Asked(Mapping[str, OptionValue]):
    """Options of which none is given, and what was asked of them."""

    def __init__(self) -> None:
        self.defaults: dict[str, object] = {}

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        self.defaults[name] = default
        return default

    def __getitem__(self, name: str) -> OptionValue:
        self.defaults[name] = None
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def asked_by(model: str) -> dict[str, object]:
    asked = Asked()
    REGISTRY.make_simulator(model, SimulatorSetup(clock=VirtualClock(0), initial_seconds=946_684_740, options=asked))
    return asked.defaults


def offered_by(model: str) -> dict[str, Option]:
    return {one.name: one for one in (*REGISTRY.options(model), *REGISTRY.simulator_options(model))}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_can_be_simulated(model: str) -> None:
    simulator = REGISTRY.make_simulator(model, SimulatorSetup(clock=VirtualClock(0), initial_seconds=946_684_740))
    assert simulator.is_on


@pytest.mark.parametrize("model", MODELS)
def test_a_simulator_asks_only_for_what_a_bench_file_may_name(model: str) -> None:
    assert set(asked_by(model)) - set(offered_by(model)) == set()


@pytest.mark.parametrize("model", MODELS)
def test_an_option_of_a_simulator_alone_is_one_it_asks_for(model: str) -> None:
    own = {option.name for option in REGISTRY.simulator_options(model)}
    assert own - set(asked_by(model)) == set()
    assert own & {option.name for option in REGISTRY.options(model)} == set()


@pytest.mark.parametrize("model", MODELS)
def test_driver_and_simulator_start_from_the_same_choice(model: str) -> None:
    """Else a bench that says nothing would have the two disagree. A text may be spelt in a longer form."""
    offered = offered_by(model)
    differing = {
        name: (default, offered[name].default)
        for name, default in asked_by(model).items()
        if default != offered[name].default and offered[name].kind != "text"
    }
    assert differing == {}


@pytest.mark.parametrize("model", MODELS)
def test_every_word_of_a_choice_is_one_the_simulator_knows(model: str) -> None:
    asked = asked_by(model)
    for option in offered_by(model).values():
        for word in option.choices if option.name in asked else ():
            setup = SimulatorSetup(clock=VirtualClock(0), initial_seconds=946_684_740, options={option.name: word})
            assert REGISTRY.make_simulator(model, setup) is not None
            if option.name != CENTURY_WINDOW:
                wrong = SimulatorSetup(clock=VirtualClock(0), options={option.name: "no such word"})
                with pytest.raises(ValueError, match="no such word"):
                    REGISTRY.make_simulator(model, wrong)


def test_a_device_without_a_wire_has_no_options_of_a_simulator() -> None:
    assert REGISTRY.simulator_options("manual") == ()
