"""The HTML is what its standard says, but for what the compiler writes for Outlook."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

pytestmark = pytest.mark.ci

FOR_OUTLOOK = re.compile(
    r"Attribute “xmlns:[vo]” not allowed here\.|CSS: “(mso-[\w-]+)”: Property “\1” doesn't exist\."
)
"""What the Nu checker has no name for: two XML namespaces and the properties of Word."""


def test_html_validate_finds_no_error(node, mail):
    assert node("html_validate.mjs", mail.html) == []


def test_html_validate_sees_faults(node):
    faulty = "<!doctype html><html><head></head><body><p>a<div id=a>b</div></p><b id=a>c</html>"
    rules = {found["rule"] for found in node("html_validate.mjs", faulty)}
    assert {"element-required-content", "no-dup-id", "close-order"} <= rules


@pytest.fixture(scope="session")
def nu_errors(command, npm_tools):
    """Takes HTML, gives the errors that the Nu checker finds in it."""
    java = command("java", "default-jre-headless")
    jar = npm_tools / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

    def errors(html: str) -> list[str]:
        done = subprocess.run(
            [java, "-jar", jar, "--format", "json", "--exit-zero-always", "--errors-only", "-"],
            input=html, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        told = json.loads(done.stderr)["messages"]
        return [f"{found['message']} In: {found.get('extract', '')[:200]}" for found in told]

    return errors


def test_the_nu_checker_finds_no_error(nu_errors, mail):
    assert [error for error in nu_errors(mail.html) if not FOR_OUTLOOK.match(error)] == []


def test_the_nu_checker_sees_faults(nu_errors):
    faulty = "<!doctype html><html lang='en'><head><title>a</title></head><p><td>b</td>"
    assert any("td" in error for error in nu_errors(faulty))
