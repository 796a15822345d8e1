"""The door: picks the verb and imports only its module, so that help and completion cost next to nothing."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys

from harness.cli import exit_codes

VERBS = {
    "demo": "run a rollover on five simulated devices and write the report",
    "run": "run a plan on a bench, put every clock back, write the reports",
    "recover": "put back the clocks that an interrupted run still owes",
    "report": "write the reports of a run folder again",
    "photo": "put a photograph of a device beside a run, without what the camera adds",
    "export": "write a run as CSV, XLSX, JSON or PDF",
    "brochure": "write the client's one-page leaflet",
    "diff": "show what changed since an earlier run of the same devices",
    "statistics": "count sectors and sizes over run folders, without names",
    "verify": "check a run folder's chain, manifest and frozen copies, and who signed it",
    "key": "make or show a bench's signing key, or sign a run folder",
    "clock": "read, watch or set one device's clock",
    "bench": "check a bench file, or identify the devices on it",
    "plan": "check or explain a plan, or print its JSON Schema",
    "discover": "search for the dates a device's clock can be set to",
    "simulate": "serve a bench's simulated devices for training",
    "devices": "list the device models and their traits",
    "edges": "list the catalogued edges",
    "bugs": "list the historical bugs a simulator can show",
}

EPILOG = """\
exit status: 0 conforms, 1 does not conform, 2 usage or bad file, 3 not determined,
4 refused by a safety rule, 5 a clock is not restored, 130 interrupted (and restored)"""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command itself; a verb's own arguments belong to its module."""
    listing = "\n".join(f"  {name:<10} {says}" for name, says in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="rollover",
        usage="rollover VERB ...",
        description="Finds calendar rollover defects in embedded clocks, and puts the clocks back.\n\nverbs:\n"
        + listing,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    parser.add_argument("verb", nargs="?", metavar="VERB", help="what to do; 'rollover VERB --help' tells more")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one verb and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    at = next((index for index, word in enumerate(words) if not word.startswith("-")), len(words))
    options = make_parser().parse_args(words[: at + 1])
    if options.version:
        return _print_version()
    if options.verb is None:
        make_parser().print_help()
        return exit_codes.USAGE
    if options.verb not in VERBS:
        return _unknown_verb(options.verb)
    return _run_verb(options.verb, words[at + 1 :])


def _print_version() -> int:
    from importlib import metadata

    print(metadata.version("rollover-bench"))
    return 0


def _unknown_verb(word: str) -> int:
    from harness.textfile.nearest import nearest_word

    near = nearest_word(word, VERBS)
    hint = f"; did you mean '{near}'?" if near else ""
    print(f"rollover: there is no verb '{word}'{hint}", file=sys.stderr)
    return exit_codes.USAGE


def _run_verb(verb: str, words: list[str]) -> int:
    from harness.cli.failures import say_failures

    module = importlib.import_module(f"harness.cli.{verb}")
    parser = argparse.ArgumentParser(
        prog=f"rollover {verb}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    module.add_arguments(parser)
    options = parser.parse_args(words)
    _collect_garbage_seldom()
    return say_failures(lambda: int(module.run(options)))


def _collect_garbage_seldom() -> None:
    """Let the collector look for cycles once in 50,000 objects: evidence is large, lives to the end and has none."""
    gc.freeze()
    gc.set_threshold(50_000)


if __name__ == "__main__":
    sys.exit(main())
