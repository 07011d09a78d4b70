"""Officials at their browsers: each works through the module again and again, and keeps a journal
of what they were told is saved. What gets no answer they send again, as a browser does."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from random import Random

from tests import way
from tests.live import Fields, LiveVisitor
from tests.soak.journal import Act, Entry, Journal, answered
from tests.soak.killing import Site
from training.content.schema import Document
from training.core import ids

_BUSY = 503
_DOUBLE_CLICKS = 0.05
_TRIES = 2000  # of one request, mostly while the server or its database is away
_PAUSE_SECONDS = 0.05


class _Enough(Exception):
    """The day is over."""


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str
    asked_at: float
    sent: int


class Official(threading.Thread):
    """A person with one browser, which has script or not and keeps its connection or not."""

    def __init__(self, site: Site, document: Document, session: str, subject: str, seed: int):
        super().__init__(daemon=True)
        self.journal = Journal(subject)
        self._site = site
        self._document = document
        self._chance = Random(seed)
        self._script = bool(seed & 1)
        self._browser = LiveVisitor("", session, keep_alive=bool(seed & 2))

    def run(self) -> None:
        """Work until the site closes; what is begun then is still done."""
        try:
            self._browser.take_token(self._get("/learn/"))
            while True:
                self._take_the_module()
        except _Enough:
            pass
        except BaseException as error:
            self._site.failed(error)

    def _take_the_module(self) -> None:
        """Enrol and do all there is to do, in an order of chance, up to the certificate."""
        self._do(f"{way.HOME}/enrolment", ("enrolment.opened", way.MODULE))
        lessons = [lesson.id for lesson in self._document.lessons]
        check = f"check-{self._chance.choice(lessons)}"
        steps: list[Callable[[], None]] = [partial(self._mark_done, one) for one in lessons]
        steps += [partial(self._take, check, way.right), self._take_the_final]
        self._chance.shuffle(steps)
        for step in steps:
            step()

    def _mark_done(self, lesson: str) -> None:
        self._do(f"{way.HOME}/lessons/{lesson}", ("lesson.done", lesson))

    def _take_the_final(self) -> None:
        for _ in range(self._chance.choice((0, 0, 1, 2))):
            self._take("final", way.wrong)
        self._take("final", way.right)

    def _take(self, quiz: str, choose: Callable[..., list[str]]) -> None:
        address = f"{way.HOME}/quizzes/{quiz}"
        page = self._begin(address, quiz)
        [attempt] = set(re.findall(r"/attempts/([^/\"]+)/responses", page))
        for item in re.findall(r'class="step[^"]*" href="[^"]*\?item=([^"]+)"', page):
            wanted = choose(self._document.item(item))
            other = way.wrong(self._document.item(item))
            if quiz == "final" and other != wanted and self._chance.random() < 0.3:
                self._answer(address, attempt, item, other)
            self._answer(address, attempt, item, wanted)
        self._do(f"{address}/attempts/{attempt}/submission", ("attempt.submitted", attempt))

    def _begin(self, address: str, quiz: str) -> str:
        """Begin an attempt and return its page. Where the result of the one before was late, it is
        shown first and nothing is begun."""
        while True:
            self._do(f"{address}/attempts", ("attempt.started", quiz))
            page = self._get(address)
            if "/responses" in page:
                return page
            self.journal.entries.pop()

    def _answer(self, address: str, attempt: str, item: str, chosen: list[str]) -> None:
        record = ids.uuid7() if self._script else self._record_on_page(f"{address}?item={item}")
        act = ("response.given", answered(attempt, item, sorted(chosen)))
        fields = [("item", item), ("record", record), *(("response", one) for one in chosen)]
        self._do(f"{address}/attempts/{attempt}/responses", act, record, fields)

    def _record_on_page(self, path: str) -> str:
        [record] = re.findall(r'name="record" value="([^"]+)"', self._get(path))
        return str(record)

    def _get(self, path: str) -> str:
        answer = self._asked(lambda: self._browser.get(path))
        assert answer.status == 200, f"{answer.status} {path}: {answer.text}"
        return answer.text

    def _do(self, path: str, act: Act, record: str = "", fields: Fields = ()) -> None:
        """Send a form until it is acknowledged, and write that into the journal."""
        if self._site.closing:
            raise _Enough
        headers = {"X-Waypost-Script": "1"} if self._script and record else {}
        twice = self._chance.random() < _DOUBLE_CLICKS
        send = self._clicked_twice if twice else self._browser.post
        answer = self._asked(lambda: send(path, fields, headers))
        assert answer.status == (204 if headers else 303), f"{answer.status} {path}: {answer.text}"
        entry = Entry(act, record, answer.asked_at, time.time(), answer.sent)
        self.journal.entries.append(entry)
        self._site.acknowledged(act[0])

    def _clicked_twice(
        self, path: str, fields: Fields, headers: Mapping[str, str]
    ) -> tuple[int, str]:
        answers = self._browser.post_twice(path, fields, headers)
        statuses = {status for status, _ in answers}
        assert len(statuses - {_BUSY}) <= 1, f"{statuses} {path}"
        return max(answers)  # a "busy" before the other: then it is sent again

    def _asked(self, send: Callable[[], tuple[int, str]]) -> _Answer:
        """Send until there is an answer other than "busy"."""
        for sent in range(1, _TRIES):
            if self._site.given_up:
                raise _Enough
            self._browser.url = self._site.address()
            asked_at = time.time()
            try:
                status, text = send()
            except (OSError, HTTPException):
                continue
            if status != _BUSY:
                return _Answer(status, text, asked_at, sent)
            self._site.refused()
            time.sleep(_PAUSE_SECONDS)
        raise AssertionError("there never was an answer")
