"""What passes between rooms: frozen, no behaviour beyond spelling itself out. Times are monotonic nanoseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.calendar.fields import CalendarFields


class Verdict(StrEnum):
    """The four words. A safety stop or a fault of the line is never a device's failure: it is *not determined*."""

    CONFORMS = "conforms"
    DOES_NOT_CONFORM = "does-not-conform"
    NOT_DETERMINED = "not-determined"
    NOT_APPLICABLE = "not-applicable"


class Variant(StrEnum):
    """How an edge is crossed, or which check is made at it."""

    SET_AFTER = "set-after"  # set beyond the edge, once and directly
    RUNNING = "running"  # powered, polled across
    SILENT = "silent"  # powered, not read until later
    UNPOWERED = "unpowered"  # off before, on after
    RETAINED = "retained"  # crossed powered, then off and on
    SILENT_LONG = "silent-long"  # off before, on again hours after: neither powered nor read for a long time
    WARM_RESET = "warm-reset"  # crossed powered, then its reset pressed
    COLD_RESET = "cold-reset"  # crossed powered, then off and on at once
    CUT_AT_THE_SECOND = "cut-at-the-second"  # the power goes within the second of the edge, at several phases
    BATTERY_REMOVED = "battery-removed"  # crossed powered, then off with the battery out: documents the default date
    REPEATED_POWER_CYCLES = "repeated-power-cycles"  # crossed powered, then off and on many times
    STOPPED_PROGRAM = "stopped-program"  # a controller in STOP while the edge falls
    SET_BY_MASTER = "set-by-master"  # the time comes from a master, not from us
    NEIGHBOURS_DIFFER = "neighbours-differ"  # a neighbour on the line stands on the other side of the edge
    SET_NEAR_EDGE = "set-near-edge"  # set a few seconds before, the least the device allows
    BACK_AND_AGAIN = "back-and-again"  # crossed, set back before the edge, crossed again
    WEEKDAY_SET_WRONG = "weekday-set-wrong"  # set with a weekday that is not the date's, then crossed
    IMPOSSIBLE_DATES = "impossible-dates"  # dates that do not exist are offered to it
    DRIFT_WITHIN_THE_DAY = "drift-within-the-day"  # watched for a long time inside the day that follows the edge
    LOG_ACROSS = "log-across"  # the device files its own log entries on both sides of the edge, which are then read
    ALARM_ACROSS = "alarm-across"  # an alarm is armed before the edge for shortly after it, under power
    ALARM_UNPOWERED = "alarm-unpowered"  # the same, and the power is off when edge and alarm come


class Question(StrEnum):
    """The three questions of an edge, never merged."""

    SET = "set"
    PROGRESS = "progress"
    RETAIN = "retain"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRecord:
    """One exchange on a wire: raw bytes both ways, and when.

    Attributes:
        bus: the bus's stable name.
        station: unit or I2C address, where the bus has them.
        sent, received: raw bytes; empty when none.
        sent_ns, received_ns: monotonic time just before the first byte was sent and just after the last was had (or
            the wait was given up).
        fault: kebab word of what was wrong with the line, or empty.
    """

    bus: str
    station: int | None
    sent: bytes
    received: bytes
    sent_ns: int
    received_ns: int
    fault: str = ""


Sink = Callable[[WireRecord], int]
"""Takes an exchange before anything of it is decoded; returns the number by which evidence will refer to it."""


