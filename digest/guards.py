"""Check MJML before it is compiled and HTML after: the compiler itself accepts nearly anything.

mjml-python passes unknown tags on to the reader, takes any value for any attribute and writes
attribute values in the escapes of another language, all in silence. These checks see that. They
are pure: a text in, the problems out, in words; no problem is an empty tuple.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from lxml import etree
from markupsafe import escape

_LENGTH = r"(0|\d+(\.\d+)?(px|%))"
_COLOUR = r"(#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-z]{3,20})"
_BORDER = rf"({_LENGTH} (solid|dashed|dotted) {_COLOUR}|none|0)"
_VALUES = {
    "align": "left|right|center|justify",
    "alt": r".{0,300}",
    "background-color": f"{_COLOUR}|none",
    "border": _BORDER,
    "border-bottom": _BORDER,
    "border-color": _COLOUR,
    "border-radius": rf"{_LENGTH}( {_LENGTH}){{0,3}}",
    "border-style": "solid|dashed|dotted|none",
    "border-top": _BORDER,
    "border-width": _LENGTH,
    "color": _COLOUR,
    "container-background-color": _COLOUR,
    "css-class": r"[\w -]{1,100}",
    "direction": "ltr|rtl",
    "dir": "ltr|rtl|auto",
    "font-family": r"[\w '\",-]{1,200}",
    "font-size": _LENGTH,
    "font-style": "normal|italic",
    "font-weight": "normal|bold|[1-9]00",
    "full-width": "full-width",
    "height": _LENGTH,
    "href": r"(https?://|mailto:)\S{1,2000}",
    "inner-padding": rf"{_LENGTH}( {_LENGTH}){{0,3}}",
    "lang": r"[a-zA-Z]{2,3}(-[\w-]{1,20})?",
    "letter-spacing": r"-?\d+(\.\d+)?(px|em)|normal",
    "line-height": rf"{_LENGTH}|\d(\.\d+)?",
    "name": r"[\w-]{1,60}",
    "padding": rf"{_LENGTH}( {_LENGTH}){{0,3}}",
    "padding-bottom": _LENGTH,
    "padding-left": _LENGTH,
    "padding-right": _LENGTH,
    "padding-top": _LENGTH,
    "src": r"https?://\S{1,2000}",
    "target": "_blank|_self",
    "text-align": "left|right|center",
    "text-decoration": "none|underline",
    "text-transform": "none|uppercase|capitalize",
    "title": r".{0,300}",
    "vertical-align": "top|middle|bottom",
    "width": _LENGTH,
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _VALUES.items()}
_TEXT = frozenset({"mj-title", "mj-style", "mj-raw", "mj-text", "mj-button", "mj-table"})
_BLOCKS = frozenset(
    {"mj-text", "mj-button", "mj-table", "mj-divider", "mj-spacer", "mj-image", "mj-raw"}
)
_CHILDREN: dict[str, frozenset[str]] = {
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset({"mj-title", "mj-attributes", "mj-style", "mj-raw"}),
    "mj-attributes": _BLOCKS | {"mj-all", "mj-class", "mj-body", "mj-section", "mj-column"},
    "mj-body": frozenset({"mj-section", "mj-wrapper", "mj-raw"}),
    "mj-wrapper": frozenset({"mj-section", "mj-raw"}),
    "mj-section": frozenset({"mj-column", "mj-group", "mj-raw"}),
    "mj-group": frozenset({"mj-column"}),
    "mj-column": _BLOCKS,
}
_SLASHED_TAG = re.compile(r"<[A-Za-z!/][^<>\\]*\\[^<>]*>")
_DAMAGED = re.compile(r'\\u\{[0-9a-fA-F]+\}|\\[nrt"\\]')
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LEFTOVER = re.compile(r"</?mj-[\w-]*|\{\{|\{%")
_MAX_DEPTH = 40


def check_mjml(source: str) -> tuple[str, ...]:
    """What is wrong with MJML that is about to be compiled.

    Args:
        source: the text that Jinja made; one `<mjml>` document.

    Returns:
        Problems, each with the line of `source` it stands on.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(source.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        return (f"line {error.lineno}: {error.msg}{_excerpt(source, error.lineno)}",)
    if root.tag != "mjml":
        return (f"line {root.sourceline}: the outermost tag is <{root.tag}>, not <mjml>",)
    problems = list(_structure(root))
    if root.find("mj-body") is None or len(root.findall("mj-head")) > 1:
        problems.append("an <mjml> document has one <mj-body> and at most one <mj-head>")
    return tuple(problems)


def _structure(node: Any) -> Iterator[str]:
    """Problems of one MJML element and all below it."""
    yield from _attributes(node)
    if node.tag in _TEXT:
        yield from _inside_text(node)
    else:
        yield from _containers(node)


def _containers(node: Any) -> Iterator[str]:
    allowed = _CHILDREN.get(node.tag, frozenset())
    if any((text or "").strip() for text in (node.text, *(child.tail for child in node))):
        yield f"line {node.sourceline}: text stands directly in <{node.tag}>"
    for child in node.iterchildren(tag=etree.Element):
        if child.tag not in allowed:
            yield f"line {child.sourceline}: <{child.tag}> is not allowed in <{node.tag}>"
        else:
            yield from _structure(child)


def _inside_text(node: Any) -> Iterator[str]:
    """HTML is free inside text components, but MJML in it would reach the reader as it is."""
    for child in node.iterdescendants(tag=etree.Element):
        if str(child.tag).startswith("mj"):
            yield f"line {child.sourceline}: <{child.tag}> stands inside <{node.tag}>"
        elif sum(1 for _ in child.iterancestors()) > _MAX_DEPTH:
            yield f"line {child.sourceline}: <{child.tag}> is nested more than {_MAX_DEPTH} deep"
            return


def _attributes(node: Any) -> Iterator[str]:
    for name, value in node.attrib.items():
        pattern = _PATTERNS.get(name)
        if pattern is None:
            yield f"line {node.sourceline}: <{node.tag}> has an unknown attribute `{name}`"
        elif not pattern.fullmatch(value):
            yield f"line {node.sourceline}: <{node.tag}> has {name}=`{value[:60]}`"


def check_html(
    html: str, *, texts: Iterable[str] = (), links: Iterable[str] = ()
) -> tuple[str, ...]:
    """What is wrong with compiled HTML.

    Args:
        html: the whole document.
        texts: one-line texts that a reader must be able to read in it.
        links: addresses that must be behind some link in it.
    """
    problems = []
    if not html.rstrip().endswith("</html>"):
        problems.append("the HTML does not end with </html>")
    if leftover := _LEFTOVER.search(html):
        problems.append(
            f"`{leftover.group()}` is left in the HTML{_around(html, leftover.start())}"
        )
    if control := _CONTROL.search(html):
        problems.append(f"control character U+{ord(control.group()):04X} is in the HTML")
    slashed = _SLASHED_TAG.findall(html) if "\\" in html else []
    problems += [f"a tag was damaged: {tag[:120]}" for tag in slashed if _DAMAGED.search(tag)]
    return (*problems, *_missing(html, texts, links))


def _missing(html: str, texts: Iterable[str], links: Iterable[str]) -> Iterator[str]:
    """A plain look first; only what it does not find is looked for in the parsed document."""
    lost = [text for text in texts if str(escape(text)) not in html]
    gone = [link for link in links if f'href="{link}"' not in html]
    if not lost and not gone:
        return
    readable = " ".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())
    yield from (f"the text `{text[:120]}` is missing" for text in lost if text not in readable)
    targets = {unescape(target) for target in re.findall(r'href="([^"]*)"', html)}
    yield from (f"the link {link[:120]} is missing" for link in gone if link not in targets)


def compiler_problem(message: str, source: str) -> str:
    """The compiler's message with the line its byte position falls on, if it names one."""
    position = re.search(r"position (\d+):(\d+)", message)
    if position is None:
        return message
    before = source.encode("utf-8")[: int(position[1])].decode("utf-8", "ignore")
    line = before.count("\n") + 1
    return f"line {line}: {message}{_excerpt(source, line)}"


def _excerpt(source: str, line: int | None) -> str:
    lines = source.split("\n")
    return f": {lines[line - 1].strip()[:100]}" if line and line <= len(lines) else ""


def _around(text: str, at: int) -> str:
    return f": …{' '.join(text[max(0, at - 30) : at + 50].split())}…"
