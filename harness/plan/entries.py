"""What may stand in a plan's ``edges`` list: an edge's id, a tag, the edges facts imply, or an edge of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.calendar.derived import DERIVED_TAG
from harness.calendar.edges import Edge, edge_by_id, edge_tags, edges_with_tag, load_edges
from harness.plan.instants import Instant
from harness.plan.texts import TEXTS, Texts
from harness.records import Variant
from harness.textfile.record import Key, Record, read_record, record_schema
from harness.textfile.show import shown
from harness.textfile.typed import Choice, ListOf, Schema, Text, scalar_text
from harness.textfile.yaml_nodes import MappingNode, Mark, Node, Sheet

_WORD = Text(60, r"[a-z0-9]+(?:-[a-z0-9]+)*", "a kebab-case word such as my-edge")

_SOME_VARIANTS = ListOf(Choice(tuple(Variant), "variant"), "variants", fewest=1)
ONLY: Key[tuple[str, ...]] = Key("variants", _SOME_VARIANTS, "the ways these edges are crossed, in place of the plan's")
EDGE = Key("edge", _WORD, "an edge of the catalogue, by its id", required=True)
TAG = Key("tag", _WORD, "every edge of the catalogue that has this tag", required=True)
DERIVED = Key("derived", Choice(("yes", "no"), "answer"), "yes: the edges each device's own facts imply", required=True)
ID = Key("id", _WORD, "the edge's id, in kebab-case", required=True)
AT = Key("at", Instant(), "the first second after the edge", required=True)
TITLE: Key[Texts] = Key("title", TEXTS, "one line for people, by language")
MECHANISM = Key("mechanism", Text(200), "what breaks, in one line")
_EDGE_KEYS = (EDGE, ONLY)
_TAG_KEYS = (TAG, ONLY)
_DERIVED_KEYS = (DERIVED, ONLY)
IMPLIED = Edge(
    id=DERIVED_TAG,
    seconds=0,
    mechanism="implied by the representation of each device",
    titles=(("en", "Edges implied by the device itself"), ("fr", "Échéances propres à l'appareil")),
    tags=(DERIVED_TAG,),
    source="the facts of each device",
)
"""Stands for the edges that are known only once the devices are; the loader takes it out again."""
_OWN_KEYS = (ID, AT, TITLE, MECHANISM, ONLY)


@dataclass(frozen=True, slots=True)
class Listed:
    """What one entry stands for: edges, and the ways they are crossed where the entry has its own."""

    edges: tuple[Edge, ...]
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class EdgeEntry:
    """One entry of the list, as the edges it stands for. Edges of a tag come in the order of the catalogue."""

    def read(self, node: Node, sheet: Sheet) -> Listed | None:
        """Return the edges."""
        if not isinstance(node, MappingNode):
            word = scalar_text(node, sheet, "an edge's id, {tag: ...} or {id: ..., at: ...}")
            edge = None if word is None else _of_catalogue(word, node.mark, sheet)
            return None if edge is None else Listed((edge,))
        keys = {key.text for key, _ in node.entries}
        for key, legal, what, edges in (
            (TAG, _TAG_KEYS, "a tag", _tagged),
            (DERIVED, _DERIVED_KEYS, "derived edges", _derived),
            (EDGE, _EDGE_KEYS, "an edge", _named),
        ):
            if key.name in keys:
                return _listed(read_record(node, sheet, legal, what), sheet, edges)
        return _listed(read_record(node, sheet, _OWN_KEYS, "an edge"), sheet, _own)

    def schema(self) -> Schema:
        """Return the schema, with the catalogue's ids for an editor to offer."""
        ids = {"enum": [edge.id for edge in load_edges()]}
        tagged = _offering(record_schema(_TAG_KEYS), TAG, [*edge_tags(), DERIVED_TAG])
        named = _offering(record_schema(_EDGE_KEYS), EDGE, ids["enum"])
        return {"anyOf": [ids, tagged, named, record_schema(_DERIVED_KEYS), record_schema(_OWN_KEYS)]}


def _offering(schema: Schema, key: Key[str], words: list[str]) -> Schema:
    """Return a record's schema with the words that may stand under one key."""
    properties = schema["properties"]
    assert isinstance(properties, dict)
    return schema | {"properties": {**properties, key.name: {"enum": words, "description": key.says}}}


def _listed(
    record: Record | None, sheet: Sheet, edges_of: Callable[[Record, Sheet], tuple[Edge, ...] | None]
) -> Listed | None:
    """Return what a record stands for, None when it was refused."""
    edges = None if record is None else edges_of(record, sheet)
    if record is None or edges is None:
        return None
    return Listed(edges, tuple(Variant(word) for word in record.get(ONLY) or ()))


def _of_catalogue(word: str, mark: Mark, sheet: Sheet) -> Edge | None:
    try:
        return edge_by_id(word)
    except KeyError:
        near = sheet.nearest(word, [edge.id for edge in load_edges()])
        sheet.refuse(mark, f"there is no edge '{shown(word)}'", expected="see `rollover edges`", nearest=near)
        return None


def _named(record: Record, sheet: Sheet) -> tuple[Edge, ...] | None:
    word = record.get(EDGE)
    edge = None if word is None else _of_catalogue(word, record.mark_of(EDGE), sheet)
    return None if edge is None else (edge,)


def _derived(record: Record, sheet: Sheet) -> tuple[Edge, ...] | None:
    del sheet
    return (IMPLIED,) if record.get(DERIVED) == "yes" else ()


def _tagged(record: Record, sheet: Sheet) -> tuple[Edge, ...] | None:
    tag = record.get(TAG)
    if tag is None:
        return None
    if tag == DERIVED_TAG:
        return (IMPLIED,)
    edges = edges_with_tag(tag)
    if not edges:
        near, expected = sheet.nearest(tag, edge_tags()), f"one of {', '.join(edge_tags())}"
        sheet.refuse(record.mark_of(TAG), f"no edge has the tag '{tag}'", expected=expected, nearest=near)
        return None
    return edges


def _own(record: Record, sheet: Sheet) -> tuple[Edge, ...] | None:
    word, seconds = record.get(ID), record.get(AT)
    if word is None or seconds is None:
        return None
    if any(edge.id == word for edge in load_edges()):
        says = f"'{word}' is an edge of the catalogue"
        sheet.refuse(record.mark_of(ID), says, expected="another id, or the id alone")
        return None
    titles = record.get(TITLE) or (("en", word), ("fr", word))
    mechanism = record.get(MECHANISM) or "stated by the plan"
    return (
        Edge(id=word, seconds=seconds, mechanism=mechanism, titles=titles, tags=("own",), source="the plan itself"),
    )
