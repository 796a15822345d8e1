"""Facts of a Linux board at its serial console: the system clock, or its RTC through hwclock or sysfs."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm
from harness.device.facts import (
    MS_NS,
    SECOND_NS,
    Certainty,
    DeviceFacts,
    Hazard,
    IdentityMeans,
    Option,
    SecondClockFacts,
)

SYSTEM, HWCLOCK, SYSFS = "system", "hwclock", "sysfs"

_FORM = ClockForm(century=CenturyRule.digits(), weekday=SUNDAY_0)
RTC_BESIDE = SecondClockFacts(name="rtc", form=_FORM, is_set_along=False, lost_flags=("rtc-invalid",))
"""Beside the system clock: ``date -s`` leaves the RTC alone, and it must simply go on."""
SYSTEM_BESIDE = SecondClockFacts(name="system-clock", form=_FORM, is_set_along=True, keeps_time_unpowered=False)
"""Beside the RTC, which is set from the system clock; after a power cut that one starts from the RTC."""

FACTS = DeviceFacts(
    id="board/linux-console",
    maker="various",
    model="Linux board, serial console",
    form=_FORM,
    second_clock=RTC_BESIDE,
    follows=("nmea", "ntp-broadcast"),  # where gpsd or ntpd (broadcastclient) is set up to
    first="1970-01-01 00:00:00",
    last="2037-12-31 23:59:59",
    identity=IdentityMeans.MODEL,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "transcripts of small boards (date and hwclock output, Blackfin uClinux forum)",
        "hwclock(8) (output formats, UTC, 11-minute mode, drift correction)",
        "Linux rtc-ds1307.c (years before 2000 are refused)",
        "prompts, login and the forms that date takes are believed",
    ),
    reply_ns=2 * SECOND_NS,
    boot_ns=60 * SECOND_NS,
    poll_ns=500 * MS_NS,
    keeps_time_unpowered=False,
    set_disturbs=("file-times", "scheduled-jobs"),
    lost_flags=("rtc-invalid",),
    hazards=(Hazard.OUTPUTS, Hazard.DATALOG, Hazard.LICENCE),
    options=(
        Option(
            name="view",
            kind="choice",
            default=SYSTEM,
            says="the clock that is tested: the system's, or the RTC as hwclock or /sys shows it",
            choices=(SYSTEM, HWCLOCK, SYSFS),
        ),
        Option(name="user", kind="text", default="root", says="who logs in"),
        Option(
            name="password",
            kind="secret",
            default="",
            says="environment variable with the password, where one is asked for; typed when it is not set",
        ),
        Option(name="rtc", kind="text", default="rtc0", says="the RTC, for hwclock and /sys"),
        Option(name="last-year", kind="int", default=2037, says="last year its time_t holds"),
    ),
    limits=(
        ("password-by-name", "a password comes from the environment or the keyboard, and stands in no file or record"),
        ("ntp-active", "a time service puts the clock back: stop it before the run; the flag tells of one"),
        ("rtc-before-2000-refused", "drivers of the kernel refuse years before 2000: test those by raw I2C"),
        ("system-clock-lost-unpowered", "the system clock starts from the RTC, which a set of it alone leaves alone"),
    ),
)
