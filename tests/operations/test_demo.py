"""The demonstration: believable, made through the records, and apart from real people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.apps import make_settings, opened
from tests.cast import Cast, Somebody
from tests.monitoring.reading import table
from tests.visitor import Visitor
from training.app import create_app
from training.certificates.models import Certificate
from training.core import clock
from training.core.database import db
from training.core.errors import OperatorError
from training.learning.models import Enrolment
from training.operations import demo, start
from training.people.models import Person, Posting, Unit
from training.records import rebuild
from training.records.models import RecordRow

ROLES = (
    "learner", "supervisor", "trainer", "translator", "reviewer", "coordinator", "administrator",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration, made once for these tests."""
    folder = tmp_path_factory.mktemp("demo")
    with opened(f"sqlite:///{folder}/demo.db", folder, environment="demo") as app:
        with app.app_context():
            start.prepare(app)
            db.session.remove()
        yield app


def test_two_states_four_agencies_eight_posts_and_120_officials(made: Flask) -> None:
    """With enrolments begun, completed, and not begun at all."""
    with made.app_context():
        session = db.session
        rows = session.execute(select(Unit.kind, func.count()).group_by(Unit.kind))
        kinds = {kind: number for kind, number in rows}
        assert kinds == {"region": 1, "state": 2, "agency": 4, "post": 8}
        assert session.scalar(select(func.count()).select_from(Person)) == 120 + len(ROLES)
        statuses = session.scalars(select(Enrolment.status)).all()
        assert 40 <= statuses.count("completed") < len(statuses) < 120
        completed = session.scalar(select(func.count()).select_from(Certificate))
        assert completed == statuses.count("completed")


def test_histories_lie_in_the_past_and_at_the_person_s_post(made: Flask) -> None:
    """No record is of tomorrow, none is without its post."""
    with made.app_context():
        newest, oldest = db.session.execute(
            select(func.max(RecordRow.received_at), func.min(RecordRow.received_at))
        ).one()
        assert newest <= clock.now()
        assert oldest < clock.now() - 100 * clock.DAY
        posts = db.session.scalars(select(RecordRow.unit).distinct()).all()
        assert set(posts) <= set(db.session.scalars(select(Posting.unit_id)))


def test_the_desk_has_something_to_show_of_everything(made: Flask) -> None:
    """Whoever coordinates a State sees people in every state and with every reason."""
    coordinator = Visitor(made)
    coordinator.sign_in(Somebody("", "", f"coordinator@{demo.DOMAIN}"), demo.PASSWORD)
    coordinator.post("/account/privacy", {"next": "/desk/"})
    total = table(coordinator.get("/desk/").text, "units")[1:]
    assert [
        sum(map(int, column)) > 0 for column in zip(*(row[1:] for row in total), strict=True)
    ] == [True] * 9


def test_the_records_fold_to_what_is_shown(made: Flask) -> None:
    """Nothing was written past the log."""
    with made.app_context():
        assert list(rebuild.rebuild(check=True)) == []


@pytest.mark.parametrize("role", ROLES)
def test_there_is_one_account_a_role(made: Flask, role: str) -> None:
    """They sign in with the password that the sign-in page names."""
    visitor = Visitor(made)
    assert demo.PASSWORD in visitor.get("/sign-in").text
    typed = {"identifier": f"{role}@demo.example", "password": demo.PASSWORD}
    assert visitor.post("/sign-in", typed).status_code == 303


def test_it_is_refused_outside_demo_mode(app: Flask) -> None:
    """Real data never gets made-up people."""
    with app.app_context(), pytest.raises(OperatorError, match="demo mode"):
        demo.build()


def test_real_people_and_made_up_ones_never_meet(
    made: Flask, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    """Neither mode opens the other's database."""
    real = app.config["SETTINGS"].database_url
    opened = create_app(make_settings(real, tmp_path, environment="demo"))
    with opened.app_context(), pytest.raises(OperatorError, match="real people"):
        start.prepare(opened)
    made_up = made.config["SETTINGS"].database_url
    opened = create_app(make_settings(made_up, tmp_path))
    with opened.app_context(), pytest.raises(OperatorError, match="demonstration"):
        start.prepare(opened)


def test_a_second_start_makes_nothing_again(made: Flask, tmp_path: Path) -> None:
    """The population is built once."""
    with made.app_context():
        before = db.session.scalar(select(func.count()).select_from(RecordRow))
        db.session.remove()
        start.prepare(made)
        assert db.session.scalar(select(func.count()).select_from(RecordRow)) == before
