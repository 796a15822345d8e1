"""Historical defects that no simulator is given yet, each with what is missing, or why it is none of a device's clock."""

from __future__ import annotations

from devices.simulation.bugs.row import Unsimulated

_DAYS = "not catchable yet: no device here has a programme of days; its schedules come every day"
_HOST = "none of a device: it lives in the program of the host that reads or sets the clock"

UNSIMULATED = (
    Unsimulated(
        name="weekday-as-the-operator-sets-it",
        says="takes any weekday for the date's",
        because="no defect by itself: makers document it, and the judge notes it as such (weekday-set-wrong)",
        source="DS1307 and DS3231 data sheets; Mitsubishi GOT note",
        reports=(35,),
    ),
    Unsimulated(
        name="leap-day-no-parameter",
        says="does not take 29 February for the date of a season or of summer time",
        because="not catchable yet: needs a procedure that writes a device's own date parameters",
        source="MELSEC iQ-R manual",
        reports=(39,),
    ),
    Unsimulated(
        name="first-second-odd",
        says="makes the first second after a set short or long",
        because="no defect: silicon that does not clear its divider does so, and the tolerance allows for it",
        source="QEMU, divider reset",
        reports=(46,),
    ),
    Unsimulated(
        name="silent-while-it-counts",
        says="does not acknowledge its address for an instant at every second",
        because="no defect: a limit that rtc/rv-8803 always has; read again, counted and reported, not judged",
        source="Linux rtc-rv8803.c",
        reports=(47,),
    ),
    Unsimulated(
        name="uptime-overflow",
        says="stops when a count of its running time overflows, after 49.7 or 248 days",
        because="not catchable yet: needs a counter that can be preset, or a soak of 248 days",
        source="FAA airworthiness directive on generator control units; Windows 95",
        reports=(51,),
    ),
    Unsimulated(
        name="alarm-without-month",
        says="keeps no month, year or second of an alarm, so that it comes every month",
        because="no defect by itself: what an alarm compares is declared with it, and it is judged by that",
        source="RTClib PR 257; Linux rtc-rv8803.c",
        reports=(56,),
    ),
    Unsimulated(
        name="odd-days-in-a-row",
        says="waters twice in a row, or not, from day 31 to day 1 and from 29 February to 1 March",
        because=_DAYS,
        source="hass-opensprinkler PR 390",
        reports=(58,),
    ),
    Unsimulated(
        name="interval-steps-twice",
        says="counts two days at each midnight",
        because=_DAYS,
        source="HAsmartirrigation #802",
        reports=(59,),
    ),
    Unsimulated(
        name="date-printer-stops",
        says="prints no date after 1999, or only in one of its formats",
        because="not catchable yet: needs a device with a printed or displayed view beside its registers",
        source="The Times list",
        reports=(65,),
    ),
    Unsimulated(
        name="flag-cleared-by-its-own-mask",
        says="clears every other flag in place of its own, or reads the neighbour of a flag",
        because=_HOST,
        source="Linux rtc-rx8025.c; esp-idf-lib pcf8563.c",
        drivers=(4, 8),
    ),
    Unsimulated(
        name="signed-year-byte",
        says="packs the years since 1900 into a signed byte: fails from 2028",
        because=_HOST,
        source="weewx vantage.py",
        drivers=(9,),
    ),
    Unsimulated(
        name="emulator-without-latch",
        says="lets a write take effect at once, and knows no halt bit",
        because="none of a device: an emulator simpler than its silicon, which our own simulators are tested against",
        source="QEMU m48t59.c and ds1338.c",
        drivers=(11, 12),
    ),
    Unsimulated(
        name="small-steps-ignored",
        says="takes no set nearer than 60 s to the running clock, by a signed comparison",
        because="no defect to find: agri/irrigation-timer always does so, and is stepped away first",
        source="yaacov/arduino-irrigation-timer",
        drivers=(16,),
    ),
    Unsimulated(
        name="host-compares-time-of-day-only",
        says="corrects by hour, minute and second, and never mends a wrong date",
        because=_HOST,
        source="Pho3niX90/solis_modbus #419 and #420",
        drivers=(27,),
    ),
    Unsimulated(
        name="host-guesses-the-year-form",
        says="writes the year in the form it reads, which the device refuses",
        because=_HOST,
        source="0xAHA/Growatt_ModbusTCP #393",
        drivers=(28,),
    ),
    Unsimulated(
        name="archive-asked-for-a-missing-hour",
        says="dumps its whole memory when it is asked for an hour that summer time left out",
        because="no defect to find: agri/davis-vantage always does so, and the bench asks for the whole archive anyway",
        source="weewx #247 and PR 125",
        drivers=(29,),
    ),
)
