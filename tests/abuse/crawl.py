"""Finds every page and form that links lead to, so that what is added later is attacked as well."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from flask import Flask
from lxml import html as lxml_html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from digest.web.desk.kept import FIELD

ORIGIN = "http://localhost"
_A_RULE, _A_PATH = 4, 10
"""Paths of one rule, and queries of one path, that are enough."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a page showed.

    Attributes:
        fields: names and what stood in them; of buttons and choices, one each.
        files: the names of its fields for files.
    """

    rule: str
    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


@dataclass
class Found:
    """What a crawl found, by rule.

    Attributes:
        queries: names that links and forms put into a page's query.
        missing: links that lead nowhere: the page, and what it links to.
    """

    paths: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    forms: dict[tuple[object, ...], list[Form]] = field(default_factory=lambda: defaultdict(list))
    missing: list[tuple[str, str]] = field(default_factory=list)

    def all_forms(self) -> list[Form]:
        """Every form, a few of a kind."""
        return [form for some in self.forms.values() for form in some]


def rule_of(app: Flask, path: str, method: str) -> Rule | None:
    """The rule that takes a call; None if none does."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return rule


def crawl(
    app: Flask,
    get: Callable[[str], Any],
    starts: Iterable[str],
    found: Found,
    send: Callable[[Form], Any] | None = None,
) -> None:
    """Follow every link from some pages on, and note what is found.

    Args:
        get: asks for a path.
        send: sends a form with files, to see the pages that come behind it.
    """
    seen, asked, waiting = set(), Counter(), list(starts)
    while waiting:
        url = waiting.pop(0)
        path, query = urlsplit(url).path, urlsplit(url).query
        rule = rule_of(app, path, "GET")
        if rule is None:
            continue
        names = frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True))
        found.queries[rule.rule] |= names
        known = found.paths[rule.rule]
        if url in seen or (path not in known and len(known) >= _A_RULE) or asked[path] >= _A_PATH:
            continue
        seen.add(url)
        asked[path] += 1
        if path not in known:
            known.append(path)
        reply = get(url)
        waiting += _ours(reply.headers.get("Location", ORIGIN), url)
        if reply.mimetype != "text/html" or not reply.data:
            continue
        page = lxml_html.document_fromstring(reply.get_data(as_text=True))
        for link in _links(page, url):
            waiting.append(link)
            if rule_of(app, urlsplit(link).path, "GET") is None:
                found.missing.append((url, link))
        waiting += _asking(page, url)
        for form in _forms(app, page, url, found):
            kind = form.rule, *sorted(name for name, _ in form.fields), *_verbs(form)
            if form not in found.forms[kind] and len(found.forms[kind]) < _A_RULE // 2:
                found.forms[kind].append(form)
                if form.files and send:
                    reply = send(form)
                    waiting += _ours(reply.headers.get("Location", ORIGIN), url)
            if form.path not in found.paths[form.rule]:
                found.paths[form.rule].append(form.path)


def _verbs(form: Form) -> tuple[str, ...]:
    """What tells buttons of one name apart: `up STORY` from `drop STORY`."""
    return tuple(
        text.split(" ")[0][:20] for name, text in form.fields if name in ("move", "do", "step")
    )


def _links(page: Any, url: str) -> Iterator[str]:
    for target in page.xpath(
        "//a/@href | //link/@href | //script/@src | //iframe/@src | //img/@src"
    ):
        yield from _ours(target, url)
    for target in page.xpath("//@data-url | //@data-progress"):
        yield from _ours(target, url)


def _asking(page: Any, url: str) -> Iterator[str]:
    """What forms that only look ask for, by each of their choices."""
    for option in page.xpath("//form[not(@method) or @method='get']//select[@name]//option"):
        (choice,) = option.xpath("ancestor::select")
        action = option.xpath("ancestor::form")[0].get("action") or urlsplit(url).path
        for target in _ours(action, url):
            yield f"{target}?{choice.get('name')}={quote(option.get('value', ''))}"


def _ours(target: str, url: str) -> Iterator[str]:
    whole = urljoin(ORIGIN + url, target)
    base = "https://recap.example"
    for origin in (ORIGIN, base):
        if whole == origin or whole.startswith((f"{origin}/", f"{origin}?")):
            yield whole.removeprefix(origin).partition("#")[0] or "/"


def _forms(app: Flask, page: Any, url: str, found: Found) -> Iterator[Form]:
    for form in page.xpath("//form"):
        inside = form.xpath(".//input | .//textarea | .//select | .//button")
        if id := form.get("id"):
            inside += page.xpath("//*[@form=$id]", id=id)
        plain, files, buttons = {}, [], []
        for one in inside:
            kind, name = one.get("type", ""), one.get("name", "")
            if one.tag == "button" or kind == "submit":
                buttons.append((name, one.get("value", ""), one.get("formaction")))
            elif kind == "file":
                files.append(name)
            elif name and name != FIELD:
                plain.setdefault(name, _value(one))
        for name, value, action in buttons or [("", "", None)]:
            (path,) = list(_ours(action or form.get("action") or url, url))[:1] or [""]
            path, method = urlsplit(path).path, form.get("method", "get").upper()
            rule = rule_of(app, path, method)
            if rule is None:
                found.missing.append((url, f"{method} {path}"))
                continue
            if method == "GET":
                found.queries[rule.rule] |= {*plain, name} - {""}
                continue
            fields = {**plain, name: value} if name else plain
            yield Form(rule.rule, path, tuple(fields.items()), tuple(files))


def _value(element: Any) -> str:
    if element.tag == "textarea":
        return (element.text or "").lstrip("\n")
    if element.tag == "select":
        chosen = element.xpath(".//option[@selected]") or element.xpath(".//option")
        return str(chosen[0].get("value", chosen[0].text_content())) if chosen else ""
    return str(element.get("value", ""))
