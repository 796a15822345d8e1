"""What a finding, a reason or an incident is called in a report, by its stable code. English; catalogues translate.

Plain words, for whoever owns the machine: what was seen, what it means, what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.judge.rules import CODES
from harness.records import Finding, Verdict


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


@dataclass(frozen=True, slots=True)
class Words:
    """A finding in words: what was seen, what it means, what to do."""

    title: str
    meaning: str
    advice: str


# One line each: how a rule is named in "expectations met".
RULES = {
    "set": _n("the date can be set"),
    "V1": _n("date and time right"),
    "V2": _n("day of the week right"),
    "V3": _n("day of the year right"),
    "V4": _n("leap days right"),
    "V5": _n("clock runs evenly"),
    "V6": _n("readings whole and in order"),
    "V7": _n("all views of the date agree"),
    "V8": _n("log entries in order"),
    "V9": _n("alarms fire once"),
    "V10": _n("timers and totals right"),
    "V11": _n("device undisturbed"),
    "V12": _n("date kept through the power cut"),
    "V13": _n("impossible dates refused"),
    "V14": _n("clock not lost meanwhile"),
    "V15": _n("clock put back"),
    "evidence": _n("enough evidence"),
}

_BY_HAND = _n(
    "Set the clock by hand after this date, and check it the next day and after every power cut. "
    "Ask the maker for a correction."
)
_MAKER = _n("Do not rely on this clock across this date. Ask the maker for a correction or a replacement.")
_AGAIN = _n("Have this crossing tested again; until then nothing is known about it.")
_BATTERY = _n("Check or replace the clock's battery, then have this crossing tested again.")
_WATCH = _n(
    "Whatever this device does by the calendar may happen at the wrong time: check it by hand around this date."
)
_LOG = _n(
    "Do not rely on the log around this date: copy it before, and check its entries by hand. "
    "Ask the maker for a correction."
)
_NOTHING = ""

_FOUND = {
    # Wrong years.
    "year-is-1900": Words(
        _n("The year became 1900."),
        _n("The last two digits of the year went from 99 to 00, and nothing carried the century."),
        _BY_HAND,
    ),
    "year-is-19100": Words(
        _n("The year became 19100."),
        _n("The device puts 19 in front of the years counted since 1900, and that count has reached 100."),
        _MAKER,
    ),
    "year-is-100": Words(
        _n("The year became 100."),
        _n("The device gives the years since 1900 as they are, and whoever reads it takes them for the year."),
        _MAKER,
    ),
    "century-lost": Words(
        _n("The date fell back a hundred years."),
        _n("The two last digits of the year are right, the century is not."),
        _BY_HAND,
    ),
    "century-ahead": Words(
        _n("The date went a hundred years too far."),
        _n("The two last digits of the year are right, the century was carried where it should not have been."),
        _BY_HAND,
    ),
    "year-skipped": Words(
        _n("The clock skipped a year."),
        _n("At the change of year the year went on by more than one."),
        _BY_HAND,
    ),
    "year-not-carried": Words(
        _n("The year did not change."),
        _n("The day and the month rolled over to 1 January, but the year stayed what it was."),
        _BY_HAND,
    ),
    "year-wrong": Words(
        _n("The year is wrong."),
        _n("The rest of the date and the time are right, the year is not."),
        _BY_HAND,
    ),
    "year-impossible": Words(
        _n("The year makes no sense."),
        _n("The device gives digits that are no year it can mean."),
        _MAKER,
    ),
    "counter-rolled-over": Words(
        _n("The clock's counter overflowed."),
        _n("The device counts time in a register that was full; it started again and the date fell back with it."),
        _MAKER,
    ),
    "week-rollover": Words(
        _n("The date is wrong by about twenty years."),
        _n("The device counts weeks up to 1024, as satellite receivers do, and started again."),
        _MAKER,
    ),
    # Wrong dates and times.
    "reset-to-default": Words(
        _n("The clock fell back to its starting date."),
        _n("It shows the date it has when it is new or has lost its battery."),
        _BY_HAND,
    ),
    "date-not-carried": Words(
        _n("The date did not change at midnight."),
        _n("The time went on past midnight, but the day stayed what it was."),
        _BY_HAND,
    ),
    "day-skipped": Words(_n("The clock is a day ahead."), _n("The date is one day later than it should be."), _BY_HAND),
    "date-impossible": Words(
        _n("The clock shows a date that does not exist."),
        _n("The date read is in no calendar."),
        _MAKER,
    ),
    "time-impossible": Words(
        _n("The clock shows a time that does not exist."),
        _n("The hours, minutes or seconds read are outside the day."),
        _MAKER,
    ),
    "date-wrong": Words(_n("The date is wrong."), _n("The date read is not the date expected."), _BY_HAND),
    "bad-fields": Words(
        _n("What the clock gives is no date."),
        _n("The bytes read do not follow the device's own way of writing a date."),
        _MAKER,
    ),
    "leap-day-missing": Words(
        _n("29 February is missing."),
        _n("The clock went from 28 February to 1 March, in a year that has a leap day."),
        _BY_HAND,
    ),
    "leap-day-false": Words(
        _n("The clock shows a 29 February that does not exist."),
        _n("The year has no leap day, and the clock gave it one."),
        _BY_HAND,
    ),
    "clock-stands-still": Words(
        _n("The clock stands still."),
        _n("Readings taken one after the other show the same time."),
        _MAKER,
    ),
    "runs-backwards": Words(
        _n("The clock runs backwards."),
        _n("Time as the device shows it goes down while time passes."),
        _MAKER,
    ),
    "off-by-seconds": Words(
        _n("The time is wrong by more than the tolerance."),
        _n("The clock is further from the expected time than its own rate and the measurement can explain."),
        _n("Set the clock by hand, and have its rate checked."),
    ),
    "time-jumped": Words(
        _n("The clock jumped."),
        _n("The time between two readings is not the time that passed between them."),
        _WATCH,
    ),
    "torn-read": Words(
        _n("A reading mixes two dates."),
        _n("One reading has parts from before midnight and parts from after it."),
        _n("Programs that read this clock must read it twice and compare. Ask the maker for a correction."),
    ),
    "out-of-order": Words(
        _n("Readings are out of order."),
        _n("A later reading shows an earlier time than the one before it."),
        _WATCH,
    ),
    "weekday-stands-still": Words(
        _n("The day of the week did not change at midnight."),
        _n("The date went on, the day of the week did not."),
        _WATCH,
    ),
    "weekday-wrong": Words(
        _n("The day of the week is wrong."),
        _n("It does not belong to the date shown, so weekly programmes run on the wrong day."),
        _WATCH,
    ),
    "day-of-year-wrong": Words(
        _n("The day of the year is wrong."),
        _n("It does not belong to the date shown."),
        _WATCH,
    ),
    "views-disagree": Words(
        _n("The device shows two different dates."),
        _n("Two places in the same device give dates that differ."),
        _MAKER,
    ),
    # Sets.
    "refused-in-range": Words(
        _n("The device refused a date it should take."),
        _n("The date lies in the range its maker states, and the device said no."),
        _MAKER,
    ),
    "refused-as-documented": Words(
        _n("The device refused a date outside its range."),
        _n("Its maker states a range, this date lies outside it, and the device said so."),
        _NOTHING,
    ),
    "refused-going-back": Words(
        _n("The device refuses to be set back."),
        _n("It takes no date earlier than the one it shows; its maker says so."),
        _NOTHING,
    ),
    "accepted-outside-range": Words(
        _n("The device accepted a date it cannot hold."),
        _n("The date lies outside the range its maker states, and the device took it without a word."),
        _n("Never set a date outside the stated range: the device will not warn you."),
    ),
    "set-ignored": Words(
        _n("The device ignored the new date."),
        _n("It acknowledged the setting and went on with its old time."),
        _MAKER,
    ),
    "set-not-taken": Words(
        _n("The new date did not reach the clock, or was not taken."),
        _n("The clock went on with its old time. Nothing answered for the device, so the setting may have been lost."),
        _AGAIN,
    ),
    "set-shows-nothing": Words(
        _n("The setting changed nothing that can be seen."),
        _n("The clock already stood where it was to be set: it would show the same had it ignored the setting."),
        _n("Set the clock to another day and run the test again."),
    ),
    "not-read-before-set": Words(
        _n("The clock was not read before it was set."),
        _n("Nothing shows what it would have displayed without the setting, so nothing shows that it took it."),
        _AGAIN,
    ),
    "set-outcome-unknown": Words(
        _n("It is not known whether the date was set."),
        _n("The device did not answer, and what it shows is not the new date. Nothing is ever sent twice."),
        _AGAIN,
    ),
    "set-not-read-back": Words(
        _n("The setting could not be verified."),
        _n("No reading shows whether the new date was taken."),
        _AGAIN,
    ),
    "nothing-was-set": Words(
        _n("The clock was never set for this crossing."),
        _n("Nothing was sent to the device, so nothing can be said of it."),
        _AGAIN,
    ),
    # Power and loss.
    "clock-lost-at-power-off": Words(
        _n("The clock lost the time when its power was cut."),
        _n("After the power came back, the date and time were gone."),
        _n("Check the clock's battery. Without a good one, set the clock by hand after every power cut."),
    ),
    "does-not-keep-time-unpowered": Words(
        _n("This clock does not run without power."),
        _n("It has no battery of its own; its maker says so."),
        _n("Set the clock by hand after every power cut."),
    ),
    "power-cut-not-proven": Words(
        _n("The power cut is not proven."),
        _n("Nothing shows that the power was really off when it had to be."),
        _AGAIN,
    ),
    "clock-lost": Words(
        _n("The clock says that it was lost."),
        _n("It raised its own warning that it had stopped or had too little voltage; the date shown proves nothing."),
        _BATTERY,
    ),
    "could-be-default-date": Words(
        _n("The date looks right, but may be luck."),
        _n("A clock that has lost everything would show this same date when it starts again."),
        _n("Have this crossing tested again with another length of power cut, so that luck can be told from proof."),
    ),
    "default-date-seen": Words(
        _n("This is the date the clock starts from."),
        _n("Its battery had been taken out; a clock that shows this date has lost its time."),
        _NOTHING,
    ),
    "kept-without-battery": Words(
        _n("The clock kept its time without its battery."),
        _n("Power and battery were away, and the date and time were still right."),
        _NOTHING,
    ),
    "loss-not-reported": Words(
        _n("The clock lost its time and did not say so."),
        _n("It has a warning for this, and the warning was not raised."),
        _n("Do not rely on its warning: after every power cut look at the date itself."),
    ),
    # Two clocks in one device.
    "second-clock-agrees": Words(
        _n("The device's other clock goes along."), _n("Both clocks went through the date alike."), _NOTHING
    ),
    "second-clock-differs": Words(
        _n("The device's two clocks differ."),
        _n("The clock under test was right, and the other one in the same device was not."),
        _n("Find out which of the two the machine goes by, and check that one by hand around this date."),
    ),
    "second-clock-shows-none": Words(
        _n("The device's other clock shows no time."),
        _n("It has none, or it has lost it."),
        _AGAIN,
    ),
    # The device's own log.
    "log-as-expected": Words(
        _n("The log is whole and in order."),
        _n("Each entry that was due is there once, in order and with the right date."),
        _NOTHING,
    ),
    "log-out-of-order": Words(
        _n("The log is out of order."),
        _n("An entry that was made later stands before one that was made earlier."),
        _LOG,
    ),
    "log-entry-lost": Words(
        _n("An entry is missing from the log."),
        _n("The device was to note it at this time, and it is not there."),
        _LOG,
    ),
    "log-entry-twice": Words(
        _n("An entry is in the log twice."), _n("What counts or adds up the entries would count it twice."), _LOG
    ),
    "log-purged": Words(
        _n("Entries of the log are gone."),
        _n("They were there before the clock was moved, and the log was not full."),
        _n("Copy the log before this clock is ever set. Ask the maker for a correction."),
    ),
    "log-stamp-wrong": Words(
        _n("An entry of the log has a wrong date."),
        _n("The clock itself was right when the entry was made."),
        _LOG,
    ),
    "log-cannot-hold-the-date": Words(
        _n("The log cannot hold this date."),
        _n("Its entries have no room for the year; the maker's papers say so."),
        _n("Do not rely on log entries from before or after the dates it can hold."),
    ),
    "log-too-few-entries": Words(
        _n("The log has too few entries for a proof."),
        _n("No entry fell due on one side of the date."),
        _AGAIN,
    ),
    "log-not-read": Words(
        _n("The log could not be read before and after the date."),
        _n("Without both nothing can be said of its entries."),
        _AGAIN,
    ),
    # Dates that do not exist, and days of the week that do not fit.
    "impossible-refused": Words(
        _n("A date that does not exist was refused."), _n("The device said no, as it should."), _NOTHING
    ),
    "impossible-ignored": Words(
        _n("A date that does not exist changed nothing."), _n("The device took it and did not apply it."), _NOTHING
    ),
    "impossible-mended": Words(
        _n("A date that does not exist was turned into another."),
        _n("The device took it and shows a date of its own making."),
        _n("Whatever sets this clock must check the date itself."),
    ),
    "impossible-held": Words(
        _n("The device shows a date that does not exist."),
        _n("It was offered one, took it, and gives it back as if it were real."),
        _n("Whatever sets this clock must check the date itself. Ask the maker for a correction."),
    ),
    "impossible-not-read": Words(
        _n("What became of a date that does not exist is not known."),
        _n("It was offered to the device, and no reading shows what it made of it."),
        _AGAIN,
    ),
    "weekday-mended": Words(
        _n("The device put the day of the week right by itself."),
        _n("It was given a wrong one, and works it out from the date."),
        _NOTHING,
    ),
    "weekday-as-written": Words(
        _n("The day of the week is whatever was written."),
        _n("The device was given a wrong one and counts on from it; whoever sets it must give the right one."),
        _NOTHING,
    ),
    # Alarms and schedules.
    "alarm-kept": Words(_n("The alarm was kept as it was set."), _n("It read back with the same time."), _NOTHING),
    "alarm-fired": Words(_n("The alarm went off at the right moment."), _n("It was seen to."), _NOTHING),
    "alarm-once": Words(_n("The alarm went off once."), _n("It was cleared and did not come again."), _NOTHING),
    "alarm-fired-unpowered": Words(
        _n("The alarm went off although the power was off."), _n("The device said so when it was back."), _NOTHING
    ),
    "alarm-refused": Words(
        _n("The device refuses an alarm right after this date."),
        _n("It was asked to go off shortly after the date, and said no."),
        _WATCH,
    ),
    "alarm-not-armed": Words(
        _n("The device took the alarm and did not arm it."),
        _n("It acknowledged the alarm, and then showed that it was off."),
        _WATCH,
    ),
    "alarm-mangled": Words(
        _n("The device keeps another alarm than it was given."),
        _n("The time of the alarm reads back changed, so it will go off at another moment or never."),
        _WATCH,
    ),
    "alarm-missed": Words(
        _n("The alarm did not go off."),
        _n("It was set for shortly after the date; the clock came to that moment, and nothing happened."),
        _WATCH,
    ),
    "alarm-early": Words(_n("The alarm went off too early."), _n("It came before the moment it was set for."), _WATCH),
    "alarm-late": Words(_n("The alarm went off too late."), _n("It came after the moment it was set for."), _WATCH),
    "alarm-twice": Words(
        _n("The alarm went off more than once."),
        _n("It was cleared, and came again. What it starts is started twice."),
        _WATCH,
    ),
    "alarm-not-armed-by-us": Words(
        _n("No alarm was set for this test."),
        _n("It was found raised, or could not be set; what was found was left alone."),
        _AGAIN,
    ),
    "alarm-not-read-back": Words(
        _n("It was not seen whether the alarm was set."), _n("Nothing was read of it afterwards."), _AGAIN
    ),
    "alarm-outcome-unknown": Words(
        _n("It is not known whether the alarm was set."),
        _n("The device gave no answer, and the alarm does not show the time it was given."),
        _AGAIN,
    ),
    "alarm-of-a-wrong-clock": Words(
        _n("Nothing can be said of the alarm."), _n("The clock itself was not right, and an alarm follows it."), _AGAIN
    ),
    "alarm-not-watched": Words(
        _n("The alarm was not watched closely enough."), _n("It was not looked at when it was due."), _AGAIN
    ),
    "alarm-once-not-seen": Words(
        _n("It was not seen whether the alarm comes twice."),
        _n("It went off in time; then it could not be cleared, or was not looked at again."),
        _AGAIN,
    ),
    "alarm-flag-stays": Words(
        _n("The alarm could not be cleared."),
        _n("It went off in time and stayed raised, so a second time could not be seen."),
        _AGAIN,
    ),
    # The device around its clock.
    "outputs-undisturbed": Words(
        _n("No output of the device switched."), _n("They were watched around the date and at the setting."), _NOTHING
    ),
    "output-disturbed": Words(
        _n("An output of the device switched."),
        _n("It was not asked to. What is connected to it may have started, stopped, or raised an alarm."),
        _WATCH,
    ),
    "mode-undisturbed": Words(_n("The device stayed in its mode."), _n("It went on as it was."), _NOTHING),
    "mode-changed": Words(
        _n("The device left the mode it was in."),
        _n("It stopped, or started, by itself around the date."),
        _MAKER,
    ),
    "silent-after-edge": Words(
        _n("The device fell silent at the date."),
        _n("It answered before and not after. Its line may have failed as well, so nothing is certain."),
        _AGAIN,
    ),
    "program-stop-not-proven": Words(
        _n("It is not proven that the program was stopped."),
        _n("Nothing shows that the controller stood still when the date came."),
        _AGAIN,
    ),
    # Nothing to judge, or not enough.
    "no-weekday": Words(
        _n("The device gives no day of the week that could be judged."),
        _n("It keeps none, or the number is whatever was written into it."),
        _NOTHING,
    ),
    "not-applicable": Words(
        _n("This date does not apply to this device."),
        _n("The device cannot hold it, or it changes nothing there."),
        _NOTHING,
    ),
    "edge-not-approached": Words(
        _n("The clock was not seen right before the date."),
        _n("Without a right reading before, nothing can be said of the reading after."),
        _AGAIN,
    ),
    "too-few-readings": Words(
        _n("There are too few readings for a proof."),
        _n("What was read is not enough to say that the clock conforms."),
        _AGAIN,
    ),
    "not-completed": Words(
        _n("The test was not finished."), _n("It was stopped before its end, for the reason given."), _AGAIN
    ),
    "reading-names-no-instant": Words(_n("A reading is incomplete."), _n("It lacks parts that a date needs."), _AGAIN),
    "bad-fields-seen-once": Words(
        _n("One reading was no date, and it stayed alone."),
        _n("It may have been a disturbance on the wire; a second reading did not confirm it."),
        _AGAIN,
    ),
    "spoiled": Words(
        _n("The test was disturbed."),
        _n("Something happened that makes its result unsafe; it is listed under the incidents."),
        _AGAIN,
    ),
}

_UNPROVEN = Words(
    _n("What was read is as expected, but it proves nothing."),
    _n("The evidence around it is missing or was disturbed, so it may be chance."),
    _AGAIN,
)


def words_for(finding: Finding, *, helps_by_hand: bool | None = None) -> Words:
    """Return a finding's words; a code younger than this catalogue keeps the judge's own English line.

    ``helps_by_hand`` is what the direct set past the date showed, None where that was not tried: nobody is told to do
    by hand what this very clock was seen to refuse.
    """
    is_open = finding.verdict is Verdict.NOT_DETERMINED
    known = _FOUND.get(finding.code)
    if known is None and is_open and finding.code in CODES:
        return _UNPROVEN
    if known is None:
        return Words(finding.says or finding.code, "", _AGAIN if is_open else _MAKER)
    if is_open and known.advice in {_BY_HAND, _MAKER, _WATCH, _LOG}:
        return replace(known, advice=_AGAIN)  # what is not proven asks for proof, not for a new device
    return replace(known, advice=_MAKER) if known.advice == _BY_HAND and helps_by_hand is False else known


def title_of(code: str) -> str:
    """Return what a code is called; an unknown one stands for itself."""
    return _FOUND[code].title if code in _FOUND else code


def knows(code: str) -> bool:
    """Tell whether a finding's code has words of its own."""
    return code in _FOUND
