"""Visits of a browser: what came over its wire, and when it first showed something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession

# Asked of the page itself: what waits in the browser evaluates texts, which its policy forbids.
_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const [first] = list.getEntriesByName("first-contentful-paint");
    if (first) resolve(first.startTime);
  }).observe({ type: "paint", buffered: true });
})"""


@dataclass(frozen=True)
class Link:
    """A link and a phone: milliseconds there and back, bits a second each way, and how many times
    slower than this machine's its processor is."""

    round_trip: int
    speed: int
    slowdown: int


@dataclass(frozen=True)
class Answer:
    """What came over the wire for one request: its bytes as sent, headers and all."""

    url: str
    status: int
    headers: Mapping[str, str]
    bytes: int


@dataclass(frozen=True)
class Visit:
    """All addresses that a page asked for, the answers that did not come from the browser's own
    store, and the seconds until it first showed something."""

    asked: tuple[str, ...]
    answers: tuple[Answer, ...]
    paint: float

    @property
    def bytes(self) -> int:
        """Everything that came over the wire."""
        return sum(answer.bytes for answer in self.answers)


@dataclass
class _Wire:
    """What the browser tells of its requests, by their ids."""

    asked: dict[str, str] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    heads: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)

    def listen(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.responseReceivedExtraInfo", self._begin)
        session.on("Network.loadingFinished", self._end)
        session.on("Network.loadingFailed", self._end)
        session.send("Network.enable")

    @property
    def quiet(self) -> bool:
        """Nothing is under way, and of all that came the head is known."""
        came = {request for request, size in self.ended.items() if size}
        return self.asked.keys() <= self.ended.keys() and came <= self.heads.keys()

    def answers(self) -> tuple[Answer, ...]:
        return tuple(
            Answer(self.asked[request], *self.heads[request], size)
            for request, size in self.ended.items()
            if size
        )

    def _ask(self, told: dict[str, Any]) -> None:
        self.asked[told["requestId"]] = told["request"]["url"]

    def _begin(self, told: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in told["headers"].items()}
        self.heads[told["requestId"]] = told["statusCode"], headers

    def _end(self, told: dict[str, Any]) -> None:
        self.ended[told["requestId"]] = int(told.get("encodedDataLength", 0))


def visit(context: BrowserContext, address: str, link: Link | None = None) -> Visit:
    """Open an address in a new tab, wait until nothing more comes, and close it.

    Raises RuntimeError where the address leads elsewhere.
    """
    page, wire = context.new_page(), _Wire()
    session = context.new_cdp_session(page)
    if link is not None:
        _slow_down(session, link)
    wire.listen(session)
    answer = page.goto(address)
    if answer is None or answer.request.redirected_from or not answer.ok:
        raise RuntimeError(f"{address} led to {page.url}: {answer and answer.status}")
    page.wait_for_load_state("networkidle")
    while not wire.quiet:  # the icon is no part of the page
        page.wait_for_timeout(20)
    paint = page.evaluate(_PAINT) / 1000
    page.close()
    return Visit(tuple(wire.asked.values()), wire.answers(), paint)


def _slow_down(session: CDPSession, link: Link) -> None:
    speed = link.speed / 8
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": link.round_trip,
            "downloadThroughput": speed,
            "uploadThroughput": speed,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": link.slowdown})
