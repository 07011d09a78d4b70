"""Certificates in pages: printed by their holder, checked by anyone, with an address or without."""

import dataclasses
import io
from collections.abc import Callable

import pytest
from flask import Flask
from pypdf import PdfReader

from config import Settings
from tests import way
from tests.cast import Cast
from tests.visitor import Visitor
from training.core.work import unit_of_work
from training.people.models import Person

Visit = Callable[..., Visitor]


def page_of(visitor: Visitor, code: str) -> PdfReader:
    """Return the PDF that its holder downloads."""
    answer = visitor.get(f"/certificates/{code}.pdf")
    assert answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.data))


def links_in(reader: PdfReader) -> list[str]:
    """Return the addresses that a PDF leads to."""
    return [note.get_object()["/A"]["/URI"] for note in reader.pages[0].get("/Annots", [])]


def test_without_a_public_address_none_is_printed(visit: Visit, cast: Cast) -> None:
    """Nothing on the paper leads to a laptop that nobody can reach."""
    official = visit(cast["learner"])
    code = way.complete(official)
    reader = page_of(official, code)
    assert links_in(reader) == []
    assert "http" not in reader.pages[0].extract_text()


class TestWithAPublicAddress:
    """Where WAYPOST_PUBLIC_URL is set."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """The same settings with an address."""
        return dataclasses.replace(settings, public_url="http://waypost.example")

    def test_the_paper_leads_to_the_page_that_checks_it(self, visit: Visit, cast: Cast) -> None:
        """By its QR code and its link, and that page is there."""
        official = visit(cast["learner"])
        code = way.complete(official)
        address = f"http://waypost.example/verify/{code}"
        assert address in links_in(page_of(official, code))
        assert visit().get(f"/verify/{code}").status_code == 200


def test_a_code_is_taken_as_people_type_it(visit: Visit, cast: Cast) -> None:
    """Small letters, spaces, hyphens, O for 0; a wrong letter is found at once."""
    code = way.complete(visit(cast["learner"]))
    typed = "-".join(code[i : i + 4] for i in range(0, 16, 4)).lower().replace("0", "o")
    stranger = visit()
    found = stranger.get("/verify/", query_string={"code": f" {typed} "}, follow_redirects=True)
    assert "Learner Person" in found.text
    wrong = ("1" if code[0] != "1" else "2") + code[1:]
    page = stranger.get("/verify/", query_string={"code": wrong})
    assert "Learner Person" not in page.text
    assert wrong in page.text


def test_a_code_that_was_never_issued_says_so(visit: Visit, cast: Cast) -> None:
    """The reader is told to compare it with the paper."""
    answer = visit().get("/verify/0000000000000000")
    assert answer.status_code == 404
    assert "letter by letter" in answer.text


def test_the_name_stands_as_it_was_printed(app: Flask, visit: Visit, cast: Cast) -> None:
    """A name that changes later does not change the paper's page."""
    code = way.complete(visit(cast["learner"]))
    with app.app_context(), unit_of_work() as work:
        work.session.get_one(Person, cast["learner"].id).name = "Another Name"
    page = visit().get(f"/verify/{code}").text
    assert "Learner Person" in page
    assert "Another Name" not in page


def test_a_letter_that_can_t_be_printed_takes_nothing_away(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """The certificate stands and can be checked; the page says why there is no paper yet."""
    with app.app_context(), unit_of_work() as work:
        work.session.get_one(Person, cast["learner"].id).name = "王小明"
    official = visit(cast["learner"])
    code = way.complete(official)
    answer = official.get(f"/certificates/{code}.pdf")
    assert answer.status_code == 409
    assert "Your certificate stands" in answer.text
    assert "王小明" in visit().get(f"/verify/{code}").text
