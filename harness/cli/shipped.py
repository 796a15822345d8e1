"""The plans and benches that are shipped, found by name wherever the program is installed."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def plan_path(written: Path) -> Path:
    """Return a plan's file: the path as given, or the shipped plan of that name."""
    return _shipped(written, "")


def bench_path(written: Path) -> Path:
    """Return a bench's file: the path as given, or the shipped bench of that name."""
    return _shipped(written, "benches")


def _shipped(written: Path, folder: str) -> Path:
    if written.exists() or written.parent != Path():
        return written
    root = Path(str(resources.files("testplans"))) / folder
    path = root / (written.name if written.suffix == ".yaml" else f"{written.name}.yaml")
    return path if path.exists() else written
