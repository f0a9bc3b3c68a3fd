"""Work that threads bring at one moment: each done once, together, an error for those it is of."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.errors import StoreError
from digest.store.group_commit import GroupCommit

SECONDS = 20


class Gate:
    """A commit that waits to be let on; notes its groups."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.open = threading.Semaphore(0), threading.Event()

    def commit(self, group):
        self.groups.append(list(group))
        self.begun.release()
        assert self.open.wait(SECONDS)
        if 13 in group:
            raise StoreError("the disk is full")
        return [10 * one for one in group]


def queued(work: GroupCommit, number: int) -> None:
    """Wait until so many wait behind the group that is being written."""
    until = threading.Event()
    while len(work._queue) < number:
        until.wait(0.001)


def test_one_piece_of_work_is_done_at_once():
    gate = Gate()
    gate.open.set()
    assert GroupCommit(gate.commit).do(4) == 40
    assert gate.groups == [[4]]


def test_what_gathers_while_a_group_is_written_is_the_next_group():
    gate = Gate()
    work: GroupCommit[int, int] = GroupCommit(gate.commit)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(work.do, 1)
        assert gate.begun.acquire(timeout=SECONDS)
        others = [pool.submit(work.do, one) for one in range(2, 8)]
        queued(work, 6)
        gate.open.set()
        assert first.result(SECONDS) == 10
        assert [one.result(SECONDS) for one in others] == [20, 30, 40, 50, 60, 70]
    assert gate.groups[0] == [1]
    assert sorted(gate.groups[1]) == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("first", "behind"), [(1, (13, 3)), (13, (1, 3))])
def test_a_group_that_fails_fails_for_each_of_it_and_for_no_other(first, behind):
    gate = Gate()
    work: GroupCommit[int, int] = GroupCommit(gate.commit)
    with ThreadPoolExecutor(4) as pool:
        alone = pool.submit(work.do, first)
        assert gate.begun.acquire(timeout=SECONDS)
        others = [pool.submit(work.do, one) for one in behind]
        queued(work, 2)
        gate.open.set()
        failing, good = ([alone], others) if first == 13 else (others, [alone])
        for one in failing:
            with pytest.raises(StoreError, match="full"):
                one.result(SECONDS)
        assert {one.result(SECONDS) for one in good} <= {10, 30}
    assert work.do(5) == 50


def test_a_fault_of_the_work_itself_is_nobody_s_success():
    def broken(group):
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        GroupCommit(broken).do(1)


def test_many_threads_are_each_given_their_own():
    work: GroupCommit[int, int] = GroupCommit(lambda group: [one + 1 for one in group])
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(work.do, range(2000))) == list(range(1, 2001))
