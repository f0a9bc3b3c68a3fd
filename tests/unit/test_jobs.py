from __future__ import annotations

import threading

import pytest

from digest.engine.jobs import Jobs
from digest.errors import InputError


def test_of_one_name_one_runs_at_a_time():
    go_on = threading.Event()
    with Jobs() as jobs:
        assert jobs.begin("one", lambda stop: go_on.wait())
        assert not jobs.begin("one", lambda stop: None)
        assert jobs.begin("other", lambda stop: None)
        assert jobs.is_running("one")
        go_on.set()
    assert not jobs.is_running("one")


def test_at_the_end_jobs_are_told_to_stop_and_waited_for():
    told = []
    begun = threading.Event()

    def work(stop) -> None:
        begun.set()
        while not stop():
            pass
        told.append("stopped")

    with Jobs() as jobs:
        jobs.begin("one", work)
        begun.wait()
    assert told == ["stopped"]
    assert not jobs.begin("one", work)


def test_a_problem_is_kept_until_the_next_job_of_that_name():
    def fail(stop) -> None:
        raise InputError("no such thing")

    with Jobs() as jobs:
        assert jobs.problem("one") is None
        jobs.begin("one", fail)
        thread = jobs._running.get("one")
        if thread:
            thread.join()
        assert jobs.problem("one").problem == "no such thing"
        jobs.begin("one", lambda stop: None)
        assert jobs.problem("one") is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_that_nobody_thought_of_is_told_as_well():
    def fail(stop) -> None:
        raise ZeroDivisionError

    with Jobs() as jobs:
        jobs.begin("one", fail)
    assert jobs.problem("one").problem == "it broke off"
