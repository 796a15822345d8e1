"""How verdicts become one: does-not-conform beats not-determined beats conforms; not-applicable is never a pass."""

from __future__ import annotations

from collections.abc import Iterable

from harness.records import DeviceEvidence, Judgement, Verdict

_WORST_FIRST = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED, Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


def worst_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that decides; none at all is *not determined*."""
    found = frozenset(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.NOT_DETERMINED)


def device_verdict(judgements: Iterable[Judgement]) -> Verdict:
    """Return the verdict on one device from all its crossings; what became of its clock afterwards is not in it."""
    return worst_of(judgement.verdict for judgement in judgements)


def restore_verdict(device: DeviceEvidence) -> Verdict:
    """Return the verdict on V15: whether the clock was put back, and read back."""
    return {"discharged": Verdict.CONFORMS, "not-needed": Verdict.NOT_APPLICABLE}.get(
        device.restore, Verdict.NOT_DETERMINED
    )


def run_verdict(judgements: Iterable[Judgement], devices: tuple[DeviceEvidence, ...]) -> Verdict:
    """Return the verdict on a run.

    A device without a judgement, or whose clock is not shown to be back, cannot conform; nor can one on which
    something happened between its crossings that spoils the evidence.
    """
    by_device: dict[str, list[Judgement]] = {device.name: [] for device in devices}
    for judgement in judgements:
        by_device.setdefault(judgement.device, []).append(judgement)
    whole = [_restrained(device, device_verdict(by_device.pop(device.name))) for device in devices]
    # Judgements on a device the run does not know: the record is not whole, so they can fail but never pass.
    unknown = [v for v in map(device_verdict, by_device.values()) if v is not Verdict.CONFORMS]
    return worst_of([*whole, *unknown, *([Verdict.NOT_DETERMINED] if by_device else [])])


def _restrained(device: DeviceEvidence, verdict: Verdict) -> Verdict:
    restored = restore_verdict(device)
    if restored is Verdict.NOT_DETERMINED or any(incident.spoils for incident in device.incidents):
        return worst_of([verdict, Verdict.NOT_DETERMINED])
    # A clock that conforms was set, so "nothing to put back" contradicts it.
    is_contradiction = verdict is Verdict.CONFORMS and restored is Verdict.NOT_APPLICABLE
    return Verdict.NOT_DETERMINED if is_contradiction else verdict
