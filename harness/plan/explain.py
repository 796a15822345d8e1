"""What a plan will do and about how long it takes, in plain lines, before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from harness.calendar.edges import Edge
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.link.config import LinkConfig
from harness.plan.model import Plan
from harness.plan.ways import ways
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
    Variant.SILENT_LONG: "crossed without power, which comes back only hours later",
    Variant.WARM_RESET: "crossed under power, then the reset is pressed (by the operator)",
    Variant.COLD_RESET: "crossed under power, then off and on at once",
    Variant.CUT_AT_THE_SECOND: "the power goes in the very second of the edge, once at each phase",
    Variant.BATTERY_REMOVED: "crossed under power, then power and battery out (by the operator): shows the default date",
    Variant.REPEATED_POWER_CYCLES: "crossed under power, then switched off and on many times",
    Variant.STOPPED_PROGRAM: "a controller is put into STOP across the edge (by the operator)",
    Variant.SET_BY_MASTER: "the time comes from a master that the bench plays; then dates that are none",
    Variant.NEIGHBOURS_DIFFER: "a neighbour on the line stands on the other side of the edge",
    Variant.SET_NEAR_EDGE: "set a few seconds before the edge",
    Variant.BACK_AND_AGAIN: "crossed, set back, crossed again",
    Variant.WEEKDAY_SET_WRONG: "set with a wrong weekday, then crossed",
    Variant.IMPOSSIBLE_DATES: "offered dates that do not exist (at the first edge only)",
    Variant.DRIFT_WITHIN_THE_DAY: "watched for a long time inside the day after the edge",
    Variant.LOG_ACROSS: "crossed while the device files its own log, which is read before and after",
    Variant.ALARM_ACROSS: "an alarm is armed before the edge for shortly after it; it must fire once, in time",
    Variant.ALARM_UNPOWERED: "the same, with the power off when edge and alarm come",
}
_NEAR_SECONDS = 4
_MALFORMED_SECONDS = 10  # dates that are none, said after the edge
_LOG_SECONDS = 5 * 1800  # two entries before and two after at the half hour most loggers come with, read whole twice
_COLD_OFF_SECONDS = 2
_CYCLE_OFF_SECONDS = 3
_IMPOSSIBLE_DATES = 10
_ALARM_SECONDS = 65  # most alarms have no seconds: the next minute, and a look whether it comes again


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
    crossings = sum(1 for _ in ways(plan))
    lines = [dict(plan.titles)["en"], "", "Edges:"]
    lines += [_edge_line(edge) for edge in plan.edges]
    if plan.derived:
        lines.append("  and those that each device's own representation implies (see `rollover edges --device MODEL`)")
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
    takes = estimate_seconds(plan, bench)
    lines += ["", *_budget(plan, takes), f"Takes about {_spell_seconds(takes)} of clock time."]
    return lines


def _budget(plan: Plan, takes_seconds: int) -> list[str]:
    """Say whether the plan keeps to the time its author means it to take."""
    if plan.budget_ns is None:
        return []
    budget = plan.budget_ns // SECOND_NS
    word = "within" if takes_seconds <= budget else "MORE THAN"
    return [f"That is {word} its time budget of {_spell_seconds(budget)}."]


def estimate_seconds(plan: Plan, bench: BenchToExplain | None = None) -> int:
    """Return about how many seconds a run takes; all devices of a bench cross each edge together.

    In virtual time (every device in memory) the same seconds pass on the devices' clocks, and next to none for us.
    """
    devices: Iterable[DeviceOnBench] = () if bench is None else bench.devices
    by_hand = any(device.power == "operator" for device in devices)
    wait = _STAGGER_SECONDS * (_most_on_one_line(devices) - 1)
    each = sum(_crossing_seconds(plan, variant, by_hand=by_hand) + wait for _, variant, _ in ways(plan))
    return each + _RESTORE_SECONDS + wait


def _crossing_seconds(plan: Plan, variant: Variant, *, by_hand: bool) -> int:
    lead, observe, off = (duration_ns // SECOND_NS for duration_ns in (plan.lead_ns, plan.observe_ns, plan.off_ns))
    switches = 2 * _OPERATOR_SECONDS if by_hand else 0
    cut = _BOOT_SECONDS + switches
    across = _SET_AND_READ_SECONDS + lead + observe
    by_operator = 2 * _OPERATOR_SECONDS
    return {
        Variant.SET_AFTER: _SET_AND_READ_SECONDS + observe,
        Variant.SET_NEAR_EDGE: _SET_AND_READ_SECONDS + _NEAR_SECONDS + observe,
        Variant.BACK_AND_AGAIN: 2 * across,
        # The power goes off before the edge and comes back after it, in equal parts where the lead allows.
        Variant.UNPOWERED: across + off - min(off, lead) // 2 + cut,
        Variant.CUT_AT_THE_SECOND: across + off + cut,
        Variant.SILENT_LONG: across + plan.long_off_ns // SECOND_NS + cut,
        Variant.RETAINED: across + off + cut + observe,
        Variant.COLD_RESET: across + _COLD_OFF_SECONDS + cut + observe,
        Variant.WARM_RESET: across + by_operator + _BOOT_SECONDS + observe,
        Variant.BATTERY_REMOVED: across + off + cut + by_operator + observe,
        Variant.STOPPED_PROGRAM: across + by_operator,
        Variant.REPEATED_POWER_CYCLES: across + plan.cycles * (_CYCLE_OFF_SECONDS + cut + _SET_AND_READ_SECONDS),
        Variant.IMPOSSIBLE_DATES: (2 + _IMPOSSIBLE_DATES) * _SET_AND_READ_SECONDS + observe,
        Variant.DRIFT_WITHIN_THE_DAY: _SET_AND_READ_SECONDS + plan.soak_ns // SECOND_NS,
        Variant.SET_BY_MASTER: across + _MALFORMED_SECONDS,
        Variant.LOG_ACROSS: _SET_AND_READ_SECONDS + _LOG_SECONDS,
        Variant.ALARM_ACROSS: across + _ALARM_SECONDS,
        Variant.ALARM_UNPOWERED: across + _ALARM_SECONDS + cut,
    }.get(variant, across)


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
