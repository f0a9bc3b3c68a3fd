"""The part `newsletter` of schedules.yaml: how it signs and looks."""

from __future__ import annotations

import re
from difflib import get_close_matches
from email.utils import parseaddr
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import yaml
from msgspec import Meta

from digest.errors import ConfigError
from digest.model import COLOURS, Brand
from digest.settings.parts import Part, place_of

_BRAND = Brand()


class Newsletter(Part, frozen=True):
    """How the newsletter signs and looks.

    Attributes:
        name: printed at the top and in the title.
        sender: Name <address>, of your own domain.
        reply_to: where replies go; empty: to the sender.
        address: the postal address in the footer, which mail law asks for.
        tagline: the line under the name.
        language: BCP 47, such as en, ar or pt-BR.
        logo: https address of a picture in place of the name.
        colours: by name, such as {accent: "#0a5c36"}.
        intro: a line under the lead of every issue.
        footer: a line at the end of every mail.
    """

    name: str = _BRAND.name
    sender: Annotated[str, Meta(extra_json_schema={"pattern": "@"})] = _BRAND.sender
    reply_to: str = _BRAND.reply_to
    address: str = _BRAND.address
    tagline: str = _BRAND.tagline
    language: str = _BRAND.language
    logo: Annotated[str, Meta(extra_json_schema={"pattern": "^(https://.+)?$"})] = _BRAND.logo
    colours: dict[Any, Any] = msgspec.field(default_factory=dict)  # checked with better words below
    intro: str = _BRAND.intro
    footer: str = _BRAND.footer

    @property
    def brand(self) -> Brand:
        """The brand that signs the mails."""
        values = msgspec.structs.asdict(self)
        return Brand(**values | {"colours": MappingProxyType(dict(self.colours))})


def check_newsletter(newsletter: Newsletter, tree: yaml.Node | None) -> None:
    """Refuse what no mail can be signed with; `ConfigError` names line, value and fix."""
    if "@" not in parseaddr(newsletter.sender)[1]:
        raise ConfigError(
            f"{place_of('newsletter.sender', tree)}: `{newsletter.sender}` has no address",
            hint="write `Name <name@your-domain>`",
        )
    if (language := newsletter.language) != _BRAND.language:
        from digest.localisation import is_language  # loads the CLDR, which English does not need

        if not is_language(language):
            raise ConfigError(
                f"{place_of('newsletter.language', tree)}: language `{language}` is not known",
                hint="write a BCP 47 code, such as en, ar or pt-BR",
            )
    if newsletter.logo and not re.fullmatch(r"https://[^\s/?#]+/\S*", newsletter.logo):
        raise ConfigError(
            f"{place_of('newsletter.logo', tree)}: `{newsletter.logo}` is no https address of a"
            " picture",
            hint="write one that every reader can open, such as https://your-domain/logo.png",
        )
    for name, value in newsletter.colours.items():
        _check_colour(name, value, place_of(f"newsletter.colours.{name}", tree))


def _check_colour(name: object, value: object, place: str) -> None:
    if name not in COLOURS:
        close = get_close_matches(str(name), COLOURS, n=1)
        guess = f"did you mean `{close[0]}`? " if close else ""
        raise ConfigError(
            f"{place}: no colour is called `{name}`", hint=f"{guess}names are {', '.join(COLOURS)}"
        )
    if value is None:
        raise ConfigError(
            f"{place}: `{name}` has no value",
            hint=f'write {name}: "#b3261e" in quotes; without them YAML skips what follows #',
        )
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ConfigError(
            f"{place}: `{value}` is no colour", hint=f'write {name}: "#b3261e", six digits 0 to f'
        )
