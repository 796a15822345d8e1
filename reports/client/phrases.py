"""The fixed phrases of the client report, by the code that calls for them; English, the catalogues translate."""

from __future__ import annotations

from harness.device.facts import Certainty
from harness.judge.advice import Severity
from harness.records import Question, Variant, Verdict


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


VERDICTS = {
    Verdict.CONFORMS: _n("Conforms"),
    Verdict.DOES_NOT_CONFORM: _n("Does not conform"),
    Verdict.NOT_DETERMINED: _n("Not determined"),
    Verdict.NOT_APPLICABLE: _n("Not applicable"),
}
MEANINGS = {
    Verdict.CONFORMS: _n("Everything that was expected was seen, with enough sound readings to prove it."),
    Verdict.DOES_NOT_CONFORM: _n("At least one expectation was seen not to be met."),
    Verdict.NOT_DETERMINED: _n("The evidence is not enough, or was disturbed. This is neither good nor bad news."),
    Verdict.NOT_APPLICABLE: _n(
        "The date or the way of crossing it does not exist for this device; the reason is given."
    ),
}
RUN_SENTENCES = {
    Verdict.CONFORMS: _n("Every clock did what it should, over every date and in every way that was tested."),
    Verdict.DOES_NOT_CONFORM: _n("At least one clock did not do what it should. What to do about it is said below."),
    Verdict.NOT_DETERMINED: _n("No defect was seen, but the evidence is not complete, so nothing is promised."),
    Verdict.NOT_APPLICABLE: _n("None of the dates applies to the devices tested."),
}
VARIANTS = {
    Variant.SET_AFTER: (_n("Set beyond it"), _n("The clock is set directly to a time after the date.")),
    Variant.RUNNING: (_n("Running, watched"), _n("The clock runs under power and is read all along.")),
    Variant.SILENT: (_n("Running, not read"), _n("The clock runs under power and nobody reads it until later.")),
    Variant.UNPOWERED: (_n("Power off across"), _n("The power is cut before the date and comes back after it.")),
    Variant.RETAINED: (
        _n("Power cut after"),
        _n("The clock crosses under power; then its power is cut and comes back."),
    ),
    Variant.SILENT_LONG: (
        _n("Off, then long silent"),
        _n("The power goes before the date and comes back hours after it; nobody reads the clock meanwhile."),
    ),
    Variant.WARM_RESET: (_n("Reset after"), _n("The clock crosses under power; then the device's reset is pressed.")),
    Variant.COLD_RESET: (
        _n("Off and on after"),
        _n("The clock crosses under power; then it is switched off and on at once."),
    ),
    Variant.CUT_AT_THE_SECOND: (
        _n("Cut at the second"),
        _n("The power goes within the very second of the date, at several moments of it."),
    ),
    Variant.BATTERY_REMOVED: (
        _n("Battery out after"),
        _n("The clock crosses under power; then power and battery are taken away, to see its starting date."),
    ),
    Variant.REPEATED_POWER_CYCLES: (
        _n("Many power cuts after"),
        _n("The clock crosses under power; then its power is cut and comes back many times."),
    ),
    Variant.STOPPED_PROGRAM: (
        _n("Program stopped"),
        _n("The controller's program is stopped while the date comes."),
    ),
    Variant.SET_BY_MASTER: (_n("Set by a master"), _n("The time comes from a master that the test plays.")),
    Variant.NEIGHBOURS_DIFFER: (
        _n("Neighbour elsewhere"),
        _n("Another device on the same line stands on the other side of the date."),
    ),
    Variant.SET_NEAR_EDGE: (_n("Set close before"), _n("The clock is set only a few seconds before the date.")),
    Variant.BACK_AND_AGAIN: (
        _n("Back and again"),
        _n("The clock crosses, is set back before the date, and crosses again."),
    ),
    Variant.WEEKDAY_SET_WRONG: (
        _n("Wrong weekday set"),
        _n("The clock is set with a day of the week that is not the date's own, and crosses."),
    ),
    Variant.IMPOSSIBLE_DATES: (_n("Impossible dates"), _n("Dates that do not exist are offered to the clock.")),
    Variant.DRIFT_WITHIN_THE_DAY: (
        _n("Watched for long"),
        _n("The clock is watched for a long time within the day that follows the date."),
    ),
    Variant.LOG_ACROSS: (
        _n("Log across"),
        _n("The device files its own log entries before and after the date; the log is then read."),
    ),
    Variant.ALARM_ACROSS: (
        _n("Alarm after it"),
        _n("An alarm is armed before the date for shortly after it; it has to go off once, at the right moment."),
    ),
    Variant.ALARM_UNPOWERED: (
        _n("Alarm without power"),
        _n("An alarm is armed for shortly after the date, and the power is off when both come."),
    ),
}
SWITCHES = {
    "supply": _n("power"),
    "reset": _n("reset"),
    "battery": _n("battery"),
    "program": _n("program"),
}
STATES = {True: _n("on"), False: _n("off")}
QUESTIONS = {
    Question.SET: _n("Can it be set past the date?"),
    Question.PROGRESS: _n("Does it go through it?"),
    Question.RETAIN: _n("Does it keep it without power?"),
}
ROLES = {
    "original": _n("as found"),
    "before-set": _n("before the setting"),
    "read-back": _n("read back"),
    "before": _n("before"),
    "after": _n("after"),
    "after-power": _n("after power-on"),
    "restored": _n("put back"),
}
RESTORES = {
    "discharged": _n("put back and verified"),
    "owed": _n("NOT PUT BACK: run rollover recover"),
    "not-needed": _n("never changed"),
    "refused": _n("the device refused; see the incidents"),
}
CERTAINTIES = {
    Certainty.VERIFIED: _n("read in the maker's own papers"),
    Certainty.OBSERVED: _n("seen in recordings of real devices, not stated by the maker"),
    Certainty.EXPERIMENTAL: _n("believed, not proven; take these results with care"),
}
CENTURIES = {
    "digits": _n("it keeps the whole year"),
    "fixed": _n("it keeps the years since %(first)s, up to %(last)s"),
    "window": _n("it keeps two digits of the year, read here as %(first)s to %(last)s"),
    "bit": _n("it keeps two digits of the year and one bit for the century, %(first)s to %(last)s"),
    "byte": _n("it keeps two digits of the year and the century beside them"),
}
OUTCOMES = {
    "acknowledged": _n("acknowledged"),
    "refused": _n("refused"),
    "unknown": _n("no answer"),
}
PD2000 = {
    1: _n("Whatever the date of the day is, the device goes on working."),
    2: _n("What the device does by the date, it does alike before, during and after 2000."),
    3: _n("The century is held, or follows from a rule that leaves no doubt."),
    4: _n("2000 is a leap year: 29 February exists, and ends."),
}
SEVERITIES = {
    Severity.CRITICAL: _n("critical"),
    Severity.MAJOR: _n("major"),
    Severity.MINOR: _n("minor"),
}
BY_HAND = {
    True: _n("Set by hand to a time after the date, this clock took it and ran on: setting it by hand helps."),
    False: _n("Setting it by hand to a time after the date does not help: it did not hold it."),
    None: _n("Whether setting it by hand to a time after the date helps was not settled by this run."),
}
# What a claim of conformity needs (``harness.judge.claims``), by the code of the kind of date and of what is lacking.
KINDS = {
    "century": _n("the turn of a century"),
    "leap-day": _n("a leap day"),
    "day-366": _n("the last day of a leap year"),
}
LACKS = {
    "not-crossed": _n("no such date was crossed"),
    "not-done": _n("not crossed in this way"),
    "not-determined": _n("not determined"),
}
# What the judge can look at beside the clock, by the rule its findings would carry.
BESIDE_THE_CLOCK = {
    "V8": _n("logs"),
    "V9": _n("alarms and schedules"),
    "V10": _n("timers and totals"),
    "V11": _n("outputs"),
}
GLOSSARY = (
    (_n("Crossing"), _n("One device carried over one date in one way: the unit of every verdict.")),
    (_n("Date, edge"), _n("A moment at which clocks are known to fail, taken from a catalogue with its source.")),
    (_n("Reading"), _n("What one question to the clock brought back, with the time at which it was asked.")),
    (_n("Journal"), _n("The file that holds all that was sent, received and decided, in order, each record sealed.")),
    (_n("Journal record"), _n("One line of the file journal.jsonl: record 12 is its twelfth line.")),
    (_n("Tolerance"), _n("How far a sound clock may be from the expected time, worked out for each reading.")),
    (_n("Round trip"), _n("The time from asking to having the answer; the clock was read somewhere in it.")),
    (_n("Century rule"), _n("How a year of two digits becomes a year of four.")),
    (_n("Leap year"), _n("A year of 366 days: every fourth, but not 1900 nor 2100, and yet 2000.")),
    (
        _n("Critical, major, minor"),
        _n(
            "How grave a defect is: the clock no longer serves; its date is wrong by a day or more; the date is right "
            "and a part of it, or the time by seconds, is not."
        ),
    ),
    (
        _n("Result code"),
        _n(
            "Three digits, as tests of 1997 wrote them: can it be set past the date, does it go through it, does it "
            "keep it. 0 conforms, 1 does not, 2 is not determined, 9 was not asked."
        ),
    ),
    (_n("Virtual time"), _n("In a run without any real device, waiting is reckoned and not waited.")),
)
CAPTIONS = {
    "fleet": _n("The worst verdict of each device over each date"),
    "clauses": _n("ISO/IEC 17025:2017, 7.8.2.1, 7.8.6 and 7.8.8: what a test report must hold, and where it is here"),
    "wire": _n("The bytes, as the journal holds them"),
    "summary": _n("Crossings by device and verdict"),
    "rules": _n("The four rules, device by device; the numbers are those of the crossings"),
    "matrix": _n("Dates and the ways each was crossed"),
    "readings": _n("Readings"),
    "untested": _n("Crossings that were not carried out"),
    "switches": _n("What was switched, and what the outputs showed"),
    "lacks": _n("What the tests lack of the least that a claim of conformity needs"),
    "repeats": _n("Crossings that were made more than once"),
    "incidents": _n("Deviations and incidents, in the order in which they happened"),
    "restore": _n("Each clock as it was found and as it was left"),
}
TERMS = {
    "expected": _n("Expected"),
    "read": _n("Read"),
    "tolerance": _n("Tolerance"),
    "output": _n("output"),
    "severity": _n("How grave"),
    "mechanism": _n("Likely mechanism"),
    "records": _n("Journal records"),
    "met": _n("As expected:"),
    "timeline": _n("Timeline"),
}
COLUMNS = (
    _n("When"),
    _n("Seconds"),
    _n("Read"),
    _n("Expected"),
    _n("Difference"),
    _n("Tolerance"),
    _n("Round trip"),
    _n("Records"),
)
# The words in ``CalendarFields.text()``; its numbers need no translation.
FIELD_WORDS = (_n("weekday"), _n("century bit"), _n("count"))
