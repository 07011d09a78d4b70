"""The trainer's way in a browser, on a phone and on a desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config import ROOT
from tests import modules
from tests.authoring import packing
from tests.cast import Cast
from tests.journeys import steps
from tests.journeys.conftest import DESK, PHONE
from tests.server import Server
from training.content import folder

SOURCE = ROOT / "modules" / "trafficking-or-smuggling"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_from_an_upload_with_faults_to_a_new_version(
    cast_and_server: tuple[Cast, Server],
    open_page: Callable[..., Page],
    shoot: Callable[[Page, str], None],
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    """The report names file and line; then preview, publish, and see how it goes."""
    cast, server = cast_and_server
    page = open_page(server.url, size)

    def look(name: str) -> None:
        shoot(page, name)
        steps.demand_accessible(page)

    steps.sign_in(page, cast["trainer"])
    page.get_by_role("link", name="Studio").click()
    look("studio")
    files = folder.files_in(SOURCE)
    broken = {
        **files,
        "quizzes.yaml": files["quizzes.yaml"].replace(b"kind: final", b"kind: finale"),
    }
    steps.upload(page, tmp_path, packing.packed(broken))
    expect(page.get_by_text("quizzes.yaml").first).to_be_visible()
    look("findings")
    document, findings = folder.read(files)
    assert document is not None, findings
    steps.upload(page, tmp_path, packing.zipped(modules.with_title(document, "A new title")))
    expect(page.get_by_role("heading", level=1)).to_have_text("A new title")
    look("draft")
    draft = page.url
    page.get_by_role("link", name=document.lessons[0].title, exact=True).click()
    look("preview-lesson")
    page.goto(draft)
    page.get_by_role("link", name="Final", exact=True).click()
    look("preview-final")
    page.goto(draft)
    page.get_by_label("What is new in this version?").fill("A title that says more.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 is published.")).to_be_visible()
    look("published")
