"""What moving a clock can set off, and what a bench file must say about it before a real device is written to.

A simulated device answers everything by being simulated, and a device whose clock cannot be set has nothing to answer.
Looking at a device needs no answer; neither does putting a clock back, which is the one write that never waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.bench.model import Bench, BenchDevice
from harness.device.driver import Driver, HasOutputs
from harness.device.facts import DeviceFacts, Hazard
from harness.errors import Mistake, SafetyRefusal

IN_SERVICE = "in-service"
OUTPUTS = "outputs"
OBSERVED = "observed"
ONLY_LOOKING = "until the bench file answers, its devices may only be looked at:"


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardQuestion:
    """One key of a device in a bench file.

    Attributes:
        hazard: whose question it is; None for the one that every real device is asked: whether it is in service is a
            fact of the place, which no model's facts can know.
        answers: the words that allow writing; there is none for "it is not seen to".
        says: what the technician is asked.
    """

    hazard: Hazard | None
    answers: tuple[str, ...]
    says: str


QUESTIONS: Mapping[str, HazardQuestion] = MappingProxyType(
    {
        IN_SERVICE: HazardQuestion(hazard=None, answers=("no",), says="it does its work for nobody while it is tested"),
        OUTPUTS: HazardQuestion(
            hazard=Hazard.OUTPUTS,
            answers=("isolated", "simulated", OBSERVED),
            says="what its schedule may switch is disconnected, replaced, or read at every poll",
        ),
        "licence": HazardQuestion(
            hazard=Hazard.LICENCE, answers=("acknowledged",), says="a licence may lapse for good when the date moves"
        ),
        "log": HazardQuestion(
            hazard=Hazard.DATALOG,
            answers=("backed-up", "acknowledged"),
            says="its records may be purged, overwritten, or carry the date that was set",
        ),
        "time-master": HazardQuestion(
            hazard=Hazard.TIME_MASTER, answers=("disconnected",), says="its neighbours must not take their time from it"
        ),
        "one-way": HazardQuestion(
            hazard=Hazard.ONE_WAY, answers=("acknowledged",), says="it does not go back to an earlier date"
        ),
    }
)


def hazards_of(facts: DeviceFacts) -> frozenset[Hazard]:
    """Return everything that moving the clock of a model can set off."""
    implied = {
        Hazard.ONE_WAY: facts.can_go_back is False,
        Hazard.DATALOG: facts.log is not None and facts.log.read_purges,
    }
    return frozenset(facts.hazards) | frozenset(hazard for hazard, is_one in implied.items() if is_one)


def unanswered(device: BenchDevice, facts: DeviceFacts) -> tuple[str, ...]:
    """Return the keys that the bench file still owes an answer; a device that is only looked at owes none."""
    if device.simulate is not None or not facts.can_be_set:
        return ()
    hazards = hazards_of(facts)
    return tuple(
        name
        for name, question in QUESTIONS.items()
        if (question.hazard is None or question.hazard in hazards) and name not in device.answers
    )


def answers_owed(bench: Bench, drivers: Mapping[str, Driver]) -> tuple[Mistake, ...]:
    """Return what the bench file must still say before its devices may be written to, each with its place.

    Args:
        bench: the bench.
        drivers: of its devices, by name.
    """
    owed = []
    for device in bench.devices:
        driver = drivers[device.name]
        owed += [_owed(bench, device, name, driver) for name in unanswered(device, driver.facts)]
        if device.answers.get(OUTPUTS) == OBSERVED and not isinstance(driver, HasOutputs):
            says = f"{device.name}: the outputs of {device.model} cannot be read, so nobody would observe them"
            owed.append(_at(bench, device, says, "outputs: isolated | simulated"))
    return tuple(owed)


def refuse_unanswered(bench: Bench, drivers: Mapping[str, Driver]) -> None:
    """Refuse to write to a bench on which a hazard is not answered.

    Args:
        bench: the bench.
        drivers: of its devices, by name.

    Raises:
        SafetyRefusal: ``hazard-unanswered``, with what the bench file must say, and where.
    """
    owed = answers_owed(bench, drivers)
    if owed:
        raise SafetyRefusal("hazard-unanswered", "\n".join([ONLY_LOOKING, *map(str, owed)]))


def _owed(bench: Bench, device: BenchDevice, name: str, driver: Driver) -> Mistake:
    question = QUESTIONS[name]
    # Outputs that no driver reads cannot be observed: that word is not offered then.
    legal = [word for word in question.answers if word != OBSERVED or isinstance(driver, HasOutputs)]
    says = f"{device.name}: '{name}' is not answered ({question.says})"
    return _at(bench, device, says, f"{name}: {' | '.join(legal)}")


def _at(bench: Bench, device: BenchDevice, says: str, expected: str) -> Mistake:
    line, column = bench.places.get(device.name, (1, 1))
    return Mistake(str(bench.path), line, column, says, expected=expected)
