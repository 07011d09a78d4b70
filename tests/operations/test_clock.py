"""A server whose clock is set back: it reads, writes nothing, and says why."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from tests import way
from tests.cast import Cast
from tests.visitor import Visitor
from training.core import work
from training.core.database import db

AN_HOUR = timedelta(hours=1)


def received(app: Flask) -> list[int]:
    """Return when each record was received, in the order in which they came."""
    with app.app_context():
        statement = text("SELECT received_at FROM record ORDER BY seq")
        return list(db.session.scalars(statement))


def enrolled(visit: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Return an official who has begun the module."""
    official = visit(cast["learner"])
    way.enrol(official)
    official.token()
    return official


def test_nothing_is_written_and_the_page_says_why(
    app: Flask, visit: Callable[..., Visitor], cast: Cast
) -> None:
    """What was saved can be read; once the clock is right again work goes on."""
    official = enrolled(visit, cast)
    before = received(app)
    lesson = f"{way.HOME}/lessons/smuggling"
    with time_machine.travel(datetime.now(UTC) - AN_HOUR, tick=True):
        refused = official.post(lesson)
        assert refused.status_code == 503
        assert "The clock of this server is wrong" in refused.text
        assert official.get(lesson).status_code == 200
        assert visit().get("/readyz").status_code == 503
        signing_in = visit().sign_in(cast["trainer"])
        assert signing_in.status_code == 503
        command = app.test_cli_runner().invoke(args=["people", "link", cast["trainer"].email])
        assert (command.exit_code, command.stdout) == (1, "")
        assert command.stderr.count("\n") == 1
    assert received(app) == before
    assert official.post(lesson).status_code == 303
    assert visit().get("/readyz").status_code == 200


def test_clocks_may_differ_a_little(app: Flask, visit: Callable[..., Visitor], cast: Cast) -> None:
    """Two machines on one database are never quite of one mind, and clocks are set by seconds."""
    official = enrolled(visit, cast)
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=4), tick=True):
        assert official.post(f"{way.HOME}/lessons/smuggling").status_code == 303


def test_control_without_the_question_a_later_record_is_dated_earlier(
    app: Flask, visit: Callable[..., Visitor], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is what must not be."""
    official = enrolled(visit, cast)
    monkeypatch.setitem(app.extensions, work.BEFORE_WRITING, lambda connection: None)
    with time_machine.travel(datetime.now(UTC) - AN_HOUR, tick=True):
        assert official.post(f"{way.HOME}/lessons/smuggling").status_code == 303
    times = received(app)
    assert times[-1] < times[0]
