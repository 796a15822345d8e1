"""A Linux board at its console: what a terminal does to text, and what a board says when it has no time to give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.board.linux_console import FACTS
from devices.board.linux_console.driver import LinuxConsole, make_driver
from devices.board.linux_console.sim import Board, Console, make_simulator
from devices.options import complete_options
from devices.simulation.setup import SimulatorSetup
from devices.simulation.stream_server import StreamServer
from harness.calendar.fields import CalendarFields
from harness.calendar.gregorian import parse_iso
from harness.clock import SECOND_NS, VirtualClock
from harness.codec.console import clean
from harness.device.asks import LinkAsk, Steps
from harness.device.driver import ClockSample
from harness.errors import DeviceRefused, LinkError
from harness.link.base import StepRunner, run_blocking
from harness.link.line import Line
from harness.link.loopback import MemoryTransport
from harness.link.stream import StreamBus

LEAP_EVE = CalendarFields(year=2000, month=2, day=28, hour=23, minute=59, second=50)


def driver(**options: str | int) -> LinuxConsole:
    given = {name.replace("_", "-"): said for name, said in options.items()}
    return make_driver(complete_options(FACTS.options, given))


class Allowing:
    """A guard that lets everything pass and keeps what did."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        assert question.writes
        self.frames.append(frame)

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        assert outcome
        assert question.writes


class Bench:
    """A simulated board, and a line to it; ``pieces`` hands its bytes over one by one."""

    def __init__(self, *, pieces: bool = False, password: str = "", **setup: Any) -> None:
        self.clock = VirtualClock(0)
        setup.setdefault("initial_seconds", parse_iso("1999-12-31 23:59:30"))
        made = SimulatorSetup(clock=self.clock, **setup)
        self.board = Board(made)
        self.simulator = StreamServer(
            made, self.board, made.make_recorder(), lambda: Console(self.board, lambda: None, password_sha256=password)
        )
        self.sent = b""
        self.guard = Allowing()
        transport = _Piecewise(self._receive) if pieces else MemoryTransport(self._receive)
        self.bus = StreamBus(Line(name="console", transport=transport, sink=lambda _: 1, clock=self.clock))
        self.bus.open()

    def _receive(self, sent: bytes) -> bytes:
        self.sent += sent
        return self.simulator.receive(sent)

    def do(self, steps: Steps[Any]) -> Any:
        return run_blocking(StepRunner(steps, self.bus, None, self.clock, self.guard)).value


class _Piecewise(MemoryTransport):
    def read(self, wait_ns: int) -> bytes:
        waiting = super().read(wait_ns)
        self._waiting = waiting[1:]
        return waiting[:1]


def read(bench: Bench, **options: str | int) -> ClockSample:
    sample = bench.do(driver(**options).read_clock())
    assert isinstance(sample, ClockSample)
    return sample


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        (b"\x1b[6n~ # ", "~ # "),
        (b"\x1b[?2004h$ ", "$ "),
        (b"\x1b]0;root@board: ~\x07# ", "# "),
        (b"\x1b[1;32mroot\x1b[0m# ", "root# "),
        (b"dat\x08te\r\n", "date\n"),
        (b"\x1b(B\x1b[m# ", "# "),
        (b"# \x1b", "# \x1b"),
    ],
)
def test_a_console_is_read_as_a_person_sees_it(shown: bytes, seen: str) -> None:
    assert clean(shown) == seen


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize("view", ["system", "hwclock", "sysfs"])
def test_three_views_show_the_same_board(view: str, pieces: bool) -> None:
    """Byte by byte, the cursor query comes after the prompt has been seen; it is evidence, and no fault."""
    bench = Bench(pieces=pieces, options={"view": view})
    sample = read(bench, view=view)
    assert (sample.fields.text()[:19], sample.unreadable) == ("1999-12-31 23:59:30", None)
    assert bench.bus.rejected == 0


@pytest.mark.parametrize(
    ("view", "beside"), [("system", "1999-12-31 23:59:30"), ("hwclock", "1999-12-31 23:59:30 weekday 5")]
)
def test_the_other_clock_is_read_beside_the_one_under_test(view: str, beside: str) -> None:
    """The RTC has no weekday; the system clock gives one."""
    bench = Bench(options={"view": view})
    sample = bench.do(driver(view=view).read_second_clock())
    assert sample.fields.text() == beside


def test_a_set_of_the_system_clock_leaves_the_rtc_alone() -> None:
    bench = Bench()
    bench.do(driver().set_clock(LEAP_EVE))
    assert read(bench).fields.text() == "2000-02-28 23:59:50 weekday 1"
    assert read(bench, view="hwclock").fields.text() == "1999-12-31 23:59:30"


