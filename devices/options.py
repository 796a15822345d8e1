"""Options a bench file sets for a device: completed from their defaults, checked, and narrowed to their type.

What an option means lives in the driver that takes it, not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.device.driver import Options, OptionValue
from harness.device.facts import DeviceFacts, Option

CENTURY_WINDOW = "century-window"
_KINDS: dict[str, type] = {"int": int, "text": str, "choice": str, "flag": bool, "file": str, "secret": str}


def century_window_option(default: int) -> Option:
    """Offer the choice of the hundred years that a two-digit year is read into."""
    return Option(
        name=CENTURY_WINDOW,
        kind="int",
        default=default,
        says="first of the hundred years that the two-digit year is read into",
    )


def complete_options(offered: Iterable[Option], given: Options) -> dict[str, OptionValue]:
    """Return every offered option with the value given or its default.

    Raises:
        ValueError: an option is not offered, is missing without a default, or is of the wrong kind.
    """
    by_name = {option.name: option for option in offered}
    for name in given:
        if name not in by_name:
            known = ", ".join(sorted(by_name)) or "none"
            raise ValueError(f"there is no option '{name}' here; the options are: {known}")
    return {name: _one_option(option, given) for name, option in by_name.items()}


def _one_option(option: Option, given: Options) -> OptionValue:
    chosen = given.get(option.name, option.default)
    if chosen is None:
        raise ValueError(f"the option '{option.name}' must be given: {option.says}")
    kind = _KINDS[option.kind]
    if not isinstance(chosen, kind) or (kind is int and isinstance(chosen, bool)):
        raise ValueError(f"the option '{option.name}' takes a {option.kind}, not {chosen!r}")
    if option.choices and chosen not in option.choices:
        raise ValueError(f"the option '{option.name}' is one of {', '.join(option.choices)}, not {chosen!r}")
    return chosen


def int_option(options: Options, name: str, *, lowest: int = 0, highest: int = 0xFFFF) -> int:
    """Return a whole-number option.

    Raises:
        ValueError: it lies outside ``lowest`` .. ``highest``.
    """
    number = options[name]
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"the option '{name}' takes a whole number, not {number!r}")  # noqa: TRY004 - the author erred
    if not lowest <= number <= highest:
        raise ValueError(f"the option '{name}' is {number}, outside {lowest} to {highest}")
    return number


def text_option(options: Options, name: str) -> str:
    """Return a text option."""
    return str(options[name])


def with_century_window(facts: DeviceFacts, first_year: int) -> DeviceFacts:
    """Return the facts of a two-digit clock whose years are read into ``first_year`` .. ``first_year + 99``.

    The range follows the window, and so does the year of the default date: the register holds its digits only.
    """
    rule = CenturyRule.window(first_year)
    default_date = facts.default_date
    if default_date is not None:
        year = rule.full_year(CalendarFields(year=int(default_date[:4]) % 100))
        default_date = f"{year:04d}{default_date[4:]}"
    return replace(
        facts,
        form=replace(facts.form, century=rule),
        first=f"{first_year:04d}-01-01 00:00:00",
        last=f"{first_year + 99:04d}-12-31 23:59:{59 if facts.form.has_seconds else 0:02d}",
        default_date=default_date,
    )


def window_of(options: Options) -> int:
    """Return the first year of the chosen century window, 1900 to 2100."""
    return int_option(options, CENTURY_WINDOW, lowest=1900, highest=2100)
