"""Bench files: what is read, and every mistake with its place. The place is marked with § in the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.bench.catalogue import ModelCatalogue
from harness.bench.loader import load_bench, read_bench
from harness.bench.model import Bench, Client, Simulation
from harness.errors import BenchError
from harness.link.config import (
    I2cConfig,
    MemoryConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    OperatorConfig,
    ScpiConfig,
    SerialConfig,
    SerialPort,
)

GOOD = """\
bench: barn
client: {name: GAEC du Moulin, sector: agriculture, size: 1-9, language: fr}
devices:
  weather:
    model: agri/vane
    link: {serial: /dev/ttyUSB0, baud: 19200}
    serial_number: "A70512"
  rtc:
    model: rtc/chip
    link: {i2c: {bridge: sc18im700, serial: COM7, baud: 9600}, address: 0x68}
    power: operator
  pump:
    model: plc/unit
    link: {modbus: {rtu: /dev/ttyUSB1, baud: 19200, parity: E}, unit: 3}
    options: {base: 0x63, mode: fast}
    power: supply.1
  feeder:
    model: plc/unit
    link: {modbus: {tcp: "192.0.2.7:502"}, unit: 1}
    power: relay
  spare:
    model: agri/vane
    simulate: {on: memory, bugs: [century-1900], offset: -37 s}
power:
  supply: {scpi: "TCPIP::192.0.2.9::5025::SOCKET", channels: 2}
  relay: {modbus: {tcp: 192.0.2.8}, unit: 7, coil: 0x10}
"""


def load(text: str, catalogue: ModelCatalogue) -> Bench:
    return read_bench(text, Path("barn/bench.yaml"), catalogue)


def mistakes_of(text: str, catalogue: ModelCatalogue) -> list[str]:
    with pytest.raises(BenchError) as caught:
        read_bench(text, Path("bench.yaml"), catalogue)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_bench_is_read_link_by_link(catalogue: ModelCatalogue) -> None:
    bench = load(GOOD, catalogue)
    assert (bench.name, bench.text) == ("barn", GOOD)
    assert bench.client == Client(name="GAEC du Moulin", sector="agriculture", size="1-9", language="fr")
    assert {device.name: device.link for device in bench.devices} == {
        "weather": SerialConfig(port=SerialPort(url="/dev/ttyUSB0", baud=19200)),
        "rtc": I2cConfig(port=SerialPort(url="COM7", baud=9600), address=0x68),
        "pump": ModbusRtuConfig(port=SerialPort(url="/dev/ttyUSB1", baud=19200, parity="E"), unit=3),
        "feeder": ModbusTcpConfig(host="192.0.2.7", tcp_port=502, unit=1),
        "spare": None,
    }
    assert bench.devices[0].serial_number == "A70512"
    assert bench.devices[2].options == {"base": 0x63, "mode": "fast"}
    assert bench.devices[4].simulate == Simulation(on="memory", bugs=("century-1900",), offset_seconds=-37)


def test_power_is_read_and_a_switch_has_one_name(catalogue: ModelCatalogue) -> None:
    bench = load(GOOD, catalogue)
    assert [device.power for device in bench.devices] == ["", "operator", "supply.1", "relay.1", ""]
    assert [(supply.name, supply.kind, supply.channels, supply.coil) for supply in bench.power] == [
        ("supply", "scpi", 2, 0),
        ("relay", "coil", 1, 16),
        ("operator", "operator", 1, 0),
    ]
    assert bench.power[0].link == ScpiConfig(resource="TCPIP::192.0.2.9::5025::SOCKET")
    assert bench.power[1].link == ModbusTcpConfig(host="192.0.2.8", tcp_port=502, unit=7)


def test_simulated_devices_share_a_line_and_a_simulated_supply(catalogue: ModelCatalogue) -> None:
    text = """\
bench: b
devices:
  north: {model: plc/unit, simulate: {on: memory, line: barn, power: yes}, power: supply}
  south: {model: plc/unit, simulate: {on: memory, line: barn, drift_ppm: 20, serial-number: X}, power: supply.1}
