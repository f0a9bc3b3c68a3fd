"""`recap desk`: the pages of those who make the issue, in a browser."""

from __future__ import annotations

import http.client
import threading
import webbrowser
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from digest.cli.console import open_project, say
from digest.cli.logs import log_to_stderr
from digest.cli.pages import is_alive
from digest.cli.stopping import stopping
from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.settings import Listen, Settings

_ASK_SECONDS = 5


@click.command()
@click.option("--no-open", is_flag=True, help="Print the address, and open no browser.")
def desk(no_open: bool) -> None:
    """Open the desk in a browser, and serve it unless `recap run` does.

    On this machine alone nobody needs a password: while there is no user, a link that opens once
    lets you in.
    """
    from digest.cli.pages import working_beside
    from digest.pipeline.live import LiveSettings

    with open_project() as (settings, store):
        log_to_stderr(settings.log)
        users = store.users.all()
    if settings.is_public and not users:
        raise ConfigError(
            "the desk is for others to reach, and nobody could sign in",
            hint="run `recap users add NAME --role publisher`",
        )

    def show(address: str) -> None:
        start = f"{settings.base_url or address}/desk"
        url = start if users else f"{start}/enter/{_link(settings)}"
        say("open", url if users else f"{url} (once, within five minutes)")
        if not no_open:
            webbrowser.open(url)

    if _is_served(settings.listen):
        show(settings.listen.url)
        return
    if is_alive(settings.listen):  # `recap run`, which serves no desk, or one for another project
        settings = replace(settings, listen=replace(settings.listen, port=0))
    stop = threading.Event()
    live = LiveSettings(settings)
    with stopping(stop), working_beside(live, stop, pages=True, desk=True) as address:
        show(address)
        say("stop", "with Ctrl-C; nothing is collected or sent by itself meanwhile")
        stop.wait()
    say("stopped", "nothing was left half done")


def _link(settings: Settings) -> str:
    """The token of a link that lets the operator of this machine in."""
    from digest.pipeline.accounts import make_link
    from digest.store import open_store
    from digest.web.desk.tokens import new_token

    token = new_token()
    with open_store(settings.database_url) as store:
        make_link(store, token=token, now=datetime.now(UTC))
    return token


def _is_served(listen: Listen) -> bool:
    """Whether a desk answers at the address already, as `recap run` lets it."""
    asking = http.client.HTTPConnection(listen.host, listen.port, timeout=_ASK_SECONDS)
    try:
        asking.request("HEAD", "/desk/sign-in")
        return "recap_desk" in asking.getresponse().getheader("Set-Cookie", "")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()
