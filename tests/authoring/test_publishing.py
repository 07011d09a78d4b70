"""From a draft to a version: who may, what it follows, and what stays as it was."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import modules, way
from tests.authoring.conftest import MakeTrainer
from tests.authoring.packing import SMALL, keep, publish, small, zipped
from tests.cast import TESTER, Cast
from tests.visitor import Visitor
from training.authoring import queries as drafts
from training.authoring.models import Draft
from training.content import queries, services
from training.content.models import ModuleRow
from training.core.actors import PersonActor
from training.core.database import db
from training.core.errors import NotFound, Refused
from training.core.work import unit_of_work
from training.records.models import RecordRow

Visit = Callable[..., Visitor]


def changed(app: Flask, title: str) -> bytes:
    """Pack the module under another title."""
    return zipped(modules.with_title(modules.published(app), title))


def count(app: Flask, model: type[Draft] | type[RecordRow]) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def owner_of(app: Flask, module: str) -> str:
    with app.app_context():
        return db.session().get_one(ModuleRow, module).owner_id


def numbers(app: Flask, module: str) -> list[int]:
    with app.app_context():
        return [one.number for one in queries.versions(db.session(), TESTER, module)]


def test_a_draft_becomes_the_next_version(app: Flask, visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    draft = keep(trainer, changed(app, "The second edition"))
    assert "version 2" in trainer.get(draft).text
    sent = publish(trainer, draft, note="A clearer title")
    assert sent.location == f"/studio/{way.MODULE}/"
    page = trainer.get(sent.location).text
    assert "Version 2 is published." in page
    assert "A clearer title" in page
    assert trainer.get(draft).status_code == 404
    assert count(app, Draft) == 0
    assert "The second edition" in visit(cast["learner"]).get("/learn/").text


def test_those_under_way_stay_on_their_version(app: Flask, visit: Visit, cast: Cast) -> None:
    """Not a word of their pages changes, no record is added; who begins now gets the new one."""
    before = modules.published(app)
    lesson, *_others = before.lessons
    learner, trainer = visit(cast["learner"]), visit(cast["trainer"])
    way.enrol(learner)
    learner.post(f"{way.HOME}/lessons/{lesson.id}")
    attempt = way.start(learner)
    addresses = [f"{way.HOME}/", f"{way.HOME}/lessons/{lesson.id}"]
    pages, records = [learner.get(one).text for one in addresses], count(app, RecordRow)

    renamed = lesson.model_copy(update={"title": "Another title"})
    after = before.model_copy(update={"lessons": (renamed, *before.lessons[1:])})
    assert publish(trainer, keep(trainer, zipped(after))).status_code == 303

    assert [learner.get(one).text for one in addresses] == pages
    assert count(app, RecordRow) == records
    way.answer_all(learner, attempt)
    assert learner.post(f"{attempt}/submission").status_code == 303
    assert "You passed" in learner.get(way.FINAL).text
    newcomer = visit(cast["other learner"])
    way.enrol(newcomer)
    assert "Another title" in newcomer.get(addresses[1]).text


def test_a_new_module_belongs_to_the_highest_unit_of_its_trainers_grants(
    app: Flask, visit: Visit, cast: Cast, make_trainer: MakeTrainer
) -> None:
    somebody = visit(make_trainer("supervisor", "Aruna North Gate", "Beria", "Aruna Immigration"))
    draft = keep(somebody, small())
    assert "belongs to Beria" in somebody.get(draft).text
    publish(somebody, draft)
    assert owner_of(app, SMALL) == cast.units["Beria"]
    assert owner_of(app, way.MODULE) == cast.units["region"]


def test_the_draft_of_a_new_module_is_its_uploaders_alone(visit: Visit, cast: Cast) -> None:
    national, trainer = visit(cast["national trainer"]), visit(cast["trainer"])
    draft = keep(national, small())
    assert trainer.get(draft).status_code == 404
    assert trainer.post(f"{draft}publication", {"note": "Mine", "follows": "0"}).status_code == 404
    assert trainer.post(f"{draft}discard").status_code == 404
    assert "Passports" not in trainer.get("/studio/").text
    assert "Passports" in national.get("/studio/").text


def test_the_draft_of_a_module_is_for_all_who_may_change_it(
    visit: Visit, cast: Cast, make_trainer: MakeTrainer
) -> None:
    trainer = visit(cast["trainer"])
    publish(trainer, keep(trainer, small()))
    draft = keep(trainer, small("Seen by two"))
    colleague = visit(make_trainer("administrator", "region"))
    assert "Seen by two" in colleague.get("/studio/").text
    assert publish(colleague, draft).status_code == 303


def test_the_same_upload_sent_twice_is_one_draft(app: Flask, visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    assert keep(trainer, small()) == keep(trainer, small())
    assert count(app, Draft) == 1


def test_a_change_note_from_3_to_500_characters_is_asked_for(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    trainer = visit(cast["trainer"])
    draft = keep(trainer, small())
    for note in ("", "  ", "ab", " ab\n", "x" * 501):
        sent = publish(trainer, draft, note)
        assert sent.status_code == 422, note
        assert "field--error" in sent.text
        assert note.strip() in sent.text
    assert count(app, Draft) == 1
    assert publish(trainer, draft, "x" * 500).status_code == 303
    assert publish(trainer, keep(trainer, small("Short")), "abc").status_code == 303


def test_a_draft_without_a_word_on_what_it_follows_is_not_published(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    trainer = visit(cast["trainer"])
    draft = keep(trainer, small())
    for follows in ("", "-1", "one"):
        sent = trainer.post(f"{draft}publication", {"note": "What is new", "follows": follows})
        assert sent.status_code == 409
    assert numbers(app, SMALL) == []


def test_what_was_published_before_is_not_published_again(
    app: Flask, visit: Visit, cast: Cast, make_trainer: MakeTrainer
) -> None:
    trainer, colleague = visit(cast["trainer"]), visit(make_trainer("administrator", "region"))
    first, second = keep(trainer, small()), keep(colleague, small())
    assert publish(trainer, first).status_code == 303
    assert "published before" in colleague.get(second).text
    sent = colleague.post(f"{second}publication", {"note": "Again", "follows": "1"})
    assert sent.status_code == 409
    assert "published before" in sent.text
    assert numbers(app, SMALL) == [1]
    assert colleague.post(f"{second}discard").status_code == 303
    assert count(app, Draft) == 0


def test_whoever_publishes_second_looks_at_the_first_one_first(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    trainer = visit(cast["trainer"])
    publish(trainer, keep(trainer, small()))
    one, other = keep(trainer, small("One")), keep(trainer, small("Other"))
    form = {"note": "What is new", "follows": "1"}
    assert trainer.post(f"{one}publication", form).status_code == 303
    refused = trainer.post(f"{other}publication", form)
    assert refused.status_code == 409
    assert "Version 2 of this module was published in the meantime" in refused.text
    assert publish(trainer, other).status_code == 303
    assert numbers(app, SMALL) == [3, 2, 1]


def test_two_who_publish_at_once_never_share_a_number(app: Flask, visit: Visit, cast: Cast) -> None:
    trainers = [visit(cast["trainer"]) for _ in range(4)]
    publish(trainers[0], keep(trainers[0], small()))
    drafts = [keep(one, small(f"Edition {i}")) for i, one in enumerate(trainers)]
    gate, answers = threading.Barrier(len(trainers)), []

    def send(trainer: Visitor, draft: str) -> None:
        gate.wait()
        form = {"note": "What is new", "follows": "1"}
        answers.append(trainer.post(f"{draft}publication", form).status_code)

    threads = [
        threading.Thread(target=send, args=pair) for pair in zip(trainers, drafts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409, 409, 409]
    assert numbers(app, SMALL) == [2, 1]


def test_the_database_refuses_a_number_taken_in_the_same_moment(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the other's version was not yet there to be read."""
    document = modules.with_title(modules.published(app), "Too late")
    with app.app_context():
        stale = queries.newest(db.session(), way.MODULE)
    modules.publish(app, modules.with_title(document, "First"))
    monkeypatch.setattr(queries, "newest", lambda session, module: stale)
    with (
        app.test_request_context(),
        pytest.raises(Refused, match="same moment"),
        unit_of_work() as work,
    ):
        services.publish(TESTER, work, document=document, source="upload", note="late")
    assert numbers(app, way.MODULE) == [2, 1]


