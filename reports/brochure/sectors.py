"""What each trade has at risk when a clock is wrong, in plain words. Codes are those of a bench file's ``sector``."""

from __future__ import annotations

from dataclasses import dataclass


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


@dataclass(frozen=True, slots=True)
class Sector:
    """One trade: its heading, what may go wrong there, and what to do there on the day beside what all do."""

    heading: str
    risks: tuple[str, ...]
    on_the_day: str


SECTORS = {
    "agriculture": Sector(
        _n("What is at risk on your farm"),
        (
            _n("Feeding, milking and ventilation start by a clock: a wrong date can start them at the wrong hour."),
            _n("Irrigation that counts odd and even days can water twice, or not at all."),
            _n("Cold stores and milk tanks that log by date can lose the record a buyer asks for."),
        ),
        _n("Walk through barn, dairy and pump house at the first feeding hour, and look whether each machine started."),
    ),
    "food": Sector(
        _n("What is at risk in your kitchen or plant"),
        (
            _n("Use-by dates printed by a machine can be a hundred years wrong, and goods be refused."),
            _n("Cooking and cooling records by date are what the inspector reads: a gap in them stops a batch."),
            _n("Cleaning cycles that wait for a date may never come, or come while you produce."),
        ),
        _n("Print one label by hand before the first batch, and read the date on it."),
    ),
    "industry": Sector(
        _n("What is at risk in your plant"),
        (
            _n("Controllers stamp alarms and batches by date: a false date hides which came first."),
            _n("Maintenance counted in days can fall due all at once, and stop a machine that is sound."),
            _n("Two controllers that no longer agree on the date can refuse to work together."),
        ),
        _n("Have one person in the control room, with the printed list of clocks, when the date changes."),
    ),
    "energy": Sector(
        _n("What is at risk in your installation"),
        (
            _n("Tariffs and charging hours follow the calendar: a wrong day charges batteries at the wrong price."),
            _n("Meters and inverters count energy by day: a false date loses or doubles a day's count."),
            _n("Protection records without a right time cannot be put in order after a fault."),
        ),
        _n("Note the meters by hand before and after, and keep the notes."),
    ),
    "water": Sector(
        _n("What is at risk in your waterworks"),
        (
            _n("Pumps that run by timetable can run dry, or not at all."),
            _n("Dosing that follows the day's volume is wrong when the day is wrong."),
            _n("Levels sent with a false date may be thrown away by the control room."),
        ),
        _n("Read levels and dosing on the spot, not from the control room, in the first hours."),
    ),
    "health": Sector(
        _n("What is at risk in your practice or ward"),
        (
            _n("Pumps and monitors name every reading by its date: a false one puts it in another patient's day."),
            _n("Devices that ask for a check after so many days may lock themselves, or never ask again."),
            _n("Medicine fridges that log by date can lose the proof that they stayed cold."),
        ),
        _n("Have a device without a clock within reach for every one that has one and keeps somebody safe."),
    ),
    "building": Sector(
        _n("What is at risk in your building"),
        (
            _n("Doors and alarms follow working days: on a wrong weekday they may stay locked, or open."),
            _n("Heating and ventilation that take a Saturday for a Monday waste, or leave people cold."),
            _n("Lifts that count days to their inspection can stop by themselves."),
        ),
        _n("Keep the keys at hand, and try the main door and the fire alarm panel after midnight."),
    ),
    "transport": Sector(
        _n("What is at risk on your vehicles and lines"),
        (
            _n("Trains and buses have stood still because a year has 366 days."),
            _n("Ticket machines and car parks refuse cards that seem out of date."),
            _n("Driving records with a false date are no proof of hours."),
        ),
        _n("Start one vehicle of each kind before the first service, early enough to find another."),
    ),
    "trade": Sector(
        _n("What is at risk in your shop or office"),
        (
            _n("Tills and card readers refuse what seems expired, or date the day's takings wrongly."),
            _n("Stock ordered by date comes a year late, or is thrown away as too old."),
            _n("Alarm and shutters that follow working days may greet you closed."),
        ),
        _n("Take one payment of each kind before you open."),
    ),
    "public": Sector(
        _n("What is at risk in your office and works"),
        (
            _n("Counters, doors and street lights follow the calendar, and the weekday above all."),
            _n("Records with a false date cannot be found, or prove nothing."),
            _n("Equipment shared between services fails in all of them at once."),
        ),
        _n("Give every service the list of its clocks and one telephone number."),
    ),
    "other": Sector(
        _n("What is at risk where you work"),
        (
            _n("What starts by a clock can start at the wrong hour, or not at all."),
            _n("What is recorded by date can be lost, or prove nothing."),
            _n("What counts days to its next check can stop by itself."),
        ),
        _n("Walk round once, and look at every display that shows a date."),
    ),
}

BEFORE = (
    _n("Write down the date and time that each device shows, and the right time beside it."),
    _n("Know how each can be worked by hand, and try it once."),
)
ON_THE_DAY = (
    _n("Be there, or send somebody, when the date changes."),
    _n("Look at every display: year, month, day, weekday."),
)
AFTER = (
    _n("Look again the next morning, and after the first power cut."),
    _n("Set by hand what is wrong, and call before you switch anything off."),
)
