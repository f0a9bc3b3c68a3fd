"""Repair text whose UTF-8 bytes were read as a single-byte code page.

Two pages are handled here, because general repair tools know the first too little and the second
not at all: cp1252 (`â€™` for an apostrophe) and cp874, the Thai page (`๐Ÿ’ก` for a light bulb).
The program that did the damage filled the holes of cp874 from cp1252 and left five bytes
undefined (81 8D 8F 90 9D), which are often lost on the way. Everything else that can be undone
safely, letters of European languages above all, is left to ftfy.

Real Thai consists of the same characters as the damage, so a run counts as damage only if it
holds something that real text cannot: a character of the bytes 80-9F behind a leading vowel, or
`๐Ÿ`. Curly quotes are bytes 91-94 of the damage: nothing may straighten them before this repair.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LOST = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_VARIATION_SELECTOR = "\ufe0f"
_THAI = "[\u0e01-\u0e3a\u0e3f-\u0e5b]"
_THAI_LEFT = re.compile("[\u0e01-\u0e3a\u0e3f]|" + _THAI + "{2}")
_THAI_WORD = re.compile(
    "(?<![\u0080-\u00a0\u0152-\u0192\u02c6-\u02dc\u2013-\u2122])" + _THAI + "{3,}"
)
_LOST_CLOSING_QUOTE = re.compile(r"â€(?=[\s.,;:!?)\]]|$)")
_BMP_EMOJI = re.compile(
    "[\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3"
    "\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614"
    "\u2615\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642"
    "\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u267f\u2692-\u2697\u2699"
    "\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8"
    "\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2705"
    "\u2708-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c"
    "\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935"
    "\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55]"
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A code page as the damage used it: character to byte, and how a damaged run looks."""

    byte_of: dict[str, int]
    gate: re.Pattern[str]
    run: re.Pattern[str]
    lone: re.Pattern[str]

    @classmethod
    def build(cls, *encodings: str) -> _Page:
        """The union of `encodings`, the first that knows a byte winning.

        Some programs left every byte of 80-9F as a control character, so these count too.
        """
        char_of = {byte: _decode_byte(byte, encodings) for byte in range(0x80, 0x100)}

        def some(first: int, last: int) -> str:
            bytes_ = range(first, last + 1)
            chars = {*(char_of[b] for b in bytes_), *(chr(b) for b in bytes_ if b < 0xA0)}
            return f"[{re.escape(''.join(sorted(chars)))}]"

        tail = some(0x80, 0xBF)
        run = re.compile(
            f"{some(0xC2, 0xDF)}{tail}|{some(0xE0, 0xEF)}{tail}{{1,2}}"
            f"|{some(0xF0, 0xF4)}{tail}{{1,3}}"
        )
        byte_of = {chr(byte): byte for byte in range(0x80, 0xA0)}
        byte_of |= {char: byte for byte, char in char_of.items()}
        leads = "".join(char_of[byte] for byte in (0xE2, 0xE3, 0xEF, 0xF0))
        gate = re.compile(f"[{leads}]{tail}?{some(0x80, 0x9F)}|{char_of[0xEF]}{char_of[0xBB]}")
        return cls(byte_of, gate, run, re.compile(some(0xE0, 0xF4)))

    def bytes_of(self, run: str) -> bytes:
        """The bytes that were read as `run`."""
        return bytes(self.byte_of[char] for char in run)


