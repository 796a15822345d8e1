"""The ids and English meanings of the rules, and the stable codes of what may be found.

Codes are kept for ever: reports choose their words by them. Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

RULES: Mapping[str, str] = MappingProxyType(
    {
        "V1": "The date and time equal the proleptic Gregorian expectation.",
        "V2": "The weekday is right and goes on by one at each midnight.",
        "V3": "The day of the year is right.",
        "V4": "29 February exists in leap years, and only in them.",
        "V5": "The device's elapsed time equals the elapsed time: no freeze, no jump, no repeat.",
        "V6": "Readings are strictly ordered, and none mixes fields from before and after the edge.",
        "V7": "All views of the date that the device gives agree.",
        "V8": "Log entries written across the edge sort correctly; none is lost, doubled or purged.",
        "V9": "An alarm armed before the edge fires once, at the right instant after it.",
        "V10": "Timers and totals advance by the right amount, once.",
        "V11": "Outputs, communication and operating mode are undisturbed around the edge.",
        "V12": "The date and time are retained through a power cut.",
        "V13": "Dates that do not exist are refused, or normalised as documented.",
        "V14": "The clock was not lost: its loss flags stay false and it is not at its default date.",
        "V15": "The clock was put back to real time, and the restore was read back.",
        "set": "A date inside the declared range can be set, and reads back as set.",
        "evidence": "There is enough undisturbed evidence for a verdict.",
    }
)


@dataclass(frozen=True, slots=True)
class Code:
    """One thing that may be found: the rule it belongs to, and its plain meaning."""

    rule: str
    says: str


CODES: Mapping[str, Code] = MappingProxyType(
    {
        # Right.
        "as-expected": Code("V1", "the date and time are as expected"),
        "weekday-as-expected": Code("V2", "the weekday is as expected"),
        "day-of-year-as-expected": Code("V3", "the day of the year is as expected"),
        "leap-rule-followed": Code("V4", "February has as many days as the calendar gives it"),
        "elapsed-as-expected": Code("V5", "the clock ran evenly"),
        "in-order": Code("V6", "the readings are in order and whole"),
        "views-agree": Code("V7", "the views of the date agree"),
        "log-as-expected": Code("V8", "the log holds each entry once, in order and at its time"),
        "second-clock-agrees": Code("V7", "the device's second clock goes with the first"),
        "retained": Code("V12", "the date and time were retained through the power cut"),
        "not-lost": Code("V14", "the clock reports no loss"),
        "set-accepted": Code("set", "the set was accepted and reads back as set"),
        # Wrong years.
        "year-is-1900": Code("V1", "the year is 1900: the century was not carried"),
        "year-is-19100": Code("V1", "the year is '19' followed by the years since 1900"),
        "year-is-100": Code("V1", "the year is given as years since 1900"),
        "century-lost": Code("V1", "the year is a hundred years early"),
        "century-ahead": Code("V1", "the year is a hundred years late"),
        "year-skipped": Code("V1", "the year went on by more than one"),
        "year-not-carried": Code("V1", "the date rolled over but the year did not go on"),
        "year-wrong": Code("V1", "the year is wrong; the rest of the date and time is right"),
        "year-impossible": Code("V1", "the year digits are not a year this device can mean"),
        "counter-rolled-over": Code("V1", "the counter rolled over and the date fell back with it"),
        "week-rollover": Code("V1", "the date is wrong by a multiple of 1024 weeks"),
        # Wrong dates and times.
        "reset-to-default": Code("V1", "the clock fell back to a default date"),
        "date-not-carried": Code("V1", "the time rolled over midnight but the date did not go on"),
        "day-skipped": Code("V1", "the date is one day late"),
        "date-impossible": Code("V1", "the date does not exist"),
        "time-impossible": Code("V1", "the time of day does not exist"),
        "date-wrong": Code("V1", "the date is wrong"),
        "bad-fields": Code("V1", "the bytes read are no date in the device's own coding"),
        "leap-day-missing": Code("V4", "1 March stands in place of 29 February"),
        "leap-day-false": Code("V4", "29 February was given to a year that has none"),
        "clock-stands-still": Code("V5", "the clock stands still"),
        "runs-backwards": Code("V5", "the clock runs backwards"),
        "off-by-seconds": Code("V5", "the time is wrong by more than the tolerance"),
        "time-jumped": Code("V5", "the time between two readings is not the time that passed"),
        "torn-read": Code("V6", "one reading mixes fields from before and after the edge"),
        "out-of-order": Code("V6", "a later reading shows an earlier time"),
        "weekday-stands-still": Code("V2", "the weekday did not go on at midnight"),
        "weekday-wrong": Code("V2", "the weekday does not belong to the date"),
        "day-of-year-wrong": Code("V3", "the day of the year does not belong to the date"),
        "views-disagree": Code("V7", "two views of the date disagree"),
        "second-clock-differs": Code("V7", "the device's second clock does not go with the first"),
        "second-clock-shows-none": Code("V7", "the device's second clock shows no time"),
        # Logs.
        "log-out-of-order": Code("V8", "log entries are not in the order in which they were filed"),
        "log-entry-lost": Code("V8", "a log entry that was due is not there"),
        "log-entry-twice": Code("V8", "a log entry is there twice"),
        "log-purged": Code("V8", "log entries from before the test are gone"),
        "log-stamp-wrong": Code("V8", "a log entry bears a date at which none was due"),
        "log-cannot-hold-the-date": Code("V8", "the log is documented not to hold this date"),
        "log-too-few-entries": Code("V8", "no log entry fell due on one side of the edge"),
        "log-not-read": Code("V8", "the log was not read on both sides of the edge"),
        # Sets.
        "refused-in-range": Code("set", "the device refused a date inside its declared range"),
        "refused-as-documented": Code("set", "the device refused a date outside its declared range, as documented"),
        "refused-going-back": Code("set", "the device refuses an earlier date than it holds, as documented"),
        "accepted-outside-range": Code("set", "the device accepted a date outside its declared range"),
        "set-ignored": Code("set", "the device acknowledged the set and went on with its old time"),
        "set-not-taken": Code("set", "the clock went on with its old time, and nothing shows that the set reached it"),
        "set-shows-nothing": Code("set", "before the set the clock already stood where the set leads"),
        "not-read-before-set": Code("set", "no reading shows what the clock would have shown without the set"),
        "set-outcome-unknown": Code("set", "the set had no answer and the reading does not show the new time"),
        "set-not-read-back": Code("set", "no reading shows whether the set took effect"),
        "nothing-was-set": Code("set", "the clock was never set for this crossing"),
        # Power and loss.
        "clock-lost-at-power-off": Code("V12", "the time was lost in the power cut"),
        "does-not-keep-time-unpowered": Code("V12", "the device is documented not to keep time unpowered"),
        "power-cut-not-proven": Code("V12", "it is not proven that the power was off when it had to be"),
        "clock-lost": Code("V14", "the clock reports that it was lost"),
        "could-be-default-date": Code("V14", "the time looks right, and so would the default date of a lost clock"),
        "default-date-seen": Code("V12", "what the clock shows once its battery has been out"),
        "kept-without-battery": Code("V12", "the date and time were kept although the battery was out"),
        "loss-not-reported": Code("V14", "the clock lost its time and raised no loss flag"),
        # Dates that do not exist, and weekdays that do not fit.
        "impossible-refused": Code("V13", "a date that does not exist was refused"),
        "impossible-ignored": Code("V13", "a date that does not exist was left unapplied"),
        "impossible-mended": Code("V13", "a date that does not exist was turned into another one"),
        "impossible-held": Code("V13", "a date that does not exist was accepted and is shown"),
        "impossible-not-read": Code("V13", "no reading shows what became of a date that does not exist"),
        "weekday-mended": Code("V2", "the device put a wrong weekday right"),
        "weekday-as-written": Code("V2", "the device took the weekday it was given and counts on from it"),
        # Alarms.
        "alarm-kept": Code("V9", "the alarm reads back as it was armed"),
        "alarm-fired": Code("V9", "the alarm fired when it was due"),
        "alarm-once": Code("V9", "the alarm fired once"),
        "alarm-fired-unpowered": Code("V9", "the alarm fired although the power was off"),
        "alarm-refused": Code("V9", "the device refused an alarm shortly after the edge"),
        "alarm-not-armed": Code("V9", "the alarm was acknowledged and is not armed"),
        "alarm-mangled": Code("V9", "the alarm reads back otherwise than it was armed"),
        "alarm-missed": Code("V9", "the alarm did not fire"),
        "alarm-early": Code("V9", "the alarm fired before it was due"),
        "alarm-late": Code("V9", "the alarm fired after it was due"),
        "alarm-twice": Code("V9", "the alarm fired more than once"),
        "alarm-not-armed-by-us": Code("V9", "no alarm was armed for this crossing"),
        "alarm-not-read-back": Code("V9", "no look shows whether the alarm was armed"),
        "alarm-outcome-unknown": Code("V9", "the arming had no answer and the alarm does not show it"),
        "alarm-of-a-wrong-clock": Code("V9", "the clock was not right, so nothing is said of its alarm"),
        "alarm-not-watched": Code("V9", "the alarm was not looked at closely enough when it was due"),
        "alarm-once-not-seen": Code("V9", "it was not seen whether the alarm fires again"),
        "alarm-flag-stays": Code("V9", "the alarm's flag could not be cleared"),
        # The device around its clock.
        "outputs-undisturbed": Code("V11", "no output switched"),
        "output-disturbed": Code("V11", "an output switched"),
        "mode-undisturbed": Code("V11", "the device stayed in its mode"),
        "mode-changed": Code("V11", "the device left the mode it was in"),
        "silent-after-edge": Code("V11", "the device answered before the edge and not after it"),
        # Nothing to judge, or not enough.
        "no-weekday": Code("V2", "the device gives no weekday that could be judged"),
        "not-applicable": Code("set", "the edge does not apply to this device"),
        "edge-not-approached": Code("evidence", "the clock was not seen right before the edge"),
        "program-stop-not-proven": Code("evidence", "it is not proven that the program was stopped when the edge fell"),
        "too-few-readings": Code("evidence", "there are too few right readings for a proof"),
        "not-completed": Code("evidence", "the procedure did not run to its end"),
        "reading-names-no-instant": Code("evidence", "a reading lacks fields that its date needs"),
        "bad-fields-seen-once": Code("evidence", "a reading that is no date was not confirmed by a second"),
        "spoiled": Code("evidence", "something happened that spoils the evidence"),
    }
)