power: {supply: {simulated: yes}}
"""
    bench = load(text, catalogue)
    assert [device.power for device in bench.devices] == ["supply.1", "supply.1"]
    assert bench.devices[1].simulate == Simulation(on="memory", line="barn", drift_ppm=20, serial_number="X")
    assert [(supply.name, supply.is_simulated) for supply in bench.power] == [("supply", True)]


SIMULATED = "bench: b\ndevices:\n  a: {model: plc/unit, simulate: {on: memory, options: {cassette: no}}}\n"


def test_a_bench_chooses_what_its_simulated_device_is(catalogue: ModelCatalogue) -> None:
    device = load(SIMULATED, catalogue).devices[0]
    assert device.simulate is not None
    assert {"cassette": False} == device.simulate.options
    assert {} == device.options


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ("cassette: no", "§casette: no", "'casette' is no key of the options of the simulated plc/unit"),
        ("cassette: no", "cassette: §none", "'none' is neither; expected yes or no"),
        ("cassette: no", "§mode: fast", "'mode' is no key of the options of the simulated plc/unit"),
        ("{cassette: no}", "§cassette", "'cassette' stands here"),
    ],
)
def test_a_choice_that_the_simulated_device_has_not_is_named_with_its_place(
    catalogue: ModelCatalogue, old: str, new: str, fragment: str
) -> None:
    marked = SIMULATED.replace(old, new, 1)
    (found,) = mistakes_of(marked.replace("§", ""), catalogue)
    assert fragment in found
    assert found.startswith(f"bench.yaml:3:{marked.splitlines()[2].index('§') + 1}: ")


def test_a_manual_device_has_a_person_for_a_link_once_its_driver_is_there(catalogue: ModelCatalogue) -> None:
    text = "bench: b\ndevices: {silo: {model: manual}}\n"
    assert "'manual' is reserved" in mistakes_of(text, catalogue)[0]
    catalogue.links["manual"] = ("operator",)  # type: ignore[attr-defined]  # the fake's own
    assert load(text, catalogue).devices[0].link == OperatorConfig()


def test_profiles_beside_the_bench_are_listed_for_freezing(catalogue: ModelCatalogue) -> None:
    text = "bench: b\ndevices: {silo: {model: agri/my-feeder, link: {modbus: {rtu: COM1}, unit: 1}}}\n"
    assert load(text, catalogue).profiles == (Path("barn/my-feeder.yaml"),)


def test_a_mistake_in_a_profile_is_one_of_the_bench(catalogue: ModelCatalogue) -> None:
    text = "bench: b\ndevices: {silo: {model: agri/my-broken, link: {modbus: {rtu: COM1}, unit: 1}}}\n"
    assert mistakes_of(text, catalogue) == ["my-broken.yaml:4:2: no map"]


@pytest.mark.parametrize(
    ("old", "new", "fragment", "nearest"),
    [
        ("bench:", "§bensh:", "'bensh' is no key of a bench", "bench"),
        ("barn", "§two words", "'two words' cannot stand here", ""),
        ("sector:", "§sektor:", "'sektor' is no key of the client", "sector"),
        ("agriculture", "§agricultur", "'agricultur' is no sector", "agriculture"),
        ("1-9", "§1-10", "'1-10' is no size class", ""),
        ("language: fr", "language: §de", "'de' is no language; expected one of en, fr", ""),
        ("weather:", "§the weather:", "'the weather' cannot stand here", ""),
        ("model: agri/vane", "§modle: agri/vane", "'modle' is no key of a device", "model"),
        ("agri/vane", "§agri/vain", "there is no model 'agri/vain'", "agri/vane"),
        ("agri/vane", "§vane", "there is no model 'vane'", "agri/vane"),
        ("agri/vane", "§agri/../../etc", "'agri/../../etc' cannot stand here", ""),
        ("agri/vane", "§manual", "'manual' is reserved", ""),
        ("link: {serial", "§linkk: {serial", "'linkk' is no key of a device", "link"),
        ("{serial: /dev/ttyUSB0, baud: 19200}", "{§seriel: /dev/ttyUSB0}", "'seriel' is no kind of link", "serial"),
        ("{serial: /dev/ttyUSB0, baud: 19200}", "§/dev/ttyUSB0", "no link stands here", ""),
        ("{serial: /dev/ttyUSB0, baud: 19200}", "§{}", "the link says no kind", ""),
        ("baud: 19200}\n", "baud: 19200, §unit: 3}\n", "'unit' is no key of a serial link", ""),
        ("baud: 19200}\n", "baud: §19201}\n", "'19201' is no baud rate", "19200"),
        ("baud: 19200}\n", "§bauds: 19200}\n", "'bauds' is no key of a serial link", "baud"),
        ("baud: 19200}\n", "parity: §even}\n", "'even' is no parity; expected one of N, E, O", ""),
        ("baud: 19200}\n", "bits: §9}\n", "9 is out of range; expected 5 to 8", ""),
        ("baud: 19200}\n", "stop-bits: §3}\n", "'3' is no number of stop bits", ""),
        ("/dev/ttyUSB0", "§'spy:///dev/ttyUSB0?file=/tmp/x'", "'spy://' is no serial port", ""),
        ("/dev/ttyUSB0", "§'rfc2218://host:1'", "'rfc2218://' is no serial port", "rfc2217"),
        (
            "{serial: /dev/ttyUSB0, baud: 19200}",
            "§{modbus: {rtu: COM1}, unit: 1}",
            "agri/vane is not met on 'modbus'",
            "",
        ),
        ("sc18im700", "§sc18im7000", "'sc18im7000' is no I2C bridge", "sc18im700"),
        ("bridge: sc18im700, ", "§", "'bridge' is missing from an I2C bridge", ""),
        ("0x68", "§0x78", "0x78 is out of range; expected 0x08 to 0x77", ""),
        ("0x68", "§7", "7 is out of range; expected 0x08 to 0x77", ""),
        ("unit: 3", "unit: §0", "0 is out of range; expected 1 to 247", ""),
        ("unit: 3", "unit: §248", "248 is out of range; expected 1 to 247", ""),
        ("unit: 3", "unit: §three", "'three' is not a whole number", ""),
        ("{rtu: /dev/ttyUSB1, baud: 19200, parity: E}", "§{baud: 19200}", "a Modbus line without a port", ""),
        ("{rtu: /dev/ttyUSB1,", "§{tcp: h, rtu: /dev/ttyUSB1,", "'rtu' and 'tcp' together", ""),
        ('"192.0.2.7:502"', "§192.0.2.7:70000", "port 70000 is out of range; expected 1 to 65535", ""),
        ('"192.0.2.7:502"', "§http://192.0.2.7", "'http://192.0.2.7' is no network address", ""),
        ('"192.0.2.7:502"}', "h, baud: §9600}", "'baud' belongs to a serial line, not to tcp", ""),
        ("base: 0x63", "§bass: 0x63", "'bass' is no key of the options of plc/unit", "base"),
        ("base: 0x63", "base: §many", "'many' is not a whole number", ""),
        ("{base: 0x63, mode: fast}", "§{base: 13}", "register 13 is taken", ""),
        ("fast", "§fats", "'fats' is no choice of mode", "fast"),
        ("mode: fast", "is-loud: §loud", "'loud' is neither; expected yes or no", ""),
        ("mode: fast", "map-file: §../secret", "'../secret' cannot stand here", ""),
        ("mode: fast", "map-file: §none.csv", "there is no file 'none.csv' beside the bench file", ""),
        ("{base: 0x63, mode: fast}", "§fast", "'fast' stands here; expected the options of plc/unit: a mapping", ""),
        ("supply.1", "§suply.1", "there is no supply 'suply'", "supply"),
        ("supply.1", "§supply.3", "'supply' has no channel '3'; expected supply.1 to supply.2", ""),
        ("supply.1", "§supply.0", "'supply' has no channel '0'", ""),
        ("supply.1", "§supply", "'supply' has 2 channels; expected supply.1 to supply.2", ""),
        ("power: relay", "power: §relay.2", "'relay' has no channel '2'", ""),
        ("{tcp: 192.0.2.8}, unit: 7", "{tcp: 192.0.2.7}, unit: 1", "'relay' is 'feeder' itself", ""),
        ("on: memory", "on: §memry", "'memry' is no place", "memory"),
        ("century-1900", "§century-1990", "the simulator of agri/vane has no bug 'century-1990'", "century-1900"),
        ("-37 s", "§37", "'37' has no unit", ""),
        ("-37 s", "§500 ms", "an offset with a part of a second", ""),
        ("offset: -37 s", "§ofset: -37 s", "'ofset' is no key of a simulated device", "offset"),
        ("offset: -37 s}", "line: §barn}", "agri/vane cannot share a line", ""),
        (
            "offset: -37 s}\n",
            "offset: 1 s}\n    power: §supply.2\n",
            "'supply' is real and cannot cut a simulated device",
            "",
        ),
        (
            "offset: -37 s}\n",
            "offset: 1 s}\n    power: §operator\n",
            "nobody can switch a simulated device by hand",
            "",
        ),
        ("simulate: {on", "link: {serial: COM9}\n    simulate: §{on", "'link' and 'simulate' together", ""),
        ("baud: 19200}\n", "§scpi: x}\n", "'serial' and 'scpi' together", ""),
        ('"192.0.2.7:502"', "§[]", "a list stands here; expected host:port", ""),
        ("channels: 2", "baud: §9600", "'baud' belongs to a serial resource (ASRL...)", ""),
        ('{scpi: "TCPIP::192.0.2.9::5025::SOCKET", channels: 2}', "§loud", "no link stands here", ""),
        ("offset: -37 s}\n", "power: no}\n    power: §spare\n", "there is no supply 'spare'", ""),
        ("channels: 2", "channels: §0", "0 is out of range; expected 1 to 64", ""),
        ("channels: 2", "§chanels: 2", "'chanels' is no key of a scpi link", "channels"),
        (
            '"TCPIP::192.0.2.9::5025::SOCKET"',
            "§192.0.2.9",
            "'192.0.2.9' cannot stand here; expected a VISA resource",
            "",
        ),
        ("coil: 0x10", "coil: §0x10000", "0x10000 is out of range; expected 0 to 65535", ""),
        (", coil: 0x10", "", "'coil' is missing from a modbus link", ""),
        ("relay: {", "operator: §{", "'operator' means a person", ""),
        (
            'supply: {scpi: "TCPIP::192.0.2.9::5025::SOCKET", channels: 2}',
            "supply: {simulated: §no}",
            "needs a link",
            "",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_nearest_word(
    catalogue: ModelCatalogue, old: str, new: str, fragment: str, nearest: str
) -> None:
    assert old in GOOD
    marked = GOOD.replace(old, new, 1)
    found = [mistake for mistake in mistakes_of(marked.replace("§", ""), catalogue) if fragment in mistake]
    assert len(found) == 1
    if "§" in new and "missing" not in fragment:
        before = marked[: marked.index("§")]
        place = f"bench.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
        assert found[0].startswith(place)
    assert found[0].endswith(f"did you mean '{nearest}'?") if nearest else "did you mean" not in found[0]


def test_what_is_missing_is_named_where_it_should_stand(catalogue: ModelCatalogue) -> None:
    text = "bench: b\ndevices:\n  a: {model: lab/meter}\n  b: {link: {scpi: 'GPIB0::9::INSTR'}}\nclient: {size: 0}\n"
    assert mistakes_of(text, catalogue) == [
        "bench.yaml:3:6: 'plate' is missing from the options of lab/meter; expected what stands on its plate",
        "bench.yaml:3:6: the device has neither 'link' nor 'simulate'; expected one of them",
        "bench.yaml:4:6: 'model' is missing from a device; expected the device's model, such as rtc/ds1307",
        "bench.yaml:5:9: 'name' is missing from the client; expected the client's name",
    ]


@pytest.mark.parametrize(
    ("first", "second", "fragment"),
    [
        ("{modbus: {rtu: COM1}, unit: 3}", "{modbus: {rtu: COM1}, unit: 3}", "both on COM1 at address 3"),
        ("{modbus: {tcp: h}, unit: 3}", "{modbus: {tcp: 'h:502'}, unit: 0x3}", "both on h:502 at address 3"),
        (
            "{modbus: {rtu: COM1}, unit: 3}",
            "{modbus: {rtu: COM1, baud: 19200}, unit: 4}",
            "give COM1 different settings",
        ),
    ],
)
def test_two_devices_cannot_have_one_address_nor_one_line_two_settings(
    catalogue: ModelCatalogue, first: str, second: str, fragment: str
) -> None:
    text = f"bench: b\ndevices:\n  a: {{model: plc/unit, link: {first}}}\n  b: {{model: plc/unit, link: {second}}}\n"
    found = mistakes_of(text, catalogue)
    assert len(found) == 1
    assert fragment in found[0]
    assert found[0].startswith("bench.yaml:4:30: 'b' and 'a' ")


def test_a_plain_serial_line_has_one_device(catalogue: ModelCatalogue) -> None:
    text = "bench: b\ndevices:\n  a: {model: agri/vane, link: {serial: COM1}}\n  b: {model: agri/vane, link: {serial: COM1}}\n"
    assert mistakes_of(text, catalogue) == [
        "bench.yaml:4:31: 'b' and 'a' are both on COM1; expected an address of its own"
    ]


def test_a_simulated_supply_never_stands_for_the_power_of_a_real_device(catalogue: ModelCatalogue) -> None:
    """The run would believe that power was cut, and judge the device by it."""
    text = GOOD.replace('{scpi: "TCPIP::192.0.2.9::5025::SOCKET", channels: 2}', "{simulated: yes, channels: 2}")
    assert mistakes_of(text, catalogue) == [
        "bench.yaml:16:12: 'supply' is simulated and cannot cut a real device; expected a real supply or operator"
    ]


def test_a_simulated_device_without_a_switch_names_no_supply(catalogue: ModelCatalogue) -> None:
    text = """\
