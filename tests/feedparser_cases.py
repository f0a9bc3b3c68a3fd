"""feedparser's own test files read as cases: bytes, headers, and what must hold of the result.

An expectation is a line of Python in a comment of the file. It is never run: its syntax tree is
read, and only comparisons of the fields below with a literal count; the rest is another library's.
"""

from __future__ import annotations

import ast
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.clean import parse_date, plain
from digest.sources.parsed import ParsedFeed, ParsedItem

_EXPECT = re.compile(r"^\s*Expect:\s*(.+?)\s*$", re.MULTILINE)
_HEADER = re.compile(r"^\s*Header:\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE)
_TEXTS = {
    "title": "title",
    "description": "summary",
    "summary": "summary",
    "content": "summary",
}
_DATES = {
    "published": "published",
    "published_parsed": "published",
    "date": "published",
    "date_parsed": "published",
}
_VALUES = {"link": "link", "id": "id", "guid": "id"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One comparison: `path` (such as `("entries", 0, "title")`) has `value`."""

    path: tuple[str | int, ...]
    value: object


@dataclass(frozen=True, slots=True)
class Case:
    """One file: `claims` on the fields that we read too; `encoding` where it names one."""

    name: str
    data: bytes
    headers: dict[str, str]
    expression: str
    claims: tuple[Claim, ...]
    encoding: str | None

    @property
    def folder(self) -> str:
        """The set that it belongs to, such as `wellformed`."""
        return self.name.split("/", 1)[0]


def read_cases(archive: Path) -> Iterator[Case]:
    """The cases of the archive, in the order of their names."""
    with tarfile.open(archive) as tar:
        members = {m.name.split("/", 1)[1]: m for m in tar if m.name.endswith(".xml")}
        for name in sorted(members):
            file = tar.extractfile(members[name])
            assert file is not None
            yield _case(name, file.read())


def _case(name: str, data: bytes) -> Case:
    text = _readable(data)
    expect = _EXPECT.search(text)
    expression = expect[1] if expect else ""
    claims = tuple(claims_of(expression))
    encoding = next((str(c.value) for c in claims if c.path == ("encoding",)), None)
    headers = {match[1].lower(): match[2] for match in _HEADER.finditer(text)}
    return Case(
        name, data, headers, expression, tuple(c for c in claims if is_core(c.path)), encoding
    )


def _readable(data: bytes) -> str:
    """The comment of a file in whatever encoding: its letters are ASCII, escapes for the rest."""
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = data.decode(encoding, errors="ignore")
        if "Expect:" in text:
            return text
    return data.decode("utf-8", errors="replace")


def claims_of(expression: str) -> Iterator[Claim]:
    """The comparisons that must all hold; none where any could be left unfulfilled."""
    try:
        body = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return
    parts = body.values if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.And) else [body]
    for part in parts:
        if not isinstance(part, ast.Compare) or not all(isinstance(o, ast.Eq) for o in part.ops):
            continue
        sides = [part.left, *part.comparators]
        try:
            value = ast.literal_eval(sides[-1])
        except (ValueError, SyntaxError):
            continue
        for side in sides[:-1]:
            path = _path(side)
            if path:
                yield Claim(path, value)


def _path(node: ast.expr) -> tuple[str | int, ...]:
    """`entries[0]['title']` and `ord(feed.title)` as a path of steps; () for anything else."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        before = _path(node.value)
        return (*before, node.attr) if before else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        before = _path(node.value)
        step = node.slice.value
        return (*before, step) if before and isinstance(step, (str, int)) else ()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        inner = _path(node.args[0])
        return (node.func.id, *inner) if node.func.id in ("ord", "len") and inner else ()
    return ()


def is_core(path: tuple[str | int, ...]) -> bool:
    """Whether a path names a field that a ParsedFeed has: title, link, id, date, content."""
    match path:
        case ("ord", *rest):
            return is_core(tuple(rest))
        case ("len", "entries"):
            return True
        case ("feed", "title") | ("feed", "title_detail", "value"):
            return True
        case ("entries", int(), str(name)):
            return name in {**_TEXTS, **_DATES, **_VALUES}
        case ("entries", int(), "title_detail" | "summary_detail", "value"):
            return True
        case ("entries", int(), "content", 0, "value"):
            return True
    return False


def holds(claim: Claim, feed: ParsedFeed) -> bool:
    """Whether what was read fulfils a claim.

    Texts count as equal where a reader sees the same: feedparser gives markup, we give text.
    """
    path = claim.path
    if path == ("len", "entries"):
        return len(feed.items) == claim.value
    if path[0] == "ord":
        return holds(Claim(path[1:], chr(int(str(claim.value)))), feed)
    if path[0] == "feed":
        return _seen(feed.title) in _readings(claim.value)
    number = int(path[1])
    if number >= len(feed.items):
        return False
    item, name = feed.items[number], str(path[2]).removesuffix("_detail")
    if name in _TEXTS:
        return _seen(getattr(item, _TEXTS[name])) in _readings(claim.value)
    if name in _DATES:
        return _same_date(item, claim.value)
    return bool(getattr(item, _VALUES[name]) == claim.value)


def _same_date(item: ParsedItem, value: object) -> bool:
    if isinstance(value, tuple):
        return item.published is not None and item.published.timetuple()[:6] == value[:6]
    return item.published == parse_date(str(value))


def _readings(value: object) -> tuple[str, str]:
    return _seen(str(value)), _seen(plain(str(value)))


def _seen(text: str) -> str:
    return re.sub(r"\s", "", text)
