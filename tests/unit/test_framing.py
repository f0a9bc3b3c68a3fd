from __future__ import annotations

import base64
import hashlib

import pytest

from digest.errors import TemplateError
from digest.framing import Frame, framed, public_part
from digest.model import Block, Email
from tests.builders import make_email

STYLE = "p{color:red}"
HEAD = f"<!doctype html><html><head><title>A</title><style>{STYLE}</style>"
GREETING, READER = "<p>Hello @@NAME@@,</p>", "<p><a href='/leave/@@UNSUBSCRIBE@@'>Leave</a></p>"
FRAME = Frame("<link>", "<nav></nav>", "<footer></footer>")


def mail(body: str, **fields: object) -> Email:
    return make_email(to="", html=f'{HEAD}</head><body class="b">{body}</body></html>', **fields)


def block(html: str, part: str) -> Block:
    start = html.index(part)
    return Block("", (start, start + len(part)), (0, 0))


def test_a_page_is_the_mail_with_a_frame_and_without_its_readers_lines():
    whole = mail(f"{GREETING}<h1>Story</h1>{READER}<p>End</p>")
    email = mail(
        f"{GREETING}<h1>Story</h1>{READER}<p>End</p>",
        greeting=block(whole.html, GREETING),
        footer=block(whole.html, READER),
    )
    assert framed(public_part(email), FRAME) == (
        f'{HEAD}<link></head>\n<body class="b"><nav></nav><h1>Story</h1><p>End</p>'
        "<footer></footer></body>\n</html>\n"
    )


def test_a_mail_without_marks_loses_the_links_of_its_reader():
    link = '<a href="https://x.example/preferences/@@PREFERENCES@@" class="q">Choose</a>'
    assert public_part(mail(f"<p>a {link} b</p>")).body == '<body class="b"><p>a  b</p>'


@pytest.mark.parametrize(
    "html",
    ["", "<p>a</p>", f"{HEAD}</head><p>", f"{HEAD}<body></body>", f"{HEAD}</head></body><body>",
     f"{HEAD}</head><body><p>@@UNSUBSCRIBE@@</p></body>", f"{HEAD}</head><body>@@NAME@@</body>"],
)  # fmt: skip
def test_what_cannot_be_a_page_is_refused(html):
    with pytest.raises(TemplateError, match="cannot be shown as a page"):
        public_part(make_email(html=html))


def test_styles_are_named_by_hash_and_pictures_by_host():
    picture = '<img class="g" src="https://cdn.example:8443/logo.png?a=1" alt="">'
    public = public_part(mail(picture * 2))
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert public.styles == (f"'sha256-{digest}'",)
    assert public.hosts == ("https://cdn.example:8443",)
