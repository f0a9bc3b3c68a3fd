"""Bytes of a feed to text: which encoding it is in, whatever header and declaration say."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# What pages say, and the larger set that they mean by it.
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
_NAMES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
}
# Codecs that no feed without a mark is in: transformations of bytes, and those that hide markup.
_NEVER = re.compile(
    r"utf-?(?:7|16|32)|idna|punycode|escape|undefined|mbcs|oem|base64|bz2|hex|quopri|rot|uu|zlib"
)
_GUESSES = (
    "big5hkscs cp949 cp932 euc_jp gb18030 koi8_r cp1251 cp874 cp1255 cp1253 cp1256 cp1252"
).split()
_DECLARED = re.compile(rb"""^[^<]{0,1024}<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]+")
# Two bytes of these can look like one character of UTF-8, three cannot.
_MULTIBYTE = frozenset(("big5hkscs", "cp932", "cp949", "euc_jp", "gb18030"))
_THREE_BYTES = re.compile(rb"[\xe0-\xf4][\x80-\xbf][\x80-\xbf]")
_PART = 200_000
_SAMPLE = 20_000
_MOSTLY_PAIRED = 0.6


def decoded(data: bytes, content_type: str | None) -> str:
    """The text of a feed; bytes that no reading explains become U+FFFD.

    A byte-order mark decides, then that what is not ASCII makes UTF-8, then the header, the
    declaration, and last what the bytes look like. A header or declaration of a Western encoding
    counts for least: servers send it for everything.

    Args:
        data: the document.
        content_type: the header that it came with.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return data.decode(encoding, errors="replace")
    names = _named(data, content_type)
    wide = bool(names) and names[0] in _MULTIBYTE and not _THREE_BYTES.search(data)
    order = names if wide or data.isascii() else ["utf-8", *names]
    for name in (*order, "utf-8"):
        try:
            return data.decode(name)
        except ValueError:
            continue
    return _least_loss(data, [name for name in names if name != "utf-8"])


def _named(data: bytes, content_type: str | None) -> list[str]:
    """The encodings that header and declaration name, as Python calls them, cp1252 last."""
    header = _CHARSET.search(content_type or "")
    declared = _DECLARED.match(data[:2048])
    found = [header[1] if header else "", declared[1].decode() if declared else ""]
    names = [name for name in map(_known, found) if name]
    return sorted(dict.fromkeys(names), key=lambda name: name == "cp1252")


def _known(name: str) -> str:
    """The encoding that `name` stands for; "" for none that a feed could be in."""
    name = name.lower()
    try:
        name = codecs.lookup(_NAMES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return "" if _NEVER.search(name) else _WIDER.get(name, name)


def _least_loss(data: bytes, names: list[str]) -> str:
    """The first named reading that explains nearly all bytes, else what they look like."""
    for name in names:
        text = data.decode(name, errors="replace")
        if text.count("\ufffd") * 100 < len(text):
            return text
    encoding = _guessed(data)
    return data.decode(encoding, errors=_WESTERN if encoding == "utf-8" else "replace")


def _guessed(data: bytes) -> str:
    """The encoding that bytes look like; "utf-8" for that with faults, and for Western text.

    Western letters above ASCII stand alone between others; in other scripts they come in rows.
    """
    first = next(_HIGH.finditer(data)).start()
    part = data[first : first + _PART]
    high = _HIGH.findall(part)
    total, paired = sum(map(len, high)), sum(len(run) for run in high if len(run) > 1)
    faults = part.decode("utf-8", errors="replace").count("\ufffd")
    if faults * 5 < total or paired < _MOSTLY_PAIRED * total:
        return "utf-8"
    from charset_normalizer import from_bytes

    start = max(data.rfind(b">", 0, first), first - _SAMPLE)
    sample = data[start : start + _SAMPLE]
    sample = sample[: sample.rfind(b"<") + 1] or sample
    best = from_bytes(sample, cp_isolation=list(_GUESSES)).best()
    return best.encoding if best else "utf-8"


def _western(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, each read as cp1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_WESTERN = "digest.western"
codecs.register_error(_WESTERN, _western)
