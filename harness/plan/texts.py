"""Texts for people, by language."""

from __future__ import annotations

from dataclasses import dataclass

from harness.textfile.record import Key, read_record, record_schema
from harness.textfile.typed import Schema, Text
from harness.textfile.yaml_nodes import Node, Sheet

Texts = tuple[tuple[str, str], ...]
_LONGEST = 600
_KEYS = (Key("en", Text(_LONGEST), "in English"), Key("fr", Text(_LONGEST), "in French"))


@dataclass(frozen=True, slots=True)
class _ByLanguage:
    """A text in English, in French, or in both; what is given in one only serves both."""

    def read(self, node: Node, sheet: Sheet) -> Texts | None:
        """Return (language, text) pairs, English first."""
        record = read_record(node, sheet, _KEYS, "a text by language")
        if record is None:
            return None
        given = {key.name: text for key in _KEYS if (text := record.get(key))}
        if not given:
            if not any(record.has(key) for key in _KEYS):
                sheet.miss(node.mark, "no text is given", expected="{en: ..., fr: ...}")
            return None
        any_text = next(iter(given.values()))
        return tuple((key.name, given.get(key.name, any_text)) for key in _KEYS)

    def schema(self) -> Schema:
        """Return the schema."""
        return {**record_schema(_KEYS), "minProperties": 1}


TEXTS = _ByLanguage()
