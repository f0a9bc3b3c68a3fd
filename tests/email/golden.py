"""Golden mails, checked in under `golden/`; `python -m tests.email.golden` writes them anew.

HTML is kept with a line break before the `>` of a tag that another tag follows: any browser shows
the same, a change can be read line by line, and the mail's own bytes are got back exactly.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from digest.model import Issue
from tests.email.mails import every_part, mail_of, quiet
from tests.full_issue import full_issue

FOLDER = Path(__file__).with_name("golden")
UPDATE = "python -m tests.email.golden"


def folded(html: str) -> str:
    """HTML with a tag a line; comments stay as they are."""
    return re.sub(r"(?<![-\]])><", "\n><", html)


def unfolded(lines: str) -> str:
    """The HTML that was folded."""
    return lines.replace("\n><", "><")


def golden() -> Iterator[tuple[str, str]]:
    """Each golden file by name, as it would be written now."""
    issues: dict[str, Issue] = {
        "full": full_issue(),
        "every_part": every_part(),
        "quiet": quiet(),
    }
    for name, issue in issues.items():
        email = mail_of(issue).email
        yield f"{name}.html", folded(email.html)
        yield f"{name}.txt", email.text


def difference(name: str, kept: str, made: str, most: int = 60) -> str:
    """What differs as a unified diff of at most `most` lines; "" if nothing does."""
    lines = list(
        difflib.unified_diff(
            kept.split("\n"), made.split("\n"), f"golden/{name}", "now", n=1, lineterm=""
        )
    )
    more = [f"... and {len(lines) - most} more lines"] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])


def main() -> None:
    """Write every golden file that differs."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in golden():
        path = FOLDER / name
        kept = path.read_bytes().decode("utf-8") if path.exists() else ""
        if kept != text:
            path.write_bytes(text.encode("utf-8"))
        print(f"{'kept' if kept == text else 'written'}: {path.name}")


if __name__ == "__main__":
    main()
