"""Languages: the gettext catalogues read through Babel, and dates and numbers as each language writes them.

English is the language of the source strings and needs no catalogue. Nothing here looks at the host's locale.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from babel import Locale
from babel.dates import format_datetime
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup

from reports.printable import printable

LOCALE = Path(__file__).parent.parent / "locale"
SOURCE_LANGUAGE = "en"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_catalogue(language: str) -> Catalog:
    """Read a language's catalogue from disk.

    Raises:
        KeyError: the language has none.
    """
    path = LOCALE / language / "LC_MESSAGES" / "reports.po"
    if not path.is_file():
        raise KeyError(f"no report language '{language}'; there are {', '.join(languages())}")
    with path.open("rb") as lines:
        return read_po(lines, locale=language, abort_invalid=True)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages a report can be written in."""
    return (SOURCE_LANGUAGE, *sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/reports.po")))


@dataclass(frozen=True)
class Language:
    """One language's words, dates and numbers.

    Attributes:
        code: ``en``, ``fr``.
        texts: translation by English source string; the plural forms of one string as a tuple.
    """

    code: str
    texts: dict[str, str | tuple[str, ...]]

    @functools.cached_property
    def locale(self) -> Locale:
        """Babel's data of the language."""
        return Locale.parse(self.code)

    @functools.cached_property
    def decimal_mark(self) -> str:
        """The mark between units and tenths."""
        return str(self.locale.number_symbols["latn"]["decimal"])

    @functools.cached_property
    def group_mark(self) -> str:
        """The mark between thousands."""
        return str(self.locale.number_symbols["latn"]["group"])

    def text(self, source: str) -> str:
        """Return the translation of a source string; the string itself where there is none."""
        translated = self.texts.get(source, source)
        return translated if isinstance(translated, str) else translated[0]

    def gettext(self, source: str, /, **variables: object) -> Markup:
        """Translate for a template: our words are markup, what is put into them is made visible and escaped."""
        return _filled(self.text(source), variables)

    def ngettext(self, singular: str, plural: str, n: int, /, **variables: object) -> Markup:
        """Translate a counted sentence by the language's own plural rule."""
        forms = self.texts.get(singular, (singular, plural))
        form = forms if isinstance(forms, str) else forms[1 if self.is_plural(n) else 0]
        return _filled(form, {"num": self.number(n), **variables, "n": self.number(n)})

    def is_plural(self, n: int) -> bool:
        """Tell whether ``n`` takes the plural: all but 1 in English, from 2 up in French."""
        return self.locale.plural_form(n) != "one"

    def number(self, number: float, decimals: int = 0) -> str:
        """Write a number with the language's marks and a true minus sign."""
        return _written(number, decimals, self.decimal_mark, self.group_mark)

    def moment(self, utc_ns: int) -> str:
        """Write a moment of the host's clock, to the minute."""
        moment = _EPOCH + timedelta(microseconds=utc_ns // 1000)
        return str(format_datetime(moment, "d MMMM y, HH:mm", tzinfo=UTC, locale=self.locale))

    def lapse(self, seconds: float) -> str:
        """Write a signed length of time in the unit a person would choose, from seconds to years."""
        size = abs(seconds)
        unit_seconds, unit, decimals = next(row[1:] for row in _UNITS if size <= row[0])
        return f"{self.number(seconds / unit_seconds, decimals)}\u00a0{self.text(unit)}"


@functools.lru_cache(maxsize=8192)  # ticks, tolerances and round trips repeat all over a large report
def _written(number: float, decimals: int, decimal_mark: str, group_mark: str) -> str:
    plain = f"{abs(number):,.{decimals}f}"
    is_nought = not plain.strip("0.,")
    marked = plain.translate({ord(","): group_mark, ord("."): decimal_mark})
    return marked if number >= 0 or is_nought else f"\u2212{marked}"


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


_UNITS = (
    (10.0, 1.0, _n("s"), 2),
    (120.0, 1.0, _n("s"), 1),
    (7_200.0, 60.0, _n("min"), 1),
    (172_800.0, 3_600.0, _n("h"), 1),
    (63_072_000.0, 86_400.0, _n("days"), 0),
    (float("inf"), 31_556_952.0, _n("years"), 1),
)


def _filled(form: str, variables: dict[str, object]) -> Markup:
    if not variables:
        return Markup(form)  # noqa: S704 - our own words, from the source or the catalogue
    shown = {name: value if isinstance(value, Markup) else printable(str(value)) for name, value in variables.items()}
    return Markup(form) % shown  # noqa: S704 - Markup escapes each of the values


@functools.lru_cache(maxsize=8)
def language_of(code: str) -> Language:
    """Return a language, its catalogue read once.

    Raises:
        KeyError: there is no such language.
    """
    if code == SOURCE_LANGUAGE:
        return Language(code, {})
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in read_catalogue(code):
        if message.id and message.string and not message.fuzzy:
            source = message.id if isinstance(message.id, str) else message.id[0]
            forms = message.string
            texts[source] = forms if isinstance(forms, str) else tuple(forms)
    return Language(code, texts)
