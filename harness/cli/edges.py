"""List the catalogued edges, tell everything of one, or explain which apply to a device and why."""

from __future__ import annotations

import argparse
import json

from harness.calendar.derived import DerivedEdge, Refusal, derived_edges, refusal_at
from harness.calendar.edges import Edge, edge_by_id, facts_of, load_edges
from harness.calendar.gregorian import iso
from harness.cli import exit_codes
from harness.cli.terminal import columns, complain, say
from harness.device.facts import DeviceFacts
from harness.textfile.nearest import nearest_word

REFUSALS = {
    Refusal.NONE: "in range: a refusal is a failure",
    Refusal.DOCUMENTED: "outside the range: may be refused",
    Refusal.NOT_EXPRESSIBLE: "outside what its fields can say: nothing can be sent",
}
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("edge", nargs="?", help="one edge's id")
    parser.add_argument("--tag", help="only the edges with this tag")
    parser.add_argument("--device", metavar="MODEL", help="which edges apply to a model, and those its own facts imply")
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
    if options.device:
        return _explain_device(options.device, edges, as_json=options.json)
    if options.json:
        print(json.dumps({"edges": [{"id": edge.id, "after": iso(edge.seconds), "tags": edge.tags} for edge in edges]}))
    elif options.edge:
        say("\n".join(_whole(edge) for edge in edges))
    else:
        say(columns([(edge.id, iso(edge.seconds), " ".join(edge.tags)) for edge in edges]))
    return exit_codes.CONFORMS


def _explain_device(model: str, edges: list[Edge], *, as_json: bool) -> int:
    """Tell of each edge whether it applies to a model, and derive those its representation implies."""
    from devices.registry import Registry

    registry = Registry()
    if model not in registry.models():
        near = nearest_word(model, registry.models())
        complain(f"rollover: there is no model '{model}'" + (f"; did you mean '{near}'?" if near else ""))
        return exit_codes.USAGE
    facts = registry.facts(model)
    first, last = facts.first_seconds, facts.last_seconds
    derived = derived_edges(facts.form, first, last)
    own = {each.edge.id: each for each in derived}
    rows = [(each.edge, each.refusal) for each in derived]
    rows += [(edge, refusal_at(edge.seconds, facts.form, first, last)) for edge in edges]
    if as_json:
        print(
            json.dumps(
                {
                    "model": model,
                    "first": facts.first,
                    "last": facts.last,
                    "edges": [
                        {
                            "id": edge.id,
                            "after": iso(edge.seconds),
                            "applies": refusal is Refusal.NONE,
                            "refusal": refusal.value,
                            "derived": edge.id in own,
                            "why": own[edge.id].why if edge.id in own else edge.mechanism,
                        }
                        for edge, refusal in rows
                    ],
                }
            )
        )
        return exit_codes.CONFORMS
    say(f"{model}: {facts.maker} {facts.model}, {facts.first} to {facts.last}; {_representation(facts)}")
    say("\nimplied by its own representation:")
    say(columns([("", each.edge.id, _whose(each), REFUSALS[each.refusal], each.why) for each in derived]))
    say("\nof the catalogue:")
    say(columns([("", edge.id, iso(edge.seconds), REFUSALS[refusal]) for edge, refusal in rows if edge.id not in own]))
    return exit_codes.CONFORMS


def _representation(facts: DeviceFacts) -> str:
    if facts.form.counter is not None:
        counter = facts.form.counter
        return f"a counter of {counter.bits} bits since {counter.epoch[:10]}"
    return "no year rule" if facts.form.century is None else facts.form.century.explain()


def _whose(each: DerivedEdge) -> str:
    return "of its readers" if each.is_of_reader else "of the device"


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
