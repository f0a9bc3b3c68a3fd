"""The words of a mail in reading order: of its MJML, of its HTML, and of what Outlook reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

# Where one of these begins or ends, a word ends too; anywhere else markup stands within words.
_BLOCKS = frozenset(
    "address article aside blockquote body br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_UNSEEN = frozenset({"head", "script", "style", "title"})


def words_of_mjml(source: str) -> list[str]:
    """The words that the texts of an MJML document hold."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return "".join(
        _pieces(etree.fromstring(source.encode("utf-8"), parser).find("mj-body"))
    ).split()


def words_of_html(html: str) -> list[str]:
    """The words of the body of an HTML document, the hidden line for the inbox too."""
    return "".join(_pieces(lxml_html.document_fromstring(html).find("body"))).split()


def as_outlook_reads(html: str) -> str:
    """The document with what only Outlook's Word engine reads in place, and without the rest."""
    html = re.sub(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.DOTALL)
    return re.sub(r"<!--\[if [^\]]*\]>|<!\[endif\]-->", "", html)


def without_styles(html: str) -> str:
    """The document as a client shows it that drops every `<style>`."""
    return re.sub(r"<style[^>]*>.*?</style>", "", html, flags=re.DOTALL)


def without_images(html: str) -> str:
    """The document as a client shows it that loads no image."""
    return re.sub(r"(?<=\s)(?:src|srcset|background)=|url\([^)]*\)", "off=", html)


def _pieces(node: Any) -> Iterator[str]:
    """The texts below a node, with a line break where a block begins or ends."""
    if not isinstance(node.tag, str) or node.tag in _UNSEEN:
        return
    edge = "\n" if node.tag in _BLOCKS or node.tag.startswith("mj") else ""
    yield edge + (node.text or "")
    for child in node:
        yield from _pieces(child)
        yield child.tail or ""
    yield edge
