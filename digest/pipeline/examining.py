"""Look at everything that has to hold before the first issue; `digest.diagnosis` judges it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import requests
from urllib3.exceptions import HTTPError

from digest.diagnosis import (
    Facts,
    Finding,
    Ledger,
    Pages,
    Records,
    Served,
    Texts,
    Unseen,
    diagnose,
    dkim_name,
    dmarc_names,
    is_policy,
    return_path,
)
from digest.errors import ConfigError, StoreError
from digest.providers.accounts import TIMEOUT, ask_provider
from digest.providers.records import Resolver
from digest.settings import Settings, load_settings
from digest.sources.guard import forbidden
from digest.store import open_store
from digest.tokens import keys_of

_NOBODY = f"0.{'0' * 6}.{'0' * 32}"
"""The shape of a token to leave by, which is nobody's."""

_MOST = 10_000


def examine(
    folder: Path,
    *,
    clock: Callable[[], datetime],
    resolver: Resolver,
    next_issues: Callable[[Settings], Mapping[str, datetime]],
    on_step: Callable[[str], object] = str,
) -> tuple[Finding, ...]:
    """The findings for the project in `folder`; settings that cannot be used are the only one.

    Asks the provider, the DNS and the web page to leave by; sends nothing and changes nothing.

    Args:
        clock: the current moment, UTC.
        next_issues: when the next issue of each schedule that sends leaves.
        on_step: told what is looked at.
    """
    try:
        settings = load_settings(folder)
    except ConfigError as error:
        return (Finding("settings", "settings", "error", error.problem, error.hint),)
    sender = parseaddr(settings.brand.sender)[1]
    place = _disk_of(settings)
    on_step("asking the provider")
    known = Facts(
        provider=settings.provider,
        key=settings.resend_api_key,
        server=f"{settings.smtp.host}:{settings.smtp.port}" if settings.smtp else "",
        answer=ask_provider(settings, clock),
        sender=sender,
        reply_to=settings.brand.reply_to,
        postal_address=settings.brand.address,
        webhook_secrets=len(settings.webhook_secrets),
        secret_keys=keys_of(settings.secret_key),
        env_file=(folder / ".env").exists(),
        ledger=_ledger(settings.database_url),
        folder=str(place),
        free=_free(place),
        outbox=_unwritable(folder / "outbox") if settings.provider == "outbox" else None,
        next_issues=next_issues(settings),
    )
    on_step("asking the DNS and the pages")
    asks = known.sends and not known.is_invented
    return diagnose(
        replace(
            known,
            records=_records(resolver, known) if asks else None,
            pages=_pages(resolver, settings.base_url) if settings.base_url else None,
        )
    )


def _records(resolver: Resolver, facts: Facts) -> Records:
    """What the DNS says of the sender's domain."""
    back = return_path(facts.provider, facts.domain)
    key = dkim_name(facts.provider, facts.domain)
    at, policy = _policy(resolver, dmarc_names(facts.domain))
    return Records(
        spf=resolver.ask(back, "TXT"),
        bounces=resolver.ask(back, "MX"),
        dkim=resolver.ask(key, "TXT") if key else None,
        dmarc=policy,
        dmarc_at=at,
    )


def _policy(resolver: Resolver, names: Sequence[str]) -> tuple[str, Texts]:
    """The nearest DMARC policy and where it stands; the last name asked if there is none."""
    *nearer, last = names
    for name in nearer:
        texts = resolver.ask(name, "TXT")
        if isinstance(texts, Unseen) or is_policy(texts):
            return name, texts
    return last, resolver.ask(last, "TXT")


def _pages(resolver: Resolver, url: str) -> Pages:
    found = _addresses(resolver, urlsplit(url).hostname or "")
    if isinstance(found, Unseen):
        return Pages(url, found, 0, _ask_leave_page(url))
    kinds = tuple(kind for address in found if (kind := forbidden(address)))
    return Pages(url, kinds, len(found), _ask_leave_page(url))


def _addresses(resolver: Resolver, host: str) -> Texts:
    """What a host leads to for everybody: the DNS is asked, not this machine's own list."""
    host = "127.0.0.1" if host == "localhost" else host
    try:
        return (str(ip_address(host)),)
    except ValueError:
        old, new = resolver.ask(host, "A"), resolver.ask(host, "AAAA")
    if isinstance(old, Unseen):
        return new or old
    return old if isinstance(new, Unseen) else old + new


def _ask_leave_page(url: str) -> Served | Unseen:
    """What answers to a GET, which changes nothing, for a token that is nobody's."""
    try:
        with requests.get(
            f"{url}/leave/{_NOBODY}",
            headers={"Accept": "application/json", "User-Agent": "weekly-ai-recap"},
            auth=lambda request: request,  # without it a ~/.netrc would add its own
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as reply:
            document = reply.raw.read(_MOST, decode_content=True)
            status = reply.status_code
    except (requests.RequestException, HTTPError) as error:
        return Unseen(f"it cannot be reached from here ({type(error).__name__})")
    return Served(status, ours=status == 404 and _is_ours(document))


def _is_ours(document: bytes) -> bool:
    """The pages answer a program with a message and details, also when they know of nobody."""
    try:
        answer = msgspec.json.decode(document)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.keys() >= {"message", "details"}


def _ledger(url: str) -> Ledger:
    try:
        with open_store(url) as store:
            return store.soundness.look()
    except (ConfigError, StoreError) as error:
        return Ledger(refusal=error.problem, remedy=error.hint)


def _disk_of(settings: Settings) -> Path:
    """The folder of a SQLite file; a PostgreSQL server's disk cannot be seen, so the project's."""
    kind, _, path = settings.database_url.partition(":///")
    return Path(path.partition("?")[0]).parent if kind == "sqlite" else settings.folder


def _free(folder: Path) -> int | Unseen:
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        return Unseen(error.strerror or type(error).__name__)


def _unwritable(folder: Path) -> str:
    """Why no file can be made in a folder, or the folder itself; "" if one can."""
    try:
        with tempfile.TemporaryFile(dir=folder if folder.exists() else folder.parent):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__
