"""A Linux board at its serial console: log in, run one command between two markers, read what stands between them.

The markers are spelt apart in the command (``"E""ND2"``), so the echo of it, wrapped or not, never looks like them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from devices.board.linux_console import FACTS, HWCLOCK, RTC_BESIDE, SYSTEM, SYSTEM_BESIDE
from devices.options import int_option, text_option
from harness.calendar.fields import CalendarFields
from harness.calendar.form import Impossible
from harness.codec.console import clean, last_line, until_text
from harness.device.asks import Drain, Exchange, FrameLength, LinkAsk, SecretExchange, Steps, WriteExchange, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, SECOND_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError

RETURN: Final = b"\r"
# A prompt may be followed by a question to the terminal (busybox asks for its cursor), and the kernel speaks when it
# likes: what came since the last reply is taken off the line, as evidence, before the next request.
QUIET_NS = 20 * MS_NS
LOGIN_NS = 10 * SECOND_NS
COMMAND_NS = 5 * SECOND_NS  # hwclock waits for the next tick of the RTC
TIME_SERVICES = "pidof ntpd chronyd systemd-timesyncd"

_SHELL = re.compile(r"[^\n]*(?:[#$]|[^=\s]>) ?")  # "~ # ", "$ ", "root:~> "; a lone "> " waits for the rest of a line
_LOGIN = re.compile(r"[^\n]*login: ?")
_PASSWORD = re.compile(r"[Pp]assword: ?")
_BOOT_LOADER = re.compile(r"(?:=>|U-Boot>) ?")
_PROMPTS = (_SHELL, _LOGIN, _PASSWORD, _BOOT_LOADER)

_DATE = re.compile(r"(-?\d+) (\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) ([0-6])")
_ISO = re.compile(r"(\d{4,})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?([+-]\d\d:?\d\d)")
_OLD = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4,})  ?-?\d+\.\d+ seconds")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYS_DAY = re.compile(r"(\d{4,})-(\d\d)-(\d\d)")
_SYS_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


class Ran(NamedTuple):
    """What a command left: its status, the lines it printed, and the bytes they came in."""

    status: int
    lines: list[str]
    raw: bytes


def make_driver(options: Options) -> LinuxConsole:
    """Make the driver.

    Raises:
        ValueError: a name would not be one word of a command, or the last year is none.
    """
    view, user, rtc = (text_option(options, name) for name in ("view", "user", "rtc"))
    for name, said in (("user", user), ("rtc", rtc)):
        if not _NAME.fullmatch(said):
            raise ValueError(f"the option '{name}' is '{said}', not one plain word")
    last_year = int_option(options, "last-year", lowest=2001, highest=9999)
    facts = replace(
        FACTS, last=f"{last_year}-12-31 23:59:59", second_clock=RTC_BESIDE if view == SYSTEM else SYSTEM_BESIDE
    )
    if view != SYSTEM:
        form = replace(FACTS.form, weekday=None)
        disturbs = (*FACTS.set_disturbs, "system-clock")
        facts = replace(facts, form=form, first="2000-01-01 00:00:00", keeps_time_unpowered=None, set_disturbs=disturbs)
    return LinuxConsole(facts=facts, view=view, user=user, rtc=rtc, password=text_option(options, "password"))


@dataclass(slots=True)
class _Login:
    """Whether the board has refused the password."""

    is_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinuxConsole:
    """The driver.

    Attributes:
        view: which of the board's clocks is the one.
        user: who logs in.
        rtc: the RTC's name.
        password: the name of the secret that is sent where one is asked for; empty to send none.
    """

    facts: DeviceFacts
    view: str
    user: str
    rtc: str
    password: str = ""
    _login: _Login = field(default_factory=_Login)

    def identify(self) -> Steps[DeviceIdentity]:
        """Read kernel, machine and host name, and the serial number of the device tree where there is one."""
        yield from self._enter()
        system = yield from _run(1, "uname -s -r -m", timing=False)
        host = yield from _run(2, "uname -n", timing=False)
        serial = yield from _run(3, "cat /proc/device-tree/serial-number", timing=False)
        number = serial.lines[-1].strip() if serial.status == 0 and serial.lines else ""
        entries = (("system", " ".join(system.lines)), ("host", " ".join(host.lines)))
        return DeviceIdentity(entries=entries, serial_number=number or None)

    def read_clock(self) -> Steps[ClockSample]:
        """Read the clock, and whether a time service runs.

        Raises:
            LinkError: nobody answers, a password is asked for, or the boot loader has the console.
        """
        yield from self._enter()
        if self.view == SYSTEM:
            sample = _of_date((yield from _run(4, "date -u '+%s %Y-%m-%d %H:%M:%S %w'")), self.facts)
        elif self.view == HWCLOCK:
            sample = _of_hwclock((yield from _run(5, f"TZ=UTC0 hwclock -r -u -f /dev/{self.rtc}")))
        else:
            sample = yield from self._read_sysfs()
        services = yield from _run(7, TIME_SERVICES, timing=False)
        return replace(sample, flags={**sample.flags, "ntp-active": services.status == 0})

    def read_second_clock(self) -> Steps[ClockSample]:
        """Read the RTC beside the system clock, or the system clock beside the RTC.

        Raises:
            LinkError: as for ``read_clock``.
        """
        yield from self._enter()
        if self.view == SYSTEM:
            return (yield from self._read_sysfs())
        return _of_date((yield from _run(4, "date -u '+%s %Y-%m-%d %H:%M:%S %w'")), self.facts)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the system clock; where the RTC is the clock under test, it is then set from the system clock.

        Raises:
            ValueError: a field is missing; nothing has been sent.
            DeviceRefused: the board refuses the date.
            LinkError: ``set-cut-short``: the system clock took it and the RTC did not; a link that failed.
        """
        to = _spelt(fields)
        yield from self._enter()
        done = yield from _run(8, f"date -u -s '{to}'", writes=True)
        if done.status:
            raise DeviceRefused(done.status, f"date refuses {to}: {_said(done)}", raw=done.raw)
        if self.view == SYSTEM:
            return
        written = yield from _run(9, f"hwclock -w -u -f /dev/{self.rtc}", writes=True)
        if written.status:
            says = f"the system clock stands at {to}, and {self.rtc} refuses it: {_said(written)}"
            raise LinkError("set-cut-short", says, raw=written.raw)

    def _read_sysfs(self) -> Steps[ClockSample]:
        """Read the day on both sides of the time; once more when midnight fell between."""
        folder = f"/sys/class/rtc/{self.rtc}"
        command = f"cat {folder}/date {folder}/time {folder}/date"
        sample = _of_sysfs((yield from _run(6, command)))
        return _of_sysfs((yield from _run(6, command))) if sample.unreadable == "torn" else sample

    def _enter(self) -> Steps[None]:
        """Bring the console to a shell; logging in changes nothing.

        A password that was refused is not sent again: a board may lock its door after a few.

        Raises:
            LinkError: ``login-needed``, ``login-refused``, ``in-boot-loader``; ``secret-missing``, ``secret-unusable``.
        """
        reply = yield from _say(Exchange(data=RETURN, until=until_text(_is_prompt), timing=False))
        if _LOGIN.fullmatch(last_line(clean(reply))):
            name = self.user.encode() + RETURN
            until = until_text(lambda text: "\n" in text and _is_prompt(text))
            reply = yield from _say(Exchange(data=name, until=until, timing=False, deadline_ns=LOGIN_NS))
        if self.password and _PASSWORD.fullmatch(last_line(clean(reply))):
            reply = yield from self._send_password(reply)
        prompt = last_line(clean(reply))
        if _BOOT_LOADER.fullmatch(prompt):
            raise LinkError(
                "in-boot-loader", f"the boot loader has the console: {prompt!r}; start the system", raw=reply
            )
        if not _SHELL.fullmatch(prompt):
            raise LinkError("login-needed", f"the console asks {prompt!r}: log in by hand, then begin again", raw=reply)

    def _send_password(self, asked: bytes) -> Steps[bytes]:
        if self._login.is_refused:
            raise LinkError("login-refused", "the password was refused before; it is not sent again", raw=asked)
        until = until_text(lambda text: "\n" in text and _is_prompt(text))
        reply = yield from _say(SecretExchange(name=self.password, until=until, deadline_ns=LOGIN_NS))
        if not _SHELL.fullmatch(last_line(clean(reply))):
            self._login.is_refused = True
            raise LinkError("login-refused", f"the board does not take {self.password} for {self.user}", raw=reply)
        return reply