def _decode_byte(byte: int, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            continue
    return chr(byte)


_THAI_PAGE = _Page.build("cp874", "cp1252")
_WESTERN_PAGE = _Page.build("cp1252")


_FTFY_PAGES = ("cp1252", "latin-1", "cp1251", "mac_roman", "cp437")


def _ftfy_gate() -> re.Pattern[str]:
    pairs = ["[\x80-\x9f]"]
    for encoding in _FTFY_PAGES:
        page = [_decode_byte(byte, (encoding,)) for byte in range(0x80, 0x100)]
        leads = re.escape("".join(page[0x42:0x75]))
        tails = re.escape("".join(page[:0x40]))
        pairs.append(f"[{leads}][{tails}]")
    return re.compile("|".join(pairs))


def _any_gate() -> re.Pattern[str]:
    """What every kind of damage has somewhere: a control of 80-9F, or a lead and what follows it.

    Text that has none is most text: one look at each character instead of one for each page.
    """
    leads, tails = {chr(byte) for byte in range(0x80, 0xA0)}, set[str]()
    for encodings in (("cp874", "cp1252"), *((name,) for name in _FTFY_PAGES)):
        page = [_decode_byte(byte, encodings) for byte in range(0x80, 0x100)]
        leads |= set(page[0x42:0x75])
        tails |= set(page[:0x40])
    tails |= {chr(byte) for byte in range(0x80, 0xA0)}
    some, then = (re.escape("".join(sorted(chars))) for chars in (leads, tails))
    return re.compile(f"[{some}](?:(?<=[\x80-\x9f])|(?=[{then}]))")


_FTFY_GATE = _ftfy_gate()
_WESTERN_EMOJI = "ðŸ"
_ANY_GATE = _any_gate()


def repair_text(text: str) -> str:
    """Undo UTF-8 that was read as cp874 or cp1252, then what ftfy can undo beyond that.

    Args:
        text: one document: a title, a summary, a whole page. Runs that cannot be decided are
            dropped only where the same document shows damage beyond doubt.

    Returns:
        The text with damaged runs repaired. Undamaged text of any language comes back as it is:
        typographic quotes, full-width forms, ligatures and line breaks are not touched.
    """
    if text.isascii() or not _ANY_GATE.search(text):
        return text
    once = _repaired(text)
    return once if once == text else _repaired(once)


def _repaired(text: str) -> str:
    """One round; what was damaged by two pages in turn needs two."""
    text = _repair_page(text, _THAI_PAGE)
    if _WESTERN_EMOJI in text:  # ftfy would take the space behind a lost byte for the byte
        text = _repair_page(text, _WESTERN_PAGE, only=_WESTERN_EMOJI)
    if "â€œ" in text:
        text = _LOST_CLOSING_QUOTE.sub("â€\x9d", text)
    if _FTFY_GATE.search(text):
        text = _ftfy(text)
    return _repair_page(text, _WESTERN_PAGE)


def _ftfy(text: str) -> str:
    import ftfy

    return ftfy.fix_text(
        text,
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )


def _repair_page(text: str, page: _Page, *, only: str = "") -> str:
    """One pass over the runs of one page, or over those that begin with `only`.

    A document without a word of real Thai whose damage is certain twice over is repaired freely:
    what stays undecided in it is decoration and goes. `๐Ÿ` goes wherever there is no real Thai.
    """
    if not page.gate.search(text):
        return text
    runs = [run for run in page.run.finditer(text) if run.group().startswith(only)]
    thai = page is _THAI_PAGE
    mixed = thai and _has_real_thai(text, page)
    certain = sum(_certain(page.bytes_of(run.group())) is not None for run in runs)
    free = thai and certain >= 2 and not mixed
    out: list[str] = []
    end = 0
    for run in runs:
        out.append(text[end : run.start()])
        end = run.end()
        data = page.bytes_of(run.group())
        repaired = _certain(data)
        if repaired is None:
            repaired = _short(data, before="".join(out[-2:]), mixed=mixed)
        if repaired is None and free:
            repaired = _any_character(data) or ""
        if repaired is None and not mixed and data[:2] == b"\xf0\x9f":
            repaired = ""
        out.append(run.group() if repaired is None else repaired)
    out.append(text[end:])
    joined = "".join(out)
    return page.lone.sub("", joined) if free else joined


def _has_real_thai(text: str, page: _Page) -> bool:
    """Whether there is Thai that cannot be damage: it is left over, or makes no UTF-8."""
    if _THAI_LEFT.search(page.run.sub(" ", text)):
        return True
    words = (page.bytes_of(word.group()) for word in _THAI_WORD.finditer(text))
    return any(_undecodable(word) for word in words)


def _undecodable(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _certain(data: bytes) -> str | None:
    """The symbol that `data` spells in full, if no real text could have been read as it."""
    if data[:2] == b"\xf0\x9f":
        return _symbol(data)
    marked = any(0x80 <= byte <= 0x9F for byte in data[1:])
    if data[0] == 0xE2 or data[:2] == b"\xe3\x80":
        return _symbol(data) if marked else None
    if data == b"\xef\xbb\xbf":
        return ""
    if data[:2] in (b"\xef\xb8", b"\xef\xbc", b"\xef\xbd") and marked:
        return _symbol(data)
    return None


def _any_character(data: bytes) -> str | None:
    """What `data` spells in full, letters included."""
    try:
        char = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return char if char.isprintable() or char == "\xa0" else None


def _symbol(data: bytes) -> str | None:
    """What `data` spells in full if that is a symbol, a punctuation mark or a joiner."""
    try:
        char = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _is_emoji(char) or unicodedata.category(char)[0] in "SPMZN" or char == "\u200d":
        return char
    return None


def _is_emoji(char: str) -> bool:
    return (
        0x1F300 <= ord(char) <= 0x1F64F
        or 0x1F680 <= ord(char) <= 0x1F6FF
        or 0x1F900 <= ord(char) <= 0x1FAFF
        or bool(_BMP_EMOJI.match(char))
    )


def _short(data: bytes, *, before: str, mixed: bool) -> str | None:
    """The one symbol that `data` spells when one of the five lost bytes is put back.

    Args:
        data: a run that lacks one byte.
        before: what precedes it, already repaired.
        mixed: the document holds real Thai, in which only `๐Ÿ` is beyond doubt.
    """
    if data == b"\xef\xb8":
        return _VARIATION_SELECTOR if before and _symbol(before[-1].encode()) else None
    if data[0] not in (0xE2, 0xF0) or (mixed and data[:2] != b"\xf0\x9f"):
        return None
    if data == b"\xe2\x80":
        return "”" if before.rfind("“") > before.rfind("”") else None
    found = {
        char
        for place in range(1, len(data) + 1)
        for lost in _LOST
        if (char := _symbol(data[:place] + bytes([lost]) + data[place:])) is not None
    }
    emoji = {char for char in found if _is_emoji(char)}
    best = emoji or found
    return best.pop() if len(best) == 1 else None
