"""The environment, .env and schedules.yaml, read once into one frozen Settings."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from digest.errors import ConfigError
from digest.model import Brand
from digest.settings.engine import INLINE, check_engine_fits
from digest.settings.issue_rules import IssueRules
from digest.settings.keeping import Keep
from digest.settings.leaving import Review, Sending
from digest.settings.mail import SmtpServer, Tls, smtp_server, webhook_secrets
from digest.settings.model_writer import ModelWriter, model_writer
from digest.settings.moments import WEEKDAYS, Moment
from digest.settings.notify import Notify
from digest.settings.operating import log_form, metrics_token
from digest.settings.parts import FILE, SCHEMA_FILE
from digest.settings.policies import Late, QuietWeek, ReviewPolicy
from digest.settings.schedule import Schedule
from digest.settings.schedules import ScheduleFile, parse_schedules
from digest.settings.web import (
    SERVED,
    Listen,
    Network,
    is_local_url,
    listen_address,
    read_listen,
    trusted_proxies,
)

__all__ = [
    "FILE", "SCHEMA_FILE", "WEEKDAYS", "IssueRules", "Keep", "Late", "Listen", "ModelWriter",
    "Moment", "Network", "Notify", "QuietWeek", "Review", "ReviewPolicy", "Schedule", "Sending",
    "Settings", "SmtpServer", "Tls", "file_text", "load_settings", "read_listen",
    "with_file",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run needs to know, checked.

    Attributes:
        folder: the project folder, which holds schedules.yaml.
        database_url: SQLAlchemy URL; a relative SQLite path is taken from `folder`.
        secret_key: signs the leave links; "" in a folder without one.
        review, sending: of an approved issue: how long it waits, how it is handed over.
        engine: who drains an issue that is under way.
        notify: whom to tell of drafts and of trouble.
        keep: how long what was collected is kept.
        base_url: where readers find the pages; "" if none are served.
        listen: where the pages are served on this machine.
        trusted_proxies: whose word on where a call came from is taken.
        webhook_secrets: any of them may have signed what Resend reports.
        smtp: the mail server of the provider `smtp`, if one is named.
        writer: the model that words briefs, if one is named.
        allowed_hosts: hosts that may be collected from though their addresses are private.
        log: the form of log lines: plain, logfmt or json.
        metrics_token: what lets others read the metrics; "" for callers of this machine alone.
    """

    folder: Path
    schedules: tuple[Schedule, ...]
    brand: Brand
    provider: str
    rules: IssueRules
    database_url: str
    review: Review = field(default_factory=Review)
    sending: Sending = field(default_factory=Sending)
    notify: Notify = field(default_factory=Notify)
    keep: Keep = field(default_factory=Keep)
    engine: str = INLINE
    base_url: str = ""
    listen: Listen = field(default_factory=Listen)
    trusted_proxies: tuple[Network, ...] = ()
    secret_key: str = field(default="", repr=False)
    resend_api_key: str = field(default="", repr=False)
    resend_api_url: str = ""
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    smtp: SmtpServer | None = None
    writer: ModelWriter = field(default_factory=ModelWriter)
    allowed_hosts: frozenset[str] = frozenset()
    log: str = "plain"
    metrics_token: str = field(default="", repr=False)

    @property
    def schedule(self) -> Schedule:
        """The one that makes the issue, in whose zone weeks are counted; else the first."""
        made = (one for one in self.schedules if one.makes_issues)
        return next(made, self.schedules[0])

    @property
    def is_public(self) -> bool:
        """Whether people beyond this machine are to reach the pages."""
        return not self.listen.is_local or bool(self.base_url and not is_local_url(self.base_url))

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that a mail may link to; none without a base URL."""
        return SERVED if self.base_url else ()


def load_settings(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Read `folder`/schedules.yaml, `folder`/.env and the environment (which wins).

    Raises:
        ConfigError: a file is missing or unreadable, or holds a key or value that cannot be
            used; it names the file, line and key, the value, and the fix.
    """
    file = parse_schedules(file_text(folder))
    values = {**_read_env_file(folder / ".env"), **(os.environ if environ is None else environ)}
    base_url = _base_url(values.get("RECAP_BASE_URL", ""))
    if base_url and not values.get("RECAP_SECRET_KEY"):
        raise ConfigError(
            f"RECAP_BASE_URL is `{base_url}` and RECAP_SECRET_KEY, which signs its links, is empty",
            hint="put RECAP_SECRET_KEY= with 40 random characters into .env, or run `recap init`",
        )
    database_url = _database_url(values.get("RECAP_DATABASE_URL", "sqlite:///recap.db"), folder)
    check_engine_fits(file.engine, database_url)
    return Settings(
        folder=folder,
        **_of_file(file),
        engine=file.engine,
        database_url=database_url,
        base_url=base_url,
        listen=listen_address(values, base_url),
        trusted_proxies=trusted_proxies(values),
        secret_key=values.get("RECAP_SECRET_KEY", ""),
        resend_api_key=values.get("RESEND_API_KEY", ""),
        resend_api_url=values.get("RESEND_API_URL", ""),
        webhook_secrets=webhook_secrets(values),
        smtp=smtp_server(values),
        writer=model_writer(values),
        allowed_hosts=_hosts(values.get("RECAP_ALLOWED_HOSTS", "")),
        log=log_form(values),
        metrics_token=metrics_token(values),
    )


def with_file(settings: Settings, text: str) -> Settings:
    """The settings with another text of schedules.yaml, and all else as it was, the engine too.

    Raises:
        ConfigError: the text cannot be used.
    """
    return replace(settings, **_of_file(parse_schedules(text)))


def file_text(folder: Path) -> str:
    """The text of schedules.yaml; `ConfigError` if it is missing or cannot be read."""
    path = folder / FILE
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no {FILE} in {folder}",
            hint="run `recap init` here, or go to the folder it made",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", hint="make it a readable UTF-8 file"
        ) from error


def _of_file(file: ScheduleFile) -> dict[str, Any]:
    return {
        "schedules": tuple(file.schedules),
        "brand": file.newsletter.brand,
        "provider": file.provider,
        "rules": file.issue,
        "review": file.review,
        "sending": file.sending,
        "notify": file.notify,
        "keep": file.keep,
    }


def _read_env_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        mode = stat.S_IMODE(path.stat().st_mode)
        raise ConfigError(
            f"{path} holds secrets and others on this machine may read it (mode {mode:o})",
            hint=f"run `chmod 600 {path}`",
        )
    return {key: value or "" for key, value in dotenv_values(path, interpolate=False).items()}


def _database_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if url.startswith(prefix) and url != prefix + ":memory:":
        return prefix + str((folder / url.removeprefix(prefix)).absolute())
    return url


def _hosts(text: str) -> frozenset[str]:
    """The hosts of a list with commas, in lower case."""
    hosts = [host.strip().lower() for host in text.split(",") if host.strip()]
    for host in hosts:
        if not re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", host):
            raise ConfigError(
                f"RECAP_ALLOWED_HOSTS names `{host}`, which is no host",
                hint="write names or addresses alone, such as `wiki.intra.your-domain, 10.0.0.7`",
            )
    return frozenset(hosts)


def _base_url(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
        raise ConfigError(
            f"RECAP_BASE_URL `{url}` is not a web address",
            hint="write the address of the pages, such as https://recap.your-domain",
        )
    return url.rstrip("/")
