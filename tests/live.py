"""People who use a real server at the same time, over sockets."""

import http.client
import re
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from training.people.sessions import COOKIE

_T = TypeVar("_T")


class LiveVisitor:
    """A browser with a session, over connections of its own."""

    def __init__(self, url: str, session: str = "") -> None:
        self.address = urlsplit(url).netloc
        self.cookies = {COOKIE: session} if session else {}
        self.token = ""

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        return self._send("GET", path, None)

    def post(self, path: str, fields: Sequence[tuple[str, str]] = ()) -> tuple[int, str]:
        """Send a form with its token."""
        if not self.token:
            page = self.get("/learn/" if COOKIE in self.cookies else "/sign-in")[1]
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found, page
            self.token = found[1]
        return self._send("POST", path, [("csrf_token", self.token), *fields])

    def _send(
        self, method: str, path: str, fields: Sequence[tuple[str, str]] | None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.address, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, text


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
