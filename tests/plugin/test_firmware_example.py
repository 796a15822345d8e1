"""``examples/firmware_in_ci``, run as its README says, on a port that is free; and the ``peer`` fixture by itself."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from harness.errors import BenchError
from harness.pytest_plugin.peers import serve_peer

pytest_plugins = ["pytester"]
EXAMPLE = Path(__file__).parents[2] / "examples" / "firmware_in_ci"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def copied(pytester: pytest.Pytester) -> pytest.Pytester:
    """The example as somebody copies it, its firmware on a port that is free."""
    shutil.copytree(EXAMPLE, pytester.path, dirs_exist_ok=True)
    port = str(free_port())
    for name in ("bench.yaml", "firmware.py"):
        path = pytester.path / name
        text = path.read_text(encoding="utf-8")
        assert 1 == text.count("15020")
        path.write_text(text.replace("15020", port), encoding="utf-8")
    return pytester


@pytest.mark.wire
def test_a_plan_of_the_example_runs_by_itself(copied: pytest.Pytester) -> None:
    words = ("year_2000.yaml", "--bench", "bench.yaml", "--rollover-yes", "-k", "set-after")
    copied.runpytest_subprocess("-p", "no:cacheprovider", *words).assert_outcomes(passed=1, deselected=1)


@pytest.mark.wire
def test_the_example_passes_as_its_readme_says(copied: pytest.Pytester) -> None:
    (command,) = (line for line in (EXAMPLE / "README.md").read_text("utf-8").splitlines() if "pytest ." in line)
    words = command.split()[1:]
    result = copied.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", *words)
    result.assert_outcomes(passed=5)
    assert 2 == len(list((copied.path / "runs").glob("*/journal.jsonl"))), "the plan's run and the test's own"
    assert [] == list((copied.path / "runs").glob("*/report.html")), "nothing failed"


@pytest.mark.wire
def test_without_a_bench_what_needs_none_still_runs(pytester: pytest.Pytester) -> None:
    for name in ("firmware.py", "test_firmware.py"):
        shutil.copy(EXAMPLE / name, pytester.path)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-rs")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["*needs a bench: give --bench FILE*"])


@pytest.mark.wire
def test_the_time_of_a_peer_stands_still_until_the_test_moves_it() -> None:
    with serve_peer("plc/modicon", at="1999-12-31 23:59:58") as peer:
        assert ("127.0.0.1", 1) == (peer.host, peer.unit)
        assert f"127.0.0.1:{peer.port}" == peer.reached
        first = ask_the_clock(peer.port)
        assert first == ask_the_clock(peer.port)
        assert "1999-12-31 23:59:58" == peer.now
        # Registers 63h to 6Ah: status, weekday, month, day, year, hour, minute, second.
        assert [12, 31, 99, 23, 59, 58] == first[2:]
        peer.advance(2)
        assert [1, 1, 0, 0, 0, 0] == ask_the_clock(peer.port)[2:]
        assert "2000-01-01 00:00:00" == peer.now


def ask_the_clock(port: int) -> list[int]:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(bytes.fromhex("0001 0000 0006 01 03 0063 0008"))
        answer = line.recv(256)
    return [int.from_bytes(answer[at : at + 2], "big") for at in range(9, 25, 2)]


@pytest.mark.wire
def test_a_peer_on_a_pty_names_its_path_and_has_no_port() -> None:
    with serve_peer("agri/davis-vantage", at="1999-12-31 23:59:58", on="pty") as peer:
        assert peer.reached.startswith("/dev/")
        with pytest.raises(TypeError, match="is not on TCP"):
            _ = peer.port


@pytest.mark.wire
def test_time_does_not_go_back_for_a_peer() -> None:
    with (
        serve_peer("plc/modicon", at="1999-12-31 23:59:58") as peer,
        pytest.raises(ValueError, match="time cannot pass by -1 s"),
    ):
        peer.advance(-1)


def test_a_peer_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(BenchError, match="plc/modicon"), serve_peer("plc/modicom", at="1999-12-31 23:59:58"):
        pass
