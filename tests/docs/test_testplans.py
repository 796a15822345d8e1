"""Every plan and every bench that ships can be read, and the schemas say the same as the readers."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from devices.registry import Registry
from harness.bench.loader import bench_schema, load_bench
from harness.calendar.edges import edges_with_tag
from harness.plan.explain import explain_plan
from harness.plan.loader import load_plan, plan_schema
from harness.records import Variant
from harness.textfile.yaml_nodes import MappingNode, Node, ScalarNode, read_sheet

TESTPLANS = Path(__file__).parents[2] / "testplans"
PLANS = sorted(TESTPLANS.glob("*.yaml"))
BENCHES = sorted((TESTPLANS / "benches").glob("*.yaml"))
ALL_WAYS = (Variant.SET_AFTER, Variant.RUNNING, Variant.SILENT, Variant.UNPOWERED, Variant.RETAINED)


def plain(node: Node) -> object:
    """Return a file's content with every scalar as its text."""
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, MappingNode):
        return {key.text: plain(content) for key, content in node.entries}
    return [plain(item) for item in node.items]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_that_ships_can_be_read_and_explained(path: Path) -> None:
    plan = load_plan(path)
    titles = dict(plan.titles)
    assert titles["en"] != titles["fr"]
    assert {edge.id for edge in plan.edges} <= {line.strip().split(" ")[0] for line in explain_plan(plan)}


@pytest.mark.parametrize("path", BENCHES, ids=lambda path: path.stem)
def test_a_bench_that_ships_can_be_read(path: Path) -> None:
    bench = load_bench(path, Registry())
    assert bench.client.name == "GAEC du Moulin"
    assert bench.profiles == ()


@pytest.mark.parametrize("path", [*PLANS, *BENCHES], ids=lambda path: path.stem)
def test_the_json_schema_takes_every_file_that_ships(path: Path) -> None:
    root = read_sheet(path).root
    assert root is not None
    schema = plan_schema() if path.parent == TESTPLANS else bench_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(plain(root))] == []


@pytest.mark.parametrize(
    "content",
    [
        {"title": {"en": "x"}, "edges": ["y2k-rollover"], "variants": ["runing"]},
        {"title": {"en": "x"}, "edges": ["y2k-rolover"], "variants": ["running"]},
        {"title": {"en": "x"}, "edges": ["y2k-rollover"], "variants": []},
        {"title": {"en": "x"}, "edges": ["y2k-rollover"], "variants": ["running"], "leed": "5 s"},
        {"title": {"en": "x"}, "edges": ["y2k-rollover"], "variants": ["running"], "lead": "5"},
        {"edges": ["y2k-rollover"], "variants": ["running"]},
    ],
)
def test_the_plan_schema_refuses_what_the_reader_refuses(content: object) -> None:
    assert not jsonschema.Draft202012Validator(plan_schema()).is_valid(content)


def test_the_quick_plan_is_the_full_plan_with_a_shorter_lead() -> None:
    full, quick = load_plan(TESTPLANS / "year-2000.yaml"), load_plan(TESTPLANS / "year-2000-quick.yaml")
    assert quick.edges == full.edges
    assert quick.variants == full.variants == ALL_WAYS
    assert (full.lead_ns, quick.lead_ns) == (60_000_000_000, 5_000_000_000)


def test_the_plan_for_today_holds_only_edges_still_ahead() -> None:
    ahead = {edge.id for edge in edges_with_tag("ahead")}
    assert {edge.id for edge in load_plan(TESTPLANS / "today.yaml").edges} <= ahead


def test_exactly_one_device_of_the_demo_bench_has_a_bug_and_no_port_is_real() -> None:
    bench = load_bench(TESTPLANS / "benches" / "demo.yaml", Registry())
    simulated = {device.name: device.simulate for device in bench.devices}
    assert None not in simulated.values()
    assert {name: one.bugs for name, one in simulated.items() if one is not None and one.bugs} == {
        "weather": ("century-1900",)
    }
    assert {one.on for one in simulated.values() if one is not None} == {"pty", "tcp"}


def test_the_simulated_bench_is_sound_and_all_in_memory() -> None:
    bench = load_bench(TESTPLANS / "benches" / "simulated.yaml", Registry())
    assert [(one.on, one.bugs) for device in bench.devices if (one := device.simulate)] == [("memory", ())] * 5
