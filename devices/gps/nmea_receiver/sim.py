"""A GPS receiver that speaks NMEA 0183: each second an RMC and a ZDA sentence, whatever it is sent.

Sentences as gpsd's sources read them. The time comes from the sky, and nobody can set it here; what a receiver makes
of it is its own. Options, each seen in gpsd's logs of real receivers:

- ``weeks-from``: first second (since 1970) of the 1024 weeks its firmware can tell apart; a date beyond them comes out
  19.6 years early. 0 is a receiver that knows better.
- ``malformed-year``: the first sentence after such a jump has the year -1, two characters wide (``2208-1``, Telit HE910,
  april6_2019).
- ``cold-boot``: after power-on the first three RMC are void and carry dates from nowhere (161206, 300910, 250910,
  GP-320FW, 2019-04-07).
"""

from __future__ import annotations

from devices.simulation.almanac import digits_of
from devices.simulation.clock_model import ClockModel
from devices.simulation.clockwork import CountingSeconds
from devices.simulation.device import Housing, SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS
from harness.device.facts import Option

BUGS: tuple[str, ...] = ()  # nobody can take this clock to an edge, so no crossing could show one
OPTIONS = (
    Option(
        name="weeks-from",
        kind="int",
        default=0,
        says="first second since 1970 of the 1024 weeks its firmware can tell apart; 0 for no limit",
    ),
    Option(
        name="malformed-year",
        kind="flag",
        default=False,
        says="the first sentence after a week rollover has the year -1",
    ),
    Option(
        name="cold-boot",
        kind="flag",
        default=False,
        says="after power-on the first three RMC are void and their dates from nowhere",
    ),
)

_WEEKS_SECONDS = 1024 * 7 * 86_400
_VOID_DATES = ("161206", "300910", "250910")
_POSITION = "4807.038,N,01131.000,E,000.0,000.0"
_ENOUGH_BITS = 40


class Receiver(ClockModel):
    """The sky's time, and what this receiver says of it."""

    def __init__(self, setup: SimulatorSetup) -> None:
        self._count = CountingSeconds(
            setup.clock.now_ns(),
            bits=_ENOUGH_BITS,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self.clock = self._count
        self._count.turn_to(setup.initial_seconds or 0)
        self._weeks_from = setup.number("weeks-from", 0)
        self._spoils_the_year = setup.flag("malformed-year")
        self._boots_cold = setup.flag("cold-boot")
        self._void_dates: list[str] = []
        self._told: int | None = None
        self._told_date: int | None = None

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went; the sky's time goes on."""
        self.clock.update(now_ns)
        self._told = self._told_date = None
        self._void_dates = list(_VOID_DATES) if on and self._boots_cold else []

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as the receiver tells them."""
        self.clock.update(now_ns)
        count = self._count.count
        if not self._weeks_from:
            return count
        return self._weeks_from + (count - self._weeks_from) % _WEEKS_SECONDS

    def tell(self, now_ns: int) -> bytes:
        """Return the sentences of the second that runs, once."""
        shown = self.seconds(now_ns) or 0
        if self._count.count == self._told:
            return b""
        jumped = self._told_date is not None and shown < self._told_date
        self._told, self._told_date = self._count.count, shown
        digits = digits_of(shown)
        clock = f"{digits.hour:02d}{digits.minute:02d}{digits.second:02d}.00"
        year = "-1" if jumped and self._spoils_the_year else f"{digits.year % 100:02d}"
        date, status = f"{digits.day:02d}{digits.month:02d}{year}", "A"
        if self._void_dates:
            date, status = self._void_dates.pop(0), "V"
        position = _POSITION if status == "A" else ",,,,,"
        recommended = _sentence(f"GPRMC,{clock},{status},{position},{date},,,{'A' if status == 'A' else 'N'}")
        if status == "V":
            return recommended
        return recommended + _sentence(f"GPZDA,{clock},{digits.day:02d},{digits.month:02d},{digits.year:04d},00,00")

    def next_second_ns(self, now_ns: int) -> int:
        """Return how long the running second lasts yet."""
        self.clock.update(now_ns)
        next_ns = self.clock.next_change_ns()
        return SECOND_NS if next_ns is None else next_ns - now_ns


class ReceiverLine(Housing):
    """A line on which only the receiver speaks."""

    def __init__(self, setup: SimulatorSetup, receiver: Receiver, recorder: Recorder) -> None:
        super().__init__(setup, receiver, recorder)
        self._receiver = receiver

    def unasked(self) -> tuple[bytes, int]:
        """Return what is sent now without being asked for, and how long until there is more."""
        with self._lock:
            now_ns = self.setup.clock.now_ns()
            told = self._receiver.tell(now_ns) if self.is_on else b""
            if told:
                self.recorder.note_exchange(now_ns, b"", told)
            return told, self._receiver.next_second_ns(now_ns)

    def _take(self, data: bytes, now_ns: int) -> bytes:
        """Heed nothing."""
        del data, now_ns
        return b""


def _sentence(text: str) -> bytes:
    check = 0
    for character in text.encode("ascii"):
        check ^= character
    return f"${text}*{check:02X}\r\n".encode("ascii")


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a receiver on a line of its own."""
    return ReceiverLine(setup, Receiver(setup), setup.make_recorder())