def _say(question: LinkAsk[bytes]) -> Steps[bytes]:
    yield from ask(Drain(quiet_ns=QUIET_NS))
    return (yield from ask(question))


def _is_prompt(text: str) -> bool:
    line = last_line(text)
    return any(prompt.fullmatch(line) for prompt in _PROMPTS)


def _run(number: int, command: str, *, writes: bool = False, timing: bool = True) -> Steps[Ran]:
    """Run one command; each has markers of its own number, so that no other's output is taken for its."""
    line = f'echo "B""EG{number}"; {command}; echo "E""ND{number} $?"'.encode() + RETURN
    kind = WriteExchange if writes else Exchange
    reply = yield from _say(kind(data=line, until=_until_end(number), timing=timing, deadline_ns=COMMAND_NS))
    between = clean(reply).partition(f"BEG{number}\n")[2]
    ended = re.search(rf"END{number} (\d+)\n", between)
    if ended is None:
        raise LinkError("bad-frame", f"no marker stands before the output of {command!r}", raw=reply)
    return Ran(int(ended[1]), [text for text in between[: ended.start()].split("\n") if text.strip()], reply)


def _until_end(number: int) -> FrameLength:
    """Complete at a shell's prompt behind the end marker."""
    end = re.compile(rf"END{number} \d+\n")
    return until_text(lambda text: end.search(text) is not None and bool(_SHELL.fullmatch(last_line(text))))


