"""Models are found by their folders, and nothing more is imported than was asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import devices
from devices.options import complete_options
from devices.registry import Registry, UnknownModelError
from devices.trait_table import trait_markdown
from harness.device.facts import Certainty, Option
from harness.errors import BenchError

EXAMPLE = Path(devices.__file__).parent / "profiles" / "example.yaml"


def test_the_models_of_this_release_are_found() -> None:
    assert {
        "agri/davis-vantage",
        "agri/irrigation-timer",
        "instrument/scpi-clock",
        "plc/modicon",
        "power/epever-tracer",
        "power/solis-rhi",
        "rtc/ds1307",
    } <= set(Registry().models())
    assert tuple(sorted(Registry().models())) == Registry().models()


def test_power_supplies_are_found_by_kind_and_are_no_models() -> None:
    assert Registry().power_kinds() == ("coil", "scpi")
    for model in ("power/scpi-supply", "power/modbus-relay", "plc/modbus-profile"):
        with pytest.raises(UnknownModelError):
            Registry().facts(model)


def test_listing_imports_no_driver_and_no_heavy_library() -> None:
    """The command lists models at every start."""
    check = (
        "import sys; from devices.registry import Registry; Registry().models(); Registry().power_kinds(); "
        "heavy = {'pydantic', 'yaml', 'pymodbus', 'serial', 'pyvisa'} & set(sys.modules); "
        "deep = [name for name in sys.modules if name.endswith(('.driver', '.sim')) and name.startswith('devices.')]; "
        "print(sorted(heavy), deep)"
    )
    output = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[] []"


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(UnknownModelError) as unknown:
        Registry().facts("rtc/ds1370")
    assert unknown.value.nearest == "rtc/ds1307"
    assert "did you mean 'rtc/ds1307'?" in str(unknown.value)


@pytest.mark.parametrize("model", ["", "rtc", "../rtc/ds1307", "/etc/passwd", "rtc/ds1307/driver", "power/scpi_supply"])
def test_a_model_is_never_taken_for_a_path(model: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError):
        Registry().profile_path(model, tmp_path)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"century-windw": 1970}, "no option 'century-windw'"),
        ({"century-window": "1970"}, "takes a int"),
        ({"century-window": True}, "takes a int"),
        ({"century-window": 1899}, "outside 1900 to 2100"),
        ({"century-window": 2101}, "outside 1900 to 2100"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: dict[str, int | str | bool], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Registry().make_driver("rtc/ds1307", options)


def test_an_option_without_a_default_must_be_given() -> None:
    offered = (Option(name="map", kind="choice", default=None, says="which map", choices=("old", "new")),)
    with pytest.raises(ValueError, match="must be given: which map"):
        complete_options(offered, {})
    with pytest.raises(ValueError, match="one of old, new"):
        complete_options(offered, {"map": "newest"})
    assert {"map": "new"} == complete_options(offered, {"map": "new"})


def test_a_profile_beside_the_bench_file_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "my-feeder.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    registry = Registry()
    assert tmp_path / "my-feeder.yaml" == registry.profile_path("agri/my-feeder", tmp_path)
    assert registry.facts("agri/my-feeder", {}, tmp_path).certainty is Certainty.EXPERIMENTAL
    with pytest.raises(UnknownModelError):
        registry.facts("agri/my-feeder")


def test_a_profile_in_a_folder_of_its_kind_is_taken_first(tmp_path: Path) -> None:
    (tmp_path / "agri").mkdir()
    for place in ("my-feeder.yaml", "agri/my-feeder.yaml"):
        (tmp_path / place).write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert tmp_path / "agri/my-feeder.yaml" == Registry().profile_path("agri/my-feeder", tmp_path)


def test_a_shipped_model_wins_over_a_file_of_its_name(tmp_path: Path) -> None:
    """A bench file must mean the same device on every machine."""
    (tmp_path / "ds1307.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert Registry().profile_path("rtc/ds1307", tmp_path) is None


def test_a_profile_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "my-feeder.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert Registry().facts("agri/my-feeder", {}, tmp_path).model == "Feeder 3"
    path.write_text(text.replace("Feeder 3", "Feeder 3b"), encoding="utf-8")
    assert Registry().facts("agri/my-feeder", {}, tmp_path).model == "Feeder 3b"


def test_a_profile_of_another_name_is_a_mistake_of_the_bench(tmp_path: Path) -> None:
    (tmp_path / "my-dryer.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BenchError) as wrong:
        Registry().facts("agri/my-dryer", {}, tmp_path)
    assert "this profile is 'agri/my-feeder'" in str(wrong.value)


def test_bugs_are_those_of_the_models_own_simulator(tmp_path: Path) -> None:
    (tmp_path / "my-feeder.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert "frozen" in Registry().bugs("rtc/ds1307")
    assert "year-19100" not in Registry().bugs("rtc/ds1307")
    assert "frozen" in Registry().bugs("agri/my-feeder", tmp_path)


def test_a_kind_of_supply_that_nothing_serves_is_named() -> None:
    with pytest.raises(UnknownModelError) as unknown:
        Registry().make_power_driver("scip")
    assert unknown.value.nearest == "scpi"
    with pytest.raises(ValueError, match="no option 'channel'"):
        Registry().make_power_driver("scpi", {"channel": 2})


def test_the_table_has_a_row_for_each_model() -> None:
    lines = trait_markdown(Registry()).splitlines()
    assert len(lines) == 2 + len(Registry().models())
    assert "| rtc/ds1307 | two digits, read as 1970-2069 | 1970-01-01 | 2069-12-31 |" in trait_markdown(Registry())
