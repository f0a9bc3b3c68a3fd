"""An issue reaches a subscriber only if they are confirmed and their address is not suppressed.

People ask, confirm, leave, bounce, are added, imported, erased and come back in any order, while
issues are planned and sent. A small model says who may get mail; nobody else ever gets any, and
nobody who may get an issue is left out of it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from digest.consent import Confirming
from digest.errors import InputError, StateError
from digest.model import DeliveryState, IssueStatus, SubscriberStatus
from digest.pipeline import audience
from digest.pipeline.rosters import import_list
from digest.store import Store, open_store
from digest.tokens import leave_token
from tests.builders import NOW, make_issue
from tests.builders_sending import claim

SECRET = "newer,older"
DAY = timedelta(days=1)
PEOPLE = ("ada", "bob")
people = st.sampled_from(PEOPLE)


def address(name: str, *, shout: bool = False) -> str:
    email = f"{name}@post.example"
    return email.upper() if shout else email


@dataclass
class Person:
    """What the law knows of an address.

    Attributes:
        known: a subscriber has the address; `own`: they confirmed by themselves since they are.
        tokens: confirmation mails that are still open, and when they were asked for.
        old: tokens that are used up or closed.
    """

    known: bool = False
    confirmed: bool = False
    left: bool = False
    own: bool = False
    suppressed: bool = False
    erased: bool = False
    tokens: dict[str, datetime] = field(default_factory=dict)
    old: list[str] = field(default_factory=list)

    def close(self) -> None:
        self.old += self.tokens
        self.tokens = {}

    def leave(self) -> None:
        self.confirmed, self.left = False, True
        self.close()

    @property
    def may_get_mail(self) -> bool:
        return self.confirmed and not self.suppressed


class Law(RuleBasedStateMachine):
    """The store beside the model; `template` is a database that has the schema."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "recap.db"
        shutil.copy(self.template, path)
        self.store: Store = open_store(f"sqlite:///{path}")
        self.model = {name: Person() for name in PEOPLE}
        self.now = NOW
        self.tokens = 0
        self.issue = 0
        self.sent: Counter[tuple[int, int]] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def _later(self, hours: int = 1) -> datetime:
        self.now += timedelta(hours=hours)
        return self.now

    @rule(name=people, shout=st.booleans(), hours=st.sampled_from([1, 25, 24 * 8]))
    def ask(self, name: str, shout: bool, hours: int) -> None:
        now, person = self._later(hours), self.model[name]
        self.tokens += 1
        token = f"token {self.tokens}"
        email = address(name, shout=shout)
        asked = audience.ask(
            self.store, email, token=token, secret=SECRET, now=now, evidence="form"
        )
        recent = any(now - moment < DAY for moment in person.tokens.values())
        silent = person.suppressed or person.confirmed or recent or len(person.tokens) >= 3
        assert bool(asked.token) is not silent
        if not person.suppressed:
            person.known = True
        if asked.token:
            person.tokens[token] = now

    @rule(name=people, old=st.booleans())
    def confirm(self, name: str, old: bool) -> None:
        now, person = self._later(), self.model[name]
        tokens = person.old if old else list(person.tokens)
        if not tokens:
            return
        outcome, _ = audience.confirm(
            self.store, tokens[-1], secret=SECRET, now=now, evidence="page"
        )
        fresh = not old and now < person.tokens[tokens[-1]] + 7 * DAY
        assert (outcome is Confirming.DONE) is (fresh and not person.suppressed)
        if outcome is Confirming.DONE:
            person.confirmed, person.left, person.own, person.erased = True, False, True, False
            person.close()

    @rule(name=people)
    def leave(self, name: str) -> None:
        now, person = self._later(), self.model[name]
        subscriber = self.store.audience.by_email(address(name))
        assert (subscriber is not None) is person.known
        if subscriber is not None:
            token = leave_token(subscriber.id, "older")
            assert audience.leave(self.store, token, secret=SECRET, now=now, evidence="one click")
            person.leave()

    @rule(name=people)
    def join(self, name: str) -> None:
        """Ask, and follow the link of the mail."""
        self.ask(name, shout=False, hours=25)
        self.confirm(name, old=False)

    @rule(name=people, what=st.sampled_from(["leave", "bounce", "lift", "erase"]))
    def something_happens_during_a_send(self, name: str, what: str) -> None:
        self.plan()
        getattr(self, what)(name)
        self.send_all()

    @rule(name=people)
    def bounce(self, name: str) -> None:
        self.store.audience.suppress(address(name), "bounced", self._later())
        self.model[name].suppressed = True

    @rule(name=people)
    def bounce_and_come_back(self, name: str) -> None:
        self.bounce(name)
        self.lift(name)

    @rule(name=people)
    def lift(self, name: str) -> None:
        now, person = self._later(), self.model[name]
        email = address(name)
        done = audience.lift(self.store, email, secret=SECRET, now=now, evidence="back")
        assert done is person.suppressed
        if done:
            person.suppressed, person.confirmed = False, False
            person.close()

    @rule(name=people)
    def add(self, name: str) -> None:
        now, person = self._later(), self.model[name]
        refused = not person.known and (person.suppressed or person.erased)
        try:
            _, new = audience.add_subscriber(
                self.store, address(name), "", now=now, evidence="paper", secret=SECRET
            )
        except StateError:
            assert refused
        else:
            assert not refused
            assert new is not person.known
            person.confirmed |= new
            person.known = True

    @rule(
        lines=st.lists(
            st.tuples(people, st.sampled_from(["confirmed", "unsubscribed", "bounced"])), max_size=4
        )
    )
    def import_(self, lines: list[tuple[str, str]]) -> None:
        path = Path(self.folder.name) / "list.csv"
        rows = (f"{address(name, shout=True)},{word}\n" for name, word in lines)
        path.write_text("email,status\n" + "".join(rows))
        import_list(self.store, path, secret=SECRET, now=self._later(), evidence="moved")
        for name, word in lines:
            self._listed(self.model[name], word)

    def _listed(self, person: Person, word: str) -> None:
        if person.erased or (person.own and word != "confirmed"):
            return
        if word == "bounced":
            person.suppressed = True
        elif not person.known:
            if not person.suppressed:
                person.known, person.confirmed = True, word == "confirmed"
                person.left = not person.confirmed
        elif word == "unsubscribed" and not person.left:
            person.leave()

    @rule(name=people)
    def erase(self, name: str) -> None:
        now, person = self._later(), self.model[name]
        try:
            audience.erase(self.store, address(name), secret=SECRET, now=now, evidence="letter")
        except InputError:
            assert not person.known
            assert not person.suppressed
        else:
            self.model[name] = Person(suppressed=person.suppressed, erased=True, old=person.old)

    @rule()
    def plan(self) -> None:
        self.issue += 1
        self.store.content.save_issue(
            make_issue(
                number=self.issue,
                week=f"{2026 + self.issue // 50}-W{self.issue % 50 + 1:02d}",
                status=IssueStatus.APPROVED,
            ),
            content_sha256="a" * 64,
        )
        self.store.ledger.plan(self.issue, at=self._later())

    @rule(limit=st.integers(1, 3))
    def send_one_batch(self, limit: int) -> None:
        if self.issue:
            self._send(limit)

    @rule()
    def send_all(self) -> None:
        if not self.issue:
            return
        self.store.ledger.plan(self.issue, at=self._later())
        while self._send(2):
            pass
        for name, person in self.model.items():
            subscriber = self.store.audience.by_email(address(name))
            if subscriber is not None and person.may_get_mail:
                assert self._settled(subscriber.id)

    def _send(self, limit: int) -> bool:
        batch = claim(self.store, limit, self._later(), issue=self.issue)
        if batch is None:
            return False
        for one in batch.recipients:
            name = one.email.lower().partition("@")[0]
            assert self.model[name].may_get_mail, f"{name} was written to"
            self.sent[self.issue, one.id] += 1
        results = [(one.id, DeliveryState.SENT, "", "") for one in batch.recipients]
        self.store.ledger.finish(batch, results, self.now)
        return True

    def _settled(self, subscriber: int) -> bool:
        """Whether they got the issue, or were left out of it when they might not get it."""
        states = {one.subscriber: one.state for one in self.store.ledger.deliveries(self.issue)}
        return states.get(subscriber) in (DeliveryState.SENT, DeliveryState.SKIPPED)

    @invariant()
    def nobody_got_an_issue_twice(self) -> None:
        assert all(times == 1 for times in getattr(self, "sent", Counter()).values())

    @invariant()
    def the_store_knows_what_the_model_knows(self) -> None:
        for name, person in getattr(self, "model", {}).items():
            subscriber = self.store.audience.by_email(address(name))
            confirmed = subscriber is not None and subscriber.status is SubscriberStatus.CONFIRMED
            assert (subscriber is not None, confirmed) == (person.known, person.confirmed)
            where = audience.standing(self.store, address(name), secret=SECRET)
            assert (bool(where.suppressed), where.erased_at is not None) == (
                person.suppressed,
                person.erased,
            )


@pytest.mark.parametrize(
    ("runs", "steps"), [(25, 50), pytest.param(400, 60, marks=pytest.mark.slow)]
)
def test_whatever_happens_the_one_law_holds(sqlite_template: Path, runs: int, steps: int) -> None:
    class OfThisRun(Law):
        template = sqlite_template

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        OfThisRun,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
