"""Hooks, options and fixtures. Everything heavy is imported only once ``--bench`` is given."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.bench.model import Bench, BenchDevice
    from harness.pytest_plugin.items import PlanFile
    from harness.pytest_plugin.peers import Peer
    from harness.records import Judgement

PLAN_SUFFIXES = {".yaml", ".yml"}
_PLAN = re.compile(r"^edges\s*:", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the bench's options."""
    group = parser.getgroup("rollover", "rollover bench")
    group.addoption(
        "--bench",
        metavar="FILE",
        help="bench file; plans named to pytest, or in a folder named to it, are then collected",
    )
    group.addoption("--rollover-runs", metavar="DIR", default="runs", help="where run folders are made (default: runs)")
    group.addoption("--rollover-yes", action="store_true", help="the clocks of real devices on the bench may be set")
    group.addoption(
        "--rollover-reports",
        choices=("always", "failed", "never"),
        default="always",
        help="when client reports are written: always (default), only for a run in which an item fails, or never; "
        "'rollover report RUN' writes the same ones later",
    )
    group.addoption("--rollover-real-time", action="store_true", help="wait in real time although all is simulated")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks that the items carry, and our part of pytest-html where that is installed."""
    config.addinivalue_line("markers", "rollover(device, edge, variant): one crossing of one device")
    is_controller = config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput")
    if is_controller and config.getoption("--bench") is not None:
        from harness.pytest_plugin import xdist_groups  # noqa: PLC0415 - of no use without xdist and a bench

        config.pluginmanager.register(xdist_groups, "rollover-xdist")
    if config.pluginmanager.hasplugin("html") and config.getoption("--bench") is not None:
        from harness.pytest_plugin import html_report  # noqa: PLC0415 - of no use without pytest-html and a bench

        config.pluginmanager.register(html_report, "rollover-html")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PlanFile | None:
    """Collect a plan when a bench is named; any other YAML file is left alone."""
    if parent.config.getoption("--bench") is None or file_path.suffix not in PLAN_SUFFIXES:
        return None
    if not (parent.session.isinitpath(file_path) or _is_plan_in_a_named_folder(file_path, parent)):
        return None
    from harness.pytest_plugin.items import PlanFile  # noqa: PLC0415 - heavy, and of no use without --bench

    collected: PlanFile = PlanFile.from_parent(parent, path=file_path)
    return collected


def _is_plan_in_a_named_folder(file_path: Path, parent: pytest.Collector) -> bool:
    """Tell whether a file is a plan that lies right in a folder named on the command line.

    Benches and profiles are YAML as well, and a project's own folders hold YAML of all kinds: only a file with ``edges``
    at its top level is a plan, and no folder below is searched.
    """
    if parent.config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    if not parent.session.isinitpath(file_path.parent):
        return False
    try:
        return _PLAN.search(file_path.read_text(encoding="utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for ``device`` one call for each device of the bench."""
    if "device" not in metafunc.fixturenames or metafunc.config.getoption("--bench") is None:
        return
    from harness.pytest_plugin.crossings import bench_of  # noqa: PLC0415 - heavy

    devices = bench_of(metafunc.config).devices
    metafunc.parametrize("device", devices, ids=[device.name for device in devices])


@pytest.fixture(scope="session")
def bench(pytestconfig: pytest.Config) -> Bench:
    """The bench named by ``--bench``; without one the test is skipped, and says so."""
    if pytestconfig.getoption("--bench") is None:
        pytest.skip("needs a bench: give --bench FILE")
    from harness.pytest_plugin.crossings import bench_of  # noqa: PLC0415 - heavy

    return bench_of(pytestconfig)


@pytest.fixture
def device(bench: Bench) -> BenchDevice:
    """Each device of the bench in turn; see ``pytest_generate_tests``."""
    return bench.devices[0]


@pytest.fixture
def crossing(pytestconfig: pytest.Config, bench: Bench) -> Callable[..., Judgement]:
    """Return what leads one device over one edge and gives the judge's word on it.

    ``judgement = crossing(device, "y2k-rollover", "running", lead="5 s")``; the clock is back when it returns.
    """
    from harness.pytest_plugin.crossings import cross_once  # noqa: PLC0415 - heavy

    def cross(device: BenchDevice | str, edge: str, variant: str, **timing: str) -> Judgement:
        return cross_once(pytestconfig, bench, device, edge, variant, timing)

    return cross


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    """Return what serves a simulated device until the test ends; needs no bench.

    ``plc = peer("plc/modicon", at="1999-12-31 23:59:58", bugs=("century-1900",))``; it listens at ``plc.host`` and
    ``plc.port``, and its time stands still until ``plc.advance(seconds)``.
    """
    from harness.pytest_plugin.peers import serve_peer  # noqa: PLC0415 - heavy

    with ExitStack() as served:
        yield lambda model, **how: served.enter_context(serve_peer(model, **how))
