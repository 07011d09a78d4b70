"""What the clients send: whole HTTP/1.1 requests, as a browser and Waypost's script make them."""

import re
import urllib.request
from collections.abc import Sequence
from urllib.parse import urlencode

from benchmarks import ceiling
from benchmarks.client import Script
from benchmarks.population import Official
from training.content import items
from training.core import ids
from training.people.sessions import COOKIE

MODULE = ceiling.MODULE.name
HOME = f"/learn/{MODULE}"
LESSON = f"{HOME}/lessons/{ceiling.LESSON}"
PEOPLE = "/desk/people"
CSV = "/desk/people.csv"

Fields = Sequence[tuple[str, str]]


def request(
    method: str, path: str, cookies: str, fields: Fields = (), script: bool = False
) -> bytes:
    """Return one request; `script` marks it as sent by the page's script."""
    body = urlencode(fields).encode()
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: benchmarks",
        "Accept: text/html",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Language: en",
        f"Cookie: {cookies}",
    ]
    if method == "POST":
        head.append("Content-Type: application/x-www-form-urlencoded")
        head.append(f"Content-Length: {len(body)}")
    if script:
        head.append("X-Waypost-Script: 1")
    return "\r\n".join([*head, "\r\n"]).encode() + body


def cookies(official: Official) -> str:
    """Return the header's value for somebody's browser."""
    return f"{COOKIE}={official.token}"


def pages(path: str, official: Official) -> Script:
    """Read one page again and again."""
    return Script([request("GET", path, cookies(official))], 200)


def answers(officials: Sequence[Official]) -> Script:
    """Answer every question of each one's attempt, then each once more with another choice: every
    request is a new record."""
    sent = [
        _answer(official, item, turn)
        for official in officials
        for turn in (0, 1)
        for item in official.questions
    ]
    return Script(sent, 204, endless=False)


def _answer(official: Official, item: items.Item, turn: int) -> bytes:
    options = items.option_ids(item)
    count = next(count for count in (1, 2) if items.is_response(item, options[:count]))
    chosen = sorted(options[turn : turn + count])
    fields = [("csrf_token", official.csrf), ("item", item.id), ("record", ids.uuid7())]
    fields += [("response", option) for option in chosen]
    path = f"{HOME}/quizzes/final/attempts/{official.attempt}/responses"
    return request("POST", path, cookies(official), fields, script=True)


def submissions(officials: Sequence[Official]) -> Script:
    """Submit each one's final: the grade, the completion and the certificate come with it."""
    path = f"{HOME}/quizzes/final/attempts/{{}}/submission"
    sent = [
        request("POST", path.format(one.attempt), cookies(one), [("csrf_token", one.csrf)])
        for one in officials
    ]
    return Script(sent, 303, endless=False)


def sign_ins(url: str, email: str, password: str) -> Script:
    """Sign in with a password again and again, each time from a form that was opened before."""
    with urllib.request.urlopen(f"{url}/sign-in") as page:
        [visit] = re.findall(r"^([^;]+)", page.headers["Set-Cookie"])
        [token] = re.findall(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    fields = [("csrf_token", token), ("identifier", email), ("password", password)]
    return Script([request("POST", "/sign-in", visit, fields)], 303)


def bare_lesson() -> Script:
    """Read the ceiling's lesson."""
    path = f"/lesson/{ceiling.LESSON}"
    return Script([request("GET", path, f"{ceiling.COOKIE}={ceiling.TOKEN}")], 200)


def bare_answer() -> Script:
    """Save an answer in the ceiling."""
    fields = [("csrf_token", ids.token()), ("item", "an-item"), ("response", "an-option")]
    return Script([request("POST", "/answer", "", [*fields, ("record", ids.uuid7())])], 204)


def bare_sign_in() -> Script:
    """Have the ceiling compare the password."""
    return Script([request("POST", "/sign-in", "", [("password", ceiling.PASSWORD)])], 303)
