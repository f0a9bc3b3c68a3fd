"""Cheap repairs of a feed's text, after which an XML parser may accept it.

The faults that real feeds show: junk around the document, control characters, bare ampersands,
HTML's named entities, prefixes that nobody declared, an end that never came. Each repair takes time
in proportion to the text.
"""

from __future__ import annotations

import re
from html.entities import html5

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_START = re.compile(r"<(?:\?xml|!doctype|(?:\w+:)?(?:rss|feed|rdf|channel|urlset)\b)", re.I)
_INNER = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_NO_XML_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME = "#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]*"
_BARE = re.compile(f"&(?!(?:{_NAME});)")
_REFERENCE = re.compile(f"&(?!(?:amp|lt|gt|quot|apos);)({_NAME});")
_PREFIX = re.compile(
    r"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*[\"']", re.ASCII
)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)(?=[\s/>])")
_DECLARES = re.compile(r"xmlns:([\w.-]+)\s*=", re.ASCII)
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_MOST_PREFIXES = 100
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def without_declaration(text: str) -> str:
    """The text without its XML declaration, which names an encoding that is past."""
    return _DECLARATION.sub("", text, count=1)


def repaired(text: str) -> str:
    """The text with the cheap repairs done; well-formed text comes out meaning the same."""
    start = _START.search(text)
    text = without_declaration(text[start.start() :] if start else text).lstrip()
    text = _NO_XML_CHARACTER.sub("", text)
    root = _ROOT.search(text)
    inner = _INNER.search(text) if root and root[1].lower() == "html" else None
    text = _without_appendix(text[inner.start() :] if inner else text)
    return _with_prefixes(_with_references(text))


def whole_items(text: str) -> str:
    """The text up to the end of its last whole item; "" if there is none."""
    end = 0
    for match in _ITEM_END.finditer(text):
        end = match.end()
    return text[:end]


def _without_appendix(text: str) -> str:
    """The text without what follows the end of its root element."""
    root = _ROOT.search(text)
    end = text.rfind(f"</{root[1]}") if root else -1
    close = text.find(">", end) if end >= 0 else -1
    return text if close < 0 else text[: close + 1]


def _with_references(text: str) -> str:
    """Every `&` outside CDATA the start of a reference that XML knows."""
    pieces: list[str] = []
    at = 0
    while True:
        start = text.find("<![CDATA[", at)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            return "".join((*pieces, _references(text[at:])))
        pieces += [_references(text[at:start]), text[start : end + 3]]
        at = end + 3


def _references(text: str) -> str:
    return _REFERENCE.sub(_reference, _BARE.sub("&amp;", text))


def _reference(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        char = html5.get(f"{name};")
        return f"&amp;{name};" if char is None else char.replace("&", "&amp;").replace("<", "&lt;")
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    good = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return match[0] if good or 0x10000 <= code < 0x110000 else ""


def _with_prefixes(text: str) -> str:
    """Every prefix in use declared on the root element."""
    root = _ROOT.search(text)
    if root is None:
        return text
    used = {match[1] or match[2] for match in _PREFIX.finditer(text)}
    declared = set(_DECLARES.findall(text, root.end(), text.find(">", root.end())))
    missing = sorted(used - declared - {"xml", "xmlns"})
    if not 1 <= len(missing) <= _MOST_PREFIXES:
        return text
    declarations = "".join(
        f' xmlns:{prefix}="{NAMESPACES.get(prefix.lower(), f"urn:undeclared:{prefix}")}"'
        for prefix in missing
    )
    return text[: root.end()] + declarations + text[root.end() :]
