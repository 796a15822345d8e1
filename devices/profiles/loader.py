"""Reads a profile's YAML file; every mistake keeps its line and column. What a profile means stands in ``model``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from devices.profiles.model import Profile
from harness.errors import BenchError, Mistake
from harness.textfile.nearest import nearest_word
from harness.textfile.yaml_nodes import MappingNode, Mark, Node, ScalarNode, SequenceNode, Sheet, parse_text, read_sheet

Place = tuple[Any, ...]
"""Where a part stands in a profile: keys and list indices from the top, as pydantic spells them."""


def load_profile(path: Path, model: str | None = None) -> Profile:
    """Read and check a profile.

    Args:
        path: the file.
        model: the id a bench file named it by; the profile must state the same.

    Raises:
        BenchError: the file cannot be read as a profile; it carries every mistake found.
    """
    return _profile_of(read_sheet(path), model)


def parse_profile(text: str, file: str, model: str | None = None) -> Profile:
    """Check a profile's text; ``file`` is what its mistakes name. Raises as ``load_profile`` does."""
    return _profile_of(parse_text(text, file), model)


def _profile_of(sheet: Sheet, model: str | None) -> Profile:
    if sheet.mistakes or sheet.root is None:
        raise BenchError(sheet.mistakes)
    try:
        profile = Profile.model_validate(_plain(sheet.root))
    except ValidationError as error:
        raise BenchError([_mistake(detail, sheet.root, sheet.file) for detail in error.errors()]) from error
    if model is not None and profile.id != model:
        mark = _follow(sheet.root, ("id",)).mark
        says = f"this profile is '{profile.id}', and the bench calls it '{model}'"
        raise BenchError([_at(mark, sheet.file, says)])
    return profile


def _plain(node: Node) -> Any:
    """Return text, lists and dictionaries; what a word means is the model's to say."""
    if isinstance(node, MappingNode):
        return {key.text: _plain(content) for key, content in node.entries}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.items]
    return node.text


def _mistake(detail: Any, root: Node, file: str) -> Mistake:
    """Turn one of pydantic's errors into a mistake at the place it is about."""
    place: Place = tuple(step for step in detail["loc"] if step != "[key]")
    if detail["type"] == "extra_forbidden":
        key = str(place[-1])
        mark = _key_mark(_follow(root, place[:-1]), key)
        return _at(mark, file, f"there is no key '{key}' here", nearest=nearest_word(key, _known_keys(place[:-1])))
    mark = _follow(root, place).mark
    if detail["type"] == "missing":
        return _at(mark, file, f"'{place[-1]}' is missing")
    says = detail["msg"].removeprefix("Value error, ")
    return _at(mark, file, f"{'.'.join(map(str, place))}: {says}" if place else says)


def _known_keys(place: Place) -> list[str]:
    """Return the keys a profile may have at a place."""
    part: type[BaseModel] | None = Profile
    for step in place:
        if part is None:
            return []
        fields = {field.alias or name: field for name, field in part.model_fields.items()}
        # A step that is no key is an index, or a name in a mapping: its model is the one already found.
        part = _model_in(fields[step].annotation) if step in fields else part
    return [] if part is None else [field.alias or name for name, field in part.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = getattr(annotation, "__args__", ())
    return next((found for part in inside if (found := _model_in(part)) is not None), None)


def _follow(node: Node, place: Place) -> Node:
    """Return the node at a place, or the last one on the way there."""
    for step in place:
        inside = _inside(node, step)
        if inside is None:
            return node
        node = inside
    return node


def _inside(node: Node, step: Any) -> Node | None:
    if isinstance(node, MappingNode):
        return next((content for key, content in node.entries if key.text == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def _key_mark(node: Node, name: str) -> Mark:
    keys: tuple[ScalarNode, ...] = tuple(key for key, _ in node.entries) if isinstance(node, MappingNode) else ()
    return next((key.mark for key in keys if key.text == name), node.mark)


def _at(mark: Mark, file: str, says: str, *, nearest: str = "") -> Mistake:
    return Mistake(file, mark.line, mark.column, says, nearest=nearest)
