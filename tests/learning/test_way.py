"""The official's way: from beginning a module to a certificate that anyone can check."""

from collections.abc import Callable

from tests import way
from tests.cast import Cast
from tests.visitor import Visitor

Visit = Callable[..., Visitor]


def test_two_browsers_are_two_people(visit: Visit, cast: Cast) -> None:
    """A client without a session is nobody, whatever another one did."""
    known, stranger = visit(cast["learner"]), visit()
    assert "Learner Person" in known.get("/learn/").text
    assert stranger.get("/learn/").status_code == 302
    assert "Learner Person" in known.get("/learn/").text


def test_whoever_does_all_lessons_and_passes_gets_a_certificate(visit: Visit, cast: Cast) -> None:
    """Completion and certificate are there with the last answer, and anyone can check them."""
    official = visit(cast["learner"])
    code = way.complete(official)
    stranger = visit()
    page = stranger.get(f"/verify/{code}")
    assert page.status_code == 200
    assert "Learner Person" in page.text
    assert official.get("/certificates/").text.count(code) == 1


def test_the_order_of_lessons_and_final_is_free(visit: Visit, cast: Cast) -> None:
    """A final passed first completes the module with the last lesson."""
    official = visit(cast["learner"])
    way.enrol(official)
    way.take(official)
    assert "/certificates/" not in official.get(f"{way.HOME}/").text.split("<main", 1)[1]
    way.do_lessons(official)
    assert "Your certificate" in official.get(f"{way.HOME}/").text


def test_whoever_fails_gets_no_certificate(visit: Visit, cast: Cast) -> None:
    """Wrong answers earn nothing, and after the last attempt there is no other."""
    official = visit(cast["learner"])
    way.enrol(official)
    way.do_lessons(official)
    for _ in range(3):
        way.take(official, choose=way.wrong)
    assert "Your certificate" not in official.get(f"{way.HOME}/").text
    assert official.post(f"{way.FINAL}/attempts").status_code == 409
