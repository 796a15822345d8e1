"""Checks one device of a bench file against its model: options, kind of link, names of bugs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.bench.catalogue import ModelCatalogue
from harness.bench.keys import (
    ANSWER_KEYS,
    BUGS,
    FAULTS,
    LINK,
    MANUAL,
    MASTER,
    MODEL,
    OPTIONS,
    POWER_OF,
    SERIAL_NUMBER,
    SIM_LINE,
    SIM_OPTIONS,
    SIMULATE,
    ReadSimulation,
)
from harness.bench.model import BenchDevice, Simulation
from harness.device.driver import OptionValue
from harness.device.facts import Option
from harness.errors import BenchError
from harness.link.config import OperatorConfig
from harness.link.faults.catalogue import CATALOGUE
from harness.link.faults.named import parse_fault
from harness.textfile.record import Key, Record, read_record
from harness.textfile.show import shown
from harness.textfile.typed import Choice, Flag, Kind, Schema, Text, Whole
from harness.textfile.yaml_nodes import MappingNode, Node, Sheet

_WIDEST = 1 << 48  # no register, address or year is wider; a driver checks its own range
_CHANCE = re.compile(r"(@1/[1-9][0-9]{0,3}(#[0-9]{1,9})?)?")
"""How often a bug of a simulator comes, written after its name: @, one in so many, and a seed."""
_FILE_NAME = Text(100, r"[A-Za-z0-9_\-][A-Za-z0-9_.\-]*", "the name of a file beside the bench file")

_SECRET_NAME = Text(60, r"[A-Z][A-Z0-9_]*", "the name of an environment variable, in capitals, and not the secret")


@dataclass(frozen=True, slots=True)
class _FileBeside:
    """A file in the bench file's own folder; nothing outside it can be named."""

    folder: Path

    def read(self, node: Node, sheet: Sheet) -> str | None:
        name = _FILE_NAME.read(node, sheet)
        if name is not None and not (self.folder / name).is_file():
            sheet.refuse(node.mark, f"there is no file '{shown(name)}' beside the bench file")
            return None
        return None if name is None else str(self.folder / name)

    def schema(self) -> Schema:
        return _FILE_NAME.schema()


