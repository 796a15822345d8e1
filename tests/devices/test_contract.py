"""Rules over every device folder. An exception is a named entry of a list that only gets shorter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import devices
from devices.registry import Registry
from harness.calendar.form import Impossible
from harness.calendar.gregorian import parse_iso
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

ROOT = Path(devices.__file__).parent
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LINKS = {"i2c", "three-wire", "parallel", "serial", "modbus", "scpi", "operator", "tcp", "udp"}
FOLDERS = sorted({path.parent for name in ("driver.py", "profile.yaml", "sim.py") for path in ROOT.glob(f"*/*/{name}")})
MODELS = Registry().models()
NEITHER_CLOCK_NOR_SUPPLY = {"plc/modbus-profile"}  # simulates the profiles of others, which state the facts


def facts_of(model: str) -> DeviceFacts:
    return Registry().facts(model)


def folder_of(model: str) -> Path:
    return ROOT.joinpath(*model.replace("-", "_").split("/"))


def imports_of(path: Path) -> set[str]:
    """Return the modules a file imports, with each name taken from them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            module = node.module or ""
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def python_files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from folder.glob("*.py")
    yield from (ROOT / "profiles").glob("*.py")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_folder_is_either_a_clock_or_a_power_supply(folder: Path) -> None:
    """A folder that nothing finds is a device that nobody can use."""
    model = folder.relative_to(ROOT).as_posix().replace("_", "-")
    package = ROOT.joinpath(folder, "__init__.py").read_text(encoding="utf-8")
    assert (model in MODELS) + ("POWER_KIND" in package) + (model in NEITHER_CLOCK_NOR_SUPPLY) == 1


@pytest.mark.parametrize("model", MODELS)
def test_the_facts_bear_the_folders_name(model: str) -> None:
    assert model == facts_of(model).id
    assert all(KEBAB.fullmatch(part) for part in model.split("/"))


@pytest.mark.parametrize("model", MODELS)
def test_the_facts_are_complete(model: str) -> None:
    facts = facts_of(model)
    assert facts.maker
    assert facts.model
    assert facts.links
    assert set(facts.links) <= LINKS
    assert facts.reply_ns > 0
    assert facts.boot_ns > 0
    assert (facts.form.century is None) != (facts.form.counter is None)


@pytest.mark.parametrize("model", MODELS)
def test_a_short_first_second_is_one_that_a_set_begins(model: str) -> None:
    facts = facts_of(model)
    assert 0 < facts.first_second_ns <= 1_000_000_000
    assert facts.first_second_ns == 1_000_000_000 or facts.divider_resets is True


@pytest.mark.parametrize("model", MODELS)
def test_the_range_runs_forward_and_lies_inside_the_form(model: str) -> None:
    facts = facts_of(model)
    assert facts.first_seconds < facts.last_seconds
    for seconds in (facts.first_seconds, facts.last_seconds):
        assert seconds == facts.form.resolve(facts.form.express(seconds))


@pytest.mark.parametrize("model", MODELS)
def test_the_default_date_is_one_the_clock_can_hold(model: str) -> None:
    facts = facts_of(model)
    if facts.default_date is not None:
        seconds = facts.form.resolve(facts.form.express(parse_iso(facts.default_date)))
        assert not isinstance(seconds, Impossible)
        assert facts.holds(seconds)


@pytest.mark.parametrize("model", MODELS)
def test_sources_are_named_and_a_belief_is_marked(model: str) -> None:
    facts = facts_of(model)
    assert facts.sources
    assert all(source.strip() for source in facts.sources)
    if any("believed" in source for source in facts.sources):
        assert facts.certainty is Certainty.EXPERIMENTAL


@pytest.mark.parametrize("model", MODELS)
def test_words_are_kebab_case(model: str) -> None:
    facts = facts_of(model)
    words = [option.name for option in facts.options]
    words += [*facts.lost_flags, *facts.set_disturbs, *(name for name, _ in facts.limits)]
    assert [word for word in words if not KEBAB.fullmatch(word)] == []
    assert len({option.name for option in facts.options}) == len(facts.options)
    assert all(option.says and option.default is not None for option in facts.options)


@pytest.mark.parametrize("model", MODELS)
def test_golden_bytes_each_name_a_source_outside(model: str) -> None:
    folder = folder_of(model)
    own = folder / "golden.yaml"
    path = own if own.is_file() else folder / "profile.yaml"
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - a loader of text only
    moments = content if own.is_file() else content["golden"]
    assert moments
    for moment in moments:
        assert moment["source"]
        assert "rollover" not in moment["source"]
        assert moment["fields"]
        assert moment["instant"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_driver_and_simulator_know_nothing_of_each_other(folder: Path) -> None:
    """A simulator that shares its driver's map proves nothing."""
    package = f"devices.{folder.parent.name}.{folder.name}"
    simulator, driver = folder / "sim.py", folder / "driver.py"
    if simulator.is_file():
        assert not {f"{package}.driver", "devices.profiles", "harness.codec.layout"} & imports_of(simulator)
        assert not [name for name in imports_of(simulator) if name.startswith("devices.profiles")]
    if driver.is_file():
        assert not [name for name in imports_of(driver) if "sim" in name.split(".") or "simulation" in name]


def test_profiles_know_no_simulator() -> None:
    for path in (ROOT / "profiles").glob("*.py"):
        assert not [name for name in imports_of(path) if "sim" in name.split(".") or "simulation" in name]


@pytest.mark.parametrize("path", list(python_files()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_device_counts_with_datetime_or_asks_the_time(path: Path) -> None:
    """An impossible date is our prey; a library that refuses to hold one would hide it."""
    banned = {"datetime", "time", "calendar", "zoneinfo"}
    assert not {name for name in imports_of(path) if name.split(".")[0] in banned}


@pytest.mark.parametrize("model", MODELS)
def test_a_lost_flag_is_one_the_driver_gives(model: str) -> None:
    """A misspelt flag would never be up, and a lost clock would pass for a right one."""
    folder = folder_of(model)
    driver = folder / "driver.py"
    text = driver.read_text(encoding="utf-8") if driver.is_file() else "all-zero"
    for flag in facts_of(model).lost_flags:
        assert flag.replace("-", "_") in text or flag in text


@pytest.mark.parametrize("model", MODELS)
def test_a_device_that_names_itself_does_so_with_a_read(model: str) -> None:
    """The first thing asked of any device must change nothing."""
    question = next(Registry().make_driver(model).identify(), None)
    if facts_of(model).identity is IdentityMeans.OPERATOR:
        assert question is None
    else:
        assert question is not None
        assert question.writes is False


@pytest.mark.parametrize("model", MODELS)
def test_a_read_begins_with_nothing_that_changes_the_device(model: str) -> None:
    assert next(Registry().make_driver(model).read_clock()).writes is False
