"""The model that words briefs, as the environment names it; without an address there is none."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit, urlunsplit

from digest.errors import ConfigError

BUDGET = 200_000
"""Tokens that one draft may cost unless RECAP_WRITER_BUDGET says otherwise."""

_PATH = "/chat/completions"


@dataclass(frozen=True, slots=True)
class ModelWriter:
    """Where the model is asked, under which name, and how much one draft may cost.

    Attributes:
        url: of the chat-completions endpoint; "" where no model is asked.
        key: sent as a bearer token; "" for a server that wants none.
        budget: tokens of prompts and answers together, for one draft.
    """

    url: str = ""
    key: str = field(default="", repr=False)
    model: str = ""
    budget: int = BUDGET


def model_writer(values: Mapping[str, str]) -> ModelWriter:
    """Read the RECAP_WRITER_ variables; all of them count only where the address is set.

    Raises:
        ConfigError: one of them cannot be used; neither the key nor an address's query is shown.
    """
    address = values.get("RECAP_WRITER_URL", "").strip()
    if not address:
        return ModelWriter()
    return ModelWriter(
        url=_url(address),
        key=_key(values.get("RECAP_WRITER_KEY", "")),
        model=_model(values.get("RECAP_WRITER_MODEL", "")),
        budget=_budget(values.get("RECAP_WRITER_BUDGET", "")),
    )


def _url(address: str) -> str:
    """The endpoint: the address itself, or what a base address such as `…/v1` leads to."""
    hint = "write an address such as https://api.your-provider/v1 or http://localhost:8080/v1"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), ""
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\x00-\x1f]", address):
        raise ConfigError("RECAP_WRITER_URL is not a web address", hint=hint)
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            f"RECAP_WRITER_URL names a user in the address of {host}",
            hint="put the key into RECAP_WRITER_KEY and leave the user out of the address",
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigError(
            f"RECAP_WRITER_URL sends the key and the items to {host} without encryption",
            hint="write https://; http:// is for a server on this machine",
        )
    path = parts.path.rstrip("/")
    path = path if path.endswith(_PATH) else path + _PATH
    return urlunsplit(parts._replace(path=path, fragment=""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _key(key: str) -> str:
    key = key.strip()
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise ConfigError(
            "RECAP_WRITER_KEY holds a space or a sign that no key has",
            hint="copy the key again, as one word",
        )
    return key


def _model(model: str) -> str:
    model = model.strip()
    if not 1 <= len(model) <= 100 or not model.isprintable():
        raise ConfigError(
            f"RECAP_WRITER_URL is set and RECAP_WRITER_MODEL is {model[:100]!r}",
            hint="write the model's name as its server lists it, at most 100 characters",
        )
    return model


def _budget(budget: str) -> int:
    budget = budget.strip()
    if not re.fullmatch(r"[0-9]{0,12}", budget):
        raise ConfigError(
            f"RECAP_WRITER_BUDGET {budget[:40]!r} is not a number of tokens",
            hint=f"write a whole number such as {BUDGET}",
        )
    return int(budget) if budget else BUDGET
