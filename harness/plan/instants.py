"""Dates and times as a plan writes them; a date that does not exist is answered with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.calendar.gregorian import CivilTime, civil_seconds, days_in_month
from harness.textfile.show import shown
from harness.textfile.typed import Schema, scalar_text
from harness.textfile.yaml_nodes import Node, Sheet

_FORM = r"([0-9]{4,5})-([0-9][0-9])-([0-9][0-9])(?:[T ]([0-9][0-9]):([0-9][0-9])(?::([0-9][0-9]))?)?Z?"
_EXPECTED = "a date and time written YYYY-MM-DD [HH:MM[:SS]]"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _why_not(civil: CivilTime) -> str:
    """Return why a date and time does not exist, or an empty text when it does."""
    if not 1 <= civil.month <= len(_MONTHS):
        return "months go from 01 to 12"
    longest = days_in_month(civil.year, civil.month)
    if not 1 <= civil.day <= longest:
        return f"{_MONTHS[civil.month - 1]} {civil.year:04d} has {longest} days"
    if civil.hour > 23:  # noqa: PLR2004 - the clock's own limits
        return "hours go from 00 to 23"
    if civil.minute > 59 or civil.second > 59:  # noqa: PLR2004
        return "minutes and seconds go from 00 to 59"
    return ""


@dataclass(frozen=True, slots=True)
class Instant:
    """A date and time that exists, as civil seconds: quoted or not, with ``T`` or a space between."""

    def read(self, node: Node, sheet: Sheet) -> int | None:
        """Return civil seconds."""
        text = scalar_text(node, sheet, _EXPECTED)
        if text is None:
            return None
        match = re.fullmatch(_FORM, text)
        if match is None:
            sheet.refuse(node.mark, f"'{shown(text)}' is no date", expected=_EXPECTED)
            return None
        civil = CivilTime(*(int(part or 0) for part in match.groups()))
        if reason := _why_not(civil):
            sheet.refuse(node.mark, f"{text} does not exist; {reason}")
            return None
        return civil_seconds(civil)

    def schema(self) -> Schema:
        """Return the schema."""
        return {"type": "string", "pattern": f"^{_FORM}$"}
