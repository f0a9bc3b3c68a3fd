"""What every part of schedules.yaml is: a mapping that refuses unknown keys and knows its lines."""

from __future__ import annotations

import re

import msgspec
import yaml

FILE = "schedules.yaml"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping of schedules.yaml that refuses keys it does not know."""


def place_of(path: str, tree: yaml.Node | None, *, shown: str | None = None) -> str:
    """`schedules.yaml, line 20, schedules[0].draft`: as far as the file has the path.

    Args:
        path: keys and `[n]`, from the top of the file.
        tree: the composed file; None for an empty one.
        shown: what to print in place of `path`.
    """
    line = 1
    node = tree
    for step in _steps(path):
        child: yaml.Node | None = None
        if isinstance(node, yaml.SequenceNode) and step.isdigit():
            child = node.value[int(step)]
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    child = value
                    line = key.start_mark.line + 1
        if child is None:
            break
        if isinstance(node, yaml.SequenceNode):
            line = child.start_mark.line + 1
        node = child
    label = path if shown is None else shown
    return f"{FILE}, line {line}" + (f", {label}" if label else "")


def value_at(data: object, path: str) -> object:
    """What stands at `path`, as far as the data has it."""
    for step in _steps(path):
        if isinstance(data, list) and step.isdigit():
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
    return data


def _steps(path: str) -> list[str]:
    return re.findall(r"[^.\[\]]+", path)
