"""Our plugin under pytest itself: items, verdicts, selection, reports, fixtures."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

pytest_plugins = ["pytester"]

PLAN = """\
title: {en: Short, fr: Court}
edges: [y2k-rollover]
variants: [set-after, running]
lead: 2 s
observe: 3 s
restore: nearest
"""
BUGGY_RUNNING = ("plan.yaml.buggy.y2k-rollover", "running")
BENCH = """\
bench: t
client: {name: GAEC du Moulin, sector: agriculture, size: 1-9, language: fr}
devices:
  sound: {model: rtc/ds1307, simulate: {on: memory}}
  buggy: {model: agri/davis-vantage, simulate: {on: memory, bugs: [century-1900]}}
  late: {model: power/solis-rhi, simulate: {on: memory}}
"""


@pytest.fixture
def table(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with a plan and a bench: one sound device, one buggy, one whose range begins in 2000."""
    (pytester.path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (pytester.path / "bench.yaml").write_text(BENCH, encoding="utf-8")
    return pytester


def run(table: pytest.Pytester, *words: str) -> pytest.RunResult:
    """Run pytest in a process of its own, as a user does."""
    return table.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", *words)


@pytest.mark.wire
def test_an_item_for_each_device_edge_and_variant_with_its_verdict(table: pytest.Pytester) -> None:
    result = run(table, "plan.yaml", "--bench", "bench.yaml", "-rs", "--junitxml=j.xml")
    # The sound one passes twice; the buggy one is right when set beyond the edge; the late one holds no 1999.
    result.assert_outcomes(passed=4, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*DOES NOT CONFORM*", "*year-is-1900*", "*SKIPPED*not applicable*"])
    cases = list(ET.parse(table.path / "j.xml").iter("testcase"))  # noqa: S314 - our own
    (buggy,) = (case for case in cases if (case.get("classname"), case.get("name")) == BUGGY_RUNNING)
    properties = {p.get("name"): p.get("value") for p in buggy.iter("property")}
    assert ("does-not-conform", "running") == (properties["verdict"], properties["variant"])


@pytest.mark.wire
def test_a_selection_crosses_only_what_was_selected(table: pytest.Pytester) -> None:
    result = run(table, "plan.yaml", "--bench", "bench.yaml", "-k", "sound and running")
    result.assert_outcomes(passed=1, deselected=5)
    (journal,) = (table.path / "runs").glob("*/journal.jsonl")
    assert 1 == journal.read_text(encoding="utf-8").count('"kind":"crossing-begun"')


@pytest.mark.wire
def test_without_a_bench_a_yaml_file_is_left_alone(table: pytest.Pytester) -> None:
    result = run(table, ".")
    result.assert_outcomes()


@pytest.mark.wire
def test_a_named_folder_gives_its_plans_and_leaves_its_other_yaml_alone(table: pytest.Pytester) -> None:
    folder = table.path / "plans"
    (folder / "below").mkdir(parents=True)
    (folder / "one.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "below" / "two.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "bench.yaml").write_text(BENCH, encoding="utf-8")
    (folder / "other.yaml").write_bytes(b"\xff\xfe")
    result = run(table, "plans", "--bench", "bench.yaml", "--collect-only", "-q")
    assert 6 == sum("::y2k-rollover::" in line for line in result.outlines)
    result.stdout.no_fnmatch_line("*two.yaml*")
    assert not any(
        "::y2k-rollover::" in line for line in run(table, "--bench", "bench.yaml", "--collect-only").outlines
    )


@pytest.mark.wire
def test_the_edges_that_a_devices_own_facts_imply_are_its_items_and_nobody_elses(table: pytest.Pytester) -> None:
    """Two digits read as 1970 to 2069 end where 2070 begins; read as 2000 to 2099, where 2100 does."""
    (table.path / "plan.yaml").write_text(PLAN.replace("[y2k-rollover]", "[{derived: yes}]"), encoding="utf-8")
    listed = run(table, "plan.yaml", "--bench", "bench.yaml", "--collect-only", "-q").outlines
    items = [line.partition("::")[2] for line in listed if "::" in line]
    assert "sound::two-digit-window-ends-2070-01-01::set-after" in items
    assert "late::two-digit-window-ends-2100-01-01::set-after" in items
    assert not any(item.startswith("late::two-digit-window-ends-2070") for item in items)
    ours = [item for item in items if item.startswith(("sound::", "late::"))]
    result = run(table, "plan.yaml", "--bench", "bench.yaml", "-k", "sound or late", "-rs")
    assert {"passed", "skipped", "deselected"} == set(result.parseoutcomes())
    assert len(ours) == sum(result.parseoutcomes()[word] for word in ("passed", "skipped"))
    result.stdout.fnmatch_lines(["*not applicable*outside-range*"])


@pytest.mark.wire
def test_mistakes_in_a_plan_are_named_with_their_places(table: pytest.Pytester) -> None:
    (table.path / "plan.yaml").write_text(PLAN.replace("running", "runing"), encoding="utf-8")
    result = run(table, "plan.yaml", "--bench", "bench.yaml")
    result.stdout.fnmatch_lines(["*plan.yaml:3:*did you mean 'running'*"])
    assert 2 == result.ret


@pytest.mark.wire
def test_the_html_page_carries_the_client_and_the_verdict_words(table: pytest.Pytester) -> None:
    run(table, "plan.yaml", "--bench", "bench.yaml", "--html=page.html", "--self-contained-html")
    page = (table.path / "page.html").read_text(encoding="utf-8")
    assert "GAEC du Moulin" in page
    assert "does not conform" in page
    assert "client report" in page


@pytest.mark.wire
@pytest.mark.parametrize(("when", "device", "is_there"), [
    ("always", "sound", True),
    ("failed", "sound", False),
    ("failed", "buggy", True),
    ("never", "buggy", False),
])  # fmt: skip
def test_client_reports_are_written_when_they_are_wanted_and_the_journal_always(
    table: pytest.Pytester, when: str, device: str, is_there: bool
) -> None:
    run(table, "plan.yaml", "--bench", "bench.yaml", "-k", f"{device} and running", f"--rollover-reports={when}")
    (folder,) = (table.path / "runs").iterdir()
    names = {path.name for path in folder.iterdir()}
    assert {"journal.jsonl", "junit.xml", "manifest.json"} < names
    assert is_there == ("report.html" in names)


@pytest.mark.wire
def test_under_xdist_each_group_runs_once_on_one_worker(table: pytest.Pytester) -> None:
    result = run(table, "plan.yaml", "--bench", "bench.yaml", "-n", "2", "--dist", "loadgroup")
    result.assert_outcomes(passed=4, failed=1, skipped=1)
    assert 3 == len(list((table.path / "runs").glob("*/journal.jsonl"))), (
        "one run a group of devices that share nothing"
    )


@pytest.mark.wire
def test_hand_written_tests_get_the_bench_each_device_and_a_crossing(table: pytest.Pytester) -> None:
    table.makepyfile(
        """
        def test_every_device_has_a_model(device):
            assert "/" in device.model

        def test_the_sound_clock_crosses(bench, crossing):
            judgement = crossing("sound", "y2k-rollover", "running", lead="2 s", observe="3 s")
            assert judgement.verdict == "conforms"
        """
    )
    result = run(table, "--bench", "bench.yaml")
    result.assert_outcomes(passed=4)