bench: b
devices: {a: {model: plc/unit, simulate: {on: memory, power: no}, power: supply}}
power: {supply: {simulated: yes}}
"""
    assert mistakes_of(text, catalogue) == [
        "bench.yaml:2:74: 'a' says 'power: no' and yet names a supply; expected one of the two"
    ]


def test_simulated_devices_on_one_line_are_served_in_one_place(catalogue: ModelCatalogue) -> None:
    text = """\
bench: b
devices:
  a: {model: plc/unit, simulate: {on: memory, line: barn}}
  b: {model: plc/unit, simulate: {on: pty, line: barn}}
"""
    assert mistakes_of(text, catalogue) == [
        "bench.yaml:4:34: 'b' and 'a' share a line and are served in two places; expected on: memory"
    ]


def test_one_port_speaks_one_protocol(catalogue: ModelCatalogue) -> None:
    text = """\
bench: b
devices:
  a: {model: plc/unit, link: {modbus: {rtu: COM1}, unit: 3}}
  b: {model: agri/vane, link: {serial: COM1}}
"""
    assert mistakes_of(text, catalogue) == [
        "bench.yaml:4:31: 'b' and 'a' speak two protocols on COM1; expected one on a port"
    ]


def test_the_wire_of_a_simulated_supply_answers_nothing_of_itself(catalogue: ModelCatalogue) -> None:
    """Whoever forgets to put a simulator in its place gets no reply, never a cut that did not happen."""
    bench = load(
        "bench: b\ndevices: {a: {model: rtc/chip, simulate: {on: memory}}}\npower: {s: {simulated: yes}}\n", catalogue
    )
    link = bench.power[0].link
    assert isinstance(link, MemoryConfig)
    assert link.receive(b"OUTP1 OFF\n") == b""


def test_a_tab_a_typo_and_a_duplicate_key_come_in_one_pass(catalogue: ModelCatalogue) -> None:
    text = """\
