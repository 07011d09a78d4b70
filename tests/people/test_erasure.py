"""Erasing somebody's identity: what goes, everywhere, and what stays."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import MetaData, select

from tests import way
from tests.cast import PASSWORD, TESTER, Cast
from tests.monitoring.reading import table
from tests.visitor import Visitor
from training.certificates.models import Certificate
from training.core import clock
from training.core.actors import PersonActor, Role
from training.core.database import db
from training.core.errors import Refused
from training.core.work import Work, unit_of_work
from training.people import erasure_services, services, sign_in_services
from training.people.models import Grant, KeptForm, Person, Posting, Transfer, Unit
from training.records import rebuild
from training.records.folding import Library, State
from training.records.registry import registry
from training.records.rules import Entry

Visit = Callable[..., Visitor]
LATIN, NUMBER = "Latin Supervisor", "AB-98765"
TODAY = clock.today()
DAY = timedelta(days=1)


def erase(app: Flask, person: str) -> None:
    """Erase somebody."""
    with app.app_context(), unit_of_work() as work:
        found = work.session.get_one(Person, person)
        erasure_services.erase(TESTER, work, person=found)


def everything(app: Flask) -> str:
    """Return all that the database holds."""
    with app.app_context():
        metadata = MetaData()
        metadata.reflect(bind=db.engine)
        tables = {
            name: [list(row) for row in db.session.execute(select(found))]
            for name, found in metadata.tables.items()
        }
        db.session.remove()
    return json.dumps(tables, default=str, ensure_ascii=False)


def known_by(app: Flask, cast: Cast) -> list[str]:
    """Let the supervisor be known by all that people can be known by, posted for ten days; returns
    it."""
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, cast["supervisor"].id)
        person.latin_name, person.language, person.time_zone = LATIN, "fr", "Asia/Kathmandu"
        agency = work.session.get_one(Unit, cast.units["Aruna Immigration"])
        services.give_number(TESTER, work, person=person, agency=agency, number=NUMBER)
        sign_in_services.keep_form(
            TESTER, work, person=person.id, path="/x", fields=[("note", "typed")]
        )
        [posting] = work.session.query(Posting).filter_by(person_id=person.id)
        [grant] = work.session.query(Grant).filter_by(person_id=person.id)
        posting.valid_from = grant.valid_from = TODAY - 10 * DAY
    return [cast["supervisor"].name, cast["supervisor"].email, LATIN, NUMBER]


def test_nothing_is_left_by_which_one_is_known(app: Flask, visit: Visit, cast: Cast) -> None:
    """In no table: not the person's, not beside the log, not in the audit log. Who has been in is
    out, and comes in no more; address and number are free."""
    told, supervisor = known_by(app, cast), cast["supervisor"]
    visitor = visit(supervisor)
    way.complete(visitor)
    with app.app_context(), unit_of_work() as work:
        person = work.session.get_one(Person, supervisor.id)
        link = f"/sign-in/link/{sign_in_services.make_link(TESTER, work, person=person)}"
    before = everything(app)
    assert all(one in before for one in told)
    erase(app, supervisor.id)
    after = everything(app)
    assert [one for one in told if one in after] == []
    assert visitor.get("/learn/").status_code == 302
    assert visit().sign_in(supervisor).status_code == 422
    agency = cast.units["Aruna Immigration"]
    typed = {"identifier": NUMBER, "agency": agency, "password": PASSWORD}
    assert visit().post("/sign-in", typed).status_code == 422
    assert visit().get(link).status_code == 409
    with app.app_context(), unit_of_work() as work:
        assert work.session.query(KeptForm).count() == 0
        person = work.session.get_one(Person, supervisor.id)
        assert (person.email, person.latin_name, person.folded.strip()) == (None, None, "")
        assert (person.language, person.time_zone) == ("en", "UTC")
        assert person.erased_at is not None
        unit = work.session.get_one(Unit, agency)
        new = services.add_person(TESTER, work, name="New", email=supervisor.email)
        services.give_number(TESTER, work, person=new, agency=unit, number=NUMBER)


def test_records_and_certificates_stay_without_a_name(app: Flask, visit: Visit, cast: Cast) -> None:
    """Whoever checks one reads that the name was removed; to fold everything again finds no
    difference, and nobody else is touched."""
    other = way.complete(visit(cast["learner"]))
    known_by(app, cast)
    code = way.complete(visit(cast["supervisor"]))
    erase(app, cast["supervisor"].id)
    page = visit().get(f"/verify/{code}").text
    assert "The name has been removed." in page
    assert "Valid" in page
    assert cast["supervisor"].name not in page
    with app.app_context():
        assert list(rebuild.rebuild(check=True)) == []
        assert list(rebuild.rebuild()) == []
    assert visit().get(f"/verify/{code}").text == page
    assert cast["learner"].name in visit().get(f"/verify/{other}").text


def _failing(own: Sequence[Entry], library: Library) -> State:
    raise LookupError("a fault in a fold")


def test_a_certificate_that_comes_later_bears_no_name(app: Flask, visit: Visit, cast: Cast) -> None:
    """It was due before, but could not be issued then."""
    supervisor, visitor = cast["supervisor"], visit(cast["supervisor"])
    way.enrol(visitor)
    way.do_lessons(visitor)
    with app.app_context():
        folds = registry().folds
        place = next(n for n, fold in enumerate(folds) if fold.table == "certificate")
        whole = folds[place]
    folds[place] = replace(whole, fold=_failing)
    way.take(visitor)
    folds[place] = whole
    erase(app, supervisor.id)
    with app.app_context():
        list(rebuild.rebuild())
        assert list(rebuild.rebuild(check=True)) == []
        [code] = db.session.scalars(select(Certificate.code))
        db.session.remove()
    assert "The name has been removed." in visit().get(f"/verify/{code}").text
    assert supervisor.name not in everything(app)


def test_roles_and_postings_end(app: Flask, visit: Visit, cast: Cast) -> None:
    """What was, stays with its dates; what would begin today or later has never been; whoever
    oversaw them finds them no longer."""
    known_by(app, cast)
    supervisor = cast["supervisor"].id
    with app.app_context(), unit_of_work() as work:
        [posting] = work.session.query(Posting).filter_by(person_id=supervisor)
        posting.valid_to = TODAY + 5 * DAY
        work.session.flush()
        harbour = cast.units["Aruna Harbour"]
        work.session.add(Posting(person_id=supervisor, unit_id=harbour, valid_from=TODAY + 5 * DAY))
        person = work.session.get_one(Person, supervisor)
        unit = work.session.get_one(Unit, harbour)
        services.grant(TESTER, work, person=person, role=Role.TRAINER, unit=unit)
        asked = clock.moment(work.now())
        transfer = Transfer(
            person_id=supervisor,
            unit_id=cast.units["Beria Border Police"],
            starts_on=TODAY + DAY,
            asked_at=asked,
        )
        work.session.add(transfer)
    coordinator = visit(cast["coordinator"])
    assert coordinator.get(f"/desk/people/{supervisor}").status_code == 200
    erase(app, supervisor)
    assert coordinator.get(f"/desk/people/{supervisor}").status_code == 404
    with app.app_context(), unit_of_work() as work:
        [stay] = work.session.query(Posting).filter_by(person_id=supervisor)
        [held] = work.session.query(Grant).filter_by(person_id=supervisor)
        for row in (stay, held):
            assert (row.valid_from, row.valid_to) == (TODAY - 10 * DAY, TODAY)
        [transfer] = work.session.query(Transfer)
        assert transfer.answer == "withdrawn"


def test_it_is_written_down_and_the_name_is_gone_from_what_was_written(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    """Whatever they did, or was done about them, was done by or about an erased person."""
    supervisor, administrator = cast["supervisor"], visit(cast["administrator"])
    visitor = visit(supervisor)
    visitor.get("/desk/people").close()
    erase(app, supervisor.id)
    page = administrator.get("/admin/audit").text
    rows = [row[1:] for row in table(page, "entries")[1:]]
    assert ["Erased person", "Looked at a list of people"] in [row[:2] for row in rows]
    assert ["Erased a person", "Erased person", "Aruna North Gate"] in [row[1:4] for row in rows]
    assert supervisor.name not in page


@pytest.mark.parametrize("who", ["erased", "themselves"])
def test_some_can_t_be_erased(app: Flask, cast: Cast, who: str) -> None:
    """Whoever is erased already, and whoever asks."""
    learner = cast["learner"].id
    if who == "erased":
        erase(app, learner)

    def again(work: Work) -> None:
        person = work.session.get_one(Person, learner)
        themselves = PersonActor(learner, "", "en", (), "", "", notice_accepted=True)
        actor = TESTER if who == "erased" else themselves
        erasure_services.erase(actor, work, person=person)

    before = everything(app)
    with app.app_context(), pytest.raises(Refused), unit_of_work() as work:
        again(work)
    assert everything(app) == before
