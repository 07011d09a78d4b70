"""The journeys: a real server, a real Chromium, people who go through."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests import chromium, pseudo, server
from tests.apps import opened
from tests.cast import Cast, cast_in
from tests.journeys.site import Site
from tests.world import make_world

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The world, served with the languages of the tests."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "waypost.db")
    catalogues = pseudo.write_catalogues(folder / "catalogues")
    with (
        pseudo.spoken_from(catalogues),
        opened(f"sqlite:///{folder / 'waypost.db'}", folder) as app,
    ):
        names, cast = make_world(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(app, names, cast, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


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
