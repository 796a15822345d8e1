"""Device facts are data: what a maker states, or what silicon was seen to do, with its source.

The campaign picks edges by them, the judge computes tolerances from them, the report prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from harness.calendar.form import ClockForm
from harness.calendar.gregorian import parse_iso
from harness.device.alarm import AlarmFacts

MS_NS = 1_000_000
SECOND_NS = 1_000_000_000


class Certainty(StrEnum):
    """How sure the facts are."""

    VERIFIED = "verified"  # read in the datasheet, the manual, or a driver's source
    OBSERVED = "observed"  # seen in a capture of real silicon
    EXPERIMENTAL = "experimental"  # believed; a bench must say so to its client


class IdentityMeans(StrEnum):
    """What a device can tell of itself before a write."""

    SERIAL_NUMBER = "serial-number"  # a number of this very unit
    MODEL = "model"  # a model or firmware name; two units look alike
    FINGERPRINT = "fingerprint"  # stable registers; the operator vouches for the rest
    OPERATOR = "operator"  # nothing; the operator reads the plate


class Hazard(StrEnum):
    """What moving a model's clock can set off; a bench answers each before such a device is written to."""

    OUTPUTS = "outputs"  # valves, heaters, feeders: whatever its schedule switches when a date comes
    LICENCE = "licence"  # a licence, certificate, battery or service counter that lapses and does not come back
    DATALOG = "datalog"  # records that are purged, overwritten, or carry the date that was set
    TIME_MASTER = "time-master"  # neighbours on its bus take their time from it
    ONE_WAY = "one-way"  # it does not go back to an earlier date


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option a bench file may set for a device.

    Attributes:
        name: kebab-case, as written in the bench file.
        kind: ``int`` (decimal or 0x hex), ``text``, ``choice`` (one of ``choices``), ``flag`` (yes or no), ``file``,
            ``secret`` (the name of an environment variable; the secret itself never stands in a file).
        default: what stands when the bench says nothing; None means the option must be given.
        says: one line for the technician.
    """

    name: str
    kind: Literal["int", "text", "choice", "flag", "file", "secret"]
    default: int | str | bool | None
    says: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFacts:
    """A log that a device keeps by itself: an entry at each full interval of its own clock, with that clock's date.

    Attributes:
        form: what the date stamp of an entry looks like.
        first, last: ISO text of the first and last instant a stamp can hold.
        longest_interval_seconds: the longest interval its owner may have chosen; the log itself says which stands.
        capacity: how many entries it keeps before the oldest is overwritten.
        late_ns: how long after its instant an entry may still be missing from the log.
        read_purges: reading it empties it.
    """

    form: ClockForm
    first: str
    last: str
    longest_interval_seconds: int
    capacity: int
    late_ns: int
    read_purges: bool = False

    def holds(self, seconds: int) -> bool:
        """Tell whether a stamp can hold civil seconds."""
        return parse_iso(self.first) <= seconds <= parse_iso(self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondClockFacts:
    """A second clock in the same device, read beside the one that is tested.

    Attributes:
        name: what it is called: ``unix-counter``, ``rtc``.
        form: what its date looks like.
        is_set_along: a set of the tested clock sets this one too, so both must show the same time. False: it goes its
            own way, and must go on by as many seconds as the other.
        keeps_time_unpowered: as for the tested clock.
        lost_flags: names of flags in its own sample which say that its time proves nothing.
    """

    name: str
    form: ClockForm
    is_set_along: bool
    keeps_time_unpowered: bool | None = None
    lost_flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """Everything the bench knows of a model before it touches one.

    Attributes:
        id: kind and model, as a bench file names it (``rtc/ds1307``).
        form: what its date looks like.
        first, last: ISO text of the first and last instant its clock can hold, as the maker (or the chosen century
            window) has it.
        resolution_ns: what one reading can tell apart.
        settle_ns: after a set, how long a read-back may still show the old time.
        least_step_seconds: a set nearer than this to the running clock is acknowledged and not applied.
        divider_resets: a set restarts the second, so the set instant is the start of a second. None: not known.
        first_second_ns: where a set restarts the second, the least that the first one then lasts. A chip whose stop bit
            leaves the last stages of its divider as they are begins some way into it, and is ahead by the rest.
        drift_ppm: worst rate error that is still legal.
        reply_ns: longest time the device takes to answer; the line is drained for this long after a time-out.
        boot_ns: from power-on until it answers.
        default_date: what the clock reads after its power and battery were both lost; None when not known.
        keeps_time_unpowered: it has a battery or capacitor domain; None when not known.
        lost_flags: names of flags in a sample which, when true, say the clock was lost or halted.
        identity: what it can tell of itself.
        links: the wires it is met on: ``i2c``, ``three-wire``, ``parallel`` (the bus of the machine it
            stands in), ``serial``, ``modbus``, ``scpi``, ``operator``,
            ``tcp`` and ``udp`` (bytes of its own over a network).
        set_disturbs: what a set touches besides the clock, as kebab words.
        can_be_set: it has a command to set its clock. One that has none is watched, and no edge is led over it.
        can_go_back: it accepts an earlier date than the one it holds; None when not known.
        hazards: what moving its clock can set off, besides ``one-way``, which ``can_go_back`` says.
        poll_ns: shortest time between two reads the device tolerates.
        certainty: how sure all this is.
        sources: where it was read.
        options: what a bench file may set.
        limits: documented behaviour of good silicon that looks like a defect, as kebab words with the reason.
        mode_flags: names of flags in a sample that tell the device's operating mode; none changes by itself.
        alarm: what its alarm compares and when it fires; None for a device that has none a driver can arm.
        log: the log it keeps by itself, where a driver can read one.
        second_clock: another clock in it, where the driver reads one.
        follows: the kinds of time master whose time it takes (``nmea``, ``ntp-broadcast``), where it is set up to.
    """

    id: str
    maker: str
    model: str
    form: ClockForm
    first: str
    last: str
    identity: IdentityMeans
    links: tuple[str, ...]
    certainty: Certainty
    sources: tuple[str, ...]
    resolution_ns: int = SECOND_NS
    settle_ns: int = 0
    least_step_seconds: int = 0
    divider_resets: bool | None = None
    first_second_ns: int = SECOND_NS
    drift_ppm: int = 200
    reply_ns: int = 200 * MS_NS
    boot_ns: int = 500 * MS_NS
    default_date: str | None = None
    keeps_time_unpowered: bool | None = None
    lost_flags: tuple[str, ...] = ()
    set_disturbs: tuple[str, ...] = ()
    can_be_set: bool = True
    can_go_back: bool | None = None
    hazards: tuple[Hazard, ...] = ()
    poll_ns: int = 0
    options: tuple[Option, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    mode_flags: tuple[str, ...] = ()
    alarm: AlarmFacts | None = None
    log: LogFacts | None = None
    second_clock: SecondClockFacts | None = None
    follows: tuple[str, ...] = ()

    @property
    def first_seconds(self) -> int:
        """Civil seconds of the first instant in range."""
        return parse_iso(self.first)

    @property
    def last_seconds(self) -> int:
        """Civil seconds of the last instant in range."""
        return parse_iso(self.last)

    @property
    def unit_ns(self) -> int:
        """What one reading can tell apart: never less than the unit of its last field."""
        field_ns = SECOND_NS if self.form.has_seconds else 60 * SECOND_NS
        if self.form.counter is not None:
            field_ns = self.form.counter.tick_seconds * SECOND_NS
        return max(self.resolution_ns, field_ns)

    @property
    def ahead_after_set_ns(self) -> int:
        """How far a sound clock whose divider a set restarts is then ahead of what it was told, at most."""
        return SECOND_NS - self.first_second_ns if self.divider_resets else 0

    def holds(self, seconds: int) -> bool:
        """Tell whether civil seconds lie in the declared range."""
        return self.first_seconds <= seconds <= self.last_seconds
