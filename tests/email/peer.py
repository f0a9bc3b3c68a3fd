"""Compare pictures of our mail and of npm's; `python -m tests.email.peer FOLDER` prints the table.

FOLDER is that of the research data, for the real weeks. The table is for docs/reference/mjml.md.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from tests.email.looks import SCHEMES, open_window
from tests.email.mails import INVENTED, WEEKS, mail_of, real_week

TOOLS = Path(__file__).with_name("tools")
WIDTHS = (640, 375)


def per_cent_different(one: bytes, other: bytes) -> float:
    """How many pixels of two pictures are not the same, in per cent of the larger."""
    first, second = (Image.open(io.BytesIO(picture)).convert("RGB") for picture in (one, other))
    size = (max(first.width, second.width), max(first.height, second.height))
    # Beyond its edge a picture is cut out as black, which neither scheme has as its page.
    bands = ImageChops.difference(first.crop((0, 0, *size)), second.crop((0, 0, *size))).split()
    apart = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return 100 * (1 - apart.histogram()[0] / (size[0] * size[1]))


def with_the_class_of_the_body_on_its_div(html: str) -> str:
    """The one difference that shows in our mails, undone: see docs/reference/mjml.md."""
    return re.sub(r'<body\s+class="([\w -]+)"([^>]*>\s*<div\s)', r'<body\2class="\1" ', html)


def main(shared: Path) -> None:
    """Print a row a mail: the pixels that differ, and the bytes of both."""
    mails = {name: mail_of(issue()) for name, issue in INVENTED.items()}
    for week in WEEKS:
        with tempfile.TemporaryDirectory() as folder:
            mails[week] = mail_of(real_week(week, shared.resolve(), Path(folder)))
    with open_window(shutil.which("chromium") or "chromium") as window:
        for name, mail in mails.items():
            command = ["node", "mjml_peer.mjs"]
            told = subprocess.run(
                command, input=mail.source, cwd=TOOLS, capture_output=True, text=True, check=True
            )
            theirs = json.loads(told.stdout)["html"]
            cells = [name]
            for scheme in SCHEMES:
                for width in WIDTHS:
                    pictures = [
                        window.see(html, width=width, scheme=scheme).picture
                        for html in (mail.html, theirs)
                    ]
                    cells.append(f"{per_cent_different(*pictures):.1f}")
            cells += [f"{len(html.encode()):,}" for html in (mail.html, theirs)]
            print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
