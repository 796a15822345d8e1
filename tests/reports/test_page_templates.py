"""Compiled templates are kept beside their source, and a house that may not be written to does without."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from reports import page


def render_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    monkeypatch.setattr(page, "_HERE", folder)
    loader = jinja2.DictLoader({"greeting": "Hello {{ who }}"})
    found = jinja2.Environment(loader=loader, bytecode_cache=page._CompiledBeside(), autoescape=True)
    kept = folder / "__pycache__"
    return found.get_template("greeting").render(who="you"), sorted(one.suffix for one in kept.glob("*"))


def test_a_compiled_template_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    assert render_in(tmp_path, monkeypatch) == ("Hello you", [".pyc"])
    assert render_in(tmp_path, monkeypatch) == ("Hello you", [".pyc"])


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert render_in(tmp_path, monkeypatch) == ("Hello you", [])


def test_a_house_that_cannot_be_written_to_compiles_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    (tmp_path / "__pycache__").write_text("a file where the folder should be")
    assert render_in(tmp_path, monkeypatch) == ("Hello you", [])


def test_a_spoilt_copy_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    render_in(tmp_path, monkeypatch)
    for kept in (tmp_path / "__pycache__").iterdir():
        kept.write_bytes(b"not a template")
    assert render_in(tmp_path, monkeypatch) == ("Hello you", [".pyc"])
