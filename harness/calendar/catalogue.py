"""Parses ``edges.yaml``. Every scalar stays text and goes through our own parsers; YAML guesses no date and no number.

A row states its instant in one of two ways: ``after``, the first second after the edge, or ``counter``, from which
that second is computed. Every mistake of the file is reported in one pass, with its row and field.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

import yaml

from harness.calendar.counters import Counter
from harness.calendar.edges import Edge
from harness.calendar.gregorian import parse_iso
from harness.calendar.scales import utc_of_gps
from harness.errors import FileError, Mistake

# The compiled loader where PyYAML has one; both keep every scalar text.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LANGUAGES = ("en", "fr")
_TEXTS = ("id", "mechanism", *_LANGUAGES, "source")
_FIELDS = frozenset((*_TEXTS, "after", "counter", "tags"))
_COUNTER_FIELDS = frozenset(("epoch", "bits", "signed", "tick", "scale", "turn"))
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class _WrongError(ValueError):
    """One thing wrong at one place; becomes a Mistake once the row is known."""

    def __init__(self, node: yaml.Node, says: str, expected: str = "") -> None:
        self.node = node
        self.expected = expected
        super().__init__(says)


def parse_edges(text: str, name: str) -> tuple[Edge, ...]:
    """Return the edges of a catalogue.

    Args:
        text: the file's content.
        name: its name, for the errors.

    Raises:
        FileError: with every mistake found.
    """
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FileError([Mistake(name, line, column, f"not YAML: {error.problem}")]) from error
    if not isinstance(root, yaml.SequenceNode):
        raise FileError([Mistake(name, 1, 1, "the catalogue is not a list of edges")])
    edges: dict[str, Edge] = {}
    mistakes: list[Mistake] = []
    for number, node in enumerate(root.value, start=1):
        try:
            edge = _edge(node, _mapping(node, _FIELDS), edges)
            edges[edge.id] = edge
        except _WrongError as error:
            mark = error.node.start_mark
            says = f"{_row_name(node, number)}: {error}"
            mistakes.append(Mistake(name, mark.line + 1, mark.column + 1, says, error.expected))
    if mistakes:
        raise FileError(mistakes)
    return tuple(edges.values())


def _row_name(node: yaml.Node, number: int) -> str:
    """Name a row by its id, or by its place where it has none to go by."""
    if isinstance(node, yaml.MappingNode):
        for key, content in node.value:
            if key.value == "id" and isinstance(content, yaml.ScalarNode):
                return f"edge '{content.value}'"
    return f"edge {number}"


def _mapping(node: yaml.Node, legal: frozenset[str]) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _WrongError(node, "not a row of fields")
    fields: dict[str, yaml.Node] = {}
    for key, content in node.value:
        field = str(key.value)
        if field not in legal:
            raise _WrongError(key, f"{field}: unknown field", ", ".join(sorted(legal)))
        if field in fields:
            raise _WrongError(key, f"{field}: given twice")
        fields[field] = content
    return fields


def _edge(node: yaml.Node, fields: dict[str, yaml.Node], taken: Container[str]) -> Edge:
    texts = {field: _text(node, fields, field) for field in _TEXTS}
    if texts["id"] in taken:
        raise _WrongError(fields["id"], "id: given twice")
    return Edge(
        id=_kebab(fields["id"], "id"),
        seconds=_seconds(node, fields),
        mechanism=texts["mechanism"],
        titles=tuple((language, texts[language]) for language in _LANGUAGES),
        tags=tuple(_tags(node, fields)),
        source=texts["source"],
    )


def _text(node: yaml.Node, fields: dict[str, yaml.Node], field: str) -> str:
    found = fields.get(field)
    if found is None:
        raise _WrongError(node, f"{field}: missing")
    if not isinstance(found, yaml.ScalarNode) or not found.value.strip():
        raise _WrongError(found, f"{field}: not a line of text")
    return str(found.value)


def _kebab(node: yaml.Node, field: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not _KEBAB.fullmatch(node.value):
        raise _WrongError(node, f"{field}: not words in lower case joined by hyphens")
    return str(node.value)


def _tags(node: yaml.Node, fields: dict[str, yaml.Node]) -> Iterator[str]:
    found = fields.get("tags")
    if not isinstance(found, yaml.SequenceNode) or not found.value:
        raise _WrongError(found or node, "tags: not a list of words")
    for tag in found.value:
        yield _kebab(tag, "tags")


def _seconds(node: yaml.Node, fields: dict[str, yaml.Node]) -> int:
    if ("after" in fields) == ("counter" in fields):
        raise _WrongError(node, "after, counter: exactly one of the two says when the edge is")
    if "after" in fields:
        return _date(node, fields, "after")
    where = fields["counter"]
    try:
        return _rollover(where, _mapping(where, _COUNTER_FIELDS))
    except _WrongError as error:
        raise _WrongError(error.node, f"counter: {error}", error.expected) from error


def _rollover(node: yaml.Node, fields: dict[str, yaml.Node]) -> int:
    """Return the first second after the counter's ``turn``-th rollover (a GPS week counter has had two)."""
    _date(node, fields, "epoch")
    counter = Counter(
        epoch=_text(node, fields, "epoch"),
        bits=_whole(node, fields, "bits"),
        signed=_choice(node, fields, "signed", ("no", "yes")) == "yes",
        tick_seconds=_whole(node, fields, "tick", 1),
    )
    turns_after_first = _whole(node, fields, "turn", 1) - 1
    seconds = counter.rollover_seconds + turns_after_first * (counter.tick_seconds << counter.bits)
    return utc_of_gps(seconds) if _choice(node, fields, "scale", ("utc", "gps")) == "gps" else seconds


def _date(node: yaml.Node, fields: dict[str, yaml.Node], field: str) -> int:
    text = _text(node, fields, field)
    try:
        return parse_iso(text)
    except ValueError as error:
        raise _WrongError(fields[field], f"{field}: {error}") from error


def _whole(node: yaml.Node, fields: dict[str, yaml.Node], field: str, otherwise: int | None = None) -> int:
    if otherwise is not None and field not in fields:
        return otherwise
    text = _text(node, fields, field)
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise _WrongError(fields[field], f"{field}: '{text}' is not a whole number above 0")
    return int(text)


def _choice(node: yaml.Node, fields: dict[str, yaml.Node], field: str, legal: tuple[str, str]) -> str:
    """Return one of two words; the first stands when the row says nothing."""
    if field not in fields:
        return legal[0]
    text = _text(node, fields, field)
    if text not in legal:
        raise _WrongError(fields[field], f"{field}: '{text}' is not a legal word", " or ".join(legal))
    return text
