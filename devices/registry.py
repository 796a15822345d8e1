"""Finds device models by their folders, and makes their facts, drivers and simulators when asked.

There is no list to keep: a model is a folder ``devices/<kind>/<model>/`` whose package states ``FACTS``, or which
holds a ``profile.yaml``, or a YAML profile beside a bench file. Listing imports no driver and reads no profile. No
protocol lives here.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from devices.options import complete_options
from harness.bench.catalogue import frozen_profile_name
from harness.device.driver import Driver, HasPowerControl, Options
from harness.device.facts import DeviceFacts, Option
from harness.textfile.nearest import nearest_word

_ROOT = Path(__file__).parent
_TRAINING_SIMULATOR = "devices.plc.modbus_profile.sim"
MANUAL = "manual"
_NO_OPTIONS: Mapping[str, Any] = {}
_MODEL = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")  # nothing else ever becomes a path


class UnknownModelError(LookupError):
    """No folder and no profile has this model.

    Attributes:
        model: what was asked for.
        nearest: the known model whose name is closest, or empty.
    """

    def __init__(self, model: str, known: tuple[str, ...]) -> None:
        self.model = model
        self.nearest = nearest_word(model, known)
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        super().__init__(f"there is no device model '{model}'{hint}")


class NoSimulatorError(LookupError):
    """The model has no simulator."""


class Registry:
    """The device models that ship with the bench, and the profiles beside a bench file."""

    def models(self) -> tuple[str, ...]:
        """Return the ids of every shipped model with a clock, sorted."""
        return _models()

    def power_kinds(self) -> tuple[str, ...]:
        """Return the kinds of power supply a bench file may name, sorted."""
        return tuple(sorted(_power_folders()))

    def facts(self, model: str, options: Options = _NO_OPTIONS, beside: Path | None = None) -> DeviceFacts:
        """Return a model's facts as these options make them.

        Args:
            model: ``kind/name`` as a bench file spells it.
            options: those the bench file gives; the rest take their defaults.
            beside: the bench file's folder, where YAML profiles may lie.

        Raises:
            UnknownModelError: there is no such model.
            ValueError: an option is unknown or has a value it cannot take.
            BenchError: the YAML profile has mistakes.
        """
        return self.make_driver(model, options, beside).facts

    def options(self, model: str, beside: Path | None = None) -> tuple[Option, ...]:
        """Return the options a bench file may set for a model."""
        if (profile := self.profile_path(model, beside)) is not None:
            offered: tuple[Option, ...] = _load_profile(profile, model).facts.options
            return offered
        facts: DeviceFacts = _package(model).FACTS
        return facts.options

    def make_driver(self, model: str, options: Options = _NO_OPTIONS, beside: Path | None = None) -> Driver:
        """Make a model's driver; raises as ``facts`` does."""
        if (profile := self.profile_path(model, beside)) is not None:
            compiled = _load_profile(profile, model)
            chosen: Driver = compiled.with_options(complete_options(compiled.facts.options, options))
            return chosen
        facts: DeviceFacts = _package(model).FACTS
        module = importlib.import_module(f"{_module_name(model)}.driver")
        driver: Driver = module.make_driver(complete_options(facts.options, options))
        return driver

    def make_power_driver(self, kind: str, options: Options = _NO_OPTIONS) -> HasPowerControl:
        """Make the driver of a power supply of this kind (``scpi``, ``coil``).

        Raises:
            UnknownModelError: no folder serves this kind.
            ValueError: an option is unknown or has a value it cannot take.
        """
        folders = _power_folders()
        if kind not in folders:
            raise UnknownModelError(kind, tuple(sorted(folders)))
        package = _package(folders[kind])
        module = importlib.import_module(f"{_module_name(folders[kind])}.driver")
        driver: HasPowerControl = module.make_power_driver(complete_options(package.OPTIONS, options))
        return driver

    def make_simulator(self, model: str, setup: Any, beside: Path | None = None) -> Any:
        """Make a model's simulator from the setup the simulation room defines.

        A profile beside a bench file gets the one that is made up from the profile itself: for training, and proof of
        nothing.

        Raises:
            UnknownModelError: there is no such model.
            NoSimulatorError: the model has no simulator.
        """
        module = self._simulator_module(model, beside)
        if model in _models():
            return module.make_simulator(setup)
        return module.make_simulator(setup, profile=self.profile_path(model, beside))

    def simulator_options(self, model: str, beside: Path | None = None) -> tuple[Option, ...]:
        """Return the options of a model's simulator beyond those of the model; none without a simulator."""
        try:
            offered: tuple[Option, ...] = getattr(self._simulator_module(model, beside), "OPTIONS", ())
        except NoSimulatorError:
            return ()
        return offered

    def bugs(self, model: str, beside: Path | None = None) -> tuple[str, ...]:
        """Return the names of the historical defects the model's simulator can be given; none without a simulator."""
        try:
            return tuple(self._simulator_module(model, beside).BUGS)
        except NoSimulatorError:
            return ()

    def profile_path(self, model: str, beside: Path | None = None) -> Path | None:
        """Return the YAML profile that declares a model, or None for a model with a driver of its own.

        A shipped model wins over a file of the same name, so a bench file means the same on every machine. A copy
        frozen into a run folder wins over both, so a recovery means what its run meant.

        Raises:
            UnknownModelError: there is no such model.
        """
        if beside is not None and _MODEL.fullmatch(model):
            frozen = beside / frozen_profile_name(model)
            if frozen.is_file():
                return frozen
        if model in _models():
            return _folder_of(model) / "profile.yaml" if _has_profile(model) else None
        if beside is not None and _MODEL.fullmatch(model):
            for path in (beside / f"{model}.yaml", beside / f"{model.rpartition('/')[2]}.yaml"):
                if path.is_file():
                    return path
        raise UnknownModelError(model, self.models())

    def _simulator_module(self, model: str, beside: Path | None) -> ModuleType:
        self.profile_path(model, beside)  # raises for a model that does not exist
        if model not in _models():
            return importlib.import_module(_TRAINING_SIMULATOR)
        if not (_folder_of(model) / "sim.py").is_file():
            raise NoSimulatorError(f"'{model}' has no simulator")
        return importlib.import_module(f"{_module_name(model)}.sim")


