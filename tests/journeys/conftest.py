"""The journeys: a real server, a real Chromium, people who go through."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import chromium, server
from tests.apps import opened
from tests.cast import Cast, cast_in
from tests.journeys.site import Site, served

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a worker."""
    with chromium.launched() as browser:
        yield browser


@pytest.fixture
def cast_and_server(
    make_database: Callable[[str], str], tmp_path: Path
) -> Iterator[tuple[Cast, server.Server]]:
    """A server on a fresh SQLite database with everybody in it."""
    url = make_database("sqlite")
    with opened(url, tmp_path) as app:
        cast = cast_in(app)
    with server.running(tmp_path, url) as running:
        yield cast, running


@pytest.fixture(scope="session")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served world in which every page has something on it."""
    with served(sqlite_template, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a browser of its own: size, script or none."""
    contexts = []

    def open_(base: str, size: dict[str, int] = PHONE, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=base,
            viewport={"width": size["width"], "height": size["height"]},
            java_script_enabled=script,
        )
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return a function that keeps a screenshot where WAYPOST_SCREENSHOTS names a folder."""
    folder = os.environ.get("WAYPOST_SCREENSHOTS")
    taken: list[str] = []

    def keep(page: Page, name: str) -> None:
        if folder:
            taken.append(name)
            path = Path(folder) / request.node.name / f"{len(taken):02}-{name}.png"
            page.screenshot(path=path, full_page=True)

    return keep