def _of_date(ran: Ran, facts: DeviceFacts) -> ClockSample:
    if (found := _only(_DATE, ran)) is None:
        return _unreadable(ran)
    count, year, month, day, hour, minute, second, weekday = (int(digits) for digits in found.groups())
    fields = CalendarFields(year=year, month=month, day=day, weekday=weekday, hour=hour, minute=minute, second=second)
    meant = facts.form.resolve(fields)
    # Both come of one instant; where they differ a character was lost on the way.
    differs = not isinstance(meant, Impossible) and meant != count
    return ClockSample(fields=fields, raw=ran.raw, unreadable="count-differs" if differs else None)


def _of_hwclock(ran: Ran) -> ClockSample:
    if (found := _only(_ISO, ran)) is not None:
        if found[7].strip("+-").replace(":", "") != "0000":
            return ClockSample(fields=CalendarFields(), raw=ran.raw, unreadable="not-utc")
        return _sample(ran, *(int(digits) for digits in found.groups()[:6]))
    if (found := _only(_OLD, ran)) is not None and found[1] in _MONTHS:
        day, hour, minute, second, year = (int(digits) for digits in found.groups()[1:])
        return _sample(ran, year, _MONTHS.index(found[1]) + 1, day, hour, minute, second)
    return _unreadable(ran)


def _of_sysfs(ran: Ran) -> ClockSample:
    days = [found for line in ran.lines if (found := _SYS_DAY.fullmatch(line))]
    times = [found for line in ran.lines if (found := _SYS_TIME.fullmatch(line))]
    if ran.status or len(days) != 2 or len(times) != 1:
        return _unreadable(ran)
    if days[0][0] != days[1][0]:
        return ClockSample(fields=CalendarFields(), raw=ran.raw, unreadable="torn")
    return _sample(ran, *(int(digits) for digits in (*days[0].groups(), *times[0].groups())))


def _sample(ran: Ran, year: int, month: int, day: int, hour: int, minute: int, second: int) -> ClockSample:
    fields = CalendarFields(year=year, month=month, day=day, hour=hour, minute=minute, second=second)
    return ClockSample(fields=fields, raw=ran.raw, flags={"rtc-invalid": False})


def _only(pattern: re.Pattern[str], ran: Ran) -> re.Match[str] | None:
    """Return the one line of a command that went well which has this form; messages of the kernel may stand by it."""
    found = [match for line in ran.lines if (match := pattern.fullmatch(line))]
    return found[0] if len(found) == 1 and ran.status == 0 else None


def _unreadable(ran: Ran) -> ClockSample:
    """Return what is no time; a register that holds no date is told from a command that failed."""
    is_invalid = any("Invalid argument" in line or "invalid (e.g." in line for line in ran.lines)
    reason = "rtc-invalid" if is_invalid else f"status-{ran.status}" if ran.status else "not-a-date"
    return ClockSample(fields=CalendarFields(), raw=ran.raw, flags={"rtc-invalid": is_invalid}, unreadable=reason)


def _said(ran: Ran) -> str:
    return " / ".join(ran.lines) or f"status {ran.status}"


def _spelt(fields: CalendarFields) -> str:
    """Return the date as ``date`` takes it.

    Raises:
        ValueError: a field is missing.
    """
    parts = (fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second)
    if None in parts:
        raise ValueError(f"{fields.text()} is not a whole date and time")
    year, month, day, hour, minute, second = parts
    return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"
