"""The body of an answer, read in pieces up to a size and a ratio, never unchecked."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import ClientError, ClientResponse

from digest.sources.fetched import Limits
from digest.sources.redirects import Refused

PAGE_START = 16_384
"""As much of a page as tells what it is."""

EMPTY = "the answer is empty"

_CHUNK = 65_536
_CODINGS = frozenset(("", "identity", "gzip", "deflate", "br", "zstd"))
_GZIP = b"\x1f\x8b"
# A short text of one letter shrinks a thousandfold and harms nobody.
_RATIO_FROM = 1024 * 1024


async def body_of(answer: ClientResponse, limits: Limits) -> bytes:
    """The whole body, decompressed.

    Raises:
        Refused: empty, too large, too strongly compressed, or compressed in a way we did not ask.
    """
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _CODINGS:
        shown = coding[:40].encode("ascii", "replace").decode()
        raise Refused(f"the answer is compressed as `{shown}`, which was not asked for")
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limits.size:
            raise Refused(f"the answer is larger than {limits.size / 1024 / 1024:.4g} MiB")
        sent = answer.content.total_raw_bytes
        if len(body) > _RATIO_FROM and len(body) > limits.ratio * sent:
            raise Refused(f"the answer grows more than {limits.ratio:g} times when unpacked")
    if not body:
        raise Refused(EMPTY)
    if body.startswith(_GZIP):
        raise Refused("the answer is compressed twice, or compressed without saying so")
    return bytes(body)


async def start_of(answer: ClientResponse) -> bytes:
    """The start of a body that is only looked at; what cannot be read of it is left out."""
    start = bytearray()
    with suppress(ClientError, OSError):
        async for chunk in answer.content.iter_chunked(_CHUNK):
            start += chunk
            if len(start) >= PAGE_START:
                break
    return bytes(start[:PAGE_START])
