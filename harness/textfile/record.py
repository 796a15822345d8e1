"""Mappings whose keys are known beforehand: which may stand, which must, and what each holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from harness.textfile.show import shown
from harness.textfile.typed import Kind, Schema
from harness.textfile.yaml_nodes import MappingNode, Mark, Node, ScalarNode, SequenceNode, Sheet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """One key of a record.

    Attributes:
        name: in kebab-case; a file may write ``_`` for ``-``.
        kind: what stands under it.
        says: one line for the schema.
        required: it must be written.
        default: what stands when it is not written.
    """

    name: str
    kind: Kind[T]
    says: str
    required: bool = False
    default: T | None = None


class Record:
    """A mapping that was read: what its keys hold, and where each stands."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        self._content: dict[str, object] = {}
        self._marks: dict[str, Mark] = {}

    def note(self, name: str, mark: Mark, content: object) -> None:
        """Keep what stands under a key; None when it was refused."""
        self._marks[name] = mark
        self._content[name] = content

    def get(self, key: Key[T]) -> T | None:
        """Return what a key holds; its default when it is not written, or was refused and noted."""
        content: Any = self._content.get(key.name)
        return key.default if content is None else content  # put there by this key's own kind

    def has(self, key: Key[Any]) -> bool:
        """Tell whether a key is written, rightly or wrongly."""
        return key.name in self._marks

    def mark_of(self, key: Key[Any]) -> Mark:
        """Return where a key's content stands; the record itself when the key is not written."""
        return self._marks.get(key.name, self.mark)


def read_record(node: Node, sheet: Sheet, keys: Iterable[Key[Any]], what: str) -> Record | None:
    """Read a mapping with known keys, noting every unknown and every missing one.

    Args:
        node: what stands there.
        sheet: the file.
        keys: the keys that may stand.
        what: the mapping's name in messages, with its article.
    """
    if not isinstance(node, MappingNode):
        written = "a list" if isinstance(node, SequenceNode) else f"'{shown(node.text)}'"
        written = "nothing" if written == "''" else written
        sheet.refuse(node.mark, f"{written} stands here", expected=f"{what}: a mapping")
        return None
    by_name = {key.name: key for key in keys}
    record = Record(node.mark)
    meant: set[str] = set()
    for word, content in node.entries:
        key = by_name.get(word.text.replace("_", "-"))
        if key is None:
            meant.add(_refuse_key(word, sheet, by_name, what))
        else:
            record.note(key.name, content.mark, key.kind.read(content, sheet))
    for key in by_name.values():
        if key.required and not record.has(key) and key.name not in meant:
            sheet.miss(node.mark, f"'{key.name}' is missing from {what}", expected=key.says)
    return record


def _refuse_key(word: ScalarNode, sheet: Sheet, names: Iterable[str], what: str) -> str:
    """Note an unknown key and return the known one it may stand for: that one is not missing as well."""
    legal = sorted(names)
    near = sheet.nearest(word.text, legal)
    sheet.refuse(
        word.mark, f"'{shown(word.text)}' is no key of {what}", expected=f"one of {', '.join(legal)}", nearest=near
    )
    return near


@dataclass(frozen=True, slots=True)
class RecordOf:
    """A mapping with known keys, as a kind of content."""

    keys: tuple[Key[Any], ...]
    what: str

    def read(self, node: Node, sheet: Sheet) -> Record | None:
        """Return the record."""
        return read_record(node, sheet, self.keys, self.what)

    def schema(self) -> Schema:
        """Return the schema."""
        return record_schema(self.keys)


def record_schema(keys: Iterable[Key[Any]]) -> Schema:
    """Return the JSON Schema of a mapping with known keys; keys of several words may be written with ``_``."""
    listed = tuple(keys)
    properties: Schema = {}
    for key in listed:
        for name in sorted({key.name, key.name.replace("-", "_")}):
            properties[name] = {"description": key.says, **key.kind.schema()}
    return {
        "type": "object",
        "properties": properties,
        "required": [key.name for key in listed if key.required],
        "additionalProperties": False,
    }
