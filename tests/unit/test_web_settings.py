from __future__ import annotations

import ipaddress

import pytest

from digest.errors import ConfigError
from digest.settings.web import Listen, is_local_url, listen_address, trusted_proxies


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("", Listen("127.0.0.1", 8080)),
        ("localhost:80", Listen("127.0.0.1", 80)),
        ("[::1]:9000", Listen("::1", 9000)),
        ("127.0.0.2:0", Listen("127.0.0.2", 0)),
    ],
)
def test_an_address_to_listen_on(text, listen):
    assert listen_address({"RECAP_LISTEN": text}, "http://recap.example") == listen


@pytest.mark.parametrize(
    "text", ["8080", "recap.example:80", "127.0.0.1", "127.0.0.1:99999", "1.2.3:80", "[1::2::3]:80"]
)
def test_what_is_no_address_to_listen_on_is_refused(text):
    with pytest.raises(ConfigError, match="no address to listen on"):
        listen_address({"RECAP_LISTEN": text}, "")


@pytest.mark.parametrize("text", ["0.0.0.0:8080", "[::]:8080", "10.0.0.7:80"])
def test_an_address_that_others_reach_needs_https_in_front(text):
    with pytest.raises(ConfigError, match="not https"):
        listen_address({"RECAP_LISTEN": text}, "http://recap.example")
    assert not listen_address({"RECAP_LISTEN": text}, "https://recap.example").is_local
    listen_address({"RECAP_LISTEN": text}, "")  # nothing is served


def test_proxies_are_addresses_and_networks():
    assert trusted_proxies({"RECAP_TRUSTED_PROXIES": " 127.0.0.1, 10.0.0.0/8,,fd00::/8"}) == (
        ipaddress.ip_network("127.0.0.1/32"),
        ipaddress.ip_network("10.0.0.0/8"),
        ipaddress.ip_network("fd00::/8"),
    )
    assert trusted_proxies({}) == ()


@pytest.mark.parametrize("text", ["*", "proxy.example", "10.0.0.1/8"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ConfigError, match="no address or network"):
        trusted_proxies({"RECAP_TRUSTED_PROXIES": text})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8080", True),
        ("http://recap.localhost/weekly", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("https://recap.example", False),
        ("http://192.0.2.7", False),
        ("http://localhost.example", False),
    ],
)
def test_an_address_is_of_this_machine_alone_or_not(url, local):
    assert is_local_url(url) is local


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        (Listen(), "http://127.0.0.1:8080"),
        (Listen("::1", 9000), "http://[::1]:9000"),
    ],
)
def test_an_address_to_listen_on_is_told_as_a_browser_takes_it(listen, url):
    assert listen.url == url
