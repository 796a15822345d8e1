"""Settings of a device, besides its clock, that a run changes and must put back: an alarm, a schedule.

They are part of the promise to leave the device as found: each is promised, durably, with what it was found as, before
anything of it is written, and the promise closes only on a read-back that equals it. What writes them is the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.errors import SafetyRefusal
from harness.kernel.evidence_log import EvidenceLog


class SettingsOwed:
    """The settings of one device that are not back yet."""

    def __init__(self, device: str, log: EvidenceLog) -> None:
        self._device = device
        self._log = log
        self._owed: dict[str, bytes] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Which settings are owed, in the order they were promised."""
        return tuple(self._owed)

    def as_found(self, setting: str) -> bytes:
        """Return what a setting that is owed was found as.

        Raises:
            SafetyRefusal: ``setting-not-promised``.
        """
        if setting not in self._owed:
            raise SafetyRefusal("setting-not-promised", f"{self._device}: its {setting} is not owed")
        return self._owed[setting]

    def owe(self, setting: str, as_found: bytes) -> None:
        """Promise a setting back, durably; what was promised first stands."""
        if setting in self._owed:
            return
        body = {"device": self._device, "setting": setting, "as_found": as_found.hex()}
        self._log.append("setting-owed", body, durable=True)
        self._owed[setting] = as_found

    def adopt(self, settings: Mapping[str, bytes]) -> None:
        """Take over what an earlier process promised in this same journal."""
        self._owed.update(settings)

    def discharge(self, setting: str, shown: bytes, reading_seq: int) -> None:
        """Close a promise, durably, with a reading that shows the setting as it was found.

        Raises:
            SafetyRefusal: ``setting-not-promised``, or ``setting-differs``.
        """
        as_found = self.as_found(setting)
        if shown != as_found:
            raise SafetyRefusal(
                "setting-differs",
                f"{self._device}: its {setting} reads {shown.hex(' ')}, and was found {as_found.hex(' ')}",
            )
        body = {"device": self._device, "setting": setting, "reading": reading_seq}
        self._log.append("setting-back", body, durable=True)
        del self._owed[setting]
