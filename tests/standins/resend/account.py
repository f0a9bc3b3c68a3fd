"""The account behind the stand-in: keys, quotas, the rate, faults, and the count of mails sent."""

from __future__ import annotations

import hashlib
import math
import random
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from tests.standins.resend import contract
from tests.standins.resend.contract import KEY, SENDING_KEY, Mail, Refusal
from tests.standins.resend.webhooks import SECRET, Hook, payload, signed

DAY = 86_400
KEYS_KEPT = DAY
AFTER = ("accept, then 500", "accept, then hang", "accept, then hang up", "slow")
BEFORE: dict[str, tuple[int, str, str]] = {
    "429": (429, "rate_limit_exceeded", "Too many requests. Limit the number of requests."),
    "daily quota": (429, "daily_quota_exceeded", "You have reached your daily email quota."),
    "monthly quota": (429, "monthly_quota_exceeded", "You have reached your monthly quota."),
    "500": (500, "application_error", "An unexpected error occurred."),
    "503": (503, "service_unavailable", "The service is unavailable."),
    "409": (409, "concurrent_idempotent_requests", "The first request is still in progress."),
}
OOPS = Refusal(500, "application_error", "An unexpected error occurred.")


@dataclass
class Answer:
    """What goes back: a status and document, after `wait` seconds, or a closed connection."""

    status: int = 200
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that was taken: one line of the delivery log."""

    id: str
    issue: str
    to: str
    sender: str
    subject: str
    tags: tuple[tuple[str, str], ...]
    at: float


class StandIn:
    """What the account saw and how it is to answer; every attribute may be set at any time.

    Attributes:
        delivered: mails taken, counted by (issue, address): the oracle of copies and losses. The
            issue is the mail's tag `issue`, or its subject where it has none.
        accepted: every mail taken, by id, in order.
        violations: what clients did that ours must never do.
        requests: bodies of the last 20 sending calls that could be read, decoded, in order.
        calls: requests by path; `statuses`: answers by status; `replays`: answers from memory.
        rate: requests that any one second may have.
        daily, monthly: mails that may be sent; None for no quota.
        faults: what to do with the next calls, first first; None for nothing. One of "429",
            "daily quota", "monthly quota", "500", "503", "409", "502" (HTML), "hang up", which
            take nothing; "accept, then 500", "accept, then hang", "accept, then hang up", "slow",
            which do; or (status, document or bytes, headers).
        chances: the same by name, each with its probability, for calls that no `faults` wait for.
        hang: seconds that "accept, then hang" stays silent. delay: seconds that every sending call
            takes; `slow`: that "slow" takes. While one runs, its key gives 409.
        keeps_mails: False keeps of each mail only that it was taken: for a million of them.
        honours_keys: False sends every call again: the control that has to show copies.
        poison: addresses that are refused. domains: verified ones; None for all.
        secrets: what webhooks are signed with, each of them; OTHER_SECRET is one nobody knows.
        ahead: seconds that its clock is ahead of the machine's; see `advance` and `outage`.
    """

    def __init__(self, *, seed: int = 0, clock: Callable[[], float] = time.time) -> None:
        self.url = ""
        self.delivered: Counter[tuple[str, str]] = Counter()
        self.accepted: dict[str, Accepted] = {}
        self.violations: list[str] = []
        self._recent: deque[bytes] = deque(maxlen=20)
        self.calls: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.replays = 0
        self.connections = 0
        self.rate = 1000
        self.daily: int | None = None
        self.monthly: int | None = None
        self.faults: list[Any] = []
        self.chances: dict[str, float] = {}
        self.hang = 5.0
        self.delay = 0.0
        self.slow = 0.5
        self.keeps_mails = True
        self.honours_keys = True
        self.poison: set[str] = set()
        self.domains: set[str] | None = None
        self.secrets = [SECRET]
        self.ahead = 0.0
        self._clock = clock
        self._down_until = 0.0
        self._random = random.Random(seed)
        self._keys: dict[str, tuple[str, Any, float]] = {}
        self._running: set[str] = set()
        self._window: deque[float] = deque()
        self._taken: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()

    @property
    def requests(self) -> list[Any]:
        """Bodies of the last sending calls."""
        return [msgspec.json.decode(body) for body in self._recent]

    @property
    def now(self) -> float:
        """Its clock, in Unix seconds."""
        return self._clock() + self.ahead

    def advance(self, seconds: float) -> None:
        """Move its clock on: keys are forgotten after 24 hours, quotas return."""
        self.ahead += seconds

    def outage(self, seconds: float) -> None:
        """Close every connection without an answer for so long."""
        self._down_until = self.now + seconds

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one call; header names are in lower case."""
        path = urlsplit(target).path
        with self._lock:
            self.calls[f"{method} {path}"] += 1
            if self.now < self._down_until:
                return Answer(hang_up=True)
            told = self._count_request()
            fault = self._fault()
        try:
            if told["ratelimit-remaining"] == "-1":
                told["ratelimit-remaining"] = "0"
                raise Refusal(*BEFORE["429"])
            answer = self._route(method, target, headers, body, fault)
        except Refusal as refusal:
            answer = Answer(refusal.status, _document(refusal))
        if answer.status == 429 and fault is None and self.rate:
            told["retry-after"] = told["ratelimit-reset"]
        answer.headers = {**told, **answer.headers}
        with self._lock:
            self.statuses[answer.status] += 1
        return answer

    def events(self, *kinds: str, late: float = 0, **data: Any) -> list[Hook]:
        """Signed webhooks: one of each kind for each mail taken, in order.

        Args:
            late: seconds ago that they were signed.
            data: put over what the events usually hold.
        """
        now = self.now - late
        return [
            signed(payload(kind, mail, at=now, **data), self.secrets, at=now)
            for mail in list(self.accepted.values())
            for kind in kinds
        ]

    def summary(self) -> dict[str, Any]:
        """What a test in another process wants to know."""
        return {
            "mails": self.delivered.total(),
            "pairs": len(self.delivered),
            "extra": self.delivered.total() - len(self.delivered),
            "violations": self.violations,
            "calls": dict(self.calls),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "replays": self.replays,
            "connections": self.connections,
            "now": self.now,
        }

    def _count_request(self) -> dict[str, str]:
        """The rate headers after this call; a remaining of -1 says that it is one too many."""
        now = self.now
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        left = self.rate - len(self._window) - 1
        if left >= 0:
            self._window.append(now)
        reset = math.ceil(self._window[0] + 1 - now) if self._window else 1
        return {
            "ratelimit-limit": str(self.rate),
            "ratelimit-remaining": str(max(left, -1)),
            "ratelimit-reset": str(max(reset, 1)),
        }

    def _fault(self) -> Any:
        if self.faults:
            return self.faults.pop(0)
        draw = self._random.random()
        for name, chance in self.chances.items():
            if draw < chance:
                return name
            draw -= chance
        return None

    def _route(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, fault: Any
    ) -> Answer:
        parts = urlsplit(target)
        sends = (method, parts.path) in {("POST", "/emails"), ("POST", "/emails/batch")}
        if isinstance(fault, tuple):
            return Answer(fault[0], fault[1], dict(fault[2]) if len(fault) > 2 else {})
        if fault == "hang up":
            return Answer(hang_up=True)
        if fault == "502":
            return Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>")
        if fault in BEFORE:
            wait = {"retry-after": "1"} if fault == "429" else {}
            return Answer(BEFORE[fault][0], _document(Refusal(*BEFORE[fault])), wait)
        self._authorise(headers, sends)
        if sends:
            return self._send(parts.path == "/emails/batch", headers, body, fault)
        if parts.path in ("/emails", "/domains") or parts.path.startswith("/emails/"):
            if method != "GET":
                raise Refusal(405, "method_not_allowed", "Method is not allowed for this path.")
            return Answer(200, self._read(parts.path, parse_qs(parts.query)))
        raise Refusal(404, "not_found", "The requested endpoint does not exist.")

    def _authorise(self, headers: Mapping[str, str], sends: bool) -> None:
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not given:
            raise Refusal(401, "missing_api_key", "Missing API Key")
        if not headers.get("user-agent"):
            raise Refusal(403, "validation_error", "The request has no User-Agent.")
        if given not in (KEY, SENDING_KEY):
            status = 401 if sends else 400
            raise Refusal(status, "validation_error", "API key is invalid")
        if given == SENDING_KEY and not sends:
            raise Refusal(401, "restricted_api_key", "This API key may only send emails.")

    def _send(self, batch: bool, headers: Mapping[str, str], body: bytes, fault: Any) -> Answer:
        try:
            key = contract.key_of(headers)
            mode = contract.mode_of(headers) if batch else "strict"
            mails, bad = contract.read_mails(body) if batch else ([contract.read_mail(body)], {})
        except Refusal as refusal:
            self._breach(refusal.message)
            raise
        self._recent.append(body)
        for problem in [*contract.breaches(mails, key), *bad.values()]:
            self._breach(problem)
        for place, mail in enumerate(mails):
            if mail is not None and not self.poison.isdisjoint(mail.recipients):
                bad[place] = "Invalid `to` field."
        digest = hashlib.sha256(body).hexdigest()
        if key and self.honours_keys:
            with self._lock:
                before = self._remembered(key, digest)
                if before is not None:
                    return _after(Answer(200, before), fault, self)
                self._running.add(key)
        try:
            pause = self.slow if fault == "slow" else self.delay
            if pause:
                time.sleep(pause)
            with self._lock:
                document = self._accept(mails, bad, mode, batch)
                if key and self.honours_keys:
                    self._keys[key] = (digest, document, self.now)
        finally:
            self._running.discard(key)
        return _after(Answer(200, document), fault, self)

    def _breach(self, what: str) -> None:
        if what not in self.violations:
            self.violations.append(what)

    def _remembered(self, key: str, digest: str) -> Any:
        """The first answer under a key; None for a new one; `Refusal` for the two conflicts."""
        if key in self._running:
            raise Refusal(*BEFORE["409"])
        before, document, at = self._keys.get(key, ("", None, -math.inf))
        if document is None or self.now - at >= KEYS_KEPT:
            return None
        if before != digest:
            self._breach("a key is used again for another body")
            text = "Same idempotency key used with a different request payload."
            raise Refusal(409, "invalid_idempotent_request", text)
        self.replays += 1
        return document

    def _accept(
        self, mails: list[Mail | None], bad: dict[int, str], mode: str, batch: bool
    ) -> dict[str, Any]:
        if bad and mode == "strict":
            raise Refusal(422, "validation_error", next(iter(bad.values())))
        good = [mail for at, mail in enumerate(mails) if mail is not None and at not in bad]
        for mail in good:
            domain = mail.sender.rpartition("@")[2].rstrip(">")
            if self.domains is not None and domain not in self.domains:
                raise Refusal(403, "validation_error", f"The {domain} domain is not verified.")
        self._use_quota(sum(len(mail.recipients) for mail in good))
        ids = [{"id": self._take(mail)} for mail in good]
        if not batch:
            return ids[0]
        reply: dict[str, Any] = {"data": ids}
        if mode == "permissive":
            reply["errors"] = [{"index": at, "message": bad[at]} for at in sorted(bad)]
        return reply

    def _use_quota(self, count: int) -> None:
        for name, quota, days in (("daily", self.daily, 1), ("monthly", self.monthly, 30)):
            used = sum(n for at, n in self._taken if at > self.now - days * DAY)
            if quota is not None and used + count > quota:
                raise Refusal(*BEFORE[f"{name} quota"])
        if self.daily is not None or self.monthly is not None:
            self._taken.append((self.now, count))

    def _take(self, mail: Mail) -> str:
        id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        tags = tuple((tag.name, tag.value) for tag in mail.tags)
        for to in mail.recipients:
            self.delivered[mail.issue, to] += 1
        if not self.keeps_mails:
            return id
        self.accepted[id] = Accepted(
            id, mail.issue, mail.recipients[0], mail.sender, mail.subject, tags, self.now
        )
        return id

    def _read(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        """GET /domains, /emails (newest first, `limit` and `after`) and /emails/{id}."""
        if path == "/domains":
            names = sorted(self.domains or ())
            return {"object": "list", "has_more": False, "data": [_domain(name) for name in names]}
        if path != "/emails":
            mail = self.accepted.get(path.rpartition("/")[2])
            if mail is None:
                raise Refusal(404, "not_found", "Email not found")
            return {"object": "email", **_email(mail)}
        mails = list(reversed(self.accepted.values()))
        if after := query.get("after"):
            place = next((n for n, mail in enumerate(mails) if mail.id == after[0]), len(mails))
            mails = mails[place + 1 :]
        most = int(query.get("limit", ["20"])[0])
        if not 1 <= most <= 100:
            raise Refusal(422, "validation_error", "The limit has to be from 1 to 100.")
        return {
            "object": "list",
            "has_more": len(mails) > most,
            "data": [_email(mail) for mail in mails[:most]],
        }


def _after(answer: Answer, fault: Any, state: StandIn) -> Answer:
    """What becomes of an answer whose mails were taken."""
    if fault == "accept, then 500":
        return Answer(OOPS.status, _document(OOPS))
    if fault == "accept, then hang":
        return Answer(wait=state.hang, hang_up=True)
    return Answer(hang_up=True) if fault == "accept, then hang up" else answer


def _document(refusal: Refusal) -> dict[str, Any]:
    return {"statusCode": refusal.status, "name": refusal.name, "message": refusal.message}


def _domain(name: str) -> dict[str, Any]:
    mark = str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
    return {"id": mark, "name": name, "status": "verified", "created_at": _time(0), "region": "-"}


def _email(mail: Accepted) -> dict[str, Any]:
    return {
        "id": mail.id,
        "to": [mail.to],
        "from": mail.sender,
        "created_at": _time(mail.at),
        "subject": mail.subject,
        "bcc": None,
        "cc": None,
        "reply_to": None,
        "last_event": "delivered",
        "scheduled_at": None,
        "tags": [{"name": name, "value": value} for name, value in mail.tags],
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ")
