"""The pages behind links of mails: subscribe, confirm, choose, leave, review.

A GET shows, only a POST acts.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort

from digest.consent import Confirming, form_evidence
from digest.pipeline import audience
from digest.pipeline.notices import owe_welcome
from digest.web import pages
from digest.web.choosing import add_choices
from digest.web.reviewing import add_reviews
from digest.web.site import Site
from digest.web.subscribing import add_form

_CONFIRMATION = re.compile("[0-9a-f]{64}")


def pages_of(site: Site) -> Blueprint:
    """The pages of one installation."""
    public = Blueprint("public", __name__)
    _add_confirm(public, site)
    _add_leave(public, site)
    add_form(public, site)
    add_choices(public, site)
    add_reviews(public, site)
    return public


def _add_confirm(public: Blueprint, site: Site) -> None:
    name = site.settings.brand.name

    @public.get("/confirm/<token>")
    def ask_to_confirm(token: str) -> Response:
        if not _CONFIRMATION.fullmatch(token):
            abort(404)
        return site.answer(pages.confirm(site.words, name))

    @public.post("/confirm/<token>")
    def confirm(token: str) -> Response:
        outcome, person = audience.confirm(
            site.store,
            token,
            secret=site.settings.secret_key,
            now=site.clock(),
            evidence=form_evidence("confirm 1", site.caller()),
        )
        if outcome is Confirming.UNKNOWN or person is None:
            abort(404)
        if outcome is Confirming.DONE:
            owe_welcome(site.store, person, site.clock())
            site.wake()
        words = site.words_for(person)
        return site.answer(pages.confirmed(words, outcome), words=words)


def _add_leave(public: Blueprint, site: Site) -> None:
    name, secret = site.settings.brand.name, site.settings.secret_key

    @public.get("/leave/<token>")
    def ask_to_leave(token: str) -> Response:
        person = audience.reader_of(site.store, token, secret=secret)
        if person is None:
            abort(404)
        words = site.words_for(person)
        return site.answer(pages.leave(words, name), words=words)

    @public.post("/leave/<token>")
    def leave(token: str) -> Response:
        """RFC 8058: the mail program posts here itself, with no cookie, and follows nothing."""
        evidence = form_evidence("leave 1", site.caller())
        person = audience.leave(
            site.store, token, secret=secret, now=site.clock(), evidence=evidence
        )
        if person is None:
            abort(404)
        site.wake()
        words = site.words_for(person)
        return site.answer(pages.left(words, name), words=words)
