"""What a bench file's reader must be told about device models; ``devices.registry`` tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from harness.device.driver import Options
from harness.device.facts import DeviceFacts, Option


def frozen_profile_name(model: str) -> str:
    """Return the name under which a run folder keeps the profile of a model.

    The dots keep it apart from every profile a person may lay beside a bench file, whose name a model spells.
    """
    return f"profile.{model.replace('/', '.')}.yaml"


class ModelCatalogue(Protocol):
    """The device models there are. ``beside`` is the bench file's folder, where YAML profiles may lie.

    In a run folder, a profile frozen there comes first: what a run was made with is what it is recovered with.
    """

    def models(self) -> tuple[str, ...]:
        """Return the ids of every model that ships with the bench."""
        ...

    def profile_path(self, model: str, beside: Path | None = None) -> Path | None:
        """Return the YAML profile that declares a model, None for a model with a driver of its own.

        Raises:
            LookupError: there is no such model.
        """
        ...

    def options(self, model: str, beside: Path | None = None) -> tuple[Option, ...]:
        """Return the options a bench file may set for a model; raises as ``facts`` does."""
        ...

    def facts(self, model: str, options: Options, beside: Path | None = None) -> DeviceFacts:
        """Return a model's facts as these options make them.

        Raises:
            LookupError: there is no such model.
            ValueError: an option has a value it cannot take.
            BenchError: the YAML profile has mistakes.
        """
        ...

    def simulator_options(self, model: str, beside: Path | None = None) -> tuple[Option, ...]:
        """Return the options of a model's simulator beyond those of the model; none without a simulator."""
        ...

    def bugs(self, model: str, beside: Path | None = None) -> tuple[str, ...]:
        """Return the names of the historical defects a model's simulator can be given."""
        ...
