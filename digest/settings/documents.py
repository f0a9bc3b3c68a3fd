"""The text of schedules.yaml as data; what YAML would silently read otherwise is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from digest.errors import ConfigError
from digest.settings.parts import FILE

_TAG = "tag:yaml.org,2002:"
_KNOWN = frozenset(f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null"))
_MERGE = f"{_TAG}merge"


def read_document(text: str) -> tuple[object, yaml.Node | None]:
    """Read a text as data and as nodes, which know their lines; None and None of an empty one.

    Raises:
        ConfigError: it is not YAML, or YAML reads a part of it as hardly anybody means it: a key
            that stands twice, a number with a leading zero, a date, a key that is no text.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        if tree is not None:
            for node in _nodes(tree, [], set()):
                _check(node)
        return yaml.safe_load(text), tree
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        tab = "\\t" in problem
        raise ConfigError(
            f"{FILE}{where}: {'a tab' if tab else problem}",
            hint="indent with spaces" if tab else "check the indentation and the quotes there",
        ) from error
    except RecursionError:
        raise ConfigError(f"{FILE}: it is nested too deeply", hint="see the shipped file") from None
    except (ValueError, KeyError) as error:  # a tag such as !!int before what is none
        raise ConfigError(f"{FILE}: {error}", hint="remove the `!!` tag") from error


def _nodes(node: yaml.Node, above: list[yaml.Node], seen: set[int]) -> Iterator[yaml.Node]:
    """Every node once; one that holds itself ends it."""
    if node in above:
        raise _at(node, "an anchor holds itself", "write the part out")
    if id(node) in seen:
        return
    seen.add(id(node))
    yield node
    above.append(node)
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _nodes(value, above, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _nodes(value, above, seen)
    above.pop()


def _check(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        _check_keys(node)
    elif isinstance(node, yaml.ScalarNode):
        _check_value(node)


def _check_keys(node: yaml.MappingNode) -> None:
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if key.tag == _MERGE:
            continue
        if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_TAG}str":
            text = key.value if isinstance(key, yaml.ScalarNode) else "?"
            raise _at(key, f"`{text}` is no key", f'a key is a word; write "{text}" in quotes')
        line = key.start_mark.line + 1
        if key.value in lines:
            raise _at(
                key,
                f"the key `{key.value}` stands in line {lines[key.value]} already",
                "remove one of them; YAML would take the last and say nothing",
            )
        lines[key.value] = line


def _check_value(node: yaml.ScalarNode) -> None:
    text = node.value
    if node.tag not in _KNOWN:
        kind = "a date" if node.tag == f"{_TAG}timestamp" else f"a `{node.tag.removeprefix(_TAG)}`"
        raise _at(node, f"YAML reads `{text}` as {kind}", f'write "{text}" in quotes')
    if node.tag == f"{_TAG}int" and not re.fullmatch(r"[-+]?(0|[1-9]\d*)", text):
        number = yaml.SafeLoader("").construct_yaml_int(node)
        digits = text.lstrip("-+0_")
        hint = f"write {digits}" if digits.isdecimal() else f"write {number}"
        if ":" in text:
            hint = "write the hour and the minute as two keys, such as hour: 8, minute: 30"
        raise _at(node, f"YAML reads `{text}` as {number}", hint)
    if re.search("[\0\ud800-\udfff]", text):
        raise _at(node, "a text holds a character that no mail can carry", "remove the escape")


def _at(node: yaml.Node, problem: str, hint: str) -> ConfigError:
    return ConfigError(f"{FILE}, line {node.start_mark.line + 1}: {problem}", hint=hint)
