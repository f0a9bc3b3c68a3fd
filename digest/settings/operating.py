"""What the environment says of running it: the form of log lines, and who may read the metrics."""

from __future__ import annotations

from collections.abc import Mapping

from digest.errors import ConfigError

LOG_FORMS = ("plain", "logfmt", "json")
LEAST_TOKEN = 16
"""Characters of a token; a shorter one is soon found by trying."""


def log_form(values: Mapping[str, str]) -> str:
    """The form of RECAP_LOG, one of `LOG_FORMS`.

    Raises:
        ConfigError: it names another one.
    """
    form = values.get("RECAP_LOG", "") or LOG_FORMS[0]
    if form not in LOG_FORMS:
        raise ConfigError(
            f"RECAP_LOG is `{form}`", hint=f"write one of {', '.join(LOG_FORMS)}, or leave it out"
        )
    return form


def metrics_token(values: Mapping[str, str]) -> str:
    """What RECAP_METRICS_TOKEN lets read the metrics; "" for callers of this machine alone.

    Raises:
        ConfigError: it is shorter than `LEAST_TOKEN`, or no header can carry it.
    """
    token = values.get("RECAP_METRICS_TOKEN", "")
    if token and (len(token) < LEAST_TOKEN or not token.isascii() or " " in token):
        raise ConfigError(
            f"RECAP_METRICS_TOKEN has to be {LEAST_TOKEN} or more characters without a space",
            hint="make one with `openssl rand -hex 20`",
        )
    return token
