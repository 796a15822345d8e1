"""YAML as nodes: every scalar stays the text that was written, with its line and column.

A plan speaks of dates that do not exist, so no YAML library may turn its words into numbers and dates: PyYAML makes
``23:59`` the integer 1439 and stops at ``2001-02-29``. Here the events of PyYAML's parser are put together by hand,
without recursion, and whatever a bench has no use for is refused: tags, anchors, aliases, merge keys, duplicate keys,
several documents. All mistakes of a file are collected in one pass: what stops the parser is taken out of the text
and the rest is parsed again.

What a word means is not decided here (``typed.py``), and nothing is opened but the one file named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml

from harness.errors import Mistake
from harness.textfile.lines import Repaired, repair_characters, repair_tabs
from harness.textfile.nearest import nearest_word
from harness.textfile.show import shown

MAX_BYTES = 1 << 20  # the largest bench we know of is some 60 KB; this bounds time and memory
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_SCALAR = 10_000  # characters in one scalar
MAX_MISTAKES = 200  # nobody reads further, and a hostile file must not fill the memory
_PARSES = 5  # how often a text is parsed again after the parser stopped

# libyaml parses 1 MiB in well under a second; the pure parser takes some ten. Both give the same events.
_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _ParserMark(Protocol):
    """Where libyaml or the pure parser was; both count from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column, in characters."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Where something stands in a file; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A word, exactly as it means, never converted."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and what stands under them, in the order written; no key twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    mark: Mark


Node = ScalarNode | SequenceNode | MappingNode


@dataclass(slots=True)
class Sheet:
    """One file under examination: its content as nodes, and the mistakes found in it so far.

    Attributes:
        file: the name that mistakes carry.
        text: the exact text of the file.
        root: the content; None when nothing could be read.
        is_whole: nothing had to be taken out of the text in order to parse the rest; only then may something be
            called missing.
    """

    file: str
    text: str = ""
    root: Node | None = None
    is_whole: bool = True
    mistakes: list[Mistake] = field(default_factory=list)

    def refuse(self, mark: Mark, says: str, *, expected: str = "", nearest: str = "") -> None:
        """Record a mistake; beyond ``MAX_MISTAKES`` nothing more is recorded."""
        if len(self.mistakes) < MAX_MISTAKES:
            self.mistakes.append(Mistake(self.file, mark.line, mark.column, says, expected, nearest))

    def nearest(self, written: str, words: Iterable[str]) -> str:
        """Return the legal word nearest to a mistyped one; none is sought once nothing more is recorded."""
        return nearest_word(written, words) if len(self.mistakes) < MAX_MISTAKES else ""

    def miss(self, mark: Mark, says: str, *, expected: str = "") -> None:
        """Record that something is missing, unless it may have been in a part that could not be parsed."""
        if self.is_whole:
            self.refuse(mark, says, expected=expected)


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is still open."""

    is_mapping: bool
    mark: Mark
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[ScalarNode, Node]] = field(default_factory=list)
    key: ScalarNode | None = None
    seen: dict[str, Mark] = field(default_factory=dict)
    awaits_key: bool = True

    def close(self) -> Node:
        """Return the finished node."""
        return (
            MappingNode(tuple(self.entries), self.mark)
            if self.is_mapping
            else SequenceNode(tuple(self.items), self.mark)
        )


class _Stop(Exception):  # noqa: N818 - ends one parse, goes nowhere else
    """The file breaks a limit; the rest of it is not looked at."""


class _Builder:
    """Puts parser events together, without recursion."""

    def __init__(self, sheet: Sheet, repaired: Repaired) -> None:
        self._sheet = sheet
        self._repaired = repaired
        self._frames: list[_Frame] = []
        self._nodes = 0
        self._documents = 0
        self.root: Node | None = None

    def mark(self, raw: _ParserMark | None) -> Mark:
        """Return where a parser's mark stands in the text as written; the first line when the parser gave none."""
        if raw is None:
            return Mark(1, 1)
        line, column = raw.line + 1, raw.column + 1
        return Mark(line, self._repaired.column_as_written(line, column))

    def build(self, events: Iterator[yaml.Event]) -> None:
        """Take all events."""
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self._take(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._add(self._frames.pop().close())
            elif isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    self._sheet.refuse(self.mark(event.start_mark), "a second document begins", expected="one document")
                    raise _Stop

    def abandon(self) -> None:
        """Close what is still open, so that the part that was read can be looked at."""
        while self._frames:
            self._add(self._frames.pop().close())

    def _take(self, event: yaml.NodeEvent) -> None:
        mark = self.mark(event.start_mark)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._sheet.refuse(mark, f"more than {MAX_NODES} values in one file")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self._sheet.refuse(mark, f"an alias, '*{shown(str(event.anchor))}'; write the content out")
            self._add(ScalarNode("", mark), spoiled=True)
            return
        if event.anchor is not None:
            self._sheet.refuse(mark, f"an anchor, '&{shown(str(event.anchor))}'; anchors and aliases are not used here")
        if event.tag is not None:  # type: ignore[attr-defined]  # every event with content has one
            self._sheet.refuse(mark, f"a tag, '{shown(str(event.tag))}'; tags are not used here")  # type: ignore[attr-defined]
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, mark)
            return
        if len(self._frames) >= MAX_DEPTH:
            self._sheet.refuse(mark, f"nested more than {MAX_DEPTH} deep")
            raise _Stop
        self._frames.append(_Frame(isinstance(event, yaml.MappingStartEvent), mark))

    def _take_scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        if len(event.value) > MAX_SCALAR:
            self._sheet.refuse(mark, f"a text of {len(event.value)} characters", expected=f"at most {MAX_SCALAR}")
            self._add(ScalarNode("", mark), spoiled=True)
            return
        self._add(ScalarNode(event.value, mark))

    def _add(self, node: Node, *, spoiled: bool = False) -> None:
        """Put a finished node where it belongs. A spoiled one was refused already, and is left out."""
        if not self._frames:
            self.root = None if spoiled else node
            return
        frame = self._frames[-1]
        if not frame.is_mapping:
            if not spoiled:
                frame.items.append(node)
            return
        if frame.awaits_key:
            frame.key = None if spoiled else self._key(frame, node)
        elif frame.key is not None and not spoiled:
            frame.entries.append((frame.key, node))
        frame.awaits_key = not frame.awaits_key

    def _key(self, frame: _Frame, node: Node) -> ScalarNode | None:
        """Return the key, or None when what stands under it is to be left out."""
        if not isinstance(node, ScalarNode):
            self._sheet.refuse(node.mark, "a list or mapping stands where a key should be", expected="a word")
            return None
        if node.text == "<<":
            self._sheet.refuse(node.mark, "a merge key, '<<'; write the content out")
            return None
        first = frame.seen.setdefault(node.text.replace("_", "-"), node.mark)
        if first is not node.mark:
            self._sheet.refuse(node.mark, f"'{shown(node.text)}' is written twice; first in line {first.line}")
            return None
        return node


