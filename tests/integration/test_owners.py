from __future__ import annotations

import os
import subprocess
import sys

import pytest

from digest.store.owners import is_gone, this_process


def test_a_process_that_runs_is_not_gone():
    assert not is_gone(this_process())
    assert f":{os.getpid()}:" in this_process()


def test_a_process_that_ended_is_gone():
    code = "from digest.store.owners import this_process; print(this_process())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    owner = told.stdout.strip()
    assert owner.split(":")[0] == this_process().split(":")[0]
    assert is_gone(owner)


def test_a_number_that_another_process_has_by_now_is_gone():
    machine, pid, _ = this_process().split(":")
    assert is_gone(f"{machine}:{pid}:1.00")


@pytest.mark.parametrize("owner", ["elsewhere:1:1.00", "", "nonsense"])
def test_of_another_machine_nobody_can_tell(owner):
    assert not is_gone(owner)
