"""Dress a page: Jinja templates to MJML to HTML, and to wrapped plain text.

A folder of overrides comes before the shipped templates, file by file.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import jinja2
from jinja2.ext import Extension
from markupsafe import Markup, escape
from mjml import mjml2html

from digest.columns import bar_line, grid, rule, wrap
from digest.direction import direction_of, led
from digest.errors import TemplateError
from digest.guards import check_html, check_mjml, compiler_problem
from digest.localisation import Catalog
from digest.model import Brand
from digest.shipped import shipped

_UNSAFE_IN_ATTRIBUTE = re.compile(r"[^\x20-\x7e]|[\"'&<>\\{}`]")
_PLAIN = re.compile(r"[\w./:?#=~%+,;@-]*", re.ASCII)
# A mail client shows the first text of the body after a short preheader; this fills the line.
_PADDING = Markup("&#847;&#8204;&#160;" * 50)
_NOTHING = Markup("")
_TOKENS = "email/_tokens.mjml.j2"
_TOKEN = re.compile(r"\{\{ t\.(\w+(?:\[\d\])?) \}\}")
_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Printed(Protocol):
    """What every page has beside its own texts; a template finds it as `page`."""

    @property
    def language(self) -> str:
        """BCP 47."""

    @property
    def direction(self) -> str:
        """Either "ltr" or "rtl"."""

    @property
    def brand(self) -> Brand:
        """Who signs it."""


def to_html(
    page: Printed,
    words: Catalog,
    templates: Path | None = None,
    *,
    kind: str = "issue",
    texts: Iterable[str] = (),
    links: Iterable[str] = (),
) -> tuple[str, tuple[str, ...]]:
    """The HTML of a page, and what is wrong with it or with the MJML before it.

    Args:
        templates: a folder that comes before the shipped one.
        kind: names the template: `email/issue.mjml.j2`.
        texts: one-line texts that a reader must be able to read in it.
        links: addresses that must be behind some link in it.

    Raises:
        TemplateError: Jinja refused a template; it names file and line.
    """
    source = to_mjml(page, words, templates, kind=kind)
    if problems := check_mjml(source):
        return "", problems
    try:
        html = compile_mjml(source)
    except ValueError as error:
        return "", (f"MJML refused: {error}",)
    return html, check_html(html, texts=texts, links=links)


def to_mjml(
    page: Printed, words: Catalog, templates: Path | None = None, *, kind: str = "issue"
) -> str:
    """The MJML of a page, every printed value escaped; `TemplateError` names file and line."""
    name = f"email/{kind}.mjml.j2"
    source = _fill(name, page, words, templates)
    if "{{" in source or "{%" in source:
        source = _fill(name, _armoured(page), words, templates)
    return source


def to_text(
    page: Printed, words: Catalog, templates: Path | None = None, *, kind: str = "issue"
) -> str:
    """The plain-text part of a page; `TemplateError` names file and line."""
    return _fill(f"email/{kind}.txt.j2", page, words, templates).strip("\n") + "\n"


def compile_mjml(source: str) -> str:
    """HTML from MJML, without comments, web fonts or anything fetched.

    Raises:
        ValueError: the compiler refused; the text names the line where it is known.
    """
    try:
        html: str = mjml2html(source, disable_comments=True, fonts={})
    except ValueError as error:
        raise ValueError(compiler_problem(str(error), source)) from error
    return html


def attr(value: object) -> Markup:
    """A value for an HTML or MJML attribute: blanks folded, all but plain signs as `&#N;`.

    The compiler writes attribute values in escapes of its own, which readers would see; it
    leaves plain ASCII and numeric references alone.
    """
    plain = value.unescape() if isinstance(value, Markup) else str(value)
    if _PLAIN.fullmatch(plain):
        return Markup(plain)
    text = " ".join(plain.split())
    return Markup(_UNSAFE_IN_ATTRIBUTE.sub(lambda sign: f"&#{ord(sign.group())};", text))


def _armoured(value: Any) -> Any:
    """The same page with braces in its texts as references: a story may write about templates."""
    if isinstance(value, str):
        text = str(escape(value)).replace("{", "&#123;").replace("}", "&#125;")
        return Markup(text) if text != value else value
    if isinstance(value, tuple):
        return tuple(_armoured(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: _armoured(getattr(value, part.name)) for part in fields(value)}
        return replace(value, **parts)
    return value


def _new_environment(templates: Path | None, marked_up: bool, words: Catalog) -> jinja2.Environment:
    folders = [str(templates)] if templates else []
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*folders, str(shipped("templates"))]),
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        autoescape=marked_up,
        # Only a project's own templates change while the program runs.
        auto_reload=bool(folders),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(attr=attr, **_directed(words.direction))
    environment.globals["padding"] = _PADDING
    return environment


_environment = lru_cache(maxsize=8)(_new_environment)


def _directed(direction: str) -> dict[str, Callable[..., str]]:
    """The filters that go by the direction of the mail and of what they are given."""

    def side(text: str, *, inline: bool = False) -> Markup:
        """Attributes for a text that runs against the mail; `align` is for blocks only."""
        own = direction_of(text, direction)
        if own == direction:
            return _NOTHING
        edge = "" if inline else f' align="{"right" if own == "rtl" else "left"}"'
        return Markup(f' dir="{own}"{edge}')

    return {
        "side": side,
        "wrap": lambda text, first="", rest="": led(
            wrap(text, first, rest), direction_of(text, direction)
        ),
        "rule": lambda text, sign: led(rule(text, sign), direction_of(text, direction)),
        "grid": lambda table: led(grid(table), direction),
        "bar_line": lambda *parts: led(bar_line(*parts), direction),
    }


def _fill(name: str, page: Printed, words: Catalog, templates: Path | None) -> str:
    marked_up = name.endswith(".mjml.j2")
    environment = _environment(templates, marked_up, words)
    shared = {"brand": page.brand, "language": page.language, "direction": page.direction}
    try:
        if marked_up:
            look = tuple(sorted(page.brand.colours.items())), bool(page.brand.logo)
            tokens = environment.get_template(_TOKENS)
            environment, shared["t"] = _dressed(templates, words, tokens, *look)
        return environment.get_template(name).render(page=page, **shared)
    except jinja2.TemplateSyntaxError as error:
        raise _refused(error.name or name, error.lineno, error.message or "") from error
    except jinja2.TemplateNotFound as error:
        raise _refused(name, 0, f"it needs `{error.name}`, which does not exist") from error
    except (jinja2.TemplateError, *_FAILURES) as error:
        file, line = _place(error, name)
        raise _refused(file, line, str(error) or type(error).__name__) from error


@lru_cache(maxsize=8)
def _dressed(
    templates: Path | None,
    words: Catalog,
    tokens: jinja2.Template,
    colours: tuple[tuple[str, str], ...],
    logo: bool,
) -> tuple[jinja2.Environment, object]:
    """Where the templates of a look are compiled, and its tokens, which they find as `t`.

    A token that is printed alone is put into a template before it is compiled: most of what a
    template prints are tokens, the same in every mail.
    """
    brand = Brand(colours=dict(colours), logo="https://" if logo else "")
    module = tokens.make_module({"brand": brand, "direction": words.direction})
    environment = _new_environment(templates, True, words)
    environment.add_extension(_Tokens)
    printed = {name: value for name, value in vars(module).items() if isinstance(value, str)}
    for name, value in vars(module).items():
        if isinstance(value, list):
            printed |= {f"{name}[{at}]": part for at, part in enumerate(value)}
    environment.extend(tokens=printed)
    return environment, module


class _Tokens(Extension):
    """Puts tokens into the source of a template, for `{{ t.name }}`."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        tokens: dict[str, str] = self.environment.tokens  # type: ignore[attr-defined]
        return _TOKEN.sub(lambda found: tokens.get(found[1], found[0]), source)


def _place(error: Exception, name: str) -> tuple[str, int]:
    """The template and line an error came from: the last template in its traceback."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(".j2")
    ]
    if not frames:
        return name, 0
    folder = Path(frames[-1].filename)
    return f"{folder.parent.name}/{folder.name}", frames[-1].lineno or 0


def _refused(name: str, line: int, message: str) -> TemplateError:
    place = f"template {name}" + (f", line {line}" if line else "")
    return TemplateError(
        f"{place}: {message.strip()}",
        hint=f"correct {name} in your templates folder, or remove it there to use the shipped one",
    )
