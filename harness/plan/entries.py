"""What may stand in a plan's ``edges`` list: an edge's id, a tag, the edges facts imply, or an edge of its own."""

from __future__ import annotations

from dataclasses import dataclass

from harness.calendar.derived import DERIVED_TAG
from harness.calendar.edges import Edge, edge_by_id, edge_tags, edges_with_tag, load_edges
from harness.plan.instants import Instant
from harness.plan.texts import TEXTS, Texts
from harness.textfile.record import Key, read_record, record_schema
from harness.textfile.show import shown
from harness.textfile.typed import Choice, Schema, Text, scalar_text
from harness.textfile.yaml_nodes import MappingNode, Node, Sheet

_WORD = Text(60, r"[a-z0-9]+(?:-[a-z0-9]+)*", "a kebab-case word such as my-edge")

TAG = Key("tag", _WORD, "every edge of the catalogue that has this tag", required=True)
DERIVED = Key("derived", Choice(("yes", "no"), "answer"), "yes: the edges each device's own facts imply", required=True)
ID = Key("id", _WORD, "the edge's id, in kebab-case", required=True)
AT = Key("at", Instant(), "the first second after the edge", required=True)
TITLE: Key[Texts] = Key("title", TEXTS, "one line for people, by language")
MECHANISM = Key("mechanism", Text(200), "what breaks, in one line")
_TAG_KEYS = (TAG,)
_DERIVED_KEYS = (DERIVED,)
IMPLIED = Edge(
    id=DERIVED_TAG,
    seconds=0,
    mechanism="implied by the representation of each device",
    titles=(("en", "Edges implied by the device itself"), ("fr", "Échéances propres à l’appareil")),
    tags=(DERIVED_TAG,),
    source="the facts of each device",
)
"""Stands for the edges that are known only once the devices are; the loader takes it out again."""
_OWN_KEYS = (ID, AT, TITLE, MECHANISM)


@dataclass(frozen=True, slots=True)
class EdgeEntry:
    """One entry of the list, as the edges it stands for. Edges of a tag come in the order of the catalogue."""

    def read(self, node: Node, sheet: Sheet) -> tuple[Edge, ...] | None:
        """Return the edges."""
        if not isinstance(node, MappingNode):
            return self._from_catalogue(node, sheet)
        if any(key.text == TAG.name for key, _ in node.entries):
            return self._tagged(node, sheet)
        if any(key.text == DERIVED.name for key, _ in node.entries):
            record = read_record(node, sheet, _DERIVED_KEYS, "derived edges")
            if record is None:
                return None
            return (IMPLIED,) if record.get(DERIVED) == "yes" else ()
        return self._own(node, sheet)

    def _from_catalogue(self, node: Node, sheet: Sheet) -> tuple[Edge, ...] | None:
        word = scalar_text(node, sheet, "an edge's id, {tag: ...} or {id: ..., at: ...}")
        if word is None:
            return None
        try:
            return (edge_by_id(word),)
        except KeyError:
            near = sheet.nearest(word, [edge.id for edge in load_edges()])
            sheet.refuse(node.mark, f"there is no edge '{shown(word)}'", expected="see `rollover edges`", nearest=near)
            return None

    def _tagged(self, node: Node, sheet: Sheet) -> tuple[Edge, ...] | None:
        record = read_record(node, sheet, _TAG_KEYS, "a tag")
        tag = None if record is None else record.get(TAG)
        if record is None or tag is None:
            return None
        if tag == DERIVED_TAG:
            return (IMPLIED,)
        edges = edges_with_tag(tag)
        if not edges:
            near, expected = sheet.nearest(tag, edge_tags()), f"one of {', '.join(edge_tags())}"
            sheet.refuse(record.mark_of(TAG), f"no edge has the tag '{tag}'", expected=expected, nearest=near)
            return None
        return edges

    def _own(self, node: Node, sheet: Sheet) -> tuple[Edge, ...] | None:
        record = read_record(node, sheet, _OWN_KEYS, "an edge")
        word, seconds = (None, None) if record is None else (record.get(ID), record.get(AT))
        if record is None or word is None or seconds is None:
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

    def schema(self) -> Schema:
        """Return the schema, with the catalogue's ids for an editor to offer."""
        tagged = record_schema(_TAG_KEYS) | {
            "properties": {"tag": {"enum": [*edge_tags(), DERIVED_TAG], "description": TAG.says}}
        }
        ids = {"enum": [edge.id for edge in load_edges()]}
        return {"anyOf": [ids, tagged, record_schema(_DERIVED_KEYS), record_schema(_OWN_KEYS)]}