bench: barn
devices:
  weather:
    model: agri/vain
    link: {serial: COM1}
    link: {serial: COM2}
  pump:
\tmodel: plc/unit
    link: {modbus: {rtu: COM3}, unit: 3}
"""
    found = mistakes_of(text, catalogue)
    assert [mistake.split(": ")[0] for mistake in found] == ["bench.yaml:4:12", "bench.yaml:6:5", "bench.yaml:8:1"]
    assert "did you mean 'agri/vane'?" in found[0]
    assert "'link' is written twice; first in line 5" in found[1]
    assert "a tab; YAML indents with spaces" in found[2]


def test_a_missing_bench_is_a_bench_error_with_a_place(tmp_path: Path, catalogue: ModelCatalogue) -> None:
    with pytest.raises(BenchError, match=r"nowhere\.yaml:1:1: there is no such file"):
        load_bench(tmp_path / "nowhere.yaml", catalogue)


LABORATORY = """\
bench: barn
laboratory:
  {name: Centre an 2000, address: "1 rue des Essais, 35000 Rennes", phone: "+33 1 99 00 12 34", accreditation: "COFRAC 1-0000"}
received_on: 2026-11-20
location: Barn 2
devices: {spare: {model: agri/vane, simulate: {on: memory}}}
"""


def test_a_bench_names_its_laboratory_and_the_day_the_devices_came_in(catalogue: ModelCatalogue) -> None:
    bench = load(LABORATORY, catalogue)
    assert bench.laboratory.name == "Centre an 2000"
    assert bench.laboratory.address == "1 rue des Essais, 35000 Rennes"
    assert bench.laboratory.phone == "+33 1 99 00 12 34"
    assert bench.laboratory.accreditation == "COFRAC 1-0000"
    assert bench.received_on == "2026-11-20"
    assert bench.location == "Barn 2"


def test_a_bench_without_a_laboratory_claims_none(catalogue: ModelCatalogue) -> None:
    bench = load(GOOD, catalogue)
    assert bench.laboratory.name == bench.laboratory.accreditation == bench.received_on == ""


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "2026-00-10", "23/11/2026", "26-11-23"])
def test_a_day_of_receipt_that_does_not_exist_is_refused_with_its_place(day: str, catalogue: ModelCatalogue) -> None:
    (mistake,) = mistakes_of(LABORATORY.replace("2026-11-20", day), catalogue)
    assert "bench.yaml:4:14" in mistake
