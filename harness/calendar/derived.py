"""Edges that a clock's own representation implies: worked out from its form and range, typed nowhere.

A year of two digits has a pivot, a register has a width, a declared range has two ends: each is an instant at which the
device, or whoever reads its bytes with less care than it deserves, goes wrong. Knows forms and ranges only, no device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.edges import Edge
from harness.calendar.form import ClockForm, LeapRule
from harness.calendar.gregorian import MAX_YEAR, CivilTime, civil_seconds, civil_time, is_leap, iso

DERIVED_TAG = "derived"
_CENTURY = 100
_BYTE = 256
_SIGN_OF_BYTE = 128


class Refusal(StrEnum):
    """What a set to the first second after an edge is expected to meet."""

    NONE = "none"  # the edge lies in the declared range: a refusal there is a failure
    DOCUMENTED = "documented"  # the device may refuse: its range ends here
    NOT_EXPRESSIBLE = "not-expressible"  # the device's own fields have no room for it: nothing can be sent


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedEdge:
    """One edge of one representation.

    Attributes:
        edge: its id carries the date, so two devices share it only where they share the instant and the reason.
        why: what in the representation makes it an edge, for the technician.
        is_of_reader: the device counts on; a program that reads its bytes wrongly fails here.
        refusal: what a set beyond it is expected to meet.
    """

    edge: Edge
    why: str
    is_of_reader: bool
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class _Found:
    """An edge before its date is made part of its id."""

    name: str
    seconds: int
    why: str
    title_fr: str
    is_of_reader: bool = False


def derived_edges(form: ClockForm, first: int, last: int) -> tuple[DerivedEdge, ...]:
    """Return the edges implied by a form and a declared range, in the order of their instants.

    ``first`` and ``last`` are civil seconds of the first and last instant in range.
    """
    found = [*_of_form(form, first, last), *_of_range(first, last)]
    taken: dict[int, _Found] = {}
    for each in found:
        taken.setdefault(each.seconds, each)  # the form's own reason comes before the bare end of the range
    return tuple(_derived(each, form, first, last) for _, each in sorted(taken.items()))


def _derived(found: _Found, form: ClockForm, first: int, last: int) -> DerivedEdge:
    edge = Edge(
        id=f"{found.name}-{iso(found.seconds)[:10]}",
        seconds=found.seconds,
        mechanism=found.why,
        titles=(("en", f"{found.why[0].upper()}{found.why[1:]}"), ("fr", found.title_fr)),
        tags=(DERIVED_TAG,),
        source="derived from the declared representation of the device",
    )
    refusal = refusal_at(found.seconds, form, first, last)
    return DerivedEdge(edge=edge, why=found.why, is_of_reader=found.is_of_reader, refusal=refusal)


def refusal_at(seconds: int, form: ClockForm, first: int, last: int) -> Refusal:
    """Return what a set to ``seconds`` is expected to meet on a device of this form and declared range."""
    if not can_express(form, seconds):
        return Refusal.NOT_EXPRESSIBLE
    return Refusal.NONE if first <= seconds <= last else Refusal.DOCUMENTED


def can_express(form: ClockForm, seconds: int) -> bool:
    """Tell whether fields of this form can say an instant, and mean that instant when read back."""
    try:
        told = form.resolve(form.express(seconds))
    except ValueError:
        return False
    return isinstance(told, int) and told <= seconds < told + _unit_of(form)


def _unit_of(form: ClockForm) -> int:
    if form.counter is not None:
        return form.counter.tick_seconds
    return 1 if form.has_seconds else 60


def _of_form(form: ClockForm, first: int, last: int) -> Iterator[_Found]:
    if form.counter is not None:
        yield from _of_counter(form.counter)
    if form.century is not None:
        yield from _of_century(form.century, first, last)
    if form.leap is not LeapRule.GREGORIAN:
        yield from _of_leap_rule(form.leap, first, last)


# --- counters -----------------------------------------------------------------------------------------------------


def _of_counter(counter: Counter) -> Iterator[_Found]:
    unit = "seconds" if counter.tick_seconds == 1 else f"steps of {counter.tick_seconds} s"
    sign = "signed " if counter.signed else ""
    yield from _within_years(
        _Found(
            "counter-ends",
            counter.rollover_seconds,
            f"the {sign}{counter.bits}-bit counter of {unit} since {counter.epoch[:10]} is full",
            f"Le compteur de {counter.bits} bits, compté depuis {counter.epoch[:10]}, est plein",
        )
    )
    if not counter.signed:
        yield from _within_years(
            _Found(
                "counter-read-as-signed",
                counter.seconds_at(1 << (counter.bits - 1)),
                f"the {counter.bits}-bit counter gains its top bit, and readers that take it for a sign go wrong",
                f"Le bit de poids fort du compteur de {counter.bits} bits, que certains lecteurs prennent pour un signe",
                is_of_reader=True,
            )
        )


def _within_years(found: _Found) -> Iterator[_Found]:
    """Leave out an instant beyond the years this bench reckons with (64 bits of seconds)."""
    if 0 <= found.seconds // 31_556_952 + 1970 < MAX_YEAR:
        yield found


# --- year digits --------------------------------------------------------------------------------------------------


def _of_century(rule: CenturyRule, first: int, last: int) -> Iterator[_Found]:
    if rule.kind == "window":
        yield from _turns_of_century(
            first, last, "the year digits go from 99 to 00 and the reader supplies the century"
        )
        yield _window_end(rule)
    elif rule.kind == "fixed":
        yield from _of_year_register(rule, first, last)
    elif rule.kind == "bit":
        yield _Found(
            "century-bit-changes",
            _new_year(rule.base + _CENTURY),
            "the year digits go from 99 to 00 and the century bit changes",
            "Les deux chiffres de l'année passent de 99 à 00 et le bit de siècle change",
        )
        yield _Found(
            "century-bit-ends",
            _new_year(rule.base + 2 * _CENTURY),
            "the century bit has no third state: the date falls back two hundred years",
            "Le bit de siècle n'a pas de troisième état : la date recule de deux cents ans",
        )
    elif rule.kind == "byte":
        yield from _turns_of_century(first, last, "the year digits go from 99 to 00 and the century byte must count")


def _window_end(rule: CenturyRule) -> _Found:
    end = rule.base + rule.span
    return _Found(
        "two-digit-window-ends",
        _new_year(end),
        f"two digits are read as {rule.base}-{end - 1}: {end} reads as {rule.base}",
        f"Deux chiffres sont lus comme {rule.base} à {end - 1} : {end} se lit {rule.base}",
    )


def _of_year_register(rule: CenturyRule, first: int, last: int) -> Iterator[_Found]:
    end = rule.base + rule.span
    if end <= MAX_YEAR:
        yield _Found(
            "year-register-ends",
            _new_year(end),
            f"the year register counts {rule.span} years from {rule.base} and starts again",
            f"Le registre d'année compte {rule.span} ans depuis {rule.base} et recommence",
        )
    if rule.span == _BYTE:
        signed = rule.base + _SIGN_OF_BYTE
        yield _Found(
            "signed-year-byte",
            _new_year(signed),
            f"the year byte gains its top bit: {signed} is taken for {signed - _BYTE} by readers of signed bytes",
            f"L'octet d'année atteint 128 : les lecteurs d'octets signés prennent {signed} pour {signed - _BYTE}",
            is_of_reader=True,
        )
    if rule.base % _CENTURY == 0 and rule.span > _CENTURY:
        hundred = _new_year(rule.base + _CENTURY)
        if first < hundred <= last:
            yield _Found(
                "year-count-reaches-100",
                hundred,
                f"the years since {rule.base} take a third digit: {rule.base + _CENTURY} shows as 100",
                f"Les années depuis {rule.base} prennent un troisième chiffre : {rule.base + _CENTURY} s'affiche 100",
                is_of_reader=True,
            )


def _turns_of_century(first: int, last: int, why: str) -> Iterator[_Found]:
    for year in range(civil_time(first).year + 1, civil_time(last).year + 1):
        if year % _CENTURY == 0:
            yield _Found(
                "two-digits-99-to-00",
                _new_year(year),
                why,
                f"Les deux chiffres de l'année passent de 99 à 00 (1er janvier {year})",
            )


# --- leap years ---------------------------------------------------------------------------------------------------


def _of_leap_rule(leap: LeapRule, first: int, last: int) -> Iterator[_Found]:
    """Yield each end of February that the silicon's own leap rule gets wrong, within the range."""
    for year in range(civil_time(first).year, civil_time(last).year + 1):
        if leap is LeapRule.EVERY_FOURTH and year % 4 == 0 and not is_leap(year):
            yield _Found(
                "leap-rule-adds-a-day",
                civil_seconds(CivilTime(year, 3, 1)),
                f"the chip takes every fourth year for a leap year; {year} is none",
                f"La puce tient chaque quatrième année pour bissextile ; {year} ne l'est pas",
            )
    if leap is LeapRule.NONE:
        years = range(civil_time(first).year + 1, civil_time(last).year)
        for year in [each for each in years if is_leap(each)][:1]:
            yield _Found(
                "no-leap-rule",
                civil_seconds(CivilTime(year, 2, 29)),
                f"the device knows no leap years: 29 February {year} must be set by hand",
                f"L'appareil ne connaît pas les années bissextiles : le 29 février {year} est à régler à la main",
            )


# --- ends of the range --------------------------------------------------------------------------------------------


def _of_range(first: int, last: int) -> Iterator[_Found]:
    yield _Found(
        "range-begins",
        first,
        f"the declared range begins at {iso(first)}",
        f"L'intervalle déclaré commence le {iso(first)}",
    )
    if civil_time(last + 1).year <= MAX_YEAR:
        yield _Found(
            "range-ends",
            last + 1,
            f"the declared range ends at {iso(last)}",
            f"L'intervalle déclaré se termine le {iso(last)}",
        )


def _new_year(year: int) -> int:
    return civil_seconds(CivilTime(year, 1, 1))