@pytest.mark.parametrize("view", ["hwclock", "sysfs"])
def test_a_set_of_the_rtc_goes_through_the_system_clock(view: str) -> None:
    bench = Bench(options={"view": view})
    bench.do(driver(view=view).set_clock(LEAP_EVE))
    for seen in ("system", "hwclock", "sysfs"):
        assert read(bench, view=seen).fields.text()[:19] == "2000-02-28 23:59:50"


def test_a_set_is_sent_once_and_marked_as_what_it_is() -> None:
    bench = Bench()
    bench.do(driver().set_clock(LEAP_EVE))
    assert bench.sent.count(b"date -u -s '2000-02-28 23:59:50'") == 1
    assert bench.guard.frames == [b'echo "B""EG8"; date -u -s \'2000-02-28 23:59:50\'; echo "E""ND8 $?"\r']


def test_an_rtc_that_refuses_1999_leaves_the_set_in_doubt() -> None:
    """The system clock has taken it by then (reference: Linux rtc-ds1307.c refuses years before 2000)."""
    bench = Bench(options={"view": "hwclock"})
    with pytest.raises(LinkError, match="rtc0 refuses it: hwclock: RTC_SET_TIME: Invalid argument") as caught:
        bench.do(
            driver(view="hwclock").set_clock(CalendarFields(year=1999, month=12, day=31, hour=0, minute=0, second=0))
        )
    assert caught.value.kind == "set-cut-short"


def test_a_date_that_the_board_refuses_is_refused() -> None:
    with pytest.raises(DeviceRefused, match="invalid date '2001-02-29 00:00:00'"):
        Bench().do(driver().set_clock(CalendarFields(year=2001, month=2, day=29, hour=0, minute=0, second=0)))


@pytest.mark.parametrize("view", ["hwclock", "sysfs"])
def test_an_rtc_without_a_date_gives_no_time(view: str) -> None:
    bench = Bench(options={"view": view})
    bench.board.rtc_is_invalid = True
    sample = read(bench, view=view)
    assert (sample.fields, sample.unreadable) == (CalendarFields(), "rtc-invalid")
    assert sample.flags["rtc-invalid"] is True


def test_a_command_that_is_not_there_gives_no_time() -> None:
    sample = read(Bench(), view="sysfs", rtc="rtc7")
    assert sample.unreadable == "status-1"


# printf %s open-sesame-17 | sha256sum
OPEN_SESAME_SHA256 = "40a0dd39f38be3b7310f1bf2a2b75c665d7f8ac3762094addcd83d16915b9972"


@pytest.mark.parametrize("service", ["ntpd", "chronyd", "systemd-timesyncd"])
def test_a_time_service_is_told_of(service: str) -> None:
    bench = Bench()
    assert read(bench).flags["ntp-active"] is False
    bench.board.services = (service,)
    assert read(bench).flags["ntp-active"] is True


def test_no_password_is_sent_unless_the_bench_names_one() -> None:
    bench = Bench(password=OPEN_SESAME_SHA256)
    with pytest.raises(LinkError, match="log in by hand") as caught:
        bench.do(driver().read_clock())
    assert caught.value.kind == "login-needed"
    assert bench.sent == b"\rroot\r"


def test_the_board_names_itself_and_its_serial_number() -> None:
    bench = Bench(serial_number="B-0417")
    identity = bench.do(driver().identify())
    assert identity.entries == (("system", "Linux 5.10.0 armv7l"), ("host", "board"))
    assert identity.serial_number == "B-0417"
    assert Bench().do(driver().identify()).serial_number is None
    assert bench.guard.frames == []


def test_after_a_power_cut_the_board_starts_from_its_rtc_and_wants_a_login() -> None:
    bench = Bench()
    bench.do(driver().set_clock(LEAP_EVE))
    bench.simulator.power(False)
    bench.clock.sleep_until(bench.clock.now_ns() + 10 * SECOND_NS)
    bench.simulator.power(True)
    with pytest.raises(LinkError, match="no reply"):
        bench.do(driver().read_clock())
    bench.clock.sleep_until(bench.clock.now_ns() + 20 * SECOND_NS)
    assert read(bench).fields.text() == "2000-01-01 00:00:00 weekday 6"


Answer = Callable[[bytes], bytes]


