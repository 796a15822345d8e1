"""List the catalogued edges, or tell everything of one."""

from __future__ import annotations

import argparse
import json

from harness.calendar.edges import Edge, edge_by_id, load_edges, values_of
from harness.calendar.gregorian import iso
from harness.cli import exit_codes
from harness.cli.terminal import columns, complain, say
from harness.textfile.nearest import nearest_word


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("edge", nargs="?", help="one edge's id")
    parser.add_argument("--tag", help="only the edges with this tag")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """List."""
    edges = [edge for edge in load_edges() if not options.tag or options.tag in edge.tags]
    if options.edge:
        ids = [edge.id for edge in load_edges()]
        if options.edge not in ids:
            near = nearest_word(options.edge, ids)
            complain(f"rollover: there is no edge '{options.edge}'" + (f"; did you mean '{near}'?" if near else ""))
            return exit_codes.USAGE
        edges = [edge_by_id(options.edge)]
    if options.json:
        print(json.dumps({"edges": [{"id": edge.id, "after": iso(edge.seconds), "tags": edge.tags} for edge in edges]}))
    elif options.edge:
        say("\n".join(_whole(edge) for edge in edges))
    else:
        say(columns([(edge.id, iso(edge.seconds), " ".join(edge.tags)) for edge in edges]))
    return exit_codes.CONFORMS


def _whole(edge: Edge) -> str:
    computed = values_of(edge)
    titles = "\n".join(f"  {language}: {title}" for language, title in edge.titles)
    return (
        f"{edge.id}\n{titles}\n  first second after: {iso(edge.seconds)}\n  mechanism: {edge.mechanism}\n"
        f"  tags: {' '.join(edge.tags)}\n  source: {edge.source}\n  computed: {computed}"
    )