def _fault_of(error: Exception, last_line: int) -> tuple[str, _ParserMark | None]:
    """Return what a parser's error says, and where.

    Args:
        error: what the parser raised.
        last_line: the last line with anything on it; an error beyond it belongs to what was never closed.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        return "this is not YAML", None
    problem, at, context = shown(error.problem or ""), error.problem_mark, error.context_mark
    if context is not None and (at is None or at.line + 1 > last_line or "end of stream" in problem):
        return f"what begins here has no end ({error.context})", context
    if "mapping values are not allowed" in problem:
        return "a ':' that cannot stand here; quote the text, or look at the indentation of this line", at
    return f"not YAML from here on: {problem}" + (f" ({error.context})" if error.context else ""), at


def _without_block(text: str, line: int) -> str | None:
    """Return the text with a line, and all that is indented under it, left blank; None when there is nothing there."""
    lines = text.split("\n")
    index = min(line, len(lines)) - 1
    while index >= 0 and not lines[index].strip():
        index -= 1
    if index < 0:
        return None
    indent = len(lines[index]) - len(lines[index].lstrip(" "))
    lines[index] = ""
    for below in range(index + 1, len(lines)):
        stripped = lines[below].lstrip(" ")
        if stripped and len(lines[below]) - len(stripped) <= indent:
            break
        lines[below] = ""
    return "\n".join(lines)


def _parse(sheet: Sheet, repaired: Repaired) -> None:
    """Parse; where the parser stops, note it, take that block out and parse the rest."""
    syntax: list[Mistake] = []
    before = list(sheet.mistakes)
    text = repaired.text
    for attempt in range(_PARSES):
        sheet.mistakes = [*before, *syntax]
        builder = _Builder(sheet, repaired)
        try:
            builder.build(yaml.parse(text, Loader=_LOADER))
        except _Stop:
            builder.abandon()
            sheet.is_whole = False
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # the pure parser lets chr() fail on "\UFFFFFFFF"
            says, at = _fault_of(error, text.rstrip().count("\n") + 1)
            builder.abandon()
            sheet.is_whole = False
            sheet.refuse(builder.mark(at), says)
            syntax.append(sheet.mistakes[-1])
            rest = None if at is None else _without_block(text, at.line + 1)
            if rest is not None and attempt < _PARSES - 1:
                text = rest
                continue
        sheet.root = builder.root
        return


def parse_text(text: str, file: str) -> Sheet:
    """Return the nodes of a text and every mistake found in it; never raises."""
    sheet = Sheet(file, text)
    repaired = Repaired(text.replace("\r\n", "\n").replace("\r", "\n"))
    for step in (repair_characters, repair_tabs):
        for line, column, says in step(repaired):
            sheet.refuse(Mark(line, column), says)
            sheet.is_whole = False
    _parse(sheet, repaired)
    if sheet.root is None and not sheet.mistakes:
        sheet.refuse(Mark(1, 1), "the file is empty")
    return sheet


def read_sheet(path: Path) -> Sheet:
    """Read a file; what keeps it from being read is a mistake at line 1, column 1."""
    file = str(path)
    try:
        if not path.is_file():
            return _unreadable(file, "there is no such file")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return _unreadable(file, f"the file cannot be read: {error}")
    if len(content) > MAX_BYTES:
        return _unreadable(file, f"the file is larger than {MAX_BYTES} bytes")
    try:
        return parse_text(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        sheet = Sheet(file, is_whole=False)
        before = content[: error.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", "replace")) + 1
        sheet.refuse(Mark(before.count(b"\n") + 1, column), "not UTF-8 text; save the file as UTF-8")
        return sheet


def _unreadable(file: str, says: str) -> Sheet:
    sheet = Sheet(file, is_whole=False)
    sheet.refuse(Mark(1, 1), says)
    return sheet
