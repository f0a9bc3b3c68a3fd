"""The call that Resend makes: checked, written down and answered; it is applied later."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, make_response, request

from digest.errors import WebhookError
from digest.providers.resend_webhooks import MOST_BYTES, check_call
from digest.web.site import Site

log = logging.getLogger("digest")


def calls_of(site: Site) -> Blueprint:
    """The calls of one installation."""
    calls = Blueprint("hooks", __name__)

    @calls.post("/hooks/resend")
    def resend() -> Response:
        """Nothing of the body is read before its signature is found right, nor after it here."""
        request.max_content_length = MOST_BYTES
        body = request.get_data(cache=False)
        headers = {name.lower(): value for name, value in request.headers}
        now, secrets = site.clock(), site.settings.webhook_secrets
        try:
            id = check_call(body, headers, secrets=secrets, now=now)
        except WebhookError as error:
            log.warning("%s", error.problem)
            abort(400)
        site.store.webhooks.keep(id, body.decode(errors="replace"), now)
        site.wake()
        return make_response("", 204)

    return calls
