"""The way of a request through redirects, and which addresses may be asked at all."""

from __future__ import annotations

import socket

import pytest
from yarl import URL

from digest.sources.guard import ForbiddenAddress, forbidden, open_socket, refusal
from digest.sources.redirects import Refused, Way


def followed(*hops: tuple[int, str], home: str = "https://lab.example/feed") -> Way:
    way = Way(URL(home), 5)
    for status, location in hops:
        way.follow(status, location)
    return way


def test_moves_for_good_are_remembered_up_to_the_first_that_is_for_now() -> None:
    way = followed((301, "/a"), (308, "https://new.example/b"), (302, "/c"), (301, "/d"))
    assert str(way.url) == "https://new.example/d"
    assert way.moved_to == "https://new.example/b"


def test_a_move_to_plain_http_is_followed_and_not_remembered() -> None:
    way = followed((301, "http://lab.example/feed"), (301, "http://lab.example/new"))
    assert str(way.url) == "http://lab.example/new"
    assert way.moved_to == ""


def test_a_move_to_https_is_remembered() -> None:
    assert followed((301, "https://lab.example/"), home="http://lab.example/").moved_to != ""


def test_user_and_password_stay_with_their_own_origin() -> None:
    way = followed((302, "/b"), home="https://ada:secret@lab.example/a")
    assert str(way.url) == "https://ada:secret@lab.example/b"
    way.follow(302, "https://eve:x@other.example/c")
    assert str(way.url) == "https://other.example/c"
    way.follow(302, "https://lab.example/d")
    assert way.url.password == "secret"


def test_a_location_of_raw_bytes_is_read_as_utf_8() -> None:
    raw = "/caf\u00e9".encode().decode("ascii", "surrogateescape")
    assert str(followed((302, raw)).url) == "https://lab.example/caf%C3%A9"


def test_fragments_play_no_part() -> None:
    way = followed((302, "/b#top"), home="https://lab.example/feed#x")
    assert str(way.url) == "https://lab.example/b"
    with pytest.raises(Refused, match="in a circle"):
        way.follow(302, "/feed#y")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.216.34", ""),
        ("2606:2800:220:1:248:1893:25c8:1946", ""),
        ("64:ff9b::5db8:d822", ""),
        ("127.0.0.1", "this machine itself"),
        ("::1", "this machine itself"),
        ("fe80::1%eth0", "a link-local or metadata address"),
        ("169.254.169.254", "a link-local or metadata address"),
        ("::ffff:169.254.169.254", "a link-local or metadata address inside an IPv6 address"),
        ("64:ff9b::7f00:1", "this machine itself inside an IPv6 address"),
        ("2002:a00:1::", "a private address inside an IPv6 address"),
        ("::ffff:93.184.216.34", "a reserved address"),
        ("fec0::1", "a private address"),
        ("fd00::1", "a private address"),
        ("192.0.2.1", "a private address"),
        ("239.1.1.1", "a multicast address"),
        ("240.0.0.1", "a reserved address"),
        ("0.0.0.0", "a reserved address"),
    ],
)
def test_addresses_that_are_not_of_the_open_web_are_told_apart(address: str, kind: str) -> None:
    assert forbidden(address) == kind


def test_a_socket_is_opened_for_a_public_address_only() -> None:
    public = ("93.184.216.34", 80)
    open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", public)).close()
    with pytest.raises(ForbiddenAddress, match="this machine itself"):
        open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    with pytest.raises(ForbiddenAddress, match="no internet address"):
        open_socket((socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("/run/x", 0)))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://lab.example/", True),
        ("http://93.184.216.34/", True),
        ("http://1e100.example/", True),
        ("http://0xfeed.example/", True),
        ("http://93.184.216/", False),
        ("http://0x7f000001/", False),
        ("http://010.0.0.1/", False),
        ("ftp://lab.example/", False),
        ("https:///x", False),
        ("", False),
    ],
)
def test_what_may_be_asked_is_seen_from_its_address(url: str, allowed: bool) -> None:
    assert (refusal(URL(url)) == "") is allowed
