"""Text as a source gave it, made fit to print: plain, repaired, one line, in a known language.

Reading dates, repairing code pages and folding addresses live in modules of their own; they are
named here too, so that `digest.clean` is the one place to clean anything.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata

import nh3

from digest.addresses import canonical_url, clean_link, shown_url
from digest.dates import parse_date
from digest.mojibake import repair_text

__all__ = [
    "at_sentence",
    "canonical_url",
    "clean_link",
    "fold",
    "html_to_text",
    "is_bare",
    "language_of",
    "parse_date",
    "plain",
    "repair_text",
    "shorten",
    "shown_url",
    "without_markdown",
    "without_tex",
]

_BLOCKS = (
    "address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|dir|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|html|legend|li|main|menu|nav|ol"
    "|optgroup|option|p|pre|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INLINE = (
    "a|abbr|acronym|applet|area|audio|b|base|bdi|bdo|big|blink|button|canvas|cite|code|col|colgroup"
    "|command|data|datalist|del|dfn|em|embed|font|frame|frameset|head|i|iframe|img|input|ins|kbd|keygen|label"
    "|link|map|mark|marquee|math|meta|meter|noscript|object|output|param|picture|progress|q|rp|rt"
    "|ruby|s|samp|script|select|slot|small|source|span|strike|strong|style|sub|sup|svg|template"
    "|textarea|time|track|tt|u|var|video|wbr|[a-z]+:[a-z]+"
)
_UNSEEN = {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select"}
_TAG = re.compile(rf"<(?=/?(?:{_BLOCKS}|{_INLINE})(?:[\s/>]|$)|!--|!doctype|\?)", re.IGNORECASE)
_NO_TAG = re.compile(rf"<(?!/?(?:{_BLOCKS}|{_INLINE})(?:[\s/>]|$)|!--|!doctype|\?)", re.IGNORECASE)
_MARKUP = re.compile(
    r"</(?:a|b|blockquote|div|em|h[1-6]|i|li|p|span|strong|ul)>|<br\s*/?>"
    r"|<(?:a|div|iframe|img|p|script|span|video)\s[^<>]*=",
    re.IGNORECASE,
)
"""What nobody writes about, so that markup which was escaped twice is markup all the same."""

_BLOCK_TAG = re.compile(rf"<(?=/?(?:{_BLOCKS})(?:[\s/>]|$))", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_FRAME = re.compile(r"<(?:iframe|object)\b[^>]*>", re.IGNORECASE)
_FRAME_END = re.compile(r"</(?:iframe|object)\b", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKDOWN = (
    (("```",), re.compile(r"^\s*```.*?(?:^\s*```|\Z)", re.DOTALL | re.MULTILINE), " "),
    (("![",), re.compile(r"!\[[^\]]*\]\([^)\s]*\)"), " "),
    (("](http",), re.compile(r"\[([^\]]+)\]\(https?://[^)\s]+\)"), r"\1"),
    (("**",), re.compile(r"(?<=[^\s.!?:])\*\*\s+\*\*(?=\S)"), ". "),
    (("**", "__"), re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (("#", "***", "---"), re.compile(r"^\s*(?:#{1,6}\s+|\*{3,}|-{3,})", re.MULTILINE), " "),
)
"""What a mark cannot be without, the mark, and what takes its place."""

_MARKDOWN_SIGNS = ("*", "_", "#", "`", "[", "---")
_WHITE = "\t\n\r"
_BARE = bytes({*map(ord, _WHITE), *range(0x20, 0x7F)} - {*map(ord, "<&$\\*_#`[")})
"""ASCII without controls, and without what HTML, TeX and Markdown have their signs of."""

_STYLED = re.compile(
    r"\\(?:text\w*|emph|math\w*|operatorname|underline|mbox|boldsymbol|bm)\s?\{([^{}]*)\}"
)
_MATH = re.compile(
    r"\$(?=[^\d\s$])(?P<open>[^$\n]{1,80}?)(?<=\S)\$(?![\d$])|\$(?P<counted>\d[^$\s]{1,40})\$(?!\d)"
    r"|\\\((?P<round>.{1,80}?)\\\)"
)
_FORMULA = re.compile(r"[\\^_{}=<>]|^\w+$|^.{1,3}$")
_MACRO = re.compile(r"\\([A-Za-z]+)\b\s?")
_SIGNS = {
    "times": "×", "cdot": "·", "pm": "±", "sim": "~", "approx": "≈", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "to": "→", "rightarrow": "→", "infty": "∞",
    "ell": "ℓ", "ldots": "…", "dots": "…", "lambda": "λ", "Lambda": "Λ", "epsilon": "ε",
    "varepsilon": "ε", "varphi": "φ", "vartheta": "θ", "partial": "∂", "nabla": "∇",
}  # fmt: skip
_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"), 3),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"), 3),
    ("ja", re.compile(r"[\u3041-\u30ff\uff66-\uff9d]"), 3),
    ("ru", re.compile(r"[\u0400-\u04ff]"), 1),
    ("ar", re.compile(r"[\u0620-\u064a\u066e-\u06d3]"), 1),
    ("th", re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]"), 1),
    ("he", re.compile(r"[\u05d0-\u05ea]"), 1),
    ("el", re.compile(r"[\u0370-\u03ff]"), 1),
    ("hi", re.compile(r"[\u0900-\u097f]"), 1),
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_ENDS = ".!?…。！？"
_SENTENCE_END = re.compile(r"[.!?…]['\"’”)]?(?=\s)|[。！？]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1dff\u2c00-\U0010ffff]")
_FOREIGN_SHARE = 0.3


def html_to_text(html: str) -> str:
    """The text a reader would see of a fragment of HTML, or of text that is no HTML at all.

    Scripts, styles, drawings, frames, comments and every image (tracking pixels among them) are
    gone; block elements and line breaks become line breaks, so that words are never glued; entities
    become characters. A `<` that opens no element of HTML stays: `x < y`, `<think>`.

    Args:
        html: any string; broken markup too.

    Returns:
        Text with line breaks; white space is not folded and damage is not repaired.
    """
    text = _CDATA.sub(r"\1", html) if "<![CDATA[" in html else html
    if "<" in text and _TAG.search(text):
        if not _FRAME_END.search(text):
            text = _FRAME.sub("", text)
        text = _NO_TAG.sub("&lt;", text)
        text = _BLOCK_TAG.sub("\n<", text)
        text = nh3.clean(text, tags=set(), attributes={}, clean_content_tags=_UNSEEN, link_rel=None)
    return _unescaped(text).strip()


def without_markdown(text: str) -> str:
    """The text without the marks of Markdown: bold, headings, rules, code blocks, links, images.

    The words of a link stay, its address goes; the words of an image and of a code block go.
    """
    if any(map(text.__contains__, _MARKDOWN_SIGNS)):
        for signs, mark, words in _MARKDOWN:
            if any(map(text.__contains__, signs)):
                text = mark.sub(words, text)
    return text


def without_tex(text: str) -> str:
    """The text without the marks of TeX: `$\\alpha$` is α, `\\textbf{x}` is x, `50\\%` is 50%.

    Amounts of money keep their signs: what stands between two dollar signs is a formula if it has
    a mark of one, or is a single word.
    """
    if "\\" not in text and "$" not in text:
        return text
    text = _without_styles(_MATH.sub(_formula, text))
    return re.sub(r"\\([%$&_#])", r"\1", text)


def _formula(match: re.Match[str]) -> str:
    """The signs of a formula; the match itself if it is none."""
    inner = match["open"] or match["counted"] or match["round"]
    marks = _FORMULA if match["open"] else re.compile(r"[\\^{]")
    if not match["round"] and not marks.search(inner):
        return match[0]
    inner = _without_styles(_MACRO.sub(_sign, inner))
    return re.sub(r"[{}]", "", inner)


def _without_styles(text: str) -> str:
    while (rest := _STYLED.sub(r"\1", text)) != text:
        text = rest
    return text


def _sign(macro: re.Match[str]) -> str:
    """The character that a macro of TeX stands for; the macro itself if it is none that we know."""
    name = macro[1]
    if name in _SIGNS:
        return _SIGNS[name]
    case = "SMALL" if name[0].islower() else "CAPITAL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper()}")
    except KeyError:
        return macro[0]


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda match: entities.unescape(match[0]), text) if "&" in text else text


def is_bare(text: str) -> bool:
    """Whether text is printable ASCII with no sign of HTML, Markdown or TeX: only to be folded."""
    return text.isascii() and "---" not in text and not text.encode().translate(None, _BARE)


def fold(text: str) -> str:
    """Bare text on one line with single spaces."""
    if any(map(text.__contains__, ("  ", *_WHITE))):
        return " ".join(text.split())
    return text.strip()


def plain(text: str, *, limit: int | None = None) -> str:
    """One line of printable text: no markup, no damage, no control characters, single spaces.

    Args:
        text: HTML or plain text, once or twice escaped.
        limit: the most characters to return, at least 1; None for all.

    Returns:
        The line in Unicode's composed form (NFC); cut at a word with `…` where it is too long.
    """
    text = html_to_text(text)
    if "<" in text and _MARKUP.search(text):
        text = html_to_text(text)
    line = _one_line(repair_text(_unescaped(text)))
    return line if limit is None else shorten(line, limit)


def _one_line(text: str) -> str:
    """Repaired text without control characters, with single spaces, in composed form."""
    if text.isprintable() and "  " not in text:
        folded = text.strip()
    elif not (folded := " ".join(text.split())).isprintable():
        folded = " ".join(_INVISIBLE.sub("", text).split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters (>= 1): cut at a word, where there is one, with `…`."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if not text[limit - 1].isspace() and space > limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:–—-(\u200d") + "…"


def at_sentence(text: str, limit: int) -> str:
    """`text` in at most `limit` characters (>= 2), ended after a sentence if one ends late enough.

    One that ends in the first half is too early: then it is cut as by `shorten`.
    """
    if len(text) <= limit:
        return text
    start, place, half = text[:limit], limit, limit // 2
    # From behind, since the last end of a sentence is near.
    while (place := max(start.rfind(sign, half - 1, place) for sign in _ENDS)) >= 0:
        end = _SENTENCE_END.match(start, place)
        if end and end.end() > half:
            return start[: end.end()]
    return shorten(text, limit)


def language_of(text: str) -> str:
    """The language that the script of `text` gives away, as ISO 639-1; "en" for Latin letters.

    A sign of Chinese, Japanese or Korean says as much as three letters, and names stay Latin in
    every language: from three tenths on the other script decides.
    """
    if text.isascii() or not _OTHER_SCRIPT.search(text):
        return "en"
    weights = {code: len(script.findall(text)) * weight for code, script, weight in _SCRIPTS}
    latin = len(_LATIN.findall(text))
    if weights["ja"] and weights["zh"] <= 19 * weights["ja"]:
        weights["ja"] += weights.pop("zh")
    code, most = max(weights.items(), key=lambda pair: pair[1])
    if not most or most < _FOREIGN_SHARE * (latin + most):
        return "en"
    if code == "ru" and re.search("[іїєґІЇЄҐ]", text):
        return "uk"
    if code == "ar" and re.search("[پچژگ]", text):
        return "fa"
    return code
