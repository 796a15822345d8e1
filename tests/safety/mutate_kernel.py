"""Breaks the safety kernel in every small way, one at a time, and sees whether its tests notice.

    python tests/safety/mutate_kernel.py                     all mutants; prints survivors and the score
    python tests/safety/mutate_kernel.py --every 5           one in five

Each mutant is made from the syntax tree, in memory, in a child process that then runs ``tests/unit/kernel`` and stops at
the first failure. A mutant whose tests take ten times too long counts as noticed. The files are never touched.
Mutants that change nothing but a message are not made: words for people are not behaviour.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import importlib.abc
import importlib.machinery
import io
import itertools
import os
import signal
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = ("device_safety", "evidence_log", "host_time", "modes", "restore_rule")
TESTS = str(ROOT / "tests" / "unit" / "kernel")
HUNG_SECONDS = 60
LEAST_SCORE = 0.9

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
}


def mutations(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901 - a list of cases
    """Yield what may stand in a node's place."""
    match node:
        case ast.Compare(ops=[op]):
            for other in COMPARISONS.get(type(op), ()):
                yield _changed(node, ops=[other()])
        case ast.BinOp(op=op) if type(op) in ARITHMETIC and not _is_type(node):
            yield _changed(node, op=ARITHMETIC[type(op)]())
        case ast.AugAssign(op=ast.Add()):
            yield _changed(node, op=ast.Sub())
        case ast.BoolOp(op=op):
            yield _changed(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield _changed(node, body=orelse, orelse=body)
        case ast.If(test=test):
            yield _changed(node, test=ast.UnaryOp(op=ast.Not(), operand=test))
        case ast.Constant(value=bool(truth)):
            yield _changed(node, value=not truth)
        case ast.Constant(value=int(number)):
            yield _changed(node, value=number + 1)
        case ast.Constant(value=str(text)) if _is_word(text):
            yield _changed(node, value=text + "-x")
        case ast.Raise() | ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute()], value=value) if not _is_none(value):
            yield _changed(node, value=ast.Constant(value=None))
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield _changed(node, value=ast.Constant(value=None))


def _changed(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, content in fields.items():
        setattr(other, name, content)
    return other


def _is_word(text: str) -> bool:
    """Tell a key, a rule or a role from a sentence."""
    return text != "" and " " not in text and text.replace("-", "").replace("_", "").isalnum()


def _is_type(node: ast.BinOp) -> bool:
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(side, ast.Constant) and side.value is None for side in (node.left, node.right)
    )


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Put(ast.NodeTransformer):
    """Puts one node in place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old = old
        self.new = new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return self.new
        return super().generic_visit(node)


def skipped(tree: ast.Module) -> set[int]:
    """Return the nodes that are no behaviour: docstrings, annotations, imports, type aliases and messages."""
    out: set[int] = set()
    for node in ast.walk(tree):
        inert: list[ast.AST | None] = []
        if isinstance(node, ast.AnnAssign):
            inert = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            inert = [node.returns, *(arg.annotation for arg in (*node.args.args, *node.args.kwonlyargs))]
        elif (
            isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)
            or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript))
        ):
            inert = [node]
        elif isinstance(node, ast.keyword) and node.arg in {"frozen", "slots", "kw_only"}:
            inert = [node.value]
        for each in inert:
            out |= {id(inner) for inner in ast.walk(each)} if each is not None else set()
    return out


def mutants() -> Iterator[tuple[str, str, ast.Module]]:
    """Yield every mutant: where, what, and its module."""
    for name in KERNEL:
        source = (ROOT / "harness" / "kernel" / f"{name}.py").read_text(encoding="utf-8")
        count = sum(1 for node in ast.walk(ast.parse(source)) for _ in mutations(node))
        for at in range(count):
            tree = ast.parse(source)
            inert = skipped(tree)
            choices = [(node, other) for node in ast.walk(tree) for other in mutations(node)]
            node, other = choices[at]
            if id(node) in inert:
                continue
            ast.copy_location(other, node)
            was, now = ast.unparse(node).splitlines()[0], ast.unparse(ast.fix_missing_locations(other)).splitlines()[0]
            changed = ast.fix_missing_locations(_Put(node, other).visit(tree))
            yield f"{name}.py:{getattr(node, 'lineno', 0)}", f"{was}  ->  {now}", changed


class _Loader(importlib.abc.Loader):
    """Loads one module from a tree in place of its file."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = f"harness.kernel.{name}"
        self.tree = tree

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name == self.name else None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self.tree, self.name, "exec"), module.__dict__)  # noqa: S102 - that is what a mutant is


def start(name: str, tree: ast.Module) -> int:
    """Run the kernel's tests on a mutant in a child process; return its id."""
    child = os.fork()
    if child:
        return child
    with contextlib.suppress(BaseException):
        signal.alarm(HUNG_SECONDS)
        sys.dont_write_bytecode = True
        sys.meta_path.insert(0, _Loader(name, tree))  # type: ignore[arg-type]
        # At once: pytest's own importer, which comes first later on, would take the file.
        importlib.import_module(f"harness.kernel.{name}")
        quiet = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore::pytest.PytestWarning"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            ended = pytest.main([*quiet, TESTS])
        os._exit(int(ended))
    os._exit(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    os.chdir(ROOT)
    for name in KERNEL:
        sound = start(name, ast.parse((ROOT / "harness" / "kernel" / f"{name}.py").read_text(encoding="utf-8")))
        if os.waitpid(sound, 0)[1]:
            print(f"{name}: the tests fail on the kernel as it is")
            return 2
    running: dict[int, str] = {}
    tried = survived = 0
    waiting = (mutant for number, mutant in enumerate(mutants()) if number % options.every == 0)
    while True:
        for where, what, tree in itertools.islice(waiting, options.jobs - len(running)):
            running[start(where.partition(".")[0], tree)] = f"{where}: {what}"
        if not running:
            break
        child, status = os.wait()
        said = running.pop(child)
        tried += 1
        if status == 0:
            survived += 1
            print(said, flush=True)
    print(f"{tried - survived} of {tried} mutants noticed: {100 * (tried - survived) / tried:.1f} %")
    return 0 if tried - survived >= LEAST_SCORE * tried else 1


if __name__ == "__main__":
    sys.exit(main())
