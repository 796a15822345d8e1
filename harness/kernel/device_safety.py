"""What must be true before a byte that changes a device is sent, and the record of it.

One ``DeviceSafety`` stands for one device in one run. It decides and records; it reads no port and writes no file. The
order is fixed: identity confirmed twice and equal, obligation durable, intent durable, then the write, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from harness.clock import SECOND_NS, Clock
from harness.device.asks import LinkAsk
from harness.device.driver import DeviceIdentity
from harness.errors import SafetyRefusal
from harness.kernel.evidence_log import EvidenceLog, identity_body, reading_body
from harness.kernel.modes import Mode
from harness.kernel.settings_owed import SettingsOwed
from harness.link.base import WriteGuard
from harness.records import Reading

IDENTITY_FRESH_NS = 2 * SECOND_NS
ARMING_EXPIRES_NS = 120 * SECOND_NS
CONFIRMATIONS_NEEDED = 2
RULE_OFFSET = "host UTC + original offset"
RULE_HOST = "host UTC"
OUTCOMES = frozenset({"acknowledged", "refused", "unknown"})

Purpose = Literal["set", "restore"]


class DeviceSafety:
    """Guards one device for one run.

    Args:
        device: its name on the bench.
        log: where evidence goes; an append that fails stops what it was to announce.
        expected_serial: the serial number the bench file states, if it does.
    """

    def __init__(
        self, device: str, log: EvidenceLog, clock: Clock, *, mode: Mode, expected_serial: str | None = None
    ) -> None:
        self.device = device
        self.mode = mode
        self.expected_serial = expected_serial
        self.obligation_open = False
        self.offset_ns: int | None = None
        self.settings = SettingsOwed(device, log)
        self._log = log
        self._clock = clock
        self._first_identity: DeviceIdentity | None = None
        self._generation: int | None = None
        self._confirmations = 0
        self._confirmed_ns = 0
        self._last_intent = 0
        self._live: SetGuard | None = None

    def confirm(self, identity: DeviceIdentity, generation: int) -> None:
        """Record what the device just said of itself on this opening of its link.

        Raises:
            SafetyRefusal: ``identity-changed``: another device answers than the one first confirmed, or than the serial
                number the bench file states.
        """
        wrong = self._find_wrong(identity)
        body = {"device": self.device, "generation": generation, "stated_serial_number": self.expected_serial}
        self._log.append("identity-refused" if wrong else "identity", body | identity_body(identity))
        if wrong:
            self._forget_identity()
            raise SafetyRefusal("identity-changed", f"{self.device}: {wrong}")
        self._first_identity = identity
        if generation != self._generation:
            self._forget_identity()
            self._generation = generation
        self._confirmations += 1
        self._confirmed_ns = self._clock.now_ns()

    def _find_wrong(self, identity: DeviceIdentity) -> str:
        """Return why this is not the device that is wanted, or nothing."""
        wanted, said = self._first_identity, identity.serial_number
        if wanted is not None and identity != wanted:
            return f"{_spell(identity)} answers where {_spell(wanted)} is wanted"
        if self.expected_serial is not None and said is not None and said != self.expected_serial:
            return f"serial number {said} answers where {self.expected_serial} is wanted"
        return ""

    def void_identity(self, why: str) -> None:
        """Forget the confirmations after a time-out, a reconnect, a port event or a power cycle."""
        self._forget_identity()
        self._log.append("identity-voided", {"device": self.device, "why": why})

    def _forget_identity(self) -> None:
        """Drop confirmations and whatever was armed on them; who is wanted stays known."""
        self._confirmations = 0
        self._generation = None
        self._live = None

    @property
    def offset_seconds(self) -> int | None:
        """Device civil time less host UTC as found, to the nearest second; None when that was no instant."""
        return _nearest_seconds(self.offset_ns)

    def oblige(self, *, original: Reading, reading_seq: int, offset_ns: int | None) -> None:
        """Promise, durably, to put the clock back; nothing more is done while the promise is open.

        Args:
            original: the clock as found.
            reading_seq: the number of its record.
            offset_ns: device civil time less host UTC; None when the reading names no instant.
        """
        if self.obligation_open:
            return
        body = {
            "device": self.device,
            "original": reading_body(original),
            "reading": reading_seq,
            "offset_ns": offset_ns,
            "offset_seconds": _nearest_seconds(offset_ns),
            "rule": RULE_HOST if offset_ns is None else RULE_OFFSET,
            "host_utc_ns": self._clock.stamp().utc_ns,
        }
        self._log.append("oblige", body, durable=True)
        self.offset_ns = offset_ns
        self.obligation_open = True

    def adopt(
        self, *, offset_ns: int | None, identity: DeviceIdentity | None, settings: Mapping[str, bytes] | None = None
    ) -> None:
        """Take over an obligation that an earlier process left open in this same journal.

        Args:
            offset_ns: as that obligation has it.
            identity: what the device said then; anything else that answers now is refused.
            settings: those it promised to put back, by name, as they were found.
        """
        self.settings.adopt(settings or {})
        self._first_identity = identity
        self.offset_ns = offset_ns
        self.obligation_open = True

    def arm(self, purpose: Purpose, *, target: int, crossing: int | None, generation: int) -> WriteGuard:
        """Return the guard for one set; it replaces any guard given out before.

        Args:
            purpose: whether the test or the restore writes.
            target: civil seconds that will be set.
            crossing: the crossing's number, None outside one.
            generation: the link's present generation.

        Raises:
            SafetyRefusal: ``observe-only``, ``dry-run``, ``obligation-missing``, ``generation-changed``,
                ``identity-unconfirmed`` or ``identity-stale``.
        """
        return self._arm({"purpose": purpose, "target": target, "crossing": crossing}, generation)

    def arm_setting(self, purpose: Purpose, setting: str, *, crossing: int | None, generation: int) -> WriteGuard:
        """Return the guard for one change of a setting, which must have been promised; it replaces any before it.

        Args:
            purpose: whether the test or the restore writes.
            setting: its name.
            crossing: the crossing's number, None outside one.
            generation: the link's present generation.

        Raises:
            SafetyRefusal: ``setting-not-promised``, or as ``arm`` does.
        """
        if setting not in self.settings.names:
            raise SafetyRefusal(
                "setting-not-promised", f"{self.device}: no promise to put its {setting} back is on disk"
            )
        return self._arm({"purpose": purpose, "setting": setting, "crossing": crossing}, generation)

    def _arm(self, announced: Mapping[str, object], generation: int) -> WriteGuard:
        self._live = None
        if self.mode is not Mode.ARMED:
            rule = "dry-run" if self.mode is Mode.DRY_RUN else "observe-only"
            raise SafetyRefusal(rule, f"{self.device}: the run is in {self.mode} mode; nothing is written")
        if not self.obligation_open:
            raise SafetyRefusal("obligation-missing", f"{self.device}: no promise to restore is on disk")
        self._check_identity(generation)
        guard = SetGuard(self, announced)
        self._live = guard
        return guard

    def _check_identity(self, generation: int) -> None:
        if self._confirmations and generation != self._generation:
            raise SafetyRefusal(
                "generation-changed", f"{self.device}: the link was reopened since the identity was read"
            )
        if self._confirmations < CONFIRMATIONS_NEEDED:
            raise SafetyRefusal(
                "identity-unconfirmed", f"{self.device}: identity read {self._confirmations} times, twice is needed"
            )
        self._check_fresh(self._confirmed_ns)

    def _check_fresh(self, seen_ns: int) -> None:
        """Refuse when the device was last known to be there so long ago that another can have taken its place."""
        age_ns = self._clock.now_ns() - seen_ns
        if age_ns > IDENTITY_FRESH_NS:
            raise SafetyRefusal(
                "identity-stale", f"{self.device}: identity was last read {age_ns} ns ago, 2 s is the most"
            )

    def discharge(self, reading_seq: int) -> None:
        """Close the obligation, durably, on the strength of a read-back.

        Args:
            reading_seq: the number of the reading that showed the clock restored.

        Raises:
            SafetyRefusal: ``obligation-missing``, ``setting-owed`` while a setting is not back, or
                ``reading-before-write`` when a write came after that reading.
        """
        if not self.obligation_open:
            raise SafetyRefusal("obligation-missing", f"{self.device}: there is nothing to discharge")
        if self.settings.names:
            raise SafetyRefusal("setting-owed", f"{self.device}: not back yet: {', '.join(self.settings.names)}")
        if reading_seq <= self._last_intent:
            raise SafetyRefusal(
                "reading-before-write", f"{self.device}: reading {reading_seq} is older than write {self._last_intent}"
            )
        self._log.append("discharged", {"device": self.device, "reading": reading_seq}, durable=True)
        self.obligation_open = False
        self._live = None

    def oblige_setting(self, setting: str, as_found: bytes) -> None:
        """Promise, durably, to put a setting back as it was found; nothing more is done while that promise is open.

        Raises:
            SafetyRefusal: ``obligation-missing``: the device itself is not promised back.
        """
        if not self.obligation_open:
            raise SafetyRefusal("obligation-missing", f"{self.device}: no promise to restore is on disk")
        self.settings.owe(setting, as_found)

    def discharge_setting(self, setting: str, shown: bytes, reading_seq: int) -> None:
        """Close the promise of one setting, durably, on the strength of a read-back.

        Args:
            setting: its name.
            shown: what was read.
            reading_seq: the number of the record of that reading.

        Raises:
            SafetyRefusal: ``reading-before-write``, ``setting-not-promised`` or ``setting-differs``.
        """
        if reading_seq <= self._last_intent:
            raise SafetyRefusal(
                "reading-before-write", f"{self.device}: reading {reading_seq} is older than write {self._last_intent}"
            )
        self.settings.discharge(setting, shown, reading_seq)

    def record_intent(self, guard: SetGuard, body: dict[str, object], *, seen_ns: int) -> int:
        """Record, durably, what is about to be sent, if ``guard`` is the one that counts now.

        ``seen_ns`` is when a step before was last answered, 0 if none was.
        """
        if self._live is not guard:
            raise SafetyRefusal("arming-spent", f"{self.device}: this arming no longer counts; identify and arm again")
        # Arming and writing lie apart (a neighbour's job on the same line, a driver's own steps): look again.
        self._check_fresh(max(self._confirmed_ns, seen_ns))
        self._last_intent = self._log.append("intent", {"device": self.device, **body}, durable=True)
        return self._last_intent

    def record_outcome(self, intent: int, outcome: str) -> None:
        """Record what became of a write; an unknown one costs the identity, for the line may be out of step."""
        self._log.append("intent-outcome", {"intent": intent, "outcome": outcome})
        if outcome == "unknown":
            self.void_identity("write-unknown")

    def now_ns(self) -> int:
        """Return the clock the arming expires by."""
        return self._clock.now_ns()


class SetGuard:
    """The guard of one set, of a clock or a setting, which may be several paced writes. Made by ``DeviceSafety.arm``."""

    def __init__(self, safety: DeviceSafety, announced: Mapping[str, object]) -> None:
        self._safety = safety
        self._announced = dict(announced)
        self._expires_ns = safety.now_ns() + ARMING_EXPIRES_NS
        self._answered_ns = 0
        self._pending: int | None = None
        self._is_unknown = False

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        """Record the intent durably, or refuse.

        Raises:
            SafetyRefusal: ``write-unknown`` after a write of this set whose fate is unknown, ``arming-expired``,
                ``arming-spent``, ``identity-stale`` when neither the identity nor the step before is 2 s young.
            JournalError: the intent is not on disk; nothing may be sent.
        """
        device = self._safety.device
        if self._is_unknown or self._pending is not None:
            raise SafetyRefusal("write-unknown", f"{device}: an earlier write of this set may or may not have happened")
        now_ns = self._safety.now_ns()
        if now_ns > self._expires_ns:
            raise SafetyRefusal("arming-expired", f"{device}: armed more than 120 s ago without the write")
        body = self._announced | {"ask": type(question).__name__, "frame": frame.hex()}
        self._pending = self._safety.record_intent(self, body, seen_ns=self._answered_ns)
        self._expires_ns = now_ns + ARMING_EXPIRES_NS

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        """Record what became of the write.

        Raises:
            ValueError: no write was announced, or the outcome is no known word.
        """
        if self._pending is None:
            raise ValueError(f"no {type(question).__name__} was announced")
        if outcome not in OUTCOMES:
            raise ValueError(f"'{outcome}' is none of {', '.join(sorted(OUTCOMES))}")
        self._is_unknown = outcome == "unknown"
        if question.replies:
            self._answered_ns = self._safety.now_ns()
        intent, self._pending = self._pending, None
        self._safety.record_outcome(intent, outcome)


class DryRunGuard:
    """The guard of dry-run mode: keeps the first frame of a set to be shown, and refuses it."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, bytes]] = []

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        """Keep the frame and refuse.

        Raises:
            SafetyRefusal: ``dry-run``, always.
        """
        name = type(question).__name__
        self.frames.append((name, frame))
        raise SafetyRefusal("dry-run", f"{name} would send {frame.hex(' ')}")

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        """Nothing was written."""


def _nearest_seconds(offset_ns: int | None) -> int | None:
    return None if offset_ns is None else (offset_ns + SECOND_NS // 2) // SECOND_NS


def _spell(identity: DeviceIdentity) -> str:
    """Name a device for a technician."""
    said = [f"{name} {text}" for name, text in identity.entries]
    if identity.serial_number is not None:
        said.append(f"serial number {identity.serial_number}")
    return ", ".join(said) or "a device without a name"
