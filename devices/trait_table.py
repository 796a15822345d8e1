"""The table of device models: what ``rollover devices`` prints and the README of this room shows.

``python -m devices.trait_table`` writes it into the README.
"""

from __future__ import annotations

from pathlib import Path

from devices.registry import Registry
from harness.device.facts import DeviceFacts

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- models: begin -->\n", "<!-- models: end -->\n"
HEADING = ("model", "date", "first", "last", "identity", "links", "lost when", "certainty")


def trait_rows(registry: Registry) -> list[tuple[str, ...]]:
    """Return the heading and a row for each shipped model, sorted by id, at the options' defaults."""
    return [HEADING, *(_row(registry.facts(model)) for model in registry.models())]


def trait_markdown(registry: Registry) -> str:
    """Return the same table as Markdown, ending in a line feed."""
    heading, *rows = trait_rows(registry)
    ruled = [heading, tuple("---" for _ in heading), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in ruled)


def with_table(text: str, table: str) -> str:
    """Return the README's text with its table replaced; ValueError when it has no place for one."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the README has no place for the table")
    return before + begin + table + end + after


def _row(facts: DeviceFacts) -> tuple[str, ...]:
    return (
        facts.id,
        _date(facts),
        facts.first[:10],
        facts.last[:10],
        facts.identity,
        ", ".join(facts.links),
        ", ".join(facts.lost_flags) or "not told",
        facts.certainty,
    )


def _date(facts: DeviceFacts) -> str:
    counter = facts.form.counter
    if counter is not None:
        return f"{'signed' if counter.signed else 'unsigned'} {counter.bits}-bit count since {counter.epoch[:10]}"
    return "" if facts.form.century is None else facts.form.century.explain()


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8"), trait_markdown(Registry())), encoding="utf-8")
