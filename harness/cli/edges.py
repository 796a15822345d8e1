"""List the catalogued edges, or tell everything of one."""

from __future__ import annotations

import argparse
import json

from harness.calendar.edges import Edge, edge_by_id, facts_of, load_edges
from harness.calendar.gregorian import iso
from harness.cli import exit_codes
from harness.cli.terminal import columns, complain, say
from harness.textfile.nearest import nearest_word

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


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
    computed = facts_of(edge)
    gps = "-" if computed.gps_week is None else f"week {computed.gps_week}, second {computed.gps_second}"
    rows = [(language, title) for language, title in edge.titles]
    rows += [
        ("after", iso(edge.seconds)),
        ("weekday", WEEKDAYS[computed.weekday]),
        ("day of year", str(computed.day_of_year)),
        ("ISO week", f"{computed.iso_year}-W{computed.iso_week:02d}"),
        ("Unix", str(computed.unix)),
        ("NTP", f"era {computed.ntp_era}, second {computed.ntp_seconds}"),
        ("GPS", gps),
        ("mechanism", edge.mechanism),
        ("tags", " ".join(edge.tags)),
        ("source", edge.source),
    ]
    return f"{edge.id}\n" + columns([("", *row) for row in rows])
