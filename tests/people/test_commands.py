"""The operator's commands for people: one clear line for a mistake, a link that lets in."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.visitor import Visitor


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Run a command; returns its exit code and what it printed."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output


def add(app: Flask, *more: str) -> tuple[int, str]:
    """Run `people add` for one and the same name."""
    return run(app, "people", "add", "--name", "Nour Haddad", *more)


def test_whoever_is_added_gets_in_by_the_printed_link(app: Flask, cast: Cast) -> None:
    """With a unit that is made for the purpose, a service number and a role."""
    path = "Aruna/Aruna Immigration/New Post"
    code, printed = add(app, "--number", "N-77", "--unit", path, "--create", "--role", "supervisor")
    assert code == 0, printed
    link = "/sign-in/link/" + printed.strip().rsplit("/", 1)[1]
    visitor = Visitor(app)
    new = {"password": "a first long phrase", "again": "a first long phrase"}
    assert visitor.post(link, new).status_code == 303
    assert "Nour Haddad" in visitor.get("/account/privacy").text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--unit", "Aruna"], "give --email, --number or both"),
        (["--email", "learner@example.org", "--unit", "Aruna"], "belongs to somebody already"),
        (["--email", "n@example.org", "--unit", "Nowhere"], "there is no unit Nowhere"),
        (["--number", "1", "--unit", "Aruna"], "needs a --unit at or below an agency"),
    ],
)
def test_a_mistake_is_one_line_and_adds_nobody(
    app: Flask, cast: Cast, arguments: list[str], said: str
) -> None:
    """Nothing is half done."""
    code, printed = add(app, *arguments)
    assert code == 1
    assert said in printed
    assert len(printed.strip().splitlines()) == 1
    code, printed = run(app, "people", "link", "n@example.org")
    assert (code, printed) == (1, "nobody is known as n@example.org\n")


def test_a_number_is_given_once_within_an_agency(app: Flask, cast: Cast) -> None:
    """Written otherwise it is still the same number."""
    place = ["--unit", "Aruna/Aruna Immigration"]
    assert add(app, "--number", "AB-1", *place)[0] == 0
    code, printed = add(app, "--number", "ab 1", *place)
    assert (code, printed) == (1, "the number ab 1 is taken in Aruna Immigration\n")
    assert add(app, "--number", "ab 1", "--unit", "Beria/Beria Border Police")[0] == 0


def test_a_new_link_for_somebody_locked_out(app: Flask, cast: Cast) -> None:
    """By address, or by agency and number."""
    add(app, "--number", "AB-1", "--unit", "Aruna/Aruna Immigration")
    assert run(app, "people", "link", "learner@example.org")[0] == 0
    assert run(app, "people", "link", "AB 1", "--agency", "Aruna Immigration")[0] == 0
    code, printed = run(app, "people", "link", "AB 1")
    assert (code, printed) == (1, "say which --agency the service number belongs to\n")
