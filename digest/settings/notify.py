"""The part `notify` of schedules.yaml: who is told that a draft waits or something is wrong."""

from __future__ import annotations

from typing import Annotated

import yaml
from msgspec import Meta

from digest.consent import normalise_address
from digest.errors import ConfigError, InputError
from digest.settings.parts import Part, place_of

Address = Annotated[str, Meta(extra_json_schema={"pattern": "@"})]


class Notify(Part, frozen=True):
    """Addresses of those who make the newsletter.

    Attributes:
        editors: they are told of a draft that waits for review.
        operators: they are told of an issue that is held, and of mails that wait for a decision.
    """

    editors: tuple[Address, ...] = ()
    operators: tuple[Address, ...] = ()


def check_notify(notify: Notify, tree: yaml.Node | None) -> None:
    """Refuse what is no address; `ConfigError` names line, value and fix."""
    for name, addresses in (("editors", notify.editors), ("operators", notify.operators)):
        for place, address in enumerate(addresses):
            try:
                normalise_address(address)
            except InputError as error:
                raise ConfigError(
                    f"{place_of(f'notify.{name}[{place}]', tree)}: `{address}` is no address",
                    hint="write the address alone, such as ada@your-domain",
                ) from error
