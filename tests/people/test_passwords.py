"""Passwords that are too common, those typed on other keyboards, and the words that are offered."""

import html
import math
import re
import warnings
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import PASSWORD, TESTER, Cast
from tests.visitor import Visitor
from training.core.work import unit_of_work
from training.people import passwords, services
from training.people.models import Person

Visit = Callable[..., Visitor]


@pytest.mark.parametrize(
    "password",
    [
        "123456789012345",
        "iloveyouiloveyou",
        "ILoveYouILoveYou",
        "i love you i love you",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0661\u0662\u0663\u0664\u0665",
        "correct horse battery staple",
    ],
)
def test_what_many_use_is_known(password: str) -> None:
    """In whatever case, with spaces or without, in digits of whatever script."""
    assert passwords.is_common(password)


@pytest.mark.parametrize("password", [PASSWORD, "waypost-demo-only", "a b c d e f g h i", "." * 9])
def test_what_nobody_else_uses_is_not(password: str) -> None:
    """Also where without its spaces too little is left to be looked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not passwords.is_common(password)


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=15, max_size=128))
def test_anything_can_be_looked_up(password: str) -> None:
    """Whatever is typed."""
    assert passwords.is_common(password) in (True, False)


def change(visitor: Visitor, password: str, current: str = PASSWORD) -> int:
    """Change a password and return the status."""
    new = {"current": current, "password": password, "again": password}
    return visitor.post("/account/password", new).status_code


def test_a_password_can_be_typed_on_another_keyboard(visit: Visit, cast: Cast) -> None:
    """Digits of any script and spaces of any width are alike, where it is set and where it is
    typed; another digit is not."""
    learner = cast["learner"]
    assert change(visit(learner), "گذرواژه\u00a0دراز ۱۲۳۴") == 303
    for typed in ("گذرواژه دراز 1234", "گذرواژه\u3000دراز ١٢٣٤", "گذرواژه دراز १२३४"):
        assert visit().sign_in(learner, typed).status_code == 303
    assert visit().sign_in(learner, "گذرواژه دراز ۱۲۳۵").status_code == 422


def test_a_hash_made_before_digits_were_alike_still_fits(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Typed as it was set; set anew, it can be typed either way."""
    learner, persian = cast["learner"], "گذرواژه ۱۲۳۴۵۶۷"
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, learner.id)
        secret = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(persian)
        services.set_password(TESTER, work, person=person, secret=secret)
    assert visit().sign_in(learner, "گذرواژه 1234567").status_code == 422
    assert visit().sign_in(learner, persian).status_code == 303
    assert change(visit(learner), persian, current=persian) == 303
    assert visit().sign_in(learner, "گذرواژه 1234567").status_code == 303


def offered(page: str) -> str:
    """Return the passphrase that a page offers."""
    [words] = re.findall(r'<strong lang="en" dir="ltr">([^<]+)</strong>', page)
    return html.unescape(words)


def test_words_are_offered_where_a_password_is_set(app: Flask, visit: Visit, cast: Cast) -> None:
    """Others at each look, also when the form was refused; they can be used as they stand."""
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["other learner"].id)
        link = f"/sign-in/link/{services.make_link(TESTER, work, person=person)}"
    learner, visitor = visit(cast["learner"]), visit()
    refused = learner.post("/account/password", {}).text
    pages = [
        learner.get("/account/password").text,
        refused,
        visitor.get(link).text,
        visitor.get(link).text,
    ]
    assert len(set(map(offered, pages))) == 4
    words = offered(pages[-1])
    assert visitor.post(link, {"password": words, "again": words}).status_code == 303
    assert visit().sign_in(cast["other learner"], words).status_code == 303


def test_nobody_can_try_all_the_words() -> None:
    """At least 60 bits: all of a long list come up, each as likely as another."""
    drawn = [passwords.passphrase().split(" ") for _ in range(2000)]
    assert {len(words) for words in drawn} == {5}
    found = {word for words in drawn for word in words}
    assert 5 * math.log2(len(found)) > 60  # of 10,000 draws from 7,776 some never come
    assert min(len(" ".join(words)) for words in drawn) >= 15
