"""What every part of schedules.yaml is: a mapping that refuses unknown keys and knows its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import yaml

FILE = "schedules.yaml"
SCHEMA_FILE = "schedules.schema.json"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping of schedules.yaml that refuses keys it does not know."""


def parts_in(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """The structs in a type such as `Moment | None` or `list[Schedule]`, and those in them."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from parts_in(field.type)
    for inner in get_args(kind):
        yield from parts_in(inner)


def steps_of(path: str) -> list[str]:
    """`schedules[0].draft` as its keys and numbers."""
    return re.findall(r"[^.\[\]]+", path)


def place_of(path: str, tree: yaml.Node | None, *, shown: str | None = None) -> str:
    """`schedules.yaml, line 20, schedules[0].draft`: as far as the file has the path.

    Args:
        path: keys and `[n]`, from the top of the file.
        tree: the composed file; None for an empty one.
        shown: what to print in place of `path`.
    """
    line = 1
    for key, node in _way(path, tree):
        line = (node if key is None else key).start_mark.line + 1
    label = path if shown is None else shown
    return f"{FILE}, line {line}" + (f", {label}" if label else "")


def text_at(path: str, tree: yaml.Node | None) -> str | None:
    """How the file spells the value at `path`; None if it is no single value."""
    way = _way(path, tree)
    node = way[-1][1] if way and len(way) == len(steps_of(path)) else None
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _way(path: str, tree: yaml.Node | None) -> list[tuple[yaml.Node | None, yaml.Node]]:
    """The nodes on the way to `path`, each with its key; None for those of a list."""
    way: list[tuple[yaml.Node | None, yaml.Node]] = []
    node = tree
    for step in steps_of(path):
        found: tuple[yaml.Node | None, yaml.Node] | None
        if isinstance(node, yaml.SequenceNode) and step.isdigit():
            found = (None, node.value[int(step)])
        else:
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            found = next(((key, value) for key, value in pairs if key.value == step), None)
        if found is None:
            break
        way.append(found)
        node = found[1]
    return way


def value_at(data: object, path: str) -> object:
    """What stands at `path`, as far as the data has it."""
    for step in steps_of(path):
        if isinstance(data, list) and step.isdigit():
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
    return data


def is_written(data: object, path: str) -> bool:
    """Whether somebody wrote the last key of `path`, with whatever value."""
    above, _, key = path.rpartition(".")
    part = value_at(data, above)
    return isinstance(part, dict) and key in part
