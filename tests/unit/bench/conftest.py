"""A catalogue of three made-up models, so that these tests stand without any device folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.device.driver import Options
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, Option
from harness.errors import BenchError, Mistake

MODE = Option(name="mode", kind="choice", default="slow", says="how it runs", choices=("slow", "fast"))
BASE = Option(name="base", kind="int", default=0, says="first register")
LOUD = Option(name="is-loud", kind="flag", default=False, says="it beeps")
MAP = Option(name="map-file", kind="file", default="", says="a register map")
CASSETTE = Option(name="cassette", kind="flag", default=True, says="it has a clock cassette")
PLATE = Option(name="plate", kind="text", default=None, says="what stands on its plate")


@dataclass
class FakeCatalogue:
    """Models that exist only here. ``asked`` keeps every question, for tests of what was never looked up."""

    links: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "agri/vane": ("serial",),
            "rtc/chip": ("i2c",),
            "plc/unit": ("modbus",),
            "lab/meter": ("scpi",),
        }
    )
    offered: dict[str, tuple[Option, ...]] = field(
        default_factory=lambda: {"plc/unit": (BASE, MODE, LOUD, MAP), "lab/meter": (PLATE,)}
    )
    asked: list[str] = field(default_factory=list)

    def models(self) -> tuple[str, ...]:
        return tuple(self.links)

    def profile_path(self, model: str, beside: Path | None = None) -> Path | None:
        self.asked.append(model)
        if model in self.links:
            return None
        path = Path(beside or ".") / f"{model.rpartition('/')[2]}.yaml"
        if model.startswith("agri/my-"):
            return path
        raise LookupError(model)

    def options(self, model: str, beside: Path | None = None) -> tuple[Option, ...]:
        if model == "agri/my-broken":
            raise BenchError([Mistake("my-broken.yaml", 4, 2, "no map")])
        return self.offered.get(model, ())

    def simulator_options(self, model: str, beside: Path | None = None) -> tuple[Option, ...]:
        return (CASSETTE,) if model == "plc/unit" else ()

    def facts(self, model: str, options: Options, beside: Path | None = None) -> DeviceFacts:
        if options.get("base") == 13:
            raise ValueError("register 13 is taken")
        return DeviceFacts(
            id=model,
            maker="Nobody",
            model=model,
            form=ClockForm(century=CenturyRule.fixed(2000)),
            first="2000-01-01",
            last="2099-12-31 23:59:59",
            identity=IdentityMeans.OPERATOR,
            links=self.links.get(model, ("modbus",)),
            certainty=Certainty.EXPERIMENTAL,
            sources=("this test",),
        )

    def bugs(self, model: str, beside: Path | None = None) -> tuple[str, ...]:
        return ("century-1900", "no-leap-2000") if model == "agri/vane" else ()


@pytest.fixture
def catalogue() -> FakeCatalogue:
    return FakeCatalogue()
