"""Who holds a lease: this process, and whether another process of this machine is still there."""

from __future__ import annotations

import os
import platform
from functools import cache

import psutil


@cache
def _machine() -> str:
    """This machine; two containers on it count as two, since their process numbers overlap."""
    try:
        inside = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        inside = ""
    return f"{platform.node()}/{inside}".replace(":", "-")


def this_process() -> str:
    """The running process, as `machine:pid:start`."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{psutil.Process(pid).create_time():.2f}"


def is_gone(owner: str) -> bool:
    """Whether a process of this machine has ended; False for one of another machine."""
    machine, _, process = owner.partition(":")
    pid, _, start = process.partition(":")
    if machine != _machine() or not pid.isdigit():
        return False
    try:
        found = psutil.Process(int(pid))
        return f"{found.create_time():.2f}" != start or found.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
