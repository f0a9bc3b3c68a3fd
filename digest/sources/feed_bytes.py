"""Bytes of a feed to text that an XML parser may accept: decoding and cheap repairs.

The faults that real feeds show: a wrong or missing encoding, junk before the first tag, control
characters, bare ampersands, HTML's named entities, prefixes nobody declared.
"""

from __future__ import annotations

import codecs
import re
from html.entities import html5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
)
_WIDER = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "tis-620": "cp874",
}
_DECLARED = re.compile(rb"""^[^<]{0,1024}<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_START = re.compile(r"<(?:\?xml|!doctype|(?:\w+:)?(?:rss|feed|rdf|channel|opml)\b)", re.IGNORECASE)
_NO_XML_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]*);)?")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*[\"']")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)(?=[\s/>])")
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


def decoded(data: bytes, content_type: str | None) -> str:
    """The text of a feed: by byte-order mark, then header, declaration, UTF-8, cp1252.

    A single-byte Western encoding is not believed where the bytes make UTF-8.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return data.decode(encoding, errors="replace")
    named = _CHARSET.search(content_type or "")
    declared = _DECLARED.match(data[:2048])
    names = [named[1].lower() if named else "", declared[1].decode().lower() if declared else ""]
    names = [_WIDER.get(name, name) for name in names if name]
    if any(name == "cp1252" for name in names):
        names = ["utf-8", *names]
    for name in (*names, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", errors="replace") if not names else _least_loss(data, names)


def _least_loss(data: bytes, names: list[str]) -> str:
    """The reading that leaves the fewest bytes unread, cp1252 the last resort."""
    best = data.decode("cp1252", errors="replace")
    for name in names:
        try:
            text = data.decode(name, errors="replace")
        except (LookupError, ValueError):
            continue
        if name != "utf-8" and text.count("\ufffd") * 100 < len(text):
            return text
    return best


def without_declaration(text: str) -> str:
    """The text without its XML declaration, which names an encoding that is past."""
    return _DECLARATION.sub("", text, count=1)


def repaired(text: str) -> str:
    """The text with the cheap repairs done; well-formed text comes out meaning the same."""
    start = _START.search(text)
    text = without_declaration(text[start.start() :] if start else text).lstrip()
    text = _NO_XML_CHARACTER.sub("", text)
    pieces = _CDATA.split(text)
    pieces[::2] = [_REFERENCE.sub(_reference, piece) for piece in pieces[::2]]
    return _with_prefixes("".join(pieces))


def _reference(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return match[0]
    if not name.startswith("#"):
        char = html5.get(f"{name};")
        return f"&amp;{name};" if char is None else char.replace("&", "&amp;").replace("<", "&lt;")
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    good = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return match[0] if good or 0x10000 <= code < 0x110000 else ""


def _with_prefixes(text: str) -> str:
    """Every prefix in use declared on the root element."""
    used = {match[1] or match[2] for match in _PREFIX.finditer(text)}
    missing = sorted(p for p in used - {"xml", "xmlns"} if f"xmlns:{p}" not in text)
    if not missing:
        return text
    declarations = "".join(
        f' xmlns:{prefix}="{NAMESPACES.get(prefix.lower(), f"urn:undeclared:{prefix}")}"'
        for prefix in missing
    )
    return _ROOT.sub(lambda match: match[0] + declarations, text, count=1)
