"""A decoder's message about schedules.yaml becomes place, value and fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

import msgspec
import yaml

from digest.errors import ConfigError
from digest.settings.moments import WEEKDAYS
from digest.settings.parts import parts_in, place_of, steps_of, text_at, value_at

_CRON_DAYS = ("sun", *WEEKDAYS)
"""As cron counts them: 0 and 7 are Sunday."""

_KINDS = {
    "object": "keys with values",
    "array": "a list such as [a, b]",
    "str": "a text",
    "int": "a whole number",
    "bool": "true or false",
}
"""What a decoder's words mean to whoever writes a file."""

Words = tuple[str, str]
"""What is wrong, and the fix."""


def explain(
    message: str, data: object, tree: yaml.Node | None, root: type[msgspec.Struct]
) -> ConfigError:
    """Turn a message of msgspec into place, value and fix.

    Args:
        root: the struct that the data was to become.
    """
    problem, _, where = message.partition(" - at `")
    path = where.rstrip("`").removeprefix("$").lstrip(".")
    unknown = re.search(r"unknown field `(.+?)`", problem, re.DOTALL)
    if unknown:
        known = _keys_at(root, path)
        close = get_close_matches(unknown[1], known, n=1)
        guess = f"did you mean `{close[0]}`? " if close else ""
        place = place_of(f"{path}.{unknown[1]}".lstrip("."), tree, shown=path)
        return ConfigError(
            f"{place}: unknown key `{unknown[1]}`", hint=f"{guess}keys are {', '.join(known)}"
        )
    missing = re.search(r"missing required field `(.+?)`", problem)
    if missing:
        return ConfigError(
            f"{place_of(path, tree)}: the key `{missing[1]}` is missing",
            hint=f"add `{missing[1]}:`",
        )
    value, text = value_at(data, path), text_at(path, tree)
    said, hint = _words(path, value, text) or _plain(problem, value, text)
    return ConfigError(f"{place_of(path, tree)}: {said}", hint=hint)


def _words(path: str, value: object, text: str | None) -> Words | None:
    """What is said of the mistakes that people make at certain keys."""
    names = [step for step in steps_of(path) if not step.isdigit()]
    explain_value = _MISTAKES.get(names[-1]) if names else None
    return explain_value(value, text) if explain_value else None


def _plain(problem: str, value: object, text: str | None) -> Words:
    shown = value if text is None else text
    if value is None:
        return "it has no value", "write one, in quotes if it begins with `#`, or remove the key"
    if value == []:
        return "the list is empty", "add one"
    if "`str`" in problem and isinstance(value, bool | int | float):
        read = str(value).lower() if isinstance(value, bool) else f"the number {value}"
        return f"YAML reads `{shown}` as {read}, not as text", f'write "{shown}" in quotes'
    wanted = re.sub(r"`([\w |]+)`", _kinds, problem.partition(", got")[0])
    return (
        f"`{shown}` cannot be used here",
        f"{wanted[0].lower()}{wanted[1:]}; see docs/reference/schedules.md",
    )


def _kinds(names: re.Match[str]) -> str:
    """`int | array | null` as people call it."""
    return " or ".join(_KINDS.get(name, name) for name in names[1].split(" | ") if name != "null")


def _weekday(value: object, text: str | None) -> Words | None:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    if str(value).isdecimal():
        day = WEEKDAYS[(int(value) - 1) % 7]
        return (
            f"weekday `{value}` is ambiguous (programs count from Sunday or from Monday)",
            f"write a name, such as `{day}`",
        )
    short = str(value).strip().lower()[:3]
    guess = f"write `{short}`, or" if short in WEEKDAYS else "write"
    return (
        f"weekday `{value}` is not known",
        f"{guess} one of {', '.join(WEEKDAYS)}, a list of them, or daily",
    )


def _clock(key: str, most: int, example: str) -> Callable[[object, str | None], Words | None]:
    def explain_value(value: object, text: str | None) -> Words | None:
        shown = value if text is None else text
        if isinstance(value, str) and value.strip().isdecimal():
            return f"`{shown}` is a text to YAML", f"write {key}: {int(value)}"
        if isinstance(value, str) and (found := re.fullmatch(r"(\d\d?):(\d\d)", value)):
            return f"`{shown}` is no {key}", f"write hour: {int(found[1])}, minute: {int(found[2])}"
        if value == [] or (isinstance(value, int) and not isinstance(value, bool)):
            return f"{key} `{shown}` is not on the clock", f"write 0 to {most}{example}"
        return None

    return explain_value


def _step(value: object, text: str | None) -> Words | None:
    hint = "write {day_of_week: fri, hour: 14, minute: 0}"
    if not isinstance(value, str):
        return None
    cron = re.fullmatch(r"(\d{1,2}) (\d{1,2}) \* \* (\w+)", value.strip())
    if not cron:
        return f"`{value}` is no time of a week", hint
    day = _CRON_DAYS[int(cron[3])] if re.fullmatch("[0-7]", cron[3]) else cron[3].lower()[:3]
    if day not in WEEKDAYS:
        day = "mon"
    return (
        f"`{value}` is a line of cron, whose numbers not all programs count alike",
        f"write {{day_of_week: {day}, hour: {int(cron[2])}, minute: {int(cron[1])}}}",
    )


def _lateness(value: object, text: str | None) -> Words | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"`{value}` has no unit", f"write `{value}h`, or m for minutes and d for days"
    return None


def _one_of(noun: str, choices: str) -> Callable[[object, str | None], Words | None]:
    def explain_value(value: object, text: str | None) -> Words | None:
        shown = value if text is None else text
        return f"{noun} `{shown}` is not known", choices

    return explain_value


_MISTAKES: dict[str, Callable[[object, str | None], Words | None]] = {
    "day_of_week": _weekday,
    "hour": _clock("hour", 23, ", or a list such as [6, 18]"),
    "minute": _clock("minute", 59, ""),
    "collect": _step,
    "draft": _step,
    "send": _step,
    "max_lateness": _lateness,
    "provider": _one_of("provider", "write one of outbox, resend, smtp"),
    "engine": _one_of("engine", "write one of inline, procrastinate"),
    "version": _one_of(
        "version", "write `version: 1`, or install the program that wrote this file"
    ),
    "if_not_approved": _one_of("the choice", "write hold, send or skip"),
    "on_late": _one_of("the choice", "write hold, send or skip"),
    "then": _one_of("the choice", "write short, skip or hold"),
}


def _keys_at(root: type[msgspec.Struct], path: str) -> tuple[str, ...]:
    """The keys that the mapping at `path` may have."""
    part = root
    for step in steps_of(path):
        if not step.isdigit():
            fields = {field.encode_name: field.type for field in msgspec.structs.fields(part)}
            part = next(parts_in(fields[step]))
    return part.__struct_encode_fields__