@cache
def _folders() -> frozenset[str]:
    """Return the ids of every folder that holds a driver or a profile."""
    found = (path.parent for name in ("driver.py", "profile.yaml") for path in _ROOT.glob(f"*/*/{name}"))
    models = {f"{folder.parent.name}/{folder.name}".replace("_", "-") for folder in found}
    return frozenset(models | {MANUAL})  # the one model without a kind: what has no port has none


@cache
def _models() -> tuple[str, ...]:
    return tuple(sorted(model for model in _folders() if _has_profile(model) or _states(model, "FACTS")))


@cache
def _power_folders() -> Mapping[str, str]:
    """Return the model id of each power supply by the kind a bench file names."""
    return {
        _package(model).POWER_KIND: model
        for model in _folders()
        if not _has_profile(model) and _states(model, "POWER_KIND")
    }


def _folder_of(model: str) -> Path:
    return _ROOT.joinpath(*model.replace("-", "_").split("/"))


def _module_name(model: str) -> str:
    return "devices." + model.replace("-", "_").replace("/", ".")


def _has_profile(model: str) -> bool:
    return (_folder_of(model) / "profile.yaml").is_file()


def _package(model: str) -> ModuleType:
    return importlib.import_module(_module_name(model))


def _states(model: str, name: str) -> bool:
    return hasattr(_package(model), name)


def _load_profile(path: Path, model: str) -> Any:
    """Compile a profile's driver, once for each state of the file; pydantic is imported only now."""
    try:
        state = path.stat()
    except OSError:
        return _compile(path, model, 0, 0)  # the loader says what is wrong with the file
    return _compile(path, model, state.st_mtime_ns, state.st_size)


@cache
def _compile(path: Path, model: str, changed_ns: int, size: int) -> Any:
    del changed_ns, size
    compiler = importlib.import_module("devices.profiles.driver")
    return compiler.make_profile_driver(path, model)