def test_two_who_bring_the_same_new_module_at_once_are_told(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, visit: Visit
) -> None:
    trainer = visit(cast["trainer"])
    one, other = keep(trainer, small("One")), keep(trainer, small("Other"))
    assert publish(trainer, one).status_code == 303
    monkeypatch.setattr(queries, "newest", lambda session, module: None)
    sent = trainer.post(f"{other}publication", {"note": "late", "follows": "0"})
    assert sent.status_code == 409
    assert "same moment" in sent.text
    assert numbers(app, SMALL) == [1]
    assert count(app, Draft) == 1


def test_a_draft_is_discarded(app: Flask, visit: Visit, cast: Cast) -> None:
    trainer = visit(cast["trainer"])
    draft = keep(trainer, small())
    sent = trainer.post(f"{draft}discard")
    assert sent.location == "/studio/"
    assert "discarded" in trainer.get("/studio/").text
    assert count(app, Draft) == 0
    assert trainer.post(f"{draft}discard").status_code == 404


def test_a_draft_is_not_for_somebody_who_is_a_trainer_no_longer(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    draft = keep(visit(cast["trainer"]), small()).rstrip("/").rpartition("/")[2]
    was = cast["trainer"]
    actor = PersonActor(was.id, was.name, "en", (), "session", "token", True)
    with app.app_context():
        with pytest.raises(NotFound):
            drafts.draft(db.session(), actor, draft)
        with pytest.raises(NotFound):
            drafts.home_unit(db.session(), actor)
