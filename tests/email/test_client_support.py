"""The mail asks nothing of mail clients that they are known not to do, but for a list kept here.

client_support.json is the list: what the compiler writes into every mail, and what the design adds,
each with the reason why it does no harm. The data is caniemail.com's, as npm's caniemail ships it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.dressing import compile_mjml
from tests.email.mails import every_part, mail_of

pytestmark = pytest.mark.ci

KEPT = json.loads(Path(__file__).with_name("client_support.json").read_text(encoding="utf-8"))
CLIENTS = (
    "apple-mail.macos", "apple-mail.ios", "gmail.desktop-webmail", "gmail.ios", "gmail.android",
    "outlook.macos", "outlook.ios", "outlook.android", "outlook.outlook-com",
    "yahoo.desktop-webmail", "yahoo.ios", "yahoo.android", "samsung-email.android",
)  # fmt: skip
BARE = (
    "<mjml><mj-head><mj-title>a</mj-title></mj-head><mj-body><mj-section><mj-column>"
    "<mj-text>a</mj-text></mj-column></mj-section></mj-body></mjml>"
)


def pairs(features: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {(feature, client) for feature, clients in features.items() for client in clients}


COMPILER = pairs(KEPT["compiler"])
DESIGN = pairs({feature: entry["clients"] for feature, entry in KEPT["design"].items()})


@pytest.fixture(scope="session")
def unsupported(node):
    """Takes HTML, gives each feature with a client that has none of it, and where it is first."""

    def find(html: str) -> dict[tuple[str, str], str]:
        found = node("client_support.mjs", html, *CLIENTS)
        return {
            (feature, client): place
            for client, features in found.items()
            for feature, place in features.items()
        }

    return find


def test_the_mail_uses_no_feature_that_a_client_lacks(unsupported, mail):
    found = unsupported(mail.html)
    assert {pair: found[pair] for pair in found.keys() - COMPILER - DESIGN} == {}


def test_what_the_compiler_writes_is_as_listed(unsupported):
    assert unsupported(compile_mjml(BARE)).keys() == COMPILER


def test_every_feature_listed_for_the_design_is_used_and_has_its_reason(unsupported):
    assert unsupported(mail_of(every_part()).html).keys() >= DESIGN
    assert all(len(entry["why"].split()) > 5 for entry in KEPT["design"].values())


def test_a_feature_that_clients_lack_is_seen(unsupported):
    grid = "<mj-text><p style='display:grid;position:sticky'>a</p></mj-text>"
    found = unsupported(compile_mjml(BARE.replace("<mj-text>a</mj-text>", grid)))
    added = {feature for feature, _ in found.keys() - COMPILER}
    assert added == {"display:grid", "position"}
