"""Questions to the person at the bench, and the operator's word before a real clock is set.

Every prompt takes a typed line or a scanner's (text and Enter); no mouse, no default that writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from harness.bench.catalogue import ModelCatalogue
from harness.bench.model import Bench
from harness.calendar.gregorian import iso
from harness.cli.terminal import complain
from harness.clock import SECOND_NS
from harness.device.asks import AskOperator
from harness.errors import LinkError, SafetyRefusal
from harness.link.secrets import from_environment
from harness.plan.model import Plan

QUESTIONS = {
    "power-off": "Switch OFF the power of '{device}', then answer yes: ",
    "power-on": "Switch ON the power of '{device}', then answer yes: ",
    "press-reset": "Press the RESET of '{device}', then answer yes: ",
    "reset-finished": "When '{device}' has started again, answer yes: ",
    "battery-out": "Take the clock BATTERY out of '{device}', then answer yes: ",
    "battery-in": "Put the battery back into '{device}', then answer yes: ",
    "program-stop": "Put '{device}' into STOP (program halted), then answer yes: ",
    "program-run": "Put '{device}' back into RUN, then answer yes: ",
    "read-display": "Read the clock of {display} and type {form} (or: blank): ",
    "read-display-again": "'{answer}' is not {form}. Read the clock of {display} and type it again: ",
    "set-display": "Set the clock of {display} to {to}; then answer yes, or no when it does not take it: ",
}


def ask_operator(question: AskOperator) -> str:
    """Put a question on the terminal and return the line typed.

    Raises:
        LinkError: ``no-operator``: nobody is there, or the terminal was closed. No answer is made up.
    """
    words = QUESTIONS.get(question.code, question.code + ": ").format(**question.details)
    if sys.stdin is None or not sys.stdin.isatty():
        raise LinkError("no-operator", f"nobody is there to answer: {words.strip()}")
    sys.stderr.write("\a" + words)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise LinkError("no-operator", "the terminal was closed")
    return line.strip()


def take_the_operators_word(bench: Bench, what: str, *, yes: bool, only: str = "") -> None:
    """Have the operator type each real device's name, with what will be done shown; simulated ones need no word.

    Args:
        bench: the bench.
        what: what will be written to each clock.
        yes: the word was given on the command line.
        only: the one device concerned, when not all are.

    Raises:
        SafetyRefusal: ``no-consent``: nothing has been sent.
    """
    for device in bench.devices:
        if yes or device.simulate is not None or (only and device.name != only):
            continue
        complain(f"{device.name} ({device.model}): its clock will be {what}.")
        if sys.stdin is None or not sys.stdin.isatty():
            raise SafetyRefusal(
                "no-consent",
                f"'{device.name}' is a real device and nobody is at the terminal; give --yes to let its clock be set",
            )
        sys.stderr.write(f"Type the device's name ({device.name}) to allow this: ")
        sys.stderr.flush()
        if sys.stdin.readline().strip() != device.name:
            raise SafetyRefusal("no-consent", f"the clock of '{device.name}' was not released; nothing has been sent")


def fetch_secrets(bench: Bench, catalogue: ModelCatalogue) -> None:
    """Have every password of a bench at hand before anything begins: nobody may be there when it is needed.

    Raises:
        LinkError: ``secret-missing``, ``secret-unusable``; nothing has been sent.
    """
    for device in bench.devices:
        for option in catalogue.options(device.model, bench.path.parent):
            name = device.options.get(option.name)
            if option.kind == "secret" and name:
                from_environment(str(name))


def what_a_plan_writes(plan: Plan) -> str:
    """Say in one line what a plan will write to a clock."""
    lead = plan.lead_ns // SECOND_NS
    times = ", ".join(iso(edge.seconds - lead) for edge in plan.edges)
    return f"set to {times} ({', '.join(plan.variants)}), and then put back to the time it keeps now"


def runs_folder(option: str | None) -> Path:
    """Return the folder in which run folders are made: the one given, or ``runs`` where the command was called."""
    return Path(option) if option else Path("runs")
