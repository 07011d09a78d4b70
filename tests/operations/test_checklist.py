"""What is left to set up, on the administrator's page."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, update

from tests.apps import NO_ANSWER
from tests.cast import TESTER, Cast
from tests.monitoring import population
from tests.statements import count_queries
from tests.visitor import Visitor
from training.core import clock
from training.core.actors import Role
from training.core.work import unit_of_work
from training.notices import services as notices
from training.operations import backup
from training.people.models import Posting, Unit

Visit = Callable[..., Visitor]
STATES, POSTS, PEOPLE = (
    "Add the States and territories",
    "Add your agencies and posts",
    "Let the first people in",
)
MAIL, SET_MAIL = "Try the mail server", "Set a mail server, if there is one"
BACKUP = "Have a fresh backup"


def steps(visitor: Visitor) -> dict[str, tuple[str, bool]]:
    """Return what the page lists: where it leads, and if it is done."""
    page = visitor.get("/admin/")
    assert page.status_code == 200
    listed = re.search(r"What is left to set up(.*?)</ul>", page.text, re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", listed[1] if listed else "", re.DOTALL)
    found = {}
    for line in lines:
        [(url, label)] = re.findall(r'<a href="([^"]+)">([^<]+)</a>', line)
        found[label] = (url, "Done" in line)
    return found


def done(visitor: Visitor) -> dict[str, bool]:
    """Return what it lists, and if it is done."""
    return {label: done for label, (_, done) in steps(visitor).items()}


def back_up(app: Flask) -> None:
    """Make a backup, as the clock does."""
    with app.app_context():
        backup.make_daily(app)


def test_each_step_is_seen_from_what_is_there(app: Flask, visit: Visit, cast: Cast) -> None:
    """It is open while that lacks, done when it is there, and open again when it has gone."""
    administrator = visit(cast["administrator"])
    all_there = {STATES: True, POSTS: True, PEOPLE: True, SET_MAIL: False, BACKUP: False}
    assert done(administrator) == all_there
    with app.app_context(), unit_of_work() as work:
        others = Posting.person_id != cast["administrator"].id
        work.connection.execute(delete(Posting).where(others))
    assert done(administrator) == {**all_there, PEOPLE: False}
    for kind, gone in (("post", {POSTS}), ("state", {POSTS, STATES})):
        with app.app_context(), unit_of_work() as work:
            of_kind = update(Unit).where(Unit.kind == kind)
            work.connection.execute(of_kind.values(valid_to=clock.today()))
        open_ = {label for label, is_done in done(administrator).items() if not is_done}
        assert open_ == {PEOPLE, SET_MAIL, BACKUP} | gone
    back_up(app)
    assert done(administrator)[BACKUP]


def test_each_leads_to_where_it_is_done(visit: Visit, cast: Cast) -> None:
    """The page opens, and what is pointed at on it is there."""
    administrator = visit(cast["administrator"])
    for url, _ in steps(administrator).values():
        path, _, anchor = url.partition("#")
        page = administrator.get(path, follow_redirects=True)
        assert page.status_code == 200
        assert not anchor or f'id="{anchor}"' in page.text


def test_all_done_there_is_no_list(app: Flask, visit: Visit, cast: Cast) -> None:
    """Mail is not needed, but one that is set must have been tried."""
    administrator = visit(cast["administrator"])
    back_up(app)
    assert steps(administrator) == {}
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail=NO_ANSWER)
    listed = {STATES: True, POSTS: True, PEOPLE: True, MAIL: False, BACKUP: True}
    assert done(administrator) == listed
    with app.app_context(), unit_of_work() as work:
        notices.note_test(TESTER, work, host=NO_ANSWER.host)
    assert steps(administrator) == {}


@pytest.mark.parametrize("place", ["Beria", "Beria Border Police"])
def test_who_administers_a_part_is_asked_for_that_part(
    app: Flask, visit: Visit, cast: Cast, place: str
) -> None:
    """Nothing of the installation, nothing that stands above; people elsewhere don't count."""
    person = population.add(app, "Beria Administrator", cast.units["Beria Border Police"])
    population.grant(app, person, Role.ADMINISTRATOR, cast.units[place])
    administrator = visit(person)
    assert steps(administrator) == {}
    there = [cast.units[name] for name in ("Beria", "Beria Border Police", "Beria Airport")]
    with app.app_context(), unit_of_work() as work:
        here = Posting.unit_id.in_(there), Posting.person_id != person.id
        work.connection.execute(delete(Posting).where(*here))
    assert done(administrator) == {POSTS: True, PEOPLE: False}


def test_it_costs_few_statements(app: Flask, visit: Visit, cast: Cast) -> None:
    """With mail set and everything still to do."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail=NO_ANSWER)
    administrator = visit(cast["administrator"])
    with count_queries(app) as statements:
        assert len(steps(administrator)) == 5
    assert len(statements) <= 10
