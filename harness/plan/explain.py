"""What a plan will do and about how long it takes, in plain lines, before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from harness.calendar.edges import Edge
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.link.config import LinkConfig
from harness.plan.model import Plan
from harness.records import Variant
from harness.textfile.typed import spell_duration

# Rough costs beside the waiting that the plan states; the run's own schedule is the engine's.
_SET_AND_READ_SECONDS = 2
_BOOT_SECONDS = 2
_OPERATOR_SECONDS = 20
_STAGGER_SECONDS = 3  # devices on one line cross one after the other
_RESTORE_SECONDS = 3

_HOW = {
    Variant.SET_AFTER: "set directly beyond the edge",
    Variant.RUNNING: "crossed under power, read all the time",
    Variant.SILENT: "crossed under power, not read until later",
    Variant.UNPOWERED: "crossed without power",
    Variant.RETAINED: "crossed under power, then a power cut",
}


class DeviceOnBench(Protocol):
    """What an explanation needs of a device."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def model(self) -> str:
        """Its model."""

    @property
    def link(self) -> LinkConfig | None:
        """Its link; None for a simulated device."""

    @property
    def power(self) -> str:
        """What cuts its power."""


class BenchToExplain(Protocol):
    """What an explanation needs of a bench; ``harness.bench.model.Bench`` is one."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def devices(self) -> Sequence[DeviceOnBench]:
        """Its devices."""


def explain_plan(plan: Plan, bench: BenchToExplain | None = None) -> list[str]:
    """Return what the plan does, a line for each edge, variant and device."""
    crossings = len(plan.edges) * len(plan.variants) * plan.repeats
    lines = [dict(plan.titles)["en"], "", "Edges:"]
    lines += [_edge_line(edge) for edge in plan.edges]
    lines += ["", "Each edge is crossed:"]
    lines += [f"  {variant}: {_HOW[variant]}" for variant in plan.variants]
    lines += [
        "",
        f"Set {spell_duration(plan.lead_ns)} before the edge and watched {spell_duration(plan.observe_ns)} after it.",
        f"Read every {spell_duration(plan.poll_ns)}; power off for {spell_duration(plan.off_ns)}.",
        f"{crossings} crossings a device; at the end every clock is put back ({plan.restore}) and read again.",
    ]
    if bench is not None:
        lines += ["", f"Devices of bench '{bench.name}':"]
        lines += [f"  {device.name} ({device.model}): {_reached(device)}, {_cut(device)}" for device in bench.devices]
    lines += ["", f"Takes about {_spell_seconds(estimate_seconds(plan, bench))} of clock time."]
    return lines


def estimate_seconds(plan: Plan, bench: BenchToExplain | None = None) -> int:
    """Return about how many seconds a run takes; all devices of a bench cross each edge together.

    In virtual time (every device in memory) the same seconds pass on the devices' clocks, and next to none for us.
    """
    devices: Iterable[DeviceOnBench] = () if bench is None else bench.devices
    by_hand = any(device.power == "operator" for device in devices)
    wait = _STAGGER_SECONDS * (_most_on_one_line(devices) - 1)
    each = sum(_crossing_seconds(plan, variant, by_hand=by_hand) + wait for variant in plan.variants)
    return len(plan.edges) * plan.repeats * each + _RESTORE_SECONDS + wait


def _crossing_seconds(plan: Plan, variant: Variant, *, by_hand: bool) -> int:
    lead, observe, off = (duration_ns // SECOND_NS for duration_ns in (plan.lead_ns, plan.observe_ns, plan.off_ns))
    cut = _BOOT_SECONDS + (2 * _OPERATOR_SECONDS if by_hand else 0)
    match variant:
        case Variant.SET_AFTER:
            return _SET_AND_READ_SECONDS + observe
        case Variant.RUNNING | Variant.SILENT:
            return _SET_AND_READ_SECONDS + lead + observe
        case Variant.UNPOWERED:
            # The power goes off before the edge and comes back after it, in equal parts where the lead allows.
            before = min(off, lead) // 2
            return _SET_AND_READ_SECONDS + lead + off - before + cut + observe
        case Variant.RETAINED:
            return _SET_AND_READ_SECONDS + lead + observe + off + cut + observe


def _most_on_one_line(devices: Iterable[DeviceOnBench]) -> int:
    counts: dict[str, int] = {}
    for device in devices:
        if device.link is not None:
            counts[device.link.bus] = counts.get(device.link.bus, 0) + 1
    return max(counts.values(), default=1)


def _edge_line(edge: Edge) -> str:
    return f"  {edge.id} ({iso(edge.seconds)}): {dict(edge.titles)['en']}"


def _reached(device: DeviceOnBench) -> str:
    return "simulated" if device.link is None else f"on {device.link.bus}"


def _cut(device: DeviceOnBench) -> str:
    if device.power == "operator":
        return "power switched by hand"
    if device.power:
        return f"power from {device.power}"
    return "its own switch" if device.link is None else "nothing cuts its power"


def _spell_seconds(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min")) if count]
    return " ".join(parts) if parts else f"{rest} s"