@dataclass(slots=True)
class DeviceReader:
    """Reads the devices of one bench file.

    Args:
        sheet: the file.
        catalogue: what models there are.
        folder: the bench file's folder.
    """

    sheet: Sheet
    catalogue: ModelCatalogue
    folder: Path

    def read(self, name: str, record: Record) -> BenchDevice | None:
        """Return the device, as far as it can be made out; None when its model is not known."""
        model = record.get(MODEL)
        self._check_one_way_in(model, record)
        if model is None or not self._is_known(model, record):
            return None
        link, simulate = record.get(LINK), record.get(SIMULATE)
        before = len(self.sheet.mistakes)
        options = self._options(model, record)
        simulation = None if simulate is None else self._with_options(model, simulate)
        if len(self.sheet.mistakes) == before:
            self._check_facts(model, options, record)
        if simulate is not None:
            self._check_bugs(model, simulate)
            self._check_faults(simulate)
        self._check_master(model, record)
        reached = OperatorConfig() if model == MANUAL else None if link is None else link.link
        return BenchDevice(
            name=name,
            model=model,
            link=reached if simulate is None else None,
            simulate=simulation,
            options=options,
            serial_number=record.get(SERIAL_NUMBER),
            power=record.get(POWER_OF) or "",
            master=record.get(MASTER),
            answers={key.name: answer for key in ANSWER_KEYS if (answer := record.get(key))},
        )

    def _check_one_way_in(self, model: str | None, record: Record) -> None:
        if record.has(LINK) and record.has(SIMULATE):
            self.sheet.refuse(record.mark_of(SIMULATE), "'link' and 'simulate' together", expected="one of them")
        elif model == MANUAL and record.has(LINK):
            self.sheet.refuse(record.mark_of(LINK), "a manual device has no link; a person reads it")
        elif model != MANUAL and not record.has(LINK) and not record.has(SIMULATE):
            self.sheet.miss(record.mark, "the device has neither 'link' nor 'simulate'", expected="one of them")

    def _check_master(self, model: str, record: Record) -> None:
        master = record.get(MASTER)
        if master is None:
            return
        mark = record.mark_of(MASTER)
        if record.has(SIMULATE) and master.link is not None:
            self.sheet.refuse(mark, "a simulated device hears its master without a link", expected="only its kind")
        elif not record.has(SIMULATE) and master.link is None:
            self.sheet.miss(mark, "the master has no link", expected="the line on which the device listens")
        elif record.has(SIMULATE) and master.kind not in self.catalogue.facts(model, {}, self.folder).follows:
            self.sheet.refuse(mark, f"the simulator of {model} follows no '{master.kind}'", expected="no master")

    def _is_known(self, model: str, record: Record) -> bool:
        known = self.catalogue.models()
        if model in known:
            return True
        mark = record.mark_of(MODEL)
        if model == MANUAL:
            self.sheet.refuse(mark, "'manual' is reserved for devices that a person reads; none is installed yet")
            return False
        try:
            self.catalogue.profile_path(model, self.folder)
        except LookupError:
            expected = "a model of `rollover devices`, or a YAML profile beside the bench file"
            near = self.sheet.nearest(model, known)
            self.sheet.refuse(mark, f"there is no model '{shown(model)}'", expected=expected, nearest=near)
            return False
        return True

    def _options(self, model: str, record: Record) -> dict[str, OptionValue]:
        try:
            offered = self.catalogue.options(model, self.folder)
        except BenchError as error:
            self._take_over(error)
            return {}
        node = record.get(OPTIONS) or MappingNode((), record.mark)
        return self._chosen(node, offered, f"the options of {model}")

    def _with_options(self, model: str, simulate: ReadSimulation) -> Simulation:
        """Add what the bench chooses of the simulator, which is known only now."""
        node = simulate.record.get(SIM_OPTIONS) or MappingNode((), simulate.record.mark)
        offered = self.catalogue.simulator_options(model, self.folder)
        options = self._chosen(node, offered, f"the options of the simulated {model}")
        return replace(simulate.simulation, options=options)

    def _chosen(self, node: Node, offered: tuple[Option, ...], of_what: str) -> dict[str, OptionValue]:
        keys = tuple(self._key_of(option) for option in offered)
        given = read_record(node, self.sheet, keys, of_what)
        chosen = {} if given is None else {key.name: given.get(key) for key in keys if given.has(key)}
        return {name: content for name, content in chosen.items() if content is not None}

    def _key_of(self, option: Option) -> Key[Any]:
        kinds: dict[str, Kind[OptionValue]] = {
            "int": Whole(-_WIDEST, _WIDEST),
            "text": Text(),
            "choice": Choice(option.choices, f"choice of {option.name}"),
            "flag": Flag(),
            "file": _FileBeside(self.folder),
            "secret": _SECRET_NAME,
        }
        return Key(option.name, kinds[option.kind], option.says, required=option.default is None)

    def _check_facts(self, model: str, options: dict[str, OptionValue], record: Record) -> None:
        try:
            facts = self.catalogue.facts(model, options, self.folder)
        except BenchError as error:
            self._take_over(error)
        except ValueError as error:
            self.sheet.refuse(record.mark_of(OPTIONS), shown(str(error), 300))
        else:
            self._check_links(model, facts.links, record)

    def _check_links(self, model: str, links: tuple[str, ...], record: Record) -> None:
        link, simulate = record.get(LINK), record.get(SIMULATE)
        if link is not None and link.word not in links:
            expected = f"one of {', '.join(links)}"
            self.sheet.refuse(record.mark_of(LINK), f"{model} is not met on '{link.word}'", expected=expected)
        if simulate is not None and simulate.simulation.line and "modbus" not in links:
            mark = simulate.record.mark_of(SIM_LINE)
            self.sheet.refuse(mark, f"{model} cannot share a line", expected="a Modbus device")

    def _check_bugs(self, model: str, simulate: ReadSimulation) -> None:
        known = self.catalogue.bugs(model, self.folder)
        for bug in simulate.record.get(BUGS) or ():
            name, at, chance = bug.content.partition("@")
            if name not in known or not _CHANCE.fullmatch(at + chance):
                near = self.sheet.nearest(bug.content, known)
                says = f"the simulator of {model} has no bug '{shown(bug.content)}'"
                expected = f"one of {', '.join(known)}" if known else "none"
                self.sheet.refuse(bug.mark, says, expected=expected, nearest=near)

    def _check_faults(self, simulate: ReadSimulation) -> None:
        for fault in simulate.record.get(FAULTS) or ():
            try:
                parse_fault(fault.content)
            except ValueError as error:
                near = self.sheet.nearest(fault.content, tuple(CATALOGUE))
                expected = "NAME[:VARIANT][@PHASE][+SKIP][*TIMES]"
                self.sheet.refuse(fault.mark, shown(str(error), 300), expected=expected, nearest=near)

    def _take_over(self, error: BenchError) -> None:
        """Add the mistakes of a profile, once, whichever devices use it."""
        self.sheet.mistakes.extend(mistake for mistake in error.mistakes if mistake not in self.sheet.mistakes)
