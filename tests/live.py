"""People who use a real server at the same time, over sockets."""

import http.client
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from training.people.sessions import COOKIE

_T = TypeVar("_T")
Fields = Sequence[tuple[str, str]]


class LiveVisitor:
    """A browser with a session, over connections of its own: one a request, or one kept open."""

    def __init__(self, url: str, session: str = "", *, keep_alive: bool = False) -> None:
        self.url = url
        self.cookies = {COOKIE: session} if session else {}
        self.token = ""
        self._keep_alive = keep_alive
        self._kept: tuple[str, http.client.HTTPConnection] | None = None

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        return self._receive(self._begin("GET", path, None))

    def post(
        self, path: str, fields: Fields = (), headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Send a form with its token."""
        return self._receive(self._begin("POST", path, self._with_token(fields), headers))

    def post_twice(
        self, path: str, fields: Fields = (), headers: Mapping[str, str] | None = None
    ) -> list[tuple[int, str]]:
        """Send a form twice before the first answer has come, as a double click does."""
        whole = self._with_token(fields)
        sent = [self._begin("POST", path, whole, headers, fresh=True) for _ in range(2)]
        return [self._receive(connection) for connection in sent]

    def _with_token(self, fields: Fields) -> Fields:
        if not self.token:
            status, page = self.get("/learn/" if COOKIE in self.cookies else "/sign-in")
            assert status == 200, page  # on another page it may be nobody's
            self.take_token(page)
        return [("csrf_token", self.token), *fields]

    def take_token(self, page: str) -> None:
        """Take the token for forms from a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        self.token = found[1]

    def _begin(
        self,
        method: str,
        path: str,
        fields: Fields | None,
        headers: Mapping[str, str] | None = None,
        *,
        fresh: bool = False,
    ) -> http.client.HTTPConnection:
        connection = self._connection(fresh)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": cookies, **(headers or {})}
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, sent)
        except BaseException:
            self._close(connection)
            raise
        return connection

    def _receive(self, connection: http.client.HTTPConnection) -> tuple[int, str]:
        try:
            answer = connection.getresponse()
            text = answer.read().decode()
        except BaseException:
            self._close(connection)
            raise
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if self._kept is None or connection is not self._kept[1]:
            connection.close()
        return answer.status, text

    def _connection(self, fresh: bool) -> http.client.HTTPConnection:
        if self._kept and self._kept[0] != self.url:
            self._close(self._kept[1])
        if self._kept and not fresh:
            return self._kept[1]
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        if self._keep_alive and not fresh:
            self._kept = (self.url, connection)
        return connection

    def _close(self, connection: http.client.HTTPConnection) -> None:
        connection.close()
        if self._kept and connection is self._kept[1]:
            self._kept = None


def at_once(actions: Sequence[Callable[[], _T]]) -> list[_T]:
    """Do all actions at the same moment, each in a thread of its own; returns their results."""
    barrier = threading.Barrier(len(actions))
    results: dict[int, _T] = {}
    errors: list[BaseException] = []

    def run(place: int, action: Callable[[], _T]) -> None:
        try:
            barrier.wait(timeout=60)
            results[place] = action()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if errors:
        raise errors[0]
    return [results[place] for place in range(len(actions))]