def heard(output: str, *, prompt: bytes = b"# ", view: str = "system") -> ClockSample:
    """Return what is made of a read's output; the prompt and the other commands go well."""

    def receive(sent: bytes) -> bytes:
        if sent == b"\r":
            return b"\r\n" + prompt
        number = sent[len('echo "B""EG')] - ord("0")
        said = output.encode() if number != 7 else b""
        return b"BEG%d\r\n%sEND%d %d\r\n" % (number, said, number, number == 7) + prompt

    line = Line(name="console", transport=MemoryTransport(receive), sink=lambda _: 1, clock=VirtualClock(0))
    bus = StreamBus(line)
    bus.open()
    sample = run_blocking(StepRunner(driver(view=view).read_clock(), bus, None, VirtualClock(0))).value
    assert isinstance(sample, ClockSample)
    return sample


@pytest.mark.parametrize(
    ("output", "view", "reason"),
    [
        ("946684801 2000-01-01 00:00:00 6\r\n", "system", "count-differs"),
        ("946684800 2000-01-01 00:00:00 6\r\n946684800 2000-01-01 00:00:00 6\r\n", "system", "not-a-date"),
        ("946684800 2000-01-01 0:00:00 6\r\n", "system", "not-a-date"),
        ("2000-01-01 01:00:00.000000+01:00\r\n", "hwclock", "not-utc"),
        ("Sat Jam  1 00:00:00 2000  0.000000 seconds\r\n", "hwclock", "not-a-date"),
        ("1999-12-31\r\n00:00:00\r\n2000-01-01\r\n", "sysfs", "torn"),
        ("2000-01-01\r\n00:00:00\r\n", "sysfs", "not-a-date"),
        ("", "system", "not-a-date"),
    ],
)
def test_what_is_not_wholly_a_time_is_unreadable(output: str, view: str, reason: str) -> None:
    assert heard(output, view=view).unreadable == reason


def test_the_hwclock_of_an_old_board_is_read() -> None:
    """A transcript of a Blackfin board (uClinux forum); util-linux wrote the same."""
    sample = heard("Thu Sep  3 09:16:07 2009  0.000000 seconds\r\n", view="hwclock")
    assert ("2009-09-03 09:16:07", None) == (sample.fields.text(), sample.unreadable)


@pytest.mark.parametrize(
    "said",
    [
        "hwclock: RTC_RD_TIME: Invalid argument\r\n",  # busybox
        (
            "The Hardware Clock registers contain values that are either invalid (e.g. 50th day of month) or beyond the "
            "range we can handle (e.g. Year 2095).\r\n"
        ),  # util-linux of old
    ],
)
def test_an_rtc_that_holds_no_date_is_flagged(said: str) -> None:
    sample = heard(said, view="hwclock")
    assert "rtc-invalid" == sample.unreadable
    assert sample.flags["rtc-invalid"] is True


def test_messages_of_the_kernel_may_stand_beside_the_time() -> None:
    sample = heard("[   42.1] usb 1-1: new device\r\n-1 1969-12-31 23:59:59 3\r\n")
    assert (sample.fields.text(), sample.unreadable) == ("1969-12-31 23:59:59 weekday 3", None)


def test_a_date_before_1970_is_shown_as_it_is() -> None:
    """A 32-bit count that has run over shows 1901."""
    assert heard("-2147483648 1901-12-13 20:45:52 5\r\n").fields.year == 1901


@pytest.mark.parametrize("prompt", [b"# ", b"$ ", b"root:~> ", b"\x1b[0mroot@board:~# \x1b[6n"])
def test_prompts_of_many_shells_end_an_answer(prompt: bytes) -> None:
    assert heard("946684800 2000-01-01 00:00:00 6\r\n", prompt=prompt).fields.year == 2000


@pytest.mark.parametrize("prompt", [b"=> ", b"U-Boot> "])
def test_the_boot_loader_is_told_from_a_shell(prompt: bytes) -> None:
    with pytest.raises(LinkError) as caught:
        heard("", prompt=prompt)
    assert caught.value.kind == "in-boot-loader"


@pytest.mark.parametrize("options", [{"user": "root; reboot"}, {"rtc": "../rtc0"}, {"user": ""}])
def test_options_that_would_be_more_than_a_word_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not one plain word"):
        driver(**options)


def test_the_simulator_wraps_what_is_typed_over_its_edge() -> None:
    """The driver must find its markers whatever the echo looks like."""
    simulator = make_simulator(SimulatorSetup(clock=VirtualClock(0)))
    assert simulator.receive(b"root\r").endswith(b"~ # \x1b[6n")
    reply = simulator.receive(b"echo " + b"x" * 100 + b"\r")
    assert reply.startswith(b"echo " + b"x" * 71 + b" \r" + b"x" * 29 + b"\r\n" + b"x" * 100 + b"\r\n")
