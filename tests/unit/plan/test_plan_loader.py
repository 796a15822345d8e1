"""Plan files: what is read, and every mistake with its place. The place is marked with § in the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clock import SECOND_NS
from harness.errors import PlanError
from harness.plan.loader import load_plan, read_plan
from harness.records import Variant

GOOD = """\
title: {en: Year 2000, fr: An 2000}
edges: [y2k-rollover, y2k-leap-day]
variants: [running, silent]
lead: 60 s
observe: 10 s
"""


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        read_plan(text, Path("plan.yaml"))
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_plan_is_read_with_its_defaults() -> None:
    plan = read_plan(GOOD, Path("somewhere/year.yaml"))
    assert plan.name == "year"
    assert plan.titles == (("en", "Year 2000"), ("fr", "An 2000"))
    assert [edge.id for edge in plan.edges] == ["y2k-rollover", "y2k-leap-day"]
    assert plan.variants == (Variant.RUNNING, Variant.SILENT)
    assert (plan.lead_ns, plan.observe_ns, plan.off_ns, plan.poll_ns) == (
        60 * SECOND_NS,
        10 * SECOND_NS,
        20 * SECOND_NS,
        SECOND_NS,
    )
    assert (plan.repeats, plan.restore) == (1, "aligned")
    assert plan.text == GOOD


def test_a_plan_is_read_with_everything_stated() -> None:
    text = GOOD.replace("lead: 60 s\n", "lead: 2 min\npower_off: 1 h\npoll: 500 ms\nrepeats: 3\nrestore: nearest\n")
    plan = read_plan(text, Path("year.yaml"))
    assert (plan.lead_ns, plan.off_ns, plan.poll_ns) == (120 * SECOND_NS, 3600 * SECOND_NS, SECOND_NS // 2)
    assert (plan.repeats, plan.restore) == (3, "nearest")


def test_a_title_in_one_language_serves_both() -> None:
    plan = read_plan(GOOD.replace("{en: Year 2000, fr: An 2000}", "{fr: An 2000}"), Path("year.yaml"))
    assert plan.titles == (("en", "An 2000"), ("fr", "An 2000"))


@pytest.mark.parametrize("at", ['"2027-01-01 00:00:00"', "2027-01-01 00:00:00", "2027-01-01", "'2027-01-01T00:00Z'"])
def test_an_edge_of_the_plans_own_is_an_instant_quoted_or_not(at: str) -> None:
    plan = read_plan(GOOD.replace("y2k-leap-day", f"{{id: stock-day, at: {at}, title: {{fr: Inventaire}}}}"), Path("p"))
    own = plan.edges[1]
    assert (own.id, own.seconds, own.tags) == ("stock-day", 1_798_761_600, ("own",))
    assert own.titles == (("en", "Inventaire"), ("fr", "Inventaire"))


def test_a_tag_stands_for_its_edges_and_brings_none_in_twice() -> None:
    plan = read_plan(GOOD.replace("[y2k-rollover, y2k-leap-day]", "[y2k-leap-day, {tag: leap}]"), Path("p"))
    ids = [edge.id for edge in plan.edges]
    assert ids[0] == "y2k-leap-day"
    assert len(ids) == len(set(ids))
    assert {"y2k-leap-day-end", "no-leap-2100"} <= set(ids)


@pytest.mark.parametrize(
    ("old", "new", "fragment", "nearest"),
    [
        ("title:", "§titel:", "'titel' is no key of a plan", "title"),
        ("lead:", "§leed:", "'leed' is no key of a plan", "lead"),
        ("{en: Year 2000, fr: An 2000}", "§Year", "'Year' stands here; expected a text by language: a mapping", ""),
        ("{en: Year 2000, fr: An 2000}", "§{}", "no text is given", ""),
        ("fr: An 2000", "§frr: An 2000", "'frr' is no key of a text by language", "fr"),
        ("[y2k-rollover, y2k-leap-day]", "§[]", "a list of 0; expected 1 to", ""),
        ("[y2k-rollover, y2k-leap-day]", "§y2k-rollover", "'y2k-rollover' stands here; expected a list of edges", ""),
        ("y2k-rollover,", "§y2k-rolover,", "there is no edge 'y2k-rolover'", "y2k-rollover"),
        ("y2k-rollover,", "§[y2k-rollover],", "a list stands here; expected an edge's id", ""),
        ("y2k-rollover,", "y2k-leap-day-end, y2k-rollover, §y2k-rollover,", "is listed twice; first in line 2", ""),
        ("y2k-rollover,", "{tag: §leep},", "no edge has the tag 'leep'", "leap"),
        ("y2k-rollover,", "{tag: leap}, §{tag: leap},", "the tag is listed twice", ""),
        ("y2k-rollover,", "{tag: leap, §at: 2000-01-01},", "'at' is no key of a tag", ""),
        ("y2k-rollover,", "§{id: mine},", "'at' is missing from an edge", ""),
        ("y2k-rollover,", "{id: §y2k-rollover, at: 2000-01-01},", "'y2k-rollover' is an edge of the catalogue", ""),
        ("y2k-rollover,", "{id: mine, at: §[]},", "a list stands here; expected a date and time", ""),
        ("y2k-rollover,", "{tag: §[leap]},", "a list stands here; expected a kebab-case word", ""),
        ("y2k-rollover,", "{id: §My Edge, at: 2000-01-01},", "'My Edge' cannot stand here", ""),
        ("y2k-rollover,", "{id: mine, at: §2001-02-29},", "does not exist; February 2001 has 28 days", ""),
        ("y2k-rollover,", "{id: mine, at: §'2001-02-29'},", "does not exist; February 2001 has 28 days", ""),
        ("y2k-rollover,", "{id: mine, at: §1900-02-29},", "does not exist; February 1900 has 28 days", ""),
        ("y2k-rollover,", "{id: mine, at: §2000-04-31},", "does not exist; April 2000 has 30 days", ""),
        ("y2k-rollover,", "{id: mine, at: §2000-13-01},", "does not exist; months go from 01 to 12", ""),
        ("y2k-rollover,", "{id: mine, at: §2000-01-01 24:00},", "does not exist; hours go from 00 to 23", ""),
        ("y2k-rollover,", "{id: mine, at: §1999-12-31 23:59:60},", "does not exist; minutes and seconds", ""),
        ("y2k-rollover,", "{id: mine, at: §31/12/1999},", "'31/12/1999' is no date", ""),
        ("y2k-rollover,", "{id: mine, at: §23:59},", "'23:59' is no date", ""),
        ("running,", "§runing,", "'runing' is no variant", "running"),
        ("running,", "§set_after,", "'set_after' is no variant", "set-after"),
        ("silent]", "silent, §silent]", "the variant 'silent' is listed twice", ""),
        ("[running, silent]", "§[]", "a list of 0; expected 1 to", ""),
        ("60 s", "§1 s", "1 s is out of range; expected 2 s to 1 d", ""),
        ("60 s", "§60", "'60' has no unit", ""),
        ("60 s", "§-60 s", "-60 s is out of range", ""),
        ("10 s", "§2 s", "2 s at a reading every 1 s gives 2 readings; expected at least 3", ""),
        ("observe: 10 s", "poll: §5 s", "10 s at a reading every 5 s gives 2 readings", ""),
        ("observe: 10 s", "repeats: §0", "0 is out of range; expected 1 to 1000", ""),
        ("observe: 10 s", "repeats: §twice", "'twice' is not a whole number", ""),
        ("observe: 10 s", "restore: §algned", "'algned' is no way to restore", "aligned"),
        ("observe: 10 s", "lead: 5 s", "'lead' is written twice; first in line 4", ""),
        ("observe: 10 s", "§\tpoll: 1 s", "a tab; YAML indents with spaces", ""),
        ("observe: 10 s", "observe: §&a 10 s", "an anchor, '&a'", ""),
        ("observe: 10 s", "observe: §*a", "an alias, '*a'", ""),
        ("observe: 10 s", "observe: §!!str 10 s", "a tag, 'tag:yaml.org,2002:str'", ""),
        ("observe: 10 s", "observe:§", "nothing is written here; expected 1 s to 1 d", ""),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_nearest_word(
    old: str, new: str, fragment: str, nearest: str
) -> None:
    assert GOOD.count(old) >= 1
    marked = GOOD.replace(old, new, 1) if "§" in new else GOOD.replace(old, f"§{new}", 1)
    before = marked[: marked.index("§")]
    place = f"plan.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
    found = [mistake for mistake in mistakes_of(marked.replace("§", "")) if mistake.startswith(place)]
    assert len(found) == 1
    assert fragment in found[0]
    assert found[0].endswith(f"did you mean '{nearest}'?") if nearest else "did you mean" not in found[0]


@pytest.mark.parametrize("key", ["title", "edges", "variants"])
def test_a_plan_without_a_required_key_says_which(key: str) -> None:
    text = "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(key))
    assert [mistake for mistake in mistakes_of(text) if f"'{key}' is missing from a plan" in mistake]


def test_every_mistake_of_a_plan_comes_in_one_pass() -> None:
    text = """\
title: {en: Year 2000}
edges: [y2k-rolover, {id: mine, at: 2001-02-29}]
variants: [runing]
\tlead: 60 s
poll: 1 s
poll: 2 s
"""
    assert mistakes_of(text) == [
        "plan.yaml:2:9: there is no edge 'y2k-rolover'; expected see `rollover edges`; did you mean 'y2k-rollover'?",
        "plan.yaml:2:37: 2001-02-29 does not exist; February 2001 has 28 days",
        f"plan.yaml:3:12: 'runing' is no variant; expected one of {', '.join(Variant)}; did you mean 'running'?",
        "plan.yaml:4:1: a tab; YAML indents with spaces",
        "plan.yaml:6:1: 'poll' is written twice; first in line 5",
    ]


def test_a_missing_file_is_a_plan_error_with_a_place(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"nowhere\.yaml:1:1: there is no such file"):
        load_plan(tmp_path / "nowhere.yaml")
