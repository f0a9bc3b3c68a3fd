"""The lint computes the colours that a browser paints, so its contrast is that of the reader."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from digest.lint.findings import parsed, signs
from digest.lint.painting import painted
from digest.render import render_issue
from tests.full_issue import full_issue

pytestmark = pytest.mark.ci

READ = """
<!doctype html><meta charset="utf-8">
<style>iframe {{ border: 0; width: 640px; height: 4000px; color-scheme: {scheme} }}</style>
<iframe srcdoc="{mail}"></iframe>
<script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const seen = element => page.defaultView.getComputedStyle(element);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const hex = colour => "#" + parts(colour).slice(0, 3).map(
    part => Math.round(part).toString(16).padStart(2, "0")).join("");
  const runs = [];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const above = [];
    for (let e = walker.currentNode.parentElement; e; e = e.parentElement) above.push(seen(e));
    if (above.some(style => style.display === "none")) continue;
    const ground = above.find(style => (parts(style.backgroundColor)[3] ?? 1) === 1);
    runs.push([walker.currentNode.textContent, hex(above[0].color), hex(ground.backgroundColor)]);
  }}
  document.body.append(Object.assign(document.createElement("pre"),
    {{id: "told", textContent: JSON.stringify(runs)}}));
}};
</script>
"""


def read_in_browser(chromium: str, folder: Path, mail: str, scheme: str) -> Counter:
    page = folder / "page.html"
    page.write_text(READ.format(scheme=scheme, mail=html.escape(mail)), encoding="utf-8")
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=4000",
         "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, done.stderr[-2000:]
    runs = json.loads(html.unescape(told[1]))
    return Counter((signs(text), colour, ground) for text, colour, ground in runs if signs(text))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_colours_that_the_browser_computes(chromium, tmp_path, scheme):
    mail = render_issue(full_issue(), base_url="").html
    ours = Counter(
        (signs(run.text), str(run.colour), str(run.ground))
        for run in painted(parsed(mail))
        if run.scheme == scheme
    )
    assert ours.total() > 200
    assert ours == read_in_browser(chromium, tmp_path, mail, scheme)
