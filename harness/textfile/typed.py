"""What the words of a file mean: kinds of content, each with its reader and its JSON Schema in one place.

A kind reads a node and returns what it means, or notes a mistake on the sheet and returns None: None never means
"nothing", it always means "refused, and noted". Nothing here knows of plans or benches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from harness.textfile.show import shown
from harness.textfile.yaml_nodes import MappingNode, Mark, Node, ScalarNode, SequenceNode, Sheet

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Schema = dict[str, object]

MS_NS = 1_000_000
SECOND_NS = 1_000 * MS_NS
_UNITS_NS = {
    "ms": MS_NS,
    "s": SECOND_NS,
    "min": 60 * SECOND_NS,
    "h": 3_600 * SECOND_NS,
    "d": 86_400 * SECOND_NS,
}
_DURATION = re.compile(r"([+-]?)([0-9]{1,9})(?:\.([0-9]{1,6}))?\s*([A-Za-zµ]*)")
_WHOLE = re.compile(r"-?(?:0[xX][0-9a-fA-F]{1,16}|[0-9]{1,18})")
_FLAGS = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}


class Kind(Protocol[T_co]):
    """A kind of content."""

    def read(self, node: Node, sheet: Sheet) -> T_co | None:
        """Return what the node means; None when it was refused and noted."""
        ...

    def schema(self) -> Schema:
        """Return the JSON Schema of what ``read`` accepts."""
        ...


def scalar_text(node: Node, sheet: Sheet, expected: str) -> str | None:
    """Return a scalar's text, refusing lists, mappings and nothing at all."""
    if not isinstance(node, ScalarNode):
        written = "a list" if isinstance(node, SequenceNode) else "a mapping"
        sheet.refuse(node.mark, f"{written} stands here", expected=expected)
        return None
    if not node.text:
        sheet.refuse(node.mark, "nothing is written here", expected=expected)
        return None
    return node.text


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people or ports, on one line or several, without control characters.

    Attributes:
        longest: characters at most.
        pattern: what the whole text must match, if anything.
        expected: the pattern in words.
    """

    longest: int = 200
    pattern: str = ""
    expected: str = "a text"

    def read(self, node: Node, sheet: Sheet) -> str | None:
        """Return the text."""
        text = scalar_text(node, sheet, self.expected)
        if text is None:
            return None
        if len(text) > self.longest:
            sheet.refuse(node.mark, f"a text of {len(text)} characters", expected=f"at most {self.longest}")
            return None
        # An escape in double quotes ("\e[31m", "\ud800") gets past the look at the bare lines.
        if not all(letter.isprintable() or letter == "\n" for letter in text):
            sheet.refuse(node.mark, f"a control character in '{shown(text)}'", expected="printable characters")
            return None
        if self.pattern and re.fullmatch(self.pattern, text) is None:
            sheet.refuse(node.mark, f"'{shown(text)}' cannot stand here", expected=self.expected)
            return None
        return text

    def schema(self) -> Schema:
        """Return the schema."""
        pattern: Schema = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": "string", "minLength": 1, "maxLength": self.longest, **pattern}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, decimal or ``0x`` hexadecimal; ``010`` is ten."""

    low: int
    high: int
    is_hex: bool = False

    def read(self, node: Node, sheet: Sheet) -> int | None:
        """Return the number."""
        text = scalar_text(node, sheet, self._expected())
        if text is None:
            return None
        if _WHOLE.fullmatch(text) is None:
            sheet.refuse(node.mark, f"'{shown(text)}' is not a whole number", expected=self._expected())
            return None
        number = int(text, 16 if "x" in text.lower() else 10)
        if not self.low <= number <= self.high:
            sheet.refuse(node.mark, f"{text} is out of range", expected=self._expected())
            return None
        return number

    def _expected(self) -> str:
        return f"0x{self.low:02X} to 0x{self.high:02X}" if self.is_hex else f"{self.low} to {self.high}"

    def schema(self) -> Schema:
        """Return the schema."""
        number = {"type": "integer", "minimum": self.low, "maximum": self.high}
        return {"anyOf": [number, {"type": "string", "pattern": f"^(?:{_WHOLE.pattern})$"}]}