class Role(StrEnum):
    """What a reading was taken for."""

    ORIGINAL = "original"
    BEFORE_SET = "before-set"  # right before a set: what the clock would have gone on from without it
    READ_BACK = "read-back"  # right after a set
    BEFORE = "before"  # on the near side of the edge
    AFTER = "after"  # on the far side of the edge
    AFTER_POWER = "after-power"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """One read of a device's second clock, taken right after the first; as for ``Reading``."""

    fields: CalendarFields
    flags: Mapping[str, bool]
    raw: bytes
    unreadable: str | None
    sent_ns: int
    received_ns: int
    exchanges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One read of a device's clock: fields, flags, raw bytes, and the bracket in which the device sampled them.

    Attributes:
        second: the device's other clock, where it has one and it answered.
    """

    role: Role
    fields: CalendarFields
    flags: Mapping[str, bool]
    raw: bytes
    unreadable: str | None
    sent_ns: int
    received_ns: int
    exchanges: tuple[int, ...] = ()
    second: SecondReading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry of a device's own log: the fields of its date stamp, not interpreted, and its raw bytes.

    Attributes:
        unreadable: why the stamp could not be unpacked, or None.
    """

    fields: CalendarFields
    raw: bytes
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReading:
    """One read of a device's whole log, in the device's order; ``role`` is ``before`` or ``after``."""

    role: Role
    entries: tuple[LogEntry, ...]
    interval_seconds: int
    sent_ns: int
    received_ns: int
    exchanges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRecord:
    """One set of a device's clock.

    Attributes:
        target: civil seconds that were to be set.
        fields: as sent.
        sent_ns, received_ns: bracket of the write.
        outcome: ``acknowledged``, ``refused`` (the device said no; ``refusal`` says how) or ``unknown`` (no answer: it
            may or may not have happened, and it is never sent again).
        is_answered: the device itself answered every write of it. Where it did not (a SCPI command, a bridge that only
            keeps a status), ``acknowledged`` says no more than that nothing went wrong on our side.
    """

    target: int
    fields: CalendarFields
    sent_ns: int
    received_ns: int
    outcome: str
    refusal: str = ""
    exchanges: tuple[int, ...] = ()
    is_answered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerRecord:
    """A switch of a device's power; ``by`` is ``channel`` or ``operator``, ``confirmed`` what was read back.

    Attributes:
        what: ``supply``; or by an operator ``reset`` (off: pressed), ``battery`` (off: taken out), ``program`` (off:
            the controller is in STOP).
    """

    on: bool
    sent_ns: int
    received_ns: int
    by: str
    confirmed: bool | None
    what: str = "supply"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmReading:
    """One look at a device's alarm, and the bracket in which it was taken; see ``AlarmSample`` for its parts."""

    fields: CalendarFields
    is_armed: bool
    has_fired: bool
    setting: bytes
    raw: bytes
    unreadable: str | None
    sent_ns: int
    received_ns: int
    exchanges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRecord:
    """One change of a setting: an alarm was armed or cleared, or a setting was put back.

    Attributes:
        setting: its name (``alarm``).
        what: ``arm``, ``clear`` or ``put-back``.
        target: the civil seconds an alarm was armed for; None for anything else.
        fields: as sent, where a moment was.
        sent_ns, received_ns: bracket of the writes.
        outcome, refusal: as of a set.
    """

    setting: str
    what: str
    target: int | None
    fields: CalendarFields
    sent_ns: int
    received_ns: int
    outcome: str
    refusal: str = ""
    exchanges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that bears on a verdict without being a reading.

    Attributes:
        code: kebab word: a link fault (``no-reply``, ``bad-frame``), ``host-clock-stepped``, ``host-slept``,
            ``identity-changed``, ``stopped-by-operator``, ``power-not-confirmed``, ``barrier-broken`` ...
        at_ns: when.
        says: one line for the record.
        spoils: whether a verdict of *conforms* can no longer be given from this crossing.
    """

    code: str
    at_ns: int
    says: str
    spoils: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRecord:
    """A look at what a device switches; only the first look and those that found a change are on record.

    Attributes:
        shown: whether each output was on, by its name.
        changed: the names of those that were not as in the look before.
    """

    at_ns: int
    shown: Mapping[str, bool]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRecord:
    """A photograph put beside a run after it.

    Attributes:
        device: the device's name on the bench.
        file: where it lies in the run folder, under a name of ours.
        name: what its file was called by whoever took it.
        sha256: of the file as it lies there, without what the camera adds; ``original_sha256`` of the file as given.
        utc_ns: when it was put there, by the host's wall clock.
        replaces: the number of the report that was valid until then.
    """

    device: str
    file: str
    name: str
    sha256: str
    original_sha256: str
    utc_ns: int
    replaces: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingEvidence:
    """Everything that was seen while one device crossed one edge one way; all the judge is given.

    Attributes:
        number: the crossing's number in its run, from 1.
        device: the device's name on the bench.
        edge: the edge's id. ``edge_seconds`` is the first civil second after it.
        completed: the procedure ran to its end.
        not_applicable: why the edge does not apply to this device, as a kebab code; nothing else is filled then
            except a refusal probe.
        alarms, settings: looks at its alarm, and what was changed of it.
        outputs: what its outputs showed, where the device has any that can be read.
    """

    number: int
    device: str
    edge: str
    edge_seconds: int
    variant: Variant
    repeat: int = 1
    sets: tuple[SetRecord, ...] = ()
    readings: tuple[Reading, ...] = ()
    power: tuple[PowerRecord, ...] = ()
    logs: tuple[LogReading, ...] = ()
    incidents: tuple[Incident, ...] = ()
    completed: bool = True
    not_applicable: str = ""
    alarms: tuple[AlarmReading, ...] = ()
    settings: tuple[SettingRecord, ...] = ()
    outputs: tuple[OutputRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One judged expectation.

    Attributes:
        rule: the invariant (``V1`` ... ``V15``), or ``set`` for acceptance of a set.
        code: stable kebab code of what was found (``year-is-1900``, ``clock-stands-still``, ``as-expected`` ...).
        question: which of the three questions it answers.
        verdict: on this expectation alone.
        expected, read: spelled for a person, ISO order.
        tolerance_ns: the tolerance that applied, computed for this device and reading.
        says: one line, English, for the record; reports choose their own words by ``code`` and ``details``.
        evidence: numbers of the journal records it rests on.
    """

    rule: str
    code: str
    question: Question
    verdict: Verdict
    expected: str
    read: str
    says: str
    tolerance_ns: int = 0
    details: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one crossing, per question and in all."""

    number: int
    device: str
    edge: str
    variant: Variant
    repeat: int
    verdict: Verdict
    questions: Mapping[Question, Verdict]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvidence:
    """What a run knows of one device, read back from the journal.

    Attributes:
        facts_body: the device's facts as frozen in the journal (``harness.journal.bodies`` turns them back).
        identity: named strings the device gave; ``serial_number`` is the unit's own, or the one the bench file states.
        offset_seconds: device civil time minus host UTC as found; None when the original reading named no instant.
        restore: ``discharged``, ``owed``, ``not-needed`` (nothing was written) or ``refused`` (see incidents).
        restore_reading: the read-back that discharged the obligation.
        restore_target: civil seconds the clock was put back to.
        incidents: those that belong to no crossing.
    """

    name: str
    model: str
    facts_body: Mapping[str, object]
    simulated: bool
    link_says: str
    identity: tuple[tuple[str, str], ...] = ()
    serial_number: str | None = None
    original: Reading | None = None
    offset_seconds: int | None = None
    restore: str = "not-needed"
    restore_reading: Reading | None = None
    restore_target: int | None = None
    incidents: tuple[Incident, ...] = ()

    @property
    def is_owed(self) -> bool:
        """Whether a promise to put the clock back stands unproved."""
        return self.restore in {"owed", "refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvidence:
    """A whole run as its journal tells it; everything a report or a judge may know.

    Attributes:
        run: the run folder's id.
        plan_body, bench_body: the frozen plan and bench, as plain data (titles, client, edges, variants, lead ...).
        started_utc_ns, ended_utc_ns: host wall clock.
        started_mono_ns: the same start on the monotonic clock every other time here uses.
        ended: ``finished``, ``interrupted``, or empty when the journal just stops (killed, power cut).
        is_virtual: everything was simulated and time was virtual.
        head: hash of the journal's last record, and ``records`` how many there are.
        versions: programs and libraries that made the run.
        wire: the wire records by number, for the evidence pages.
        signing_key: the public key that was to sign the run, as minisign spells it, or empty.
        frozen: SHA-256 of each file the run was made from, by its name in the run folder.
        photos: photographs put beside the run after it, in the order in which they were.
    """

    run: str
    plan_body: Mapping[str, object]
    bench_body: Mapping[str, object]
    started_utc_ns: int
    started_mono_ns: int
    ended_utc_ns: int | None
    ended: str
    is_virtual: bool
    head: str
    versions: Mapping[str, str]
    devices: tuple[DeviceEvidence, ...]
    crossings: tuple[CrossingEvidence, ...]
    incidents: tuple[Incident, ...] = ()
    wire: Mapping[int, WireRecord] = field(default_factory=dict)
    records: int = 0
    signing_key: str = ""
    frozen: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[PhotoRecord, ...] = ()