@dataclass(frozen=True, slots=True)
class Flag:
    """``yes`` or ``no``."""

    def read(self, node: Node, sheet: Sheet) -> bool | None:
        """Return the claim."""
        text = scalar_text(node, sheet, "yes or no")
        if text is None:
            return None
        if text.lower() not in _FLAGS:
            sheet.refuse(node.mark, f"'{shown(text)}' is neither", expected="yes or no")
            return None
        return _FLAGS[text.lower()]

    def schema(self) -> Schema:
        """Return the schema."""
        return {"anyOf": [{"type": "boolean"}, {"enum": list(_FLAGS)}]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a list; ``what`` names the list in messages."""

    words: tuple[str, ...]
    what: str

    def read(self, node: Node, sheet: Sheet) -> str | None:
        """Return the word."""
        expected = f"one of {', '.join(self.words)}"
        text = scalar_text(node, sheet, expected)
        if text is None or text in self.words:
            return text
        near = sheet.nearest(text, self.words)
        sheet.refuse(node.mark, f"'{shown(text)}' is no {self.what}", expected=expected, nearest=near)
        return None

    def schema(self) -> Schema:
        """Return the schema; a word of digits alone may come as a number."""
        numbers = [int(word) for word in self.words if word.isdigit() and str(int(word)) == word]
        return {"enum": [*self.words, *numbers]}


def spell_duration(duration_ns: int) -> str:
    """Return a duration in the largest unit that leaves a whole number: ``90 s``, ``500 ms``, ``2 min``."""
    for unit in ("d", "h", "min", "s"):
        if duration_ns and duration_ns % _UNITS_NS[unit] == 0:
            return f"{duration_ns // _UNITS_NS[unit]} {unit}"
    return f"{duration_ns // MS_NS} ms"


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration with its unit (``500 ms``, ``60 s``, ``1.5 min``, ``2 h``, ``1 d``), in nanoseconds."""

    low_ns: int
    high_ns: int

    def read(self, node: Node, sheet: Sheet) -> int | None:
        """Return nanoseconds."""
        expected = f"{spell_duration(self.low_ns)} to {spell_duration(self.high_ns)}"
        text = scalar_text(node, sheet, expected)
        if text is None:
            return None
        match = _DURATION.fullmatch(text)
        if match is None:
            sheet.refuse(node.mark, f"'{shown(text)}' is not a duration", expected="a duration such as 60 s or 2 min")
            return None
        sign, whole, fraction, unit = match.groups()
        if unit not in _UNITS_NS:
            says = f"the unit '{unit}' is not known" if unit else f"'{shown(text)}' has no unit"
            sheet.refuse(node.mark, says, expected="a duration in ms, s, min, h or d, such as 60 s")
            return None
        duration_ns = int(whole) * _UNITS_NS[unit]
        if fraction:
            duration_ns += int(fraction) * _UNITS_NS[unit] // 10 ** len(fraction)
        duration_ns = -duration_ns if sign == "-" else duration_ns
        if not self.low_ns <= duration_ns <= self.high_ns:
            sheet.refuse(node.mark, f"{shown(text)} is out of range", expected=expected)
            return None
        return duration_ns

    def schema(self) -> Schema:
        """Return the schema."""
        return {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?\s*(ms|s|min|h|d)$"}


@dataclass(frozen=True, slots=True)
class At(Generic[T]):
    """What was read, and where it stands."""

    content: T
    mark: Mark


@dataclass(frozen=True, slots=True)
class Marked(Generic[T]):
    """A kind whose place in the file is kept, for checks that compare one part of a file with another."""

    kind: Kind[T]

    def read(self, node: Node, sheet: Sheet) -> At[T] | None:
        """Return what the kind reads, with its mark."""
        content = self.kind.read(node, sheet)
        return None if content is None else At(content, node.mark)

    def schema(self) -> Schema:
        """Return the kind's own schema."""
        return self.kind.schema()


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
    """A list of one kind; items that were refused are left out, their mistakes noted."""

    kind: Kind[T]
    what: str
    fewest: int = 0
    most: int = 1000

    def read(self, node: Node, sheet: Sheet) -> tuple[T, ...] | None:
        """Return the items."""
        if not isinstance(node, SequenceNode):
            written = "a mapping" if isinstance(node, MappingNode) else f"'{shown(node.text)}'"
            written = "nothing" if written == "''" else written
            sheet.refuse(node.mark, f"{written} stands here", expected=f"a list of {self.what}")
            return None
        if not self.fewest <= len(node.items) <= self.most:
            expected = f"{self.fewest} to {self.most} {self.what}"
            sheet.refuse(node.mark, f"a list of {len(node.items)}", expected=expected)
        items = (self.kind.read(item, sheet) for item in node.items[: self.most])
        return tuple(item for item in items if item is not None)

    def schema(self) -> Schema:
        """Return the schema."""
        return {"type": "array", "items": self.kind.schema(), "minItems": self.fewest, "maxItems": self.most}


@dataclass(frozen=True, slots=True)
class TableOf(Generic[T]):
    """A mapping from names the author chose to one kind."""

    names: Text
    kind: Kind[T]
    what: str
    fewest: int = 0

    def read(self, node: Node, sheet: Sheet) -> Mapping[str, T] | None:
        """Return what was read, by name, in the order written."""
        if not isinstance(node, MappingNode):
            written = "a list" if isinstance(node, SequenceNode) else f"'{shown(node.text)}'"
            written = "nothing" if written == "''" else written
            sheet.refuse(node.mark, f"{written} stands here", expected=f"{self.what} by name")
            return None
        if len(node.entries) < self.fewest:
            sheet.miss(node.mark, "nothing is named here", expected=f"{self.what} by name")
        table: dict[str, T] = {}
        for key, content in node.entries:
            name = self.names.read(key, sheet)
            item = self.kind.read(content, sheet)
            if name is not None and item is not None:
                table[name] = item
        return table

    def schema(self) -> Schema:
        """Return the schema."""
        return {
            "type": "object",
            "propertyNames": self.names.schema(),
            "additionalProperties": self.kind.schema(),
            "minProperties": self.fewest,
        }
